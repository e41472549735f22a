"""The gate: its rules, and what `footprint check` says. Field names are the JSON contract of that command."""

from __future__ import annotations

from typing import Literal

from footprint.model.baseline import Baseline
from footprint.model.memory_rows import Brought, LoadStep
from footprint.model.note import Note
from footprint.model.rule import Hint, Level, Rule
from footprint.model.runtime import RunFigures
from footprint.names import DistributionName
from footprint.values import dataclass

GATE_SCHEMA_VERSION = 1

Unit = Literal["bytes", "count", "ratio"]


# passed: judged and right; violated: counts as its level; known: violated, and accepted by the baseline;
# not judged: there was no figure, or none that could be trusted.
Outcome = Literal["passed", "violated", "known", "not judged"]


@dataclass(frozen=True, slots=True)
class Reason:
    """One distribution behind a growth. `path:line` is the project's own line that it came by, if one did."""

    # own: lines of the project themselves; peak: a line that took it higher; children: one that processes came of;
    # rest: nothing accounts for it
    kind: Literal["new", "grown", "own", "peak", "children", "rest"]
    distribution: DistributionName | None = None
    before_bytes: int | None = None  # None: it was not there
    after_bytes: int | None = None
    chain: tuple[LoadStep, ...] = ()  # of imports, the project's own first
    path: str | None = None
    line: int | None = None
    statement: str = ""  # "pandas": the module that the line imports; empty where there is no line
    deferral_bytes: int | None = None  # what the start would shrink by without the line; None: not predicted
    still_needed_by: tuple[str, ...] = ()  # who would load it all the same
    brings: tuple[Brought, ...] = ()  # what else is new by the same line, with its own growth, heaviest first

    @property
    def growth_bytes(self) -> int | None:
        """Return what it adds, with what came by the same line; None when that was not measured."""
        if self.after_bytes is None:
            return None
        return self.after_bytes - (self.before_bytes or 0) + sum(one.rss_bytes for one in self.brings)


@dataclass(frozen=True, slots=True)
class Verdict:
    """One rule about one entry, or about the environment: violated or not, and why."""

    rule: Rule
    level: Level
    outcome: Outcome
    entry: str | None  # None: not of one entry
    message: str  # one line for a reader, figures included
    unit: Unit | None = None
    measured: float | None = None
    allowed: float | None = None  # the most that passes
    baseline: float | None = None  # what was compared with
    subject: str | None = None  # the distribution or module in question
    path: str | None = None  # where to look: relative, posix
    line: int | None = None
    reasons: tuple[Reason, ...] = ()  # largest first
    hint: Hint = Hint.NONE
    names_place: bool = False  # the message says where to look
    names_entry: bool = False  # it begins with the name of the entry

    @property
    def code(self) -> str:
        """Return the code of its rule."""
        return self.rule.code

    @property
    def next_step(self) -> str:
        """Return what to do next; empty where there is nothing to say."""
        return self.hint.of(self.code)

    @property
    def is_unmeasured(self) -> bool:
        """Whether it says that something could not be measured."""
        return self.rule.kind == "start" and self.outcome == "violated"

    @property
    def failed(self) -> bool:
        """Whether it makes the check fail."""
        return self.outcome == "violated" and self.level == "error"

    @property
    def warned(self) -> bool:
        """Whether a reader is told without the check failing for it."""
        return (self.outcome == "violated" and self.level == "warning") or self.outcome == "not judged"


@dataclass(frozen=True, slots=True)
class RunSeries:
    """The runs of one entry without any hook, in the order they ran; none when the entry could not be started."""

    figures: tuple[RunFigures, ...]
    failure: str | None = None  # why there are none, or fewer than asked for
    time_ratio: float | None = None  # fastest start by fastest start of the bare interpreter; None: not asked for

    def runs_of(self, field: str) -> tuple[int, ...]:
        """Return one figure of every run in bytes, by its field; empty where the platform does not tell it."""
        found = tuple(getattr(run, field) for run in self.figures)
        return () if None in found else found

    @property
    def why_none(self) -> str | None:
        """Return why there are no figures; None where there are some."""
        return None if self.figures else self.failure or "no run came back"


@dataclass(frozen=True, slots=True)
class GatedEntry:
    """One entry and the runs that are judged: without any hook, bytecode present. None: not measured."""

    name: str
    target: str
    anon_bytes: int | None  # median
    rss_bytes: int | None
    anon_runs_bytes: tuple[int, ...]
    rss_runs_bytes: tuple[int, ...]
    anon_noise_bytes: int | None
    rss_noise_bytes: int | None
    budget_source: str  # "75 % of 512 MiB (render.yaml:5), 1 worker"; empty: no budget
    not_measured: str | None = None  # why
    first_use_rss_bytes: int | None = None
    time_ratio: float | None = None
    base_anon_bytes: int | None = None  # of the tree given by --against, measured alternately
    base_rss_bytes: int | None = None
    peak_bytes: int | None = None  # the most of all runs


@dataclass(frozen=True, slots=True)
class BaselineUse:
    """Which baseline was compared with."""

    path: str | None  # as given; None: none was asked for
    found: bool  # it holds this environment
    against: str | None = None  # the other document or folder of --against


@dataclass(frozen=True, slots=True)
class GateReport:
    """One check: every rule that applied, in the order of knowledge/codes.py, and what was measured."""

    schema_version: int
    tool_version: str
    project: str  # the folder's name
    key: str  # of the environment, as in the baseline
    static: bool  # only the rules that start nothing
    baseline: BaselineUse
    entries: tuple[GatedEntry, ...]
    verdicts: tuple[Verdict, ...]
    notes: tuple[Note, ...]
    measured: Baseline  # this run in the shape of the baseline file: what --against and --update-baseline take
    exit_code: int
    folder: str = ""  # of the project inside its git repository, posix: what CI systems want before a path

    @property
    def failures(self) -> tuple[Verdict, ...]:
        """Return what makes it fail."""
        return tuple(verdict for verdict in self.verdicts if verdict.failed)

    @property
    def warnings(self) -> tuple[Verdict, ...]:
        """Return what a reader is told besides."""
        return tuple(verdict for verdict in self.verdicts if verdict.warned)

    @property
    def conclusion(self) -> Literal["passed", "failed", "not measured"]:
        """One word; never "passed" when something that should have been measured was not."""
        if any(not verdict.is_unmeasured for verdict in self.failures):
            return "failed"
        return "not measured" if any(verdict.is_unmeasured for verdict in self.verdicts) else "passed"


@dataclass(frozen=True, slots=True)
class BaselineChange:
    """One line of the baseline that an update writes anew."""

    key: str
    entry: str | None
    what: str  # "startup anon", "distribution pandas", "unused nltk"
    before: str | None  # for a reader; None: it is new
    after: str | None  # None: it goes
    raises: bool  # needs --allow-increase
