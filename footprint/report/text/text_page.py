"""Lines of a report for a terminal or a pipe: made harmless, wrapped and coloured here and nowhere else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from footprint.late import late_pattern
from footprint.report.text.view import View, text_width
from footprint.values import dataclass, field

BOLD, DIM, RED, BOLD_RED = "1", "2", "31", "1;31"  # SGR (ECMA-48, "Select graphic rendition")
# A word, or a figure with its unit; the parts of a path, which ends in the part behind its last "/".
_WORD = late_pattern(r"[(~<+-]*\d[\d.,]*\+? (?:MiB|KiB|B|ms|%)(?![^\W_])\S*\s*|\S+\s*")
_PART = late_pattern(r"[^/]*/+|[^/]+")
_SHORTEST = 4  # no shorter text is ever broken
HANG = 2  # what a continued line is indented by


@dataclass(slots=True)
class Page:
    """The lines so far. On a pipe nothing is wrapped; colours stand only where the view has them."""

    view: View
    lines: list[str] = field(default_factory=list)

    def add(self, text: str, *, indent: int = 0, hang: int = HANG, colour: str = "", label: str = "") -> None:
        """Add one line. `label`: the beginning of it that alone is coloured."""
        shown = self.view.line(text)
        for number, part in enumerate(wrap(shown, self.view.width, indent, hang)):
            space, line = " " * (indent + (hang if number else 0)), part.rstrip()
            coloured = line if not label else "" if number else label
            if coloured:
                line = f"{self.paint(coloured, colour)}{line[len(coloured) :]}"
            self.lines.append(f"{space}{line}".rstrip())

    def rows(self, lines: Iterable[str]) -> None:
        """Add the lines of a table as they stand."""
        self.lines += lines

    def part(self) -> None:
        """Add an empty line between two parts."""
        if self.lines and self.lines[-1]:
            self.lines.append("")

    def paint(self, text: str, colour: str) -> str:
        """Return text in a colour, where there are any."""
        return paint(text, colour) if self.view.colour else text

    def text(self) -> str:
        """Return all of it."""
        return "".join(f"{line}\n" for line in self.lines)


def paint(text: str, colour: str) -> str:
    """Return text in a colour, and as it is where no colour is given."""
    return f"\x1b[{colour}m{text}\x1b[0m" if colour and text else text


def wrap(text: str, width: int | None, indent: int = 0, hang: int = 0) -> Iterator[str]:
    """Yield the lines that a text takes; one where there is no width.

    A line ends at a blank, but not between a figure and its unit. What is too long for a line of its own is broken
    after a `/`, and within a word only where even that is too long: nothing is cut off.
    """
    if width is None:
        yield text
        return
    line, room, further = "", max(width - indent, 1), max(width - indent - hang, 1)
    for word in _WORD.findall(text):
        if line and text_width(line + word.rstrip()) > room:
            yield line
            line, room = "", further
        line += word
        if text_width(line.rstrip()) > room:
            *whole, line = _break(line, room, further)
            yield from whole
            room = further
    yield line


def longest_piece(text: str) -> int:
    """Return how wide the widest part of a text is that should not be broken."""
    if text.isascii() and len(text) <= _SHORTEST:
        return len(text)
    return max((text_width(part) for word in _WORD.findall(text) for part in _PART.findall(word.rstrip())), default=0)


def _break(text: str, room: int, further: int) -> Iterator[str]:
    """Yield the pieces of a text that has no blank to end at: of `room`, then of `further` places."""
    line = ""
    for part in _PART.findall(text):
        if line and text_width(line + part.rstrip()) > room:
            yield line
            line, room = "", further
        if text_width(part.rstrip()) > room:
            *whole, line = _break_word(line + part, room, further)
            yield from whole
            room = further
        else:
            line += part
    yield line


def _break_word(text: str, room: int, further: int) -> Iterator[str]:
    """Yield the pieces of a word that is wider than a line, one sign at least."""
    begin, taken = 0, 0
    for place, sign in enumerate(text.rstrip()):
        width = text_width(sign)
        if taken and taken + width > room:
            yield text[begin:place]
            begin, taken, room = place, 0, further
        taken += width
    yield text[begin:]
