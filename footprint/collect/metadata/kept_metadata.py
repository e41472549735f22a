"""What the metadata of site folders says, kept from one run to the next, and believed where no file of it has changed.

Laws: what is kept was read in regular files of folders of metadata, without a note. Each of these, each such folder and
the site folder are asked for inode and time of the inode: which names there are follows from the times of a folder,
what is in a file from its own. Not kept: what an editable install, an egg or a link leads to, since it lies elsewhere,
and whatever changed within two seconds before it was read.
"""

# Names and strings, not Path objects, as everywhere in the room.
# ruff: noqa: PTH116

from __future__ import annotations

import json
import os
import time
from array import array
from collections.abc import Iterator, Sequence
from operator import attrgetter
from pathlib import Path
from typing import Any, get_args

from footprint.collect.metadata import INFO_SUFFIXES, read_installed
from footprint.files.cache_folder import CacheFolder
from footprint.files.digests import blake2b
from footprint.files.file_facts import stored_key
from footprint.model.installed_environment import EntryPointRecord, Installed, Origin
from footprint.model.note import Note

TOO_CLOSE_NS = 2_000_000_000  # coarse clocks of file systems: FAT has 2 s
_KIND, _FOLDER, _REGULAR = 0o170000, 0o040000, 0o100000
_FOLDERS = (".dist-info", ".egg-info")
_FILES = ("METADATA", "PKG-INFO", "requires.txt", "INSTALLER", "direct_url.json", "entry_points.txt")
_TEXTS = attrgetter("name", "display_name", "version", "info_name")
_ORIGINS = frozenset(get_args(Origin))

# Something is another by now, or what is kept is nothing of ours.
_DIFFERENT = (OSError, ValueError, OverflowError, RecursionError, LookupError, TypeError, AttributeError)

Status = os.stat_result


def recall_installed(cache: CacheFolder, site_dirs: Sequence[Path]) -> tuple[tuple[Installed, ...], tuple[Note, ...]]:
    """Return what `read_installed` does; what has not changed since it was kept is not read again. Raises: as that."""
    key, started_ns = _key_of(site_dirs), time.time_ns()
    content = cache.read(key)
    if content is not None:
        try:
            return _made_of(json.loads(content), site_dirs), ()
        except _DIFFERENT:
            pass
    installed, notes = read_installed(site_dirs)
    if not notes:
        _keep(cache, key, site_dirs, installed, started_ns)
    return installed, notes


def _key_of(site_dirs: Sequence[Path]) -> str:
    return stored_key(f"metadata {os.pathsep.join(map(str, site_dirs))}")


def _keep(
    cache: CacheFolder, key: str, site_dirs: Sequence[Path], installed: Sequence[Installed], started_ns: int
) -> None:
    """Keep what was read from `started_ns` on, where a later change would show."""
    if any(one.origin == "editable" or one.places or not one.info_name.endswith(_FOLDERS) for one in installed):
        return
    try:
        places = [list(_places(os.fspath(site))) for site in site_dirs]
        looks = [*_looks(site_dirs, places)]
        digest = _digest(looks)
    except (OSError, ValueError, OverflowError):
        return
    newest = max((each for look in looks for each in (look.st_mtime_ns, look.st_ctime_ns)), default=0)
    if newest >= started_ns - TOO_CLOSE_NS or any(look.st_mode & _KIND not in (_FOLDER, _REGULAR) for look in looks):
        return
    values = {"places": places, "looks": digest, "installed": [_row(one, site_dirs) for one in installed]}
    cache.write(key, json.dumps(values, separators=(",", ":")).encode())


def _places(site: str) -> Iterator[str]:
    """Yield what is read in a site folder: folders of metadata, and files in them. Raises: OSError."""
    for info in sorted(name for name in os.listdir(site) if name.endswith(INFO_SUFFIXES)):  # noqa: PTH208
        yield info
        try:
            present = os.listdir(f"{site}/{info}")  # noqa: PTH208
        except NotADirectoryError:
            continue
        yield from (f"{info}/{name}" for name in _FILES if name in present)


def _looks(site_dirs: Sequence[Path], places: Sequence[Sequence[str]]) -> Iterator[Status]:
    """Yield what all look like. Raises: OSError, ValueError."""
    lstat = os.lstat
    for site, below in zip(site_dirs, places, strict=True):
        yield os.stat(site)  # a link of the environment: lib64
        prefix = f"{site}/"
        for place in below:
            yield lstat(prefix + place)


def _digest(looks: Sequence[Status]) -> str:
    numbers = [each for look in looks for each in (look.st_ctime_ns, look.st_ino, look.st_dev)]
    found: str = blake2b(array("Q", numbers).tobytes(), digest_size=16).hexdigest()
    return found


def _row(one: Installed, site_dirs: Sequence[Path]) -> list[Any]:
    points = [[point.group, point.name, point.value] for point in one.entry_points]
    site = site_dirs.index(one.site_dir)
    return [*_TEXTS(one), site, one.requires, points, one.origin, one.source_url, one.import_names]


def _made_of(kept: dict[str, Any], site_dirs: Sequence[Path]) -> tuple[Installed, ...]:
    """Return what is kept. Raises: one of `_DIFFERENT` where it is so no longer."""
    if _digest([*_looks(site_dirs, kept["places"])]) != kept["looks"]:
        raise ValueError("something has changed")
    return tuple(_one_of(row, site_dirs) for row in kept["installed"])


def _one_of(row: list[Any], site_dirs: Sequence[Path]) -> Installed:
    name, display_name, version, info_name, site, requires, points, origin, url, import_names = row
    texts = [
        name,
        display_name,
        version,
        info_name,
        *requires,
        *import_names,
        *(word for each in points for word in each),
    ]
    if {*map(type, texts)} != {str} or not (url is None or type(url) is str) or origin not in _ORIGINS:
        raise TypeError("not what metadata says")
    return Installed(
        name=name,
        display_name=display_name,
        version=version,
        site_dir=site_dirs[site],
        info_name=info_name,
        requires=tuple(requires),
        entry_points=tuple(EntryPointRecord(*point) for point in points),
        origin=origin,
        source_url=url,
        import_names=tuple(import_names),
    )
