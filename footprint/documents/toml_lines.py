"""Find the line of every value and table in a TOML text. The parser that we use keeps no positions.

The text must have been parsed already: this walks valid TOML and decides nothing about validity.
Source: TOML 1.0.0, https://toml.io/en/v1.0.0.
"""

from __future__ import annotations

import bisect
import json
import re
from collections import Counter
from collections.abc import Mapping

DEPTH_AT_MOST = 12
TomlPath = tuple[str | int, ...]  # keys and array positions: ("project", "dependencies", 0)

_BLANK = re.compile(r"(?:[ \t\r\n]+|#[^\n]*)*")
_SPACE = re.compile(r"[ \t]*")
_STRING = re.compile(
    r'"""(?:\\.|[^\\])*?"{3,5}'  # up to two quotes may stand before the closing three
    r"|'''.*?'{3,5}"
    r'|"(?:\\.|[^"\\\n])*"'
    r"|'[^'\n]*'",
    re.DOTALL,
)
_KEY = re.compile(r'"(?:\\.|[^"\\\n])*"|\'[^\'\n]*\'|[A-Za-z0-9_-]+')
_OTHER = re.compile(r"[^,\]}#\r\n]+")  # numbers, dates, booleans


def value_lines(text: str) -> Mapping[TomlPath, int]:
    """Return the 1-based line on which each value of a valid TOML text begins, by its path.

    Tables are there too: by their header, or by the first key that leads into them.
    Values deeper than DEPTH_AT_MOST have no line: their paths alone would fill the memory.
    Raises: ValueError if the text is not TOML after all.
    """
    return _TextPass(text).run()


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
            word = self.take(_KEY)
            found.append(_unquote(word))
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
                self.take(_STRING)
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


def _unquote(key: str) -> str:
    if key.startswith("'"):
        return key[1:-1]
    if not key.startswith('"'):
        return key
    try:
        return str(json.loads(key))
    except json.JSONDecodeError:  # \UXXXXXXXX and \e, which JSON lacks
        return key[1:-1]
