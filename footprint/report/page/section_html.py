"""Any section of a report as HTML: tables with heads and scopes, lists, and text as it is typed."""

from __future__ import annotations

from collections.abc import Iterator

from footprint.report.page.tags import escape, escape_lines, paragraphs, path_text, tag
from footprint.report.text.section import Block, CellKind, Excerpt, Grid, Heading, Section


def section_html(section: Section) -> str:
    """Return a section with its heading; nothing where it has nothing to say."""
    if not section.blocks and not section.empty:
        return ""
    body = "".join(block_html(block, f"{section.key}-{place}") for place, block in enumerate(section.blocks))
    body = body or paragraphs([section.empty], "empty")
    return framed(section.key, section.title, body + paragraphs(section.remarks, "remark"))


def framed(key: str, title: str, body: str) -> str:
    """Return a part of the page under its heading, which names it for a screen reader."""
    heading = tag("h2", escape(title), id=f"{key}-title")
    return tag("section", heading, body, id=key, aria_labelledby=f"{key}-title")


def block_html(block: Block, key: str) -> str:
    """Return one block; `key` tells it from all others of the page."""
    if isinstance(block, Grid):
        return _grid(block, key)
    heading = tag("h3", escape(block.heading)) if block.heading else ""
    if isinstance(block, Excerpt):
        return heading + excerpt(block.text, key)
    listed = tag("ul", *(tag("li", path_text(line)) for line in block.lines), class_="alarm" if block.alarm else None)
    return heading + (listed if block.lines else "")


def excerpt(text: str, key: str) -> str:
    """Return text as it is typed or stands in a file, which a script adds a button to that copies it."""
    return tag("pre", tag("code", escape_lines(text)), tabindex="0", id=f"x-{key}")


def _grid(grid: Grid, key: str) -> str:
    head = "".join(tag("th", escape(each.text), scope="col", class_=_class_of(each.kind)) for each in grid.headings)
    uses = grid.uses or ("",) * len(grid.rows)
    rows = "".join(tag("tr", *_cells(row, grid.headings, use)) for row, use in zip(grid.rows, uses, strict=True))
    table = tag("table", tag("thead", tag("tr", head)), tag("tbody", rows))
    named = f"{key.rpartition('-')[0]}-title"
    scroll = tag("div", table, class_="wide", tabindex="0", role="group", aria_labelledby=named)
    return (scroll if grid.rows else "") + paragraphs(grid.rest, "rest") + _about(grid)


def _about(grid: Grid) -> str:
    return tag("div", paragraphs(grid.about), class_="remark") if grid.about else ""


def _cells(row: tuple[str, ...], headings: tuple[Heading, ...], use: str) -> Iterator[str]:
    for place, (cell, each) in enumerate(zip(row, headings, strict=True)):
        shown = cell_html(cell, each.kind, use)
        if place:
            yield tag("td", shown, class_=_class_of(each.kind))
        else:
            yield tag("th", shown, scope="row", class_=_class_of(each.kind))


def cell_html(text: str, kind: CellKind, use: str = "") -> str:
    """Return what stands in a cell of a table; `use` is the key of a class, which gives its cell a colour."""
    if kind == "use":
        return tag("span", escape(text), class_=f"use u-{use}" if use else "use")
    if kind == "code":
        return tag("code", path_text(text)) if text else ""
    return escape(text) if kind == "figure" else path_text(text)


def _class_of(kind: CellKind) -> str | None:
    return "n" if kind == "figure" else None
