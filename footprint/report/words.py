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


def count_of(number: int, noun: str, plural: str = "") -> str:
    """Return `1 file` or `1,204 files`."""
    return f"{number} {noun}" if number == 1 else f"{number:,} {plural or f'{noun}s'}"
