"""Where a project lies in its git repository: CI systems name files from the top of it. Nothing is run, none needed."""

from __future__ import annotations

from pathlib import Path


def folder_in_repository(project: Path) -> str:
    """Return the project's folder as seen from the top of its work tree, posix; "" at the top and without a repository.

    Source: gitrepository-layout: `.git` is the repository, or in worktrees and submodules a file that leads to it.
    """
    folder = project.resolve()
    for top in (folder, *folder.parents):
        git = top / ".git"
        try:
            if git.is_file() or (git / "HEAD").is_file():
                return "" if top == folder else folder.relative_to(top).as_posix()
        except PermissionError:  # a closed folder above is no repository of ours
            return ""
    return ""
