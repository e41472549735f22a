"""A section in a terminal or on a pipe: its tables laid out, its sentences wrapped, all of it made harmless."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from footprint.report.languages.messages import say
from footprint.report.text.section import Bars, Block, Excerpt, Grid, Section, Sentences
from footprint.report.text.text_page import BOLD, BOLD_RED, DIM, RED, Page
from footprint.report.text.text_table import lay_out
from footprint.report.text.view import View, text_width

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
_WORDS = 32  # room that a column of text should have
_BAR = 8  # places of a bar
_LINES = 12  # of one block, unless all is asked for
_EIGHTHS = " \u258f\u258e\u258d\u258c\u258b\u258a\u2589"
_FULL = "\u2588"


def add_section(page: Page, section: Section) -> None:
    """Add a section with its title; what says that there is nothing stands for itself."""
    page.part()
    if not section.blocks:
        page.add(section.empty, colour=DIM)
        return
    page.add(section.title, colour=BOLD)
    for block in section.blocks:
        add_block(page, block)
    for remark in section.remarks:
        page.add(remark, colour=DIM)


def add_block(page: Page, block: Block) -> None:
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
                page.add(line, indent=2, colour=RED if block.alarm else "")
            if left := len(block.lines) - len(shown):
                page.add(say("and {count} more (--top 0 shows all)", count=left), indent=2)
        case Excerpt():
            page.rows(f"    {page.view.line(line)}".rstrip() for line in block.text.splitlines())


def grid_lines(grid: Grid, view: View) -> Iterator[str]:
    """Yield the lines of a table: on a terminal with bars, and without the columns that it has no room for."""
    if not grid.rows:
        return iter(())
    fitting = _fitting(grid, view)
    return _laid_out(_barred(fitting, view) if view.width is not None and grid.bars else fitting, view)


def _laid_out(grid: Grid, view: View) -> Iterator[str]:
    alignment = "".join("r" if heading.kind == "figure" else "l" for heading in grid.headings)
    is_use = [heading.kind == "use" for heading in grid.headings]
    colours = [[_USE_COLOURS.get(use, "") if here else "" for here in is_use] for use in grid.uses]
    return lay_out(([heading.text for heading in grid.headings], alignment, grid.rows), view, colours)


def _fitting(grid: Grid, view: View) -> Grid:
    """Return a table without the columns that tell least, until the last one has room for words."""
    while view.width is not None and _needed(grid) > view.width:
        dispensable = [heading for heading in grid.headings if heading.dropped]
        if not dispensable:
            break
        grid = _without(grid, grid.headings.index(min(dispensable, key=lambda one: one.dropped)))
    return grid


def _needed(grid: Grid) -> int:
    widths = [
        max([*map(text_width, heading.text.split()), *(text_width(row[place]) for row in grid.rows)])
        for place, heading in enumerate(grid.headings[:-1])
    ]
    return sum(width + _GAP for width in widths) + _WORDS


def _without(grid: Grid, column: int) -> Grid:
    kept = [place for place in range(len(grid.headings)) if place != column]
    moved = (Bars(kept.index(bars.column), bars.shares) for bars in grid.bars if bars.column != column)
    return replace(
        grid,
        headings=tuple(grid.headings[place] for place in kept),
        rows=tuple(tuple(row[place] for place in kept) for row in grid.rows),
        bars=tuple(moved),
    )


def _barred(grid: Grid, view: View) -> Grid:
    """Return a table with a bar behind each figure that has one, as far as there is room."""
    room = (view.width or 0) - _needed(grid)
    drawn = grid.bars[: max(room // (_BAR + 1), 0)]
    cells = [list(row) for row in grid.rows]
    for bars in drawn:
        for row, share in zip(cells, bars.shares, strict=True):
            row[bars.column] = f"{row[bars.column]} {bar(share, ascii=view.ascii)}"
    return replace(grid, rows=tuple(map(tuple, cells)))


def bar(share: float | None, *, ascii: bool) -> str:
    """Return a bar of `_BAR` places: an eighth of a place is its smallest step; in ASCII a whole one."""
    if share is None:
        return " " * _BAR
    if ascii:
        return ("#" * round(min(share, 1) * _BAR)).ljust(_BAR)
    whole, eighths = divmod(round(min(share, 1) * _BAR * 8), 8)
    return f"{_FULL * whole}{_EIGHTHS[eighths] if eighths else ''}".ljust(_BAR)
