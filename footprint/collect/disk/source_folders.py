"""The source folders of editable installs, weighed: files outside of the site folders that imports lead to.

What `du` counts of the site folders has no part in it. Links are not followed, an environment inside is left out.
"""

# Names and strings, not Path objects, as everywhere in the room.
# ruff: noqa: PTH119, PTH120

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from footprint.files.paths import STORE_NAME
from footprint.files.reader import walk_folders
from footprint.model.installed_environment import Installed, SourcePlace
from footprint.model.note import Note
from footprint.names import DistributionName, readable
from footprint.values import dataclass, field

_IMPORTABLE = (".py", ".so", ".pyi", ".pyd", ".pyw")
_ENTRIES_AT_MOST = 200_000  # of all of them: a data folder may hold millions
# Bytecode comes with use and is told apart for all others.
_LEFT_OUT = frozenset({STORE_NAME, ".git", ".hg", ".tox", ".nox", ".venv", "node_modules", "__pycache__"})


@dataclass(slots=True)
class SourceFolders:
    """Bytes by owner number, and who owns which importable file below which folder of the path."""

    apparent: dict[int, int] = field(default_factory=dict)
    owners: dict[Path, dict[str, DistributionName]] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)


def weigh_sources(installed: Sequence[Installed]) -> SourceFolders:
    """Return what the places of editable installs weigh. Paths in `owners` are named as modules are, posix."""
    found = SourceFolders()
    seen: set[tuple[int, int]] = set()
    left = _ENTRIES_AT_MOST
    for number, one in enumerate(installed):
        for place in one.places:
            root, prefix, alias = _root_of(place)
            owners = found.owners.setdefault(root, {})
            for path, status in _files_below(str(place.path)):
                left -= 1
                if left < 0:
                    message = f"more than {_ENTRIES_AT_MOST:,} files in source folders: the rest is not weighed"
                    found.notes.append(Note("source-folders-large", message, readable(str(place.path))))
                    return found
                inode = (status.st_dev, status.st_ino)
                if inode in seen:
                    continue
                seen.add(inode)
                found.apparent[number] = found.apparent.get(number, 0) + status.st_size
                if (prefix + path).endswith(_IMPORTABLE):
                    owners.setdefault(prefix + path, one.name)
                    if alias:
                        owners.setdefault(alias + path, one.name)
    return found


def _root_of(place: SourcePlace) -> tuple[Path, str, str]:
    """Return the folder from which a place is imported, the place below it, and its other name where it has one.

    setuptools may call a folder otherwise than its import package: package_dir = {"acme": "lib"}.
    """
    parts = place.module.split(".")
    path = str(place.path)
    name = os.path.basename(path)
    stem = name.partition(".")[0] if os.path.isfile(path) else name  # noqa: PTH113
    root = path
    for part in reversed(parts):
        if (os.path.basename(root) if root != path else stem) != part:
            alias = "/".join(parts)
            return Path(os.path.dirname(path)), name, alias if stem == name else f"{alias}{name[len(stem) :]}"
        root = os.path.dirname(root)
    return Path(root), "/".join((*parts[:-1], name)), ""


def _files_below(path: str) -> Iterator[tuple[str, os.stat_result]]:
    """Yield every file of a folder with its path below it, with a slash in front; of a file only itself, as ""."""
    try:
        status = os.stat(path)  # noqa: PTH116 - flit --symlink: the place itself may be a link
    except OSError:
        return
    if not os.path.isdir(path):  # noqa: PTH112
        yield "", status
        return
    yield "/", status
    for folder, entries, inner in walk_folders(path, nearest_first=False):
        if not folder and any(entry.name == "pyvenv.cfg" for entry in entries):
            return
        below = f"/{folder}" if folder else ""
        for entry in entries:
            try:
                status = entry.stat(follow_symlinks=False)
                is_folder = entry.is_dir(follow_symlinks=False)
            except OSError:
                continue
            if is_folder and entry.name in _LEFT_OUT:
                continue
            yield f"{below}/{entry.name}", status
            if is_folder:
                inner.append(entry.name)
