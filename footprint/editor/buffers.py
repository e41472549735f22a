"""The text of a document as an editor holds it: lines, positions, changes.

Laws: a position beyond a line is its end, one beyond the text is the end of the text. Columns count what the editor
counts: units of UTF-16 (an astral character is two) or bytes of UTF-8.
Source: LSP 3.17, "Position", "Text Documents".
"""

from __future__ import annotations

import re
from typing import Any, Literal

from footprint.editor.message_params import find, member, position
from footprint.values import dataclass

PositionEncoding = Literal["utf-16", "utf-8"]
_END = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True, slots=True)
class Buffer:
    """One version of a text. `starts`: where each line begins, from 0."""

    text: str
    starts: tuple[int, ...]
    encoding: PositionEncoding

    @classmethod
    def of(cls, text: str, encoding: PositionEncoding = "utf-16") -> Buffer:
        """Return a text with its lines."""
        return cls(text, (0, *(found.end() for found in _END.finditer(text))), encoding)

    @property
    def line_count(self) -> int:
        """How many lines it has; what follows the last end of line is one."""
        return len(self.starts)

    def line(self, number: int) -> str:
        """Return a line without its end; from 0, "" where there is none."""
        if not 0 <= number < len(self.starts):
            return ""
        stop = self.starts[number + 1] if number + 1 < len(self.starts) else len(self.text)
        return self.text[self.starts[number] : stop].rstrip("\r\n")

    def index(self, line: int, character: int) -> int:
        """Return the index of a position."""
        if line >= len(self.starts):
            return len(self.text)
        shown = self.line(line)
        return self.starts[line] + _index_in(shown, character, self.encoding)

    def end_of(self, line: int) -> dict[str, int]:
        """Return the position behind the last character of a line."""
        return {"line": line, "character": _units(self.line(line), self.encoding)}

    def position(self, index: int) -> dict[str, int]:
        """Return the position of an index."""
        from bisect import bisect_right

        line = bisect_right(self.starts, index) - 1
        return {"line": line, "character": _units(self.text[self.starts[line] : index], self.encoding)}

    def range_of(self, line: int) -> dict[str, dict[str, int]]:
        """Return the range of a line without the blanks at its beginning and its end."""
        shown = self.line(line)
        start = len(shown) - len(shown.lstrip())
        begin, end = _units(shown[:start], self.encoding), _units(shown.rstrip(), self.encoding)
        return {"start": {"line": line, "character": min(begin, end)}, "end": {"line": line, "character": end}}

    def changed(self, change: Any) -> Buffer:
        """Return the text after one change, of a part or of all of it. Raises: RefusedRequest."""
        new = member(change, "text", kind=str)
        if find(change, "range", kind=dict) is None:
            return Buffer.of(new, self.encoding)
        start, end = self.index(*position(change, "range", "start")), self.index(*position(change, "range", "end"))
        return Buffer.of(self.text[: min(start, end)] + new + self.text[max(start, end) :], self.encoding)


def _units(text: str, encoding: PositionEncoding) -> int:
    if text.isascii():
        return len(text)
    if encoding == "utf-8":
        return len(text.encode("utf-8", "surrogatepass"))
    return len(text) + sum(sign > "\uffff" for sign in text)


def _index_in(line: str, character: int, encoding: PositionEncoding) -> int:
    """Return the index within a line; within a character it is that of its beginning."""
    if line.isascii():
        return min(character, len(line))
    at = 0
    for index, sign in enumerate(line):
        at += _units(sign, encoding)
        if at > character:
            return index
    return len(line)
