"""Where a file of the environment lies in the layers of a shadow, and what was there before and is there after."""

# Names and strings, not Path objects: asked for each file of what came.
# ruff: noqa: PTH112, PTH119, PTH120

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

from footprint.files.upper_layer import is_opaque
from footprint.model.installed_environment import Interpreter
from footprint.probe.shadow import Shadow
from footprint.values import replace

_CACHE = "__pycache__"


def seen_above(shadow: Shadow) -> Interpreter:
    """Return the interpreter with its folders in the upper layers: what was written there and nothing else."""
    python = shadow.interpreter

    def above(path: Path) -> Path:
        real = os.path.realpath(path)
        for lower, upper, _ in shadow.overlays:
            if real == lower or real.startswith(f"{lower}/"):
                return Path(upper + real[len(lower) :])
        return Path(real)

    sites = tuple(folder for folder in map(above, python.site_dirs) if folder.is_dir())
    return replace(python, prefix=above(python.prefix), site_dirs=sites, sys_path=sites)


def had_before(above: Interpreter, shadow: Shadow) -> Callable[[str], bool]:
    """Return what says of a path above whether the environment had it before."""

    def was_there(path: str) -> bool:
        for lower, upper, _ in shadow.overlays:
            if path == upper or path.startswith(f"{upper}/"):
                return os.path.lexists(lower + path[len(upper) :])
        return not path.startswith(f"{above.prefix}/")

    return was_there


def has_after(real: Interpreter, shadow: Shadow) -> Callable[[str], bool]:
    """Return what says of a real folder whether the environment still has it in the shadow."""
    sites = {os.path.realpath(site) for site in real.site_dirs}

    def is_there(path: str) -> bool:
        for lower, upper, _ in shadow.overlays:
            if path == lower or path.startswith(f"{lower}/"):
                above = upper + path[len(lower) :]
                return os.path.isdir(above) or not any(map(_hides, _with_parents(above, upper)))
        return path in sites or (os.path.dirname(path) in sites and os.path.basename(path) == _CACHE)

    return is_there


def _with_parents(path: str, top: str) -> Iterator[str]:
    while len(path) > len(top):
        yield path
        path = os.path.dirname(path)


def _hides(path: str) -> bool:
    """Whether nothing below is seen: a device 0:0, or a folder that is opaque (overlayfs.rst of the kernel)."""
    try:
        status = os.lstat(path)
    except OSError:
        return False
    return (stat.S_ISCHR(status.st_mode) and status.st_rdev == 0) or is_opaque(path)
