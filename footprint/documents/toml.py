"""TOML documents with the lines of their values, parsed so that no text ends the audit.

The parser that we use keeps no positions. A text that it has parsed is walked once more for the lines, which decides
nothing about validity.
Source: TOML 1.0.0, https://toml.io/en/v1.0.0.
"""

from __future__ import annotations

import bisect
import json
import re
import sys
from collections import Counter
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from footprint.documents import DocumentInvalid
from footprint.late import late_pattern
from footprint.units import MIB
from footprint.values import dataclass

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

DEPTH_AT_MOST = 12
TomlPath = tuple[str | int, ...]  # keys and array positions: ("project", "dependencies", 0)

_BLANK = re.compile(r"(?:[ \t\r\n]+|#[^\n]*)*")
_SPACE = re.compile(r"[ \t]*")
_TEXT = re.compile(
    r'"""(?:\\.|[^\\])*?"{3,5}'  # up to two quotes may stand before the closing three
    r"|'''.*?'{3,5}"
    r'|"(?:\\.|[^"\\\n])*"'
    r"|'[^'\n]*'",
    re.DOTALL,
)
_KEY = re.compile(r'"(?:\\.|[^"\\\n])*"|\'[^\'\n]*\'|[A-Za-z0-9_-]+')
_OTHER = late_pattern(r"[^,\]}#\r\n]+")  # numbers, dates, booleans
CHARACTERS_AT_MOST = MIB  # of a document whose lines are wanted; lock files are larger and go without
_KEY_PARTS_AT_MOST = 64
# One that is not closed ends with its line: else every later quote would look for its end again.
_STRING = late_pattern(r'"(?:\\.|[^"\\\n])*(?:"|$)' r"|'[^'\n]*(?:'|$)")
_WORD = late_pattern(r"[\w \t-]+")


class TomlInvalid(DocumentInvalid):
    """A text that is not TOML, or TOML of a kind that would exhaust the reader."""


@dataclass(frozen=True, slots=True)
class TomlDocument:
    """One parsed TOML file."""

    path: str  # relative to the project, posix
    tables: Mapping[str, Any]
    lines: Mapping[TomlPath, int]  # empty when they could not be found

    def table(self, *keys: str | int) -> Mapping[str, Any]:
        """Return the table at `keys`; an empty one where there is none or something else."""
        found = self.get(*keys)
        return found if isinstance(found, dict) else {}

    def get(self, *keys: str | int) -> Any:
        """Return what stands at `keys`, None where nothing does."""
        found: Any = self.tables
        for key in keys:
            match found, key:
                case dict(), _ if key in found:
                    found = found[key]
                case list(), int() if key < len(found):
                    found = found[key]
                case _:
                    return None
        return found

    def line(self, *keys: str | int) -> int:
        """Return the line of what stands at `keys`, or of the nearest table around it whose line is known."""
        for count in range(len(keys), 0, -1):
            found = self.lines.get(keys[:count])
            if found is not None:
                return found
        return 1


@lru_cache(maxsize=8)  # several readers ask for one file, soon after each other; nobody changes a document
def parse_toml(text: str, path: str) -> TomlDocument:
    """Return the document with its lines.

    Raises: TomlInvalid.
    """
    if len(text) > CHARACTERS_AT_MOST:
        raise TomlInvalid(f"larger than {CHARACTERS_AT_MOST // MIB} MiB: not read")
    tables = parse_tables(text)
    try:
        # TOML allows \r\n; a bare \r is not a newline there, so lines are what \n ends
        lines = value_lines(text)
    except (ValueError, RecursionError):
        lines = {}
    return TomlDocument(path, tables, lines)


def try_toml(text: str, path: str) -> TomlDocument:
    """Return the document, an empty one for a text that is not TOML: whoever reads the requirements says so."""
    try:
        return parse_toml(text, path)
    except TomlInvalid:
        return TomlDocument(path, {}, {})


def parse_tables(text: str) -> dict[str, Any]:
    """Return the tables of a TOML text without lines.

    Raises: TomlInvalid, also for nesting and for keys that the parser could not bear.
    """
    _refuse_long_keys(text)
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise TomlInvalid("nested too deeply: not read") from None
    except ValueError as error:  # TOMLDecodeError; an integer with too many digits
        found = re.search(r"at line (\d+)", str(error))
        raise TomlInvalid(f"not valid TOML: {str(error)[:200]}", int(found[1]) if found else None) from None


def _refuse_long_keys(text: str) -> None:
    """Refuse dotted keys of very many parts: the time the parser takes for them grows with the square."""
    for number, line in enumerate(text.split("\n"), start=1):
        if line.count(".") > _KEY_PARTS_AT_MOST and "k." * _KEY_PARTS_AT_MOST in _WORD.sub("k", _STRING.sub("s", line)):
            raise TomlInvalid(f"a key of more than {_KEY_PARTS_AT_MOST} parts: not read", number)


def value_lines(text: str) -> Mapping[TomlPath, int]:
    """Return the 1-based line on which each value of a valid TOML text begins, by its path.

    Tables are there too: by their header, or by the first key that leads into them.
    Values deeper than DEPTH_AT_MOST have no line: their paths alone would fill the memory.
    Raises: ValueError if the text is not TOML after all.
    """
    return _TextPass(text).run()


@dataclass(frozen=True, slots=True)
class TomlSpan:
    """Where a value stands, in characters. `key` is where what names it begins: its key, or the value of an item."""

    key: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class TomlSpans:
    """Where the values and the headers of a text stand."""

    values: Mapping[TomlPath, TomlSpan]
    headers: tuple[tuple[TomlPath, int, int], ...]  # the table, and where its line begins and ends


def value_spans(text: str) -> TomlSpans:
    """Return where everything of a valid TOML text stands.

    Raises: ValueError if the text is not TOML after all.
    """
    found = _SpanPass(text)
    found.run()
    return TomlSpans(found.spans, tuple(found.headers))


class _TextPass:
    """One pass over the text; `at` is the offset of the next character."""

    def __init__(self, text: str) -> None:
        self.text, self.at = text, 0
        self.newlines = [found.start() for found in re.finditer("\n", text)]
        self.lines: dict[TomlPath, int] = {}
        self.array_tables: Counter[TomlPath] = Counter()

    def run(self) -> Mapping[TomlPath, int]:
        table: TomlPath = ()
        self.skip(_BLANK)
        while self.at < len(self.text):
            if self.peek() == "[":
                table = self.header()
            else:
                self.assignment(table)
            self.skip(_BLANK)
        return self.lines

    def header(self) -> TomlPath:
        """Read `[a.b]` or `[[a.b]]`; names that stand for an array of tables get the position of its last one."""
        line = self.line()
        is_array = self.text.startswith("[[", self.at)
        self.at += 2 if is_array else 1
        keys = self.keys()
        self.expect("]]" if is_array else "]")
        path: TomlPath = ()
        for key in keys[:-1]:
            path = self.through_arrays((*path, key))
        path = (*path, keys[-1])
        if is_array:
            self.array_tables[path] += 1
            path = (*path, self.array_tables[path] - 1)
        else:
            path = self.through_arrays(path)
        self.lines.setdefault(path, line)
        return path

    def line(self) -> int:
        return bisect.bisect_left(self.newlines, self.at) + 1

    def through_arrays(self, path: TomlPath) -> TomlPath:
        count = self.array_tables.get(path)
        return (*path, count - 1) if count else path

    def assignment(self, table: TomlPath) -> None:
        line = self.line()
        keys = self.keys()
        self.expect("=")
        for count in range(1, len(keys)):
            self.lines.setdefault((*table, *keys[:count]), line)
        self.value((*table, *keys))

    def keys(self) -> list[str]:
        found = []
        while True:
            self.skip(_SPACE)
            found.append(_unquote(self.take(_KEY)))
            self.skip(_SPACE)
            if self.peek() != ".":
                return found
            self.at += 1

    def value(self, path: TomlPath) -> None:
        self.skip(_SPACE)
        if len(path) <= DEPTH_AT_MOST:
            self.lines[path] = self.line()
        match self.peek():
            case "[":
                self.items(path, "]")
            case "{":
                self.items(path, "}")
            case '"' | "'":
                self.take(_TEXT)
            case _:
                self.take(_OTHER)

    def items(self, path: TomlPath, closing: str) -> None:
        """Read an array or an inline table up to its closing bracket."""
        self.at += 1
        position = 0
        while True:
            self.skip(_BLANK)
            if self.peek() == closing:
                self.at += 1
                return
            if closing == "]":
                self.value((*path, position))
            else:
                self.assignment(path)
            position += 1
            self.skip(_BLANK)
            if self.peek() == ",":
                self.at += 1

    def peek(self) -> str:
        return self.text[self.at : self.at + 1]

    def skip(self, pattern: re.Pattern[str]) -> None:
        found = pattern.match(self.text, self.at)
        self.at = found.end() if found else self.at

    def take(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self.text, self.at)
        if not found:
            raise ValueError(f"not TOML at offset {self.at}")
        self.at = found.end()
        return found[0]

    def expect(self, mark: str) -> None:
        self.skip(_SPACE)
        if not self.text.startswith(mark, self.at):
            raise ValueError(f"expected {mark!r} at offset {self.at}")
        self.at += len(mark)


class _SpanPass(_TextPass):
    """The same pass, which keeps the offsets as well; only who edits a file pays for them."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.spans: dict[TomlPath, TomlSpan] = {}
        self.headers: list[tuple[TomlPath, int, int]] = []
        self._key_at: int | None = None

    def header(self) -> TomlPath:
        start = self.at
        path = super().header()
        self.headers.append((path, start, self.at))
        return path

    def assignment(self, table: TomlPath) -> None:
        self._key_at = self.at
        super().assignment(table)

    def value(self, path: TomlPath) -> None:
        self.skip(_SPACE)
        start, key_at = self.at, self._key_at
        self._key_at = None  # what is in the value has keys of its own, or none
        super().value(path)
        end = start + len(self.text[start : self.at].rstrip())
        self.spans[path] = TomlSpan(start if key_at is None else key_at, start, end)


def _unquote(key: str) -> str:
    if key.startswith("'"):
        return key[1:-1]
    if not key.startswith('"'):
        return key
    try:
        return str(json.loads(key))
    except json.JSONDecodeError:  # \UXXXXXXXX and \e, which JSON lacks
        return key[1:-1]
