"""How a reader wants to see a report. Facts never depend on it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Literal

from footprint.report.text.safe import plain_ascii, printable
from footprint.values import dataclass, replace

if TYPE_CHECKING:
    from footprint.config.settings_table import Language
    from footprint.model.audit_difference import AuditDifference

SortKey = Literal["disk", "rss", "time", "name"]
_ROWS = 30


@dataclass(frozen=True, slots=True)
class View:
    """Order, length and look. `width` None: as wide as the content, nothing cut, for pipes and files."""

    sort: SortKey = "disk"
    top: int | None = None  # rows; 0 for all; None: those that matter
    width: int | None = None
    colour: bool = False
    ascii: bool = False  # the output is not UTF-8: nothing is drawn, and what `charset` has not is escaped
    charset: str = "ascii"
    quiet: bool = False  # of a check: what holds is left out
    language: Language = "en"
    before: AuditDifference | None = None  # what the reader compares an audit with, and all that changed since
    legend: bool = False  # what headings, signs and classes mean is told at the end

    @property
    def most(self) -> int:
        """How many rows a report shows that does not know which of them matter; 0 for all."""
        return _ROWS if self.top is None else self.top

    def for_file(self) -> View:
        """Return the same for a file, which no terminal stands behind."""
        return replace(self, width=None, colour=False, ascii=False)

    def line(self, text: str) -> str:
        """Return text on one line, made harmless, in the characters that can be shown."""
        shown = printable(text)
        return plain_ascii(shown, self.charset) if self.ascii else shown

    def join(self, lines: Iterable[str]) -> str:
        """Return lines as one text, each made harmless."""
        return "".join(f"{self.line(line)}\n" for line in lines)


DEFAULT_VIEW = View()


def text_width(text: str) -> int:
    """Return how many places a text takes on a screen: two for a wide character, none for an accent of its own."""
    if text.isascii():
        return len(text)
    import unicodedata  # most reports have no use for it

    return sum(
        0 if unicodedata.combining(sign) else 2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text
    )
