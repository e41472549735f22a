"""A section of a report as values: what it says, apart from how it looks in a terminal, in markdown or on a page.

Laws: texts are in the language that is spoken and not yet made harmless: each format escapes what it shows. A section
knows its own empty case. A figure that is not known is "-", never 0.
"""

from __future__ import annotations

from typing import Literal

from footprint.values import dataclass

# name: of a distribution, a module, a file; figure: stands to the right; use: a class, coloured by it; code: as typed
CellKind = Literal["text", "name", "figure", "use", "code"]


@dataclass(frozen=True, slots=True)
class Heading:
    """The head of one column. `dropped` orders what a narrow screen leaves out, 1 first; 0 always stays."""

    text: str
    kind: CellKind
    dropped: int = 0


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: each row has a cell per heading. `rest`: the line for rows that are not shown; `about`: the legend."""

    headings: tuple[Heading, ...]
    rows: tuple[tuple[str, ...], ...]
    rest: str = ""
    about: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sentences:
    """Sentences that stand for themselves, each a line or a bullet. `heading`: what they are, where that is needed."""

    lines: tuple[str, ...]
    heading: str = ""


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Text as it stands in a file or is typed into a shell; `syntax` as a code fence names it."""

    text: str
    syntax: Literal["text", "diff", "shell", "toml"]
    heading: str = ""


Block = Grid | Sentences | Excerpt


@dataclass(frozen=True, slots=True)
class Section:
    """One part of a report. `empty` stands where there are no blocks; where that is empty too, there is no section.

    `key` is the same in every language: the anchor of a page, and what a format chooses its sections by.
    """

    key: str
    title: str
    blocks: tuple[Block, ...] = ()
    empty: str = ""
    remarks: tuple[str, ...] = ()  # how sure it is, what it leaves out: told last and dimmed
