"""What became of the projects of a fleet: a row for each, and what is to be known of all of them."""

from __future__ import annotations

from footprint.model.fleet_line import LineSource, Outcome
from footprint.model.note import Note
from footprint.values import dataclass


@dataclass(frozen=True, slots=True)
class FleetRow:
    """One project, or one commit of it. None: not measured or not known."""

    project: str
    source: LineSource
    commit: str | None
    outcome: Outcome
    reason: str | None
    machine: tuple[str | None, str | None]  # processor and libc
    distribution_count: int | None = None
    disk_bytes: int | None = None
    download_least_bytes: int | None = None  # by the lock files
    download_most_bytes: int | None = None  # None: not all sizes are known
    startup_bytes: int | None = None  # RSS of the entry that takes most
    removable_bytes: int | None = None
    limit_bytes: int | None = None
    fits: bool | None = None  # every entry, at every stage that was measured
    is_called: bool = False  # what it takes after requests or tasks was judged as well
    entry_failure: str | None = None  # the first entry that could not be measured


@dataclass(frozen=True, slots=True)
class FleetReport:
    """All projects in the order in which they were named."""

    title: str
    rows: tuple[FleetRow, ...]
    notes: tuple[Note, ...] = ()
