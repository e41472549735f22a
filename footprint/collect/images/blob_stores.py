"""Where the blobs of an image lie: in a folder, or as members of an archive that is read by its offsets.

Laws: no link leads out. A blob is asked for by a name that came from a stranger: it is looked up among the members, or
made of a digest that was checked; never a path of its own.
"""

from __future__ import annotations

import os
import posixpath
import re
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import IO, Protocol

from footprint.collect.images.packed_streams import BlobBytes
from footprint.collect.images.tar_headers import FILES, SYMBOLIC, TarBroken
from footprint.collect.images.tar_members import padded, read_members
from footprint.errors import ImageUnreadable
from footprint.files.reader import NotRead, open_regular
from footprint.units import MIB

_DIGEST = re.compile(r"(sha256):([0-9a-f]{64})", re.ASCII)
_LARGEST = 1 << 50
_TEXT_AT_MOST = 4 * MIB  # of a manifest or a configuration, as registries have it
_MEMBERS_AT_MOST = 100_000
_LINKS_AT_MOST = 40


class BlobStore(Protocol):
    """A place of blobs."""

    def text(self, name: str) -> bytes | None:
        """Return a small file, None where there is none. Raises: ImageUnreadable for one that is large."""

    def blob(self, name: str) -> AbstractContextManager[BlobBytes]:
        """Give a blob to be read in a `with` statement. Raises: ImageUnreadable where there is none."""


def blob_name(digest: object) -> str:
    """Return where a blob of this digest lies. Raises: TarBroken for what is not a digest that can be checked."""
    found = _DIGEST.fullmatch(digest) if isinstance(digest, str) else None
    if found is None:
        raise TarBroken(f"{str(digest)[:80]!r} is not the SHA-256 of a blob")
    return f"blobs/{found[1]}/{found[2]}"


class FolderStore:
    """An OCI layout in a folder."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def text(self, name: str) -> bytes | None:
        """Return a small file of the layout. Raises: ImageUnreadable."""
        try:
            with self._opened(name) as file:
                data = file.read(_TEXT_AT_MOST + 1)
        except NotRead as why:
            if why.reason == "absent":
                return None
            raise ImageUnreadable(str(self._root / name), str(why)) from None
        return _checked(data, str(self._root / name))

    @contextmanager
    def blob(self, name: str) -> Iterator[BlobBytes]:
        """Give a blob. Raises: ImageUnreadable."""
        try:
            with self._opened(name) as file:
                yield _Part(file, 0, os.fstat(file.fileno()).st_size)
        except NotRead as why:
            raise ImageUnreadable(str(self._root / name), str(why)) from None

    @contextmanager
    def _opened(self, name: str) -> Iterator[IO[bytes]]:
        at = self._root
        for part in name.split("/"):
            at /= part
            if at.is_symlink():  # a layout of a stranger may have one that leads to any file
                raise NotRead("unreadable", "it is a link, which is not followed")
        with open_regular(at, bytes_at_most=_LARGEST) as file:
            yield file


class ArchiveStore:
    """The members of an archive that holds an image, by their offsets. Links among them are followed."""

    def __init__(self, file: IO[bytes], path: str) -> None:
        """Read all headers. Raises: ImageUnreadable."""
        self._file, self._path = file, path
        self._size = file.seek(0, os.SEEK_END)
        self._members: dict[str, tuple[int, int]] = {}
        self._links: dict[str, str] = {}
        try:
            self._read()
        except TarBroken as why:
            raise ImageUnreadable(path, str(why)) from None

    def _read(self) -> None:
        stream = _FileBytes(self._file)
        for count, member in enumerate(read_members(stream)):
            name, offset = posixpath.normpath(member.name.decode("utf-8", "surrogateescape")), stream.place
            if count > _MEMBERS_AT_MOST:
                raise TarBroken(f"it holds more than {_MEMBERS_AT_MOST:,} files: it is not an image")
            if member.kind in FILES:
                self._members[name] = offset, member.size
            elif member.kind == SYMBOLIC:
                target = member.link.decode("utf-8", "surrogateescape")
                self._links[name] = posixpath.normpath(posixpath.join(posixpath.dirname(name), target))
            if offset + member.size > self._size:
                raise TarBroken("it is cut off")
            self._file.seek(offset + padded(member.size))

    def _find(self, name: str) -> tuple[int, int] | None:
        name = posixpath.normpath(name)
        for _ in range(_LINKS_AT_MOST):  # docker before 25 wrote a layer once, and links to it
            if name not in self._links:
                break
            name = self._links[name]
        return self._members.get(name)

    def text(self, name: str) -> bytes | None:
        """Return a small member. Raises: ImageUnreadable."""
        found = self._find(name)
        if found is None:
            return None
        part = _Part(self._file, *found)
        return _checked(part.read(_TEXT_AT_MOST + 1), f"{name} in {self._path}")

    @contextmanager
    def blob(self, name: str) -> Iterator[BlobBytes]:
        """Give a member. Raises: ImageUnreadable."""
        found = self._find(name)
        if found is None:
            raise ImageUnreadable(self._path, f"{name} is not in it")
        yield _Part(self._file, *found)


def _checked(data: bytes, name: str) -> bytes:
    if len(data) > _TEXT_AT_MOST:
        raise ImageUnreadable(name, "it is larger than any manifest")
    return data


class _Part:
    """A part of an open file."""

    def __init__(self, file: IO[bytes], start: int, size: int) -> None:
        self.size, self._file, self._left = size, file, size
        file.seek(start)

    def read(self, count: int, /) -> bytes:
        data = self._file.read(min(count, self._left))
        self._left -= len(data)
        return data


class _FileBytes:
    """A file as a stream of which parts are passed over by seeking."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        file.seek(0)

    @property
    def place(self) -> int:
        return self._file.tell()

    def take(self, count: int) -> bytes:
        return self._file.read(count)
