"""The members of an archive that comes in pieces, one after the other, each with what extended headers say of it.

The standard library's reader takes 30 us for a member, mostly for objects: that would be longer than the unpacking.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple, Protocol

from footprint.collect.images import tar_headers
from footprint.collect.images.tar_headers import BLOCK, ZEROS, TarBroken, TarHeader, parse_header, parse_pax

_EXTENDED_AT_MOST = 1 << 20  # bytes of one extended header
_NAME_AT_MOST = 4096  # PATH_MAX
_MAP_BLOCKS_AT_MOST = 1 << 16
_PLAIN_FILES = (b"0", b"\0")
_LONG = (tar_headers.LONG_NAME, tar_headers.LONG_LINK)


class TarMember(NamedTuple):
    """One member: its content follows in the stream, padded to whole blocks."""

    kind: bytes
    name: bytes
    size: int
    link: bytes
    is_sparse: bool  # then the content may begin with a map
    mode: int = 0  # the permissions, without setuid and its like


class TarSource(Protocol):
    """What headers are taken from."""

    def take(self, count: int) -> bytes:
        """Return the next bytes, fewer at the end."""


class TarBytes:
    """Pieces as one stream: of small parts a copy, of large ones views."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._piece, self._view, self._at, self._end = b"", memoryview(b""), 0, 0
        self.offset = 0  # of the piece in the stream

    @property
    def place(self) -> int:
        """How many bytes were taken."""
        return self.offset + self._at

    def take(self, count: int) -> bytes:
        """Return the next bytes, fewer at the end of the stream."""
        at = self._at
        if at + count <= self._end:
            self._at = at + count
            return self._piece[at : at + count]
        return b"".join(map(bytes, self.views(count)))

    def view(self, count: int) -> memoryview | None:
        """Return the next bytes where the piece at hand has them all; else None, and nothing is taken."""
        at = self._at
        if at + count > self._end:
            return None
        self._at = at + count
        return self._view[at : at + count]

    def views(self, count: int) -> Iterator[memoryview]:
        """Yield the next bytes as parts of the pieces, fewer at the end of the stream."""
        while count > 0:
            if self._at == self._end and not self._next():
                return
            part = self._view[self._at : self._at + count]
            self._at += len(part)
            count -= len(part)
            yield part

    def skip(self, count: int) -> None:
        """Pass over the next bytes. Raises: TarBroken where the stream ends before."""
        at = self._at + count
        if at <= self._end:
            self._at = at
            return
        wanted = self.place + count
        for _ in self.views(count):
            pass
        if self.place != wanted:
            raise TarBroken("it is cut off")

    def _next(self) -> bool:
        self.offset += self._end
        self._at = self._end = 0
        for piece in self._pieces:
            if piece:
                self._piece, self._view, self._end = piece, memoryview(piece), len(piece)
                return True
        self._piece, self._view = b"", memoryview(b"")
        return False


def read_members(stream: TarSource) -> Iterator[TarMember]:
    """Yield each member; whoever takes one also takes its content, `padded` to whole blocks.

    Raises: TarBroken for an archive that is damaged or cut off.
    """
    said: dict[str, bytes] = {}
    while (block := stream.take(BLOCK)) and block != ZEROS:
        if len(block) < BLOCK:
            raise TarBroken("it is cut off")
        header = parse_header(block)
        if header.kind == tar_headers.PAX:
            said = {**said, **parse_pax(_extended(stream, header.size))}
        elif header.kind in _LONG:
            key = "path" if header.kind == tar_headers.LONG_NAME else "linkpath"
            said = {**said, key: _extended(stream, header.size).partition(b"\0")[0]}
        elif header.kind == tar_headers.PAX_GLOBAL:
            _extended(stream, header.size)
        else:
            if header.kind == tar_headers.SPARSE:
                _skip_map(stream, block)
            yield _member(header, said)
            said = {}
    if said:
        raise TarBroken("it is cut off after an extended header")
    if block and stream.take(BLOCK) not in (b"", ZEROS):
        raise TarBroken("something else stands where its end should be")


def padded(size: int) -> int:
    """Return the bytes that a content of this size takes in an archive."""
    return -(-size // BLOCK) * BLOCK


def _member(header: TarHeader, said: dict[str, bytes]) -> TarMember:
    """Return a member by its header and what was said of it before: only the whole name shows what it is."""
    kind, name, size, link, mode = header
    if not said:
        if kind in _PLAIN_FILES and name.endswith(b"/"):  # as before POSIX
            kind = tar_headers.DIRECTORY
        return TarMember(
            kind, name, 0 if kind in tar_headers.HEADER_ONLY else size, link, kind == tar_headers.SPARSE, mode
        )
    size = tar_headers.parse_decimal(said["size"]) if "size" in said else size
    name, link = said.get("path", name), said.get("linkpath", link)
    is_sparse = "GNU.sparse.name" in said or kind == tar_headers.SPARSE
    name = said.get("GNU.sparse.name", name)
    if len(name) > _NAME_AT_MOST or len(link) > _NAME_AT_MOST:
        raise TarBroken(f"a name in it is longer than {_NAME_AT_MOST} bytes")
    if kind in _PLAIN_FILES and name.endswith(b"/"):
        kind = tar_headers.DIRECTORY
    return TarMember(kind, name, 0 if kind in tar_headers.HEADER_ONLY else size, link, is_sparse, mode)


def _extended(stream: TarSource, size: int) -> bytes:
    if size > _EXTENDED_AT_MOST:
        raise TarBroken("an extended header in it is larger than any name needs")
    data = stream.take(padded(size))
    if len(data) < padded(size):
        raise TarBroken("it is cut off")
    return data[:size]


def _skip_map(stream: TarSource, header: bytes) -> None:
    block, is_header = header, True
    for _ in range(_MAP_BLOCKS_AT_MOST):
        if not tar_headers.has_more_map(block, is_header=is_header):
            return
        block, is_header = stream.take(BLOCK), False
        if len(block) < BLOCK:
            raise TarBroken("it is cut off")
    raise TarBroken("the map of a sparse file in it has no end")


def hash_content(stream: TarBytes, size: int, new: Callable[..., Any], keep: int = 0) -> tuple[bytes, bytes]:
    """Take the content of a member: return its digest by `new`, and its first `keep` bytes. Raises: TarBroken."""
    whole = stream.view(size)
    if whole is not None:
        digest, kept = new(whole).digest(), bytes(whole[:keep])
    else:
        hashed, parts, count = new(), [], 0
        for part in stream.views(size):
            hashed.update(part)
            if count < keep:
                parts.append(bytes(part[: keep - count]))
            count += len(part)
        if count != size:
            raise TarBroken("it is cut off")
        digest, kept = hashed.digest(), b"".join(parts)
    stream.take(padded(size) - size)  # umoci 0.4 leaves it out at the end, and Go reads that
    return digest, kept
