"""The lines of the project in a traceback."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from footprint.model.installed_environment import Interpreter


def innermost_own(
    frames: Iterable[tuple[str, int]], project: Path, interpreter: Interpreter
) -> tuple[str | None, int | None]:
    """Return the first of `frames` (innermost first) in the project's own code, relative and posix."""
    outside = (interpreter.prefix, *interpreter.site_dirs)
    root = Path(os.path.realpath(project))
    for name, line in frames:
        path = Path(os.path.realpath(name))
        if name.startswith("<") or not path.is_relative_to(root):
            continue
        if any(path.is_relative_to(folder) and not root.is_relative_to(folder) for folder in outside):
            continue
        return path.relative_to(root).as_posix(), line
    return None, None
