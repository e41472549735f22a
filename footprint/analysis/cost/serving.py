"""What serves an entry beside the process that was measured: the server, further workers. Pure."""

from __future__ import annotations

from footprint.model.audit import EntryRow
from footprint.model.memory import FitPart


def serving_parts(entry: EntryRow) -> tuple[FitPart, ...]:
    """Return what has to stand beside the measured process and its children; empty where nothing is known to."""
    return ()
