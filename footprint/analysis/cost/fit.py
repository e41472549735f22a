"""Whether each entry fits its memory limit, stage by stage, and where a rehearsal was stopped. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from footprint.analysis.cost.attribution import locate_chain
from footprint.analysis.cost.observed import ObservedEntry
from footprint.model.audit import EntryRow
from footprint.model.memory import FirstUseRow, Fit, ImportLine, Limit, LoadStep, Rehearsal
from footprint.model.runtime import EntryRuntime, StageName
from footprint.model.sources import SourceModule


def judge_fit(
    entries: Iterable[EntryRow],
    limits: Mapping[str, Limit],
    lines: Sequence[ImportLine],
    first_uses: Sequence[FirstUseRow],
) -> tuple[Fit, ...]:
    """Return a verdict per entry with a limit and stage measured: start-up as far as it came, then first use.

    Resident memory is what has to fit. Anonymous memory is the floor: file pages can be dropped and read again,
    so a process whose anonymous memory fits may run past the limit, slowly.
    Source: an application of 60 MB anon and 88 MB RSS started in 62 MB within 2.7 s instead of 0.5, and was killed
    in 50 MB.
    """
    found = []
    for entry in entries:
        limit = limits.get(entry.name)
        if limit is None or limit.memory_bytes is None:
            continue
        grown = [row for row in first_uses if row.entry == entry.name and row.rss_bytes]
        first = max(grown, key=lambda row: row.rss_bytes or 0, default=None)  # broken ones stand first
        line = next((each for each in lines if each.entry == entry.name), None)
        for stage, rss, anon in _stages_to_fit(entry):
            later = stage == "first_use"
            culprit = (first.path, first.line) if later and first else (line.path, line.line) if line else (None, None)
            found.append(
                Fit(
                    entry=entry.name,
                    stage=stage,
                    limit_bytes=limit.memory_bytes,
                    rss_bytes=rss,
                    anon_bytes=anon,
                    headroom_bytes=limit.memory_bytes - rss,
                    fits=rss <= limit.memory_bytes,
                    anon_fits=None if anon is None else anon <= limit.memory_bytes,
                    path=culprit[0],
                    line=culprit[1],
                    source=limit.source,
                    live=entry.live is not None,
                )
            )
    return tuple(found)


def _stages_to_fit(entry: EntryRow) -> list[tuple[StageName, int, int | None]]:
    """Return (stage, RSS, anon) of the last start-up stage and of first use: of the real command where it was measured.

    At first use that is with the growth of one of its processes: how many of them get there is not known.
    """
    last, live = entry.last_stage, entry.live
    rows = [row.reading for row in entry.stages if row is last or row.reading.stage == "first_use"]
    if live is None:
        return [(row.stage, row.rss_bytes, row.anon_bytes) for row in rows]
    anon = live.anon_bytes if live.total_bytes == live.rss_bytes else None
    if last is None:
        return [("ready", live.total_bytes, anon)]
    start = last.reading
    grown = [(row.anon_bytes - start.anon_bytes if row.anon_bytes and start.anon_bytes else 0) for row in rows]
    return [
        (row.stage, live.total_bytes + row.rss_bytes - start.rss_bytes, None if anon is None else anon + more)
        for row, more in zip(rows, grown, strict=True)
    ]


def describe_rehearsals(
    rehearsed: Iterable[EntryRuntime],
    limits: Mapping[str, Limit],
    observed: Iterable[ObservedEntry],
    sources: Mapping[str, SourceModule],
    first_uses: Sequence[FirstUseRow],
) -> tuple[Rehearsal, ...]:
    """Return where each entry was stopped by its limit, with the chain of imports under way and the line behind it."""
    owners = {entry.name: entry.owners for entry in observed}
    found = []
    for runtime in rehearsed:
        limit = limits.get(runtime.entry)
        if limit is None or limit.memory_bytes is None:
            continue
        failure = runtime.failure
        stopped = failure is not None and failure.kind == "limit"
        chain: tuple[LoadStep, ...] = ()
        if failure is not None and stopped:
            chain = locate_chain(failure.under_way, owners.get(runtime.entry, {}), sources)
            chain = _with_first_use(chain, runtime.entry, first_uses)
        lines = [step for step in chain if step.path is not None]
        found.append(
            Rehearsal(
                entry=runtime.entry,
                limit_bytes=limit.memory_bytes,
                outcome="stopped" if stopped else "failed" if failure else "passed",
                message=failure.message if failure else None,
                stage=failure.stage if failure else None,
                rss_bytes=failure.rss_bytes if failure else None,
                chain=chain,
                path=lines[-1].path if lines else None,
                line=lines[-1].line if lines else None,
            )
        )
    return tuple(found)


def _with_first_use(chain: tuple[LoadStep, ...], entry: str, first_uses: Sequence[FirstUseRow]) -> tuple[LoadStep, ...]:
    """Return the chain with the line of the lazy import that began it, if one did."""
    if not chain or chain[0].path is not None:
        return chain
    began = chain[0].module
    for row in first_uses:
        module = row.statement.split()[1]
        if row.entry == entry and (module == began or module.startswith(f"{began}.") or began.startswith(f"{module}.")):
            return (LoadStep(began, row.path, row.line), *chain[1:])
    return chain
