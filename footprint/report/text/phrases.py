"""Counts and notes in words, for every report; light, since the stages alone need them, too."""

from __future__ import annotations

from collections.abc import Iterable

from footprint.model.note import Note


def describe_notes(notes: Iterable[Note]) -> tuple[str, ...]:
    """Return a line per note: code, place, message."""
    lines = []
    for note in notes:
        place = f"{note.path}:{note.line}: " if note.path and note.line else f"{note.path}: " if note.path else ""
        lines.append(f"{note.code}: {place}{note.message}")
    return tuple(lines)


def other_python_line(notes: Iterable[Note]) -> str | None:
    """Return that the project wants another Python; it stands before all else."""
    messages = (note.message for note in notes if note.about == "interpreter")
    return next((message[:1].upper() + message[1:] for message in messages), None)


def count_of(number: int, noun: str, plural: str = "") -> str:
    """Return `1 file` or `1,204 files`."""
    return f"{number} {noun}" if number == 1 else f"{number:,} {plural or f'{noun}s'}"
