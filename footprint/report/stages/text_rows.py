"""Rows of text as a table: by rich for whoever watches, by spaces alone on a pipe, where thousands of rows may go."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from footprint.report.text.view import View, text_width

Rows = tuple[Sequence[str], str, Sequence[Sequence[str]]]  # header, alignment ("l" or "r" per column), cells
_GAP = "  "


def render_rows(rows: Rows, view: View) -> str:
    """Return rows as a table; on a terminal the text columns wrap, elsewhere a row is a line."""
    header, alignment, cells = rows
    if view.width is not None or view.colour:
        from footprint.report.audit import table  # its library is heavy

        return table.render_rows(header, alignment, cells, view)
    shown = [header, *([view.line(cell) for cell in row] for row in cells)]
    columns = [_align(column, side) for column, side in zip(zip(*shown, strict=True), alignment, strict=True)]
    return "".join(f"{_GAP.join(row).rstrip()}\n" for row in zip(*columns, strict=True))


def pick(value: object, names: str) -> dict[str, Any]:
    """Return attributes of a value by their names, for JSON."""
    return {name: getattr(value, name) for name in names.split()}


def _align(column: Sequence[str], side: str) -> list[str]:
    """Return the cells of a column, filled up with spaces."""
    width = max(map(text_width, column))
    spaces = (" " * (width - text_width(cell)) for cell in column)
    return [space + cell if side == "r" else cell + space for cell, space in zip(column, spaces, strict=True)]
