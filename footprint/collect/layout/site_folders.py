"""The folders of an environment whose distributions are audited, in the order of its path."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from footprint.collect.layout import pth
from footprint.collect.layout.environment_files import Environment
from footprint.collect.layout.release import Release

_NAMES = ("site-packages", "dist-packages")


def find(environment: Environment) -> tuple[tuple[Path, ...], tuple[Path, ...], tuple[str, ...]]:
    """Return the site folders of an environment, with those that it shares with the system and the user.

    Shape: site folders, real and without duplicates; the path with what .pth files add; what is not told.
    """
    own = list(_usual(str(environment.prefix), environment.release, is_system=environment.config is None))
    system, unknown = _system(environment)
    user = _user(environment.release) if environment.config is None or environment.shares_system else None
    path: dict[str, None] = {}
    for folder in (*([user] if user else []), *own, *system):
        added = pth.read(folder)
        path |= dict.fromkeys((folder, *added.folders))
        if added.programs and folder not in system:
            shown = ", ".join(added.programs[:3])
            unknown.append(f"what {shown} in {Path(folder).name} would add to the path")
    sites = dict.fromkeys(os.path.realpath(entry) for entry in path if Path(entry).name in _NAMES)
    return tuple(map(Path, sites)), tuple(map(Path, path)), tuple(unknown)


def _usual(prefix: str, release: Release, *, is_system: bool) -> Iterator[str]:
    """Yield the site folders that are there. Source: sysconfig's schemes, and those of Debian and Fedora."""
    name = release.library
    places = [f"{prefix}/{library}/{name}/site-packages" for library in ("lib", "lib64")]
    places += [f"{prefix}/Lib/site-packages", f"{prefix}/site-packages"]  # Windows; PyPy before 3.8
    if is_system and prefix.endswith("/usr"):  # of this system, or of the files of another
        local = [f"{prefix}/local/{library}/{name}/site-packages" for library in ("lib", "lib64")]
        debian = [
            f"{prefix}/{place}" for place in (f"local/lib/{name}", f"lib/python{release.numbers[0]}", f"lib/{name}")
        ]
        places = [*local, *(f"{place}/dist-packages" for place in debian), *places]
    seen = set()
    for place in places:
        real = os.path.realpath(place)
        if os.path.isdir(place) and real not in seen:  # noqa: PTH112 - False for a NUL, too
            seen.add(real)
            yield place


def _system(environment: Environment) -> tuple[list[str], list[str]]:
    """Return the site folders of the interpreter that an environment shares them with, and what is not told."""
    if not environment.shares_system:
        return [], []
    home = (environment.config or {}).get("home", "")
    found: list[str] = []
    if os.path.isabs(home) and "\0" not in home:  # noqa: PTH117
        prefix = os.path.realpath(os.path.dirname(home))  # noqa: PTH120
        found = list(_usual(prefix, environment.release, is_system=True))
    return found, [] if found else ["which packages of the system it shares: `home` of its pyvenv.cfg has none"]


def _user(release: Release) -> str | None:
    """Return the site folder of the user. Source: PEP 370."""
    if os.environ.get("PYTHONNOUSERSITE"):
        return None
    base = os.environ.get("PYTHONUSERBASE") or os.path.expanduser("~/.local")  # noqa: PTH111 - no home: as it is
    folder = f"{base}/lib/{release.library}/site-packages"
    return folder if os.path.isdir(folder) else None  # noqa: PTH112
