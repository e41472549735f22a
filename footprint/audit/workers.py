"""For how many workers an entry is to be estimated: as the options say, else as its start command does."""

from __future__ import annotations

from footprint.analysis.cost.workers import Wish, find_server
from footprint.audit.project import Code
from footprint.config import Options
from footprint.model.sources import EntryPoint


def wish_workers(options: Options, code: Code) -> dict[str, Wish]:
    """Return the number of workers to estimate, by entry; without --workers for those that state several.

    `--workers` is meant for the entries that a known server serves; where there is none, for the first.
    """
    if options.workers is None:
        stated = {entry.name: entry for entry in code.entries if entry.workers is not None and entry.workers > 1}
        return {name: _wish(options, entry, entry.workers or 1) for name, entry in stated.items()}
    served = [entry for entry in code.entries if find_server(entry.command) != "none" or entry.workers is not None]
    return {entry.name: _wish(options, entry, options.workers) for entry in served or code.entries[:1]}


def _wish(options: Options, entry: EntryPoint, workers: int) -> Wish:
    return Wish(workers, entry.preload if options.preload is None else options.preload)
