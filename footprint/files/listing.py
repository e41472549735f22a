"""What is in a stranger's folder, by name; nothing where it cannot be listed: whoever weighs or reads it says so."""

# Names and strings, not Path objects: thousands of folders are listed through here.
# ruff: noqa: PTH208

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from operator import attrgetter

_NAME = attrgetter("name")
_ENVIRONMENT_MARKS = frozenset({"pyvenv.cfg", "conda-meta"})


def list_names(folder: str | os.PathLike[str]) -> list[str]:
    """Return the names in a folder, sorted."""
    try:
        return sorted(os.listdir(folder))
    except (OSError, ValueError):  # ValueError: a NUL in the name
        return []


def list_entries(folder: str | os.PathLike[str]) -> list[os.DirEntry[str]] | None:
    """Return the entries of a folder by their names, None for one that cannot be listed."""
    try:
        return read_entries(folder)
    except (OSError, ValueError):
        return None


def read_entries(folder: str | os.PathLike[str]) -> list[os.DirEntry[str]]:
    """Return the entries of a folder by their names. Raises: OSError."""
    with os.scandir(folder) as entries:
        return sorted(entries, key=_NAME)


def is_real_folder(entry: os.DirEntry[str]) -> bool:
    """Whether an entry is a folder itself, and no link to one."""
    try:
        return entry.is_dir(follow_symlinks=False)
    except OSError:
        return False


def walk_folders(
    top: str | os.PathLike[str],
    listed: Callable[[str], list[os.DirEntry[str]] | None] | None = None,
    *,
    start: Iterable[str] = ("",),
    nearest_first: bool = True,
) -> Iterator[tuple[str, list[os.DirEntry[str]], list[str]]]:
    """Yield (folder, its entries, the folders to enter), relative to `top` and posix, "" for `top` itself.

    Whoever asks puts the names of the folders to enter into the last. Environments below `top` are left out, and what
    cannot be listed has no entries. `listed` lists such a folder, `start` is where the walk begins. It goes down first
    where it is not `nearest_first`, then into the last of the folders to enter.
    """
    listed = listed or (lambda folder: list_entries(f"{os.fspath(top)}/{folder}"))
    waiting = deque(start)
    while waiting:
        folder = waiting.popleft() if nearest_first else waiting.pop()
        entries = listed(folder) or []
        if folder and not _ENVIRONMENT_MARKS.isdisjoint(map(_NAME, entries)):
            continue
        inner: list[str] = []
        yield folder, entries, inner
        waiting.extend(f"{folder}/{name}" if folder else name for name in inner)
