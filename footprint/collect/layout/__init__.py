"""An interpreter and its environment as their files describe them.

Laws: nothing is started, no line of a .pth file is executed, no module of the environment is imported. What lies
outside of the environment is read only where its own pyvenv.cfg shares the system's packages.
"""

from __future__ import annotations

import functools
import os
import site
import sys
import sysconfig
from collections.abc import Iterator, Sequence
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path
from typing import TYPE_CHECKING

from footprint.collect.layout import environment_files, pth
from footprint.collect.layout.release import LEVELS, Release, stdlib_names_of
from footprint.errors import InterpreterUnusable, UsageError
from footprint.model.installed_environment import OLDEST_TARGET, Interpreter
from footprint.values import dataclass, replace

if TYPE_CHECKING:
    from packaging.specifiers import SpecifierSet

_SITE_NAMES = ("site-packages", "dist-packages")


@dataclass(frozen=True, slots=True)
class Described:
    """An interpreter that was not asked, and what its files do not tell, for a reader."""

    interpreter: Interpreter
    unknown: tuple[str, ...]


def describe(executable: Path, *, is_broken: bool = False) -> Described:
    """Return what the files around `executable` say of it; of the interpreter that runs footprint, what it knows.

    Markers are those of its release on this machine.
    Raises: InterpreterUnusable if its files do not say which Python it is, or one older than 3.8.
    Source: PEP 405 (pyvenv.cfg), the documentation of `site` (site folders, .pth files).
    """
    found = environment_files.find(executable, is_broken=is_broken)
    if found is None:
        advice = "name another with --python, or have it asked with --ask-python"
        raise InterpreterUnusable(str(executable), "its files do not say which Python it is", advice)
    if found.release.numbers[:2] < OLDEST_TARGET:
        raise InterpreterUnusable.too_old(str(executable), found.release.numbers, OLDEST_TARGET)
    if _is_ours(found.prefix, found.release):
        return Described(replace(describe_running(), executable=executable), ())
    sites, path, unknown = _find_sites(found)
    release, ours = found.release, _running()
    interpreter = replace(
        ours,
        executable=executable,
        version=release.numbers,
        implementation=release.implementation,
        cache_tag=release.cache_tag,
        abi_flags=release.abi_flags,
        prefix=found.prefix,
        site_dirs=sites,
        sys_path=path,
        markers={**ours.markers, **release.markers},
        stdlib_names=stdlib_names_of(release.numbers, ours.stdlib_names, ours.version),
    )
    return Described(interpreter, (*found.unknown, *unknown))


def for_site_packages(folders: Sequence[Path]) -> Interpreter:
    """Return an interpreter without executable for bare site-packages folders.

    Version, markers and standard library are those of the interpreter that runs footprint.
    Raises: UsageError if a folder is missing or none is given.
    """
    if not folders:
        raise UsageError("no site-packages folder given: name at least one")
    for folder in folders:
        if not folder.is_dir():
            raise UsageError(f"{folder} is not a folder: give a site-packages folder that exists")
    real = tuple(dict.fromkeys(folder.resolve() for folder in folders))
    prefix = environment_files.prefix_of(real[0])
    path = dict.fromkeys(real)
    path |= dict.fromkeys(Path(added) for folder in real for added in pth.read(str(folder)).folders)
    return replace(_running(), executable=None, prefix=prefix, site_dirs=real, sys_path=tuple(path))


def assume(pinned: str | None, allowed: SpecifierSet | None) -> Interpreter:
    """Return an interpreter for a project that has no environment: without executable and site folders.

    Its version is the pinned one, else the running one where that is allowed, else the oldest allowed that is known.
    Platform, the other markers and the standard library are those of the interpreter that runs footprint.
    """
    ours = _running()
    version = _choose_version(ours.version, pinned, allowed)
    full = ".".join(map(str, version))
    names = {"python_version": f"{version[0]}.{version[1]}", "python_full_version": full}
    if ours.implementation == "cpython":
        names["implementation_version"] = full
    return replace(
        ours,
        executable=None,
        version=version,
        cache_tag="",
        prefix=Path(),
        site_dirs=(),
        sys_path=(),
        markers={**ours.markers, **(names if version != ours.version else {})},
    )


def _choose_version(
    ours: tuple[int, int, int], pinned: str | None, allowed: SpecifierSet | None
) -> tuple[int, int, int]:
    if pinned is not None:
        numbers = [int(part) for part in pinned.split(".")]
        same = tuple(numbers) == ours[: len(numbers)]
        return ours if same else (numbers[0], numbers[1], numbers[2] if len(numbers) > 2 else 0)
    if allowed is None or allowed.contains(".".join(map(str, ours)), prereleases=True):
        return ours
    # 99: a project that asks for 3.11.4 or later is content with the last of 3.11
    found = (
        minor for minor in range(OLDEST_TARGET[1], 31) for micro in (0, 99) if allowed.contains(f"3.{minor}.{micro}")
    )
    minor = next(found, None)
    return ours if minor is None else (3, minor, 0)


# The interpreter that runs footprint, as it knows itself: no start is needed for it


@functools.cache  # it stays the same while it runs
def describe_running() -> Interpreter:
    """Return the interpreter that runs footprint. What PYTHONPATH adds is left out, as `python -I` leaves it out."""
    path = tuple(_running_path())
    return replace(
        _running(),
        prefix=Path(os.path.realpath(sys.prefix)),
        site_dirs=tuple(map(Path, _site_dirs(path))),
        sys_path=tuple(map(Path, path)),
    )


@functools.cache
def _running() -> Interpreter:
    """Return the interpreter that runs footprint without its folders: nothing of another one follows from them."""
    info = sys.version_info
    return Interpreter(
        executable=Path(sys.executable),
        version=(info.major, info.minor, info.micro),
        implementation=sys.implementation.name,
        platform=sysconfig.get_platform(),
        cache_tag=sys.implementation.cache_tag or "",
        abi_flags=getattr(sys, "abiflags", ""),  # Windows has none
        libc=_running_libc() if sys.platform.startswith("linux") else "",
        prefix=Path(),
        site_dirs=(),
        sys_path=(),
        markers=_running_markers(),
        stdlib_names=frozenset(sys.stdlib_module_names) | {"__main__"},  # every interpreter has it, no list names it
    )


def _running_libc() -> str:
    """Return which C library it runs on, by how the extensions of that are named, which no file has to be read for."""
    named = "".join(EXTENSION_SUFFIXES) or sysconfig.get_config_var("SOABI") or ""  # none: it loads none
    return "musl" if "musl" in named else "glibc"


def _running_markers() -> dict[str, str]:
    """Return the environment of the running interpreter. Source: "Dependency specifiers" (PEP 508), the table."""
    info = sys.implementation.version
    level = "" if info.releaselevel == "final" else f"{LEVELS[info.releaselevel]}{info.serial}"
    return {
        "implementation_name": sys.implementation.name,
        "implementation_version": f"{info.major}.{info.minor}.{info.micro}{level}",
        "os_name": os.name,
        **(_markers_of_linux() or _markers_of_platform()),
        "sys_platform": sys.platform,
    }


def _markers_of_linux() -> dict[str, str] | None:
    """Return what `platform` says of CPython on Linux, without loading it and its patterns; None elsewhere."""
    version = sys.version.split()[0]
    if sys.platform != "linux" or sys.implementation.name != "cpython" or version.count(".") != 2:
        return None
    system = os.uname()
    return {
        "platform_machine": system.machine,
        "platform_release": system.release,
        "platform_system": system.sysname,
        "platform_version": system.version,
        "platform_python_implementation": "CPython",
        "python_full_version": version,
        "python_version": ".".join(version.split(".")[:2]),
    }


def _markers_of_platform() -> dict[str, str]:
    import platform

    return {
        "platform_machine": platform.machine(),
        "platform_release": platform.release(),
        "platform_system": platform.system(),
        "platform_version": platform.version(),
        "platform_python_implementation": platform.python_implementation(),
        "python_full_version": platform.python_version(),
        "python_version": ".".join(platform.python_version_tuple()[:2]),
    }


def _is_ours(prefix: Path, release: Release) -> bool:
    """Return whether an environment is the one that footprint runs in."""
    ours = (sys.version_info[:2], sys.implementation.name)
    return (release.numbers[:2], release.implementation) == ours and prefix == Path(os.path.realpath(sys.prefix))


def _running_path() -> Iterator[str]:
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


# The folders of an environment whose distributions are audited, in the order of its path


def _find_sites(
    environment: environment_files.Environment,
) -> tuple[tuple[Path, ...], tuple[Path, ...], tuple[str, ...]]:
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
    sites = dict.fromkeys(os.path.realpath(entry) for entry in path if Path(entry).name in _SITE_NAMES)
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


def _system(environment: environment_files.Environment) -> tuple[list[str], list[str]]:
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
