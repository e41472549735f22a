"""What two audits differ in: figures, entries, distributions, findings. Field names are the JSON contract of a diff."""

from __future__ import annotations

from typing import Literal

from footprint.model.audit import Usage
from footprint.model.note import Note
from footprint.model.rule import Severity
from footprint.model.runtime import StageName
from footprint.names import DistributionName
from footprint.values import dataclass

DIFFERENCE_SCHEMA_VERSION = 1


@dataclass(frozen=True, slots=True)
class AuditSide:
    """One of the two audits, and how the reader calls it."""

    label: str  # "before.json", "main", "an/environment"
    project: str
    python: str  # "CPython 3.11.7"
    platform: str


@dataclass(frozen=True, slots=True)
class FigureChange:
    """One figure on both sides. None: not measured, or not there."""

    stage: StageName | None  # of a start; None: of the environment
    name: str  # "RSS"
    unit: Literal["bytes", "count"]
    before: int | None
    after: int | None

    @property
    def change(self) -> int | None:
        """After less before; None where one of them is not known."""
        return None if self.before is None or self.after is None else self.after - self.before


@dataclass(frozen=True, slots=True)
class StartupChange:
    """A distribution that the start of an entry loads on one side alone."""

    name: DistributionName
    path: str | None  # the line of the project that asked for it, at the end of the way to it
    line: int | None
    way: tuple[str, ...]  # modules from that line to it
    self_rss_bytes: int | None  # on the side that loads it


@dataclass(frozen=True, slots=True)
class EntryDifference:
    """One entry that both audits have. What its start loads is compared only where both starts went through."""

    name: str
    figures: tuple[FigureChange, ...]
    entered: tuple[StartupChange, ...]
    left: tuple[StartupChange, ...]
    not_compared: str | None  # why nothing of its starts is


@dataclass(frozen=True, slots=True)
class DistributionChange:
    """A distribution that is installed on one side alone, or is another release, of another weight or use."""

    name: DistributionName
    version_before: str | None  # None: not there
    version_after: str | None
    usage_before: Usage | None
    usage_after: Usage | None
    bytes_before: int | None  # on disk, apparent, without bytecode
    bytes_after: int | None
    path: str | None  # where it is declared: after, else before
    line: int | None

    @property
    def disk_change(self) -> int | None:
        """What it adds to the disk, negative for what goes; None where one side is not weighed."""
        before = 0 if self.version_before is None else self.bytes_before
        after = 0 if self.version_after is None else self.bytes_after
        return None if before is None or after is None else after - before


@dataclass(frozen=True, slots=True)
class FindingChange:
    """A finding that only one of the audits has. That it stands at another line is no difference."""

    code: str
    severity: Severity
    message: str
    path: str | None
    line: int | None


@dataclass(frozen=True, slots=True)
class AuditDifference:
    """Two audits held against each other."""

    schema_version: int
    tool_version: str
    before: AuditSide
    after: AuditSide
    figures: tuple[FigureChange, ...]  # of the environment
    entries: tuple[EntryDifference, ...]
    entries_gone: tuple[str, ...]
    entries_new: tuple[str, ...]
    distributions: tuple[DistributionChange, ...]  # the largest change on disk first
    findings_gone: tuple[FindingChange, ...]
    findings_new: tuple[FindingChange, ...]
    notes: tuple[Note, ...]  # what else differs, so that figures may
