"""Rows of text as a table without lines: columns as wide as what they hold; on a terminal long text gives way."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import Any

from footprint.report.text.text_page import BOLD, longest_piece, paint, wrap
from footprint.report.text.view import View, text_width

Rows = tuple[Sequence[str], str, Sequence[Sequence[str]]]  # header, alignment ("l" or "r" per column), cells
_GAP = "  "
_SHORT = 14  # text up to this is broken only where nothing else gives way
_NARROW, _NARROWEST = 8, 4  # columns of text
_LONGEST = 40  # word that a column is kept wide for
_FEW = 2  # columns that are not set apart
_BELOW = "    "  # before a cell that stands below its row


def render_rows(rows: Rows, view: View) -> str:
    """Return rows as a table; on a terminal the text columns wrap, elsewhere a row is a line."""
    return "".join(f"{line}\n" for line in lay_out(rows, view))


def lay_out(rows: Rows, view: View, colours: Sequence[Sequence[str]] = ()) -> Iterator[str]:
    """Yield the lines of a table; `colours` are those of its cells, where the view has any.

    On a terminal a figure never loses a digit, and a name is not broken: only columns of text give way, the widest
    first, down to their longest word. Where that is not enough the last one stands below its row.
    """
    header, alignment, cells = rows
    shown = [[view.line(cell) for cell in row] for row in cells]
    headings = [_break_heading(view.line(head), side, view) for head, side in zip(header, alignment, strict=True)]
    columns = [(*heading, *(row[place] for row in shown)) for place, heading in enumerate(headings)]
    widths = [max(map(text_width, column)) for column in columns]
    least = [
        _least(column) if side == "l" else width for column, side, width in zip(columns, alignment, widths, strict=True)
    ]
    is_cramped = view.width is not None and alignment[-1] == "l" and len(widths) > _FEW and _whole(least) > view.width
    below = [row.pop() for row in shown] if is_cramped else []
    if is_cramped:
        del headings[-1], widths[-1], least[-1]
    widths = _fit(widths, least, alignment, view)
    yield from _head(headings, widths, alignment, view)
    for number, (row, painted) in enumerate(zip_longest(shown, colours if view.colour else (), fillvalue=())):
        broken = [_break([cell], width) for cell, width in zip(row, widths, strict=True)]
        for parts in zip_longest(*broken, fillvalue=""):
            yield _line(parts, widths, alignment, painted or [""] * len(widths))
        if below:
            yield from (f"{_BELOW}{line.rstrip()}" for line in wrap(below[number], view.width, len(_BELOW)) if line)


def _head(headings: Sequence[list[str]], widths: Sequence[int], alignment: str, view: View) -> Iterator[str]:
    broken = [_break(heading, width) for heading, width in zip(headings, widths, strict=True)]
    tall = max(map(len, broken))
    for parts in zip(*([""] * (tall - len(heading)) + heading for heading in broken), strict=True):
        yield _line(parts, widths, alignment, [BOLD if view.colour else ""] * len(widths))


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


def _least(column: Sequence[str]) -> int:
    """Return how narrow a column of text can be without a word that is broken; a very long one is broken."""
    return min(max(map(longest_piece, column)), _LONGEST)


def _whole(widths: Sequence[int]) -> int:
    return sum(widths) + len(_GAP) * (len(widths) - 1)


def _fit(widths: list[int], least: Sequence[int], alignment: str, view: View) -> list[int]:
    """Return widths that fit the terminal together: the widest columns of text are made as narrow as they must be."""
    if view.width is None:
        return widths
    text = [place for place, side in enumerate(alignment[: len(widths)]) if side == "l"]
    long = [place for place in text if widths[place] > _SHORT]
    for yielding, lowest in ((long, least), (long, [_NARROW] * len(widths)), (text, [_NARROWEST] * len(widths))):
        _narrow(widths, yielding, _whole(widths) - view.width, lowest)
    return widths


def _narrow(widths: list[int], yielding: Sequence[int], excess: int, least: Sequence[int]) -> None:
    """Take `excess` places off the widest of the columns `yielding`, none of them below its `least`."""
    while excess > 0 and (able := [place for place in yielding if widths[place] > least[place]]):
        widest = max(widths[place] for place in able)
        tied = [place for place in able if widths[place] == widest]
        next_ = max((widths[place] for place in able if widths[place] < widest), default=0)
        step = min(widest - max(next_, *(least[place] for place in tied)), -(-excess // len(tied)))
        for place in tied:
            widths[place] -= min(step, max(excess, 0))
            excess -= step


def _line(cells: Sequence[str], widths: Sequence[int], alignment: str, colours: Sequence[str]) -> str:
    parts = []
    for cell, width, side, colour in zip(cells, widths, alignment, colours, strict=False):  # the last may be below
        space = " " * (width - text_width(cell))
        parts.append(space + paint(cell, colour) if side == "r" else paint(cell, colour) + space)
    return _GAP.join(parts).rstrip()
