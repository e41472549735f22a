"""What an entry takes with several workers, estimated from one measured process. Pure.

Anonymous pages are each process's own, except those that a fork shares until one side writes to them; pages of
files are there once, however many processes map them. So a host sees

    the process above the workers + N x (a worker's own anonymous pages) + the file pages once.

Adding up RSS instead counts the file pages N times. What the server takes is measured with an empty application
(`serving`); docs/accuracy.md has the errors (benchmarks/bench_workers.py). What traffic adds is in none of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from footprint.analysis.cost.server_parts import children_of, import_anon, written_bytes
from footprint.model.audit import EntryRow
from footprint.model.hosting import Serving, ServingPart, WorkersRow
from footprint.model.memory_rows import Limit
from footprint.model.note import Note
from footprint.units import mebibytes, size
from footprint.values import dataclass

_NO_SERVER = ServingPart(0, 0, 0, 0, measured=False)


@dataclass(frozen=True, slots=True)
class WorkerWish:
    """How many workers, and whether they are forked from a process that has the application (gunicorn's preload,
    celery, uWSGI); None: with and without for gunicorn, as the server does for others.
    """

    workers: int
    preload: bool | None = None
    counts: tuple[int, ...] = ()  # where only the machine says how many: for each of these


def estimate_workers(entry: EntryRow, serving: Serving | None, *, workers: int, preload: bool) -> WorkersRow | None:
    """Return what `workers` processes of an entry take together; None where its anonymous memory is not known."""
    last = entry.last_stage
    if last is None or last.reading.anon_bytes is None:
        return None
    anon = last.reading.anon_bytes
    part = serving.part(workers, preload=preload) if serving is not None else _NO_SERVER
    file = last.reading.rss_bytes - anon + part.file_bytes
    once, each = children_of(entry, last.reading, preload=preload)
    above, own = part.above_bytes, max(anon + part.own_bytes - part.known_bytes, 0) + each
    fresh, is_seen = None, False
    if preload:  # the process above has it, a worker what it writes to and what it does to become ready
        imported = import_anon(entry, anon)
        is_seen = serving is not None and serving.fork is not None
        least, most = written_bytes(entry, imported, part)
        above = max(above + imported - part.known_bytes, 0) + once
        own = part.own_bytes + most + anon - imported + each
        fresh = above + workers * (own - most + least) + file
    name = serving.server if serving is not None else "none"
    total = above + workers * own + file
    figures = (total, above, own, file, fresh)
    return WorkersRow(entry.name, name, workers, preload, *figures, measured=part.measured, fork_measured=is_seen)


def list_workers(
    entries: Iterable[EntryRow], wishes: Mapping[str, WorkerWish], limits: Mapping[str, Limit]
) -> tuple[WorkersRow, ...]:
    """Return the estimates that `wishes` ask for, by name of the entry, judged by `limits` where there is one.

    An entry that was not measured, or on a platform that does not tell anonymous memory, has none.
    """
    found = []
    for entry in entries:
        wish = wishes.get(entry.name)
        if wish is None:
            continue
        serving = entry.serving
        limit = limits[entry.name].memory_bytes if entry.name in limits else None
        for workers in wish.counts or (wish.workers,):
            for preload in _ways(serving, wish):
                row = estimate_workers(entry, serving, workers=workers, preload=preload)
                fits = None if limit is None or row is None else row.total_bytes <= limit
                found += [replace(row, limit_bytes=limit, fits=fits)] if row is not None else []
    return tuple(found)


def doubt_ranges(rows: Iterable[WorkersRow]) -> Iterator[Note]:
    """Yield what a verdict about forked workers hangs on: a limit between the least and the most that they may take."""
    for row in rows:
        if row.preload and row.limit_bytes is not None and (row.fresh_bytes or 0) <= row.limit_bytes < row.total_bytes:
            span = f"{mebibytes(row.fresh_bytes)} to {size(row.total_bytes)}"
            words = f"{row.workers} workers forked from one process take {span}, by how much of it they write to"
            yield Note("workers-range", f"{row.entry}: {words}; the verdict takes the most, and only --live can tell")


def _ways(serving: Serving | None, wish: WorkerWish) -> tuple[bool, ...]:
    """Return with and without preload, or the one that is asked for, as far as the server can."""
    if serving is not None and serving.server == "gunicorn" and wish.preload is None:
        return (False, True)
    can_fork = serving is None or serving.preload is not None or serving.server == "gunicorn"
    given = wish.preload if wish.preload is not None else serving is not None and bool(serving.preload)
    return (given and can_fork,)
