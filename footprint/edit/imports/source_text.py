"""The text of a module by the positions of its syntax tree, and the same text with pieces replaced.

Laws: what no edit touches stays as it is, to the byte: ends of lines, tabs, a byte order mark, a last line without end.
Source: language reference 2.1: a line ends with LF, CRLF or CR, and with nothing else; columns of `ast` are bytes of
UTF-8.
"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterable

from footprint.documents.python_trees import has_long_name
from footprint.edit.text_edits import Edit, replaced
from footprint.values import dataclass

_END = re.compile(r"\r\n|\r|\n")
_MARK = "\ufeff"
FAILURES = (SyntaxError, ValueError, RecursionError, MemoryError)  # of the parser


def parse(text: str) -> ast.Module:
    """Return a tree of its own, which may be changed. Raises: FAILURES."""
    if has_long_name(text):
        raise RecursionError
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # invalid escapes
        return ast.parse(text)


@dataclass(frozen=True, slots=True)
class PlacedText:
    """A text, its byte order mark left out, and where each of its lines begins."""

    mark: str
    text: str
    starts: tuple[int, ...]  # by line, from 0; the last is the end of the text
    newline: str  # of its first line

    def index(self, line: int, column: int) -> int:
        """Return the index of a position as `ast` gives it: lines from 1, columns in bytes of UTF-8."""
        start, end = self.starts[line - 1], self.starts[min(line, len(self.starts) - 1)]
        piece = self.text[start:end]
        if piece.isascii():
            return start + column
        return start + len(piece.encode("utf-8")[:column].decode("utf-8"))

    def start_of(self, node: ast.stmt | ast.expr | ast.alias) -> int:
        """Return where a node begins; of a decorated definition the `def`."""
        return self.index(node.lineno, node.col_offset)

    def end_of(self, node: ast.stmt | ast.expr | ast.alias) -> int:
        """Return where a node ends."""
        return self.index(node.end_lineno or node.lineno, node.end_col_offset or 0)

    def line(self, number: int) -> str:
        """Return a line with its end, "" where there is none."""
        return self.text[self.starts[number - 1] : self.starts[number]] if 0 < number < len(self.starts) else ""

    def replaced(self, edits: Iterable[Edit]) -> str:
        """Return the text with its mark and with these pieces replaced."""
        return self.mark + replaced(self.text, edits)


def read_text(text: str) -> PlacedText:
    """Return a text with the places of its lines."""
    mark, text = (_MARK, text[1:]) if text.startswith(_MARK) else ("", text)
    ends = list(_END.finditer(text))
    starts = [0, *(found.end() for found in ends)]
    if starts[-1] < len(text) or len(starts) == 1:
        starts.append(len(text))
    return PlacedText(mark, text, tuple(starts), ends[0][0] if ends else "\n")
