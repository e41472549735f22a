"""What calls of a ready application told, cut out of the child's records. Pure."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from footprint.model.installed_environment import Interpreter
from footprint.model.requested_calls import Call, Request
from footprint.model.runtime import CallFile, CallOutcome, CallRun, Failure, ForkMemory, GrowthLine
from footprint.probe import records
from footprint.probe.first_use_records import ENDED, came_to_an_end, highest
from footprint.probe.live_records import read_growth
from footprint.probe.own_frames import innermost_own
from footprint.probe.readings import OutsideReading
from footprint.probe.recording import Recording, parse
from footprint.probe.records import Fork
from footprint.probe.statuses import describe_status
from footprint.values import replace

_PRIVATE = "footprint-start-"  # how the folders begin that are thrown away; HOME is one level inside
_NO_BODY = (204, 304)  # RFC 9110, 6.4.1
_MOST_LINES = 20
_FOR_EVER = [1 << 63]


class CallRuns(NamedTuple):
    """What the calls did, and the records of the forks that did them."""

    alone: tuple[CallRun, ...]
    together: CallRun | None
    recordings: tuple[Recording, ...]
    connections: tuple[str, ...]  # of before, closed in the forks


def read_calls(
    data: bytes, forks: Sequence[Fork], calls: Sequence[Call], seen: Sequence[OutsideReading] | None = None
) -> CallRuns:
    """Return what each call did alone, in their order, and what all that came to an end did in a row.

    `data` are the records outside of the forks, `seen` what was read of the forks from outside.
    """
    head = records.first(data, "h")
    alone, recordings, together = list[CallRun](), list[Recording](), None
    for fork in forks:
        recording = parse(head + fork.data, seen)
        recordings.append(recording)
        is_over = came_to_an_end(recording, "calls") and (fork.status in ENDED or bool(list(_written(fork.data))))
        if fork.index >= len(calls):
            together = _measured("", recording, fork.data) if is_over else None
        elif is_over:
            alone.append(_judged(calls[fork.index], recording, fork.data))
        elif fork.status == "timeout":
            alone.append(_lost(calls[fork.index], "hung", "it did not come to an end"))
        else:
            alone.append(_lost(calls[fork.index], "crashed", describe_status(int(fork.status))))
    peers = (peer for fork in forks for (peer,) in records.find(fork.data, "S"))
    return CallRuns(tuple(alone), together, tuple(recordings), tuple(dict.fromkeys(peers)))


def read_call_apart(call: Call, recording: Recording, data: bytes, failure: Failure | None) -> CallRun | None:
    """Return what a call did that a child did by itself after its start; None if it did not come that far."""
    if came_to_an_end(recording, "calls"):
        return replace(_judged(call, recording, data), was_apart=True)
    if recording.run is None or failure is None or not records.is_trying(data):
        return None
    hung = (failure.kind in ("timeout", "signal") and "SIGALRM" in failure.message) or failure.kind == "timeout"
    message = "it did not come to an end" if hung else failure.message
    is_lost = failure.kind == "incomplete"  # by our own means
    lost = _lost(call, "undecided" if is_lost else "hung" if hung else "crashed", message)
    return replace(lost, path=failure.path, line=failure.line, was_apart=True)


def read_calls_apart(recording: Recording, data: bytes) -> CallRun | None:
    """Return what calls did in a row that a child did by itself after its start; None if one of them ended it."""
    if not came_to_an_end(recording, "calls"):
        return None
    return replace(_measured("", recording, data), was_apart=True)


def _lost(call: Call, outcome: CallOutcome, message: str) -> CallRun:
    return CallRun(call.name, outcome, message, None, None, None, None)


def _judged(call: Call, recording: Recording, data: bytes) -> CallRun:
    """Return a call that came to its end, with what of its answer is not as it should be."""
    status, promised, sent = next(records.find(data, "A"), (0, -1, 0))
    run = _measured(call.name, recording, data)
    message = recording.raised.message if recording.raised is not None else None
    if isinstance(call, Request):
        message = message or _find_fault(call, status, promised, sent)
        run = replace(run, status=status or None, sent_bytes=sent)
    return replace(run, outcome="done" if message is None else "failed", message=message)


def _find_fault(request: Request, status: int, promised: int, sent: int) -> str | None:
    if not status:
        return "it did not answer"
    most = 500 if request.is_found else 400
    if status != request.status if request.status is not None else status >= most:
        wanted = f", not {request.status}" if request.status is not None else ""
        return f"it answered {status}{wanted}"
    if promised >= 0 and promised != sent and request.method != "HEAD" and status not in _NO_BODY:
        return f"it promised {promised:,} bytes in Content-Length and sent {sent:,}"
    return None


def _measured(name: str, recording: Recording, data: bytes) -> CallRun:
    run = recording.run
    assert run is not None
    costs = tuple(cost for cost in run.costs if cost.stage == "calls")
    peak, children = highest(run.stages)
    (lines,) = read_growth([data], _FOR_EVER)
    return CallRun(
        *(name, "done", None),
        # not of the whole alone: what another thread loads, as routes that are no coroutines do, is not within it
        rss_bytes=sum(cost.self_rss_bytes for cost in costs) if costs else None,
        anon_bytes=sum(cost.self_anon_bytes or 0 for cost in costs) if costs else None,
        peak_bytes=peak,
        time_us=costs[0].cumulative_time_us if costs else None,
        costs=costs,
        edges=run.edges,
        origins=run.origins,
        children_bytes=children,
        lines=tuple(_worth_a_word(lines)),
        files=tuple(sorted(_files(data), key=lambda file: -file.size_bytes)),
        written=tuple(sorted({path for (path,) in records.find(data, "W")})),
        fork=ForkMemory(*both) if len(both := list(_written(data))) == 2 else None,
    )


def _written(data: bytes) -> Iterator[int]:
    return (count << 10 for (count,) in records.find(data, "o"))


def _worth_a_word(lines: Iterable[GrowthLine]) -> list[GrowthLine]:
    return [line for line in lines if max(line.rss_bytes, line.peak_bytes) > 0][:_MOST_LINES]


def _files(data: bytes) -> Iterator[CallFile]:
    for size, how, path in records.find(data, "F"):
        yield CallFile(path, size, "mapped" if how == "mapped" else "read")


def settled(run: CallRun, recording: Recording | None, project: Path, interpreter: Interpreter) -> CallRun:
    """Return a call with the paths as a reader knows them, and the line of the project that raised."""
    frames = recording.raised.frames if recording is not None and recording.raised is not None else ()
    path, line = innermost_own(reversed(frames), project, interpreter) if frames else (run.path, run.line)
    root = os.path.realpath(project)
    files = (replace(file, path=_shown(file.path, root)) for file in run.files)
    written = (path for path in run.written if _PRIVATE not in path)
    shown = tuple(_shown(each, root) for each in written)
    return replace(run, path=path, line=line, files=tuple(files), written=shown)


def _shown(path: str, root: str) -> str:
    """Return a path relative to the project, or to the HOME that is thrown away."""
    if path.startswith(f"{root}/"):
        return path[len(root) + 1 :]
    _, private, rest = path.partition(_PRIVATE)
    inner = rest.partition("/")[2]
    return f"~{inner[len('home') :]}" if private and inner.startswith("home/") else path
