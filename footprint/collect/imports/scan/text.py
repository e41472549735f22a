"""Source bytes for the scanner: which places are code, where a logical line ends. Only looked at where asked.

Laws: no place is read twice, so that the work grows with the size of the file and with nothing else. What these
rules cannot tell raises `Unusual`; the file is then read by `ast`. Lines that are joined by a backslash, and
f-strings whose fields hold quotes of their own kind, are the cases that make this longer than a regular expression.
"""

from __future__ import annotations

import codecs
import itertools
import re
from collections.abc import Iterator

from footprint.late import late_pattern

BACKSLASH, OPEN_BRACE = 92, 123
_NOWHERE = 1 << 62
_PREFIXES = b"fFtTrR"  # those that can make a string formatted

_TEXT_START = re.compile(rb"['\"#]")
_TEXT = re.compile(
    rb"(?P<long>'''|\"\"\")|(?P<comment>#[^\n]*)"
    rb"|(?P<short>'[^'\\\n]*(?:\\.[^'\\\n]*)*'|\"[^\"\\\n]*(?:\\.[^\"\\\n]*)*\")",
    re.DOTALL,
)
_LINE_PART = re.compile(rb"['\"#()\[\]{}\n\\]")
_FIELD = re.compile(rb"\{\{|\}\}|[{}]")
_COOKIE = late_pattern(rb"(?:[ \t]*(?:#[^\n]*)?\n)?[ \t]*#[^\n]*?coding[:=][ \t]*([-\w.]+)")
_ASCII_SUPERSETS = ("utf-8", "ascii", "iso8859-1", "iso8859-15", "cp1252")


class Unusual(Exception):
    """The scanner does not answer for this file; `position` is where it stopped."""

    def __init__(self, reason: str, position: int = 0) -> None:
        super().__init__(reason)
        self.reason, self.position = reason, position


def prepare(data: bytes) -> bytes:
    r"""Return the source with line feeds only and one in front, so that every line starts after one.

    Raises: Unusual for an encoding other than UTF-8 where that matters, null bytes, form feeds inside a line.
    Source: language reference 2.1.2 to 2.1.4, PEP 263.
    """
    data = data.removeprefix(codecs.BOM_UTF8)
    if b"\r" in data:
        data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    second = data.find(b"\n", data.find(b"\n") + 1)  # a cookie stands on the first or second line
    cookie = _COOKIE.match(data) if data.find(b"coding", 0, second if second > 0 else len(data)) >= 0 else None
    name = _codec_name(cookie[1]) if cookie else "utf-8"
    is_ascii = data.isascii()
    if name != "utf-8" and not (is_ascii and name in _ASCII_SUPERSETS):
        raise Unusual("encoding")
    if not is_ascii:
        try:
            data.decode()
        except UnicodeDecodeError:
            raise Unusual("encoding") from None
    if b"\0" in data:
        raise Unusual("null byte")
    data = b"\n" + data
    if b"\f" in data:
        while b"\n\f" in data:  # a form feed in front of a line counts for nothing
            data = data.replace(b"\n\f", b"\n")
        if b"\f" in data:
            raise Unusual("form feed")
    return data


def _codec_name(name: bytes) -> str | None:
    try:
        return codecs.lookup(name.decode("ascii", "replace")).name
    except (LookupError, ValueError):
        return None


class SourceText:
    """One file, sorted into code and text from its start, as far as it was asked about.

    `clear` is a place in code, outside of strings and comments, before which all is sorted. `next_long` is the
    first triple quote from there, in code or in text. Those after `limit` are not looked for until a place there is
    asked about.
    """

    __slots__ = ("_double", "_limit", "_parts_left", "_single", "clear", "data", "ends", "next_long", "starts")

    def __init__(self, data: bytes, limit: int | None = None) -> None:
        self.data = data
        self.clear = 0
        self._limit = len(data) if limit is None else limit
        self.starts: list[int] = []  # of the strings that span lines
        self.ends: list[int] = []
        self._double = self._single = self.next_long = -1
        self._parts_left = len(data) + 1000
        self._find_next()

    def sort_until(self, position: int) -> None:
        """Sort everything up to a place; what starts before it is taken to its end."""
        data = self.data
        if position + 3 > self._limit < len(data):
            self._see_all()
        while self.next_long < position:
            quote, clear = self.next_long, self.clear
            line_end = data.rfind(b"\n", clear, quote)
            is_plain = line_end > clear and data[line_end - 1] != BACKSLASH
            base = line_end + 1 if is_plain else self._base_of(quote)
            if _TEXT_START.search(data, base, quote):
                self._advance(base, quote + 1)
            else:
                self._close(quote)
            self._find_next()

    def is_text(self, position: int) -> bool:
        """Whether a place is in a string or a comment. `sort_until(position)` comes first."""
        if position >= self.clear:
            base = self._base_of(position)
            if _TEXT_START.search(self.data, base, position):
                self._advance(base, position)
                self._find_next()
            self.clear = max(self.clear, position)
        return position < self.clear

    def logical_end(self, start: int) -> int | None:
        """Return where the code ends of the logical line that starts at a place in code, comments cut off.

        None if a bracket closes that was not opened: the place is inside a longer line.
        """
        end = start
        for position, code_end, depth in self._parts(start):
            if depth < 0:
                return None
            end = code_end or end
            if depth == 0 and self.data[position : position + 1] == b"\n":
                break
        return end

    def depth_at(self, start: int, wanted: int) -> int:
        """Return how many brackets are open at a place in the logical line from `start`; large in a string."""
        depth = 0
        for _, code_end, after in self._until(start, wanted):
            depth = _NOWHERE if code_end > wanted else after
        return depth

    def starts_line(self, known: int, start: int) -> bool:
        """Whether a logical line starts at `start`, given the start of one above."""
        return any(at == start - 1 and depth == 0 for at, _, depth in self._until(known, start))

    def closing(self, bracket: int) -> int:
        """Return the place after the bracket that closes the one at a place in code."""
        return next((at + 1 for at, _, depth in self._parts(bracket) if depth == 0), len(self.data))

    def _until(self, start: int, end: int) -> Iterator[tuple[int, int, int]]:
        return itertools.takewhile(lambda part: part[0] < end, self._parts(start))

    def _parts(self, start: int) -> Iterator[tuple[int, int, int]]:
        """Yield (place, end of code, depth after) for every bracket, text, line end and backslash from `start`."""
        data, position, depth = self.data, start, 0
        while (found := _LINE_PART.search(data, position)) is not None:
            self._parts_left -= 1
            if self._parts_left < 0:  # brackets that are opened again and again and never closed
                raise Unusual("too many open brackets", start)
            at, char = found.start(), found[0]
            before = position + len(data[position:at].rstrip())
            code_end = before if before > position else 0
            position = at + 1
            if char in b"([{":
                depth, code_end = depth + 1, position
            elif char in b")]}":
                depth, code_end = depth - 1, position
            elif char == b"\\":
                position += 1
            elif char != b"\n":
                position = self._text_end(at)
                code_end = code_end if char == b"#" else position
            yield at, code_end, depth
        yield len(data), len(data) if data[position:].strip() else 0, depth

    def _text_end(self, start: int) -> int:
        found = _TEXT.match(self.data, start)
        if found is None:
            raise Unusual("quote that is not closed", start)
        if found.lastgroup == "long":
            return self._end_of_long(start)
        if found.lastgroup == "short":
            self._check_fields(start, found.end())
        return found.end()

    def _base_of(self, position: int) -> int:
        """Return a place in code from which the line of `position` can be sorted."""
        data, clear = self.data, self.clear
        start = data.rfind(b"\n", clear, position) + 1
        while start - 2 >= clear and data[start - 2] == BACKSLASH:
            start = data.rfind(b"\n", clear, start - 1) + 1
        return max(clear, start)

    def _advance(self, position: int, target: int) -> None:
        """Sort by tokens from a place in code until the one that reaches the target."""
        while (found := _TEXT_START.search(self.data, position, target)) is not None:
            start = found.start()
            token = _TEXT.match(self.data, start)
            if token is None:
                raise Unusual("quote that is not closed", start)
            if token.lastgroup == "long":
                self._close(start)
                position = self.clear
                continue
            position = token.end()
            if token.lastgroup == "short":
                self._check_fields(start, position)
                if self.data.find(b"\n", start, position) >= 0:
                    self.starts.append(start)
                    self.ends.append(position)
        self.clear = max(self.clear, position)

    def _check_fields(self, start: int, end: int) -> None:
        if _is_formatted(self.data, start) and _leaves_field_open(self.data[start + 1 : end - 1]):
            raise Unusual("nested quotes", start)

    def _close(self, start: int) -> None:
        data = self.data
        end = data.find(data[start : start + 3], start + 3) + 3
        if end < 3 or data[end - 4] == BACKSLASH or data[start - 1] in _PREFIXES:
            end = self._end_of_long(start)
        self.starts.append(start)
        self.ends.append(end)
        self.clear = end

    def _end_of_long(self, start: int) -> int:
        data = self.data
        quote, end = data[start : start + 3], start + 3
        while (end := data.find(quote, end)) >= 0:
            before = end
            while before > start + 3 and data[before - 1] == BACKSLASH:
                before -= 1
            if (end - before) % 2 == 0:
                if _is_formatted(data, start) and _leaves_field_open(data[start + 3 : end]):
                    raise Unusual("nested quotes", start)
                return end + 3
            end += 1
        raise Unusual("string that is not closed", start)

    def _see_all(self) -> None:
        """Look for quotes up to the end of the file from now on."""
        self._limit = len(self.data)
        self._double = self._double if self._double != _NOWHERE else -1
        self._single = self._single if self._single != _NOWHERE else -1
        self._find_next()

    def _find_next(self) -> None:
        clear, data, limit = self.clear, self.data, self._limit
        if self._double < clear:
            found = data.find(b'"""', clear, limit)
            self._double = found if found >= 0 else _NOWHERE
        if self._single < clear:
            found = data.find(b"'''", clear, limit)
            self._single = found if found >= 0 else _NOWHERE
        self.next_long = min(self._double, self._single)


def _is_formatted(data: bytes, quote: int) -> bool:
    """Whether the string at `quote` has an f or t among its prefixes."""
    first, second = data[quote - 1], data[quote - 2]
    return first in b"fFtT" or (first in b"rR" and second in b"fFtT")


def _leaves_field_open(content: bytes) -> bool:
    """Whether a replacement field is open at the end: then what looked like the end was a string inside (PEP 701)."""
    depth = position = 0
    while (found := _FIELD.search(content, position)) is not None:
        if depth == 0 and len(found[0]) == 2:  # an escaped brace
            position = found.end()
            continue
        position = found.start() + 1
        depth += 1 if found[0][0] == OPEN_BRACE else -1
        if depth < 0:
            return True
    return depth > 0
