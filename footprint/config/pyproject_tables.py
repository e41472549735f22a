"""Our tables in pyproject.toml, and how their mistakes are worded: shared by all readers of settings."""

from __future__ import annotations

import difflib
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from footprint.errors import UsageError
from footprint.files.reader import NotRead, read_regular

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

_SHOWN_AT_MOST = 80
_LARGEST_BYTES = 5 << 20


def read_pyproject(path: Path) -> str:
    """Return the text of a pyproject.toml, nothing where there is none. Raises: UsageError."""
    try:
        return read_regular(path, bytes_at_most=_LARGEST_BYTES).decode()
    except NotRead as why:
        if why.reason == "absent":
            return ""
        raise UsageError(f"cannot read {path}: {why}") from why
    except UnicodeDecodeError as error:
        raise UsageError(f"cannot read {path}: {error}") from error


def parse_footprint_table(text: str, path: Path) -> dict[str, Any]:
    """Return `[tool.footprint]` of a pyproject's text, empty where it has none.

    Raises: UsageError for text with our name in it that is not TOML.
    """
    if "footprint" not in text:
        return {}  # a broken pyproject without our table is a note of the requirement readers, not our end
    try:
        table = tomllib.loads(text).get("tool", {})
    except (ValueError, RecursionError) as error:  # TOMLDecodeError; an integer with too many digits
        raise UsageError(f"{path} is not valid TOML: {error}") from error
    found = table.get("footprint", {}) if isinstance(table, dict) else {}
    if not isinstance(found, dict):
        raise UsageError(f"{path}: [tool.footprint] must be a table")
    return found


def close_names(name: str, known: Iterable[str]) -> list[str]:
    """Return up to three known names that are spelled like `name`, in lower or in upper case."""
    names = list(known)
    return difflib.get_close_matches(name.lower(), names, n=3) or difflib.get_close_matches(name.upper(), names, n=3)


def shown(value: Any) -> str:
    """Return a value as a mistake quotes it, cut where it is long."""
    try:
        text = repr(value)
    except ValueError:  # a whole number of some thousand digits: TOML has them in base 16
        return "a number of too many digits"
    return text if len(text) <= _SHOWN_AT_MOST else f"{text[:_SHOWN_AT_MOST]}..."
