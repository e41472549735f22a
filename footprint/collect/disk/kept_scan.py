"""The weights of an environment, kept from one run to the next, and believed where nothing of it has changed.

Laws: what is kept is what a weighing found in the site folders and in the files that RECORDs list outside of them. It
is believed where every folder and every file that is asked looks as it did (`tree_state`), where the same distributions
are installed and the links that lead out of the site folders lead to the same. Whatever was found with a note of
something that could not be read, and whatever was read through a link, is not kept.
"""

# Names and strings, not Path objects: thousands of files are looked at.
# ruff: noqa: PTH114

from __future__ import annotations

import json
import os
from array import array
from collections.abc import Iterable, Sequence
from functools import partial
from itertools import accumulate, pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from footprint.collect.disk.folder_weights import FolderWeights, weights_of
from footprint.collect.disk.tree_state import TOO_CLOSE_NS, TreeState, is_as_kept, is_settled, owners_in, state_of
from footprint.files.cache_folder import CacheFolder
from footprint.files.file_facts import digest_of, stored_key
from footprint.late import LateTable
from footprint.model.installed_environment import (
    DiskScan,
    DiskUse,
    IdleFiles,
    Installed,
    Interpreter,
    OwnershipConflict,
    Unowned,
)
from footprint.model.note import Note

if TYPE_CHECKING:
    from footprint.collect.disk.claims import Claims
    from footprint.collect.disk.walk import Walk

_NUMBERS = (
    *("shared_bytes", "shared_allocated_bytes", "unowned_bytes", "unowned_allocated_bytes"),
    *("total_apparent_bytes", "total_allocated_bytes", "hard_linked_bytes"),
)
_OF_USE = ("apparent_bytes", "allocated_bytes", "outside_bytes", "file_count", "bytecode_bytes")


class KeptScan:
    """What is kept of one environment."""

    def __init__(self, folder: CacheFolder, interpreter: Interpreter, installed: Sequence[Installed]) -> None:
        """Take where it is kept and which environment it is."""
        self._folder, self._installed = folder, installed
        places = [os.path.realpath(site) for site in interpreter.site_dirs]
        self._sites = interpreter.site_dirs
        self._key = stored_key(f"scan {interpreter.prefix} {os.pathsep.join(map(str, interpreter.site_dirs))}")
        rows = [(one.name, one.display_name, str(one.site_dir), one.info_name) for one in installed]
        self._environment = digest_of(os.path.realpath(interpreter.prefix), places, rows)

    def recall(self) -> DiskScan | None:
        """Return what was found, None where nothing is kept or where anything differs."""
        content = self._folder.read(self._key)
        if content is None:
            return None
        try:
            first, *parts = _separate(content)
            kept = json.loads(first)
            trees = _trees_of(kept, parts)
            return self._made_of(kept, trees, parts) if self._is_so(kept, trees) else None
        except (ValueError, RecursionError, LookupError, TypeError, AttributeError):
            return None

    def keep(self, scan: DiskScan, claims: Claims, walk: Walk, started_ns: int) -> None:
        """Keep what a weighing found that began at `started_ns`, where a later change would show."""
        outside = {path: _look_at(path) for path in claims.outside}
        newest = max((each for look in outside.values() for each in look[:2]), default=0)
        trees = walk.trees
        if not _is_told_apart(claims, walk) or not all(is_settled(tree, started_ns) for tree in trees):
            return
        if not trees or newest >= started_ns - TOO_CLOSE_NS:
            return
        try:
            content = self._content(scan, [state_of(tree) for tree in trees], outside, claims.followed)
        except (ValueError, OverflowError):
            return
        self._folder.write(self._key, content)

    def _content(
        self, scan: DiskScan, trees: Sequence[TreeState], outside: dict[str, list[int]], followed: dict[str, str]
    ) -> bytes:
        """Return all that is kept: values of JSON, and lists of names and numbers as they are."""
        *folders, counts = weights_of(scan.uses)
        values = {
            "environment": self._environment,
            "trees": [[tree.root, tree.files] for tree in trees],
            "outside": outside,
            "real": list(followed.items()),
            "scan": _values_of(scan),
            "folders": counts,
        }
        first = json.dumps(values, separators=(",", ":")).encode()
        return _join((first, *folders, *(part for tree in trees for part in (tree.rows, tree.looks, tree.owners))))

    def _is_so(self, kept: dict[str, Any], trees: Sequence[TreeState]) -> bool:
        return (
            kept["environment"] == self._environment
            and all(os.path.realpath(path) == real for path, real in kept["real"])
            and all(_look_at(path) == look for path, look in kept["outside"].items())
            and all(map(is_as_kept, trees))
        )

    def _made_of(self, kept: dict[str, Any], trees: Sequence[TreeState], parts: Sequence[bytes]) -> DiskScan:
        scan, folders = kept["scan"], FolderWeights(parts[0], parts[1], kept["folders"])
        numbers = {name: _number(scan[name]) for name in _NUMBERS}
        found = DiskScan(
            site_dirs=tuple(dict.fromkeys(self._sites)),
            uses=tuple(_use_of(row, folders, number) for number, row in enumerate(scan["uses"])),
            owners=tuple(self._owners_in(trees, site) for site in dict.fromkeys(self._sites)),
            unowned=tuple(Unowned(str(path), _number(size), _number(count)) for path, size, count in scan["unowned"]),
            conflicts=tuple(
                OwnershipConflict(str(path), str(owner), tuple(map(str, others)), _number(size))
                for path, owner, others, size in scan["conflicts"]
            ),
            has_bytecode=bool(scan["has_bytecode"]),
            notes=tuple(Note(str(code), str(message), path) for code, message, path in scan["notes"]),
            idle=tuple(IdleFiles(str(kind), _number(size), _number(count)) for kind, size, count in scan["idle"]),
            path_files={str(path): str(owner) for path, owner in scan["path_files"].items()},
            **numbers,
        )
        if [use.name for use in found.uses] != sorted(one.name for one in self._installed) or not found.reconciles:
            raise ValueError("not what a weighing of these distributions finds")
        return found

    def _owners_in(self, trees: Sequence[TreeState], site: Path) -> LateTable[str]:
        real = os.path.realpath(site)
        for tree in trees:
            root = tree.root
            if real == root or real.startswith(root.rstrip("/") + "/"):
                prefix = "" if real == root else real[len(root) :].strip("/") + "/"
                return LateTable(partial(owners_in, tree, [one.name for one in self._installed], prefix))
        raise LookupError(real)


def _trees_of(kept: dict[str, Any], parts: Sequence[bytes]) -> list[TreeState]:
    """Return the state of each tree: three parts of each follow the two of the folders."""
    of_trees = zip(kept["trees"], parts[2::3], parts[3::3], parts[4::3], strict=True)
    return [TreeState(root, rows, looks, files, owners) for (root, files), rows, looks, owners in of_trees]


def _join(parts: Iterable[bytes]) -> bytes:
    """Return parts as one: how many there are, how long each is, the parts."""
    parts = [*parts]
    return b"".join((array("Q", [len(parts), *map(len, parts)]).tobytes(), *parts))


def _separate(content: bytes) -> list[bytes]:
    """Return the parts of what `_join` made. Raises: ValueError where it is nothing of the kind."""
    lengths = array("Q")
    lengths.frombytes(content[:8])
    if len(content) >> 3 <= sum(lengths):
        raise ValueError("no room for the lengths")
    lengths.frombytes(content[8 : 8 * (sum(lengths) + 1)])
    ends = [*accumulate(lengths[1:], initial=8 * len(lengths))]
    if ends[-1] != len(content):
        raise ValueError("not as long as its parts")
    return [content[start:end] for start, end in pairwise(ends)]


def _is_told_apart(claims: Claims, walk: Walk) -> bool:
    """Whether all that was read lies in the trees themselves, and all could be read."""
    if walk.notes or not walk.could_open_all or walk.links_metadata or (walk.link_count and claims.has_guesses):
        return False
    places = map(claims.absolute, claims.contested)  # the content of these is read where sizes agree
    return all(not os.path.islink(path) and os.path.realpath(path) == path for path in places)


def _look_at(path: str) -> list[int]:
    """Return what tells whether a file outside of the trees has changed; nothing where there is none."""
    try:
        status = os.lstat(path)
    except OSError:
        return []
    return [status.st_mtime_ns, status.st_ctime_ns, status.st_size, status.st_ino, status.st_dev]


def _values_of(scan: DiskScan) -> dict[str, Any]:
    return {
        **{name: getattr(scan, name) for name in _NUMBERS},
        "uses": [[use.name, [getattr(use, name) for name in _OF_USE], use.parts] for use in scan.uses],
        "unowned": [[one.path, one.apparent_bytes, one.file_count] for one in scan.unowned],
        "conflicts": [[one.path, one.owner, one.others, one.apparent_bytes] for one in scan.conflicts],
        "has_bytecode": scan.has_bytecode,
        "notes": [[note.code, note.message, note.path] for note in scan.notes],
        "idle": [[one.kind, one.apparent_bytes, one.file_count] for one in scan.idle],
        "path_files": dict(scan.path_files),
    }


def _use_of(row: list[Any], folders: FolderWeights, number: int) -> DiskUse:
    name, numbers, parts = row
    if not isinstance(name, str) or {type(count) for count in numbers} - {int}:
        raise TypeError("not the weight of a distribution")
    own = dict(zip(_OF_USE, numbers, strict=True))
    return DiskUse(
        name=name, parts=tuple((str(path), _number(count)) for path, count in parts), folders=folders.of(number), **own
    )


def _number(value: object) -> int:
    if type(value) is not int:
        raise TypeError("not a number")
    return value
