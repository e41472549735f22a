"""What leaves the disk when distributions are uninstalled, as pip does it: what their RECORDs list, and no more.

What another distribution lists as well stays, and so does what nobody lists. Bytecode goes with its source. A folder
goes when every file in it does.
"""

# Names and strings, not Path objects: thousands of paths.
# ruff: noqa: PTH118, PTH120

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping

from footprint.collect.disk.claims import Claims, source_of
from footprint.files.reader import is_real_folder, list_entries
from footprint.names import NameSet

_BYTECODE = "__pycache__"


def find_going(claims: Claims, names: NameSet) -> tuple[str, ...]:
    """Return the absolute paths that go, folders that go whole in the place of all below them; sorted."""
    owners = frozenset(number for number, one in enumerate(claims.installed) if one.name in names)
    shared = {key for key, others in claims.contested.items() if not owners.issuperset(others)}
    found = [path for path, owner in claims.outside.items() if owner in owners and ("", path) not in shared]
    for root in claims.roots:
        files = claims.files[root]
        own = {path for path, owner in files.items() if owner in owners and (root, path) not in shared}
        folders = {path for path, owner in claims.folders[root].items() if owner in owners}

        def goes(path: str, own: set[str] = own, folders: set[str] = folders, files: Mapping[str, int] = files) -> bool:
            if path in own:
                return True
            if path in files:
                return False
            return _source_goes(path, own) or any(path.startswith(f"{folder}/") for folder in folders)

        found += [os.path.join(root, path) for path in _going_below(root, _tops(own | folders), goes)]
    return tuple(sorted(path for path in found if os.path.lexists(path)))


def _source_goes(path: str, own: set[str]) -> bool:
    return path.endswith(".pyc") and source_of(path) in own


def _tops(paths: set[str]) -> set[str]:
    tops = {path.partition("/")[0] for path in paths}
    return tops | {_BYTECODE} if any(top.endswith(".py") for top in tops) else tops


def _going_below(root: str, tops: set[str], goes: Callable[[str], bool]) -> Iterator[str]:
    """Yield the paths that go, relative to `root`, none below another."""
    order: list[tuple[str, list[os.DirEntry[str]]]] = []
    waiting = [top for top in tops if os.path.isdir(os.path.join(root, top))]  # noqa: PTH112
    waiting = [top for top in waiting if not os.path.islink(os.path.join(root, top))]  # noqa: PTH114
    gone = {top for top in tops.difference(waiting) if goes(top)}
    while waiting:
        folder = waiting.pop()
        entries = list_entries(os.path.join(root, folder)) or []
        order.append((folder, entries))
        waiting += [f"{folder}/{entry.name}" for entry in entries if is_real_folder(entry)]
    empty: set[str] = set()
    folders = {folder for folder, _ in order}
    for folder, entries in reversed(order):  # what lies in a folder comes before it
        paths = [f"{folder}/{entry.name}" for entry in entries]
        leaving = {path for path in paths if path in gone or (path not in folders and goes(path))}
        gone |= leaving
        stays = [path for path in paths if path not in leaving and path not in empty]
        if not stays:
            (gone if leaving else empty).add(folder)
    yield from (path for path in gone if os.path.dirname(path) not in gone)
