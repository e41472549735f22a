"""The import statements of a notebook: its code cells in order are one program, read as if they stood in one file.

The line of a site is the line of the .ipynb file on which the source line stands, so an editor can go there; where the
JSON has everything on one line, that is line 1. Notes name the cell as well, counted among the code cells. A cell that
is not Python loses only itself: what it seems to import is saved, as for a module that does not parse.
"""

from __future__ import annotations

import json
import re
from dataclasses import field, replace
from typing import Protocol, TypeVar

from footprint.collect.sources.magics import to_python
from footprint.model.note import Note
from footprint.model.source_modules import FileImports, ImportSite
from footprint.values import dataclass

_Site = TypeVar("_Site", bound=ImportSite)

# An encoding cookie counts on the first two lines of a file only, and in a cell it means nothing.
_LINES_BEFORE = 2
_PARSED_AT_MOST = 2_000_000  # characters: as for modules, what is larger is generated, and read line by line


class ReadImports(Protocol):
    """The reader of one file: collect.imports.walker.read_imports, or a faster one with the same answers."""

    def __call__(self, data: bytes, /, *, path: str, module: str, is_package: bool) -> FileImports:
        """Return what `data` states."""


def read_notebook(data: bytes, *, path: str, read: ReadImports) -> FileImports:
    """Return what the cells of `data`, the notebook at `path`, import, as `read` says of Python.

    Shape: as `read`. Of a notebook in another language, nothing. `parsed` is False when a cell is not Python or the
    file no good JSON; each is a note.
    """
    if not data.strip():  # a notebook that was created and never saved
        return FileImports((), parsed=True)
    notebook = read_cells(data)
    notes = []
    if notebook.trouble is not None:
        message = f"{notebook.trouble}; {len(notebook.cells)} code cells before that were read"
        notes.append(Note("notebook-unreadable", message, path, notebook.line))
    if notebook.language and not _is_python(notebook.language):
        return FileImports((), parsed=True, notes=tuple(notes))
    is_small = sum(len(text) for cell in notebook.cells for text, _ in cell.pieces) <= _PARSED_AT_MOST
    lines, numbers = [""] * _LINES_BEFORE, [1] * _LINES_BEFORE
    saved: list[ImportSite] = []
    for count, cell in enumerate(notebook.cells, start=1):
        if cell.language and not _is_python(cell.language):
            continue
        written, places = cell.lines()
        found, trouble = to_python(written, check=is_small)
        if trouble is None:
            lines += found
            numbers += places
        else:
            saved += _save_sites(found, places, path, read)
            notes.append(_note_of(trouble, count, places, path))
    whole = read("\n".join(lines).encode("utf-8", "replace"), path=path, module="", is_package=False)
    return _moved(whole, numbers, saved, notes)


def _is_python(language: str) -> bool:
    return "python" in language or language in ("sage", "xonsh")


def _note_of(trouble: SyntaxError | ValueError, count: int, numbers: list[int], path: str) -> Note:
    line = getattr(trouble, "lineno", None)
    place = f"cell {count}" if line is None else f"cell {count}, line {line}"
    message = trouble.msg if isinstance(trouble, SyntaxError) else str(trouble)
    number = numbers[min(max((line or 1) - 1, 0), len(numbers) - 1)]
    return Note("syntax-error", f"{place}: not parsed: {message}", path, number)


def _save_sites(lines: list[str], places: list[int], path: str, read: ReadImports) -> list[ImportSite]:
    """Return what a cell that is not Python seems to import."""
    data = "\n".join([*[""] * _LINES_BEFORE, *lines]).encode("utf-8", "replace")
    found = read(data, path=path, module="", is_package=False)
    numbers = [1] * _LINES_BEFORE + places
    return [_site_moved(site, numbers) for site in found.sites]


def _moved(found: FileImports, numbers: list[int], saved: list[ImportSite], notes: list[Note]) -> FileImports:
    sites = [_site_moved(site, numbers) for site in found.sites]
    moved = tuple(replace(note, line=_moved_line(note.line, numbers)) for note in found.notes)
    return replace(
        found,
        sites=tuple(sorted([*sites, *saved], key=lambda site: site.line)),
        references=tuple(_site_moved(site, numbers) for site in found.references),
        parsed=found.parsed and not notes,
        notes=(*notes, *moved),
    )


def _site_moved(site: _Site, numbers: list[int]) -> _Site:
    return replace(
        site,
        line=_moved_line(site.line, numbers) or 1,
        used_at_import_line=_moved_line(site.used_at_import_line, numbers),
    )


def _moved_line(line: int | None, numbers: list[int]) -> int | None:
    return None if line is None else numbers[min(line, len(numbers)) - 1]


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
