"""Runs one entry in the target interpreter, as often as it takes, while the caller does something else.

    with runner.start(interpreter, entry, project, options) as probe:
        installed = disk.scan(...)
        runtime = probe.result()

Leaving the block ends whatever still runs, on any exception too.
"""

from __future__ import annotations

import functools
import threading
from collections.abc import Sequence
from pathlib import Path

from footprint.errors import CannotMeasure
from footprint.files.private import private_folder
from footprint.model.installed_environment import Interpreter
from footprint.model.note import Note
from footprint.model.requested_calls import Call
from footprint.model.runtime import (
    CallRun,
    EntryRuntime,
    Failure,
    FailureKind,
    FirstUse,
    ProbeRun,
    RepeatRun,
    StageName,
    Statement,
)
from footprint.model.source_modules import EntryPoint
from footprint.probe import child_bytecode, launch, preloads, process, snapshot, started_program
from footprint.probe.call_records import settled
from footprint.probe.ended_run import MESSAGE_LIMIT, EndedRun, describe_failure
from footprint.probe.first_use_records import join_calls, join_together, read_inline, read_worker
from footprint.probe.launch import ProbeOptions
from footprint.probe.memory import system
from footprint.probe.own_starts import OwnStarts, call_again
from footprint.probe.recording import Recording
from footprint.probe.unfinished_run import UnfinishedRun
from footprint.secrets import star
from footprint.units import few
from footprint.values import dataclass, field, replace

_ALARM_S = 5  # for what calls something to end itself first
_TRIED_AGAIN = 3  # lazy imports that crash or hang cost a whole start each

__all__ = ["EntryProbe", "ProbeOptions", "start"]


def start(
    interpreter: Interpreter, entry: EntryPoint, project: Path, options: ProbeOptions | None = None
) -> EntryProbe:
    """Start the first child at once; further runs follow in the background."""
    options = options or ProbeOptions()
    if options.shadow is not None:
        interpreter, project = options.shadow.interpreter, options.shadow.project
    return EntryProbe(interpreter, entry, project.resolve(), options)


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
        self._own_starts = OwnStarts()  # of calls
        self._repeated_apart: dict[Call, RepeatRun] = {}  # in a start of its own
        self._folders: tuple[str, ...] = ()  # of the project, to watch while something is called
        self._hooks: EndedRun | None = None  # the start of the start-up hooks alone, where there are any
        # Not Thread.join: interrupted by control-C once, it believes before Python 3.13 that the thread is over.
        self._over = threading.Event()
        self.begun = threading.Event()  # the first child runs, or there is none
        self._unfinished = UnfinishedRun()
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

    def run_so_far(self) -> ProbeRun | None:
        """Wait until something is tried in forks, and return what is known of the start: as UnfinishedRun.wait."""
        return self._unfinished.wait()

    def result(self) -> EntryRuntime:
        """Wait for the runs and return the one whose RSS is the median, or why there is none; secrets starred."""
        self._over.wait()
        if not self._series.counted:
            found = self._without_run("not-started", self._problem or "stopped", "interpreter")
        else:
            found = self._choose()
        return star(self._by_real_paths(found), launch.secrets_of(self._options.env))

    def _by_real_paths(self, found: EntryRuntime) -> EntryRuntime:
        """Return what was found in a shadow as if it had been found in the real places."""
        shadow = self._options.shadow
        if shadow is None:
            return found
        escaped = shadow.find_escaped(path for _, path in found.run.origins) if found.run is not None else None
        if escaped is not None:
            found = self._without_run("not-started", f"the start loads {escaped}, which is not the shadow's", "import")
        return shadow.as_real(found)

    def _run(self) -> None:
        """Run in the background, without reading any record: the caller's thread needs the processor."""
        try:
            is_real = self._options.shadow is None  # else the shadow tells
            before = snapshot.take(self._project) if is_real else {}
            if self._options.calls or self._options.asks_routes:
                self._folders = snapshot.folders(self._project, before or snapshot.take(self._project) or {})
            self._run_series()
            after = snapshot.take(self._project) if is_real else {}
            if before is not None and after is not None:
                self._written = snapshot.written(before, after)
            else:
                self._series.notes.append(Note("written-unknown", "too many files to tell what the entry wrote"))
        except Exception as error:  # of ours, for once: the thread that it would end has a caller that waits for it
            self._series.counted.clear()
            self._problem = f"footprint failed while it was measured ({type(error).__name__}: {error})"
        finally:
            self._over.set()
            self.begun.set()
            self._unfinished.close()

    def _run_series(self) -> None:
        """Run the entry until enough runs count."""
        try:
            options = self._options
            executable = self._plan(replace(options, calls=(), asks_routes=False)).interpreter
            with private_folder("bytecode") as self._cache:
                self._code = child_bytecode.provide(executable, self._interpreter.cache_tag, self._cache)
                while self._series.wants_more and not self._stopped:
                    self._series.add(self._run_once(self._plan(options), options))
                    if self._series.counted:  # lazy imports are tried once; only the start is repeated
                        options = replace(self._options, first_use=(), calls=(), asks_routes=False, forks=False)
                if self._series.counted:
                    self._try_again()
                    self._call_again()
                    self._see_hooks()
        except (launch.CannotStart, CannotMeasure) as error:
            self._problem = str(error)
        except OSError as error:
            self._problem = f"cannot start {self._interpreter.executable}: {error.strerror or error}"

    def _plan(self, options: ProbeOptions) -> launch.PreparedStart:
        planned = launch.plan(self._interpreter, self._entry, self._project, options)
        if not options.calls and not options.asks_routes:
            return planned
        return launch.with_calls(planned, options, self._folders, self._cache, is_last=self._series.is_last)

    def _try_again(self) -> None:
        """Try what crashed or hung in a fork in a process of its own: some libraries do not bear a fork."""
        if not self._options.first_use:
            return
        alone = self._series.counted[0].first_uses.alone
        for statement in [use.statement for use in alone if use.outcome in ("crashed", "hung")][:_TRIED_AGAIN]:
            if self._stopped:
                return
            run = self._run_once(
                self._plan(
                    replace(self._options, first_use=(statement,), first_use_here=True, calls=(), asks_routes=False)
                )
            )
            self._doubt = self._doubt or run.doubt
            use = read_inline(statement, run.recording, self._describe(run))
            if use is not None:
                self._again[statement] = use

    def _call_again(self) -> None:
        """Do in a start of its own what a fork does not tell for sure."""
        first = self._series.counted[0]
        if not first.calls or not first.is_trying or self._options.calls_here:
            return

        def do(calls: tuple[Call, ...]) -> tuple[EndedRun, Failure | None]:
            repeat = self._options.repeat if len(calls) == 1 else None
            later = replace(self._options, calls=calls, calls_here=True, asks_routes=False, first_use=(), forks=False)
            plan = self._plan(replace(later, repeat=repeat))
            more_s = self._options.timeout_s if repeat else 0
            run = self._run_once(plan, calls_s=(self._options.first_use_limit_s + _ALARM_S) * len(calls) + more_s)
            if repeat:
                found = run.repeated(repeat, self._project, self._interpreter)
                self._repeated_apart.update((calls[0], each) for each in found.values())
            return run, self._describe(run)

        def settle(call: CallRun, recording: Recording) -> CallRun:
            return settled(call, recording, self._project, self._interpreter)

        self._own_starts = call_again(first, do, settle, self._options.timeout_s)
        self._doubt = self._doubt or self._own_starts.doubt

    def _with_calls(self, run: ProbeRun) -> ProbeRun:
        """Return the run with what its calls did, and the stage of all of them in a row."""
        first = self._series.counted[0]
        if self._options.asks_routes and len(first.calls) == len(self._options.calls) and first.is_trying:
            message = "--request auto found no GET route without parameters: give requests of your own"
            self._series.notes.append(Note("no-routes", message))
        if not first.calls or not first.is_trying or self._options.calls_here:
            return run
        alone, together, recordings, connections = first.called
        if connections:
            message = f"{self._entry.name}: open when it was ready, and closed for its calls: {few(list(connections))}"
            self._series.notes.append(Note("connections-closed", message))
        places = self._project, self._interpreter
        calls = [settled(call, found, *places) for call, found in zip(alone, recordings, strict=False)]
        found = self._own_starts.all_of(calls)
        if len(found) < len(first.calls):
            message = f"{len(found)} of {len(first.calls)} calls were done before the time was over"
            self._series.notes.append(Note("calls-stopped", message))
        found = self._with_repeats(found, first)
        together = self._own_starts.together or together
        return join_calls(replace(run, calls=found, calls_together=together, connections=connections))

    def _with_repeats(self, calls: Sequence[CallRun], first: EndedRun) -> tuple[CallRun, ...]:
        """Return the calls with what each came to that was done many times."""
        if not self._options.repeat:
            return tuple(calls)
        repeated = first.repeated(self._options.repeat, self._project, self._interpreter)
        found = []
        for index, (call, asked) in enumerate(zip(calls, first.calls, strict=False)):
            run = self._repeated_apart.get(asked) if call.was_apart else repeated.get(index)
            if run is not None and not run.done_count and call.outcome != "done":
                run = None  # it fails each time: that is told already
            elif run is None:
                message = f"{call.name} was not done many times: it did not come to an end, or the time was over"
                self._series.notes.append(Note("not-repeated", message))
            found.append(replace(call, repeat=run))
        return tuple(found)

    def _see_hooks(self) -> None:
        """Start what start-up hooks load in a process of its own, where the measured start had any of them."""
        if self._stopped or self._options.hook == "none":
            return
        if preloads.has_hooks(self._series.counted[0].end.events, self._interpreter.stdlib_names):
            plan = launch.plan_of_hooks(self._plan(replace(self._options, first_use=(), calls=(), asks_routes=False)))
            self._hooks = self._run_once(plan)

    def _with_hooks(self, run: ProbeRun | None) -> ProbeRun | None:
        """Return the run with the loads of the start-up hooks, as far as they could be watched."""
        if run is None or self._hooks is None:
            return run
        recording = self._hooks.recording
        if recording.run is None or not recording.finished or self._hooks.doubt:
            message = "start-up hooks load modules before the first line; what they take counts for the interpreter"
            self._series.notes.append(Note("hooks-not-measured", message))
            return run
        return preloads.with_preloads(run, recording.run, self._interpreter.stdlib_names)

    def _run_once(
        self, plan: launch.PreparedStart, forked: ProbeOptions | None = None, *, calls_s: float = 0
    ) -> EndedRun:
        """Run it once; `forked` are the options whose lazy imports and calls are tried in forks.

        `calls_s`: the time for what it calls itself, if it does.
        """
        outside = plan.arguments["memory"] == "parent" or not system().has_proc
        known = plan.arguments
        later = known["first_use"] or known["forks"], known["calls"], known["repeat"]
        limits = process.Limits(
            self._options.timeout_s,
            read_memory_outside=outside,
            memory_bytes=self._options.memory_limit_bytes,
            first_use_s=self._options.timeout_s * sum(map(bool, later)),
            calls_s=calls_s,
            shadow=(shadow := self._options.shadow),
            output_bytes=self._options.output_bytes,
            asks_where=plan.arguments["calls_here"] == "limit",
        )
        with private_folder("start", launch.PRIVATE_FOLDERS) as place:
            env = launch.child_environment(plan.env, place, self._cache if self._series.redirected else None)
            env = env if shadow is None else shadow.variables(env)
            with self._lock:
                if self._stopped:
                    raise launch.CannotStart("stopped")
                command = functools.partial(plan.command, self._code)
                self._child = process.spawn(command, cwd=plan.working_dir, env=env, limits=limits)
                self.begun.set()
                self._child.when_forked = self._unfinished.see if forked is not None and any(later) else None
            end = self._child.wait()
        if forked is None:
            return EndedRun(end)
        begun = self._unfinished.take
        return EndedRun(end, forked.first_use, forked.calls, asks_routes=forked.asks_routes, take_begun=begun)

    def _without_run(self, kind: FailureKind, message: str, stage: StageName) -> EntryRuntime:
        failure = Failure(kind=kind, message=message[:MESSAGE_LIMIT], stage=stage, under_way=())
        return EntryRuntime(self._entry.name, None, (), 0, failure, self._written, "none", self._notes())

    def _choose(self) -> EntryRuntime:
        """Return the median of the runs that went through, or the one that failed; nothing of those in doubt."""
        runs = self._series.counted
        if doubt := next(filter(None, [self._doubt, *(run.doubt for run in runs)]), None):
            message = f"not trusted: the records of this start cannot be right: {doubt}"
            return self._without_run("untrusted", message, runs[0].recording.stage)
        through = [run for run in runs if run.went_through]
        whole = sorted(through, key=lambda run: run.startup_rss or 0)
        chosen = whole[(len(whole) - 1) // 2] if whole else runs[-1]
        if whole and len(whole) < len(runs):
            last = self._describe(runs[-1])
            message = last.message if last else "it did not finish"
            self._series.notes.append(Note("run-failed", f"one more run of the entry failed: {message}"))
        return EntryRuntime(
            entry=self._entry.name,
            run=self._with_hooks(self._with_first_uses(chosen.recording.run)),
            rss_runs_bytes=tuple(run.startup_rss for run in through if run.startup_rss is not None),
            discarded_count=self._series.discarded_count,
            failure=self._describe(chosen),
            written=self._written,
            hook=chosen.recording.hook,
            notes=(*self._notes(), *chosen.notes(self._entry.name)),
            figures=tuple(found for run in through if (found := run.figures) is not None),
            output_tail=chosen.end.output_tail,
        )

    def _with_first_uses(self, run: ProbeRun | None) -> ProbeRun | None:
        """Return the run with what its lazy imports did, and the stage of all of them together."""
        if run is None:
            return run
        first, wanted = self._series.counted[0], self._options.first_use
        run = replace(run, fork=read_worker(first.end.events, first.end.readings(of_forks=True)))
        if not wanted:
            return self._with_calls(run)
        alone, together, _ = first.first_uses
        if len(alone) < len(wanted) and first.is_trying:
            message = f"{len(alone)} of {len(wanted)} lazy imports were tried before the time was over"
            self._series.notes.append(Note("first-use-stopped", message))
        uses = tuple(self._again.get(use.statement, use) for use in alone)
        return self._with_calls(join_together(replace(run, first_uses=uses), together, tuple(self._again.values())))

    def _describe(self, run: EndedRun) -> Failure | None:
        if run.end.stopped_at_bytes is None and run.is_trying and run.recording.stage not in ("first_use", "calls"):
            return None  # the start itself went through
        return describe_failure(run, (self._project, self._interpreter), self._options.timeout_s)

    def _notes(self) -> tuple[Note, ...]:
        return tuple(self._series.notes)


@dataclass(slots=True)
class _Series:
    """The runs so far, and whether another is needed."""

    runs: int
    counted: list[EndedRun] = field(default_factory=list)
    discarded_count: int = 0
    redirected: bool = False  # bytecode goes to a private folder
    failed: bool = False
    notes: list[Note] = field(default_factory=list)

    @property
    def wants_more(self) -> bool:
        """Whether to start another run; what failed once warm would fail again."""
        return not self.failed and len(self.counted) < self.runs

    @property
    def is_last(self) -> bool:
        """Whether the next run counts even where it compiles."""
        return bool(self.counted) or self.discarded_count >= (2 if self.redirected else 1)

    def add(self, run: EndedRun) -> None:
        """Count a run, or discard it when it compiled bytecode: compiling costs memory that a warm start does not."""
        if not run.end.sees_all and all(note.code != "left-over-unknown" for note in self.notes):
            self.notes.append(Note("left-over-unknown", started_program.CANNOT_SEE_ALL))
        compiled_count = run.compiled_count
        repeatable = not (run.end.timed_out or run.end.overflowed)
        if compiled_count and repeatable and not self.is_last:
            self.discarded_count += 1
            if not self.redirected and run.cached_count < compiled_count:
                self.redirected = True
                message = f"{compiled_count} modules had no usable .pyc and could not get one; measured with a cache"
                self.notes.append(Note("bytecode-redirected", f"{message} of our own, as if they had"))
            return
        if compiled_count:
            message = f"{compiled_count} modules were compiled while measuring: memory and time are higher than warm"
            self.notes.append(Note("bytecode-compiled", message))
        self.counted.append(run)
        self.failed = not run.went_through
