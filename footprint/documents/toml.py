"""TOML documents with the lines of their values, parsed so that no text ends the audit."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from footprint.documents.toml_lines import TomlPath, value_lines
from footprint.units import MIB
from footprint.values import dataclass

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

CHARACTERS_AT_MOST = MIB  # of a document whose lines are wanted; lock files are larger and go without
_KEY_PARTS_AT_MOST = 64
# One that is not closed ends with its line: else every later quote would look for its end again.
_STRING = re.compile(r'"(?:\\.|[^"\\\n])*(?:"|$)' r"|'[^'\n]*(?:'|$)")
_WORD = re.compile(r"[\w \t-]+")


class TomlInvalid(Exception):
    """A text that is not TOML, or TOML of a kind that would exhaust the reader; `line` where it is known."""

    def __init__(self, message: str, line: int | None = None) -> None:
        super().__init__(message)
        self.line = line


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
        if line.count(".") > _KEY_PARTS_AT_MOST:
            bare = _WORD.sub("k", _STRING.sub("s", line))
            if "k." * _KEY_PARTS_AT_MOST in bare:
                raise TomlInvalid(f"a key of more than {_KEY_PARTS_AT_MOST} parts: not read", number)
