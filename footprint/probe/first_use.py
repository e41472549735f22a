"""What trying the lazy imports told, cut out of the child's records. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from footprint.model.runtime import Failure, FirstUse, FirstUseOutcome, ImportCost, ProbeRun, StageReading, Statement
from footprint.probe.events import Recording, parse
from footprint.probe.readings import OutsideReading
from footprint.probe.statuses import describe_status

_FRAME = re.compile(rb"\x1eu (\d{1,9}) (-?\d{1,9}|timeout) (\d{1,12})\n")
_LOADED = re.compile(rb"\x1ek (\d{1,9})\n")
_START = re.compile(rb"\x1eh [^\n]+\n")


@dataclass(frozen=True, slots=True)
class Fork:
    """The records of one fork, and how it ended: an exit status, negative for a signal, or "timeout"."""

    index: int
    status: str
    data: bytes


class FirstUses(NamedTuple):
    """What the lazy imports did, and the records of the forks that did it."""

    alone: tuple[FirstUse, ...]
    together: FirstUse | None
    recordings: tuple[Recording, ...]


def cut_forks(data: bytes) -> tuple[bytes, tuple[Fork, ...]]:
    """Return the records without those of the forks, and the forks."""
    rest, forks, position = [], [], 0
    while (frame := _FRAME.search(data, position)) is not None:
        end = frame.end() + int(frame[3])
        rest.append(data[position : frame.start()])
        forks.append(Fork(int(frame[1]), frame[2].decode(), data[frame.end() : end]))
        position = end
    return b"".join([*rest, data[position:]]), tuple(forks)


def doubt_forks(data: bytes, tried: int) -> str | None:
    """Return what is wrong with the forks of a start that tried so many statements, in words; None for nothing.

    Each has one of its own, and then all of them together, in this order.
    """
    indices = [fork.index for fork in cut_forks(data)[1]]
    if indices and (not tried or indices[-1] > tried or indices != sorted(set(indices))):
        return "it tells of lazy imports that nobody tried"
    return None


def read_first_uses(
    data: bytes, forks: Sequence[Fork], statements: Sequence[Statement], seen: Sequence[OutsideReading] | None = None
) -> FirstUses:
    """Return what each statement did alone, in their order, and what all of them did together.

    Statements that were not tried any more are missing. `data` are the records outside of the forks, `seen` what was
    read of the forks from outside.
    """
    start = _START.search(data)
    head = start[0] if start else b""
    found: dict[int, FirstUse] = {int(index): _loaded(statements[int(index)]) for index in _known(data, statements)}
    together = None
    recordings = []
    for fork in forks:
        recording = parse(head + fork.data, seen)
        recordings.append(recording)
        if fork.index < len(statements):
            found[fork.index] = _read(statements[fork.index], fork, recording)
        elif fork.status == "0" and recording.run is not None:
            together = _read(Statement(""), fork, recording)
    alone = tuple(found[index] for index in sorted(found))
    return FirstUses(alone, together, tuple(recordings))


def _known(data: bytes, statements: Sequence[Statement]) -> list[bytes]:
    return [index for index in _LOADED.findall(data) if int(index) < len(statements)]


def _loaded(statement: Statement) -> FirstUse:
    return FirstUse(statement, "loaded", None, 0, 0, 0, (), frozenset(), ())


def _read(statement: Statement, fork: Fork, recording: Recording) -> FirstUse:
    run = recording.run
    if fork.status == "0" and run is not None:
        return _imported(statement, run)
    if fork.status == "timeout":
        return _failed(statement, "hung", "it did not come to an end", recording)
    if recording.failed_first_use is not None:
        return _failed(statement, "failed", recording.failed_first_use, recording)
    number = int(fork.status)
    how = describe_status(number)
    return _failed(statement, "crashed", how, recording)


def read_inline(statement: Statement, recording: Recording, failure: Failure | None) -> FirstUse | None:
    """Return what a statement did that a child ran by itself after its start; None if it did not come that far."""
    run = recording.run
    if run is None or recording.stage != "first_use":
        return None
    if any(reading.stage == "first_use" for reading in run.stages):
        return _imported(statement, run)
    if recording.failed_first_use is not None:
        return _failed(statement, "failed", recording.failed_first_use, recording)
    if failure is None:
        return None
    outcome: FirstUseOutcome = "hung" if failure.kind == "timeout" else "crashed"
    return _failed(statement, outcome, failure.message, recording)


def _imported(statement: Statement, run: ProbeRun) -> FirstUse:
    costs = tuple(cost for cost in run.costs if cost.stage == "first_use")
    if not costs:  # memory is not read inside this process
        return FirstUse(statement, "imported", None, None, None, None, (), run.edges, run.origins)
    whole = costs[0]
    return FirstUse(
        statement=statement,
        outcome="imported",
        message=None,
        rss_bytes=whole.cumulative_rss_bytes,
        anon_bytes=whole.cumulative_anon_bytes,
        time_us=whole.cumulative_time_us,
        costs=costs,
        edges=run.edges,
        origins=run.origins,
    )


def _failed(statement: Statement, outcome: FirstUseOutcome, message: str, recording: Recording) -> FirstUse:
    return FirstUse(statement, outcome, message, None, None, None, (), frozenset(), (), recording.under_way)


def join_together(run: ProbeRun, together: FirstUse | None) -> ProbeRun:
    """Return the run with the last stage: all lazy imports together, or the only one that was tried."""
    tried = [use for use in run.first_uses if use.outcome == "imported"]
    whole = together or (tried[0] if len(tried) == 1 else None)
    reading = _reading_after(run, whole) if whole else None
    if whole is None or reading is None:
        return run
    shift = len(run.costs) - (whole.costs[0].order if whole.costs else 0)
    loads = (_shifted(cost, shift, len(run.costs)) for cost in whole.costs)
    return replace(
        run,
        stages=(*run.stages, reading),
        costs=(*run.costs, *loads),
        edges=run.edges | whole.edges,
        origins=tuple(dict([*whole.origins, *run.origins]).items()),
    )


def _shifted(cost: ImportCost, shift: int, first: int) -> ImportCost:
    """Return a load with its place among the loads of the whole run; `first` is that of the stage."""
    around = None if cost.parent is None or cost.parent + shift < first else cost.parent + shift
    return replace(cost, order=cost.order + shift, parent=around)


def _reading_after(run: ProbeRun, use: FirstUse) -> StageReading | None:
    """Return the ready process grown by lazy imports; None where memory was not read.

    Not what the fork read: it differs by the pages that it shares with its parent.
    """
    ready = run.stages[-1]
    if use.rss_bytes is None:
        return None
    anon = None if ready.anon_bytes is None or use.anon_bytes is None else ready.anon_bytes + use.anon_bytes
    rss = ready.rss_bytes + use.rss_bytes
    peak = None if ready.peak_rss_bytes is None else max(ready.peak_rss_bytes, rss)
    count = ready.module_count + len({cost.module for cost in use.costs[1:] if cost.ok})
    return StageReading("first_use", rss, anon, peak, ready.time_us + (use.time_us or 0), count)
