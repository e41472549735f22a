"""Whether each entry fits its memory limit, stage by stage, and where a rehearsal was stopped. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from footprint.analysis.cost.attribution import locate_chain
from footprint.analysis.cost.entry_rows import ObservedEntry
from footprint.analysis.cost.service_estimate import highest_of, serving_parts
from footprint.model.audit import EntryRow
from footprint.model.memory_rows import CallRow, FirstUseRow, Fit, FitPart, ImportLine, Limit, LoadStep, Rehearsal
from footprint.model.runtime import LATER, EntryRuntime, GrowthLine, StageName, StageReading
from footprint.model.service_memory import LiveReading
from footprint.model.source_modules import SourceModule
from footprint.values import replace


def judge_fit(
    entries: Iterable[EntryRow],
    limits: Mapping[str, Limit],
    lines: Sequence[ImportLine],
    first_uses: Sequence[FirstUseRow],
    calls: Sequence[CallRow] = (),
) -> tuple[Fit, ...]:
    """Return a verdict per entry with a limit and stage measured: start-up as far as it came, its lazy imports, calls.

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
        for stage, rss, anon, parts in _stages_to_fit(entry):
            later = stage == "first_use"
            culprit = first if later and first else line
            fit = Fit(
                *(entry.name, stage, limit.memory_bytes, rss, anon),
                **_decide(rss, anon, parts, limit.memory_bytes),
                path=culprit.path if culprit else None,
                line=culprit.line if culprit else None,
                source=limit.source,
                live=entry.live is not None,
            )
            is_elsewhere = culprit and _largest_elsewhere(entry, fit, later=later) > (culprit.rss_bytes or 0)
            fit = replace(fit, path=None, line=None) if is_elsewhere else fit
            grown_lines = (line for call in calls if call.entry == entry.name for line in call.lines)
            fit = _with_line(fit, grown_lines) if stage == "calls" else fit
            found.append(_with_live_line(fit, entry.live) if entry.live else fit)
    return tuple(found)


def agree_with(rehearsals: Iterable[Rehearsal], fits: Iterable[Fit]) -> tuple[Fit, ...]:
    """Return the verdicts with what a rehearsal proved: a stage in which it was stopped does not fit."""

    def stage_of(stage: StageName | None) -> StageName:
        return stage if stage in LATER else "ready"  # a start is one, as far as it comes

    stopped = {(item.entry, stage_of(item.stage)): item for item in rehearsals if item.outcome == "stopped"}
    return tuple(_corrected(fit, stopped.get((fit.entry, stage_of(fit.stage)))) for fit in fits)


def _corrected(fit: Fit, proof: Rehearsal | None) -> Fit:
    peak = proof.rss_bytes if proof is not None else None
    if peak is None or fit.live or not fit.fits:
        return fit
    headroom = fit.limit_bytes - peak
    return replace(fit, fits=False, anon_fits=None, peak_bytes=peak, decides="peak", headroom_bytes=headroom)


def _decide(rss: int, anon: int | None, parts: tuple[FitPart, ...], limit_bytes: int) -> dict[str, Any]:
    """Return the fields of a verdict that say what all parts come to, and which of resting and peak decides."""
    resting = sum(part.bytes for part in parts)
    is_known = parts[0].peak_bytes is not None
    peak = max(resting, sum(part.peak_bytes or part.bytes for part in parts)) if is_known else None
    most = resting if peak is None else peak
    files = 0 if anon is None else rss - anon  # can be given back; of the process alone
    return {
        "headroom_bytes": limit_bytes - most,
        "fits": most <= limit_bytes,
        "anon_fits": None if anon is None else most - files <= limit_bytes,
        "resting_bytes": resting,
        "peak_bytes": peak,
        "decides": "resting" if most == resting else "peak",
        "parts": parts,
    }


def levels_of(entry: EntryRow) -> dict[StageName, tuple[int, int | None]]:
    """Return what an entry takes with its server and workers, by stage: at rest and at most (None: not known)."""
    found = {}
    for stage, rss, anon, parts in _stages_to_fit(entry):
        decided = _decide(rss, anon, parts, 0)
        found[stage] = decided["resting_bytes"], decided["peak_bytes"]
    return found


_Stage = tuple[StageName, int, int | None, tuple[FitPart, ...]]


def _stages_to_fit(entry: EntryRow) -> list[_Stage]:
    """Return (stage, RSS, anon, parts) of the last start-up stage, of first use and of calls: of the real command where
    it was measured.
    """
    last, live = entry.last_stage, entry.live
    rows = [row.reading for row in entry.stages if row is last or row.reading.stage in LATER]
    if live is not None:
        return _live_stages(live, last.reading if last else None, [row for row in rows if row.stage == "first_use"])
    return [
        (row.stage, row.rss_bytes, row.anon_bytes, (*_own_parts(entry, row), *serving_parts(entry, row)))
        for row in rows
    ]


def _live_stages(live: LiveReading, start: StageReading | None, later: Sequence[StageReading]) -> list[_Stage]:
    """Return the same for the real command: ready, and after what was sent, or after its lazy imports if they add more.

    Each worker takes its own first use, but the pages of files once: a measured growth of one process is an estimate
    for several.
    """
    ready = live.total_bytes if live.ready_total_bytes is None else live.ready_total_bytes
    asked, missing = live.total_bytes - ready, sum(growth.missing_bytes for growth in live.requests)
    tree = FitPart("tree", ready, measured=True, peak_bytes=live.ready_peak_bytes if live.requests else live.peak_bytes)
    anon = live.anon_bytes if live.total_bytes == live.rss_bytes else None
    found: list[_Stage] = [("ready", ready, None if anon is None else anon - asked, (tree,))]
    growth, anon_growth = 0, 0
    if start is not None and later:
        growth = later[0].rss_bytes - start.rss_bytes
        anon_growth = (later[0].anon_bytes or 0) - (start.anon_bytes or 0)
    together = growth + (live.worker_count - 1) * anon_growth
    parts: tuple[FitPart, ...] = (FitPart("growth", together, measured=live.worker_count == 1),)
    if live.requests and together <= asked + missing:
        peak = None if live.peak_bytes is None else max(live.peak_bytes - (tree.peak_bytes or ready), asked)
        parts = (FitPart("requests", asked, measured=True, peak_bytes=peak),)
        parts += (FitPart("workers", missing, measured=False),) if missing else ()
        anon_growth = asked
    if live.requests or later:
        resting = ready + sum(part.bytes for part in parts)
        found.append(("first_use", resting, None if anon is None else anon - asked + anon_growth, (tree, *parts)))
    return found


def _largest_elsewhere(entry: EntryRow, fit: Fit, *, later: bool) -> int:
    """Return the most that one thing takes that is no import: what does not stay, children, data of the project."""
    children = sum(part.bytes for part in fit.parts if part.kind == "children")
    data = 0 if later else sum(part.rss_bytes for part in entry.memory if part.kind == "first-party")
    return max((fit.peak_bytes or 0) - (fit.resting_bytes or 0), children, data)


def _with_live_line(fit: Fit, live: LiveReading) -> Fit:
    """Return the verdict with the line that was seen growing most: of what was sent, or of the start."""
    asked = any(part.kind == "requests" for part in fit.parts)
    if not asked and fit.stage == "first_use":
        return fit
    lines = [line for growth in live.requests for line in growth.lines] if asked else live.lines
    if not asked and not any(line.path for line in lines):
        return fit
    return _with_line(fit, lines)


def _with_line(fit: Fit, lines: Iterable[GrowthLine]) -> Fit:
    """Return the verdict with the line that was seen growing most; with none where none was."""

    def size(line: GrowthLine) -> int:
        return line.rss_bytes if fit.decides == "resting" else line.peak_bytes

    seen = max((line for line in lines if line.path), key=size, default=None)
    if seen is None:
        return replace(fit, path=None, line=None)
    return replace(fit, path=seen.path, line=seen.line, line_bytes=size(seen), is_data=seen.kind == "data")


def _own_parts(entry: EntryRow, row: StageReading) -> tuple[FitPart, ...]:
    """Return the process and its children at the end of a stage; a start is as high as the highest of its stages."""
    highest, children = highest_of(entry, row), row.children_bytes
    peak = None if highest is None else highest - children
    process = FitPart("process", row.rss_bytes, measured=True, peak_bytes=peak)
    return (process, FitPart("children", children, measured=True)) if children else (process,)


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
        places = [(step.path, step.line) for step in chain if step.path is not None]
        if failure is not None and failure.call is not None and failure.path is not None:
            places.append((failure.path, failure.line))
        path, line = places[-1] if places else (None, None)
        found.append(
            Rehearsal(
                entry=runtime.entry,
                limit_bytes=limit.memory_bytes,
                outcome="stopped" if stopped else "failed" if failure else "passed",
                message=failure.message if failure else None,
                stage=failure.stage if failure else None,
                rss_bytes=failure.rss_bytes if failure else None,
                chain=chain,
                path=path,
                line=line,
                through=runtime.through,
                call=failure.call if failure else None,
            )
        )
    return tuple(found)


def _with_first_use(chain: tuple[LoadStep, ...], entry: str, first_uses: Sequence[FirstUseRow]) -> tuple[LoadStep, ...]:
    """Return the chain with the line of the lazy import that began it, if one did."""
    if not chain or chain[0].path is not None:
        return chain
    began = chain[0].module
    for row in first_uses:
        module = row.statement.module
        if row.entry == entry and (module == began or module.startswith(f"{began}.") or began.startswith(f"{module}.")):
            return (LoadStep(began, row.path, row.line), *chain[1:])
    return chain
