"""An answer to a question about a fleet: rows of plain values, by column. Figures keep their units in the names."""

from __future__ import annotations

from footprint.model.note import Note
from footprint.values import dataclass

ANSWER_VERSION = 1
Cell = str | int | float | bool | None | tuple[str | None, ...]  # None: not measured, not known, or there is none


@dataclass(frozen=True, slots=True)
class FleetAnswer:
    """What came back. `question` is as it was asked: "versions torch", or SQL."""

    schema_version: int
    tool_version: str
    question: str
    columns: tuple[str, ...]  # ..._bytes, ..._us, ..._count say the unit; each stands once
    rows: tuple[tuple[Cell, ...], ...]
    truncated: bool  # there are more rows than were asked for
    notes: tuple[Note, ...] = ()
