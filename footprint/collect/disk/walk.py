"""The walk: every entry is looked at once, weighed, and given to the owner of its path.

What `du` counts is counted here: lstat sizes, links not followed, each inode once, folders too.
The grand totals are summed apart from the owners, so that comparing both is a real check.
Names relative to folder descriptors take a fifth less time than paths; where the platform has none, paths are used.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from operator import attrgetter

from footprint.collect.disk.claimed_files import ClaimedFiles
from footprint.collect.disk.tree_files import TreeFiles
from footprint.model.note import Note
from footprint.values import dataclass

EMPTY, MIXED = -1, -2  # nothing but folders below / several owners below

_MAX_DEPTH = 120  # one open descriptor per level; real trees stay below 40
_HAS_FD = os.listdir in os.supports_fd and {os.open, os.stat} <= os.supports_dir_fd
_HAS_BLOCKS = hasattr(os.stat_result, "st_blocks")
_OPEN_FLAGS = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0) | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)
_KIND, _FOLDER, _LINK = 0o170000, 0o040000, 0o120000
_LOOK = attrgetter("st_mode", "st_nlink", "st_size", "st_blocks" if _HAS_BLOCKS else "st_size", "st_ctime_ns")
_CACHE_NAME = "__pycache__"
_CACHE = f"{_CACHE_NAME}/"

Status = os.stat_result
Below = tuple[int, int, int]  # owner of all below a folder, and bytes and blocks of empty folders not yet given away


@dataclass(frozen=True, slots=True)
class WalkedFolder:
    """One folder to walk. Paths are relative to it, posix; values are owner numbers."""

    path: str
    files: ClaimedFiles  # exact claims
    folders: Mapping[str, int]  # whole folders claimed, for what has no exact claim


class _FolderFiles:
    """What is in one folder: of all that is not a folder, name, bytes and blocks."""

    __slots__ = ("names", "sizes", "subfolders", "used")

    def __init__(self, names: list[str], sizes: list[int], used: list[int]) -> None:
        self.names, self.sizes, self.used = names, sizes, used
        self.subfolders: list[tuple[str, Status]] = []


class Walk:
    """Sums per owner over all trees walked. Owners are numbers: distributions first, then unowned, then shared.

    `_weigh` decides the speed: the files of a folder are lists, and mostly of one owner, so they are summed at once.
    """

    def __init__(self, owner_count: int) -> None:
        """Take how many distributions there are."""
        self.unowned, self.shared = owner_count, owner_count + 1
        self.apparent = [0] * (owner_count + 2)
        self.blocks = [0] * (owner_count + 2)
        self.file_counts = [0] * (owner_count + 2)
        self.bytecode = [0] * (owner_count + 2)
        self.folders: list[dict[str, int]] = [{} for _ in range(owner_count + 2)]  # folder/ or top-level file -> bytes
        self.loose: list[tuple[str, int, int]] = []  # unowned: path, apparent bytes, files
        self.idle: dict[str, list[int]] = {}  # kind of files that no start reads -> bytes, files
        self._seen_inodes: set[tuple[int, int]] = set()
        self.total_apparent = self.total_blocks = 0
        self.could_open_all = True  # no tree failed
        self.links_metadata = False  # a link to or in a folder of metadata: what is read there lies elsewhere
        self.hard_linked = self.link_count = self.source_count = self.bytecode_count = 0
        self.notes: list[Note] = []
        self.trees: list[TreeFiles] = []
        self._files = TreeFiles()  # of the tree that is walked
        self._claimed = ClaimedFiles()
        self._folders: Mapping[str, int] = {}

    def walk(self, tree: WalkedFolder) -> TreeFiles:
        """Add one tree and return its files. Raises: OSError if its top folder cannot be opened."""
        self._claimed, self._folders, self.loose = tree.files, tree.folders, []
        status = os.lstat(tree.path)
        self._files = TreeFiles(tree.path)
        self.trees.append(self._files)
        self._files.enter(status)
        handle = os.open(tree.path, _OPEN_FLAGS) if _HAS_FD else tree.path
        try:
            _, apparent, blocks = self._folder(handle, "", None, 0)
        finally:
            _close(handle)
        # The site folder itself stays whoever leaves.
        own = blocks_of(status)
        self._give(self.shared, "", apparent + status.st_size, blocks + own)
        self.total_apparent += status.st_size
        self.total_blocks += own
        self._tell_kinds(self._files)
        return self._files

    def _folder(self, handle: int | str, prefix: str, inherited: int | None, depth: int) -> Below:
        """Weigh what is below an open folder; `prefix` is its path with a trailing slash, "" at the top."""
        below, subfolders = self._weigh(handle, prefix, inherited)
        idle_apparent = idle_blocks = 0
        for name, status in subfolders:
            path = prefix + name
            mark = len(self.loose)
            self._files.enter(status)
            owner, apparent, blocks = self._descend(handle, path, name, inherited, depth)
            own = blocks_of(status)
            self.total_apparent += status.st_size
            self.total_blocks += own
            apparent, blocks = apparent + status.st_size, blocks + own
            if owner == EMPTY and depth == 0:
                owner = self.unowned
            if owner == EMPTY:
                idle_apparent, idle_blocks = idle_apparent + apparent, idle_blocks + blocks
                continue
            receiver = self.shared if owner == MIXED else owner
            self._give(receiver, f"{path}/", apparent, blocks)
            if name == _CACHE_NAME:
                self.bytecode[receiver] += status.st_size  # the folder comes and goes with what is in it
            if owner == self.unowned:
                self._fold_loose(mark, path, apparent)
            below = owner if below in (EMPTY, owner) else MIXED
        if (idle_apparent or idle_blocks) and below != EMPTY and depth:
            # An emptied __pycache__ stands or falls with the folder around it.
            self._give(self.shared if below == MIXED else below, prefix, idle_apparent, idle_blocks)
            if below == self.unowned:
                self.loose.append((prefix[:-1], idle_apparent, 0))
            idle_apparent = idle_blocks = 0
        return below, idle_apparent, idle_blocks

    def _descend(self, handle: int | str, path: str, name: str, inherited: int | None, depth: int) -> Below:
        inherited = self._folders.get(path, inherited)
        nothing = (EMPTY if inherited is None else inherited, 0, 0)
        if depth == _MAX_DEPTH:
            self.notes.append(Note("folder-too-deep", "is nested too deep; what is below is not weighed", path))
            return nothing
        try:
            inner = os.open(name, _OPEN_FLAGS, dir_fd=handle) if isinstance(handle, int) else f"{handle}/{name}"
        except OSError as error:
            self._note_unreadable(path, error)
            return nothing
        try:
            below = self._folder(inner, path + "/", inherited, depth + 1)
        finally:
            _close(inner)
        return below if below[0] != EMPTY or inherited is None else (inherited, *below[1:])

    def _weigh(self, handle: int | str, prefix: str, inherited: int | None) -> tuple[int, list[tuple[str, Status]]]:
        """Weigh the files of one folder; return their owner (EMPTY, MIXED) and the folders among them."""
        found = self._look(handle, prefix)
        names, sizes, used = found.names, found.sizes, found.used
        owners = self._owners_of(prefix, found, inherited) if names else []
        self._files.add(prefix, names, sizes, owners)
        if not names:
            return EMPTY, found.subfolders
        apparent, blocks, owner = sum(sizes), sum(used), owners[0]
        self.total_apparent += apparent
        self.total_blocks += blocks
        if owners.count(owner) < len(owners):
            owner = MIXED
        if owner != MIXED and prefix:
            self._give(owner, prefix, apparent, blocks, len(owners))
        else:
            for name, one, size, own in zip(names, owners, sizes, used, strict=True):
                self._give(one, prefix or name, size, own, 1)
        return owner, found.subfolders

    def _tell_kinds(self, files: TreeFiles) -> None:
        """Sum up the files of one tree that are sources or bytecode, and those that no start reads."""
        names = files.text()
        self.source_count += names.count(".py/")
        bytecode_count = names.count(".pyc/")
        self.bytecode_count += bytecode_count
        for owner, size in files.bytecode(bytecode_count):
            self.bytecode[owner] += size
        for kind, size, count in files.idle():
            sums = self.idle.setdefault(kind, [0, 0])
            sums[0] += size
            sums[1] += count

    def _look(self, handle: int | str, prefix: str) -> _FolderFiles:
        """Return what is in a folder: the one loop that meets every file."""
        names: list[str] = []  # `list[str]()` takes ten times as long: it makes an error and drops it
        sizes: list[int] = []
        used: list[int] = []
        changed = self._files.changed
        found, lstat, look = _FolderFiles(names, sizes, used), os.lstat, _LOOK
        descriptor, where = (handle, "") if isinstance(handle, int) else (None, f"{handle}/")
        for name in self._list(handle, prefix):
            try:
                status = lstat(where + name, dir_fd=descriptor)
            except OSError as error:  # vanished meanwhile
                self._note_unreadable(prefix + name, error)
                continue
            mode, link_count, size, blocks, changed_ns = look(status)
            kind = mode & _KIND
            if kind == _FOLDER:
                found.subfolders.append((name, status))
                continue
            names.append(name)
            sizes.append(size)
            used.append(blocks if _HAS_BLOCKS else blocks_of(status))
            changed.append(changed_ns)
            if kind == _LINK or link_count > 1:
                self._weigh_linked(prefix, found, status)
        return found

    def _owners_of(self, prefix: str, found: _FolderFiles, inherited: int | None) -> list[int]:
        folder = prefix[:-1]
        listed = self._claimed.as_listed(folder)
        if listed is not None and sorted(found.names) == listed[1]:  # most: installers sort what they list
            return [listed[0]] * len(found.names)
        owners = list(map(self._claimed.of_folder(folder).get, found.names))
        if None not in owners:
            return owners  # type: ignore[return-value]
        return [
            self._owner_of_unlisted(prefix, name, inherited, size) if owner is None else owner
            for name, owner, size in zip(found.names, owners, found.sizes, strict=True)
        ]

    def _list(self, handle: int | str, prefix: str) -> list[str]:
        try:
            return os.listdir(handle)  # noqa: PTH208 - a Path holds no descriptor
        except OSError as error:
            self._note_unreadable(prefix[:-1], error)
            return []

    def _weigh_linked(self, prefix: str, found: _FolderFiles, status: Status) -> None:
        """Take off what a name weighs whose inode was counted under another, and count symbolic links."""
        self._files.linked.add(prefix)
        if status.st_mode & _KIND == _LINK:
            self.link_count += 1
            self.links_metadata |= "-info" in prefix + found.names[-1]
        if status.st_nlink > 1 and self.counted_before(status):
            found.sizes[-1] = found.used[-1] = 0

    def counted_before(self, status: Status) -> bool:
        """Whether this inode with several names has been weighed under another one; remembers it."""
        inode = (status.st_ino, status.st_dev)
        if inode in self._seen_inodes:
            return True
        self._seen_inodes.add(inode)
        self.hard_linked += status.st_size
        return False

    def _owner_of_unlisted(self, prefix: str, name: str, inherited: int | None, size: int) -> int:
        """Return the owner of a file that no RECORD lists: bytecode goes with its source, then the folder decides."""
        if name.endswith(".pyc"):
            owner = self._owner_of_source(prefix, name[:-4])
            if owner is not None:
                return owner
        if inherited is not None:
            return inherited
        self.loose.append((prefix + name, size, 1))
        return self.unowned

    def _owner_of_source(self, prefix: str, stem: str) -> int | None:
        if not f"/{prefix}".endswith(f"/{_CACHE}"):
            return self._claimed.of_folder(prefix[:-1]).get(f"{stem}.py")  # legacy place: beside the source
        # Any tag: cpython-311, cpython-311.opt-1, cpython-311-pytest-7.4.4 (dots), of any interpreter.
        claimed = self._claimed.of_folder(prefix[: -len(_CACHE) - 1])
        module = stem.partition(".")[0]
        owner = claimed.get(f"{module}.py")
        while owner is None and "." in stem:  # a module name with dots, or a .pyw
            stem = stem.rpartition(".")[0]
            owner = claimed.get(f"{stem}.py")
        return owner if owner is not None else claimed.get(f"{module}.pyw")

    def _give(self, owner: int, path: str, apparent: int, blocks: int, count: int = 0) -> None:
        if owner == EMPTY:
            return
        self.apparent[owner] += apparent
        self.blocks[owner] += blocks
        self.file_counts[owner] += count
        folders = self.folders[owner]
        folders[path] = folders.get(path, 0) + apparent

    def _fold_loose(self, mark: int, path: str, own_apparent: int) -> None:
        """Replace the unowned entries found below an entirely unowned folder by the folder."""
        below = self.loose[mark:]
        apparent = sum(entry[1] for entry in below) + own_apparent
        self.loose[mark:] = [(path, apparent, sum(entry[2] for entry in below))]

    def _note_unreadable(self, path: str, error: OSError) -> None:
        message = f"cannot be read ({error.strerror}); what is below is not weighed"
        self.notes.append(Note("folder-unreadable", message, path or "."))


def blocks_of(status: Status) -> int:
    """Return allocated blocks of 512 bytes; where the platform does not tell, the size rounded up."""
    return status.st_blocks if _HAS_BLOCKS else -(-status.st_size // 512)


def _close(handle: int | str) -> None:
    if isinstance(handle, int):
        os.close(handle)
