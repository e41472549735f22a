"""What reading alone shows of a project: weights, and where its code imports what. No start, no requirement graph."""

from __future__ import annotations

from footprint.model.note import Note
from footprint.model.source_modules import ReachStatus
from footprint.names import DistributionName
from footprint.values import dataclass


@dataclass(frozen=True, slots=True)
class PictureRow:
    """One distribution. `status` None: no import of it was found, which does not say that nothing needs it."""

    name: DistributionName
    version: str | None  # None: declared, and not installed
    apparent_bytes: int | None
    status: ReachStatus | None  # the strongest of its imports
    place: str | None  # of that import: "app.py:3"
    declared: str | None  # "requirements.txt:2"


@dataclass(frozen=True, slots=True)
class StaticPicture:
    """One project in one environment, as far as reading tells. Rows: the heaviest first."""

    project: str  # the folder's name
    environment: str  # how it was found, for the reader
    total_bytes: int | None  # None: there is no environment, so nothing was weighed
    entries: tuple[str, ...]  # "main:app (from Procfile:1)"
    rows: tuple[PictureRow, ...]
    notes: tuple[Note, ...]
