"""What of the requirement files was not understood, while they are read: few notes, and all the words."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from footprint.model.note import Note
from footprint.model.requirements import Doubt

_NOTES_AT_MOST = 20  # of one kind in one file: what is no requirements file at all may have as many as lines


class Doubts:
    """Grows in the order in which the readers meet what they cannot read."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str | None], list[Doubt]] = {}
        self._order: list[Doubt] = []
        self._more: Counter[tuple[str, str | None]] = Counter()
        self._more_words: dict[tuple[str, str | None], set[str]] = {}
        self._wordless: set[tuple[str, str | None]] = set()  # of those that only count: some may declare anything

    def has(self, code: str, path: str) -> bool:
        """Return whether a file has a note of that code already."""
        return (code, path) in self._found

    def add(self, note: Note, words: frozenset[str] | None, group: str = "main") -> None:
        """Keep a note, or only its words where the file has many of the kind already; never twice the same."""
        key = (note.code, note.path)
        there = self._found.setdefault(key, [])
        doubt = Doubt(replace(note, about="declarations"), words, group)
        if len(there) >= _NOTES_AT_MOST:
            self._more[key] += 1
            self._more_words.setdefault(key, set()).update(words or ())
            self._wordless |= {key} if words is None else set()
        elif doubt not in there:
            there.append(doubt)
            self._order.append(doubt)

    def all(self) -> tuple[Doubt, ...]:
        """Return the doubts in order, those that only count last."""
        rest = []
        for key, count in self._more.items():
            note = Note(key[0], f"{count} more of this kind in this file", key[1], about="declarations")
            rest.append(Doubt(note, None if key in self._wordless else frozenset(self._more_words[key])))
        return (*self._order, *rest)
