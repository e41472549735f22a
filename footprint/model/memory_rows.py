"""Memory as the reports tell it: by part, by import line, at first use, and against a limit. Field names are JSON."""

from __future__ import annotations

from typing import Literal

from footprint.model.runtime import (
    CacheGrowth,
    CallFile,
    CallOutcome,
    FirstUseOutcome,
    GrowthLine,
    RepeatEnd,
    StageName,
    Statement,
)
from footprint.names import DistributionName, ModuleName
from footprint.values import dataclass


@dataclass(frozen=True, slots=True)
class LoadStep:
    """One module of an import chain. `path:line` is the first-party line that asked for it, if it was one.

    `asked_line` is the line of the module before it in the chain where that is not ours, and a function of it asked,
    or it asked by a computed name.
    """

    module: ModuleName
    path: str | None
    line: int | None
    asked_line: int | None = None


@dataclass(frozen=True, slots=True)
class Load:
    """A distribution seen in memory after startup, and who loaded it first.

    `importer` is the nearest importer that is another distribution, None when own code comes
    first; standard library modules between (importlib, codecs) are passed over.
    """

    stage: StageName
    entries: tuple[str, ...]
    chain: tuple[LoadStep, ...]
    importer: DistributionName | None
    importer_module: str | None  # with the line where a function of it asked: "sqlalchemy.engine.create:617"


@dataclass(frozen=True, slots=True)
class LinePart:
    """One module of a line that imports several, and what the start would save if only that were gone."""

    module: ModuleName
    rss_bytes: int


@dataclass(frozen=True, slots=True)
class ImportLine:
    """A line of imports of the project that ran at startup, and what the start of `entry` would save without it."""

    entry: str
    path: str
    line: int
    module: ModuleName  # of several the heaviest
    function: str | None
    distributions: tuple[DistributionName, ...]  # providing the modules; empty for the project's own
    rss_bytes: int
    anon_bytes: int | None
    time_us: int
    module_count: int
    still_needed_by: tuple[str, ...]
    imports: tuple[LinePart, ...] = ()  # of a line that imports several modules, the heaviest first; they overlap


@dataclass(frozen=True, slots=True)
class OwnLine:
    """A line of the project and what the start of `entry` grew by while it ran, imports left out: measured.

    `line` is None for the code and the constants of a file, and where the line is not known.
    """

    entry: str
    stage: StageName
    path: str
    line: int | None
    rss_bytes: int
    anon_bytes: int
    time_us: int


@dataclass(frozen=True, slots=True)
class Brought:
    """A distribution that a lazy import brings into memory, with what its own modules add."""

    name: DistributionName
    rss_bytes: int


@dataclass(frozen=True, slots=True)
class FirstUseRow:
    """A lazy import that was really run once the entry was ready. No figures where it crashed or hung.

    What raised was caught, and has what it left in the process. Growths of two rows overlap where they load the same:
    the stage `first_use` has them all together.
    """

    entry: str
    statement: Statement
    path: str
    line: int
    function: str | None
    further_count: int  # other places with the same statement
    distributions: tuple[DistributionName, ...]
    outcome: FirstUseOutcome
    message: str | None
    guarded: bool  # every place catches its failing
    rss_bytes: int | None
    anon_bytes: int | None
    time_us: int | None
    brings: tuple[Brought, ...]  # heaviest first, what was in memory already left out
    under_way: tuple[ModuleName, ...]  # imports begun and not ended when it failed
    missing: ModuleName | None = (
        None  # the module that is not there, if that is all that failed: "gone", "redis.asyncio"
    )
    chain: tuple[DistributionName, ...] = ()  # by which most of it came: sentence-transformers, transformers, torch


# flat: no growth that can be told from none; fills: it grew and has stopped; still-rising: after fewer calls than it
# takes to tell a cache from growth, or while a cache fills; rising-python, rising-c: by Python objects, or by what C
# took from malloc; rising: by neither alone; allocator: by what malloc takes from the system and does not give out;
# not-told: too little or too unsteady
RepeatKind = Literal["flat", "fills", "still-rising", "rising-python", "rising-c", "rising", "allocator", "not-told"]


@dataclass(frozen=True, slots=True)
class RepeatedCall:
    """What a call kept that was done many times in one process: anonymous memory, with nothing in the way.

    The slope is of the second half, a call, between `low` and `high` with 95 %. None: not measured.
    """

    asked_count: int
    done_count: int
    end: RepeatEnd
    message: str | None  # of a call that failed, crashed or hung
    kind: RepeatKind
    floor_bytes: int | None  # at the end
    grown_bytes: int | None  # from the first call on
    filled_count: int | None  # of `fills`: after so many calls it had stopped
    slope_bytes: int | None
    slope_low_bytes: int | None
    slope_high_bytes: int | None
    kept_by_allocator_bytes: int | None  # at the end: free, and not given back
    waiting_for_collector_bytes: int | None  # the most garbage at one reading
    traced_percent: int | None  # of the slope: what Python objects take
    caches: tuple[CacheGrowth, ...]  # of functools, that hold more at the end
    path: str | None  # of the line that made most of them, or where it failed
    line: int | None
    time_us: int | None  # of a call


@dataclass(frozen=True, slots=True)
class CallRow:
    """A request or a function that was really called once the entry was ready, and what the process grew by.

    No figures where it crashed or hung. Growths of two rows overlap where they load the same: the stage `calls` has
    all in a row. `path:line` is the innermost line of the project in what it raised, or where it hung.
    """

    entry: str
    name: str  # "GET /embed", "jobs:nightly"
    outcome: CallOutcome
    message: str | None  # what it raised, or what of its answer is not as expected
    path: str | None
    line: int | None
    status: int | None  # of the answer
    sent_bytes: int | None
    rss_bytes: int | None  # held at its end
    anon_bytes: int | None
    peak_bytes: int | None  # the most at one moment: what is more than `rss_bytes` was given back
    time_us: int | None
    import_rss_bytes: int | None  # of `rss_bytes`: what modules of others added as they loaded
    brings: tuple[Brought, ...]  # distributions that it loaded, heaviest first
    chain: tuple[DistributionName, ...]  # by which most of it came
    lines: tuple[GrowthLine, ...]  # of the project that ran while it grew, or just before, the largest first
    files: tuple[CallFile, ...]  # that it opened, the largest first
    written: tuple[str, ...]  # outside of what is thrown away
    was_apart: bool  # in a start of its own: it did not come to its end in a fork
    repeated: RepeatedCall | None = None  # None: nobody asked for it, or it did not come to its end once


@dataclass(frozen=True, slots=True)
class SetSaving:
    """What all suggested deferrals together would take from the start of one entry: no sum of their single figures."""

    entry: str
    rss_bytes: int
    anon_bytes: int | None
    time_us: int


@dataclass(frozen=True, slots=True)
class MemoryPart:
    """A share of the last start-up stage: the interpreter, the standard library, own code, a distribution, the rest."""

    name: str
    kind: Literal["interpreter", "stdlib", "first-party", "distribution", "rest"]
    rss_bytes: int


@dataclass(frozen=True, slots=True)
class Limit:
    """What the host allows, and who says so."""

    memory_bytes: int | None
    disk_bytes: int | None
    source: str


# tree: the real command, all its processes; growth: what lazy imports add to it; requests: what those that were sent do
FitPartKind = Literal["process", "children", "server", "workers", "tree", "growth", "requests"]


@dataclass(frozen=True, slots=True)
class FitPart:
    """What a part of a service holds at rest, and at its highest."""

    kind: FitPartKind
    bytes: int
    measured: bool  # False: an estimate
    peak_bytes: int | None = None  # None: not known, or no more than at rest
    state: Literal["collected"] | None = None  # of forked workers: once each has collected its garbage


@dataclass(frozen=True, slots=True)
class Fit:
    """One stage of one entry against the memory limit. `path:line` is the import that costs most in it.

    `fits` and `headroom_bytes` are of the one that `decides`: all that stands at rest, or the most that was needed.
    """

    entry: str
    stage: StageName
    limit_bytes: int
    rss_bytes: int
    anon_bytes: int | None
    headroom_bytes: int  # below 0: what is too much
    fits: bool
    anon_fits: bool | None  # the part that cannot be taken back; None: this platform does not tell
    path: str | None
    line: int | None
    live: bool = False  # of the real command, all its processes: PSS of several, RSS of one
    source: str = ""  # of the limit, which may differ by entry
    resting_bytes: int | None = None  # all `parts`; None: an older version wrote it
    peak_bytes: int | None = None  # of all of them; None: not known
    decides: Literal["resting", "peak"] = "resting"
    parts: tuple[FitPart, ...] = ()
    line_bytes: int | None = None  # seen live: what grew at `path:line`, or just before it
    is_data: bool = False  # seen live: no import, but data was made there


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """An entry run until it passed the memory limit. `path:line` is the last line of the project behind it."""

    entry: str
    limit_bytes: int
    outcome: Literal["passed", "stopped", "failed"]  # passed: it stayed below
    message: str | None
    stage: StageName | None
    rss_bytes: int | None  # when it was stopped
    chain: tuple[LoadStep, ...]  # imports begun and not ended, the project's own first
    path: str | None
    line: int | None
    through: StageName = "first_use"  # what it was to come to the end of: its lazy imports, or its calls without them
    call: str | None = None  # in which it was stopped: "GET /embed"; path and line are then where it was
