"""Where a path leads, whoever wrote it, and the git work tree around a folder. Nothing is run, no repository read."""

from __future__ import annotations

import os
from pathlib import Path

STORE_NAME = ".footprint"  # the folder of a project in which we keep its last audit: no part of it


def real(path: Path) -> Path:
    """Return `path` with its links followed, as Path.resolve; links in a circle and names that no file has stay.

    Path.resolve raises RuntimeError for the first up to Python 3.12, ValueError for the second.
    """
    try:
        return Path(os.path.realpath(path))
    except ValueError:  # a NUL
        return path.absolute()


def place_in(folder: Path, path: Path) -> str | None:
    """Return where `path` lies in `folder`, links followed; None: elsewhere."""
    try:
        return real(path).relative_to(real(folder)).as_posix()
    except ValueError:
        return None


def rebased(path: Path, project: Path, copy: Path) -> Path:
    """Return the same file of another copy of a project; files outside of the project are of both."""
    try:
        return copy / path.absolute().relative_to(project.absolute())
    except ValueError:
        return path


def is_work_tree(folder: Path) -> bool:
    """Return whether a folder is the top of a work tree, by names alone.

    Source: gitrepository-layout: `.git` is the repository, or in worktrees and submodules a file that leads to it.
    """
    git = os.fspath(folder / ".git")
    # os.path: these are False, no error, below a folder that may not be entered
    return os.path.isfile(git) or os.path.isfile(os.path.join(git, "HEAD"))  # noqa: PTH113, PTH118


def find_work_tree(project: Path) -> Path | None:
    """Return the top of the git work tree around a project, None without one."""
    folder = project.resolve()
    return next(filter(is_work_tree, (folder, *folder.parents)), None)


def folder_in_work_tree(project: Path) -> str:
    """Return the project's folder as seen from the top of its work tree, posix; "" at the top and without one.

    CI systems name files from there.
    """
    top, folder = find_work_tree(project), project.resolve()
    return "" if top in (None, folder) else folder.relative_to(top).as_posix()
