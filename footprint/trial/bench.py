"""The bench on which changes are tried: the starts and the command as they are, and what they are in a shadow."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import nullcontext
from pathlib import Path

from footprint.audit.checkout import Checkout
from footprint.audit.entry_starts import settings_of_entries, start_key
from footprint.audit.listener import Progress
from footprint.model.runtime import LATER, EntryRuntime, FirstUse, Statement
from footprint.model.source_modules import EntryPoint
from footprint.model.trial import Breakage, JudgedBy, TriedStart, WrittenPath
from footprint.names import NameSet
from footprint.probe import child_bytecode, runner
from footprint.probe.shadow import Shadow
from footprint.trial.command_run import CommandRun, run_command
from footprint.trial.culprits import find_asker, relative_to
from footprint.trial.ground import Change, NoShadow
from footprint.trial.live_judge import LiveJudge
from footprint.trial.shadows import Shadows
from footprint.values import dataclass, field, replace

_KEPT_BYTES = 64 << 10  # of what a start prints: the cause of an error comes first, and may be long
_IGNORED = re.compile(r"(?m)^Exception ignored (?:in|while)[^\n]*")
_ADDRESS = re.compile(r"0x[0-9a-f]+")
_OF_OURS = ("not-started", "untrusted")  # failures that say nothing of the change
_WORKED = ("imported", "loaded")
_SHORTEST_S = 60.0  # that a command may take in a trial; else three times as long as unchanged
_BASELINE_S = 1800.0


@dataclass(frozen=True, slots=True)
class UserCommand:
    """What the user gave after `--`, and where it runs."""

    words: tuple[str, ...]
    folder: Path

    @classmethod
    def of(cls, words: tuple[str, ...], project: Path) -> UserCommand | None:
        """Return the command that the words are, None where there are none.

        It runs in the working folder where that lies in the project, else in the project.
        """
        here, top = Path.cwd().resolve(), project.resolve()
        return cls(words, here if here.is_relative_to(top) else top) if words else None


@dataclass(frozen=True, slots=True)
class CommandBaseline:
    """How the command ends unchanged, in two runs. `flaky` ended in two ways and tell nothing."""

    status: int | None
    failed: frozenset[str]
    flaky: frozenset[str]
    seconds: float
    is_steady: bool = True  # its status was the same twice


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one change came to. Without a breakage it holds, as far as `by` tells."""

    breakage: Breakage | None
    printed: str = ""  # with the error
    by: tuple[JudgedBy, ...] = ()
    runtimes: Mapping[str, EntryRuntime] = field(default_factory=dict)  # by entry
    written: tuple[WrittenPath, ...] = ()
    called: NameSet = frozenset()  # distributions that only requests had loaded


class Bench:
    """Tries changes against what was measured unchanged. Raises NoShadow where a trial would tell nothing."""

    def __init__(
        self, checkout: Checkout, before: Sequence[EntryRuntime], command: UserCommand | None, progress: Progress
    ) -> None:
        if not checkout.can_start:
            raise NoShadow("nothing is started")
        self.checkout, self.command, self._progress = checkout, command, progress
        self.shadows = Shadows.of(checkout.target, checkout.options.target)
        self.live = LiveJudge.of(checkout, self.shadows, progress)
        self.start_count = 0
        self.baseline: CommandBaseline | None = None
        whole = {each.entry: each for each in before if each.failure is None and each.run is not None}
        settings, _ = settings_of_entries(checkout)
        starts: dict[object, EntryPoint] = {}
        for entry in checkout.code.entries:
            if entry.name in whole:
                starts.setdefault(start_key(entry, settings[entry.name]), entry)
        self._entries = tuple(starts.values())
        self._before = {entry.name: whole[entry.name] for entry in self._entries}
        self._settings = {entry.name: replace(settings[entry.name], runs=1, forks=False) for entry in self._entries}
        self._is_of_links = False
        modules = checkout.code.sources.modules
        self._lazy = [(each.path, site) for each in modules for site in each.sites if not site.placement.runs_at_import]
        self._guarded = {site.module for _, site in self._lazy if site.guarded}
        self._guarded -= {site.module for _, site in self._lazy if not site.guarded}

    @property
    def judges(self) -> bool:
        """Whether there is anything that could break: a start that goes through, or a command."""
        return bool(self._entries or self.command or self.live.commands)

    def measure_command(self) -> None:
        """Run the command twice in a shadow without a change. Raises: NoShadow where it does not end in time."""
        if self.command is None or self.baseline is not None:
            return
        self._progress("running the command unchanged, twice")
        runs = []
        for _ in range(2):
            with self.shadows.give(Change()) as shadow:
                runs.append(self._run_command(shadow, {}, _BASELINE_S))
        first, second = runs
        if first.status is None:
            raise NoShadow(f"the command was not over in {_BASELINE_S:g} s unchanged")
        self.baseline = CommandBaseline(
            first.status,
            first.failed | second.failed,
            first.failed ^ second.failed,
            max(first.seconds, second.seconds),
            first.status == second.status or bool(first.failed ^ second.failed),
        )

    def try_change(self, change: Change, variables: Mapping[str, str], away: NameSet | None = None) -> Outcome:
        """Make a change in a shadow, start every entry in it, run the command, and compare. Raises: NoShadow.

        `away`: what is not there for the command; not given: all that is not there for the start.
        """
        self.measure_command()
        self.live.measure()
        with self.shadows.give(change) as shadow:
            if shadow.engine == "links" and not self._is_of_links:
                self._measure_in_links()
            runtimes: dict[str, EntryRuntime] = {}
            for entry in self._entries:
                self._progress(f"starting {entry.target} with the change")
                runtime = runtimes[entry.name] = self._start(shadow, entry, variables)
                if broken := self._compare(entry, runtime):
                    return Outcome(self._placed(broken, runtime.output_tail), runtime.output_tail)
            by: list[JudgedBy] = ["start"] if self._entries else []
            if any(settings.first_use for settings in self._settings.values()):
                by.append("first use")
            if self.command is not None and self.baseline is not None and self.baseline.is_steady:
                self._progress("running the command with the change")
                limit_s = max(_SHORTEST_S, 3 * self.baseline.seconds)
                other = change if away is None else replace(change, without=away)
                with nullcontext(shadow) if other == change else self.shadows.give(other) as own:
                    done = self._run_command(own, variables, limit_s)
                if broken := self._compare_command(done):
                    return Outcome(self._placed(broken, done.output), done.output)
                by.append("tests")
            lived = self.live.judge(shadow, variables)
            if lived.breakage is not None:
                return Outcome(self._placed(lived.breakage, lived.printed), lived.printed)
            written = shadow.list_written()
            if touched := next((each for each in written if shadow.touches(each.path)), None):
                raise NoShadow(f"it writes to the environment, which links cannot keep apart: {touched.path}")
            called = lived.called - self.live.started(runtimes.values()) if "requests" in lived.by else frozenset()
            return Outcome(None, "", (*by, *lived.by), runtimes, written, called)

    def figures(self, outcome: Outcome) -> Iterator[TriedStart]:
        """Yield the figures of the starts of an outcome, beside those unchanged."""
        for name, after in outcome.runtimes.items():
            old, new = _last(self._before[name]), _last(after)
            if old is not None and new is not None:
                yield TriedStart(name, old[0], new[0], old[1], new[1])

    def _measure_in_links(self) -> None:
        """Start unchanged in a shadow of links: figures and what works are compared with those of the same kind."""
        self._is_of_links = True
        with self.shadows.give(Change()) as shadow:
            for entry in self._entries:
                self._progress(f"starting {entry.target} unchanged in a shadow")
                found = self._start(shadow, entry, {})
                if found.failure is not None or found.run is None:
                    why = found.failure.message if found.failure else "it gave no figures"
                    raise NoShadow(f"{entry.target} does not start in a shadow of links: {why}")
                self._before[entry.name] = found

    def _start(self, shadow: Shadow, entry: EntryPoint, variables: Mapping[str, str]) -> EntryRuntime:
        settings = self._settings[entry.name]
        how = replace(settings, env={**settings.env, **variables}, shadow=shadow, output_bytes=_KEPT_BYTES)
        self.start_count += 1
        with runner.start(shadow.interpreter, entry, shadow.project, how) as probe:
            return probe.result()

    def _compare(self, entry: EntryPoint, after: EntryRuntime) -> Breakage | None:
        before = self._before[entry.name]
        failure = after.failure
        if failure is not None and failure.kind in _OF_OURS:
            raise NoShadow(f"the start in the shadow tells nothing: {failure.message}")
        if failure is not None and failure.stage not in LATER:
            return Breakage("start", failure.message, entry.name, failure.path, failure.line)
        uses, worked, guarded = _uses(after), _uses(before), self._guarded
        for statement, use in worked.items():
            now = uses.get(statement)
            if use.outcome in _WORKED and (now is None or now.outcome not in _WORKED):
                if statement.module in guarded:
                    continue  # the function does without it
                said = (now.message if now is not None else None) or "it is not reached any more"
                return Breakage("first use", said, entry.name, *self._place_of(statement))
        fresh = _ignored(after.output_tail) - _ignored(before.output_tail)
        if fresh:
            return Breakage("start", min(fresh), entry.name)
        return None

    def _place_of(self, statement: Statement) -> tuple[str, int] | tuple[None, None]:
        """Return where the project has a lazy import that no guard is around."""
        found = (each for each in self._lazy if each[1].module == statement.module and not each[1].guarded)
        path, site = next(found, (None, None))
        return (path, site.line) if path is not None and site is not None else (None, None)

    def _compare_command(self, done: CommandRun) -> Breakage | None:
        assert self.baseline is not None and self.command is not None
        fresh = tuple(sorted(done.failed - self.baseline.failed - self.baseline.flaky))
        if done.status is None:
            return Breakage("tests", f"{self.command.words[0]} was not over in time")
        if fresh:
            return Breakage("tests", f"{fresh[0]} fails", tests=fresh)
        is_flaky = bool(self.baseline.flaky) and {done.status, self.baseline.status} <= {0, 1}
        if done.status != self.baseline.status and not is_flaky:
            return Breakage("tests", f"{self.command.words[0]} {done.said}")
        return None

    def _run_command(self, shadow: Shadow, variables: Mapping[str, str], limit_s: float) -> CommandRun:
        assert self.command is not None
        given = {**self.checkout.options.probe.environment, **variables}
        return run_command(shadow, self.command.words, self.command.folder, given, limit_s)

    def _placed(self, broken: Breakage, printed: str) -> Breakage:
        """Return the breakage with the place that asked for what is missing, where the printed traceback names one."""
        own = str(child_bytecode.CHILD_FOLDER)
        found = find_asker(printed, broken.message, (own,))
        if found is None:
            return broken
        path, line = found
        python = self.checkout.target.interpreter
        project = str(self.shadows.ground.project)
        sites = {str(site): "" for site in python.site_dirs}
        if path.startswith(f"{project}/") and not path.startswith(tuple(f"{site}/" for site in sites)):
            inner = relative_to(path, {project: ""})
            return broken if broken.path is not None else replace(broken, path=inner, line=line)
        if not path.startswith("/"):  # as pytest shows it
            return broken if broken.path is not None else replace(broken, path=path, line=line)
        return replace(broken, needed_at=f"{relative_to(path, sites)}:{line}")


def _last(runtime: EntryRuntime) -> tuple[int, int | None] | None:
    """Return RSS and peak at the last start-up stage."""
    stages = runtime.run.stages if runtime.run is not None else ()
    reached = [each for each in stages if each.stage in ("import", "ready")]
    if not reached:
        return None
    peaks = [each.highest_bytes for each in reached]
    return reached[-1].rss_bytes, max((each for each in peaks if each is not None), default=None)


def _uses(runtime: EntryRuntime) -> dict[Statement, FirstUse]:
    return {use.statement: use for use in runtime.run.first_uses} if runtime.run is not None else {}


def _ignored(printed: str) -> set[str]:
    return {_ADDRESS.sub("0x", line) for line in _IGNORED.findall(printed)}
