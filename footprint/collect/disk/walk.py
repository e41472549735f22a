"""The walk: every entry is looked at once, weighed, and given to the owner of its path.

What `du` counts is counted here: lstat sizes, links not followed, each inode once, folders too.
The grand totals are summed apart from the owners, so that comparing both is a real check.
Names relative to folder descriptors take a fifth less time than paths; where the platform has none, paths are used.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence

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

    `_weigh` decides the speed: neighbours mostly share their owner, so its sums stay in locals until the owner changes.
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
        owner_of, names, unowned, importable = self._files.get, self._names, self.unowned, self.importable
        descriptor, where = (handle, "") if isinstance(handle, int) else (None, f"{handle}/")
        subfolders: list[tuple[str, Status]] = []
        below, run, run_path, stat, idle = EMPTY, EMPTY, prefix, os.stat, _idle_ends(prefix)
        apparent = blocks = count = bytecode = all_apparent = all_blocks = 0
        for name in self._list(handle, prefix):
            try:
                status = stat(where + name, dir_fd=descriptor, follow_symlinks=False)
            except OSError as error:  # vanished meanwhile
                self._note_unreadable(prefix + name, error)
                continue
            kind = status.st_mode & _KIND
            if kind == _FOLDER:
                subfolders.append((name, status))
                continue
            path, size, used = prefix + name, status.st_size, status.st_blocks if _HAS_BLOCKS else blocks_of(status)
            if kind == _LINK or status.st_nlink > 1:
                size, used = self._weigh_linked(status, size, used)
            if (owner := owner_of(path)) is None:
                owner = self._owner_of_unlisted(prefix, name, inherited, size)
            if owner != run or not prefix:
                self._give(run, run_path, apparent, blocks, count, bytecode)
                apparent = blocks = count = bytecode = 0
                below, run, run_path = owner if below in (EMPTY, owner) else MIXED, owner, prefix or path
            apparent, blocks, count = apparent + size, blocks + used, count + 1
            all_apparent, all_blocks = all_apparent + size, all_blocks + used
            if name.endswith(idle):
                self._add_idle(_IDLE[name[name.rindex(".") :]] if idle is _IDLE_ENDS else _TESTS, size)
            if name.endswith(_IMPORTABLE):
                self.source_count += name[-1] == "y"
                if owner < unowned:
                    importable[path] = names[owner]
            elif name.endswith(".pyc"):
                bytecode += size
                self.bytecode_count += 1
        self._give(run, run_path, apparent, blocks, count, bytecode)
        self.total_apparent, self.total_blocks = self.total_apparent + all_apparent, self.total_blocks + all_blocks
        return below, subfolders

    def _add_idle(self, kind: str, size: int) -> None:
        sums = self.idle.setdefault(kind, [0, 0])
        sums[0] += size
        sums[1] += 1

    def _list(self, handle: int | str, prefix: str) -> list[str]:
        try:
            return os.listdir(handle)  # noqa: PTH208 - a Path holds no descriptor
        except OSError as error:
            self._note_unreadable(prefix[:-1], error)
            return []

    def _weigh_linked(self, status: Status, size: int, used: int) -> tuple[int, int]:
        """Return the bytes and blocks that a symbolic link or a name of a shared inode adds."""
        self.link_count += status.st_mode & _KIND == _LINK
        return (0, 0) if status.st_nlink > 1 and self.counted_before(status) else (size, used)

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


def _idle_ends(prefix: str) -> tuple[str, ...]:
    """Return the ends of names of what no start reads in a folder: all of them below one of tests."""
    return ("",) if f"/{_TESTS}/" in f"/{prefix}" else _IDLE_ENDS


def blocks_of(status: Status) -> int:
    """Return allocated blocks of 512 bytes; where the platform does not tell, the size rounded up."""
    return status.st_blocks if _HAS_BLOCKS else -(-status.st_size // 512)


def _close(handle: int | str) -> None:
    if isinstance(handle, int):
        os.close(handle)
