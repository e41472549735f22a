"""The audit: everything the reports say, joined once. Field names are the JSON contract (schema_version 1)."""

from __future__ import annotations

from enum import Enum
from typing import Literal

from footprint.model import memory_rows
from footprint.model.combinations import Combinations
from footprint.model.entry_origins import EntryOrigin
from footprint.model.environment_facts import DiskFacts, Download, EnvironmentFacts, Measurement
from footprint.model.import_tree import ImportTree
from footprint.model.note import Note
from footprint.model.requested_calls import CallCandidate
from footprint.model.requirements import RequirementProblem
from footprint.model.rule import Severity
from footprint.model.runtime import LATER, Failure, StageName, StageReading
from footprint.model.service_memory import HostRow, LiveReading, MissingNeed, Serving, WorkersRow
from footprint.model.source_modules import Role
from footprint.model.trial import Engine, Trial
from footprint.names import DistributionName, ModuleName, NameSet
from footprint.values import dataclass

SCHEMA_VERSION = 1


class Usage(str, Enum):
    """How the application uses a distribution, strongest first, and what that means. Never shown without its reason."""

    meaning: str

    def __new__(cls, value: str, meaning: str = "") -> Usage:
        """Return the member of a value: `Usage("lazy")` finds it as that of any enumeration."""
        member = str.__new__(cls, value)
        member._value_, member.meaning = value, meaning
        return member

    STARTUP = "startup", "imported when the app starts"
    LAZY = "lazy", "imported only when certain functions run"
    IMPLIED = "implied", "needed without an import of yours: a server, a driver, a plugin"
    UNREACHED = "unreached", "imported only by modules that nothing imports"
    TESTS = "tests", "used by tests or development only"
    TYPING = "typing", "used for type checking only"
    TRANSITIVE = "transitive", "required by another distribution"
    UNUSED = "unused", "declared, and no use was found"
    ORPHAN = "orphan", "installed, but neither declared nor required by what is declared"


Confidence = Literal["certain", "likely", "cannot tell"]
Limiting = Literal["memory", "disk"]
Action = Literal["remove", "move", "narrow", "uninstall", "defer", "split", "replace"]  # of a suggestion
OF_LINES: tuple[Action, ...] = ("remove", "move", "narrow")  # those that change requirement lines, and free disk


@dataclass(frozen=True, slots=True)
class Evidence:
    """A place that shows a use. `detail` says what stands there when it is no import."""

    path: str
    line: int | None
    placement: str  # a Placement value, or "command", "asked-for", "string", "hook", "comment"
    function: str | None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class DeclaredAt:
    """Where a requirement line stands."""

    file: str
    line: int
    group: str
    specifier: str
    raw: str


@dataclass(frozen=True, slots=True)
class Shortened:
    """A list of a row that does not have all its items: it holds the first ones, `requirement_chain` both ends."""

    field: str
    count: int  # of the whole list


@dataclass(frozen=True, slots=True)
class DistributionRow:
    """One distribution: weight, use and cost. None: not measured or not known, never zero."""

    name: DistributionName
    version: str | None  # None: declared but not installed; without an environment: the locked one
    usage: Usage
    reason: str
    confidence: Confidence
    declared: tuple[DeclaredAt, ...]
    evidence: tuple[Evidence, ...]
    apparent_bytes: int | None
    allocated_bytes: int | None
    outside_bytes: int | None
    bytecode_bytes: int | None
    file_count: int | None
    parts: tuple[tuple[str, int], ...]
    origin: str | None  # Origin, None when not installed
    closure_bytes: int | None
    exclusive_bytes: int | None
    closure: tuple[DistributionName, ...]
    exclusive: tuple[DistributionName, ...]
    kept_by: tuple[DistributionName, ...]
    required_by: tuple[DistributionName, ...]
    requirement_chain: tuple[DistributionName, ...]  # shortest way from a declared line to it
    loaded_at_stage: StageName | None
    loaded_by_entries: tuple[str, ...]
    load_chain: tuple[memory_rows.LoadStep, ...]
    also_imported_by: tuple[DistributionName, ...]  # other distributions seen importing it at startup
    opportunistic: bool | None  # loaded though nothing requires or names it; None: not measured
    startup_self_rss_bytes: int | None
    startup_self_anon_bytes: int | None
    startup_cumulative_rss_bytes: int | None
    avoidable_rss_bytes: int | None  # what the start saves when no line of the project imports it any more
    import_time_us: int | None  # self
    import_cumulative_time_us: int | None
    first_use_rss_bytes: int | None
    avoidable_anon_bytes: int | None = None
    still_needed_by: tuple[str, ...] = ()  # who would load it all the same: distributions, then own files
    removal_rss_bytes: int | None = None  # opportunistic only: what a start without it installed would save
    ignored: bool = False  # the project asks not to be told of its class
    startup_self_rss_by_entry: tuple[tuple[str, int], ...] = ()  # every entry that loads it
    pinned_by: tuple[DistributionName, ...] = ()  # of a pin: who requires it in what is installed for the same purpose
    shortened: tuple[Shortened, ...] = ()  # none unless the lists of all rows together would be beyond reason
    start_stopped: bool = False  # its figures are of a start that failed: more may have followed
    download: Download | None = None  # by the lock file, which has to pin this version
    folders: tuple[tuple[str, int], ...] = ()  # as parts, folder by folder: bytes in each alone, small ones folded

    @property
    def code_bytes(self) -> int | None:
        """What it weighs in the site folders without bytecode, which comes with use."""
        return None if self.apparent_bytes is None else self.apparent_bytes - (self.bytecode_bytes or 0)

    def whole_length(self, field: str) -> int:
        """Return how many items one of the lists has, those among them that are cut off."""
        cut = next((each.count for each in self.shortened if each.field == field), None)
        return len(getattr(self, field)) if cut is None else cut


@dataclass(frozen=True, slots=True)
class Guest:
    """A distribution that `hosts` import at startup without requiring it. Whether they do without it is not known."""

    name: DistributionName
    hosts: tuple[DistributionName, ...]
    removal_rss_bytes: int  # what a start without it installed would save
    deferral_rss_bytes: int  # what a start saves when only the project's own imports of it are gone
    usage: Usage


@dataclass(frozen=True, slots=True)
class StageRow:
    """One stage of one entry, with the number of distributions in memory."""

    reading: StageReading
    distribution_count: int


@dataclass(frozen=True, slots=True)
class Measured:
    """A start that went through: the furthest of its stages."""

    last: StageRow


@dataclass(frozen=True, slots=True)
class NotMeasured:
    """A start that did not go through, so that nothing of it can be judged."""

    reason: str


@dataclass(frozen=True, slots=True)
class EntryRow:
    """One entry point and what measuring it gave."""

    name: str
    target: str
    source: EntryOrigin
    command: str | None
    working_dir: str
    stages: tuple[StageRow, ...]  # only the stages reached
    memory: tuple[memory_rows.MemoryPart, ...]  # adds up to the RSS of the last stage reached
    runs: tuple[int, ...]  # RSS in bytes at the last start-up stage, one per counted run
    discarded_runs: int
    spread_bytes: int | None  # largest minus smallest run; None with fewer than two
    hook: str | None
    failure: Failure | None
    not_measured: str | None  # why there is no figure at all
    written: tuple[str, ...]
    stacks: tuple[memory_rows.MemoryPart, ...] = ()  # the same sum by what the start imported, each with all it brought
    live: LiveReading | None = None  # only when asked for
    live_failure: str | None = None  # why the real command gave no reading
    role: Role = "web"
    beside: bool = False  # what it runs is reached; it is measured only where somebody names it
    server: str | None = None  # that serves it: "gunicorn"
    serves: str | None = None  # what a script serves, which is what was measured: "main:app"
    served_at: str | None = None  # where it does: "run.py:12"
    uncalled: str | None = None  # the function that its launcher calls, which was only imported: "main()"
    connections: tuple[str, ...] = ()  # open when it was ready, and closed for its calls: "tcp 127.0.0.1:5432"
    candidates: tuple[CallCandidate, ...] = ()  # what could be called once it is ready; only where nothing was
    lazy_modules: tuple[ModuleName, ...] = ()  # that its interpreter (3.15 and later) kept for later to the end
    serving: Serving | None = None  # None: no known server
    missing: tuple[MissingNeed, ...] = ()  # what its command needs and the environment has not
    shadow: Engine | None = None  # in which it was started, and which was thrown away with all that is `written`

    @property
    def cannot_start(self) -> str | None:
        """Why its command cannot start in this environment; None where nothing speaks against it."""
        needed = [each for each in self.missing if each.installed_by is None]
        if not needed:
            return None
        names = " and ".join(dict.fromkeys(each.distribution for each in needed))
        verb = "is" if len({each.distribution for each in needed}) == 1 else "are"
        return f"{names} {verb} not installed in this environment, so `{needed[-1].asked_by}` cannot start"

    @property
    def start(self) -> Measured | NotMeasured:
        """What its start came to: figures, or why there are none that can be judged."""
        if self.failure is not None:
            return NotMeasured(self.failure.message)
        last = self.last_stage
        if self.not_measured is not None or last is None:
            return NotMeasured(self.not_measured or "nothing came back")
        return Measured(last) if self.cannot_start is None else NotMeasured(self.cannot_start)

    @property
    def stopped(self) -> bool:
        """Whether the start itself failed: a failure at first use comes after it."""
        return self.failure is not None and self.failure.stage not in LATER

    @property
    def last_stage(self) -> StageRow | None:
        """The furthest start-up stage measured: what the headline shows."""
        reached = [row for row in self.stages if row.reading.stage in ("import", "ready")]
        return reached[-1] if reached else None


@dataclass(frozen=True, slots=True)
class UndeclaredRow:
    """An import name used by the project and declared nowhere."""

    import_name: ModuleName
    distribution: DistributionName | None  # None: not installed either
    brought_by: tuple[DistributionName, ...]  # declared requirements that bring it in
    evidence: tuple[Evidence, ...]
    optional: bool = False  # every import is under a guard that catches its absence
    likely: tuple[DistributionName, ...] = ()  # not installed: who usually provides the name, the usual one first
    unreached: bool = False  # only in modules that no entry point reaches
    fragility: str = ""  # how easily it can go missing: "only x brings it in, through its extra y"
    cannot_tell: bool = False  # a declared line may provide it under a name that is not known here
    for_developers: bool = False  # only in what commands of development run, and where nothing reaches
    shortened: tuple[Shortened, ...] = ()  # as in DistributionRow
    may_be_declared: str = ""  # where something was not understood that may declare it: "pyproject.toml:3"
    is_command: bool = False  # a start command runs it, and nothing imports it
    computed_at: str = ""  # not installed, and only where an import of one computed name may lead: "loader.py:9"
    may_come_with: str = (
        ""  # "x-fork, which may bring it, is declared for the extra y (pyproject.toml:3) and not installed"
    )


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong or doubtful, at one place. What a suggestion says stands here too, by its code."""

    code: str
    severity: Severity
    message: str
    distribution: DistributionName | None
    path: str | None
    line: int | None
    suppressed: bool = False  # the project asks not to be told


@dataclass(frozen=True, slots=True)
class GoingLine:
    """A line that goes when a distribution goes: its own, or the pin of something that nothing else needs then.

    Or one that changes: it moves to a group for development, or asks for fewer extras.
    """

    name: DistributionName
    file: str
    line: int
    compiled: bool = False  # of a file that a tool writes: it goes when that is compiled anew
    moves: bool = False
    extras: tuple[str, ...] = ()  # that it asks for no more; then it stays


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One thing to do, what it would free, and how sure that is."""

    code: str
    action: Action
    distribution: DistributionName
    distributions: tuple[DistributionName, ...]  # all that would leave the disk, or the deferred one
    disk_bytes: int | None
    rss_bytes: int | None
    rss_kind: Literal["upper bound", "predicted", "measured"] | None
    verdict: Literal["not verified", "confirmed", "refuted"]
    measured_rss_bytes: int | None
    effort: Literal["low", "medium", "high"]
    confidence: Confidence
    evidence: tuple[Evidence, ...]
    detail: str
    suppressed: bool = False  # the project asks not to be told
    lines: tuple[GoingLine, ...] = ()  # all that go or change together, those of `distribution` first
    steps: tuple[str, ...] = ()  # of a replacement: what to write where, by tool
    extras: tuple[str, ...] = ()  # that are asked for no more

    @property
    def subject(self) -> str:
        """What it is about, as a requirement names it: `celery[msgpack]` where only that extra goes."""
        return f"{self.distribution}[{','.join(self.extras)}]" if self.extras else self.distribution


@dataclass(frozen=True, slots=True)
class LazyStack:
    """All that only the imports of one file bring, late or under a guard: what an extra of its own could hold."""

    path: str
    evidence: tuple[Evidence, ...]  # the imports
    names: tuple[DistributionName, ...]  # declared, imported there and nowhere else in reached code
    distributions: tuple[DistributionName, ...]  # all that leaves with them
    lines: tuple[GoingLine, ...]  # those of `names` first
    disk_bytes: int | None
    first_use_rss_bytes: int | None  # of the import that costs most; None: not measured
    startup_rss_bytes: int | None  # predicted, where the start loads it under a guard


@dataclass(frozen=True, slots=True)
class Audit:
    """One project in one environment."""

    schema_version: int
    tool_version: str
    project: str  # the folder's name
    environment: EnvironmentFacts
    disk: DiskFacts
    limit: memory_rows.Limit | None
    entries: tuple[EntryRow, ...]
    distributions: tuple[DistributionRow, ...]  # sorted by name
    undeclared: tuple[UndeclaredRow, ...]
    suggestions: tuple[Suggestion, ...]
    problems: tuple[RequirementProblem, ...]
    notes: tuple[Note, ...]
    declared_files: tuple[str, ...] = ()
    removable_bytes: int | None = 0  # on disk, by all changes of lines that are not suppressed; None: not weighed
    findings: tuple[Finding, ...] = ()
    import_lines: tuple[memory_rows.ImportLine, ...] = ()  # the first entry's by saving, then the next one's
    deferrals: tuple[memory_rows.SetSaving, ...] = ()  # of entries that have any
    first_uses: tuple[memory_rows.FirstUseRow, ...] = ()
    guests: tuple[Guest, ...] = ()
    fits: tuple[memory_rows.Fit, ...] = ()  # none without a limit
    rehearsals: tuple[memory_rows.Rehearsal, ...] = ()  # only when asked for
    workers: tuple[WorkersRow, ...] = ()  # of entries with several workers, or only when asked for
    host: HostRow | None = None  # with several measured entries
    removable_lines: tuple[GoingLine, ...] = ()  # what goes and changes with all of them together
    removable_kept_bytes: int | None = 0  # of `removable_bytes`: stays where the development groups are installed
    lazy_stacks: tuple[LazyStack, ...] = ()  # heaviest first
    own_lines: tuple[memory_rows.OwnLine, ...] = ()  # of the project, by what they added: by entry, heaviest first
    calls: tuple[memory_rows.CallRow, ...] = ()  # in the order in which they were asked for, entry by entry
    trial: Trial | None = None  # of the suggestions, only when asked for
    limiting: Limiting | None = None  # what the suggestions are sorted by; None: by the larger share of either
    measured: Measurement | None = None  # None: stored by a version that did not say
    import_trees: tuple[ImportTree, ...] = ()  # of the entries that loaded something
    what_if: Combinations | None = None  # what sets of the suggestions free; None: there is none, or it is old

    @property
    def started(self) -> tuple[EntryRow, ...]:
        """The entries that were to be measured, without those that only run beside them."""
        return tuple(entry for entry in self.entries if not entry.beside)

    @property
    def beside(self) -> tuple[EntryRow, ...]:
        """The entries that other commands start: what they run is reached, and nothing of them was measured."""
        return tuple(entry for entry in self.entries if entry.beside)

    @property
    def bytecode_bytes(self) -> int:
        """What of the weight comes and goes with use."""
        return sum(row.bytecode_bytes or 0 for row in self.distributions)

    @property
    def certain(self) -> NameSet:
        """The distributions whose class reading and starting leave no doubt of."""
        return frozenset(row.name for row in self.distributions if row.confidence == "certain")

    def proposed(self, *actions: Action) -> tuple[Suggestion, ...]:
        """The suggestions of these kinds that the project did not ask to leave out."""
        return tuple(each for each in self.suggestions if each.action in actions and not each.suppressed)

    def row(self, name: DistributionName) -> DistributionRow | None:
        """Return the row of a normalised name."""
        return next((row for row in self.distributions if row.name == name), None)
