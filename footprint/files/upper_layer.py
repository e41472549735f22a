"""The upper folder of an overlay, on Linux: what is hidden and put there before, and what is there afterwards.

It lies in a private folder of ours. The real folder below it (`lower`) is only looked at. Source: overlayfs.rst of the
kernel: a character device 0:0 hides the name that it has; a folder that is in both shows both, with the upper mode.
"""

# Names and strings, not Path objects: thousands of names are hidden through here.
# ruff: noqa: PTH101, PTH102, PTH118

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import suppress

from footprint.files.descriptors import opened
from footprint.files.reader import NotRead, is_real_folder, list_entries, read_regular
from footprint.model.trial import WrittenKind, WrittenPath

_OPAQUE = "user.overlay.opaque"
_COMPARED_AT_MOST = 64 << 20
_BYTECODE = "__pycache__"


class UpperLayer:
    """One upper folder. `lower` is the real path that it covers, `upper` a new folder of ours. All paths relative."""

    def __init__(self, lower: str, upper: str) -> None:
        self.lower, self.upper = lower, upper
        self._ours: dict[str, tuple[int, int] | None] = {}  # None: hidden; else size and time of what was put
        self._folders: dict[str, None] = {}
        _make_like(lower, upper)

    def hide(self, path: str) -> None:
        """Make a file or folder look removed. Raises: OSError."""
        self._make_folders(path)
        os.mknod(os.path.join(self.upper, path), stat.S_IFCHR | 0o600, os.makedev(0, 0))
        self._ours[path] = None

    def put(self, path: str, content: bytes) -> None:
        """Give a file another content, with mode and owner that it has. Raises: OSError."""
        self._make_folders(path)
        place, before = os.path.join(self.upper, path), _status(os.path.join(self.lower, path))
        with opened(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666) as descriptor:
            left = memoryview(content)
            while left:
                left = left[os.write(descriptor, left) :]
            if before is not None:
                with suppress(OSError):
                    os.fchown(descriptor, before.st_uid, before.st_gid)
                os.fchmod(descriptor, stat.S_IMODE(before.st_mode))
        after = os.lstat(place)
        self._ours[path] = (after.st_size, after.st_mtime_ns)

    def settle(self) -> None:
        """Give the folders the times that they have below; after the last change."""
        for folder in ("", *self._folders):
            if (status := _status(os.path.join(self.lower, folder))) is not None:
                os.utime(os.path.join(self.upper, folder), ns=(status.st_atime_ns, status.st_mtime_ns))

    def list_written(self) -> Iterator[WrittenPath]:
        """Yield what is there now and was not put there by us; nothing of bytecode."""
        waiting = [""]
        while waiting:
            folder = waiting.pop()
            for entry in list_entries(os.path.join(self.upper, folder)) or ():
                path = os.path.join(folder, entry.name)
                is_folder = is_real_folder(entry)
                if entry.name == _BYTECODE or entry.name.endswith(".pyc"):
                    continue
                kind = self._kind_of(path, entry.stat(follow_symlinks=False))
                if kind is not None:
                    yield WrittenPath(os.path.join(self.lower, path), kind)
                if is_folder:
                    waiting.append(path)

    def _kind_of(self, path: str, status: os.stat_result) -> WrittenKind | None:
        below = _status(os.path.join(self.lower, path))
        if stat.S_ISCHR(status.st_mode) and status.st_rdev == 0:
            return None if path in self._ours or below is None else "deleted"
        if path in self._ours and self._ours[path] == (status.st_size, status.st_mtime_ns):
            return None
        if below is None or stat.S_IFMT(below.st_mode) != stat.S_IFMT(status.st_mode):
            return "written"
        mode: WrittenKind | None = "mode" if below.st_mode != status.st_mode else None
        if stat.S_ISDIR(status.st_mode):
            is_new = path in self._ours or is_opaque(os.path.join(self.upper, path))
            return "written" if is_new else mode
        return mode if self._is_alike(path, status, below) else "written"

    def _is_alike(self, path: str, status: os.stat_result, below: os.stat_result) -> bool:
        """Whether a file that was copied up is still what it was: opened for writing, and nothing written."""
        if status.st_size != below.st_size or not stat.S_ISREG(status.st_mode):
            return False
        if status.st_mtime_ns == below.st_mtime_ns:
            return True
        try:
            upper, lower = (
                read_regular(os.path.join(top, path), bytes_at_most=_COMPARED_AT_MOST)
                for top in (self.upper, self.lower)
            )
        except NotRead:
            return False
        return upper == lower

    def _make_folders(self, path: str) -> None:
        folder = ""
        for name in path.split("/")[:-1]:
            folder = os.path.join(folder, name)
            if folder not in self._folders:
                with suppress(FileExistsError):  # a program that ran there has it already
                    os.mkdir(os.path.join(self.upper, folder))
                _make_like(os.path.join(self.lower, folder), os.path.join(self.upper, folder))
                self._folders[folder] = None


def _make_like(lower: str, upper: str) -> None:
    """Give a folder of ours the owner and mode of the one below it, which is none of ours."""
    status = _status(lower)
    if status is None:
        return
    with suppress(OSError):  # an ordinary user gives nothing away
        os.chown(upper, status.st_uid, status.st_gid)
    os.chmod(upper, stat.S_IMODE(status.st_mode))


def _status(path: str) -> os.stat_result | None:
    try:
        return os.lstat(path)
    except OSError:
        return None


def is_opaque(folder: str) -> bool:
    """Whether a folder of an upper layer shows nothing of the one below it."""
    try:
        return os.getxattr(folder, _OPAQUE) == b"y"  # type: ignore[attr-defined,unused-ignore]
    except OSError:
        return False
