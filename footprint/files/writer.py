"""The writer of what the user named: whole, or the old file stays as it was and nothing lies beside it.

The place is looked at before anything is measured, and held to when it is written: links are followed once, when it is
checked, and what a started application puts there later is not followed. A device is written to where the user names
one; a disk (block device) never is.

A file is written beside the old one, forced to disk and renamed over it; mode, owner and extended attributes are those
of the old one. Where it cannot be replaced (a file that is a mount of its own, an owner that we cannot give) it is
written in place, and what was there is put back when that fails.
"""

# Names and strings, not Path objects: the calls below take descriptors of folders.
# ruff: noqa: PTH116, PTH118

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress

from footprint.ending import undisturbed
from footprint.errors import UsageError
from footprint.files.descriptors import opened
from footprint.late import late_pattern
from footprint.values import dataclass

_FOLDER_FLAGS = getattr(os, "O_PATH", os.O_RDONLY) | getattr(os, "O_DIRECTORY", 0) | getattr(os, "O_CLOEXEC", 0)
_NO_LINK = getattr(os, "O_NOFOLLOW", 0)
_FILE_FLAGS = _NO_LINK | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOCTTY", 0)
_NEW_MODE = 0o666  # less the umask, as any new file
_HAS_DIR_FD = {os.open, os.stat, os.unlink, os.rename} <= os.supports_dir_fd
_MOUNTED = {errno.EBUSY, errno.EXDEV}  # nothing can be renamed over it; the file itself may still be written
Name = str | os.PathLike[str]
_OWN_DESCRIPTOR = late_pattern(r"/(?:dev|proc/self)/fd/(\d+)|/dev/std(out|err)")
_DESCRIPTORS = {"out": 1, "err": 2}


class NotWritten(UsageError):
    """A file that the user named was not written, or cannot be."""

    def __init__(self, path: Name, why: str) -> None:
        super().__init__(f"cannot write {os.fspath(path)}: {why}")
        self.path, self.why = os.fspath(path), why


@dataclass(frozen=True, slots=True)
class InFolder:
    """A regular file, there or not yet. `folder` is real, and the inode that it was when it was checked."""

    path: str  # as the user wrote it
    folder: str
    name: str
    inode: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Stream:
    """What is written to as it comes, since nothing can be put in its place: a device, a pipe, our own output."""

    path: str
    descriptor: int | None = None  # of ours


Place = InFolder | Stream


def write_file(path: Name | Place, content: bytes) -> None:
    """Write a file whole; to a device, a pipe or our own output the bytes are simply sent.

    A link is written through. With a Place, what stands there now is what was checked, or nothing is written.
    Raises: NotWritten. A file that was there is then as it was, byte for byte.
    """
    place = path if isinstance(path, InFolder | Stream) else check_place(path)
    _do(place, lambda stream: _send(stream, content), lambda file: _put(file, content))


def append_file(path: Name | Place, content: bytes) -> None:
    """Add to the end of a file, made where there is none; half an addition is taken back. Raises: NotWritten."""
    place = path if isinstance(path, InFolder | Stream) else check_place(path, adds=True)
    _do(place, lambda stream: _send(stream, content), lambda file: _append(file, content))


@dataclass(frozen=True, slots=True)
class NewContent:
    """What one of several files is to hold; where it is a new one, owner and mode are those of `like`."""

    place: InFolder
    content: bytes
    like: Name | None = None


def write_together(files: Sequence[NewContent]) -> None:
    """Write several files whole: all of them, or each stays as it was.

    All that is new lies on the disk before the first old file is replaced, so that a full disk changes none of them.
    Raises: NotWritten, of the first that could not be written.
    """
    staged: list[_Staged] = []
    with undisturbed(), ExitStack() as open_folders:
        try:
            for new in files:
                with _named(new.place):
                    staged.append(_Staged(open_folders.enter_context(_held(new.place)), new))
                    staged[-1].prepare()
            for each in staged:
                with _named(each.new.place):
                    each.put()
        except BaseException:
            for each in reversed(staged):
                each.take_back()
            raise


class _OwnerNotGiven(OSError):
    """The new file cannot have the owner of the old one."""


class _HeldName:
    """One name in a folder that is held open: no link on the way to it, and none in its place, is followed."""

    def __init__(self, folder: int | None, place: InFolder) -> None:
        self._folder, self._place, self.name = folder, place, place.name

    def open(self, name: str, flags: int) -> AbstractContextManager[int]:
        return opened(self._at(name), flags | _FILE_FLAGS, _NEW_MODE, dir_fd=self._folder)

    def status(self) -> os.stat_result | None:
        """Return what is known of the file, None where there is none. Raises: NotWritten where it is not a file."""
        try:
            status = os.stat(self._at(self.name), dir_fd=self._folder, follow_symlinks=False)
        except FileNotFoundError:
            return None
        if not stat.S_ISREG(status.st_mode):
            raise NotWritten(self._place.path, "there is something other than a file there by now")
        return status

    def rename(self, name: str) -> None:
        """Put `name` in the place of the file."""
        os.replace(self._at(name), self._at(self.name), src_dir_fd=self._folder, dst_dir_fd=self._folder)
        # Not every file system has it, and the file is written.
        with suppress(OSError), opened(self._at("."), os.O_RDONLY, dir_fd=self._folder) as folder:
            os.fsync(folder)

    def remove(self, name: str) -> None:
        with suppress(OSError):
            os.unlink(self._at(name), dir_fd=self._folder)

    def _at(self, name: str) -> str:
        return name if self._folder is not None else f"{self._place.folder}/{name}"


class _Staged:
    """One of several files: what it becomes lies beside it, until all of them do."""

    def __init__(self, file: _HeldName, new: NewContent) -> None:
        self._file, self.new = file, new
        self._beside = f".footprint-{os.urandom(8).hex()}.tmp"
        self._before: bytes | None = None  # None: there was no file
        self._is_ready = self._is_put = False

    def prepare(self) -> None:
        old = self._file.status()
        if old is not None:
            with self._file.open(self._file.name, os.O_RDONLY) as descriptor:
                self._before = _read_all(descriptor)
        alike = os.stat(self.new.like) if old is None and self.new.like is not None else old
        try:
            _lay_beside(self._file, self._beside, alike, self.new.content)
            self._is_ready = True
        except _OwnerNotGiven:  # it is written in place, when the others are ready
            self._file.remove(self._beside)

    def put(self) -> None:
        if self._is_ready:
            try:
                self._file.rename(self._beside)
                self._is_put = True
            except OSError as error:
                if self._before is None or error.errno not in _MOUNTED:
                    raise
        if not self._is_put:
            _put(self._file, self.new.content)
            self._is_put = True

    def take_back(self) -> None:
        """Have everything as it was; what cannot be put back by now stays as it is."""
        self._file.remove(self._beside)
        if self._is_put and self._before is None:
            self._file.remove(self._file.name)
        elif self._is_put and self._before is not None:
            with suppress(OSError, NotWritten):
                _put(self._file, self._before)


@contextmanager
def _named(place: Place) -> Iterator[None]:
    """Say of which file an error of the system is."""
    try:
        yield
    except OSError as error:
        raise NotWritten(place.path, error.strerror or str(error)) from error


def _do(place: Place, send: Callable[[Stream], None], put: Callable[[_HeldName], None]) -> None:
    with _named(place):
        if isinstance(place, Stream):
            send(place)
        else:
            with undisturbed(), _held(place) as file:  # of a signal: it waits until the file is whole
                put(file)


@contextmanager
def _held(place: InFolder) -> Iterator[_HeldName]:
    if not _HAS_DIR_FD:
        yield _HeldName(None, place)
        return
    with opened(place.folder, _FOLDER_FLAGS) as folder:
        status = os.fstat(folder)
        if (status.st_dev, status.st_ino) != place.inode:
            raise NotWritten(place.path, f"the folder {place.folder} is not the folder that it was")
        yield _HeldName(folder, place)


def _send(place: Stream, content: bytes) -> None:
    if place.descriptor is not None:
        _write_all(place.descriptor, content)
        return
    try:
        # A pipe without a reader answers at once, in place of waiting for one.
        with opened(place.path, os.O_WRONLY | getattr(os, "O_NONBLOCK", 0) | _FILE_FLAGS & ~_NO_LINK) as descriptor:
            os.set_blocking(descriptor, True)
            _write_all(descriptor, content)
    except OSError as error:
        if error.errno != errno.ENXIO:
            raise
        raise NotWritten(place.path, "nobody reads from it") from error


def _put(file: _HeldName, content: bytes) -> None:
    """Write beside and rename; in place where that is forbidden and the file is there."""
    old = file.status()
    beside = f".footprint-{os.urandom(8).hex()}.tmp"
    try:
        _lay_beside(file, beside, old, content)
        file.rename(beside)
    except BaseException as error:
        file.remove(beside)
        is_fixed = isinstance(error, _OwnerNotGiven) or (isinstance(error, OSError) and error.errno in _MOUNTED)
        if old is None or not is_fixed:
            raise
        _write_in_place(file, old, content)


def _lay_beside(file: _HeldName, beside: str, old: os.stat_result | None, content: bytes) -> None:
    with file.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL) as descriptor:
        if old is not None:
            _make_alike(file, descriptor, old)
        _write_all(descriptor, content)
        os.fsync(descriptor)


def _make_alike(file: _HeldName, descriptor: int, old: os.stat_result) -> None:
    """Give the new file owner, attributes and mode of the old one. Raises: OSError where the owner cannot be given."""
    if hasattr(os, "fchown"):
        new = os.fstat(descriptor)
        if (new.st_uid, new.st_gid) != (old.st_uid, old.st_gid):
            try:
                os.fchown(descriptor, old.st_uid, old.st_gid)
            except OSError as error:
                raise _OwnerNotGiven(error.errno, error.strerror) from error
    if hasattr(os, "listxattr"):
        with suppress(OSError), file.open(file.name, os.O_RDONLY) as before:
            for name in os.listxattr(before):
                with suppress(OSError):
                    os.setxattr(descriptor, name, os.getxattr(before, name))
    if hasattr(os, "fchmod"):
        os.fchmod(descriptor, stat.S_IMODE(old.st_mode))  # last: giving it away takes bits off


def _write_in_place(file: _HeldName, old: os.stat_result, content: bytes) -> None:
    with file.open(file.name, os.O_RDWR) as descriptor:
        before = _read_all(descriptor)
        try:
            os.lseek(descriptor, 0, os.SEEK_SET)
            _write_all(descriptor, content)
            os.fsync(descriptor)
            os.ftruncate(descriptor, len(content))
        except BaseException:
            os.lseek(descriptor, 0, os.SEEK_SET)
            _write_all(descriptor, before[: len(content)])
            os.ftruncate(descriptor, old.st_size)
            raise


def _read_all(descriptor: int) -> bytes:
    return b"".join(iter(lambda: os.read(descriptor, 1 << 20), b""))


def _append(file: _HeldName, content: bytes) -> None:
    is_new = file.status() is None
    with file.open(file.name, os.O_WRONLY | os.O_APPEND | os.O_CREAT) as descriptor:
        size = os.fstat(descriptor).st_size
        try:
            _write_all(descriptor, content)
        except BaseException:
            if os.fstat(descriptor).st_size <= size + len(content):  # else somebody else added to it meanwhile
                os.ftruncate(descriptor, size)
            if is_new:
                file.remove(file.name)
            raise


def _write_all(descriptor: int, content: bytes) -> None:
    left = memoryview(content)
    while left:
        left = left[os.write(descriptor, left) :]


def check_place(path: Name, *, adds: bool = False) -> Place:
    """Return where `path` leads; `adds`: only to add to it, which a folder that is closed to us does not forbid.

    Raises: NotWritten, with what is wrong with the place, when nothing can be written there.
    """
    text = os.fspath(path)
    if not text:
        raise NotWritten(text, "it names no file")
    try:
        return _stream(text) or _in_folder(text, adds=adds)
    except OSError as error:
        raise NotWritten(text, error.strerror or str(error)) from error
    except ValueError as error:  # a NUL, or a character that no file system has
        raise NotWritten(ascii(text), "this cannot be the name of a file") from error


def _stream(path: str) -> Stream | None:
    """Return the place where it is anything that exists and is not a file of a folder."""
    own = _OWN_DESCRIPTOR.fullmatch(path)
    try:
        status = os.stat(path)
    except FileNotFoundError:
        if own:
            raise NotWritten(path, "this descriptor is not open") from None
        return None
    if own:
        return Stream(path, int(own[1]) if own[1] else _DESCRIPTORS[own[2]])
    if stat.S_ISDIR(status.st_mode):
        raise NotWritten(path, "it is a folder; name a file in it")
    if stat.S_ISBLK(status.st_mode) or stat.S_ISSOCK(status.st_mode):
        raise NotWritten(path, "it is neither a file nor a pipe")
    if not os.access(path, os.W_OK):
        raise NotWritten(path, "Permission denied: it is not writable")
    for descriptor in (1, 2):
        if _is_output(descriptor, status):
            return Stream(path, descriptor)
    return None if stat.S_ISREG(status.st_mode) else Stream(path)


def _is_output(descriptor: int, status: os.stat_result) -> bool:
    """Whether our own output goes to this very file: putting another in its place would lose what follows."""
    try:
        ours = os.fstat(descriptor)
    except OSError:
        return False
    return stat.S_ISREG(ours.st_mode) and os.path.samestat(ours, status)


def _in_folder(path: str, *, adds: bool) -> InFolder:
    folder, name = os.path.split(os.path.realpath(path))
    if not name or path.endswith(("/", "/.", "/..")):
        raise NotWritten(path, "it names a folder; name a file in it")
    try:
        status = os.stat(folder)
    except FileNotFoundError:
        raise NotWritten(path, f"No such file or directory: make the folder {folder} first") from None
    if not stat.S_ISDIR(status.st_mode):
        raise NotWritten(path, f"{folder} is not a folder")
    try:
        is_new = not os.lstat(os.path.join(folder, name))
    except FileNotFoundError:
        is_new = True
    if (is_new or not adds) and not os.access(folder, os.W_OK | os.X_OK):
        raise NotWritten(path, f"Permission denied: the folder {folder} is not writable")
    return InFolder(path, folder, name, (status.st_dev, status.st_ino))
