"""One run of an entry that is over: what its records say, and why it did not come to its end.

The records are read when somebody asks: while others run, the processor is theirs.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import islice
from pathlib import Path

from footprint.late import late_pattern
from footprint.model.installed_environment import Interpreter
from footprint.model.note import Note
from footprint.model.requested_calls import Call, CallCandidate, Request
from footprint.model.runtime import Failure, FailureKind, RepeatRun, RunFigures, StageName, StageReading, Statement
from footprint.probe import records
from footprint.probe.begun_recording import Begun
from footprint.probe.call_records import CallRuns, read_calls
from footprint.probe.first_use_records import FirstUses, doubt_first_uses, doubt_forks, read_first_uses
from footprint.probe.own_frames import innermost_own
from footprint.probe.process import ChildEnd
from footprint.probe.recording import Recording, find_doubt, parse
from footprint.probe.statuses import describe_status, explain_lack
from footprint.units import few, mebibytes, size
from footprint.values import replace

_NAMED = 4
_WHEN = {
    "import": "at import",
    "ready": "in its start-up handlers",
    "first_use": "in its lazy imports",
    "calls": "in its calls",
}
_WAYS = {
    "pss": "by PSS",
    "private": "what is each one's own, and shared pages once",
    "rss": "RSS: what they share counts for each, and the system does not tell how much that is",
}
PIPE_LOST = 97  # child/recorder.py ends with it when the entry took its descriptor away

MESSAGE_LIMIT = 500
_CANDIDATES_AT_MOST = 100

# faulthandler prints the innermost frame first.
_FAULT_FRAME = late_pattern(r'^  File "(.+)", line (\d+) in ', re.MULTILINE)


class EndedRun:
    """How a run ended, and what it told. `tried` are the lazy imports, `calls` the calls that forks were to try.

    `take_begun` gives what was read of its records while it ran.
    """

    def __init__(
        self,
        end: ChildEnd,
        tried: Sequence[Statement] = (),
        calls: Sequence[Call] = (),
        *,
        asks_routes: bool = False,
        take_begun: Callable[[], Begun | None] = lambda: None,
    ) -> None:
        self.end, self.tried, self._take_begun = end, tried, take_begun
        routes = (Request("GET", path, is_found=True) for (path,) in records.find(end.events, "R"))
        self.calls = (*calls, *routes) if asks_routes else tuple(calls)
        self.compiled_count = records.count(end.events, "c")
        self.cached_count = records.count(end.events, "w")

    @property
    def is_trying(self) -> bool:
        """Whether the start was over and lazy imports were being tried."""
        return records.is_trying(self.end.events)

    @property
    def went_through(self) -> bool:
        """Whether it came to the end of its start; what lazy imports did after it does not count."""
        if self.end.stopped_at_bytes is not None:
            return False
        return (self.end.returncode == 0 and records.is_finished(self.end.events)) or self.is_trying

    @cached_property
    def _cut(self) -> tuple[bytes, tuple[records.Fork, ...]]:
        return records.cut_forks(self.end.events)

    @cached_property
    def recording(self) -> Recording:
        """The records of the process, those of its forks left out."""
        data, readings, begun = self._cut[0], self.end.readings(of_forks=False), self._take_begun()
        recording = begun.go_on(data, readings) if begun is not None else None
        recording = recording or parse(data, readings, self.end.stage_rss)
        told = islice(records.find(self._cut[0], "K"), _CANDIDATES_AT_MOST)
        if recording.run is not None and (found := tuple(CallCandidate(*each) for each in told)):
            recording.run = replace(recording.run, candidates=found)
        return recording

    @cached_property
    def first_uses(self) -> FirstUses:
        """What the lazy imports did."""
        return read_first_uses(self._cut[0], self._forks("import"), self.tried, self.end.readings(of_forks=True))

    def _forks(self, kind: records.ForkKind) -> list[records.Fork]:
        return [fork for fork in self._cut[1] if fork.kind == kind]

    @cached_property
    def called(self) -> CallRuns:
        """What the calls did."""
        return read_calls(self._cut[0], self._forks("call"), self.calls, self.end.readings(of_forks=True))

    def repeated(self, asked: int, project: Path, interpreter: Interpreter) -> Mapping[int, RepeatRun]:
        """Return what calls came to that were to be done `asked` times, by their place among the calls."""
        from footprint.probe.repeat_records import read_repeats  # for few starts only

        return read_repeats(self._cut[0], self._forks("repeat"), asked, project, interpreter)

    @cached_property
    def doubt(self) -> str | None:
        """Why nothing of it can be believed, in words; None where all is as it should be."""
        machine_bytes = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
        told = (self.recording, *(self.first_uses.recordings if self.tried else ()))
        told += self.called.recordings if self.calls else ()
        doubts = [find_doubt(each, self.end.outside, machine_bytes) for each in told]
        doubts.append(doubt_first_uses(self._forks("import"), len(self.tried)))
        doubts.append(doubt_forks(self._forks("call"), len(self.calls)))
        doubts.append(doubt_forks(self._forks("repeat"), max(len(self.calls), 1)))  # one in a start of its own
        return next(filter(None, doubts), None)

    @property
    def startup_stages(self) -> list[StageReading]:
        """The stages of its start that it came to the end of."""
        stages = self.recording.run.stages if self.recording.run is not None else ()
        return [reading for reading in stages if reading.stage in ("import", "ready")]

    @property
    def startup_rss(self) -> int | None:
        """The RSS at the last of them in bytes."""
        return self.startup_stages[-1].rss_bytes if self.startup_stages else None

    @property
    def figures(self) -> RunFigures | None:
        """What it came to; only of one without a hook."""
        reached = self.startup_stages
        if self.recording.hook != "none" or not reached:
            return None
        last = reached[-1]
        peaks = [reading.highest_bytes for reading in reached]
        highest = max((peak for peak in peaks if peak is not None), default=None)
        return RunFigures(last.rss_bytes, last.anon_bytes, last.time_us, None if None in peaks else highest)

    def notes(self, entry: str) -> Iterator[Note]:
        """Yield what it could not tell, and what was seen of other processes."""
        if self.recording.lifespan == "unsupported":
            yield Note("lifespan-unsupported", "the application does not answer the lifespan protocol")
        if self.recording.run is not None and not self.recording.run.costs and self.recording.hook != "none":
            yield Note("import-memory-unknown", "memory per import cannot be read on this platform")
        yield from _describe_children(entry, self.recording, self.end)


def _describe_children(entry: str, recording: Recording, end: ChildEnd) -> Iterator[Note]:
    """Yield what the measurement of one start saw of other processes, and what it could not see."""
    stages = recording.run.stages if recording.run is not None else ()
    start = [reading for reading in stages if reading.stage in ("import", "ready")]
    if start and (text := _describe_running(start[-1])):
        yield Note("child-processes", f"{entry}: {text}")
    for reading in stages:
        if reading.tree is not None and reading.tree.ended_count and reading.tree.peak_bytes is not None:
            count = reading.tree.ended_count
            ran = "a child process ran and ended" if count == 1 else f"{count} child processes ran and ended"
            yield Note(
                "child-processes",
                f"{entry}: {ran} {_WHEN[reading.stage]}, {size(reading.tree.peak_bytes)} with it at the most; "
                "what lives for some milliseconds only is not seen",
            )
    if recording.thread_count:
        threads = "a thread goes" if recording.thread_count == 1 else f"{recording.thread_count} threads go"
        text = f"{entry}: {threads} on when it has started: what that takes later, only --live can tell"
        yield Note("threads-go-on", text)
    if any(not reading.peak_is_exact for reading in end.readings(of_forks=False) or ()):
        yield Note(
            "peak-sampled", f"{entry}: the system does not tell the peak of each stage: it is the most that was seen"
        )


def _describe_running(reading: StageReading) -> str:
    tree = reading.tree
    if tree is None or not tree.children_rss_bytes:
        return ""
    count = tree.process_count - 1
    each = few([mebibytes(rss) for rss in tree.children_rss_bytes], _NAMED)
    run = "a child process runs" if count == 1 else f"{count} child processes run"
    words = f"{run} when it has started, RSS {each} MiB: {size(tree.total_bytes - reading.rss_bytes)} of its memory"
    other = ""
    if tree.otherwise_bytes is not None:
        way = "PSS" if tree.counted_by == "private" else "private pages and shared ones once"
        other = f"; counted as {way} all take {size(tree.otherwise_bytes)} instead of {size(tree.total_bytes)}"
    words += f" ({_WAYS[tree.counted_by]}{other})"
    return f"{words}; still growing when read: only --live can tell" if tree.is_growing else words


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
    path, line = innermost_own(frames, *places)
    call, seen = _stopped_call(run) if stage == "calls" else (None, None)
    path, line = seen or (path, line)
    return Failure(
        kind=kind,
        message=message[:MESSAGE_LIMIT],
        stage=stage,
        under_way=recording.under_way,
        path=path,
        line=line,
        stderr_tail=end.output_tail,
        rss_bytes=end.stopped_at_bytes,
        call=call,
    )


def _stopped_call(run: EndedRun) -> tuple[str | None, records.Place | None]:
    """Return the call that a limit stopped, or that had passed it for a moment before it was looked at.

    Of the latter the line, too, that was seen as it was highest; of what was stopped only where it printed none.
    """
    data, limit = run.end.events, run.end.memory_bytes or 0
    pieces = data.split(b"\x1eC ")[1:]
    begun = [fields for fields in records.find(data, "C") if fields[0] < len(run.calls)]
    for (index, _), (_, mark), piece in zip(begun, begun[1:], pieces, strict=False):
        if mark << 10 > limit > 0:
            return run.calls[index].name, _highest_line(piece)
    if not begun:
        return None, None
    printed = _FAULT_FRAME.search(run.end.output_tail)
    return run.calls[begun[-1][0]].name, None if printed else _highest_line(pieces[-1])


def _highest_line(data: bytes) -> records.Place | None:
    rises = [(peak, place) for _, _, peak, _, place in records.find(data, "d") if place is not None]
    return max(rises)[1] if rises else None


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
        return "incomplete", "the entry closed the descriptor that the probe writes to, or set a limit to it"
    return "exit", _describe(end)


def _describe(end: ChildEnd) -> str:
    return describe_status(end.returncode, cpu_is_used_up=end.cpu_is_used_up)


def _unfinished_stage(recording: Recording) -> StageName:
    if recording.run is None:
        return "interpreter"
    done = {reading.stage for reading in recording.run.stages}
    return "ready" if recording.stage == "import" and "import" in done else recording.stage
