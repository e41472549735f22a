"""One value of a settings file, with the keys that lead to it."""

from __future__ import annotations

import re
from collections.abc import Callable

from footprint.values import dataclass

Concerns = Callable[[str], bool]  # whether a text holds a name that is sought

_COMMENT = re.compile(r"(?:^|\s)#")
_LONGEST_LINE = 2_000  # characters: a longer one is data


def lines_of(text: str) -> list[str]:
    """Return the lines of a text, empty ones for those that are too long to be anybody's settings."""
    return [line if len(line) <= _LONGEST_LINE else "" for line in text.splitlines()]


@dataclass(frozen=True, slots=True)
class KeyedValue:
    """A text of a settings file. `is_key`: it is itself a key, below `keys`; `is_command`: a line of a script."""

    keys: tuple[str, ...]  # outermost first
    text: str
    line: int
    is_key: bool = False
    is_command: bool = False
    is_section: bool = False  # a key that heads a part of the file


def value_of(text: str) -> str:
    """Return a value without quotes and without the comment behind it."""
    text = text.strip()
    return text[1:].partition(text[0])[0] if text[:1] in ("'", '"') else _COMMENT.split(text, maxsplit=1)[0].strip()
