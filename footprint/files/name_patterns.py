"""Which row of a table a file is of: rows of shell patterns, asked of every file of many folders.

Law: a row is the same as by `fnmatchcase` of each pattern. What has no signs but stars is compared piece by piece: one
expression of a hundred patterns takes longer to compile than all files of most projects to ask.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase
from itertools import takewhile

_MARKS = frozenset("*?[")  # what makes a pattern of a name


class NamePatterns:
    """The shell patterns of the rows of a table, asked at once."""

    def __init__(self, rows: Sequence[Sequence[str]]) -> None:
        """Take the patterns of each row: of names, or of paths where there is a slash in it."""
        numbered = [(number, each) for number, row in enumerate(rows) for each in row]
        self._names = _Patterns((number, each) for number, each in numbered if "/" not in each)
        self._paths = _Patterns((number, each) for number, each in numbered if "/" in each)

    def row_of(self, path: str) -> int | None:
        """Return the number of the first row that a file is of, None for a file of none."""
        rows = (*self._names.rows_of(posixpath.basename(path)), *self._paths.rows_of(path))
        return min(rows, default=None)


class _Patterns:
    """Patterns with the numbers of their rows, by how a text that fits one begins or ends."""

    def __init__(self, numbered: Iterable[tuple[int, str]]) -> None:
        self._whole: dict[str, int] = {}  # most are no patterns
        self._by_end: dict[str, list[tuple[int, str]]] = {}
        self._by_start: dict[str, list[tuple[int, str]]] = {}
        for number, pattern in numbered:
            if _MARKS.isdisjoint(pattern):
                self._whole.setdefault(pattern, number)
                continue
            end = "" if _has_sets(pattern) else pattern.rpartition("*")[2]
            table, key = (self._by_end, end) if end else (self._by_start, _start_of(pattern))
            table.setdefault(key, []).append((number, pattern))
        self._ends, self._starts = tuple(self._by_end), tuple(self._by_start)

    def rows_of(self, text: str) -> list[int]:
        """Return the rows that a name or a path is of, once for each pattern that fits."""
        found = [self._whole[text]] if text in self._whole else []
        if text.endswith(self._ends):
            found += [row for end in self._ends if text.endswith(end) for row in _fitting(self._by_end[end], text)]
        if text.startswith(self._starts):
            starts = (start for start in self._starts if text.startswith(start))
            found += [row for start in starts for row in _fitting(self._by_start[start], text)]
        return found


def _has_sets(pattern: str) -> bool:
    return "?" in pattern or "[" in pattern


def _start_of(pattern: str) -> str:
    return "".join(takewhile(lambda sign: sign not in _MARKS, pattern))


def _fitting(patterns: Iterable[tuple[int, str]], text: str) -> list[int]:
    return [number for number, pattern in patterns if _fits(pattern, text)]


def _fits(pattern: str, text: str) -> bool:
    """Whether a text fits a pattern."""
    if _has_sets(pattern):
        return fnmatchcase(text, pattern)
    first, *inner, last = pattern.split("*")
    if len(text) < len(first) + len(last) or not (text.startswith(first) and text.endswith(last)):
        return False
    at, end = len(first), len(text) - len(last)
    for piece in inner:  # the first place of each leaves most for the next
        at = text.find(piece, at, end)
        if at < 0:
            return False
        at += len(piece)
    return True
