"""What requirements would cost a project that has not got them. Field names are the JSON contract (schema_version 1).

Bytes are apparent bytes of files, download those of wheels. None: not measured.
"""

from __future__ import annotations

from typing import Literal

from footprint.model.note import Note
from footprint.names import DistributionName, ModuleName
from footprint.values import dataclass

ADDITION_VERSION = 1

# new: something comes that is not there; present: all of it is there; moves: something there gets another version;
# excluded: its marker leaves it out here; refused: it cannot be had
AdditionState = Literal["new", "present", "moves", "excluded", "refused"]
RefusalKind = Literal[
    "bad-requirement", "unknown-name", "no-version", "yanked", "source-only", "other-platform", "other-python",
    "conflict", "no-network", "not-built", "late", "failed",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class AdditionRefusal:
    """Why a candidate cannot be had, what to do next, and the last lines of the installer."""

    kind: RefusalKind
    message: str
    advice: str
    said: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AddedDistribution:
    """One distribution that would come, or get another version: `before` is the one that is there now."""

    name: DistributionName
    version: str
    before: str | None
    installed_bytes: int
    before_bytes: int  # of the version that goes; 0 where there is none
    download_bytes: int | None
    wheel: str | None  # the file's name
    sha256: str | None
    is_built: bool = False  # from source, here


@dataclass(frozen=True, slots=True)
class ImportGrowth:
    """What importing a candidate adds to a process: `time_us` is time spent in modules that load for it alone."""

    rss_bytes: int
    anon_bytes: int | None
    time_us: int


@dataclass(frozen=True, slots=True)
class CandidateCost:
    """One requirement, and what it would cost. `installed` is it and all it requires, whether that is there or not."""

    requirement: str
    name: DistributionName
    extras: tuple[str, ...]
    state: AdditionState
    version: str | None = None  # None: it cannot be had, or several lines are priced together
    download_bytes: int | None = None
    installed_bytes: int | None = None
    installed_count: int | None = None
    new_bytes: int | None = None  # what the environment grows by: less the versions that go
    new_count: int | None = None  # distributions that are not there already
    added: tuple[AddedDistribution, ...] = ()
    imports: tuple[ModuleName, ...] = ()  # what is imported to measure it
    alone: ImportGrowth | None = None  # in a bare interpreter with that environment
    marginal: ImportGrowth | None = None  # in the application, once it is ready
    why_not_alone: str = ""
    why_not_marginal: str = ""
    notes: tuple[Note, ...] = ()
    refusal: AdditionRefusal | None = None
    is_remembered: bool = False  # the figures alone are those of an earlier run with the same wheels

    @property
    def moved(self) -> tuple[AddedDistribution, ...]:
        """What gets another version."""
        return tuple(each for each in self.added if each.before is not None)


@dataclass(frozen=True, slots=True)
class BranchAddition:
    """What a branch adds to the requirement files, and the start of both sides. None: not measured."""

    against: str
    added: tuple[str, ...]  # lines as written, with their places: "requirements.txt:3 pandas==2.3.3"
    removed: tuple[DistributionName, ...]  # lines that went; what they free is not counted
    rss_before_bytes: int | None = None
    rss_after_bytes: int | None = None
    why_not: str = ""

    @property
    def startup_bytes(self) -> int | None:
        """What the start grows by."""
        if self.rss_before_bytes is None or self.rss_after_bytes is None:
            return None
        return self.rss_after_bytes - self.rss_before_bytes


@dataclass(frozen=True, slots=True)
class AdditionReport:
    """Candidates in the order asked for, against one environment."""

    schema_version: int
    tool_version: str
    environment: str  # what they were priced against, for a reader
    python: str
    platform: str
    installer: Literal["uv", "pip"]
    with_bytecode: bool  # the weights of what comes have the bytecode in them, as those of the environment have
    entry: str | None  # the entry whose start has the import added
    ready_rss_bytes: int | None  # of that entry as it is
    ready_time_us: int | None
    candidates: tuple[CandidateCost, ...]
    branch: BranchAddition | None = None
    side_by_side: bool = False  # for a reader: a column for each candidate
    notes: tuple[Note, ...] = ()
