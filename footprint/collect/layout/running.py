"""The interpreter that runs footprint, as it knows itself: no start is needed for it."""

from __future__ import annotations

import functools
import os
import site
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path

from packaging.markers import default_environment

from footprint.collect.layout import pth
from footprint.collect.layout.release import Release
from footprint.model.installed_environment import Interpreter

_SITE_NAMES = ("site-packages", "dist-packages")


@functools.cache  # it stays the same while it runs
def describe() -> Interpreter:
    """Return the interpreter that runs footprint. What PYTHONPATH adds is left out, as `python -I` leaves it out."""
    info = sys.version_info
    path = tuple(_path())
    soabi = sysconfig.get_config_var("SOABI") or ""
    return Interpreter(
        executable=Path(sys.executable),
        version=(info.major, info.minor, info.micro),
        implementation=sys.implementation.name,
        platform=sysconfig.get_platform(),
        cache_tag=sys.implementation.cache_tag or "",
        abi_flags=getattr(sys, "abiflags", ""),  # Windows has none
        libc=("musl" if "musl" in soabi else "glibc") if sys.platform.startswith("linux") else "",
        prefix=Path(os.path.realpath(sys.prefix)),
        site_dirs=tuple(map(Path, _site_dirs(path))),
        sys_path=tuple(map(Path, path)),
        markers={name: str(value) for name, value in default_environment().items()},
        stdlib_names=frozenset(sys.stdlib_module_names) | {"__main__"},  # every interpreter has it, no list names it
    )


def is_of(prefix: Path, release: Release) -> bool:
    """Return whether an environment is the one that footprint runs in."""
    ours = (sys.version_info[:2], sys.implementation.name)
    return (release.numbers[:2], release.implementation) == ours and prefix == Path(os.path.realpath(sys.prefix))


def _path() -> Iterator[str]:
    """Yield the path without what PYTHONPATH put there, with the user's site folder where an application has it."""
    given = () if sys.flags.ignore_environment else os.environ.get("PYTHONPATH", "").split(os.pathsep)
    strange = {os.path.realpath(entry) for entry in given if entry}
    path = [entry for entry in sys.path if entry and os.path.realpath(entry) not in strange]
    user = _user_site(path)
    if user is None or user in path:
        yield from path
        return
    first = next((at for at, entry in enumerate(path) if Path(entry).name in _SITE_NAMES), len(path))
    yield from (*path[:first], user, *pth.read(user).folders, *path[first:])


def _user_site(path: list[str]) -> str | None:
    """Return the user's site folder; an environment of its own has none."""
    base = os.path.realpath(sys.base_prefix) + os.sep
    shares = sys.prefix == sys.base_prefix or any(
        os.path.realpath(entry).startswith(base) and Path(entry).name in _SITE_NAMES for entry in path
    )
    folder = site.getusersitepackages()
    return folder if shares and not os.environ.get("PYTHONNOUSERSITE") and Path(folder).is_dir() else None


def _site_dirs(path: tuple[str, ...]) -> list[str]:
    own = [os.path.realpath(sysconfig.get_path(name)) for name in ("purelib", "platlib")]
    wanted = [entry for entry in path if os.path.realpath(entry) in own or Path(entry).name in _SITE_NAMES]
    found = dict.fromkeys(os.path.realpath(entry) for entry in (*wanted, *own))
    return [entry for entry in found if Path(entry).is_dir()]
