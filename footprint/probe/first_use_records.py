"""What trying the lazy imports told, cut out of the child's records. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from footprint.model.runtime import (
    CallRun,
    Failure,
    FirstUse,
    FirstUseOutcome,
    ForkMemory,
    ImportCost,
    ProbeRun,
    StageName,
    StageReading,
    Statement,
)
from footprint.probe import records
from footprint.probe.readings import OutsideReading
from footprint.probe.recording import Recording, parse
from footprint.probe.records import Fork
from footprint.probe.spans import moved
from footprint.probe.statuses import describe_status
from footprint.values import replace

ENDED = ("0", "1")  # 1: an import raised, and was caught
_UNASKED = "it tells of forks that nobody asked for"


class FirstUses(NamedTuple):
    """What the lazy imports did, and the records of the forks that did it."""

    alone: tuple[FirstUse, ...]
    together: FirstUse | None
    recordings: tuple[Recording, ...]


def doubt_forks(forks: Sequence[Fork], tried: int) -> str | None:
    """Return what is wrong with the forks of a start that tried so many calls, in words; None for nothing.

    Each has one of its own, and then all of them together, in this order.
    """
    indices = [fork.index for fork in forks]
    if indices and (not tried or indices[-1] > tried or indices != sorted(set(indices))):
        return _UNASKED
    return None


def doubt_first_uses(forks: Sequence[Fork], tried: int) -> str | None:
    """Return what is wrong with the forks of a start that tried so many statements, in words; None for nothing.

    Each has one of its own, in this order but for the last. What all came to, or all others, may stand behind that.
    """
    indices = [fork.index for fork in forks]
    alone = [index for index in indices if index < tried]
    in_order = alone[:-1] == sorted(set(alone[:-1]).difference(alone[-1:]))
    if indices and not (tried and in_order and indices[len(alone) :] in ([], [tried], [tried + 1])):
        return _UNASKED
    return None


def read_worker(data: bytes, seen: Sequence[OutsideReading] | None) -> ForkMemory | None:
    """Return what a fork wrote to that was a worker; None where it did not come to its end or was not read."""
    worker, status = next(records.find(data, "j"), (None, ""))
    found = [reading.own_bytes for reading in seen or () if reading.pid == worker]
    if status != "0" or len(found) != 2 or found[0] is None or found[1] is None:
        return None
    return ForkMemory(found[0], max(found[0], found[1]))


def read_first_uses(
    data: bytes, forks: Sequence[Fork], statements: Sequence[Statement], seen: Sequence[OutsideReading] | None = None
) -> FirstUses:
    """Return what each statement did alone, in their order, and what all of them did together.

    Statements that were not tried any more are missing. `data` are the records outside of the forks, `seen` what was
    read of the forks from outside. A number behind that of all together is of the fork before, which went on with the
    others.
    """
    head = records.first(data, "h")
    found: dict[int, FirstUse] = {
        index: FirstUse(statements[index], "loaded", None, 0, 0, 0, (), frozenset(), ())
        for (index,) in records.find(data, "k")
        if index < len(statements)
    }
    last = together = None
    recordings = []
    for fork in forks:
        recording = parse(head + fork.data, seen)
        recordings.append(recording)
        if fork.index < len(statements):
            last = found[fork.index] = _read(statements[fork.index], fork, recording)
        elif fork.status in ENDED and came_to_an_end(recording):
            together = _measured(Statement(""), recording)
            if fork.index > len(statements):
                together = None if last is None else _gone_on(last, together)
    return FirstUses(tuple(found[index] for index in sorted(found)), together, tuple(recordings))


def _read(statement: Statement, fork: Fork, recording: Recording) -> FirstUse:
    if fork.status in ENDED and came_to_an_end(recording):
        return _measured(statement, recording)
    if fork.status == "timeout":
        return _unmeasured(statement, "hung", "it did not come to an end", recording)
    return _failed(statement, recording, "crashed", describe_status(int(fork.status)))


def read_inline(statement: Statement, recording: Recording, failure: Failure | None) -> FirstUse | None:
    """Return what a statement did that a child ran by itself after its start; None if it did not come that far."""
    if recording.run is None or recording.stage != "first_use":
        return None
    if came_to_an_end(recording):
        return _measured(statement, recording)
    if failure is None and recording.failed_first_use is None:
        return None
    is_hung = failure is not None and failure.kind == "timeout"
    return _failed(statement, recording, "hung" if is_hung else "crashed", failure.message if failure else "")


def _failed(statement: Statement, recording: Recording, outcome: FirstUseOutcome, message: str) -> FirstUse:
    """Return an import that raised; of one that did not, `outcome` and `message` say how it ended."""
    if recording.failed_first_use is not None:
        outcome, message = "failed", recording.failed_first_use
    return _unmeasured(statement, outcome, message, recording)


def came_to_an_end(recording: Recording, stage: StageName = "first_use") -> bool:
    """Return whether the memory of the process was read after what was tried, whether that went well or raised."""
    return recording.run is not None and recording.run.stages[-1].stage == stage


def _measured(statement: Statement, recording: Recording) -> FirstUse:
    """Return what imports did that came to an end; what one left that raised is in the figures."""
    run = recording.run
    assert run is not None
    message = recording.failed_first_use
    outcome: FirstUseOutcome = "imported" if message is None else "failed"
    costs = tuple(cost for cost in run.costs if cost.stage == "first_use")
    figures: tuple[int | None, int | None, int | None] = (None, None, None)
    if costs:  # else memory is not read inside this process
        figures = costs[0].cumulative_rss_bytes, costs[0].cumulative_anon_bytes, costs[0].cumulative_time_us
    under_way = recording.under_way if message is not None else ()
    peak, children = highest(run.stages)
    return FirstUse(statement, outcome, message, *figures, costs, run.edges, run.origins, under_way, peak, children)


def _gone_on(first: FirstUse, more: FirstUse) -> FirstUse:
    """Return what a process came to that did one after the other, and was read in between."""
    told = first if more.message is None else more
    grown = _sum(first.rss_bytes, more.peak_bytes)
    return FirstUse(
        statement=more.statement,
        outcome=told.outcome,
        message=told.message,
        rss_bytes=_sum(first.rss_bytes, more.rss_bytes),
        anon_bytes=_sum(first.anon_bytes, more.anon_bytes),
        time_us=_sum(first.time_us, more.time_us),
        costs=_costs_of_both(first.costs, more.costs),
        edges=first.edges | more.edges,
        origins=tuple(dict([*first.origins, *more.origins]).items()),
        under_way=told.under_way,
        peak_bytes=None if grown is None or first.peak_bytes is None else max(first.peak_bytes, grown),
        children_bytes=first.children_bytes + more.children_bytes,
    )


def _sum(one: int | None, other: int | None) -> int | None:
    return None if one is None or other is None else one + other


def _costs_of_both(first: Sequence[ImportCost], more: Sequence[ImportCost]) -> tuple[ImportCost, ...]:
    """Return the loads of both, those of the second below the first one's whole."""
    if not first or not more:
        return ()
    whole, rest = first[0], more[0]
    both = replace(
        whole,
        ok=whole.ok and rest.ok,
        self_rss_bytes=whole.self_rss_bytes + rest.self_rss_bytes,
        cumulative_rss_bytes=whole.cumulative_rss_bytes + rest.cumulative_rss_bytes,
        self_anon_bytes=_sum(whole.self_anon_bytes, rest.self_anon_bytes),
        cumulative_anon_bytes=_sum(whole.cumulative_anon_bytes, rest.cumulative_anon_bytes),
        self_time_us=whole.self_time_us + rest.self_time_us,
        cumulative_time_us=whole.cumulative_time_us + rest.cumulative_time_us,
        lines=(*whole.lines, *rest.lines),
    )
    shift = first[-1].order - rest.order
    later = (
        replace(moved(cost, shift), parent=whole.order) if cost.parent == rest.order else moved(cost, shift)
        for cost in more[1:]
    )
    return (both, *first[1:], *later)


def highest(stages: Sequence[StageReading]) -> tuple[int | None, int]:
    """Return the most that the last stage grew by, and what it started and left running.

    What it started and was over by then is in the former, what ran before in none.
    """
    *_, before, after = (None, *stages)
    if before is None or after is None:
        return None, 0
    left = max(after.children_bytes - before.children_bytes, 0)
    peak, together = after.peak_rss_bytes, after.highest_bytes
    if peak is None or together is None:
        return None, left
    return max(peak - before.rss_bytes, together - before.rss_bytes - before.children_bytes - left, 0), left


def _unmeasured(statement: Statement, outcome: FirstUseOutcome, message: str, recording: Recording) -> FirstUse:
    return FirstUse(statement, outcome, message, None, None, None, (), frozenset(), (), recording.under_way)


def join_together(run: ProbeRun, together: FirstUse | None, apart: Sequence[FirstUse] = ()) -> ProbeRun:
    """Return the run with the last stage: all lazy imports together, or the only one that was tried.

    `apart` were tried in processes of their own, where a fork is not borne: what they share with others counts twice.
    """
    others = {use.statement for use in apart}
    alone = (use for use in run.first_uses if use.outcome != "loaded" and use.statement not in others)
    ended = [use for use in alone if use.rss_bytes is not None]
    whole = together or (ended[0] if len(ended) == 1 else None)
    if whole is None and ended:
        return run  # all together came to no end
    for use in (whole, *apart):
        if use is not None and use.rss_bytes is not None:
            run = _grown(run, use)
    return run


def join_calls(run: ProbeRun) -> ProbeRun:
    """Return the run with the stage of its calls: all in a row, or the only one, on top of the start.

    Those that were done in starts of their own alone are added, and all of them where those in a row came to no end:
    what they share with others counts twice.
    """
    is_whole = run.calls_together is not None and run.calls_together.was_apart
    apart = [call for call in run.calls if call.was_apart and call.rss_bytes is not None and not is_whole]
    ended = [call for call in run.calls if call.rss_bytes is not None and not call.was_apart]
    whole = run.calls_together or (ended[0] if len(ended) == 1 else None)
    apart += ended if whole is None else []
    if not (whole or apart):
        return run
    start = next(reading for reading in reversed(run.stages) if reading.stage in ("import", "ready"))
    reading = start
    for call in filter(None, (whole, *apart)):
        reading = _reading_after(reading, call, "calls")
    if reading.peak_rss_bytes is not None:  # in another order one of them may find less that is free
        peak = max(reading.peak_rss_bytes, start.rss_bytes + max(call.peak_bytes or 0 for call in run.calls))
        tree = reading.tree
        if tree is not None and tree.peak_bytes is not None:
            tree = replace(tree, peak_bytes=max(tree.peak_bytes, peak + reading.children_bytes))
        reading = replace(reading, peak_rss_bytes=peak, tree=tree)
    origins = dict([each for call in run.calls for each in call.origins] + [*run.origins])
    return replace(run, stages=(*run.stages, reading), origins=tuple(origins.items()))


def _grown(run: ProbeRun, use: FirstUse) -> ProbeRun:
    """Return the run with what a lazy import added in its last stage."""
    reading = _reading_after(run.stages[-1], use, "first_use")
    stages = run.stages[:-1] if run.stages[-1].stage == "first_use" else run.stages
    shift = len(run.costs) - (use.costs[0].order if use.costs else 0)
    return replace(
        run,
        stages=(*stages, reading),
        costs=(*run.costs, *(moved(cost, shift, len(run.costs)) for cost in use.costs)),
        edges=run.edges | use.edges,
        origins=tuple(dict([*use.origins, *run.origins]).items()),
    )


def _reading_after(ready: StageReading, use: FirstUse | CallRun, stage: StageName) -> StageReading:
    """Return the ready process grown by what was tried in it.

    Not what the fork read: it differs by the pages that it shares with its parent.
    """
    growth = use.rss_bytes or 0
    anon = None if ready.anon_bytes is None or use.anon_bytes is None else ready.anon_bytes + use.anon_bytes
    count = ready.module_count + len({cost.module for cost in use.costs[1:] if cost.ok})
    peak = None if use.peak_bytes is None else ready.rss_bytes + max(use.peak_bytes, growth)
    if ready.stage == stage and peak is not None:
        peak = max(peak, ready.peak_rss_bytes or 0)
    tree = ready.tree
    if tree is not None:
        beside = tree.total_bytes - ready.rss_bytes + use.children_bytes
        tree = replace(
            tree,
            rss_bytes=tree.rss_bytes + growth + use.children_bytes,
            total_bytes=ready.rss_bytes + growth + beside,
            peak_bytes=None if peak is None else peak + beside,
            ended_count=0,
        )
    time_us = ready.time_us + (use.time_us or 0)
    return StageReading(stage, ready.rss_bytes + growth, anon, peak, time_us, count, tree)
