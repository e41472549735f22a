"""`__lazy_modules__` for the scanner: the statements that change it, parsed one by one, at the left margin only.

Laws: what the walker would find open, or under a condition, or in a function is left to it.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from footprint.collect.imports.lazy_list import LazyList
from footprint.collect.imports.scan.text import BACKSLASH, SourceText, Unusual
from footprint.documents.python_trees import parse_python
from footprint.knowledge.target_facts import LAZY_LIST
from footprint.late import late_pattern
from footprint.names import ModuleName

_WORD = LAZY_LIST.encode()
_NAME = late_pattern(rb"(?<![\w\x80-\xff])" + _WORD + rb"(?![\w\x80-\xff])")
_ATTRIBUTE = late_pattern(rb"(?<![\w\x80-\xff.])\w+\Z", re.ASCII)  # what the name of an object's attribute follows
_LONGEST_OWNER = 80
_AS_STRING = (b"'", b'"')


class ScannedList:
    """The list as it changes from line to line. Asked from the top of the file to its end."""

    def __init__(self, start: LazyList, changes: list[tuple[int, ast.stmt]]) -> None:
        self._list, self._changes, self._done = start, changes, 0

    def holds(self, module: ModuleName, line: int) -> bool:
        """Whether an import of `module` on `line` is lazy. Raises: Unusual when a change cannot be read."""
        changes = self._changes
        while self._done < len(changes) and changes[self._done][0] < line:
            if not self._list.change(changes[self._done][1], {}) or self._list.open_line is not None:
                raise Unusual(LAZY_LIST)
            self._done += 1
        return self._list.holds(module)


def read_list(data: bytes, end: int, module: ModuleName, *, is_package: bool) -> ScannedList | None:
    """Return the list of a prepared source that names it before `end`, None where it has none.

    Raises: Unusual when it is named in any other way than by statements of one line at the left margin.
    """
    changes = list(_changes(data, end))
    return ScannedList(LazyList(module, is_package), changes) if changes else None


def _changes(data: bytes, end: int) -> Iterator[tuple[int, ast.stmt]]:
    text = SourceText(data, end)
    known, line, counted = 1, 0, 0
    for found in _NAME.finditer(data, 0, end):
        start = found.start()
        if start < known:
            continue  # in the statement before
        text.sort_until(start)
        if text.is_text(start):
            if data[start - 1 : start] in _AS_STRING and data[found.end() : found.end() + 1] in _AS_STRING:
                raise Unusual(LAZY_LIST, start)  # globals()["..."]
            continue
        if data[start - 1 : start] == b"." and _ATTRIBUTE.search(data, max(0, start - _LONGEST_OWNER), start - 1):
            continue
        is_first = start == known  # nothing but the line feed that `prepare` puts there is above
        if not is_first and (data[start - 1 : start] != b"\n" or data[start - 2] == BACKSLASH):
            raise Unusual(LAZY_LIST, start)
        stop = text.logical_end(start) if is_first or text.starts_line(known, start) else None
        if stop is None:
            raise Unusual(LAZY_LIST, start)
        line += data.count(b"\n", counted, start)
        counted = start
        yield line, _statement(data[start:stop], start)
        known = stop


def _statement(source: bytes, position: int) -> ast.stmt:
    try:
        body = parse_python(source).body
    except (SyntaxError, RecursionError, MemoryError, ValueError):
        raise Unusual(LAZY_LIST, position) from None
    if len(body) != 1:
        raise Unusual(LAZY_LIST, position)
    return body[0]
