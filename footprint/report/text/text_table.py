"""Rows of text as a table without lines: columns as wide as what they hold; on a terminal long text gives way."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import Any

from footprint.report.text.text_page import BOLD, paint, wrap
from footprint.report.text.view import View, text_width

Rows = tuple[Sequence[str], str, Sequence[Sequence[str]]]  # header, alignment ("l" or "r" per column), cells
_GAP = "  "
_SHORT = 14  # text up to this is broken only where nothing else gives way
_NARROW, _NARROWEST = 8, 4  # columns of text


def render_rows(rows: Rows, view: View) -> str:
    """Return rows as a table; on a terminal the text columns wrap, elsewhere a row is a line."""
    return "".join(f"{line}\n" for line in lay_out(rows, view))


def lay_out(rows: Rows, view: View, colours: Sequence[Sequence[str]] = ()) -> Iterator[str]:
    """Yield the lines of a table; `colours` are those of its cells, where the view has any.

    On a terminal a figure never loses a digit: only columns of text give way, the widest first.
    """
    header, alignment, cells = rows
    shown = [[view.line(cell) for cell in row] for row in cells]
    headings = [_break_heading(view.line(head), side, view) for head, side in zip(header, alignment, strict=True)]
    columns = ((*heading, *(row[place] for row in shown)) for place, heading in enumerate(headings))
    widths = _fit([max(map(text_width, column)) for column in columns], alignment, view)
    broken = [_break(heading, width) for heading, width in zip(headings, widths, strict=True)]
    tall = max(map(len, broken))
    for parts in zip(*([""] * (tall - len(heading)) + heading for heading in broken), strict=True):
        yield _line(parts, widths, alignment, [BOLD if view.colour else ""] * len(widths))
    for row, painted in zip_longest(shown, colours if view.colour else (), fillvalue=()):
        broken = [_break([cell], width) for cell, width in zip(row, widths, strict=True)]
        for parts in zip_longest(*broken, fillvalue=""):
            yield _line(parts, widths, alignment, painted or [""] * len(widths))


def pick(value: object, names: str) -> dict[str, Any]:
    """Return attributes of a value by their names, for JSON."""
    return {name: getattr(value, name) for name in names.split()}


def _break_heading(heading: str, side: str, view: View) -> list[str]:
    """Return the lines of a heading: over figures on a terminal one of each word."""
    return heading.split(" ") if side == "r" and view.width is not None else [heading]


def _break(lines: list[str], width: int) -> list[str]:
    """Return lines that are no wider than a column; nearly always they are those that were given."""
    if all(text_width(line) <= width for line in lines):
        return lines
    return [part.rstrip() for line in lines for part in wrap(line, width)]


def _fit(widths: list[int], alignment: str, view: View) -> list[int]:
    """Return widths that fit the terminal together: the widest columns of text are made as narrow as they must be."""
    if view.width is None:
        return widths
    excess = sum(widths) + len(_GAP) * (len(widths) - 1) - view.width
    text = [place for place, side in enumerate(alignment) if side == "l"]
    excess = _narrow(widths, [place for place in text if widths[place] > _SHORT], excess, _NARROW)
    _narrow(widths, text, excess, _NARROWEST)
    return widths


def _narrow(widths: list[int], yielding: Sequence[int], excess: int, least: int) -> int:
    """Take `excess` places off the widest of the columns `yielding`, down to `least`; return what is left of it."""
    while excess > 0 and (widest := max((widths[place] for place in yielding), default=0)) > least:
        tied = [place for place in yielding if widths[place] == widest]
        next_ = max((widths[place] for place in yielding if widths[place] < widest), default=0)
        step = min(widest - max(next_, least), -(-excess // len(tied)))
        for place in tied:
            widths[place] -= min(step, max(excess, 0))
            excess -= step
    return excess


def _line(cells: Sequence[str], widths: Sequence[int], alignment: str, colours: Sequence[str]) -> str:
    parts = []
    for cell, width, side, colour in zip(cells, widths, alignment, colours, strict=True):
        space = " " * (width - text_width(cell))
        parts.append(space + paint(cell, colour) if side == "r" else paint(cell, colour) + space)
    return _GAP.join(parts).rstrip()
