"""The reader of strangers' files and folders: regular files, of bounded size, without waiting for anybody.

Laws: what is not regular is never opened (to open a pipe wakes its writer, to open a device may do anything).
No size is believed: a file that says less than it holds is read up to the limit. No name is believed, either.
Where a folder cannot be listed nothing is in it: whoever weighs or reads it says so.
"""

# Names and strings, not Path objects: thousands of files are read and thousands of folders listed through here.
# ruff: noqa: PTH112, PTH114, PTH116, PTH208

from __future__ import annotations

import os
import stat
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from operator import attrgetter
from typing import IO, Literal, Protocol

from footprint.units import MIB, size
from footprint.values import dataclass

Reason = Literal["absent", "not-regular", "too-large", "bad-name", "unreadable"]
Name = str | bytes | os.PathLike[str]
ListFolder = Callable[[str], "list[os.DirEntry[str]]"]  # as `read_entries`, by the path from where a walk begins

_FLAGS = (
    os.O_RDONLY
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_NOCTTY", 0)
    | getattr(os, "O_BINARY", 0)
)
_WORDS: Mapping[Reason, str] = {
    "absent": "no such file",
    "not-regular": "not a regular file",
    "bad-name": "not the name of a file",
    "too-large": "",
    "unreadable": "",
}
_HASHED_AT_MOST = 1024 * MIB
_PIECE = 1 << 16  # of files that do not tell their size
_REGULAR, _KIND = 0o100000, 0o170000
_HANDED_OVER = ("/dev/fd/", "/dev/stdin", "/proc/self/fd/")


class NotRead(Exception):
    """A file was not read. `said` are the system's own words where it had some."""

    def __init__(self, reason: Reason, said: str = "", bytes_at_most: int = 0) -> None:
        super().__init__(reason, said, bytes_at_most)
        self.reason, self.said, self.bytes_at_most = reason, said, bytes_at_most

    def __str__(self) -> str:
        return _WORDS[self.reason] or self.said or f"larger than {size(self.bytes_at_most)}"


@dataclass(frozen=True, slots=True)
class StatedContent:
    """The whole content of a file, and the status that it had when it was opened, whatever its name leads to now."""

    data: bytes
    status: os.stat_result


def read_stated(path: Name, *, bytes_at_most: int) -> StatedContent:
    """Return the whole content of a regular file with its status; a link is followed to one.

    Raises: NotRead for anything else, for more than `bytes_at_most`, and for what cannot be opened.
    """
    content = _read(path, bytes_at_most, whole=True)
    if len(content.data) > bytes_at_most:
        raise NotRead("too-large", bytes_at_most=bytes_at_most)
    return content


def try_read_stated(path: Name, *, bytes_at_most: int) -> StatedContent | None:
    """Return what `read_stated` does, None where it would raise: somebody else says why."""
    try:
        return read_stated(path, bytes_at_most=bytes_at_most)
    except NotRead:
        return None


def read_regular(path: Name, *, bytes_at_most: int) -> bytes:
    """Return the whole content of a regular file. Raises: as read_stated."""
    return read_stated(path, bytes_at_most=bytes_at_most).data


def try_read(path: Name, *, bytes_at_most: int) -> bytes | None:
    """Return the whole content of a regular file, None where `read_regular` would raise: somebody else says why."""
    try:
        return read_regular(path, bytes_at_most=bytes_at_most)
    except NotRead:
        return None


def read_start(path: Name, *, bytes_at_most: int) -> bytes:
    """Return the first bytes of a regular file, all of it where it holds no more. Raises: NotRead."""
    return _read(path, bytes_at_most, whole=False).data[:bytes_at_most]


def read_given(path: Name, *, bytes_at_most: int) -> bytes:
    """Return the content of a file that the user named; also of a pipe that the shell handed over: `<(git show ...)`.

    Any other pipe may have no writer, and would be waited for without end. Raises: NotRead.
    """
    try:
        is_pipe = str(path).startswith(_HANDED_OVER) and stat.S_ISFIFO(os.stat(path).st_mode)
        if not is_pipe:
            return read_regular(path, bytes_at_most=bytes_at_most)
        with open(path, "rb", buffering=0) as pipe:  # noqa: PTH123
            return read_descriptor(pipe.fileno(), bytes_at_most=bytes_at_most)
    except (OSError, ValueError) as error:
        raise _told(error) from None


def read_descriptor(descriptor: int, *, bytes_at_most: int) -> bytes:
    """Return all that comes to an open descriptor, as standard input. Raises: NotRead for more than `bytes_at_most`."""
    try:
        data = _read_on(descriptor, bytes_at_most + 1)
    except OSError as error:
        raise _told(error) from None
    if len(data) > bytes_at_most:
        raise NotRead("too-large", bytes_at_most=bytes_at_most)
    return data


@contextmanager
def open_regular(path: Name, *, bytes_at_most: int) -> Iterator[IO[bytes]]:
    """Give a regular file to read pieces of, for what is packed. Raises: NotRead."""
    try:
        if os.stat(path).st_mode & _KIND != _REGULAR:
            raise NotRead("not-regular")
        file = os.fdopen(os.open(path, _FLAGS), "rb")
    except (OSError, ValueError) as error:
        raise _told(error) from None
    with file:
        status = os.fstat(file.fileno())
        if status.st_mode & _KIND != _REGULAR:
            raise NotRead("not-regular")
        if status.st_size > bytes_at_most:
            raise NotRead("too-large", bytes_at_most=bytes_at_most)
        yield file


def _read(path: Name, bytes_at_most: int, *, whole: bool) -> StatedContent:
    """Return up to one byte more than `bytes_at_most`."""
    try:
        if os.stat(path).st_mode & _KIND != _REGULAR:
            raise NotRead("not-regular")
        descriptor = os.open(path, _FLAGS)
        try:
            status = os.fstat(descriptor)  # again: it may be another one by now
            if status.st_mode & _KIND != _REGULAR:
                raise NotRead("not-regular")
            stated = status.st_size
            if stated > bytes_at_most:
                if whole:
                    raise NotRead("too-large", bytes_at_most=bytes_at_most)
                stated = bytes_at_most
            data = os.read(descriptor, stated + 1)
            if len(data) != stated or not stated:
                data += _read_on(descriptor, bytes_at_most + 1 - len(data))
            return StatedContent(data, status)
        finally:
            os.close(descriptor)
    except (OSError, ValueError) as error:
        raise _told(error) from None


def _read_on(descriptor: int, at_most: int) -> bytes:
    """Return what follows up to the end or to `at_most` bytes."""
    parts = []
    while at_most > 0 and (part := os.read(descriptor, min(at_most, _PIECE))):
        parts.append(part)
        at_most -= len(part)
    return b"".join(parts)


def _told(error: OSError | ValueError) -> NotRead:
    if isinstance(error, ValueError):  # a NUL in the name, or a character that no file system has
        return NotRead("bad-name")
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return NotRead("absent", error.strerror or "")
    if isinstance(error, IsADirectoryError):
        return NotRead("not-regular", error.strerror or "")
    return NotRead("unreadable", error.strerror or str(error))


_NAME = attrgetter("name")
_ENVIRONMENT_MARKS = frozenset({"pyvenv.cfg", "conda-meta"})


def list_names(folder: str | os.PathLike[str]) -> list[str]:
    """Return the names in a folder, sorted."""
    try:
        return sorted(os.listdir(folder))
    except (OSError, ValueError):  # ValueError: a NUL in the name
        return []


def list_entries(folder: str | os.PathLike[str]) -> list[os.DirEntry[str]] | None:
    """Return the entries of a folder by their names, None for one that cannot be listed."""
    try:
        return read_entries(folder)
    except (OSError, ValueError):
        return None


def read_entries(folder: str | os.PathLike[str]) -> list[os.DirEntry[str]]:
    """Return the entries of a folder by their names. Raises: OSError."""
    with os.scandir(folder) as entries:
        return sorted(entries, key=_NAME)


def is_real_folder(entry: os.DirEntry[str]) -> bool:
    """Whether an entry is a folder itself, and no link to one."""
    try:
        return entry.is_dir(follow_symlinks=False)
    except OSError:
        return False


def walk_folders(
    top: str | os.PathLike[str],
    listed: Callable[[str], list[os.DirEntry[str]] | None] | None = None,
    *,
    start: Iterable[str] = ("",),
    nearest_first: bool = True,
) -> Iterator[tuple[str, list[os.DirEntry[str]], list[str]]]:
    """Yield (folder, its entries, the folders to enter), relative to `top` and posix, "" for `top` itself.

    Whoever asks puts the names of the folders to enter into the last. Environments below `top` are left out, and what
    cannot be listed has no entries. `listed` lists such a folder, `start` is where the walk begins. It goes down first
    where it is not `nearest_first`, then into the last of the folders to enter.
    """
    listed = listed or (lambda folder: list_entries(f"{os.fspath(top)}/{folder}"))
    waiting = deque(start)
    while waiting:
        folder = waiting.popleft() if nearest_first else waiting.pop()
        entries = listed(folder) or []
        if folder and not _ENVIRONMENT_MARKS.isdisjoint(map(_NAME, entries)):
            continue
        inner: list[str] = []
        yield folder, entries, inner
        waiting.extend(f"{folder}/{name}" if folder else name for name in inner)


class FolderView(Protocol):
    """What a join of metadata and files asks of the files around it: of this machine, or of an image not unpacked.

    No link leads out of what is viewed: whoever views an image answers from what the image holds.
    """

    def real_path(self, path: str) -> str:
        """Return the path with all links followed; what is not there stays as it is written."""

    def exists(self, path: str) -> bool:
        """Whether anything has this name, a link that leads nowhere among it."""

    def size(self, path: str) -> int:
        """Return the bytes of a file, of a link its own. Raises: OSError."""

    def is_folder(self, path: str) -> bool:
        """Whether it is a folder itself, and no link to one."""

    def names(self, path: str) -> list[str]:
        """Return the names in a folder, in any order. Raises: OSError; NotADirectoryError of a file."""

    def read(self, path: str, *, bytes_at_most: int) -> bytes:
        """Return the whole content of a regular file. Raises: NotRead."""

    def read_start(self, path: str, *, bytes_at_most: int) -> bytes:
        """Return the first bytes of a regular file. Raises: NotRead."""

    def sha256(self, path: str) -> bytes:
        """Return the digest of the content of a regular file. Raises: NotRead."""


class DiskView:
    """The files of this machine."""

    def real_path(self, path: str) -> str:
        """Follow all links."""
        return os.path.realpath(path)

    def exists(self, path: str) -> bool:
        """Ask for the name alone."""
        return os.path.lexists(path)

    def size(self, path: str) -> int:
        """Return its st_size, links not followed. Raises: OSError."""
        return os.lstat(path).st_size

    def is_folder(self, path: str) -> bool:
        """Whether it is a folder itself."""
        return os.path.isdir(path) and not os.path.islink(path)

    def names(self, path: str) -> list[str]:
        """List it. Raises: OSError."""
        return os.listdir(path)

    def read(self, path: str, *, bytes_at_most: int) -> bytes:
        """Read it by the bounded reader. Raises: NotRead."""
        return read_regular(path, bytes_at_most=bytes_at_most)

    def read_start(self, path: str, *, bytes_at_most: int) -> bytes:
        """Read its start by the bounded reader. Raises: NotRead."""
        return read_start(path, bytes_at_most=bytes_at_most)

    def sha256(self, path: str) -> bytes:
        """Read it in pieces. Raises: NotRead."""
        import hashlib  # with it comes OpenSSL, and few files are claimed twice

        hashed = hashlib.sha256()
        with open_regular(path, bytes_at_most=_HASHED_AT_MOST) as file:
            while piece := file.read(MIB):
                hashed.update(piece)
        return hashed.digest()


DISK: FolderView = DiskView()


def list_sorted(view: FolderView, folder: str) -> list[str]:
    """Return the names in a folder, sorted; of what cannot be listed none."""
    try:
        return sorted(view.names(folder))
    except (OSError, ValueError):  # ValueError: a NUL in the name
        return []
