"""What is in a stranger's folder, by name; nothing where it cannot be listed: whoever weighs or reads it says so."""

# Names and strings, not Path objects: thousands of folders are listed through here.
# ruff: noqa: PTH208

from __future__ import annotations

import os
from operator import attrgetter

_NAME = attrgetter("name")


def list_names(folder: str | os.PathLike[str]) -> list[str]:
    """Return the names in a folder, sorted."""
    try:
        return sorted(os.listdir(folder))
    except (OSError, ValueError):  # ValueError: a NUL in the name
        return []


def list_entries(folder: str | os.PathLike[str]) -> list[os.DirEntry[str]] | None:
    """Return the entries of a folder by their names, None for one that cannot be listed."""
    try:
        with os.scandir(folder) as entries:
            return sorted(entries, key=_NAME)
    except (OSError, ValueError):
        return None
