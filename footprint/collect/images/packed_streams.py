"""The bytes of a layer unpacked on the way: gzip, zstd or as they are; nothing is written, and little is held.

Laws: what comes out is bounded whatever goes in; a thread reads, hashes and unpacks while the other one looks at what
came out: zlib and hashlib give the interpreter free. A digest is of all bytes, those after the end of gzip among them.
Source: RFC 1952 (members follow each other: pigz and stargz write many), RFC 8878.
"""

from __future__ import annotations

import hashlib
import queue
import threading
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Literal, Protocol

from footprint.collect.images.tar_headers import TarBroken
from footprint.units import MIB, size

Packing = Literal["gzip", "zstd", "none"]
_MAGIC: tuple[tuple[bytes, Packing], ...] = ((b"\x1f\x8b", "gzip"), (b"\x28\xb5\x2f\xfd", "zstd"))
_READ = 256 * 1024
_PIECE = MIB  # that comes out at once, at most
_FIRST_FEED = 4096  # of a member of gzip: what follows it is copied
_WAITING = 4  # pieces
# A layer of zeros packs a thousandfold, one of files tenfold at best.
_RATIO_AT_MOST, _RATIO_FROM = 400, 512 * MIB
_BYTES_AT_MOST = 256 * 1024 * MIB


class BlobBytes(Protocol):
    """A stored blob, to be read once from its beginning."""

    size: int

    def read(self, count: int, /) -> bytes:
        """Return up to `count` bytes, none at the end."""


class LayerBytes:
    """The archive in a blob as pieces, and once they are through, what both are."""

    def __init__(self, blob: BlobBytes) -> None:
        self._blob, self._first = blob, blob.read(_READ)
        self.packing: Packing = next((name for magic, name in _MAGIC if self._first.startswith(magic)), "none")
        self._packed, self._plain = hashlib.sha256(), hashlib.sha256()
        self.packed_bytes = self.tar_bytes = 0

    @property
    def digest(self) -> str:
        """Of the blob."""
        return f"sha256:{self._packed.hexdigest()}"

    @property
    def diff_id(self) -> str:
        """Of the archive in it."""
        return self.digest if self.packing == "none" else f"sha256:{self._plain.hexdigest()}"

    @contextmanager
    def pieces(self) -> Iterator[Iterator[bytes]]:
        """Give the pieces of the archive, unpacked by a thread. Raises: TarBroken."""
        with _pumped(self._unpacked()) as pieces:
            yield self._counted(pieces)

    def _stored(self) -> Iterator[bytes]:
        piece = self._first
        self._first = b""
        while piece:
            self.packed_bytes += len(piece)
            self._packed.update(piece)
            yield piece
            piece = self._blob.read(_READ)

    def _unpacked(self) -> Iterator[bytes]:
        if self.packing == "none":
            yield from self._stored()
        elif self.packing == "gzip":
            yield from _gunzip(self._stored())
        else:
            from footprint.collect.images.zstd_streams import unzstd

            yield from unzstd(self._stored())

    def _counted(self, pieces: Iterator[bytes]) -> Iterator[bytes]:
        hashes = self.packing != "none"
        for piece in pieces:
            self.tar_bytes += len(piece)
            if hashes:
                self._plain.update(piece)
            if self.tar_bytes > _BYTES_AT_MOST:
                raise TarBroken(f"it holds more than {size(_BYTES_AT_MOST)}")
            if self.tar_bytes > max(_RATIO_FROM, _RATIO_AT_MOST * self._blob.size):
                raise TarBroken(f"it unpacks to more than {_RATIO_AT_MOST} times its size: not read on")
            yield piece


def _gunzip(stored: Iterator[bytes]) -> Iterator[bytes]:
    member, is_open, began = zlib.decompressobj(31), False, False
    for piece in stored:
        rest = memoryview(piece)
        feed = _FIRST_FEED
        while rest:
            if not is_open and began and not any(rest[:2]):  # zeros are padding, as of a tape
                rest = rest[len(rest) :]
                continue
            given = rest[:feed]
            is_open = began = True
            try:
                yield from _members(member, given)
            except zlib.error as error:
                raise TarBroken(f"it is not sound gzip: {error}") from None
            rest = rest[len(given) - len(member.unused_data) :]
            feed = min(feed * 4, _READ)
            if member.eof:
                member, is_open, feed = zlib.decompressobj(31), False, _FIRST_FEED
    if is_open:
        raise TarBroken("it is cut off: its gzip stream has no end")


def _members(member: zlib._Decompress, given: memoryview) -> Iterator[bytes]:
    """Yield what comes of a part of one member, in pieces."""
    data: bytes | memoryview = given
    while True:
        if found := member.decompress(data, _PIECE):
            yield found
        data = member.unconsumed_tail
        if member.eof or not (data or len(found) == _PIECE):
            return


class _Failed:
    """What went wrong in the thread."""

    def __init__(self, error: BaseException) -> None:
        self.error = error


@contextmanager
def _pumped(source: Iterator[bytes]) -> Iterator[Iterator[bytes]]:
    """Give what a thread gets from `source`; an error of it is raised here. The thread ends with the block."""
    waiting: queue.Queue[bytes | _Failed | None] = queue.Queue(_WAITING)
    over = threading.Event()

    def put(item: bytes | _Failed | None) -> bool:
        while not over.is_set():
            try:
                waiting.put(item, timeout=0.2)
            except queue.Full:
                continue
            return True
        return False

    thread = threading.Thread(target=_pump, args=(source, put), daemon=True)
    thread.start()
    try:
        yield _received(waiting)
    finally:
        over.set()
        thread.join()


def _pump(source: Iterator[bytes], put: Callable[[bytes | _Failed | None], bool]) -> None:
    try:
        for piece in source:
            if not put(piece):
                break
    except (TarBroken, OSError, MemoryError) as error:
        put(_Failed(error))
    finally:
        close = getattr(source, "close", None)
        if close is not None:  # of a generator: a program that unpacks ends with it
            close()
        put(None)


def _received(waiting: queue.Queue[bytes | _Failed | None]) -> Iterator[bytes]:
    while (item := waiting.get()) is not None:
        if isinstance(item, _Failed):
            raise item.error
        yield item
