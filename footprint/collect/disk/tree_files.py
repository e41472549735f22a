"""The files that a walk met in one tree, and what follows from their names: who owns what, what no start reads.

Laws: the walk puts lists here and nothing is looked at meanwhile; names are looked through for the whole tree at once,
and the owners of paths only when somebody asks: a scan alone does not.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import chain, compress, repeat
from operator import attrgetter
from typing import TypeVar

from footprint.names import DistributionName

_T = TypeVar("_T")
look_of = attrgetter("st_mtime_ns", "st_ctime_ns", "st_ino", "st_dev")  # of a folder

IMPORTABLE = (".py", ".so", ".pyi", ".pyd", ".pyw")
# What no start reads, by the end of its name; and all below a folder of tests.
_IDLE = {
    ".pyi": "type stubs",
    ".pxd": "headers",
    ".h": "headers",
    ".hpp": "headers",
    ".cuh": "headers",
    ".a": "static libraries",
}
_IDLE_ENDS = tuple(_IDLE)
_TESTS = "tests"
_CACHE, _BYTECODE = "__pycache__/", ".pyc"


class TreeFiles:
    """What is not a folder, in the order of a walk: for each folder the names, bytes and owners of the files in it.

    `looks` and `changed` say what the folders and the files looked like.
    """

    def __init__(self, root: str = "") -> None:
        self.root = root
        self.looks: list[tuple[int, int, int, int]] = []  # of each folder: two times, inode, device
        self.changed: list[int] = []  # of each file: the time of its inode
        self.linked: set[str] = set()  # folders in which a file is a link or has several names
        self.folders: list[str] = []  # relative, with a trailing slash; "" first
        self.names: list[list[str]] = []
        self.sizes: list[list[int]] = []
        self.owners: list[list[int]] = []

    def enter(self, status: os.stat_result) -> None:
        """Add a folder as it was before it was listed."""
        self.looks.append(look_of(status))

    def add(self, folder: str, names: list[str], sizes: list[int], owners: list[int]) -> None:
        """Add the files of one folder."""
        self.folders.append(folder)
        self.names.append(names)
        self.sizes.append(sizes)
        self.owners.append(owners)

    def only_renamed(self) -> list[bool]:
        """Return of each folder whether Python puts all that is in it there by renaming: bytecode of sources above.

        Not where one of the files is a link or has another name elsewhere, under which it could be written into.
        """
        names_in = dict(zip(self.folders, self.names, strict=True))
        return [
            only_bytecode
            and folder not in self.linked
            and f"/{folder}".endswith(f"/{_CACHE}")
            and _have_sources(names, names_in[folder.removesuffix(_CACHE)])
            for folder, names, only_bytecode in zip(self.folders, self.names, self._all_bytecode, strict=True)
        ]

    def text(self) -> str:
        """Return all names as one text, a slash after each: what they end with is counted in it."""
        return "/".join((*_flat(self.names), ""))

    def bytecode(self, count: int) -> Iterator[tuple[int, int]]:
        """Yield owners and bytes of the files of bytecode, `count` files, as far as they can together."""
        for owners, sizes in compress(zip(self.owners, self.sizes, strict=True), self._all_bytecode):
            count -= len(owners)
            if owners.count(owners[0]) == len(owners):
                yield owners[0], sum(sizes)
            else:
                yield from zip(owners, sizes, strict=True)
        if count:
            files = zip(*(_flat(compress(each, self._others)) for each in (self.owners, self.sizes)), strict=True)
            yield from compress(files, map(str.endswith, _flat(compress(self.names, self._others)), repeat(_BYTECODE)))

    def idle(self) -> Iterator[tuple[str, int, int]]:
        """Yield the kinds of files that no start reads, their bytes and how many they are; a kind may come again."""
        of_tests = list(map(_is_of_tests, self.folders))
        for sizes in compress(self.sizes, of_tests):
            yield _TESTS, sum(sizes), len(sizes)
        others = [other and not test for other, test in zip(self._others, of_tests, strict=True)]
        names = list(_flat(compress(self.names, others)))
        files = zip(names, _flat(compress(self.sizes, others)), strict=True)
        found = defaultdict[str, list[int]](list)
        for name, size in compress(files, map(str.endswith, names, repeat(_IDLE_ENDS))):
            found[name[name.rindex(".") :]].append(size)
        for end, sizes in found.items():
            yield _IDLE[end], sum(sizes), len(sizes)

    @cached_property
    def _all_bytecode(self) -> list[bool]:
        """Of each folder, whether it is a cache that holds bytecode and nothing else: most are, with many files."""
        return [
            folder.endswith(_CACHE) and bool(names) and all(map(str.endswith, names, repeat(_BYTECODE)))
            for folder, names in zip(self.folders, self.names, strict=True)
        ]

    @cached_property
    def _others(self) -> list[bool]:
        return [not each for each in self._all_bytecode]

    def owners_below(self, names: Sequence[DistributionName], prefix: str) -> dict[str, DistributionName]:
        """Return the owner of each importable file below a folder of the tree, by its path from there."""
        at, owner_count = len(prefix), len(names)
        return {
            (folder + name)[at:]: names[owner]
            for folder, inner, owners in zip(self.folders, self.names, self.owners, strict=True)
            if folder.startswith(prefix)
            for name, owner in zip(inner, owners, strict=True)
            if owner < owner_count and name.endswith(IMPORTABLE)
        }


def is_idle(path: str) -> bool:
    """Whether no start reads a file, by its path below a site folder."""
    return path.endswith(_IDLE_ENDS) or _is_of_tests(path)


def _have_sources(names: Iterable[str], above: Iterable[str]) -> bool:
    """Whether each name of bytecode has its source among the names above, as importlib's `source_from_cache` says."""
    return {name.partition(".")[0] + ".py" for name in names}.issubset(above)


def _flat(lists: Iterable[Iterable[_T]]) -> Iterator[_T]:
    return chain.from_iterable(lists)


def _is_of_tests(path: str) -> bool:
    return f"/{_TESTS}/" in f"/{path}"
