"""Parts of strangers' parsed documents, which may be of any type: what is of another is as if it were not there."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from typing import Any


def table_of(value: Any) -> Mapping[str, Any]:
    """Return a table, an empty one for anything else."""
    return value if isinstance(value, dict) else {}


def list_of(value: Any) -> list[Any]:
    """Return a list, an empty one for anything else."""
    return value if isinstance(value, list) else []


def texts_of(value: Any) -> list[str]:
    """Return the texts in a list, none for anything else."""
    return [item for item in list_of(value) if isinstance(item, str)]


def tables_of(value: Any) -> list[Mapping[str, Any]]:
    """Return the tables in a list, none for anything else."""
    return [item for item in list_of(value) if isinstance(item, dict)]


def shell_words(text: str, *, comments: bool = False) -> list[str]:
    """Return the words of a shell line; one whose quotes are left open is split at its blanks."""
    try:
        return shlex.split(text, comments=comments)
    except ValueError:
        return text.split()
