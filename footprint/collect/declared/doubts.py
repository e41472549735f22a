"""What of the requirement files was not understood, while they are read: few notes, and all the words."""

from __future__ import annotations

from dataclasses import replace

from footprint.model.note import Note
from footprint.model.requirements import Doubt

_NOTES_AT_MOST = 20  # of one kind in one file: what is no requirements file at all may have as many as lines


class Doubts:
    """Grows in the order in which the readers meet what they cannot read."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str | None], list[Doubt]] = {}
        self._order: list[Doubt] = []
        self._more: dict[tuple[str, str | None], int] = {}
        self._more_words: dict[tuple[str, str | None], set[str] | None] = {}

    def has(self, code: str, path: str) -> bool:
        """Return whether a file has a note of that code already."""
        return bool(self._found.get((code, path)))

    def add(self, note: Note, words: frozenset[str] | None, group: str = "main") -> None:
        """Keep a note, or only its words where the file has many of the kind already; never twice the same."""
        key = (note.code, note.path)
        there = self._found.setdefault(key, [])
        doubt = Doubt(replace(note, about="declarations"), words, group)
        if len(there) < _NOTES_AT_MOST:
            if doubt not in there:
                there.append(doubt)
                self._order.append(doubt)
            return
        self._more[key] = self._more.get(key, 0) + 1
        known = self._more_words.setdefault(key, set())
        if words is None or known is None:
            self._more_words[key] = None
        else:
            known |= words

    def all(self) -> tuple[Doubt, ...]:
        """Return the doubts in order, those that only count last."""
        rest = []
        for key, count in self._more.items():
            code, path = key
            words = self._more_words[key]
            note = Note(code, f"{count} more of this kind in this file", path, about="declarations")
            rest.append(Doubt(note, None if words is None else frozenset(words)))
        return (*self._order, *rest)
