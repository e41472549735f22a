"""Notes and places in words, for every report; light, since the stages alone need them, too."""

from __future__ import annotations

from collections.abc import Iterable

from footprint.model.note import Note
from footprint.units import MIB

SMALLEST_PREDICTION_BYTES = 2 * MIB  # a smaller saving is told as "<2"


def describe_notes(notes: Iterable[Note]) -> tuple[str, ...]:
    """Return a line per note: code, place, message."""
    from footprint.report.languages.stored_sentences import retell  # some commands show none

    return tuple(f"{note.code}: {place(note.path, note.line, ': ')}{retell(note.message)}" for note in notes)


def place(path: str | None, line: int | None, end: str = "") -> str:
    """Return `path:line`, `path` where the line is not known, or nothing; `end` follows what there is."""
    return f"{path}:{line}{end}" if path and line else f"{path}{end}" if path else ""


def other_python_line(notes: Iterable[Note]) -> str | None:
    """Return that the project wants another Python; it stands before all else."""
    messages = [note.message for note in notes if note.about == "interpreter"]
    if not messages:
        return None
    from footprint.report.languages.stored_sentences import retell

    told = retell(messages[0])
    return told[:1].upper() + told[1:]
