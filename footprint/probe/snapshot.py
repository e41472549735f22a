"""What an entry wrote into the project: two looks at the tree, compared."""

from __future__ import annotations

import itertools
import os
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from footprint.files.paths import STORE_NAME
from footprint.files.reader import is_real_folder, walk_folders

FILES_LIMIT = 50_000
WRITTEN_LIMIT = 200
FOLDERS_LIMIT = 300

# Bytecode and what tools keep are not the entry's doing; environments are recognised by their marker.
_PASSED_OVER = frozenset(
    {STORE_NAME, "__pycache__", ".git", ".hg", ".svn", "node_modules", ".tox", ".nox", ".mypy_cache"}
)
_ENVIRONMENT_MARKERS = ("pyvenv.cfg", "conda-meta")


Snapshot = Mapping[str, tuple[int, int]]  # size and change time (ns) of every file, by path relative to the project


def take(project: Path) -> Snapshot | None:
    """Look at every file below `project`; folders that cannot be listed are passed over.

    None: there are more than FILES_LIMIT, so nothing can be said.
    """
    files: dict[str, tuple[int, int]] = {}
    cut = len(str(project)) + 1
    # Folders count, too: an entry may make any number of them.
    for looked_at, (_, entries, inner) in enumerate(walk_folders(project, lambda each: _list(project / each)), 1):
        for entry in entries:
            if is_real_folder(entry):
                if entry.name not in _PASSED_OVER:
                    inner.append(entry.name)
                continue
            with suppress(OSError):
                status = entry.stat(follow_symlinks=False)
                files[entry.path[cut:]] = (status.st_size, status.st_mtime_ns)
        if max(len(files), len(entries), looked_at) > FILES_LIMIT:
            return None
    return files


def folders(project: Path, files: Snapshot) -> tuple[str, ...]:
    """Return the folders with files, at most FOLDERS_LIMIT: those with most bytes, which are no code."""
    sizes = Counter[str]()
    for path, (size, _) in files.items():
        sizes[path.rpartition(os.sep)[0]] += 1 if path.endswith(".py") else size
    return tuple(str(project / path) for path, _ in sizes.most_common(FOLDERS_LIMIT))


def _list(folder: Path) -> list[os.DirEntry[str]]:
    """Return what is in a folder, no more than can be told; nothing of an environment, even if it is the project."""
    try:
        with os.scandir(folder) as found:
            entries = list(itertools.islice(found, FILES_LIMIT + 1))
    except OSError:
        return []
    return [] if any(entry.name in _ENVIRONMENT_MARKERS for entry in entries) else entries


def written(before: Snapshot, after: Snapshot) -> tuple[str, ...]:
    """Return files that are new or changed, posix, sorted, at most WRITTEN_LIMIT."""
    changed = (path for path, status in after.items() if before.get(path) != status)
    return tuple(sorted(path.replace(os.sep, "/") for path in changed))[:WRITTEN_LIMIT]
