"""A fleet as one page shows it: its services, what they have installed, and how each grew."""

from __future__ import annotations

from footprint.model.note import Note
from footprint.values import dataclass


@dataclass(frozen=True, slots=True)
class PictureService:
    """One service by its newest audit. None: not measured or not known."""

    project: str
    reason: str | None  # why it failed
    source: str  # checkout or commit
    commit: str | None
    distribution_count: int | None = None
    disk_bytes: int | None = None
    download_least_bytes: int | None = None  # by the lock files
    download_most_bytes: int | None = None  # None: not all sizes are known
    takes_bytes: int | None = None  # of memory, where it is closest to its limit; else what the largest start takes
    limit_bytes: int | None = None
    fits: bool | None = None
    is_called: bool = False  # what it takes after requests or tasks was judged as well
    removable_bytes: int | None = None


@dataclass(frozen=True, slots=True)
class PictureDistribution:
    """One distribution over all services."""

    name: str
    projects: tuple[str, ...]  # that have it, sorted
    loaded_count: int  # of these, measured
    versions: tuple[str, ...]  # sorted
    disk_bytes: int | None  # all together; None: nothing was weighed
    startup_rss_bytes: int | None


@dataclass(frozen=True, slots=True)
class PicturePoint:
    """One audit of a service's history."""

    moment: str  # UTC, as 2026-11-30T08:20:00Z
    value: int


@dataclass(frozen=True, slots=True)
class PictureTrend:
    """How one figure of a service went over the audits of its folder, or of its commits, oldest first; two at least."""

    project: str
    source: str  # checkout or commit
    figure: str  # "disk", "downloads", "distributions"
    points: tuple[PicturePoint, ...]


@dataclass(frozen=True, slots=True)
class FleetPicture:
    """All of it."""

    title: str
    tool_version: str
    services: tuple[PictureService, ...]  # by name
    distributions: tuple[PictureDistribution, ...]  # heaviest first
    trends: tuple[PictureTrend, ...]  # by name and source
    notes: tuple[Note, ...] = ()
