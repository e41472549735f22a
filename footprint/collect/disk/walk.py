"""The walk: every entry is looked at once, weighed, and given to the owner of its path.

What `du` counts is counted here: lstat sizes, links not followed, each inode once, folders too.
The grand totals are summed apart from the owners, so that comparing both is a real check.
Names relative to folder descriptors take a fifth less time than paths; where the platform has none, paths are used.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from footprint.collect.disk.claimed_files import ClaimedFiles
from footprint.model.note import Note
from footprint.values import dataclass

if TYPE_CHECKING:
    from footprint.collect.disk.tree_state import TreeState

EMPTY, MIXED = -1, -2  # nothing but folders below / several owners below

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
    files: ClaimedFiles  # exact claims
    folders: Mapping[str, int]  # whole folders claimed, for what has no exact claim


class _FolderFiles:
    """What is in one folder: of all that is not a folder, name, bytes, blocks and time of the inode."""

    __slots__ = ("changed", "names", "sizes", "subfolders", "used")

    def __init__(self, names: list[str], sizes: list[int], used: list[int], changed: list[int]) -> None:
        self.names, self.sizes, self.used, self.changed = names, sizes, used, changed
        self.subfolders: list[tuple[str, Status]] = []


class Walk:
    """Sums per owner over all trees walked. Owners are numbers: distributions first, then unowned, then shared.

    `_weigh` decides the speed: the files of a folder are lists, and mostly of one owner, so they are summed at once.
    """

    def __init__(self, names: Sequence[str], *, remembers: bool = False) -> None:
        """Take the names of the owners; where it `remembers`, what the trees looked like is kept in `states`."""
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
        self.could_open_all = True  # no tree failed
        self.links_metadata = False  # a link to or in a folder of metadata: what is read there lies elsewhere
        self.hard_linked = self.link_count = self.source_count = self.bytecode_count = 0
        self.notes: list[Note] = []
        self.all_importable_owners: list[list[int]] = []  # of each importable file that was met, by tree
        self.states: list[TreeState] | None = [] if remembers else None  # of each tree
        self._names = names
        self._files = ClaimedFiles()
        self._folders: Mapping[str, int] = {}

    def walk(self, tree: WalkedFolder) -> None:
        """Add one tree. Raises: OSError if its top folder cannot be opened."""
        self._files, self._folders = tree.files, tree.folders
        self.loose, self.importable = [], {}
        self.all_importable_owners.append([])
        status = os.lstat(tree.path)
        if self.states is not None:
            from footprint.collect.disk.tree_state import TreeState

            self.states.append(TreeState(tree.path))
            self.states[-1].enter("", status)
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
            if self.states is not None:
                self.states[-1].enter(f"{path}/", status)
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
        found = self._look(handle, prefix)
        if self.states is not None:
            self.states[-1].add(found.names, found.changed)
        if not found.names:
            return EMPTY, found.subfolders
        owners = self._owners_of(prefix, found, inherited)
        apparent, blocks, owner = sum(found.sizes), sum(found.used), owners[0]
        self.total_apparent += apparent
        self.total_blocks += blocks
        ends = "/".join((*found.names, ""))  # searched as one text: the files of a folder mostly end alike
        bytecode = self._bytecode_in(found, ends, apparent)
        if owners.count(owner) < len(owners):
            owner = MIXED
        if owner != MIXED and prefix:
            self._give(owner, prefix, apparent, blocks, len(owners), bytecode)
        else:
            for name, one, size, used in zip(found.names, owners, found.sizes, found.used, strict=True):
                self._give(one, prefix or name, size, used, 1, size if name.endswith(".pyc") else 0)
        self._tell_kinds(prefix, found, owners, ends)
        return owner, found.subfolders

    def _bytecode_in(self, found: _FolderFiles, ends: str, apparent: int) -> int:
        """Return the bytes of the bytecode in a folder."""
        count = ends.count(".pyc/")
        self.bytecode_count += count
        if count in (0, len(found.names)):
            return apparent if count else 0
        return sum(size for name, size in zip(found.names, found.sizes, strict=True) if name.endswith(".pyc"))

    def _tell_kinds(self, prefix: str, found: _FolderFiles, owners: list[int], ends: str) -> None:
        """Note the files of a folder that can be imported, and those that no start reads."""
        names, count = found.names, ends.count(".py/")
        is_of_tests = f"/{_TESTS}/" in f"/{prefix}"
        if is_of_tests:
            self._add_idle((_TESTS, size) for size in found.sizes)
        self.source_count += count
        if count == len(names):
            self._note_importable(prefix, names, owners)
        elif ends.count(".pyc/") < len(names):
            pairs = [each for each in zip(names, owners, strict=True) if each[0].endswith(IMPORTABLE)]
            self._note_importable(prefix, [name for name, _ in pairs], [owner for _, owner in pairs])
            idle = [] if is_of_tests else [name for name in names if name.endswith(_IDLE_ENDS)]
            if idle:
                sizes = dict(zip(names, found.sizes, strict=True))
                self._add_idle((_IDLE[name[name.rindex(".") :]], sizes[name]) for name in idle)

    def _look(self, handle: int | str, prefix: str) -> _FolderFiles:
        """Return what is in a folder: the one loop that meets every file."""
        names, sizes, used, changed = list[str](), list[int](), list[int](), list[int]()
        found, stat = _FolderFiles(names, sizes, used, changed), os.stat
        descriptor, where = (handle, "") if isinstance(handle, int) else (None, f"{handle}/")
        for name in self._list(handle, prefix):
            try:
                status = stat(where + name, dir_fd=descriptor, follow_symlinks=False)
            except OSError as error:  # vanished meanwhile
                self._note_unreadable(prefix + name, error)
                continue
            kind = status.st_mode & _KIND
            if kind == _FOLDER:
                found.subfolders.append((name, status))
                continue
            names.append(name)
            sizes.append(status.st_size)
            used.append(status.st_blocks if _HAS_BLOCKS else blocks_of(status))
            changed.append(status.st_ctime_ns)
            if kind == _LINK or status.st_nlink > 1:
                self._weigh_linked(prefix, found, status)
        return found

    def _owners_of(self, prefix: str, found: _FolderFiles, inherited: int | None) -> list[int]:
        owners = list(map(self._files.of_folder(prefix[:-1]).get, found.names))
        if None not in owners:
            return owners  # type: ignore[return-value]
        return [
            self._owner_of_unlisted(prefix, name, inherited, size) if owner is None else owner
            for name, owner, size in zip(found.names, owners, found.sizes, strict=True)
        ]

    def _note_importable(self, prefix: str, names: list[str], owners: list[int]) -> None:
        known, unowned, importable = self._names, self.unowned, self.importable
        for name, owner in zip(names, owners, strict=True):
            if owner < unowned:
                importable[prefix + name] = known[owner]
        self.all_importable_owners[-1] += owners

    def _add_idle(self, files: Iterable[tuple[str, int]]) -> None:
        """Add files that no start reads: the kind and the bytes of each."""
        for kind, size in files:
            sums = self.idle.setdefault(kind, [0, 0])
            sums[0] += size
            sums[1] += 1

    def _list(self, handle: int | str, prefix: str) -> list[str]:
        try:
            return os.listdir(handle)  # noqa: PTH208 - a Path holds no descriptor
        except OSError as error:
            self._note_unreadable(prefix[:-1], error)
            return []

    def _weigh_linked(self, prefix: str, found: _FolderFiles, status: Status) -> None:
        """Take off what a name weighs whose inode was counted under another, and count symbolic links."""
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
            return self._files.of_folder(prefix[:-1]).get(f"{stem}.py")  # legacy place: beside the source
        # Any tag: cpython-311, cpython-311.opt-1, cpython-311-pytest-7.4.4 (dots), of any interpreter.
        claimed = self._files.of_folder(prefix[: -len(_CACHE) - 1])
        module = stem.partition(".")[0]
        owner = claimed.get(f"{module}.py")
        while owner is None and "." in stem:  # a module name with dots, or a .pyw
            stem = stem.rpartition(".")[0]
            owner = claimed.get(f"{stem}.py")
        return owner if owner is not None else claimed.get(f"{module}.pyw")

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


def _close(handle: int | str) -> None:
    if isinstance(handle, int):
        os.close(handle)


def is_idle(path: str) -> bool:
    """Whether no start reads a file, by its path below a site folder."""
    return path.endswith(_IDLE_ENDS) or f"/{_TESTS}/" in f"/{path}"
