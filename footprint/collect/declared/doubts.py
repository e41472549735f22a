"""What of the requirement files was not understood, while they are read: few notes, and all the words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from footprint.late import late_pattern
from footprint.model.note import Note
from footprint.model.requirements import Doubt
from footprint.names import normalise
from footprint.values import replace

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


# `//user:secret@host`, `//token@host`; the `git` of git+ssh://git@host is an account name that everybody uses.
_USER_INFO = late_pattern(r"(?<=://)(?!git@)[^/?#\s]*@")
_QUERY = late_pattern(r"(://(?:(?!://)[^\s?#])*)\?[^\s#]+")
_SECRET_OPTION = late_pattern(r"(?i)\b(token|password|secret|apikey|api_key)=[^\s&]+")


def redact(text: str) -> str:
    """Return `text` without user names, passwords, tokens and query strings in its URLs.

    Index and direct URLs carry credentials; reports are pasted into public places.
    """
    text = _QUERY.sub(r"\1?****", _USER_INFO.sub("****@", text))
    return _SECRET_OPTION.sub(r"\1=****", text)


_WORD = late_pattern(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_PARTS_AT_MOST = 100_000
# Left in files by a merge that nobody finished. A line of equal signs alone is a heading in other texts.
_CONFLICT = late_pattern(r"^(?:<{7}|\|{7}|>{7})(?: .*)?$", re.MULTILINE)


def words_of(value: Any) -> frozenset[str]:
    """Return the normalised words in a text, or in all keys and texts of a parsed value."""
    return frozenset(normalise(word.rstrip("._-")) for text in _texts(value) for word in _WORD.findall(redact(text)))


def conflict_line(text: str) -> int | None:
    """Return the line of the first mark that an unfinished merge has left, None where there is none."""
    found = _CONFLICT.search(text) if "<<<<<<<" in text or ">>>>>>>" in text else None
    return None if found is None else text.count("\n", 0, found.start()) + 1


def is_conflict_mark(line: str) -> bool:
    """Return whether a line is one of the four marks of an unfinished merge."""
    return _CONFLICT.fullmatch(line) is not None or line == "=" * 7


def _texts(value: Any) -> Iterator[str]:
    waiting, count = [value], 0
    while waiting and count < _PARTS_AT_MOST:
        count += 1
        match waiting.pop():
            case str() as text:
                yield text
            case dict() as table:
                waiting += [*table.values(), *table]
            case list() as items:
                waiting += items
