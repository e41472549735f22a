"""Where the user wants a file written: looked at before anything is measured, and held to when it is written.

Laws: links are followed once, when the place is checked. What a started application puts there later is not followed.
A device is written to where the user names one; a disk (block device) never is.
"""

# Names and strings, not Path objects: the calls below take descriptors of folders.
# ruff: noqa: PTH116, PTH118

from __future__ import annotations

import os
import re
import stat

from footprint.errors import UsageError
from footprint.values import dataclass

Name = str | os.PathLike[str]
_OWN_DESCRIPTOR = re.compile(r"/(?:dev|proc/self)/fd/(\d+)|/dev/std(out|err)")
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
