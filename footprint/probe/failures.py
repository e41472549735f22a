"""How a child ended, said as a Failure: what happened, in which stage, at which line of the project."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from pathlib import Path

from footprint.model.installed_environment import Interpreter
from footprint.model.runtime import Failure, FailureKind, StageName
from footprint.probe.ended_run import EndedRun
from footprint.probe.process import ChildEnd
from footprint.probe.recording import Recording
from footprint.probe.statuses import describe_status, explain_lack
from footprint.units import size

PIPE_LOST = 97  # child/recorder.py ends with it when the entry took its descriptor away

MESSAGE_LIMIT = 500

# faulthandler prints the innermost frame first.
_FAULT_FRAME = re.compile(r'^  File "(.+)", line (\d+) in ', re.MULTILINE)


def describe_failure(run: EndedRun, places: tuple[Path, Interpreter], timeout_s: float) -> Failure | None:
    """Return why the run did not reach its last stage, None if it did."""
    end, recording = run.end, run.recording
    if recording.finished and recording.raised is None:
        return None
    stage = _unfinished_stage(recording)
    kind: FailureKind
    frames: Iterable[tuple[str, int]]
    if recording.raised is not None:
        kind, message = recording.raised.kind, explain_lack(recording.raised.message)
        frames = reversed(recording.raised.frames)
    else:
        kind, message = _name_end(end, recording, timeout_s)
        frames = ((path, int(line)) for path, line in _FAULT_FRAME.findall(end.output_tail))
    path, line = _innermost_own(frames, *places)
    return Failure(
        kind=kind,
        message=message[:MESSAGE_LIMIT],
        stage=stage,
        under_way=recording.under_way,
        path=path,
        line=line,
        stderr_tail=end.output_tail,
        rss_bytes=end.stopped_at_bytes,
    )


def not_started(message: str) -> Failure:
    """Return the failure of an entry whose process could not be started."""
    return Failure(kind="not-started", message=message[:MESSAGE_LIMIT], stage="interpreter", under_way=())


def not_trusted(doubt: str, stage: StageName) -> Failure:
    """Return the failure of an entry whose records cannot be: then nothing of them is a figure."""
    message = f"not trusted: the records of this start cannot be right: {doubt}"
    return Failure(kind="untrusted", message=message[:MESSAGE_LIMIT], stage=stage, under_way=())


def _name_end(end: ChildEnd, recording: Recording, timeout_s: float) -> tuple[FailureKind, str]:
    if end.stopped_at_bytes is not None:
        return "limit", f"passed the memory limit at {size(end.stopped_at_bytes)}"
    if end.timed_out:
        return "timeout", f"not over after {timeout_s:g} s, killed"
    if end.overflowed:
        return "incomplete", "stopped: it imported endlessly"
    if recording.run is None:
        return "not-started", f"the interpreter: {_describe(end)} before the entry was imported"
    if end.returncode < 0:
        return "signal", _describe(end)
    if end.returncode == PIPE_LOST:
        return "incomplete", "the entry closed the descriptor that the probe writes to"
    return "exit", _describe(end)


def _describe(end: ChildEnd) -> str:
    return describe_status(end.returncode, cpu_is_used_up=end.cpu_is_used_up)


def _unfinished_stage(recording: Recording) -> StageName:
    if recording.run is None:
        return "interpreter"
    done = {reading.stage for reading in recording.run.stages}
    return "ready" if recording.stage == "import" and "import" in done else recording.stage


def _innermost_own(
    frames: Iterable[tuple[str, int]], project: Path, interpreter: Interpreter
) -> tuple[str | None, int | None]:
    """Return the first of `frames` (innermost first) in the project's own code, relative and posix."""
    outside = (interpreter.prefix, *interpreter.site_dirs)
    root = Path(os.path.realpath(project))
    for name, line in frames:
        path = Path(os.path.realpath(name))
        if name.startswith("<") or not path.is_relative_to(root):
            continue
        if any(path.is_relative_to(folder) and not root.is_relative_to(folder) for folder in outside):
            continue
        return path.relative_to(root).as_posix(), line
    return None, None
