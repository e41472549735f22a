"""What `footprint trim` would change, and what that frees. Field names are the JSON contract (schema_version 1)."""

from __future__ import annotations

from typing import Literal

from footprint.model.audit import Confidence, GoingLine
from footprint.names import DistributionName
from footprint.values import dataclass

TRIM_VERSION = 1


@dataclass(frozen=True, slots=True)
class TakenRemoval:
    """A removal that is taken: as the audit proposes it, with all the lines that go with it."""

    code: str
    distribution: DistributionName
    reason: str
    confidence: Confidence
    effort: Literal["low", "medium", "high"]
    distributions: tuple[DistributionName, ...]  # all that leave the disk
    lines: tuple[GoingLine, ...]
    disk_bytes: int | None
    rss_bytes: int | None
    rss_kind: Literal["upper bound", "predicted", "measured"] | None


@dataclass(frozen=True, slots=True)
class UntouchedLine:
    """A line that would go and is left alone, and the removals that are not made since it stays."""

    distribution: DistributionName
    path: str
    line: int
    why: str  # a code
    message: str
    removals: tuple[DistributionName, ...]


@dataclass(frozen=True, slots=True)
class FileDiff:
    """A file before and after, as a unified diff."""

    path: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Renewal:
    """A file that a tool writes, which is out of date by the change, and the command that renews it."""

    path: str
    command: str


@dataclass(frozen=True, slots=True)
class Trim:
    """The removals of one project, as changes of its requirement files."""

    schema_version: int
    tool_version: str
    project: str
    removals: tuple[TakenRemoval, ...]  # what is worth most first
    left: tuple[UntouchedLine, ...]
    files: tuple[FileDiff, ...]
    renewals: tuple[Renewal, ...]
    disk_bytes: int | None  # that all of them free together; None: not weighed
    disk_kept_bytes: int | None  # of it: stays where the development groups are installed
    environment_bytes: int | None  # all that is installed, before
    tried: bool = False  # whether the change was really made in a shadow and started
