"""Values as TOML text that any reader takes back as they were. Strings from outside are hostile.

Source: TOML 1.0.0, https://toml.io/en/v1.0.0 (basic strings, bare keys).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from footprint.report.text.safe import printable

TomlValue = str | bool | int | float | Sequence[str]

_BARE = re.compile(r"[A-Za-z0-9_-]+", re.ASCII)
_SURROGATE = re.compile("[\ud800-\udfff]")


def is_writable(text: str) -> bool:
    """Whether TOML can hold `text`: bytes of a file name that are not UTF-8 it cannot."""
    return _SURROGATE.search(text) is None


def quote(text: str) -> str:
    """Return a basic string: quotes, backslashes and all that does not print escaped.

    Raises: ValueError for text that is not writable.
    """
    if not is_writable(text):
        raise ValueError("a lone surrogate is not TOML")
    return f'"{"".join(map(_escape, text))}"'


def key(name: str) -> str:
    """Return a key, bare where it may be."""
    return name if _BARE.fullmatch(name) else quote(name)


def value(given: TomlValue) -> str:
    """Return a value on one line."""
    if isinstance(given, str):
        return quote(given)
    if isinstance(given, bool):
        return "true" if given else "false"
    if isinstance(given, int | float):
        return repr(given)
    return f"[{', '.join(map(quote, given))}]"


def comment(text: str) -> str:
    """Return one comment line: what does not print is escaped, so that nothing leaves the line."""
    return f"# {printable(text)}"


def _escape(character: str) -> str:
    if character in '"\\':
        return f"\\{character}"
    if character.isprintable():
        return character
    code = ord(character)
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
