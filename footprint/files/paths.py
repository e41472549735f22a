"""Where a path leads, whoever wrote it."""

from __future__ import annotations

import os
from pathlib import Path


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
