"""An interpreter and its environment as their files describe them.

Laws: nothing is started, no line of a .pth file is executed, no module of the environment is imported. What lies
outside of the environment is read only where its own pyvenv.cfg shares the system's packages.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from footprint.collect.layout import environment_files, pth, running, site_folders
from footprint.collect.layout.release import stdlib_names_of
from footprint.errors import InterpreterUnusable, UsageError
from footprint.model.installed_environment import OLDEST_TARGET, Interpreter
from footprint.values import dataclass

if TYPE_CHECKING:
    from packaging.specifiers import SpecifierSet

__all__ = ["Described", "assume", "describe", "describe_running", "for_site_packages"]

describe_running = running.describe


@dataclass(frozen=True, slots=True)
class Described:
    """An interpreter that was not asked, and what its files do not tell, for a reader."""

    interpreter: Interpreter
    unknown: tuple[str, ...]


def describe(executable: Path) -> Described:
    """Return what the files around `executable` say of it; of the interpreter that runs footprint, what it knows.

    Markers are those of its release on this machine.
    Raises: InterpreterUnusable if its files do not say which Python it is, or one older than 3.8.
    Source: PEP 405 (pyvenv.cfg), the documentation of `site` (site folders, .pth files).
    """
    found = environment_files.find(executable)
    if found is None:
        advice = "name another with --python, or have it asked with --ask-python"
        raise InterpreterUnusable(str(executable), "its files do not say which Python it is", advice)
    if found.release.numbers[:2] < OLDEST_TARGET:
        raise InterpreterUnusable.too_old(str(executable), found.release.numbers, OLDEST_TARGET)
    if running.is_of(found.prefix, found.release):
        return Described(replace(describe_running(), executable=executable), ())
    sites, path, unknown = site_folders.find(found)
    release, ours = found.release, describe_running()
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
    return replace(describe_running(), executable=None, prefix=prefix, site_dirs=real, sys_path=tuple(path))


def assume(pinned: str | None, allowed: SpecifierSet | None) -> Interpreter:
    """Return an interpreter for a project that has no environment: without executable and site folders.

    Its version is the pinned one, else the running one where that is allowed, else the oldest allowed that is known.
    Platform, the other markers and the standard library are those of the interpreter that runs footprint.
    """
    ours = describe_running()
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
