"""What distributions add to an environment that is there: their files, their bytecode, and the folders that are new.

Laws: what stands in `above` was written just now; a folder that was there already weighs nothing, and one that several
of them share is counted once, for the first.
"""

# Names and strings, not Path objects: thousands of files.
# ruff: noqa: PTH118, PTH120

from __future__ import annotations

import os
import stat
from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from footprint.collect.disk.claims import Claims
from footprint.files.reader import list_names
from footprint.model.installed_environment import Installed, Interpreter
from footprint.names import DistributionName

_CACHE = "__pycache__"


def weigh_arrived(
    above: Interpreter, came: Sequence[Installed], was_there: Callable[[str], bool], *, with_bytecode: bool
) -> Counter[DistributionName]:
    """Return the apparent bytes of each distribution in `came`, as `du` counts them: folders, too.

    `was_there` says of a path below `above` whether the environment had it before.
    """
    claims = Claims(above.prefix, above.site_dirs, came)
    claims.collect()
    found: Counter[DistributionName] = Counter({one.name: 0 for one in came})
    folders: dict[str, DistributionName] = {}
    for path, owner in sorted(_files(claims, with_bytecode=with_bytecode)):
        name = came[owner].name
        found[name] += _size(path)
        for folder in _new_folders(path, was_there, folders):
            folders[folder] = name
            found[name] += _size(folder)
    return found


def _files(claims: Claims, *, with_bytecode: bool) -> Iterator[tuple[str, int]]:
    """Yield every file with its owner, each once: those of RECORDs, and what stands beside them."""
    for root, files in claims.files.items():
        kept = (item for item in files.items() if not item[0].endswith(".pyc") and item[0] not in claims.folders[root])
        own = dict(kept)
        yield from ((os.path.join(root, path), owner) for path, owner in own.items())
        for folder, owner in claims.folders[root].items():
            listed = [f"{folder}/{name}" for name in list_names(os.path.join(root, folder))]
            places = [os.path.join(root, path) for path in listed if path not in own]
            yield from ((place, owner) for place in places if not stat.S_ISDIR(os.lstat(place).st_mode))
        if with_bytecode:
            yield from _bytecode(root, own)
    yield from ((path, owner) for path, owner in claims.outside.items() if with_bytecode or not path.endswith(".pyc"))


def _bytecode(root: str, own: dict[str, int]) -> Iterator[tuple[str, int]]:
    """Yield the bytecode of modules: `__pycache__/name.tag.pyc` beside `name.py`."""
    for folder in {os.path.dirname(path) for path in own if path.endswith(".py")}:
        cache = os.path.join(root, folder, _CACHE)
        for name in list_names(cache):
            owner = own.get(os.path.join(folder, f"{name.partition('.')[0]}.py"))
            if owner is not None and name.endswith(".pyc"):
                yield os.path.join(cache, name), owner


def _new_folders(path: str, was_there: Callable[[str], bool], known: dict[str, DistributionName]) -> Iterator[str]:
    folder = os.path.dirname(path)
    while folder not in known and not was_there(folder):
        yield folder
        folder = os.path.dirname(folder)


def _size(path: str) -> int:
    try:
        return os.lstat(path).st_size
    except OSError:
        return 0
