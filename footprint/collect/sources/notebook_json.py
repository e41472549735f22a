"""The code cells of a notebook file, each source line with the line of the file that it stands on.

Laws: no tree is built and nothing nests in here, so depth and size cost nothing; of a file that is no good JSON, the
cells before the bad place are kept. nbformat 4 and 3 (worksheets) are known.
Source: nbformat's notebook file format; RFC 8259.
"""

from __future__ import annotations

import json
import re
from dataclasses import field

from footprint.values import dataclass

_STRUCTURE = re.compile(rb"[\"{}\[\]]")
_CLOSING_QUOTE = re.compile(rb"(?<!\\)\\*\"")  # each run of backslashes is tried once
_COLON = re.compile(rb"[ \t\r\n]*:")
_DEEPEST = 200  # real notebooks: 10, widgets and plots included
_TOKENS_AT_MOST = 5_000_000
_LONGEST_PATH = 7  # of what is looked for
# Keys from the top; "" is an array.
_CELLS = (("cells", ""), ("worksheets", "", "cells", ""))
_LANGUAGES = (("metadata", "kernelspec", "language"), ("metadata", "language_info", "name"))
_CELL_LANGUAGES = (("language",), ("metadata", "vscode", "languageId"))
_SOURCES = (("source",), ("source", ""), ("input",), ("input", ""))


@dataclass(slots=True)
class Cell:
    """One cell, filled while it is read: the pieces of its source, each with its line of the file."""

    kind: str = ""
    language: str = ""
    pieces: list[tuple[str, int]] = field(default_factory=list)

    def lines(self) -> tuple[list[str], list[int]]:
        """Return the lines of the source, and the line of the file for each; a piece may be lines or a part of one."""
        lines: list[str] = []
        numbers: list[int] = []
        parts, number = [""], 1
        for text, where in self.pieces:
            first, *others = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
            number = where if parts == [""] else number
            parts.append(first)
            for other in others:
                lines.append("".join(parts))
                numbers.append(number)
                parts, number = [other], where
        return [*lines, "".join(parts)], [*numbers, number]


@dataclass(frozen=True, slots=True)
class Notebook:
    """The code cells in order, in which language, and what is wrong with the file, with its line."""

    cells: tuple[Cell, ...]
    language: str
    trouble: str | None
    line: int | None


def read_cells(data: bytes) -> Notebook:
    """Return the code cells of `data`, a notebook file."""
    reader = _CellPass(data.removeprefix(b"\xef\xbb\xbf"))
    trouble = reader.run()
    return Notebook(
        tuple(cell for cell in reader.cells if cell.kind == "code"),
        reader.language,
        trouble,
        None if trouble is None else reader.line,
    )


class _CellPass:
    """One pass over brackets and strings; numbers, commas and literals are passed over unseen."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._path: list[str] = []  # key of each open object, "" for each open array
        self._counted = 0
        self._cell: Cell | None = None
        self._cell_depth = 0
        self.line = 1
        self.cells: list[Cell] = []
        self.language = ""

    def run(self) -> str | None:
        """Read; return what is wrong, None when nothing is."""
        data, position, opened = self._data, 0, ""
        if not data.lstrip().startswith(b"{"):
            return "not a notebook: it is not a JSON object"
        for _ in range(_TOKENS_AT_MOST):
            found = _STRUCTURE.search(data, position)
            if found is None:
                return "not valid JSON: it ends too early" if opened else None
            start, position = found.start(), found.end()
            sign = found[0]
            if sign == b'"':
                end = self._string_end(position)
                if end is None:
                    self._count(start)
                    return "not valid JSON: a string does not end"
                position = self._string(start, end, in_object=opened[-1:] == "{")
            elif sign in b"{[":
                opened += sign.decode()
                if len(opened) > _DEEPEST:
                    self._count(start)
                    return f"nested more than {_DEEPEST} deep"
                self._open(sign)
            else:
                if opened[-1:] != {b"}": "{", b"]": "["}[sign]:
                    self._count(start)
                    return "not valid JSON: brackets do not match"
                opened = opened[:-1]
                self._close()
        self._count(position)
        return "too long"

    def _string_end(self, position: int) -> int | None:
        """Return where the string ends whose first quote is before `position`, behind its last quote."""
        start = position
        while True:
            found = _CLOSING_QUOTE.search(self._data, position)
            if found is None or self._data.find(b"\n", position, found.end()) >= 0:
                return None
            # Backslashes before `position` are none of the string's: the first quote is there.
            if (found.end() - 1 - max(found.start(), start)) % 2 == 0:
                return found.end()
            position = found.end()

    def _string(self, start: int, end: int, *, in_object: bool) -> int:
        """Take a key or a value; return where to read on."""
        colon = _COLON.match(self._data, end) if in_object else None
        if colon is not None:
            if len(self._path) <= _LONGEST_PATH:
                self._path[-1] = self._text(start, end)
            return colon.end()
        if len(self._path) <= _LONGEST_PATH:
            self._value(tuple(self._path), start, end)
        return end

    def _value(self, path: tuple[str, ...], start: int, end: int) -> None:
        if path in _LANGUAGES:
            self.language = self.language or self._text(start, end).lower()
        cell = self._cell
        if cell is None:
            return
        inner = path[self._cell_depth :]
        if inner == ("cell_type",):
            cell.kind = self._text(start, end)
        elif inner in _CELL_LANGUAGES:
            cell.language = self._text(start, end).lower()
        elif inner in _SOURCES:
            self._count(start)
            cell.pieces.append((self._text(start, end), self.line))

    def _open(self, sign: bytes) -> None:
        if sign == b"{" and tuple(self._path[: _LONGEST_PATH + 1]) in _CELLS:
            self._cell, self._cell_depth = Cell(), len(self._path)
            self.cells.append(self._cell)
        self._path.append("" if sign == b"[" else "?")

    def _close(self) -> None:
        self._path.pop()
        if self._cell is not None and len(self._path) <= self._cell_depth:
            self._cell = None

    def _text(self, start: int, end: int) -> str:
        raw = self._data[start:end].decode("utf-8", "replace")
        try:
            text = json.loads(raw, strict=False)
        except ValueError:  # an escape that is none
            return raw[1:-1]
        return text if isinstance(text, str) else ""

    def _count(self, position: int) -> None:
        self.line += self._data.count(b"\n", self._counted, position)
        self._counted = position
