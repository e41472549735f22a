"""Which folders that an environment imports from are the project's own, and which lie in it and are others'."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from footprint.files.paths import real
from footprint.model.installed_environment import Installed, Interpreter, SourcePlace
from footprint.values import dataclass

# Folders of the standard library on the path of an interpreter that was asked.
OF_PYTHON = re.compile(r"python[\d.]*t?|lib-dynload|python\d+\.zip|pypy[\d.]*|DLLs|Lib")


@dataclass(frozen=True, slots=True)
class OwnFolders:
    """The distributions with their places outside of the project's own code; folders relative to the project."""

    installed: tuple[Installed, ...]
    roots: tuple[str, ...]  # import roots of own code
    checkouts: tuple[str, ...]  # of repositories that pip checked out into the project: `-e git+https://...`


def split(installed: Sequence[Installed], python: Interpreter, project: Path) -> OwnFolders:
    """Return what of the environment's editable installs and path is the project's own.

    An editable install whose folder lies in the project is its own code, unless it lies in the environment or is a
    repository of its own.
    """
    top = real(project)
    kept: list[Installed] = []
    roots: dict[str, None] = {}
    checkouts: dict[str, None] = {}
    for one in installed:
        outside = []
        for place in one.places:
            path = real(place.path)
            root = _root_of(place, path)
            checkout = _checkout_around(path, top)
            if not path.is_relative_to(top) or checkout is not None or _is_of(python, path, top):
                outside += [] if top.is_relative_to(path) else [place]
                checkouts |= {} if checkout is None else {_relative(checkout, top): None}
            elif root.is_relative_to(top):
                roots[_relative(root, top)] = None
        kept.append(replace(one, places=tuple(outside)) if one.places else one)
    for path in map(real, python.sys_path):
        if path.is_relative_to(top) and path not in python.site_dirs and not OF_PYTHON.fullmatch(path.name):
            roots |= {} if _is_of(python, path, top) or _checkout_around(path, top) else {_relative(path, top): None}
    return OwnFolders(tuple(kept), tuple(roots), tuple(checkouts))


def _is_of(python: Interpreter, path: Path, top: Path) -> bool:
    """Whether a folder lies in an environment of the project: pip checks out to PREFIX/src.

    Not so where the project lies in the prefix: /usr/src/app of a system's Python, python -m venv . in the project.
    """
    prefix = real(python.prefix)
    return path.is_relative_to(prefix) and not top.is_relative_to(prefix)


def _checkout_around(path: Path, top: Path) -> Path | None:
    """Return the repository below the project that holds a path; a submodule, whose .git is a file, is none."""
    if not path.is_relative_to(top):
        return None
    around = (folder for folder in (path, *path.parents) if folder != top and folder.is_relative_to(top))
    return next((folder for folder in around if os.path.isdir(folder / ".git")), None)  # noqa: PTH112


def _root_of(place: SourcePlace, path: Path) -> Path:
    packages = place.module.split(".")[:-1]
    above = path.parents[min(len(packages), len(path.parents) - 1)]
    return above if above.joinpath(*packages) == path.parent else path.parent


def _relative(path: Path, top: Path) -> str:
    return path.relative_to(top).as_posix()
