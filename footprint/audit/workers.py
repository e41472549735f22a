"""For how many workers an entry is to be estimated: as the options say, else as its start command does."""

from __future__ import annotations

from footprint.analysis.cost.workers import Wish, find_server
from footprint.audit.project import Code
from footprint.config import Options


def wish_workers(options: Options, code: Code) -> dict[str, Wish]:
    """Return the number of workers to estimate, by entry.

    `--workers` is meant for the entries that a known server serves; where there is none, for the first.
    """
    if options.workers is None:
        return {}
    served = [entry.name for entry in code.entries if find_server(entry.command) != "none"]
    names = served or [entry.name for entry in code.entries[:1]]
    return {name: Wish(options.workers, options.preload) for name in names}
