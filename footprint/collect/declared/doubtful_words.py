"""The words of what could not be understood: whichever of them is a distribution may be declared there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from footprint.collect.declared.redaction import redact
from footprint.names import normalise

_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_PARTS_AT_MOST = 100_000
# Left in files by a merge that nobody finished. A line of equal signs alone is a heading in other texts.
_CONFLICT = re.compile(r"^(?:<{7}|\|{7}|>{7})(?: .*)?$", re.MULTILINE)


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
