"""Where a project lies in its git repository: CI systems name files from the top of it. Nothing is run, none needed."""

from __future__ import annotations

from pathlib import Path

from footprint.config.trusted_settings import find_work_tree


def folder_in_repository(project: Path) -> str:
    """Return the project's folder as seen from the top of its work tree, posix; "" at the top and without one."""
    top = find_work_tree(project)
    folder = project.resolve()
    return "" if top in (None, folder) else folder.relative_to(top).as_posix()
