"""The import statements of a notebook: its code cells in order are one program, read as if they stood in one file.

The line of a site is the line of the .ipynb file on which the source line stands, so an editor can go there; where the
JSON has everything on one line, that is line 1. Notes name the cell as well, counted among the code cells. A cell that
is not Python loses only itself: what it seems to import is saved, as for a module that does not parse.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeVar

from footprint.collect.sources.magics import to_python
from footprint.documents.json_lines import STRUCTURE, JsonPlaces, string_in
from footprint.model.note import Note
from footprint.model.source_modules import FileImports, ImportSite
from footprint.values import dataclass, field, replace

if TYPE_CHECKING:
    from footprint.collect.sources import ReadImports

_Site = TypeVar("_Site", bound=ImportSite)

# An encoding cookie counts on the first two lines of a file only, and in a cell it means nothing.
_LINES_BEFORE = 2
_PARSED_AT_MOST = 2_000_000  # characters: as for modules, what is larger is generated, and read line by line


def read_notebook(data: bytes, *, path: str, read: ReadImports) -> FileImports:
    """Return what the cells of `data`, the notebook at `path`, import, as `read` says of Python.

    Shape: as `read`. Of a notebook in another language, nothing. `parsed` is False when a cell is not Python or the
    file no good JSON; each is a note.
    """
    if not data.strip():  # a notebook that was created and never saved
        return FileImports((), parsed=True)
    cells, language, notes = _read_cells(data, path)
    if language and not _is_python(language):
        return FileImports((), parsed=True, notes=tuple(notes))
    is_small = sum(len(text) for cell in cells for text, _ in cell.pieces) <= _PARSED_AT_MOST
    lines, numbers = [""] * _LINES_BEFORE, [1] * _LINES_BEFORE
    saved: list[ImportSite] = []
    for count, cell in enumerate(cells, start=1):
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


def _read_cells(data: bytes, path: str) -> tuple[list[Cell], str, list[Note]]:
    """Return the code cells of a notebook in order, in which language they are, and what is wrong with the file."""
    data = data.removeprefix(b"\xef\xbb\xbf")
    places = JsonPlaces(data, STRUCTURE)
    cells: list[Cell] = []
    language = ""
    trouble = None if data.lstrip().startswith(b"{") else "not a notebook: it is not a JSON object"
    for count, (kind, found) in enumerate(places if trouble is None else ()):
        too_much = "too long" if count >= _TOKENS_AT_MOST else None
        if len(places.path) > _DEEPEST:
            too_much = f"nested more than {_DEEPEST} deep"
        trouble = places.trouble or too_much
        if trouble is not None:
            places.line_of(found)
            break
        if kind not in ("value", "{") or len(places.path) > _LONGEST_PATH + 1:
            continue
        keys = tuple("" if isinstance(step, int) else step for step in places.path[1:])
        cell = next((each for each in _CELLS if keys[: len(each)] == each), None)
        if kind == "value" and keys in _LANGUAGES:
            language = language or string_in(found).lower()
        elif cell == keys and kind == "{":
            cells.append(Cell())
        elif cell is not None and kind == "value":
            _fill(cells[-1:], keys[len(cell) :], found, places)
    if trouble is None and len(places.path) > 1:
        trouble = "not valid JSON: it ends too early"
    code = [cell for cell in cells if cell.kind == "code"]
    message = f"{trouble}; {len(code)} code cells before that were read"
    return code, language, [Note("notebook-unreadable", message, path, places.line)] if trouble is not None else []


def _fill(cells: list[Cell], path: tuple[str, ...], found: re.Match[bytes], places: JsonPlaces) -> None:
    """Take a value within the cell that is read, if there is one."""
    for cell in cells:
        if path == ("cell_type",):
            cell.kind = string_in(found)
        elif path in _CELL_LANGUAGES:
            cell.language = string_in(found).lower()
        elif path in _SOURCES:
            cell.pieces.append((string_in(found), places.line_of(found)))
