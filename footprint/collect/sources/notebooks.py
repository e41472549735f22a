"""The import statements of a notebook: its code cells in order are one program, read as if they stood in one file.

The line of a site is the line of the .ipynb file on which the source line stands, so an editor can go there; where the
JSON has everything on one line, that is line 1. Notes name the cell as well, counted among the code cells. A cell that
is no Python loses only itself: what it seems to import is saved, as for a module that does not parse.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Protocol, TypeVar

from footprint.collect.sources.magics import to_python
from footprint.collect.sources.notebook_json import read_cells
from footprint.model.note import Note
from footprint.model.source_modules import FileImports, ImportSite

_Site = TypeVar("_Site", bound=ImportSite)

# An encoding cookie counts on the first two lines of a file only, and in a cell it means nothing.
_LINES_BEFORE = 2
_PARSED_AT_MOST = 2_000_000  # characters: as for modules, what is larger is generated, and read line by line


class _ReadImports(Protocol):
    def __call__(self, data: bytes, /, *, path: str, module: str, is_package: bool) -> FileImports: ...


def read_notebook(data: bytes, *, path: str, read: _ReadImports) -> FileImports:
    """Return what the cells of `data`, the notebook at `path`, import, as `read` says of Python.

    Shape: as `read`. Of a notebook in another language, nothing. `parsed` is False when a cell is no Python or the
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


def _save_sites(lines: list[str], places: list[int], path: str, read: _ReadImports) -> list[ImportSite]:
    """Return what a cell that is no Python seems to import."""
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
