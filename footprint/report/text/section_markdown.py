"""A section as markdown: whatever it holds is made harmless here, and nowhere else.

What a heading is, a table and a fence, GitHub and a plain viewer agree on; nothing is folded away, since not every
viewer unfolds it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from footprint.report.text.safe import markdown as text
from footprint.report.text.safe import markdown_code as code
from footprint.report.text.safe import printable
from footprint.report.text.section import Block, CellKind, Excerpt, Grid, Section, Sentences
from footprint.values import replace

_NOTHING = "-"  # no list, where it stands alone in a cell
_SHORTEST_FENCE = 3
_MOST_COLUMNS = 8  # beside each other on a page of GitHub
_COMMAND = re.compile(r"`(footprint [^`]+|--[^`]+)`")  # what we tell a reader to type


def section_lines(section: Section, level: int = 2) -> Iterator[str]:
    """Yield the lines of a section, an empty one after each part; nothing where it has nothing to say."""
    if not section.blocks and not section.empty:
        return
    yield from (f"{'#' * level} {text(section.title)}", "")
    if not section.blocks:
        yield from (line_text(section.empty), "")
    for block in _joined(section.blocks):
        yield from block_lines(block, level + 1)
    for remark in section.remarks:
        yield from (line_text(remark), "")


def _joined(blocks: Iterable[Block]) -> Iterator[Block]:
    """Yield the blocks, two lists with nothing between them as one: markdown would set them far apart."""
    last: Block | None = None
    for block in blocks:
        if isinstance(last, Sentences) and last.lines and isinstance(block, Sentences) and not block.heading:
            last = replace(last, lines=(*last.lines, *block.lines))
            continue
        if last is not None:
            yield last
        last = block
    if last is not None:
        yield last


def block_lines(block: Block, level: int = 3) -> Iterator[str]:
    """Yield the lines of one block, its heading first, and an empty line after each part."""
    if isinstance(block, Grid):
        yield from _grid_lines(block)
        return
    if block.heading:
        yield from (f"{'#' * level} {text(block.heading)}", "")
    if isinstance(block, Excerpt):
        yield from (*_fenced(block), "")
    elif block.lines:
        yield from (*(f"- {line_text(line)}" for line in block.lines), "")


def legend_lines(sections: Iterable[Section]) -> Iterator[str]:
    """Yield what headings and signs of the tables mean, each once: it stands at the end."""
    grids = [block for section in sections for block in section.blocks if isinstance(block, Grid)]
    yield from (f"- {text(line)}" for line in dict.fromkeys(line for grid in grids for line in grid.about))


def _grid_lines(grid: Grid) -> Iterator[str]:
    if grid.rows:
        behind = _set_behind(grid)
        headings = [heading for place, heading in enumerate(grid.headings) if place != behind]
        alignment = "".join("r" if heading.kind == "figure" else "l" for heading in headings)
        rows = (_cells(grid, row, behind) for row in grid.rows)
        yield from (*table_lines([text(heading.text) for heading in headings], alignment, rows), "")
    for line in grid.rest:
        yield from (line_text(line), "")


def _set_behind(grid: Grid) -> int | None:
    """Return the column of a wide table that goes into that of the names: what is left out first elsewhere."""
    if len(grid.headings) <= _MOST_COLUMNS:
        return None
    pairs = enumerate(zip(grid.headings, grid.headings[1:], strict=False), start=1)
    return next((place for place, (name, each) in pairs if name.kind == "name" and each.dropped == 1), None)


def _cells(grid: Grid, row: Sequence[str], behind: int | None) -> list[str]:
    cells = [_cell(shown, heading.kind) for shown, heading in zip(row, grid.headings, strict=True)]
    if behind is not None:
        cells[behind - 1 : behind + 1] = [f"{cells[behind - 1]} {cells[behind]}"]
    return cells


def _cell(shown: str, kind: CellKind) -> str:
    if shown == _NOTHING:
        return shown
    if kind in ("name", "code"):
        return code(shown)
    return f"**{text(shown)}**" if kind == "use" and shown else text(shown)


def line_text(shown: str) -> str:
    """Return a sentence made harmless, the commands of ours in it as code."""
    parts = _COMMAND.split(shown)
    return "".join(code(part) if number % 2 else _between(part) for number, part in enumerate(parts))


def _between(part: str) -> str:
    """Return what stands around a command with the blanks that part it from that."""
    core = part.strip(" ")
    before, after = part[: len(part) - len(part.lstrip(" "))], part[len(part.rstrip(" ")) :]
    return f"{before}{text(core)}{after}" if core else part


def table_lines(header: Sequence[str], alignment: str, rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Yield the lines of a table whose cells are markdown already."""
    yield f"| {' | '.join(header)} |"
    yield f"| {' | '.join('---:' if side == 'r' else '---' for side in alignment)} |"
    for row in rows:
        yield f"| {' | '.join(row)} |"


def _fenced(block: Excerpt) -> Iterator[str]:
    """Yield lines in a fence that none of them can close."""
    lines = [printable(line) for line in block.text.splitlines()]
    longest = max((len(run) for line in lines for run in re.findall("`+", line)), default=0)
    fence = "`" * max(_SHORTEST_FENCE, longest + 1)
    yield from (f"{fence}{block.syntax}", *(line.rstrip() for line in lines), fence)
