"""The walk: every entry is looked at once, weighed, and given to the owner of its path.

What `du` counts is counted here: lstat sizes, links not followed, each inode once, folders too.
The grand totals are summed apart from the owners, so that comparing both is a real check.
Names relative to folder descriptors take a fifth less time than paths; where the platform has none, paths are used.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from operator import attrgetter

from footprint.model.note import Note
from footprint.values import dataclass

EMPTY, MIXED = -1, -2  # nothing but folders below / several owners below

_IMPORTABLE = (".py", ".so", ".pyi", ".pyd", ".pyw")
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
_MAX_DEPTH = 120  # one open descriptor per level; real trees stay below 40
_HAS_FD = os.listdir in os.supports_fd and {os.open, os.stat} <= os.supports_dir_fd
_HAS_BLOCKS = hasattr(os.stat_result, "st_blocks")
_OPEN_FLAGS = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0) | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)
_KIND, _FOLDER, _LINK = 0o170000, 0o040000, 0o120000
_SIZE, _LINK_COUNT = attrgetter("st_size"), attrgetter("st_nlink")
_CACHE_NAME = "__pycache__"
_CACHE = f"{_CACHE_NAME}/"

Status = os.stat_result
Below = tuple[int, int, int]  # owner of all below a folder, and bytes and blocks of empty folders not yet given away


@dataclass(frozen=True, slots=True)
class WalkedFolder:
    """One folder to walk. Paths are relative to it, posix; values are owner numbers."""

    path: str
    files: Mapping[str, int]  # exact claims
    folders: Mapping[str, int]  # whole folders claimed, for what has no exact claim


class Walk:
    """Sums per owner over all trees walked. Owners are numbers: distributions first, then unowned, then shared.

    `_weigh` decides the speed: the files of a folder are lists, and mostly of one owner, so they are summed at once.
    """

    def __init__(self, names: Sequence[str]) -> None:
        owner_count = len(names)
        self.unowned, self.shared = owner_count, owner_count + 1
        self.apparent = [0] * (owner_count + 2)
        self.blocks = [0] * (owner_count + 2)
        self.file_counts = [0] * (owner_count + 2)
        self.bytecode = [0] * (owner_count + 2)
        self.folders: list[dict[str, int]] = [{} for _ in range(owner_count + 2)]  # folder/ or top-level file -> bytes
        self.loose: list[tuple[str, int, int]] = []  # unowned: path, apparent bytes, files
        self.importable: dict[str, str] = {}  # path -> distribution, of the last tree
        self.idle: dict[str, list[int]] = {}  # kind of files that no start reads -> bytes, files
        self._seen_inodes: set[tuple[int, int]] = set()
        self.total_apparent = self.total_blocks = 0
        self.hard_linked = self.link_count = self.source_count = self.bytecode_count = 0
        self.notes: list[Note] = []
        self._names = names
        self._files: Mapping[str, int] = {}
        self._folders: Mapping[str, int] = {}

    def walk(self, tree: WalkedFolder) -> None:
        """Add one tree. Raises: OSError if its top folder cannot be opened."""
        self._files, self._folders = tree.files, tree.folders
        self.loose, self.importable = [], {}
        status = os.lstat(tree.path)
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

    def _folder(self, handle: int | str, prefix: str, inherited: int | None, depth: int) -> Below:
        """Weigh what is below an open folder; `prefix` is its path with a trailing slash, "" at the top."""
        below, subfolders = self._weigh(handle, prefix, inherited)
        idle_apparent = idle_blocks = 0
        for name, status in subfolders:
            path = prefix + name
            mark = len(self.loose)
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
            cache = status.st_size if name == _CACHE_NAME else 0  # the folder comes and goes with what is in it
            self._give(self.shared if owner == MIXED else owner, f"{path}/", apparent, blocks, bytecode=cache)
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
        names, statuses = self._look(handle, prefix)
        subfolders: list[tuple[str, Status]] = []
        kinds = [status.st_mode & _KIND for status in statuses]
        if _FOLDER in kinds:
            subfolders = [
                each for each, kind in zip(zip(names, statuses, strict=True), kinds, strict=False) if kind == _FOLDER
            ]
            names = [name for name, kind in zip(names, kinds, strict=True) if kind != _FOLDER]
            statuses = [status for status, kind in zip(statuses, kinds, strict=True) if kind != _FOLDER]
        if not names:
            return EMPTY, subfolders
        sizes, used = list(map(_SIZE, statuses)), list(map(_BLOCKS, statuses))
        if _LINK in kinds or max(map(_LINK_COUNT, statuses)) > 1:
            self._weigh_linked(statuses, sizes, used)
        paths = [prefix + name for name in names] if prefix else names
        owners = self._owners_of(paths, names, sizes, prefix, inherited)
        bytecode = [size if name.endswith(".pyc") else -1 for name, size in zip(names, sizes, strict=True)]
        if prefix and owners.count(owners[0]) == len(owners):
            all_bytecode = sum(size for size in bytecode if size >= 0)
            self._give(owners[0], prefix, sum(sizes), sum(used), len(names), all_bytecode)
        else:
            for path, owner, *sums in zip(paths, owners, sizes, used, bytecode, strict=True):
                self._give(owner, prefix or path, sums[0], sums[1], 1, max(sums[2], 0))
        self.total_apparent += sum(sizes)
        self.total_blocks += sum(used)
        without = bytecode.count(-1)
        self.bytecode_count += len(names) - without
        if without:
            self._note_importable(paths, owners)
        self._add_idle(names, sizes, prefix)
        return owners[0] if len(set(owners)) == 1 else MIXED, subfolders

    def _look(self, handle: int | str, prefix: str) -> tuple[list[str], list[Status]]:
        """Return the names in a folder, and what each is: at once, the one loop that meets every file."""
        names, stat = self._list(handle, prefix), os.stat
        descriptor, where = (handle, "") if isinstance(handle, int) else (None, f"{handle}/")
        try:
            return names, [stat(where + name, dir_fd=descriptor, follow_symlinks=False) for name in names]
        except OSError:  # vanished meanwhile: which one?
            pass
        found = []
        for name in names:
            try:
                found.append((name, stat(where + name, dir_fd=descriptor, follow_symlinks=False)))
            except OSError as error:
                self._note_unreadable(prefix + name, error)
        return [name for name, _ in found], [status for _, status in found]

    def _owners_of(
        self, paths: list[str], names: list[str], sizes: list[int], prefix: str, inherited: int | None
    ) -> list[int]:
        owners = list(map(self._files.get, paths))
        if None not in owners:
            return owners  # type: ignore[return-value]
        return [
            self._owner_of_unlisted(prefix, name, inherited, size) if owner is None else owner
            for name, owner, size in zip(names, owners, sizes, strict=True)
        ]

    def _note_importable(self, paths: list[str], owners: list[int]) -> None:
        known, unowned, importable = self._names, self.unowned, self.importable
        found = [(path, owner) for path, owner in zip(paths, owners, strict=True) if path.endswith(_IMPORTABLE)]
        self.source_count += sum(path[-1] == "y" for path, _ in found)
        importable.update((path, known[owner]) for path, owner in found if owner < unowned)

    def _add_idle(self, names: list[str], sizes: list[int], prefix: str) -> None:
        """Add the files that no start reads: all of them below a folder of tests."""
        if f"/{_TESTS}/" in f"/{prefix}":
            kinds = [(_TESTS, size) for size in sizes]
        else:
            idle = [(name, size) for name, size in zip(names, sizes, strict=True) if name.endswith(_IDLE_ENDS)]
            kinds = [(_IDLE[name[name.rindex(".") :]], size) for name, size in idle]
        for kind, size in kinds:
            sums = self.idle.setdefault(kind, [0, 0])
            sums[0] += size
            sums[1] += 1

    def _list(self, handle: int | str, prefix: str) -> list[str]:
        try:
            return os.listdir(handle)  # noqa: PTH208 - a Path holds no descriptor
        except OSError as error:
            self._note_unreadable(prefix[:-1], error)
            return []

    def _weigh_linked(self, statuses: list[Status], sizes: list[int], used: list[int]) -> None:
        """Take off what names of an inode weigh that was counted under another, and count symbolic links."""
        for at, status in enumerate(statuses):
            self.link_count += status.st_mode & _KIND == _LINK
            if status.st_nlink > 1 and self.counted_before(status):
                sizes[at] = used[at] = 0

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
            return self._files.get(f"{prefix}{stem}.py")  # legacy place: beside the source
        # Any tag: cpython-311, cpython-311.opt-1, cpython-311-pytest-7.4.4 (dots), of any interpreter.
        folder = prefix[: -len(_CACHE)]
        module = stem.partition(".")[0]
        owner = self._files.get(f"{folder}{module}.py")
        while owner is None and "." in stem:  # a module name with dots, or a .pyw
            stem = stem.rpartition(".")[0]
            owner = self._files.get(f"{folder}{stem}.py")
        return owner if owner is not None else self._files.get(f"{folder}{module}.pyw")

    def _give(self, owner: int, path: str, apparent: int, blocks: int, count: int = 0, bytecode: int = 0) -> None:
        if owner == EMPTY:
            return
        self.apparent[owner] += apparent
        self.blocks[owner] += blocks
        self.file_counts[owner] += count
        self.bytecode[owner] += bytecode
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


_BLOCKS: Callable[[Status], int] = attrgetter("st_blocks") if _HAS_BLOCKS else blocks_of


def _close(handle: int | str) -> None:
    if isinstance(handle, int):
        os.close(handle)


def is_idle(path: str) -> bool:
    """Whether no start reads a file, by its path below a site folder."""
    return path.endswith(_IDLE_ENDS) or f"/{_TESTS}/" in f"/{path}"
