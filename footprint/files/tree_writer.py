"""Files written into a folder of our own, by the paths that somebody else chose."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from footprint.errors import CannotMeasure
from footprint.values import dataclass


@dataclass(frozen=True, slots=True)
class TreeFile:
    """One file of a tree. `path` is relative and posix; a link holds where it leads."""

    path: str
    content: bytes
    is_link: bool = False
    is_program: bool = False


def write_tree(folder: Path, files: Iterable[TreeFile]) -> None:
    """Write files below a new folder of ours. Links are made last, so that none is written through.

    Raises: CannotMeasure for a path that leads out of the folder, and where the disk refuses.
    """
    links = []
    try:
        for file in files:
            place = _place(folder, file.path)
            place.parent.mkdir(parents=True, exist_ok=True)
            if file.is_link:
                links.append((place, file.content))
            else:
                place.write_bytes(file.content)
                place.chmod(0o755 if file.is_program else 0o644)
        for place, target in links:
            place.symlink_to(os.fsdecode(target))
    except (OSError, ValueError) as error:
        raise CannotMeasure(f"cannot write a copy of the project: {error}") from error


def _place(folder: Path, path: str) -> Path:
    parts = path.split("/")
    if not path or path.startswith("/") or any(part in ("", ".", "..", ".git") for part in parts):
        raise CannotMeasure(f"{path!a} is not the path of a file in a project")
    return folder.joinpath(*parts)
