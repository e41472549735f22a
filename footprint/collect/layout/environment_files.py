"""Where an interpreter's environment is and which Python it has, by its files alone.

pyvenv.cfg makes a folder a virtual environment. What it says is the word of who wrote it.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from footprint.collect.layout.release import LEVELS, Release, Version, parse_version
from footprint.files.reader import list_names, try_read
from footprint.late import late_pattern
from footprint.values import dataclass, replace

_BYTES_AT_MOST = 1 << 16  # of pyvenv.cfg, patchlevel.h, build-details.json
_PROGRAM = late_pattern(r"(python|pypy|graalpy)(\d)\.(\d{1,2})(t?d?)(?:\.exe)?")
_PATCH_LEVEL = late_pattern(rb'^#define\s+PY_VERSION\s+"([^"\n]{1,40})"', re.MULTILINE)
_DETAILS = late_pattern(
    rb'"version_info":\s*{\s*"major":\s*(\d+),\s*"minor":\s*(\d+),\s*"micro":\s*(\d+),'
    rb'\s*"releaselevel":\s*"(\w+)",\s*"serial":\s*(\d+)'
)
_IMPLEMENTATIONS = {"python": "cpython"}
_LIBRARIES = ("lib", "lib64")


@dataclass(frozen=True, slots=True)
class Environment:
    """One environment. `config` is what its pyvenv.cfg says, None where it is no virtual one."""

    prefix: Path  # real
    release: Release
    config: Mapping[str, str] | None
    unknown: tuple[str, ...]  # what its files do not tell, for a reader

    @property
    def shares_system(self) -> bool:
        """Whether it has the packages of the interpreter that it was made with."""
        return self.config is not None and self.config.get("include-system-site-packages", "").lower() == "true"


def find(executable: Path, *, is_broken: bool = False) -> Environment | None:
    """Return the environment of an interpreter; None if its files do not say which Python it is.

    One that `is_broken` is the folder around the program, wherever a link leads that the program may be.

    Source: PEP 405: pyvenv.cfg stands beside the executable or one folder above it, links not followed.
    """
    for folder in (executable.parent, executable.parent.parent):
        config = read_config(folder)
        if config is not None:
            return _virtual(executable, Path(os.path.realpath(folder)), config)
    return _bare(executable, is_broken=is_broken)


def read_config(folder: Path) -> Mapping[str, str] | None:
    """Return what the pyvenv.cfg in `folder` says, keys in lower case; None where there is none.

    Source: PEP 405; Lib/site.py reads it line by line, blanks around key and value taken off.
    """
    data = try_read(folder / "pyvenv.cfg", bytes_at_most=_BYTES_AT_MOST)
    if data is None:
        return None
    lines = (line.partition("=") for line in data.decode("utf-8", "replace").splitlines())
    return {key.strip().lower(): value.strip() for key, equals, value in lines if equals}


def prefix_of(site_dir: Path) -> Path:
    """Return the prefix that a site folder of the usual shape belongs to, else the folder itself."""
    if site_dir.parent.name.lower() == "lib":  # Windows: PREFIX/Lib/site-packages
        return site_dir.parents[1]
    if len(site_dir.parents) > 2 and site_dir.parents[1].name in _LIBRARIES:
        return site_dir.parents[2]
    return site_dir


@dataclass(frozen=True, slots=True)
class _Library:
    """A folder of modules, and what its name says: python3.11, python3.13t, pypy3.10."""

    name: str
    implementation: str
    version: tuple[int, int]


def _virtual(executable: Path, prefix: Path, config: Mapping[str, str]) -> Environment | None:
    stated = parse_version(config.get("version_info", "")) or parse_version(config.get("version", ""))
    chosen = _choose(list(_libraries(prefix, "site-packages")), stated[:2] if stated else None, executable)
    if chosen is None and stated is not None:  # Windows has no version in its folders
        implementation = config.get("implementation", "cpython").lower()
        chosen = _Library(f"python{stated[0]}.{stated[1]}", implementation, stated[:2])
    if chosen is None:
        return None
    told, unknown = stated, []
    if stated is not None and stated[:2] != chosen.version:
        shown = ".".join(map(str, stated[:2]))
        told, unknown = None, [f"why pyvenv.cfg says {shown} where its packages are in {chosen.name}"]
    return _environment(executable, prefix, chosen, config, told, unknown)


def _bare(executable: Path, *, is_broken: bool) -> Environment | None:
    real = Path(os.path.realpath(executable))
    places = ((real.parent.parent, "os.py"), (executable.parent.parent, "site-packages"))
    for folder, landmark in reversed(places) if is_broken else places:
        prefix = Path(os.path.realpath(folder))
        chosen = _choose(list(_libraries(prefix, landmark)), None, real)
        if chosen is not None:
            told = next((found for found in _stated(prefix, chosen) if found[:2] == chosen.version), None)
            return _environment(executable, prefix, chosen, None, told, [])
    return None


def _environment(
    executable: Path,
    prefix: Path,
    library: _Library,
    config: Mapping[str, str] | None,
    told: Version | None,
    unknown: list[str],
) -> Environment:
    major, minor = library.version
    if _is_ours(executable, library.version):
        return Environment(prefix, replace(_our_release(), library=library.name), config, ())
    if told is None or told[2] is None:
        unknown = [*unknown, f"which patch release of Python {major}.{minor} it is ({major}.{minor}.0 is assumed)"]
    if library.implementation != "cpython":
        unknown = [*unknown, f"which {library.implementation} it is (implementation_version)"]
    micro, suffix = (told[2] or 0, told[3]) if told is not None else (0, "")
    names = (os.path.realpath(executable), (config or {}).get("executable", ""), library.name)
    flags = next(filter(None, map(_flags_of, names)), "")
    release = Release((major, minor, micro), library.implementation, suffix, library.name, flags)
    return Environment(prefix, release, config, tuple(unknown))


def _flags_of(name: str) -> str:
    """Return the ABI flags in the name of a program or a library folder; a debug build need not have them there."""
    match = _PROGRAM.fullmatch(Path(name).name)
    return match[4] if match is not None else ""


def _libraries(prefix: Path, landmark: str) -> Iterator[_Library]:
    """Yield each library folder of a prefix that has the landmark in it."""
    for place in _LIBRARIES:
        for name in list_names(prefix / place):
            match = _PROGRAM.fullmatch(name)
            if match is not None and os.path.exists(prefix / place / name / landmark):  # noqa: PTH110
                yield _Library(name, _IMPLEMENTATIONS.get(match[1], match[1]), (int(match[2]), int(match[3])))


def _choose(found: list[_Library], stated: tuple[int, int] | None, executable: Path) -> _Library | None:
    """Return which Python an environment has: the one stated, the only one, or the one that its program is named by."""
    there = list(dict.fromkeys(found))
    if stated is not None and (same := [each for each in there if each.version == stated]):
        there = same
    if len(there) == 1:
        return there[0]
    named = (executable.name, Path(os.path.realpath(executable)).name)
    return next((each for name in named for each in there if each.name == name), None)


def _stated(prefix: Path, library: _Library) -> Iterator[Version]:
    """Yield the versions that an installation states: in its headers, its details, or among the packages of conda.

    Source: PEP 739 (build-details.json, from 3.14 on; Debian has one for each build).
    """
    texts = []
    details = sorted((prefix / "lib" / library.name).glob("build-details*.json"))
    for path in (prefix / "include" / library.name / "patchlevel.h", *details):
        text = try_read(path, bytes_at_most=_BYTES_AT_MOST) or b""
        for pattern in (_PATCH_LEVEL, _DETAILS):
            texts += [b".".join(match.groups()).decode("ascii", "replace") for match in pattern.finditer(text)]
    packages = list_names(prefix / "conda-meta")
    texts += [name.split("-")[1] for name in packages if re.fullmatch(r"python-[\d.]+-[^-]*\.json", name)]
    yield from (found for text in texts if (found := parse_version(text)) is not None)


def _is_ours(executable: Path, version: tuple[int, int]) -> bool:
    """Whether a link leads to the program that runs footprint: what that is, it knows."""
    return version == sys.version_info[:2] and os.path.realpath(executable) == os.path.realpath(sys.executable)


def _our_release() -> Release:
    info = sys.version_info
    suffix = "" if info.releaselevel == "final" else f"{LEVELS[info.releaselevel]}{info.serial}"
    return Release((info.major, info.minor, info.micro), sys.implementation.name, suffix)
