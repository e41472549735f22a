"""The gate: its rules, and what `footprint check` says. Field names are the JSON contract of that command."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from footprint.model.baseline_figures import Baseline
from footprint.model.memory_rows import Brought, LoadStep
from footprint.model.note import Note
from footprint.model.runtime import RunFigures
from footprint.names import DistributionName
from footprint.values import dataclass

GATE_SCHEMA_VERSION = 1

Level = Literal["error", "warning", "off"]  # only errors make a check fail
Unit = Literal["bytes", "count", "ratio"]


@dataclass(frozen=True, slots=True)
class GateRule:
    """One rule: its stable code, the name that settings use, and what a violation counts as unless they say so."""

    code: str
    name: str
    level: Level
    title: str


# What is noise-free fails; what wanders with the machine (RSS) or is somebody's taste warns. Source of the defaults:
# anon repeats to 0.006 MiB, RSS to 0.11 MiB (docs/decisions.md, "Probe").
GATE_RULES: tuple[GateRule, ...] = (
    GateRule("FP301", "forbidden-at-startup", "error", "a forbidden module or distribution is loaded at startup"),
    GateRule("FP302", "not-allowed-at-startup", "error", "something outside the list of allowed ones loads at startup"),
    GateRule("FP303", "new-at-startup", "warning", "a distribution loads at startup that did not in the baseline"),
    GateRule("FP401", "startup-anon", "error", "anonymous memory at startup is over its budget"),
    GateRule("FP402", "startup-rss", "warning", "resident memory at startup is over its budget"),
    GateRule("FP403", "first-use", "error", "resident memory after its lazy imports is over its budget"),
    GateRule("FP404", "total", "error", "the estimated memory of all workers is over its budget"),
    GateRule("FP405", "disk", "error", "what is installed is over its budget on disk"),
    GateRule("FP406", "distributions", "error", "more distributions are installed than allowed"),
    GateRule("FP407", "startup-peak", "error", "the most memory that the start needs is over its budget"),
    GateRule("FP411", "anon-increase", "error", "anonymous memory at startup grew against the baseline"),
    GateRule("FP412", "rss-increase", "warning", "resident memory at startup grew against the baseline"),
    GateRule("FP413", "disk-increase", "error", "what is installed grew against the baseline"),
    GateRule("FP414", "new-distribution", "error", "a heavy distribution is installed that the baseline does not have"),
    GateRule("FP415", "time-increase", "off", "the start takes longer than the baseline allows"),
    GateRule("FP416", "peak-increase", "error", "the most memory that the start needs grew against the baseline"),
    GateRule("FP417", "total-increase", "error", "other workers take more memory together than those of the baseline"),
    GateRule("FP101", "unused", "error", "a declared requirement is unused"),
    GateRule("FP102", "unreached", "warning", "a requirement is imported only by modules that nothing reaches"),
    GateRule("FP105", "undeclared", "error", "an import that is declared nowhere"),
    GateRule("FP901", "stale-baseline", "warning", "the baseline holds what is no longer so"),
    GateRule("FP903", "no-baseline", "warning", "the baseline has nothing to compare with: budgets only"),
    GateRule("FP904", "other-environment", "warning", "the baseline was measured under other circumstances"),
    GateRule("FP905", "not-measured", "error", "an entry could not be measured"),
    GateRule("FP906", "noise", "warning", "the runs differ too much to judge"),
    GateRule("FP907", "development-tools", "warning", "development tools are installed in the measured environment"),
)
RULE_BY_CODE: Mapping[str, GateRule] = {rule.code: rule for rule in GATE_RULES}
RULE_BY_NAME: Mapping[str, GateRule] = {rule.name: rule for rule in GATE_RULES}
# They compare with the baseline: a new one may be accepted on purpose.
COMPARING = frozenset(code for code in RULE_BY_CODE if code.startswith(("FP303", "FP41")))

NOT_MEASURED = "FP905"

# passed: judged and right; violated: counts as its level; known: violated, and put up with by the baseline;
# not judged: there was no figure, or none that could be trusted.
Outcome = Literal["passed", "violated", "known", "not judged"]


@dataclass(frozen=True, slots=True)
class Reason:
    """One distribution behind a growth. `path:line` is the project's own line that it came by, if one did."""

    # own: lines of the project themselves; peak: a line that took it higher; children: one that processes came of;
    # rest: nothing accounts for it
    kind: Literal["new", "grown", "own", "peak", "children", "rest"]
    distribution: DistributionName | None
    before_bytes: int | None  # None: it was not there
    after_bytes: int | None
    chain: tuple[LoadStep, ...]  # of imports, the project's own first
    path: str | None
    line: int | None
    statement: str  # "pandas": the module that the line imports; empty where there is no line
    deferral_bytes: int | None  # what the start would shrink by without the line; None: not predicted
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

    code: str
    rule: str
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
    hint: str = ""  # what to do next

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
    """One check: every rule that applied, in the order of GATE_RULES, and what was measured."""

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
        if any(verdict.code != NOT_MEASURED for verdict in self.failures):
            return "failed"
        unmeasured = any(verdict.code == NOT_MEASURED and verdict.outcome == "violated" for verdict in self.verdicts)
        return "not measured" if unmeasured else "passed"


@dataclass(frozen=True, slots=True)
class BaselineChange:
    """One line of the baseline that an update writes anew."""

    key: str
    entry: str | None
    what: str  # "startup anon", "distribution pandas", "unused nltk"
    before: str | None  # for a reader; None: it is new
    after: str | None  # None: it goes
    raises: bool  # needs --allow-increase
