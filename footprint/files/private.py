"""Folders of our own for what a started application writes: made, held open, and removed again by their descriptors.

An application may do anything with the folder that is its HOME. It is known by its descriptor from the beginning, so it
is found and emptied wherever it was moved to, and what stands in its place is not taken for it.

What it left is removed by descriptors: no link is followed, no depth matters. A folder is moved up to the top before it
is entered. So the work is never deeper than one level, two descriptors are enough, and the move itself proves that the
folder lies on our own mount: a mount point cannot be moved. A mode is changed where a folder of ours cannot be entered
otherwise, through a descriptor of that very folder (where there is none without rights, as on macOS, by a call that
follows no link). It ends, though somebody goes on writing.
"""

# Names and strings, not Path objects: all calls take descriptors of folders.
# ruff: noqa: PTH101, PTH115, PTH119

from __future__ import annotations

import errno
import itertools
import os
import stat
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import IO

from footprint.ending import Held, hold, undisturbed
from footprint.errors import CannotMeasure
from footprint.files.descriptors import opened
from footprint.files.reader import is_real_folder
from footprint.values import dataclass

_PRIVATE = 0o700
_FOLDER_FLAGS = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0) | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)
_HANDLE_FLAGS = getattr(os, "O_PATH", 0) | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)
_BATCH = 10_000
_AT_MOST_S = 120.0  # a million files take a tenth of it


@dataclass(frozen=True, slots=True)
class _Held:
    """A folder of ours: its descriptor, and the name by which it was made in an open folder."""

    descriptor: int
    above: int
    name: str


@contextmanager
def private_folder(purpose: str, inner: tuple[str, ...] = ()) -> Iterator[Path]:
    """Give a new folder that nobody else can enter, with the folders `inner` in it, and remove all of them afterwards.

    Each of them is held, so `inner` names what an application is handed as its own (HOME, TMPDIR) and may move away.
    What cannot be removed is told on standard error. Raises: CannotMeasure where no folder can be made.
    """
    name = f"footprint-{purpose}-{os.urandom(8).hex()}"
    folders: list[_Held] = []
    left: list[str] = []
    emptying = Held(lambda: left.extend(_remove_whole(folders)))
    with ExitStack() as held:
        try:
            with undisturbed():
                hold(emptying)
                path = _make_outer(name, folders, held)
                for each in inner:
                    _make(each, folders[0].descriptor, folders, held)
            yield path
        finally:
            emptying.undo()
            _tell(name, left)


def nameless_file() -> IO[bytes]:
    """Return a file without a name: it is gone when it is closed, whatever happens.

    Undisturbed: the first call tries the folder by a file with a name, which a command that ends would leave there.
    """
    import tempfile  # with it come random numbers and libraries for archives

    with undisturbed():
        return tempfile.TemporaryFile()


def _make_outer(name: str, folders: list[_Held], held: ExitStack) -> Path:
    """Make the folder in the first place that takes one: never in the working folder, which is the user's."""
    said = ""
    for place in temporary_places():
        try:
            _make(name, _open(place, held), folders, held)
            return Path(place, name)
        except OSError as error:
            said = said or f"{place}: {error.strerror}"
    raise CannotMeasure(f"cannot make a temporary folder ({said}): set TMPDIR to a folder that can be written")


def temporary_places() -> Iterator[str]:
    """Yield the folders in which something of ours may be made, first those that the environment names."""
    named = filter(None, map(os.environ.get, ("TMPDIR", "TEMP", "TMP")))
    return map(os.path.realpath, (*named, "/tmp", "/var/tmp", "/usr/tmp"))


def _make(name: str, above: int, folders: list[_Held], held: ExitStack) -> None:
    os.mkdir(name, _PRIVATE, dir_fd=above)
    folders.append(_Held(_open(name, held, above), above, name))


def _open(name: str, held: ExitStack, above: int | None = None) -> int:
    descriptor = os.open(name, _FOLDER_FLAGS, dir_fd=above)
    held.callback(os.close, descriptor)
    return descriptor


def _remove_whole(folders: list[_Held]) -> list[str]:
    try:
        return _remove(folders)
    except KeyboardInterrupt:  # the second time: this is not left half done
        _remove(folders)
        raise


def _remove(folders: list[_Held]) -> list[str]:
    """Empty every folder, remove it where it is by now, and what an application put in place of the outer one."""
    left: list[str] = []
    try:
        for folder in folders:
            left += _empty(folder.descriptor)
        for folder in reversed(folders):
            left += _remove_held(folder.descriptor)
        for folder in folders[:1]:
            left += _remove_other(folder.name, folder.above, than=folder.descriptor)
    except OSError as error:
        left.append(error.strerror or str(error))
    return left


def _tell(name: str, left: list[str]) -> None:
    if not left:
        return
    more = f" and {len(left) - 1} more" if len(left) > 1 else ""
    with suppress(OSError, ValueError):
        sys.stderr.write(f"footprint: {left[0]!a}{more} of the temporary folder {name} could not be removed\n")


def _empty(top: int) -> list[str]:
    """Remove everything below an open folder of ours; return what could not be removed, by name."""
    if _is_gone(top):
        return []
    return _Emptying(top).run()


def _remove_held(folder: int) -> list[str]:
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


def _remove_other(name: str, above: int, *, than: int) -> list[str]:
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
        self._token = f".footprint-{os.urandom(8).hex()}-"
        self._numbers = itertools.count()
        self._mount = _mount_of(top)
        self._until = time.monotonic() + _AT_MOST_S

    def run(self) -> list[str]:
        with suppress(OSError):
            os.fchmod(self.top, _PRIVATE)
        try:
            self._sweep(self.top)
        except OSError as error:
            self.left.append(error.strerror or str(error))
        return self.finish()

    def finish(self) -> list[str]:
        while self.waiting:
            name, before = self.waiting.pop()
            try:
                with opened(name, _FOLDER_FLAGS, dir_fd=self.top) as folder:
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
        if not stat.S_ISDIR(status.st_mode) or status.st_mode & _PRIVATE == _PRIVATE:
            return
        if not hasattr(os, "O_PATH"):
            if self._may_change(status) and os.chmod in os.supports_follow_symlinks:
                with suppress(OSError, NotImplementedError):
                    os.chmod(name, _PRIVATE, dir_fd=folder, follow_symlinks=False)
            return
        with opened(name, _HANDLE_FLAGS, dir_fd=folder) as handle:
            if self._may_change(os.fstat(handle)) and _mount_of(handle) == self._mount:
                with suppress(OSError):  # no /proc
                    os.chmod(f"/proc/self/fd/{handle}", _PRIVATE)

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
        with opened(".", _FOLDER_FLAGS, dir_fd=above) as readable, os.scandir(readable) as entries:
            alike = [entry.name for entry in entries if entry.inode() == wanted.st_ino]
        return next(filter(is_it, alike), None)
    return None
