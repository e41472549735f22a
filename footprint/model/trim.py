"""What `footprint trim` would change, and what that frees. Field names are the JSON contract (schema_version 1)."""

from __future__ import annotations

from typing import Literal

from footprint.model.audit import Action, Confidence, GoingLine
from footprint.model.trial import Trial
from footprint.names import DistributionName
from footprint.values import dataclass

TRIM_VERSION = 1


@dataclass(frozen=True, slots=True)
class TakenRemoval:
    """A removal, a move or a narrowed line that is taken: as the audit proposes it, with all lines that go with it."""

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
    action: Action = "remove"
    extras: tuple[str, ...] = ()  # that are asked for no more

    @property
    def subject(self) -> str:
        """What it is about, as a requirement names it."""
        return f"{self.distribution}[{','.join(self.extras)}]" if self.extras else self.distribution


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
class CheckedEntry:
    """The start of one entry, before and in the scratch environment. None: not measured."""

    name: str
    rss_before_bytes: int | None
    rss_after_bytes: int | None
    failure: str | None  # of the start in the scratch environment
    anon_before_bytes: int | None = None
    anon_after_bytes: int | None = None


@dataclass(frozen=True, slots=True)
class InstallCheck:
    """A scratch environment that was really installed from what is left, against the one there is."""

    installer: Literal["uv", "pip"]
    came_back: tuple[DistributionName, ...]  # promised to leave, and installed all the same
    not_installed: tuple[DistributionName, ...]  # nothing that stays asks for it in production
    new: tuple[DistributionName, ...]
    other_versions: tuple[DistributionName, ...]
    common_before_bytes: int  # of what those in both brought; no bytecode, nothing that an installer writes itself
    common_after_bytes: int
    entries: tuple[CheckedEntry, ...]

    @property
    def holds(self) -> bool:
        """Whether what was promised to leave has left, and every entry that started before still starts."""
        return not self.came_back and not any(entry.failure for entry in self.entries)


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
    trial: Trial | None = None  # None: nothing was started
    installed: InstallCheck | None = None  # only when asked for
