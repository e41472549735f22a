"""Runs one entry in the target interpreter, as often as it takes, while the caller does something else.

    with runner.start(interpreter, entry, project, options) as probe:
        installed = disk.scan(...)
        runtime = probe.result()

Leaving the block ends whatever still runs, on any exception too.
"""

from __future__ import annotations

import functools
import os
import secrets
import threading
from collections.abc import Callable
from dataclasses import field, replace
from pathlib import Path

from footprint.errors import NotMeasured
from footprint.files.private import private_folder
from footprint.model.installed_environment import Interpreter
from footprint.model.note import Note
from footprint.model.runtime import EntryRuntime, Failure, FirstUse, ProbeRun, RunFigures, StageReading, Statement
from footprint.model.secrets import star
from footprint.model.source_modules import EntryPoint
from footprint.probe import (
    child_bytecode,
    events,
    failures,
    first_use_records,
    launch,
    preloads,
    process,
    record_trust,
    snapshot,
    started_program,
)
from footprint.probe.children import describe_children
from footprint.probe.launch import ProbeOptions
from footprint.values import dataclass

_TRIED_AGAIN = 3  # lazy imports that crash or hang cost a whole start each

__all__ = ["EntryProbe", "ProbeOptions", "start"]


def start(
    interpreter: Interpreter, entry: EntryPoint, project: Path, options: ProbeOptions | None = None
) -> EntryProbe:
    """Start the first child at once; further runs follow in the background."""
    return EntryProbe(interpreter, entry, project.resolve(), options or ProbeOptions())


class EntryProbe:
    """The runs of one entry. `result` waits for all of them; leaving the context ends them."""

    def __init__(self, interpreter: Interpreter, entry: EntryPoint, project: Path, options: ProbeOptions) -> None:
        self._interpreter, self._entry, self._project, self._options = interpreter, entry, project, options
        self._lock = threading.Lock()
        self._child: process.Child | None = None
        self._stopped = False
        self._series = _Series(options.runs)
        self._problem: str | None = None
        self._written: tuple[str, ...] = ()
        self._doubt: str | None = None  # why nothing of it is believed
        self._again: dict[Statement, FirstUse] = {}  # what was tried a second time
        self._hooks: process.ChildEnd | None = None  # the start of the start-up hooks alone, where there are any
        # Not Thread.join: interrupted by control-C once, it believes before Python 3.13 that the thread is over.
        self._over = threading.Event()
        threading.Thread(target=self._run, name=f"probe {entry.name}", daemon=True).start()

    def __enter__(self) -> EntryProbe:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """End the running child and start no other; harmless when all is over."""
        with self._lock:
            self._stopped = True
            if self._child is not None:
                self._child.kill()
        self._over.wait()

    def wait(self) -> None:
        """Wait until the last run is over, without reading it."""
        self._over.wait()

    def result(self) -> EntryRuntime:
        """Wait for the runs and return the one whose RSS is the median, or why there is none; secrets starred."""
        self._over.wait()
        if not self._series.counted:
            problem = failures.not_started(self._problem or "stopped")
            found = EntryRuntime(self._entry.name, None, (), 0, problem, self._written, "none", self._notes())
        else:
            found = self._choose()
        return star(found, launch.secrets_of(self._options.env))

    def _run(self) -> None:
        """Run in the background, without reading any record: the caller's thread needs the processor."""
        try:
            before = snapshot.take(self._project)
            self._run_series()
            after = snapshot.take(self._project)
            self._written = snapshot.written(before, after)
            if not (before.complete and after.complete):
                self._series.notes.append(Note("written-unknown", "too many files to tell what the entry wrote"))
        except Exception as error:  # of ours, for once: the thread that it would end has a caller that waits for it
            self._series.counted.clear()
            self._problem = f"footprint failed while it was measured ({type(error).__name__}: {error})"
        finally:
            self._over.set()

    def _run_series(self) -> None:
        """Run the entry until enough runs count."""
        try:
            plan = self._plan(self._options)
            with private_folder("bytecode") as cache:
                code = child_bytecode.provide(plan.interpreter, self._interpreter.cache_tag, cache)
                while self._series.wants_more and not self._stopped:
                    command = functools.partial(plan.command, code)
                    self._series.add(self._run_once(plan, command, cache if self._series.redirected else None))
                    if self._series.counted:  # lazy imports are tried once; only the start is repeated
                        plan = self._plan(replace(self._options, first_use=(), forks=False))
                self._try_again(code, cache if self._series.redirected else None)
                self._see_hooks(code, cache if self._series.redirected else None)
        except (launch.CannotStart, NotMeasured) as error:
            self._problem = str(error)
        except OSError as error:
            self._problem = f"cannot start {self._interpreter.executable}: {error.strerror or error}"

    def _plan(self, options: ProbeOptions) -> launch.PreparedStart:
        return launch.plan(self._interpreter, self._entry, self._project, options)

    def _try_again(self, code: child_bytecode.ChildCode, cache: Path | None) -> None:
        """Try what crashed or hung in a fork in a process of its own: some libraries do not bear a fork."""
        if not self._series.counted or not self._options.first_use:
            return
        outside, forks = first_use_records.cut_forks(self._series.counted[0].events)
        uses = first_use_records.read_first_uses(outside, forks, self._options.first_use)
        doubtful = [use.statement for use in uses.alone if use.outcome in ("crashed", "hung")]
        for statement in doubtful[:_TRIED_AGAIN]:
            if self._stopped:
                return
            plan = self._plan(replace(self._options, first_use=(statement,), first_use_here=True))
            end = self._run_once(plan, functools.partial(plan.command, code), cache)
            recording = _read(end)
            self._doubt = self._doubt or self._find_doubt(end, recording)
            use = first_use_records.read_inline(statement, recording, self._describe(end, recording))
            if use is not None:
                self._again[statement] = use

    def _see_hooks(self, code: child_bytecode.ChildCode, cache: Path | None) -> None:
        """Start what start-up hooks load in a process of its own, where the measured start had any of them."""
        if self._stopped or self._options.hook == "none" or not self._series.counted:
            return
        if preloads.has_hooks(self._series.counted[0].events, self._interpreter.stdlib_names):
            plan = launch.plan_of_hooks(self._plan(replace(self._options, first_use=())))
            self._hooks = self._run_once(plan, functools.partial(plan.command, code), cache)

    def _with_hooks(self, run: ProbeRun | None) -> ProbeRun | None:
        """Return the run with the loads of the start-up hooks, as far as they could be watched."""
        if run is None or self._hooks is None:
            return run
        recording = _read(self._hooks)
        if recording.run is None or not recording.finished or self._find_doubt(self._hooks, recording):
            message = "start-up hooks load modules before the first line; what they take counts for the interpreter"
            self._series.notes.append(Note("hooks-not-measured", message))
            return run
        return preloads.with_preloads(run, recording.run, self._interpreter.stdlib_names)

    def _run_once(
        self, plan: launch.PreparedStart, command: Callable[[int, str], list[str]], cache: Path | None
    ) -> process.ChildEnd:
        outside = plan.arguments["memory"] == "parent" or not Path("/proc/self/statm").exists()
        trying_s = self._options.timeout_s if plan.arguments["first_use"] or plan.arguments["forks"] else 0
        limits = process.Limits(
            self._options.timeout_s,
            read_memory_outside=outside,
            memory_bytes=self._options.memory_limit_bytes,
            first_use_s=trying_s,
        )
        with private_folder("start", launch.PRIVATE_FOLDERS) as place:
            env = launch.child_environment(plan.env, place, cache)
            with self._lock:
                if self._stopped:
                    raise launch.CannotStart("stopped")
                self._child = process.spawn(
                    command, cwd=plan.working_dir, env=env, token=secrets.token_hex(16), limits=limits
                )
            return self._child.wait()

    def _choose(self) -> EntryRuntime:
        """Return the median of the runs that went through, or the one that failed; nothing of those in doubt."""
        read = [(end, _read(end)) for end in self._series.counted]
        uses = self._read_first_uses()
        doubts = [self._doubt, *(self._find_doubt(end, recording) for end, recording in read)]
        tried = (len(self._options.first_use), *(0 for _ in read[1:]))
        doubts += [
            first_use_records.doubt_forks(end.events, count) for (end, _), count in zip(read, tried, strict=True)
        ]
        doubts += [self._find_doubt(self._series.counted[0], recording) for recording in uses.recordings]
        if doubt := next(filter(None, doubts), None):
            failure = failures.not_trusted(doubt, read[0][1].stage)
            return EntryRuntime(self._entry.name, None, (), 0, failure, self._written, "none", self._notes())
        whole = sorted((each for each in read if _went_through(each[0])), key=lambda each: startup_rss(each[1]) or 0)
        chosen, recording = whole[(len(whole) - 1) // 2] if whole else read[-1]
        if whole and len(whole) < len(read):
            last = self._describe(*read[-1])
            message = last.message if last else "it did not finish"
            self._series.notes.append(Note("run-failed", f"one more run of the entry failed: {message}"))
        figures = (_figures(each) for end, each in read if _went_through(end))
        rss_runs = (startup_rss(each) for end, each in read if _went_through(end))
        return EntryRuntime(
            entry=self._entry.name,
            run=self._with_hooks(self._with_first_uses(recording.run, uses)),
            rss_runs_bytes=tuple(rss for rss in rss_runs if rss is not None),
            discarded_count=self._series.discarded_count,
            failure=self._describe(chosen, recording),
            written=self._written,
            hook=recording.hook,
            notes=(
                *self._notes(),
                *_notes_of(recording),
                *describe_children(self._entry.name, recording, chosen.outside),
            ),
            figures=tuple(found for found in figures if found is not None),
        )

    def _find_doubt(self, end: process.ChildEnd, recording: events.Recording) -> str | None:
        return record_trust.find_doubt(recording, end.outside, _machine_bytes())

    def _read_first_uses(self) -> first_use_records.FirstUses:
        first = self._series.counted[0]
        outside, forks = first_use_records.cut_forks(first.events)
        seen = None if first.outside is None else first.outside.of_forks()
        return first_use_records.read_first_uses(outside, forks, self._options.first_use, seen)

    def _with_first_uses(self, run: ProbeRun | None, found: first_use_records.FirstUses) -> ProbeRun | None:
        """Return the run with what its lazy imports did, and the stage of all of them together."""
        if run is None:
            return run
        first = self._series.counted[0]
        seen = None if first.outside is None else first.outside.of_forks()
        run = replace(run, fork=first_use_records.read_worker(first.events, seen))
        if not self._options.first_use:
            return run
        alone = found.alone
        if len(alone) < len(self._options.first_use) and events.is_trying(self._series.counted[0].events):
            message = f"{len(alone)} of {len(self._options.first_use)} lazy imports were tried before the time was over"
            self._series.notes.append(Note("first-use-stopped", message))
        uses = tuple(self._again.get(use.statement, use) for use in alone)
        return first_use_records.join_together(
            replace(run, first_uses=uses), found.together, tuple(self._again.values())
        )

    def _describe(self, end: process.ChildEnd, recording: events.Recording | None = None) -> Failure | None:
        recording = recording or _read(end)
        if end.stopped_at_bytes is None and events.is_trying(end.events) and recording.stage != "first_use":
            return None  # the start itself went through
        place = (self._project, self._interpreter)
        return failures.describe_failure(end, recording, place, self._options.timeout_s)

    def _notes(self) -> tuple[Note, ...]:
        return tuple(self._series.notes)


@dataclass(slots=True)
class _Series:
    """The runs so far, and whether another is needed."""

    runs: int
    counted: list[process.ChildEnd] = field(default_factory=list)
    discarded_count: int = 0
    redirected: bool = False  # bytecode goes to a private folder
    failed: bool = False
    notes: list[Note] = field(default_factory=list)

    @property
    def wants_more(self) -> bool:
        """Whether to start another run; what failed once warm would fail again."""
        return not self.failed and len(self.counted) < self.runs

    def add(self, end: process.ChildEnd) -> None:
        """Count a run, or discard it when it compiled bytecode: compiling costs memory that a warm start does not."""
        if not end.sees_all and all(note.code != "left-over-unknown" for note in self.notes):
            self.notes.append(Note("left-over-unknown", started_program.CANNOT_SEE_ALL))
        compiled_count = events.count_compiled(end.events)
        repeatable = not (end.timed_out or end.overflowed or self.counted)
        if compiled_count and repeatable and self.discarded_count < (2 if self.redirected else 1):
            self.discarded_count += 1
            if not self.redirected and events.count_cached(end.events) < compiled_count:
                self.redirected = True
                message = f"{compiled_count} modules had no usable .pyc and could not get one; measured with a cache"
                self.notes.append(Note("bytecode-redirected", f"{message} of our own, as if they had"))
            return
        if compiled_count:
            message = f"{compiled_count} modules were compiled while measuring: memory and time are higher than warm"
            self.notes.append(Note("bytecode-compiled", message))
        self.counted.append(end)
        self.failed = not _went_through(end)


def _went_through(end: process.ChildEnd) -> bool:
    """Say whether a run came to the end of its start; what lazy imports did after it does not count."""
    if end.stopped_at_bytes is not None:
        return False
    return (end.returncode == 0 and events.is_finished(end.events)) or events.is_trying(end.events)


def _read(end: process.ChildEnd) -> events.Recording:
    """Return the records of a run, those of its forks left out."""
    seen = None if end.outside is None else end.outside.of_start()
    return events.parse(first_use_records.cut_forks(end.events)[0], seen, end.stage_rss)


def startup_rss(recording: events.Recording) -> int | None:
    """Return the RSS at the last start-up stage in bytes."""
    reached = _startup_stages(recording)
    return reached[-1].rss_bytes if reached else None


def _figures(recording: events.Recording) -> RunFigures | None:
    """Return what a run came to; only of one without a hook."""
    reached = _startup_stages(recording)
    if recording.hook != "none" or not reached:
        return None
    last = reached[-1]
    peaks = [reading.highest_bytes for reading in reached]
    highest = max((peak for peak in peaks if peak is not None), default=None)
    return RunFigures(last.rss_bytes, last.anon_bytes, last.time_us, None if None in peaks else highest)


def _startup_stages(recording: events.Recording) -> list[StageReading]:
    stages = recording.run.stages if recording.run is not None else ()
    return [reading for reading in stages if reading.stage in ("import", "ready")]


def _machine_bytes() -> int:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def _notes_of(recording: events.Recording) -> tuple[Note, ...]:
    notes = []
    if recording.lifespan == "unsupported":
        notes.append(Note("lifespan-unsupported", "the application does not answer the lifespan protocol"))
    if recording.run is not None and not recording.run.costs and recording.hook != "none":
        notes.append(Note("import-memory-unknown", "memory per import cannot be read on this platform"))
    return tuple(notes)
