"""A section of a report as values: what it says, apart from how it looks in a terminal, in markdown or on a page.

Laws: texts are in the language that is spoken and not yet made harmless: each format escapes what it shows. A section
knows its own empty case. A figure that is not known is "-", never 0.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from footprint.values import dataclass

# name: of a distribution, a module, a file; figure: stands to the right; use: a class or a verdict, coloured by it;
# code: as typed
CellKind = Literal["text", "name", "figure", "use", "code"]


@dataclass(frozen=True, slots=True)
class Heading:
    """The head of one column. `dropped` orders what a narrow screen leaves out, 1 first; 0 always stays."""

    text: str
    kind: CellKind
    dropped: int = 0


@dataclass(frozen=True, slots=True)
class Bars:
    """How long the bars of a column are, by row, as a share of the longest; None: no figure, no bar.

    `dropped` is that of a heading: bars make room for words, as columns do. `whole`: a share is one of a limit, and
    what is left of that is drawn, too.
    """

    column: int
    shares: tuple[float | None, ...]
    dropped: int = 1
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: each row has a cell per heading.

    `rest`: the lines for rows that are not shown, one a kind. `about`: the legend. `uses`: the class or the verdict of
    each row by its key, which colours it in every language. `bars`: beside the figures of a column, if drawn.
    """

    headings: tuple[Heading, ...]
    rows: tuple[tuple[str, ...], ...]
    rest: tuple[str, ...] = ()
    about: tuple[str, ...] = ()
    uses: tuple[str, ...] = ()
    bars: tuple[Bars, ...] = ()


@dataclass(frozen=True, slots=True)
class Sentences:
    """Sentences that stand for themselves, each a line or a bullet.

    `heading`: what they are, where that is needed. `alarm`: something is wrong, or makes the rest doubtful; `alarming`
    are the places of single lines of which that holds.
    """

    lines: tuple[str, ...]
    heading: str = ""
    alarm: bool = False
    alarming: tuple[int, ...] = ()


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

    @classmethod
    def of_lines(
        cls, key: str, title: str, lines: Iterable[str], *, empty: str = "", remarks: tuple[str, ...] = ()
    ) -> Section:
        """Return a section of sentences alone; without any it has no blocks, and no remark on them."""
        shown = tuple(lines)
        return cls(key, title, (Sentences(shown),), remarks=remarks) if shown else cls(key, title, empty=empty)

    @property
    def is_empty(self) -> bool:
        """Whether it has nothing to say, not even that there is nothing."""
        return not self.blocks and not self.empty
