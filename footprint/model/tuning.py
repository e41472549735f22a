"""What `footprint tune` measured and proposes. Field names are the JSON contract (schema_version 1)."""

from __future__ import annotations

from typing import Literal

from footprint.values import dataclass

TUNING_VERSION = 1

# One of an axis at most stands in a start: what is shared before the fork, the allocator, and so on.
Axis = Literal["sharing", "allocator", "trimming", "optimise", "threads", "processes", "server"]
Hook = Literal["load", "freeze"]  # what the master does before it forks, in this order
# costs: saves, and takes more than a tenth more processor time; relies: saves, and the project needs what goes.
Effect = Literal["base", "saves", "none", "worse", "costs", "relies", "failed"]


@dataclass(frozen=True, slots=True)
class Factor:
    """One thing that is changed about a start."""

    axis: Axis
    name: str  # "preload", "MALLOC_ARENA_MAX=2"
    settings: tuple[tuple[str, str], ...] = ()  # of gunicorn.conf.py, as Python writes them
    hooks: tuple[Hook, ...] = ()
    environment: tuple[tuple[str, str], ...] = ()
    workers: int | None = None  # processes of a server that no gunicorn.conf.py tells
    worker_class: str = ""  # of gunicorn, in place of another server
    caveat: str = ""  # what no measurement shows


@dataclass(frozen=True, slots=True)
class UntriedFactor:
    """A setting that was not tried, and why it could not help here or could not be measured."""

    name: str
    why: str


@dataclass(frozen=True, slots=True)
class CpuRatio:
    """Processor time per request beside that of the command as it is, in rounds that took turns."""

    before_us: int
    after_us: int
    ratio: float  # the median of the rounds
    low: float  # the interval of it, at least 95 %
    high: float
    request_count: int  # of each side
    told_apart: bool  # the interval does not hold 1


@dataclass(frozen=True, slots=True)
class TreeShares:
    """All processes of one start. `total_bytes`: anonymous pages by share and each page of a file once."""

    total_bytes: int
    anon_bytes: int  # by share: a page that several have counts once
    pss_bytes: int | None  # strangers with the same files take a part of it
    process_count: int


@dataclass(frozen=True, slots=True)
class StartReading:
    """One start: ready, and after every worker got the requests and collected its garbage."""

    ready: TreeShares
    after: TreeShares
    peak_bytes: int  # all together at most, if each is at its highest at the same moment
    worker_count: int
    asked_count: int  # workers that got the requests
    collected_count: int  # workers that collected their garbage
    answers: tuple[tuple[str, tuple[int | None, ...]], ...]  # statuses by request, each once


@dataclass(frozen=True, slots=True)
class TunedRow:
    """One way to start the command, and what it took. Figures are medians of its starts; None: not measured."""

    name: str
    factors: tuple[Factor, ...]
    effect: Effect
    start_count: int
    reading: StartReading | None
    spread_bytes: int | None = None  # between its starts; None: there was one
    saved_bytes: int | None = None  # of the tree after the requests
    cpu: CpuRatio | None = None
    why: str = ""  # it failed, or is not proposed


@dataclass(frozen=True, slots=True)
class OptimisedUse:
    """A place of the project that relies on what `-OO` takes away."""

    kind: Literal["assert", "docstring"]
    path: str
    line: int


@dataclass(frozen=True, slots=True)
class FittingPlan:
    """The smallest plan of a platform that holds the peak; None: none of its plans does."""

    platform: str
    before: str | None
    after: str | None
    checked: str


@dataclass(frozen=True, slots=True)
class ProposedFile:
    """A text that is ready to be used: what it is, and where it belongs."""

    name: str  # "gunicorn.conf.py", "Procfile"
    text: str


@dataclass(frozen=True, slots=True)
class Tuning:
    """The whole answer."""

    command: str
    source: str  # "Procfile:1", or "the command line"
    capacity: int  # requests at once: workers x threads
    requests: tuple[str, ...]
    rows: tuple[TunedRow, ...]  # the command as it is first
    noise_bytes: int  # a difference below it is no effect
    start_count: int
    best: TunedRow | None  # None: nothing helps
    untried: tuple[UntriedFactor, ...]
    files: tuple[ProposedFile, ...]
    plans: tuple[FittingPlan, ...]
    optimised_uses: tuple[OptimisedUse, ...] = ()
    assert_count: int | None = None  # in the project; None: not looked for
    growth: tuple[int, int] | None = None  # bytes that further requests added as it is, and how many there were
    tool_version: str = ""
    schema_version: int = TUNING_VERSION
