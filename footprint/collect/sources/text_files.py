"""The project's files that are no Python: settings, scripts, templates, texts. Found when they are first asked for.

Left out are environments, caches, installed and built folders, editors' files, links, and what git ignores.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from fnmatch import fnmatchcase
from operator import attrgetter
from pathlib import Path

from footprint.collect.sources.ignore_files import FILE_NAME, IgnoreFiles, Layers, is_ignored
from footprint.collect.sources.project_files import MODULE_SUFFIXES, NOTEBOOK_SUFFIX
from footprint.files.listing import list_entries

_FILES_AT_MOST = 50_000
_SKIPPED = frozenset({
    "node_modules", "__pycache__", "__pypackages__", "site-packages", "dist-packages", "build", "dist", "htmlcov",
    ".git", ".hg", ".svn", ".bzr", ".tox", ".nox", ".venv", ".eggs", ".cache", ".idea", ".ipynb_checkpoints",
    ".mypy_cache", ".pytest_cache", ".ruff_cache", ".hypothesis", ".pixi", ".direnv", ".terraform", ".yarn", ".next",
})  # fmt: skip
_NAME = attrgetter("name")


def find_text_files(project: Path, exclude: Sequence[str], *, respect_gitignore: bool) -> tuple[str, ...]:
    """Return the files of `project` that are no Python, relative and posix, by folder. `exclude` as in read_sources."""
    ignore_files = IgnoreFiles(project) if respect_gitignore else None
    patterns = [pattern.removeprefix("./").rstrip("/") for pattern in exclude]
    pending: list[tuple[str, Layers]] = [("", ignore_files.above() if ignore_files else ())]
    found: list[str] = []
    while pending and len(found) < _FILES_AT_MOST:
        folder, layers = pending.pop()
        listed = _list(project, folder)
        if ignore_files is not None:
            names = frozenset(name for name in map(_NAME, listed) if name in (".git", FILE_NAME))
            layers = ignore_files.below(folder, names, layers)
        for entry in listed:
            path = f"{folder}/{entry.name}" if folder else entry.name
            is_folder = entry.is_dir(follow_symlinks=False)
            if not (is_folder or _is_text(entry)) or (is_folder and _is_skipped(entry.name)):
                continue
            if any(fnmatchcase(path, one) or fnmatchcase(entry.name, one) for one in patterns):
                continue
            if layers and is_ignored(layers, path, is_folder=is_folder):
                continue
            if is_folder:
                pending.append((path, layers))
            else:
                found.append(path)
    return tuple(found)


def _list(project: Path, folder: str) -> list[os.DirEntry[str]]:
    """Return the entries of a folder by name; none of an environment's, and none where it cannot be listed."""
    listed = list_entries(f"{project}/{folder}") or []
    names = set(map(_NAME, listed))
    is_foreign = folder and ("pyvenv.cfg" in names or any(name.endswith(".dist-info") for name in names))
    return [] if is_foreign else listed


def _is_skipped(name: str) -> bool:
    return name in _SKIPPED or name.endswith((".egg-info", ".dist-info"))


def _is_text(entry: os.DirEntry[str]) -> bool:
    is_python = entry.name.endswith((*MODULE_SUFFIXES, NOTEBOOK_SUFFIX, ".pyw", ".wsgi", ".pyc", ".so"))
    return not is_python and entry.is_file(follow_symlinks=False)
