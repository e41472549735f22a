"""Which wheels a target takes, and which of them first: the tags of its Python and its platform.

Source: "Platform compatibility tags" specification, by packaging. glibc is that of this machine where the target's
platform is ours, since it runs here.
"""

from __future__ import annotations

import sysconfig
from collections.abc import Iterator, Mapping

from packaging import tags

from footprint.model.installed_environment import Interpreter

_NEWEST_GLIBC, _NEWEST_MUSL = 42, 2  # 2.42, 1.2: of another machine
_OLDEST_GLIBC = {"x86_64": 5, "i686": 5}
_OLDEST_OF_OTHERS = 17
_LEGACY = {17: "manylinux2014", 12: "manylinux2010", 5: "manylinux1"}


def rank_tags(python: Interpreter) -> tuple[Mapping[str, int], ...]:
    """Return the tags that a target takes, each with its place, the best first; one mapping a platform it could have.

    Shape: `{"cp311-cp311-manylinux_2_17_x86_64": 3, ...}`. Several where the C library is not known; none for a
    platform or an implementation whose tags are not known here.
    """
    if python.implementation != "cpython":
        return ()
    version = python.version[:2]
    abi = f"cp{version[0]}{version[1]}{python.abi_flags.replace('d', '')}"
    found = []
    for platforms in _platforms(python):
        own = tags.cpython_tags(version, [abi], platforms)
        all_tags = [*own, *tags.compatible_tags(version, f"cp{version[0]}{version[1]}", platforms)]
        found.append({name: place for place, name in enumerate(dict.fromkeys(map(str, all_tags)))})
    return tuple(found)


def _platforms(python: Interpreter) -> Iterator[list[str]]:
    ours = sysconfig.get_platform()
    is_ours = python.platform == ours
    if not python.platform.startswith("linux-"):
        if is_ours:
            yield [*tags.platform_tags()]
        return
    architecture = python.platform.partition("-")[2]
    musl_here = "musl" in (sysconfig.get_config_var("SOABI") or "")
    for libc in (python.libc,) if python.libc else ("glibc", "musl"):
        if is_ours and (libc == "musl") == musl_here:
            yield [*tags.platform_tags()]
        else:
            yield [*_linux_platforms(libc, architecture), f"linux_{architecture}"]


def _linux_platforms(libc: str, architecture: str) -> Iterator[str]:
    if libc == "musl":
        yield from (f"musllinux_1_{minor}_{architecture}" for minor in range(_NEWEST_MUSL, -1, -1))
        return
    for minor in range(_NEWEST_GLIBC, _OLDEST_GLIBC.get(architecture, _OLDEST_OF_OTHERS) - 1, -1):
        yield f"manylinux_2_{minor}_{architecture}"
        if minor in _LEGACY:
            yield f"{_LEGACY[minor]}_{architecture}"
