"""What a tree looked like when it was weighed, and whether it still does: every folder and every file is asked.

Laws: which names there are follows from the times of their folder, which whoever adds, removes, renames or replaces a
file changes, with an installer, `mv` or `tar`; the time of the inode with it, which `rsync -t` and `touch -d` cannot
give back. What is in a file follows from its own: whoever writes into one, in its place, changes the time of its inode.
So nothing is listed again, and each name is asked once. What cannot be told apart is not kept: times so near to the
weighing that a later change may bear the same.

Why each file is asked, and what that costs: docs/decisions.md, "What is kept between runs".
"""

# Names and strings, not Path objects: thousands of files are looked at.

from __future__ import annotations

import os
from array import array
from collections.abc import Iterator, Sequence
from itertools import accumulate, chain
from typing import Any

from footprint.collect.disk.tree_files import TreeFiles, look_of
from footprint.files.descriptors import opened
from footprint.files.digests import blake2b

TOO_CLOSE_NS = 2_000_000_000  # coarse clocks of file systems: FAT has 2 s
_FLAGS = (
    getattr(os, "O_PATH", os.O_RDONLY)
    | getattr(os, "O_DIRECTORY", 0)
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_CLOEXEC", 0)
)
_KINDS = ("q", "q", "Q", "Q")


def is_settled(tree: TreeFiles, now_ns: int) -> bool:
    """Whether all of a tree is so old that a change from now on shows."""
    of_folders = chain.from_iterable(look[:2] for look in tree.looks)
    return max(chain(of_folders, tree.changed)) < now_ns - TOO_CLOSE_NS


def values_of(tree: TreeFiles) -> dict[str, Any]:
    """Return what `is_as_kept` takes, as values of JSON."""
    return {
        "root": tree.root,
        "folders": tree.folders,
        "looks": [
            array(kind, column).tobytes().hex()  # numbers of 19 digits take longer to write and to read
            for kind, column in zip(_KINDS, zip(*tree.looks, strict=True), strict=True)
        ],
        "counts": list(map(len, tree.names)),
        "names": "/".join(chain.from_iterable(tree.names)),
        "files": _digest(tree.changed),
    }


def is_as_kept(kept: dict[str, Any]) -> bool:
    """Whether a tree is as its values say: no name came or went, nothing was written.

    Raises: LookupError, TypeError, ValueError where the values are not those of a tree.
    """
    try:
        with opened(kept["root"], _FLAGS) as root:
            return _is_same(kept, root)
    except (OSError, OverflowError):
        return False


def owners_in(kept: dict[str, Any], owners: array[int], names: Sequence[str], prefix: str) -> dict[str, str]:
    """Return the owner of each importable file below a folder of a tree, by its path from there."""
    files = TreeFiles()
    files.folders, files.names = kept["folders"], list(_split(kept))
    ends = accumulate(kept["counts"])
    files.owners = [owners[end - count : end].tolist() for end, count in zip(ends, kept["counts"], strict=True)]
    return files.owners_below(names, prefix)


def _is_same(kept: dict[str, Any], root: int) -> bool:
    lstat, changed = os.lstat, list[int]()
    looks = zip(*map(_numbers, _KINDS, kept["looks"]), strict=True)
    for folder, look, names in zip(kept["folders"], looks, _split(kept), strict=True):
        descriptor = os.open(folder or ".", _FLAGS, dir_fd=root)
        try:
            if look_of(os.fstat(descriptor)) != look:
                return False
            changed += [lstat(name, dir_fd=descriptor).st_ctime_ns for name in names]
        finally:
            os.close(descriptor)
    return bool(_digest(changed) == kept["files"])


def _numbers(kind: str, stored: str) -> array[int]:
    found = array(kind)
    found.frombytes(bytes.fromhex(stored))
    return found


def _split(kept: dict[str, Any]) -> Iterator[list[str]]:
    counts: list[int] = kept["counts"]
    names: list[str] = kept["names"].split("/") if any(counts) else []
    if sum(counts) != len(names):
        raise ValueError("names and their counts")
    ends = list(accumulate(counts))
    return (names[end - count : end] for end, count in zip(ends, counts, strict=True))


def _digest(times: list[int]) -> str:
    return blake2b(array("q", times).tobytes(), digest_size=16).hexdigest()
