"""What a tree looked like when it was weighed, and whether it still does: every folder is asked, and nearly every file.

Laws: which names there are follows from the times of their folder, which whoever adds, removes, renames or replaces a
file changes, with an installer, `mv` or `tar`; the time of the inode with it, which `rsync -t` and `touch -d` cannot
give back. What is in a file follows from its own: whoever writes into one, in its place, changes the time of its inode.
So nothing is listed again, and each name is asked once. What cannot be told apart is not kept: times so near to the
weighing that a later change may bear the same.

Bytecode in a `__pycache__` is not asked where its folder and the sources above look as they did. Python does not write
into such a file: it writes a new one beside it and renames it, which changes the folder. Source: `_write_atomic` of
importlib, which py_compile, compileall, pip and uv use as well; PEP 3147 for the names. So one change is not seen:
somebody writes over bytecode in its place and touches neither its source nor its folder. Asked as ever: the files of a
`__pycache__` that holds anything but bytecode of sources above, a link or a file with several names.

Names are kept as the system has them: they are handed back to it, and are text only where somebody asks for owners.
Why each file is asked, and what that costs: docs/decisions.md, "What is kept between runs".
"""

# Names and strings, not Path objects: thousands of files are looked at.

from __future__ import annotations

import os
import struct
from array import array
from collections.abc import Sequence
from itertools import accumulate, chain, compress, repeat

from footprint.collect.disk.tree_files import TreeFiles, look_of
from footprint.files.change_times import change_times, pack_times
from footprint.files.descriptors import opened
from footprint.files.digests import blake2b
from footprint.values import dataclass

TOO_CLOSE_NS = 2_000_000_000  # coarse clocks of file systems: FAT has 2 s
_FLAGS = (
    getattr(os, "O_PATH", os.O_RDONLY)
    | getattr(os, "O_DIRECTORY", 0)
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_CLOEXEC", 0)
)
_LOOK = struct.Struct("<qqQQ")
_ROW, _WORD = b"\0", b"//"  # in no name, and in no path as we write it
_FEW = 2  # files for which a folder is not opened: longer paths take less than one descriptor


@dataclass(frozen=True, slots=True)
class TreeState:
    """What is kept of a tree: a row for each folder, of its path and the names in it, and what they looked like."""

    root: str
    rows: bytes
    looks: bytes  # of each folder
    files: str  # the digest of what tells the files apart
    owners: bytes  # of each file


def is_settled(tree: TreeFiles, now_ns: int) -> bool:
    """Whether all of a tree is so old that a change from now on shows."""
    of_folders = max(max(look[:2]) for look in tree.looks)
    return max(of_folders, max(tree.changed, default=of_folders)) < now_ns - TOO_CLOSE_NS


def state_of(tree: TreeFiles) -> TreeState:
    """Return what `is_as_kept` takes. Raises: ValueError, OverflowError for what cannot be kept."""
    is_asked = [not each for each in tree.only_renamed()]
    asked = [names if each else [] for names, each in zip(tree.names, is_asked, strict=True)]
    rows = map("//".join, ((folder[:-1], *names) for folder, names in zip(tree.folders, asked, strict=True)))
    try:
        looks = b"".join([_LOOK.pack(*look) for look in tree.looks])
    except struct.error as wrong:
        raise ValueError("a number that no file has") from wrong
    owners = array("H", chain.from_iterable(compress(tree.owners, is_asked))).tobytes()
    changed = compress(tree.changed, chain.from_iterable(map(repeat, is_asked, map(len, tree.names))))
    return TreeState(tree.root, os.fsencode("\0".join(rows)), looks, _digest(pack_times(changed)), owners)


def is_as_kept(kept: TreeState) -> bool:
    """Whether a tree is as it was: no name came or went, nothing was written.

    Raises: ValueError, TypeError where this is not what is kept of a tree.
    """
    try:
        with opened(kept.root, _FLAGS) as root:
            return _is_same(kept, root)
    except (OSError, OverflowError):
        return False
    except struct.error as wrong:
        raise ValueError("not what folders look like") from wrong


def owners_in(kept: TreeState, names: Sequence[str], prefix: str) -> dict[str, str]:
    """Return the owner of each importable file below a folder of a tree, by its path from there."""
    files, owners = TreeFiles(), array("H")
    owners.frombytes(kept.owners)
    for row in os.fsdecode(kept.rows).split("\0"):
        folder, *inner = row.split("//")
        files.folders.append(f"{folder}/" if folder else "")
        files.names.append(inner)
    ends = accumulate(map(len, files.names))
    files.owners = [owners[end - len(inner) : end].tolist() for end, inner in zip(ends, files.names, strict=True)]
    return files.owners_below(names, prefix)


def _is_same(kept: TreeState, root: int) -> bool:
    times, count = change_times(), 0
    for row, look in zip(kept.rows.split(_ROW), _LOOK.iter_unpack(kept.looks), strict=True):
        folder, *names = row.split(_WORD)
        place = folder or b"."
        count += len(names)
        if len(names) <= _FEW:
            if look_of(os.lstat(place, dir_fd=root)) != look:
                return False
            times.ask(root, [place + b"/" + name for name in names])
            continue
        descriptor = os.open(place, _FLAGS, dir_fd=root)
        try:
            if look_of(os.fstat(descriptor)) != look:
                return False
            times.ask(descriptor, names)
        finally:
            os.close(descriptor)
    return 2 * count == len(kept.owners) and _digest(times.packed()) == kept.files


def _digest(times: bytes) -> str:
    found: str = blake2b(times, digest_size=16).hexdigest()
    return found
