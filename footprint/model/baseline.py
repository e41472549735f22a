"""What was measured once and is held against later: the small file that a project commits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from footprint.values import dataclass, field

BASELINE_VERSION = 1
HEAVY_BYTES = 1 << 20  # a distribution is listed with its size from here on


@dataclass(frozen=True, slots=True)
class EntryBaseline:
    """One entry when it was ready, in a run without any hook. None: not measured."""

    anon_bytes: int | None
    rss_bytes: int
    noise_bytes: int = 0  # of the runs behind it, of anon if that is known
    first_use_rss_bytes: int | None = None
    time_ratio: float | None = None  # start by start of the bare interpreter; only where the rule is on
    startup: Mapping[str, int] = field(default_factory=dict)  # distributions in memory, own growth of RSS in bytes
    own: Mapping[str, tuple[int, ...]] | None = None  # files of the project: what their lines added, heaviest first
    target: str | None = None  # of an entry given by --entry, whose name is only its place; None: the name tells it
    workers: int | None = None  # where that is stated
    preload: bool = False  # they are forks of a process that has the application
    total_bytes: int | None = None  # estimated, of all workers with their server
    peak_bytes: int | None = None  # the most at one moment of the start, with all that it started
    # What each call added to the ready process: its peak, and what it held; nothing where it came to no end.
    calls: Mapping[str, tuple[int, ...]] | None = None  # None: none was done


@dataclass(frozen=True, slots=True)
class EnvironmentBaseline:
    """One environment: what is installed, and its entries by name. Bytecode is not counted: it comes with use."""

    python: str  # "3.11.7"
    tool_version: str
    disk_bytes: int | None
    distribution_count: int | None
    heavy: Mapping[str, int] = field(default_factory=dict)  # distributions of HEAVY_BYTES and more
    entries: Mapping[str, EntryBaseline] = field(default_factory=dict)
    known: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # accepted findings: code -> names, sorted


@dataclass(frozen=True, slots=True)
class Baseline:
    """The whole file, by key of the environment: "cpython-3.11-linux-x86_64-glibc"."""

    environments: Mapping[str, EnvironmentBaseline] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class BaselineRow:
    """How one field stands in the file, and how a change of it is told and judged."""

    field: str
    key: str
    kind: Literal["size", "sizes", "signed sizes", "files", "ratio", "count", "flag", "text", "entries", "known"]
    what: str = ""  # a figure for a reader; empty: its changes are told in another way, or not at all
    relative: float = 0.0  # the share by which a figure moves by itself, beside the noise of the runs
    always: bool = False  # it stands in the file, as null where it was not measured


# In the order of the file. RSS: file-backed pages come and go with the machine, 0.3 to 0.6 % within a day.
ENTRY_ROWS = (
    BaselineRow("target", "target", "text"),
    BaselineRow("anon_bytes", "startup_anon_mib", "size", "startup anon", always=True),
    BaselineRow("rss_bytes", "startup_rss_mib", "size", "startup RSS", relative=0.01, always=True),
    BaselineRow("noise_bytes", "noise_mib", "size"),
    BaselineRow("peak_bytes", "startup_peak_mib", "size", "startup peak", relative=0.01),
    BaselineRow("first_use_rss_bytes", "first_use_rss_mib", "size", "first use RSS", relative=0.01),
    BaselineRow("time_ratio", "time_ratio", "ratio"),
    BaselineRow("workers", "workers", "count"),
    BaselineRow("total_bytes", "total_mib", "size"),
    BaselineRow("preload", "preload", "flag"),
    BaselineRow("own", "own_mib", "files"),
    BaselineRow("calls", "calls_mib", "files"),
    BaselineRow("startup", "startup_mib", "signed sizes", always=True),  # an import can give memory back to RSS
)
ENVIRONMENT_ROWS = (
    BaselineRow("python", "python", "text", always=True),
    BaselineRow("tool_version", "footprint", "text", always=True),
    BaselineRow("disk_bytes", "disk_mib", "size", "disk", always=True),
    BaselineRow("distribution_count", "distribution_count", "count", always=True),
    BaselineRow("heavy", "heavy_mib", "sizes", always=True),
    BaselineRow("entries", "entries", "entries", always=True),
    BaselineRow("known", "known", "known", always=True),
)
ENTRY_FIGURES = tuple(row for row in ENTRY_ROWS if row.what)
