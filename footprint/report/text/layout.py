"""Rows of text as a table: by rich for whoever watches, by spaces alone on a pipe, where thousands of rows may go."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import Any

from footprint.report.text.safe import plain_ascii, printable
from footprint.report.text.view import View

Rows = tuple[Sequence[str], str, Sequence[Sequence[str]]]  # header, alignment ("l" or "r" per column), cells
_GAP = "  "


def render_rows(rows: Rows, view: View) -> str:
    """Return rows as a table; on a terminal the text columns wrap, elsewhere a row is a line."""
    header, alignment, cells = rows
    if view.width is not None or view.colour:
        from footprint.report.audit import table  # its library is heavy

        return table.render_rows(header, alignment, cells, view)
    shown = [header, *(_shown(row, view) for row in cells)]
    widths = [max(map(text_width, column)) for column in zip(*shown, strict=True)]
    columns = [
        _align(column, width, side)
        for column, width, side in zip(zip(*shown, strict=True), widths, alignment, strict=True)
    ]
    return "".join(f"{_GAP.join(row).rstrip()}\n" for row in zip(*columns, strict=True))


def pick(value: object, names: str) -> dict[str, Any]:
    """Return attributes of a value by their names, for JSON."""
    return {name: getattr(value, name) for name in names.split()}


def _shown(row: Sequence[str], view: View) -> list[str]:
    return [plain_ascii(printable(cell)) if view.ascii else printable(cell) for cell in row]


def _align(column: Sequence[str], width: int, side: str) -> list[str]:
    """Return the cells of a column, filled up with spaces."""
    filled = []
    for cell in column:
        space = " " * (width - text_width(cell))
        filled.append(space + cell if side == "r" else cell + space)
    return filled


def text_width(text: str) -> int:
    """Return how many places a text takes on a screen: two for a wide character, none for an accent of its own."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(sign) else 2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text
    )
