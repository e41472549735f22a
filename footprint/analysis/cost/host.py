"""Several processes on one host, from one measured process of each entry: several entries, several workers. Pure.

Anonymous pages are each process's own, except those that a fork shares until one side writes to them; pages of
files are there once, however many processes map them. So a host sees

    the process above the workers + N x (a worker's own anonymous pages) + the file pages once.

Adding up RSS instead counts the file pages N times. Of several entries the file pages count by distribution: those of
the entry that has most of them stand for all. What the server takes is measured with an empty application
(`server_parts`); docs/accuracy.md has the errors (benchmarks/bench_workers.py). What traffic adds is in none of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from footprint.analysis.cost.entry_rows import ObservedEntry
from footprint.analysis.cost.memory_parts import last_startup_stage
from footprint.analysis.cost.server_parts import children_of, import_anon, serving_parts, written_bytes
from footprint.knowledge.servers import may_preload
from footprint.model.audit import EntryRow
from footprint.model.memory_rows import Limit
from footprint.model.note import Note
from footprint.model.service_memory import HostRow, Serving, ServingPart, WorkersRow
from footprint.units import mebibytes, size
from footprint.values import dataclass

_OTHER = ""  # file pages of no distribution: interpreter, standard library, own code


def total_on_host(observed: Iterable[ObservedEntry], entries: Sequence[EntryRow]) -> HostRow | None:
    """Return what all measured entries take together; None with fewer than two, or where anon is not told."""
    names = []
    anon = unshared = 0
    largest: dict[str, int] = {}
    for each in observed:
        last = last_startup_stage(each.run)
        if last is None:
            continue
        if last.anon_bytes is None:
            return None
        names.append(each.name)
        anon += last.anon_bytes
        unshared += last.rss_bytes
        for owner, pages in _file_pages(each, last.rss_bytes - last.anon_bytes).items():
            largest[owner] = max(largest.get(owner, 0), pages)
    if len(names) < 2:
        return None
    started = [entry for entry in entries if entry.name in names]
    lasts = [(entry, entry.last_stage.reading) for entry in started if entry.last_stage]
    serving = sum(part.bytes for entry, last in lasts for part in serving_parts(entry, last))
    children = sum(last.children_bytes for _, last in lasts)
    common = _common_parts(started)
    return HostRow(
        entries=tuple(names),
        total_bytes=min(anon + sum(largest.values()), unshared) + children + serving,
        unshared_bytes=unshared + children + serving,
        common_bytes=sum(rss for _, _, rss in common),
        common=tuple(sorted(name for name, kind, _ in common if kind == "distribution")),
        serving_bytes=serving,
        unknown=tuple(entry.name for entry in started if entry.serving and entry.serving.workers is None),
    )


def _file_pages(entry: ObservedEntry, whole: int) -> dict[str, int]:
    """Return the file-backed bytes of each distribution, and of all else."""
    pages = {
        name: max(cost.self_rss_bytes - cost.self_anon_bytes, 0)
        for name, cost in entry.costs.items()
        if cost.self_anon_bytes is not None
    }
    return pages | {_OTHER: max(whole - sum(pages.values()), 0)}


def _common_parts(entries: Sequence[EntryRow]) -> tuple[tuple[str, str, int], ...]:
    """Return (name, kind, bytes) of what every entry has in memory, own code and the rest left out."""
    shares = [
        {(part.name, part.kind): part.rss_bytes for part in entry.memory if part.kind not in ("first-party", "rest")}
        for entry in entries
    ]
    keys = set.intersection(*(set(share) for share in shares)) if shares else set()
    return tuple(sorted((name, kind, min(share[name, kind] for share in shares)) for name, kind in keys))


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
    if serving is not None and may_preload(serving.server) and wish.preload is None:
        return (False, True)
    can_fork = serving is None or serving.preload is not None or may_preload(serving.server)
    given = wish.preload if wish.preload is not None else serving is not None and bool(serving.preload)
    return (given and can_fork,)
