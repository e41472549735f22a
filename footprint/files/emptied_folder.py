"""Remove what an application left in a folder of ours, by descriptors: no link is followed, no depth matters.

A folder is moved up to the top before it is entered. So the work is never deeper than one level, two descriptors are
enough, and the move itself proves that the folder lies on our own mount: a mount point cannot be moved.
A mode is changed where a folder of ours cannot be entered otherwise, through a descriptor of that very folder (where
there is none without rights, as on macOS, by a call that follows no link). It ends, though somebody goes on writing.
"""

# Names and strings, not Path objects: all calls take descriptors of folders.
# ruff: noqa: PTH101, PTH115, PTH119

from __future__ import annotations

import errno
import itertools
import os
import secrets
import stat
import time
from contextlib import suppress

from footprint.files.descriptors import opened
from footprint.files.listing import is_real_folder

FOLDER_FLAGS = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0) | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)
_HANDLE_FLAGS = getattr(os, "O_PATH", 0) | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)
_ENTER = 0o700
_BATCH = 10_000
_AT_MOST_S = 120.0  # a million files take a tenth of it


def empty(top: int) -> list[str]:
    """Remove everything below an open folder of ours; return what could not be removed, by name."""
    if _is_gone(top):
        return []
    return _Emptying(top).run()


def remove_held(folder: int) -> list[str]:
    """Remove an open, empty folder of ours wherever it stands by now; return its name where that is not possible."""
    if _is_gone(folder):
        return []
    name = None
    try:
        with opened("..", _HANDLE_FLAGS, dir_fd=folder) as above:
            name = _name_in(above, folder)
            if name is None:
                return ["a folder that was moved away"]
            os.rmdir(name, dir_fd=above)
    except OSError as error:
        return [name or error.strerror or str(error)]
    return []


def remove_other(name: str, above: int, *, than: int) -> list[str]:
    """Remove what stands by a name of ours in an open folder, if it is another than the open folder of ours.

    It may be another folder, or a link, which is not followed.
    """
    try:
        status = os.stat(name, dir_fd=above, follow_symlinks=False)
    except OSError:
        return []
    if os.path.samestat(status, os.fstat(than)):
        return []
    removal = _Emptying(above)
    removal.take(name, above, is_folder=stat.S_ISDIR(status.st_mode))
    return removal.finish()


class _Emptying:
    """One folder being emptied. `waiting` are folders that stand at the top, still to be emptied."""

    def __init__(self, top: int) -> None:
        self.top = top
        self.waiting: list[tuple[str, str]] = []  # name at the top, name before
        self.left: list[str] = []
        self._token = f".footprint-{secrets.token_hex(8)}-"
        self._numbers = itertools.count()
        self._mount = _mount_of(top)
        self._until = time.monotonic() + _AT_MOST_S

    def run(self) -> list[str]:
        with suppress(OSError):
            os.fchmod(self.top, _ENTER)
        try:
            self._sweep(self.top)
        except OSError as error:
            self.left.append(error.strerror or str(error))
        return self.finish()

    def finish(self) -> list[str]:
        while self.waiting:
            name, before = self.waiting.pop()
            try:
                with opened(name, FOLDER_FLAGS, dir_fd=self.top) as folder:
                    self._sweep(folder)
                os.rmdir(name, dir_fd=self.top)
            except OSError:
                self.left.append(before)
        return self.left

    def _sweep(self, folder: int) -> None:
        """Remove the files of an open folder and move its folders to the top, so many at a time."""
        passed, token = set[str](), self._token
        while True:
            with os.scandir(folder) as entries:
                fresh = (entry for entry in entries if not (entry.name in passed or entry.name.startswith(token)))
                batch = [(entry.name, is_real_folder(entry)) for entry in itertools.islice(fresh, _BATCH)]
            for name, is_folder in batch:
                if not self.take(name, folder, is_folder=is_folder):
                    passed.add(name)
            if not batch:
                return
            if time.monotonic() > self._until:
                raise OSError(errno.EBUSY, "files that come faster than they can be removed")

    def take(self, name: str, folder: int, *, is_folder: bool) -> bool:
        """Remove a file, or move a folder to the top; return whether it is gone from where it was."""
        try:
            if not is_folder:
                os.unlink(name, dir_fd=folder)
                return True
            moved = f"{self._token}{next(self._numbers)}"
            self._make_enterable(name, folder)
            os.rename(name, moved, src_dir_fd=folder, dst_dir_fd=self.top)
        except FileNotFoundError:
            return True
        except OSError:  # immutable, of another user, a mount
            self.left.append(name)
            return False
        self.waiting.append((moved, name))
        return True

    def _make_enterable(self, name: str, folder: int) -> None:
        """Let us into a folder of our own user on our own mount, whatever its mode; leave all else as it is."""
        status = os.stat(name, dir_fd=folder, follow_symlinks=False)
        if not stat.S_ISDIR(status.st_mode) or status.st_mode & _ENTER == _ENTER:
            return
        if not hasattr(os, "O_PATH"):
            if self._may_change(status) and os.chmod in os.supports_follow_symlinks:
                with suppress(OSError, NotImplementedError):
                    os.chmod(name, _ENTER, dir_fd=folder, follow_symlinks=False)
            return
        with opened(name, _HANDLE_FLAGS, dir_fd=folder) as handle:
            if self._may_change(os.fstat(handle)) and _mount_of(handle) == self._mount:
                with suppress(OSError):  # no /proc
                    os.chmod(f"/proc/self/fd/{handle}", _ENTER)

    def _may_change(self, status: os.stat_result) -> bool:
        ours = os.fstat(self.top)
        return stat.S_ISDIR(status.st_mode) and (status.st_uid, status.st_dev) == (os.geteuid(), ours.st_dev)


def _mount_of(descriptor: int) -> bytes:
    """Return the number of the mount that an open file lies on; empty where the system does not tell."""
    text = b""
    with suppress(OSError), opened(f"/proc/self/fdinfo/{descriptor}", os.O_RDONLY) as handle:
        text = os.read(handle, 4096)
    return next((line for line in text.splitlines() if line.startswith(b"mnt_id:")), b"")


def _is_gone(folder: int) -> bool:
    """Whether an open folder was removed."""
    return os.fstat(folder).st_nlink == 0


def _name_in(above: int, folder: int) -> str | None:
    """Return the name by which an open folder stands in the one above it."""
    wanted = os.fstat(folder)

    def is_it(name: str) -> bool:
        return os.path.samestat(os.stat(name, dir_fd=above, follow_symlinks=False), wanted)

    with suppress(OSError):  # no /proc, or a path that is too long for it
        name = os.path.basename(os.readlink(f"/proc/self/fd/{folder}"))
        if is_it(name):
            return name
    with suppress(OSError):
        with opened(".", FOLDER_FLAGS, dir_fd=above) as readable, os.scandir(readable) as entries:
            alike = [entry.name for entry in entries if entry.inode() == wanted.st_ino]
        return next(filter(is_it, alike), None)
    return None
