"""Several processes on one host, from one measured process of each entry: several entries, several workers. Pure.

Adding up RSS counts the pages of files once for each process (`service_estimate` has what holds for workers). Of
several entries they count by distribution: those of the entry that has most of them stand for all.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from footprint.analysis.cost.entry_rows import ObservedEntry
from footprint.analysis.cost.memory_parts import last_startup_stage
from footprint.analysis.cost.service_estimate import ERROR_RATIO, ServiceEstimate, estimate_service, serving_parts
from footprint.knowledge.servers import may_preload
from footprint.model.audit import EntryRow
from footprint.model.memory_rows import Limit
from footprint.model.note import Note
from footprint.model.runtime import LATER, StageName
from footprint.model.service_memory import HostRow, Serving, WorkersRow, WorkersStage
from footprint.units import mebibytes, size
from footprint.values import dataclass, replace

_WHEN: Mapping[StageName, str] = {"first_use": "after their lazy imports", "calls": "after their calls"}
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
    readings = [row.reading for row in entry.stages if row is last or (last and row.reading.stage in LATER)]
    each = [estimate_service(entry, reading, serving, workers=workers, preload=preload) for reading in readings]
    stages = tuple(_stage(reading.stage, found) for reading, found in zip(readings, each, strict=True) if found)
    found = each[0] if each else None
    if found is None:
        return None
    name = serving.server if serving is not None else "none"
    figures = (found.total_bytes, found.above_bytes, found.own_bytes, found.file_bytes)
    row = WorkersRow(entry.name, name, workers, preload, *figures, measured=found.measured, stages=stages)
    if found.forks is None:
        return row
    states = stages[0].states
    return replace(
        row,
        fresh_bytes=found.forks.ready_bytes,
        fork_measured=found.forks.is_seen,
        states=states,
        decides=states[-1].state,
    )


def _stage(name: StageName, found: ServiceEstimate) -> WorkersStage:
    states = found.forks.states(found.total_bytes) if found.forks is not None else ()
    return WorkersStage(name, found.total_bytes, found.peak_bytes, found.own_bytes, states)


def _judge(row: WorkersRow, limit_bytes: int | None) -> WorkersRow:
    """Return the row with its verdicts: of each stage by what it needs most, as the verdict of the entry has it."""
    if limit_bytes is None:
        return row
    judged = (replace(each, fits=max(each.total_bytes, each.peak_bytes or 0) <= limit_bytes) for each in row.stages)
    stages = tuple(judged)
    return replace(row, limit_bytes=limit_bytes, fits=all(each.fits for each in stages), stages=stages)


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
                if row is None:
                    continue
                judged = _judge(row, limit)
                fewer = _fitting(entry, row, limit) if limit is not None and not judged.fits else None
                found.append(replace(judged, fitting_workers=fewer))
    return tuple(found)


def _fitting(entry: EntryRow, row: WorkersRow, limit: int) -> int:
    """Return how many workers fit, of an entry of which `row.workers` do not; each more takes more."""
    least, most = 0, row.workers  # which fit, which do not
    while most - least > 1:
        middle = (least + most) // 2
        found = estimate_workers(entry, entry.serving, workers=middle, preload=row.preload)
        least, most = (middle, most) if found is not None and _judge(found, limit).fits else (least, middle)
    return least


def doubt_ranges(rows: Iterable[WorkersRow]) -> Iterator[Note]:
    """Yield what a verdict about forked workers hangs on: a limit between the least and the most that they may take."""
    for row, stage in [(one, each) for one in rows for each in one.stages if each.states]:
        first, last = stage.states[0], stage.states[-1]
        if row.limit_bytes is not None and first.least_bytes <= row.limit_bytes < last.most_bytes:
            when = _WHEN.get(stage.stage, "when they are ready")
            span = f"{mebibytes(first.total_bytes)} MiB {when} and {size(last.total_bytes)} once each has"
            words = f"{row.workers} workers forked from one process take {span} collected its garbage"
            sure = f"to {ERROR_RATIO:.0%}; the verdict takes the latter, and only --live can tell"
            yield Note("workers-range", f"{row.entry}: {words}, {sure}")


def _ways(serving: Serving | None, wish: WorkerWish) -> tuple[bool, ...]:
    """Return with and without preload, or the one that is asked for, as far as the server can."""
    if serving is not None and may_preload(serving.server) and wish.preload is None:
        return (False, True)
    can_fork = serving is None or serving.preload is not None or may_preload(serving.server)
    given = wish.preload if wish.preload is not None else serving is not None and bool(serving.preload)
    return (given and can_fork,)
