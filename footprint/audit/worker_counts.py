"""For how many workers an entry is to be estimated: as the options say, else as its start command does."""

from __future__ import annotations

from footprint.analysis.cost.host import WorkerWish
from footprint.analysis.cost.server_parts import is_preloaded
from footprint.audit.project_code import ProjectCode
from footprint.config.options import TargetOptions
from footprint.knowledge.servers import BY_PROGRAM, CORES, may_preload
from footprint.model.source_modules import EntryPoint

_COUNTS = (1, 2, 4)  # where only the machine says how many


def wish_workers(options: TargetOptions, code: ProjectCode) -> dict[str, WorkerWish]:
    """Return the number of workers to estimate, by entry; without --workers for those that have several, or may have.

    `--workers` is meant for the entries that a known server serves; where there is none, for the first.
    """
    if options.workers is None:
        counts = {entry.name: _counts_of(entry) for entry in code.entries}
        return {
            entry.name: _wish(options, entry, found[0], found if len(found) > 1 else ())
            for entry in code.entries
            if (found := counts[entry.name]) != (1,)
        }
    served = [entry for entry in code.entries if entry.server in BY_PROGRAM or entry.workers is not None]
    return {entry.name: _wish(options, entry, options.workers) for entry in served or code.entries[:1]}


def is_forked(options: TargetOptions, entry: EntryPoint) -> bool:
    """Whether what a forked worker writes to matters: by the start of an entry, or as the options ask."""
    asked = options.preload if may_preload(entry.server) else None
    return asked or bool(is_preloaded(entry))


def _counts_of(entry: EntryPoint) -> tuple[int, ...]:
    server = BY_PROGRAM.get(entry.server or "")
    if entry.workers is not None:
        return (entry.workers,)
    if entry.workers_from is not None or (server is not None and server.default == CORES):
        return _COUNTS
    return (int(server.default) if server is not None else 1,)


def _wish(options: TargetOptions, entry: EntryPoint, workers: int, counts: tuple[int, ...] = ()) -> WorkerWish:
    return WorkerWish(workers, entry.preload if options.preload is None else options.preload, counts)
