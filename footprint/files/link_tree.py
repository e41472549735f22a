"""Folders of ours in a private folder that look like others: of links, of copies, of files that we write.

Nothing here changes what it looks at: a link leads to it, a copy is another file. What is in a copied folder and is
neither file, folder nor link is left out.
"""

# Names and strings, not Path objects: a copied project may have thousands.
# ruff: noqa: PTH103, PTH115, PTH118, PTH120, PTH211

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from footprint.files.paths import STORE_NAME
from footprint.files.reader import is_real_folder, list_entries, read_entries, walk_folders
from footprint.values import dataclass

_PASSED_OVER = frozenset(
    {STORE_NAME, ".git", ".hg", ".svn", "node_modules", ".tox", ".nox", ".mypy_cache", ".ruff_cache"}
)
_BYTECODE = "__pycache__"


class TooLarge(OSError):
    """A folder holds more than may be copied."""


@dataclass(frozen=True, slots=True)
class Leaving:
    """What a mirror of links does not show, and what it shows as folders of its own; absolute paths."""

    hidden: Collection[str]
    opened: Collection[str]


def mirror(real: str, mirrored: str, leaving: Leaving, replace: Callable[[str], bytes | None]) -> None:
    """Fill a new folder with a link for each entry of a real one; those in `leaving` are hidden, or mirrored in turn.

    `replace` gives the content of a file that is written in place of a link, None for a link. Raises: OSError.
    """
    waiting = [(real, mirrored)]
    while waiting:
        folder, ours = waiting.pop()
        os.makedirs(ours, exist_ok=True)
        for entry in read_entries(folder):
            path, place = os.path.join(folder, entry.name), os.path.join(ours, entry.name)
            if path in leaving.hidden or os.path.lexists(place):  # of two site folders the first wins
                continue
            if path in leaving.opened and is_real_folder(entry):
                waiting.append((path, place))
            elif (content := None if entry.is_symlink() else replace(path)) is not None:
                write_new(place, content, mode=stat.S_IMODE(entry.stat().st_mode))
            else:
                os.symlink(_target_of(entry), place)


def _target_of(entry: os.DirEntry[str]) -> str:
    """Return where a link to an entry leads: a link beside what it leads to stays one (lib64 to lib)."""
    text = os.readlink(entry.path) if entry.is_symlink() else "/"
    return text if "/" not in text and text not in ("", ".", "..") else os.path.abspath(entry.path)  # noqa: PTH100


def write_new(path: str, content: bytes, *, mode: int = 0o600) -> None:
    """Write a new file. Raises: OSError."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)


def link_to(target: str, path: str) -> None:
    """Make a link, and the folder that it stands in. Raises: OSError."""
    os.makedirs(os.path.dirname(path), exist_ok=True)
    os.symlink(target, path)


def copy_project(real: str, copied: str, *, bytes_at_most: int) -> None:
    """Copy a project with modes and times, without repositories, environments and what tools keep.

    A link that leads to a place inside leads to the copy. Raises: OSError; TooLarge.
    """
    left = bytes_at_most
    for folder, entries, inner in walk_folders(real):
        ours = os.path.join(copied, folder)
        os.makedirs(ours, exist_ok=True)
        for entry in entries:
            place = os.path.join(ours, entry.name)
            if is_real_folder(entry):
                if entry.name not in _PASSED_OVER:
                    inner.append(entry.name)
            elif entry.is_symlink():
                os.symlink(_copied_target(entry.path, real, copied), place)
            elif entry.is_file():
                left -= entry.stat().st_size
                if left < 0:
                    raise TooLarge(f"it holds more than {bytes_at_most >> 20} MiB")
                with suppress(PermissionError):  # nor can the program read it
                    shutil.copy2(entry.path, place)
    for folder, _, inner in walk_folders(copied):
        inner += [each.name for each in list_entries(os.path.join(copied, folder)) or () if is_real_folder(each)]
        with suppress(OSError):
            shutil.copystat(os.path.join(real, folder), os.path.join(copied, folder))


def _copied_target(link: str, real: str, copied: str) -> str:
    target = os.path.normpath(os.path.join(os.path.dirname(link), os.readlink(link)))
    if target == real or target.startswith(f"{real}/"):
        return copied + target[len(real) :]
    return target


def remove(path: str) -> None:
    """Remove a copied file or folder. Raises: OSError."""
    place = Path(path)
    if place.is_dir() and not place.is_symlink():
        shutil.rmtree(place)
    else:
        place.unlink(missing_ok=True)


def replace_file(path: Path, content: bytes) -> None:
    """Give a copied file another content, and keep its mode. Raises: OSError."""
    mode = stat.S_IMODE(path.stat().st_mode) if path.exists() else 0o644
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    write_new(str(path), content, mode=mode)


Look = Mapping[str, tuple[int, int, int]]  # mode, size, change time (ns) by path; folders only with their mode


def look_at(folder: str, *, most: int) -> Look:
    """Return what a folder holds, links not followed, nothing of bytecode. Raises: TooLarge."""
    found: dict[str, tuple[int, int, int]] = {}
    for path, status in _statuses(folder):
        is_folder = stat.S_ISDIR(status.st_mode)
        found[path] = (status.st_mode, 0, 0) if is_folder else (status.st_mode, status.st_size, status.st_mtime_ns)
        if len(found) > most:
            raise TooLarge(f"it holds more than {most} files")
    return found


def _statuses(top: str) -> Iterator[tuple[str, os.stat_result]]:
    waiting = [top]
    while waiting:
        for entry in list_entries(waiting.pop()) or ():
            if entry.name == _BYTECODE or entry.name.endswith(".pyc"):
                continue
            with suppress(OSError):
                yield entry.path, entry.stat(follow_symlinks=False)
            if is_real_folder(entry):
                waiting.append(entry.path)
