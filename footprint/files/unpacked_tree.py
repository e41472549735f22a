"""A tree of files in a private folder of ours, laid down by the names that a stranger chose.

Laws: each folder on the way is opened by its descriptor and no link is followed, so nothing is written outside. There
are folders, files, links and second names of files in it, no devices, and no mode but the plain permissions.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType

from footprint.files.descriptors import opened

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_OWNER_FOLDER, _OWNER_FILE, _PLAIN = 0o700, 0o600, 0o777


class UnpackedTree:
    """The tree below `root`, a folder of ours. Paths are relative, without `..`: else ValueError. Raises: OSError."""

    def __init__(self, root: Path) -> None:
        self._root = os.open(root, _FOLDER)
        self._at, self._folder = "", self._root  # the folder that was asked for last

    def __enter__(self) -> UnpackedTree:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._leave()
        os.close(self._root)

    def free_bytes(self) -> int:
        """Return what the disk of the tree has left for us."""
        found = os.fstatvfs(self._root)
        return found.f_bavail * found.f_frsize

    def make_folder(self, path: str) -> None:
        """Make a folder, where it is not there; the one above is."""
        folder, name = self._above(path)
        try:
            os.mkdir(name, 0o755, dir_fd=folder)
        except FileExistsError:
            if not stat.S_ISDIR(os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode):
                raise

    def make_folders(self, path: str) -> None:
        """Make a folder and those above it."""
        parts = path.split("/")
        for count in range(1, len(parts) + 1):
            self.make_folder("/".join(parts[:count]))

    def set_mode(self, path: str, mode: int) -> None:
        """Give a folder its permissions; we can always enter it."""
        os.fchmod(self._open(path), mode & _PLAIN | _OWNER_FOLDER)

    def put(self, path: str, content: Iterable[bytes | memoryview], mode: int) -> None:
        """Write a file, in the place of another one or a link."""
        folder, name = self._above(path)
        self._clear(folder, name)
        with opened(name, _NEW_FILE, 0o600, dir_fd=folder) as file:
            for piece in content:
                left = memoryview(piece)
                while left:
                    left = left[os.write(file, left) :]
            os.fchmod(file, mode & _PLAIN | _OWNER_FILE)

    def link(self, path: str, target: str) -> None:
        """Make a link. Nothing of ours follows it."""
        folder, name = self._above(path)
        self._clear(folder, name)
        os.symlink(target, name, dir_fd=folder)

    def add_name(self, path: str, of: str) -> None:
        """Give a file of the tree a second name."""
        above, name = self._above(of)
        above = os.dup(above)
        try:
            folder, other = self._above(path)
            self._clear(folder, other)
            os.link(name, other, src_dir_fd=above, dst_dir_fd=folder, follow_symlinks=False)
        finally:
            os.close(above)

    def _above(self, path: str) -> tuple[int, str]:
        folder, _, name = path.rpartition("/")
        if name in ("", ".", "..") or path.startswith("/"):
            raise ValueError(f"{path!a} is not a name in a tree")
        return self._open(folder), name

    def _open(self, path: str) -> int:
        if not path:
            return self._root
        if path == self._at:
            return self._folder
        self._leave()
        for part in path.split("/"):
            if part in ("", ".", ".."):
                raise ValueError(f"{path!a} is not a path in a tree")
            below = os.open(part, _FOLDER, dir_fd=self._folder)
            self._leave()
            self._folder = below
        self._at = path
        return self._folder

    def _leave(self) -> None:
        if self._folder != self._root:
            os.close(self._folder)
        self._at, self._folder = "", self._root

    @staticmethod
    def _clear(folder: int, name: str) -> None:
        try:
            os.unlink(name, dir_fd=folder)
        except FileNotFoundError:
            return
