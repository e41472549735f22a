"""A section in a terminal or on a pipe: its tables laid out, its sentences wrapped, all of it made harmless."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from footprint.report.languages.messages import say
from footprint.report.text.section import Bars, Block, Excerpt, Grid, Section, Sentences
from footprint.report.text.text_page import BOLD, BOLD_RED, DIM, RED, Page
from footprint.report.text.text_table import lay_out
from footprint.report.text.view import View, text_width
from footprint.values import replace

_USE_COLOURS: Mapping[str, str] = {  # green, cyan, blue, yellow and magenta, where text_page has no name
    "startup": "32",
    "lazy": "36",
    "implied": "34",
    "unreached": RED,
    "unused": BOLD_RED,
    "orphan": "33",
    "tests": "35",
    "typing": "35",
    "transitive": DIM,
    "fits": "32",
    "too much": BOLD_RED,
}
_GAP = 2  # between two columns
_WORDS = 40  # room that a column of text should have
_BAR, _GAUGE = 6, 20  # places; a gauge takes what room there is
_LINES = 12  # of one block, unless all is asked for
_EIGHTHS = " \u258f\u258e\u258d\u258c\u258b\u258a\u2589"
_SHADE = "\u2591"
_FULL = "\u2588"


def add_section(page: Page, section: Section) -> None:
    """Add a section with its title; what says that there is nothing stands for itself."""
    page.part()
    if not section.blocks:
        page.add(section.empty, colour=DIM)
        return
    page.add(section.title, colour=BOLD)
    has_grid = any(isinstance(block, Grid) for block in section.blocks)
    before: Block | None = None
    for block in section.blocks:
        if before is not None and _stands_apart(block, before):
            page.part()
        add_block(page, block, indent=0 if has_grid else 2)
        before = block
    for remark in section.remarks:
        page.add(remark, indent=0 if has_grid else 2, colour=DIM)


def _stands_apart(block: Block, before: Block) -> bool:
    """Whether an empty line stands between two blocks: above a heading, and above a table that has none."""
    if isinstance(block, Grid):
        return not isinstance(before, Sentences) or bool(before.lines)
    return bool(block.heading)


def add_block(page: Page, block: Block, *, indent: int = 2) -> None:
    """Add a table, sentences of which many are cut, or an excerpt as it stands."""
    match block:
        case Grid():
            page.rows(grid_lines(block, page.view))
            for line in block.rest:
                page.add(line)
        case Sentences():
            if block.heading:
                page.add(block.heading, colour=BOLD)
            shown = block.lines if page.view.top == 0 else block.lines[:_LINES]
            for line in shown:
                page.add(line, indent=indent, colour=RED if block.alarm else "")
            if left := len(block.lines) - len(shown):
                page.add(say("and {count} more (--top 0 shows all)", count=left), indent=indent)
        case Excerpt():
            page.rows(f"    {page.view.line(line)}".rstrip() for line in block.text.splitlines())


def grid_lines(grid: Grid, view: View) -> Iterator[str]:
    """Yield the lines of a table: on a terminal with bars, and without the columns that it has no room for."""
    if not grid.rows:
        return iter(())
    if view.width is None:
        grid = replace(grid, bars=())
    places, bars, room = _fitting(grid, view)
    heads = [grid.headings[place] for place in places]
    titles, sides = [head.text for head in heads], ["r" if head.kind == "figure" else "l" for head in heads]
    cells = [[row[place] for place in places] for row in grid.rows]
    uses = [_USE_COLOURS.get(use, "") for use in grid.uses] or [""] * len(cells)
    colours = [[use if head.kind == "use" else "" for head in heads] for use in uses]
    for drawn in reversed(bars):  # each moves those behind it
        at = places.index(drawn.column) + 1
        titles.insert(at, "")
        sides.insert(at, "r")  # which is never narrowed: a bar is as wide as all others
        for row, painted, use, share in zip(cells, colours, uses, drawn.shares, strict=True):
            row.insert(at, (gauge if drawn.whole else bar)(share, room if drawn.whole else _BAR, ascii=view.ascii))
            painted.insert(at, use)
    return lay_out((titles, "".join(sides), cells), view, colours)


def _fitting(grid: Grid, view: View) -> tuple[list[int], list[Bars], int]:
    """Return the columns and bars that a terminal has room for, and how long a gauge can be.

    What tells least goes until the last column has its words.
    """
    places, bars = list(range(len(grid.headings))), sorted(grid.bars, key=lambda each: each.column)
    widths = [_width(grid, place) for place in places]
    while view.width is not None and _needed(places, widths, bars) > view.width:
        columns = [(grid.headings[place].dropped, place) for place in places if grid.headings[place].dropped]
        first = min([*columns, *((each.dropped, -1) for each in bars)], default=None)
        if first is None:
            break
        if first[1] < 0:
            bars.remove(min(bars, key=lambda each: each.dropped))
        else:
            places.remove(first[1])
            bars = [each for each in bars if each.column != first[1]]
    spare = (view.width or 0) - _needed(places, widths, bars)
    return places, bars, min(_BAR + max(spare, 0), _GAUGE)


def _width(grid: Grid, place: int) -> int:
    heading, cells = grid.headings[place], [row[place] for row in grid.rows]
    return max(map(text_width, [*(heading.text.split() if heading.kind == "figure" else [heading.text]), *cells]))


def _needed(places: list[int], widths: list[int], bars: list[Bars]) -> int:
    """Return the room for columns and bars, with some words in the last one."""
    *before, last = [widths[place] for place in places]
    return sum(before) + min(last, _WORDS) + _GAP * len(before) + (_BAR + _GAP) * len(bars)


def bar(share: float | None, places: int, *, ascii: bool) -> str:
    """Return a bar of so many places: an eighth of a place is its smallest step; in ASCII a whole one."""
    part = _part(share)
    if ascii:
        return ("#" * round(part * places)).ljust(places)
    whole, eighths = divmod(round(part * places * 8), 8)
    return f"{_FULL * whole}{_EIGHTHS[eighths] if eighths else ''}".ljust(places)


def gauge(share: float | None, places: int, *, ascii: bool) -> str:
    """Return a bar with what is left of the whole; no place is split."""
    taken = round(_part(share) * places)
    return f"{('#' if ascii else _FULL) * taken}{('.' if ascii else _SHADE) * (places - taken)}"


def _part(share: float | None) -> float:
    return min(max(share or 0, 0), 1)
