"""What the probe observed: memory and modules per stage, cost per import, how each run ended."""

from __future__ import annotations

from typing import Literal, get_args

from footprint.model.note import Note
from footprint.model.requested_calls import CallCandidate
from footprint.model.trial import Engine
from footprint.names import DistributionName, ModuleName
from footprint.values import dataclass, field

StageName = Literal["interpreter", "import", "ready", "first_use", "calls"]
STAGES: tuple[StageName, ...] = get_args(StageName)
LATER: tuple[StageName, ...] = ("first_use", "calls")  # each on top of the start, for itself


# alone: one process, its RSS; pss: each page divided by all that map it; private: what is each one's own, and shared
# pages once; rss: the sum, too much where pages are shared
CountedBy = Literal["alone", "pss", "private", "rss"]


@dataclass(frozen=True, slots=True)
class TreeReading:
    """A process with all that came of it, at the end of one stage. None: not known."""

    process_count: int
    rss_bytes: int  # the sum: shared pages once for each
    total_bytes: int  # as a host counts: shared pages once
    peak_bytes: int | None  # the most at one moment of the stage
    counted_by: CountedBy
    children_rss_bytes: tuple[int, ...] = ()  # of those that run at the end of the stage, the largest first
    ended_count: int = 0  # that were seen in the stage and were over at its end
    is_growing: bool = False  # they had not come to rest when they were read
    otherwise_bytes: int | None = None  # the total counted in the other way, where it differs by more than 3 %


@dataclass(frozen=True, slots=True)
class StageReading:
    """The process at the end of one stage. None: this platform does not tell."""

    stage: StageName
    rss_bytes: int
    anon_bytes: int | None
    peak_rss_bytes: int | None  # in this stage
    time_us: int  # since the interpreter stage
    module_count: int
    tree: TreeReading | None = None

    @property
    def children_bytes(self) -> int:
        """What the processes that it started add to its own memory."""
        return 0 if self.tree is None else max(self.tree.total_bytes - self.rss_bytes, 0)

    @property
    def highest_bytes(self) -> int | None:
        """The most at one moment of the stage, with all that the process started where that was seen."""
        return self.peak_rss_bytes if self.tree is None else self.tree.peak_bytes


@dataclass(frozen=True, slots=True)
class LineCost:
    """What a line of the project added itself while its module loaded, imports left out. Line 0: not known."""

    path: str  # absolute
    line: int
    rss_bytes: int
    anon_bytes: int
    time_us: int


@dataclass(frozen=True, slots=True)
class PeakRise:
    """The process passed its highest mark so far while a line of the project ran, with all that the line called.

    `has_children`: a process came of the line, and what that takes is not in the figures.
    """

    path: str  # absolute
    line: int
    before_bytes: int
    peak_bytes: int
    has_children: bool = False


@dataclass(frozen=True, slots=True)
class ImportCost:
    """What loading one module added to the process.

    `self_` excludes, `cumulative_` includes modules first loaded by it. Deltas are signed:
    an import may give memory back. `order` counts from 0 in the order in which loads began.
    """

    order: int
    module: ModuleName
    importer: ModuleName | None  # the load around it, else asked_by; None: the entry itself, or the probe on its behalf
    stage: StageName
    ok: bool  # False: the load raised
    self_rss_bytes: int
    cumulative_rss_bytes: int
    self_anon_bytes: int | None
    cumulative_anon_bytes: int | None
    self_time_us: int
    cumulative_time_us: int
    parent: int | None = None  # `order` of the load or span around it, in its own thread; None: nothing around it
    asked_by: ModuleName | None = None  # the module whose function asked for it, or that asked by name; None: neither
    asked_line: int | None = None  # the line of it
    begun_at: tuple[str, int] | None = None  # the line of the project that ran in the load around it
    lines: tuple[LineCost, ...] = ()  # its self cost by line, as far as that is known


@dataclass(frozen=True, slots=True)
class ImportEdge:
    """`importer` asked for `imported` while being loaded, whether or not it was loaded already."""

    importer: ModuleName
    imported: ModuleName


@dataclass(frozen=True, slots=True, order=True)
class Statement:
    """An import as it runs: `from module import names`, or `import module` without names."""

    module: ModuleName
    names: tuple[str, ...] = ()
    # Of an ordinary import at module level: it is late where the interpreter (3.15) keeps one of these for later.
    promises: tuple[ModuleName, ...] = field(default=(), compare=False)

    @classmethod
    def of_text(cls, text: str) -> Statement:
        """Return the statement that a text is, as `str` gives it."""
        _, module, *rest = text.split(maxsplit=3)
        return cls(module, tuple(rest[-1].split(", ")) if rest else ())

    def __str__(self) -> str:
        return f"from {self.module} import {', '.join(self.names)}" if self.names else f"import {self.module}"


FirstUseOutcome = Literal["imported", "loaded", "failed", "crashed", "hung"]  # loaded: in memory since the start


@dataclass(frozen=True, slots=True)
class FirstUse:
    """What a lazy import did to the process that was ready, which caught what it raised.

    No figures where it crashed or hung.
    """

    statement: Statement
    outcome: FirstUseOutcome
    message: str | None  # what it raised, or why it did not come to its end
    rss_bytes: int | None
    anon_bytes: int | None
    time_us: int | None
    costs: tuple[ImportCost, ...]  # what it loaded, in load order; the first is the whole
    edges: frozenset[ImportEdge]
    origins: tuple[tuple[ModuleName, str], ...]
    under_way: tuple[ModuleName, ...] = ()  # imports begun and not ended, outermost first
    peak_bytes: int | None = None  # the most that the process grew meanwhile
    children_bytes: int = 0  # of what it started and left running


@dataclass(frozen=True, slots=True)
class GrowthLine:
    """What all processes grew by while a line of the project ran, or the one after a short one. In steps of 1 MiB.

    What a process gave back is taken off the line that grew last.
    """

    kind: Literal["import", "data"]  # data: no import was under way
    path: str | None  # None: no line of the project ran
    line: int | None
    rss_bytes: int  # never negative
    peak_bytes: int  # by which the high-water marks rose: what was given back again is in it


@dataclass(frozen=True, slots=True)
class ForkMemory:
    """What a fork of the process that was ready had of its own: what a forked worker writes to."""

    fresh_bytes: int  # at once
    collected_bytes: int  # once its garbage collector had gone over everything


# done: as expected; failed: it raised, or answered with an error or with another status than expected
# undecided: it did not go well in a fork, which it may not bear, and was not done in a start of its own
CallOutcome = Literal["done", "failed", "crashed", "hung", "undecided"]


@dataclass(frozen=True, slots=True)
class CallFile:
    """A file that a call opened. mapped: its pages are shared between workers, and given back where memory is short."""

    path: str  # relative to the project where it lies there
    size_bytes: int
    how: Literal["read", "mapped"]


@dataclass(frozen=True, slots=True)
class FloorReading:
    """The anonymous memory of a process after the call `number` of many, read in a fork of it."""

    number: int
    rss_bytes: int  # as it was
    trimmed_bytes: int | None  # with what malloc keeps given back; None: malloc has no way to
    floor_bytes: int  # and with the garbage collected
    used_bytes: int | None = None  # what malloc has given out then; None: it does not tell
    system_bytes: int | None = None  # what it has from the system


@dataclass(frozen=True, slots=True)
class CacheGrowth:
    """A cache of functools that holds more at the end of many calls than after the first."""

    name: str  # of its function, with the module
    before_count: int
    after_count: int
    most_count: int | None  # None: it has no limit


# done: as often as asked for; time: its time was over; failed: it raised, or answered otherwise than the first;
# unread: no fork could be read any more
RepeatEnd = Literal["done", "time", "failed", "crashed", "hung", "unread"]


@dataclass(frozen=True, slots=True)
class RepeatRun:
    """A call that was done many times in a fork of its own, as it was read."""

    asked_count: int
    done_count: int
    end: RepeatEnd
    message: str | None  # what it raised, or how it ended
    time_us: int | None
    floors: tuple[FloorReading, ...]  # by their calls
    traced_count: int = 0  # of more calls that were followed
    traced_bytes: int | None = None  # that Python has allocated in these and kept; None: they were not followed
    places: tuple[tuple[str, int, int], ...] = ()  # path, line and bytes of it, the most first
    caches: tuple[CacheGrowth, ...] = ()  # what grew most first
    path: str | None = None  # where it failed
    line: int | None = None


@dataclass(frozen=True, slots=True)
class CallRun:
    """What one call did to the process that was ready: growth on top of it. No figures where it crashed or hung.

    `path:line` is the innermost line of the project in what it raised, or where it hung.
    """

    name: str
    outcome: CallOutcome
    message: str | None  # what it raised, or what of the answer is not as expected
    rss_bytes: int | None  # held at its end
    anon_bytes: int | None
    peak_bytes: int | None  # the most at one moment
    time_us: int | None
    costs: tuple[ImportCost, ...] = ()  # what it loaded, in load order; the first is the whole
    edges: frozenset[ImportEdge] = frozenset()
    origins: tuple[tuple[ModuleName, str], ...] = ()
    children_bytes: int = 0  # of what it started and left running
    path: str | None = None
    line: int | None = None
    status: int | None = None  # of an answer
    sent_bytes: int | None = None
    lines: tuple[GrowthLine, ...] = ()  # of the project that ran while it grew, the largest first
    files: tuple[CallFile, ...] = ()  # largest first
    written: tuple[str, ...] = ()  # outside of what is thrown away; relative where they lie in the project
    was_apart: bool = False  # in a start of its own: it did not come to its end in a fork
    fork: ForkMemory | None = None  # to what of the ready process's memory its fork wrote; None: nobody asked
    repeat: RepeatRun | None = None  # None: it was not done many times


@dataclass(frozen=True, slots=True)
class ProbeRun:
    """One child process, start to end. `first_uses` were tried in forks of it, apart from the last stage:
    that one has them all together, and its loads are among `costs`.
    """

    stages: tuple[StageReading, ...]
    costs: tuple[ImportCost, ...]  # in load order
    edges: frozenset[ImportEdge]
    origins: tuple[tuple[ModuleName, str], ...]  # absolute file of each module in memory at the end
    preloaded: tuple[ModuleName, ...]  # in memory before the hooks were set: site, .pth files
    compiled_count: int  # .pyc files written while it ran
    baseline_rss_bytes: int  # when the hooks were set; the sum of self costs starts here
    first_uses: tuple[FirstUse, ...] = ()
    promised: tuple[ModuleName, ...] = ()  # that the interpreter (3.15 and later) kept for their first use to the end
    rises: tuple[PeakRise, ...] = ()  # by lines of the project, as they ran
    fork: ForkMemory | None = None  # None: nobody asked, or it cannot be read
    calls: tuple[CallRun, ...] = ()  # each alone, on top of the start; the stage has all in a row
    calls_together: CallRun | None = None
    connections: tuple[str, ...] = ()  # open when it was ready, and closed for the calls: "tcp 127.0.0.1:5432"
    candidates: tuple[CallCandidate, ...] = ()  # what could be called; only where nothing was


# untrusted: what it wrote about itself cannot be, so nothing of it is told
FailureKind = Literal["exception", "exit", "signal", "timeout", "limit", "not-started", "incomplete", "untrusted"]


@dataclass(frozen=True, slots=True)
class NeededSetting:
    """A variable that a start needs and has not got. `path:line` is where the project asks for it."""

    name: str
    path: str | None = None
    line: int | None = None
    examples: tuple[str, ...] = ()  # where the project has an example of it, or sets it: "compose.yaml:12"
    env_file: str | None = None  # that gives it a value: the start can have it from there


@dataclass(frozen=True, slots=True)
class Cause:
    """What a start has not got. `places` are where the project has it, states it, or has an example of it."""

    kind: Literal["settings", "server", "file", "folder", "distribution"]  # folder: it is there from another one
    subject: str = ""  # "localhost:5432", "config/app.yaml", the module that is not found
    settings: tuple[NeededSetting, ...] = ()
    places: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Failure:
    """Why and where an entry stopped before its last stage."""

    kind: FailureKind
    message: str  # one line: "ModuleNotFoundError: No module named 'x'", "killed by SIGSEGV", ...
    stage: StageName  # the stage that it did not finish
    under_way: tuple[ModuleName, ...]  # imports begun and not ended, outermost first
    path: str | None = None  # of the raising line in the project's own code, relative
    line: int | None = None
    stderr_tail: str = ""
    rss_bytes: int | None = None  # when it was stopped for passing a memory limit
    cause: Cause | None = None  # what it lacks, where that can be told
    call: str | None = None  # that it was doing: "GET /embed"


@dataclass(frozen=True, slots=True)
class RunFigures:
    """What one run came to at its last start-up stage. None: this platform does not tell."""

    rss_bytes: int
    anon_bytes: int | None
    time_us: int  # since the bare interpreter
    peak_bytes: int | None = None  # the most at one moment, with all that the process started


@dataclass(frozen=True, slots=True)
class EntryRuntime:
    """One entry point, measured or not. `run` is the run whose figures are the median."""

    entry: str
    run: ProbeRun | None  # None: nothing came back at all
    rss_runs_bytes: tuple[int, ...] = ()  # last start-up stage of every counted run
    discarded_count: int = 0  # runs that compiled bytecode and were repeated
    failure: Failure | None = None
    written: tuple[str, ...] = ()  # what the entry wrote, relative to the project; in a shadow also elsewhere, absolute
    hook: Literal["find_and_load", "meta_path", "none"] = "find_and_load"
    notes: tuple[Note, ...] = ()
    figures: tuple[RunFigures, ...] = ()  # of every run that went through; only without a hook
    output_tail: str = ""  # the end of what it printed on standard error, or else on standard output
    shadow: Engine | None = None  # in which it ran, and which was thrown away with what it wrote
    through: StageName = "first_use"  # of a rehearsal: the stage that it was to come to the end of


@dataclass(frozen=True, slots=True)
class DistributionCost:
    """What one distribution added to the start of one entry.

    `self_` sums over its own modules; `cumulative_` adds what they loaded first. Cumulative
    figures of two distributions overlap: never add them up.
    """

    name: DistributionName
    stage: StageName  # in which it was first loaded
    first_module: ModuleName
    self_rss_bytes: int
    self_anon_bytes: int | None
    cumulative_rss_bytes: int
    self_time_us: int
    cumulative_time_us: int
    module_count: int
