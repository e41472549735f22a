"""zstd unpacked on the way: by the standard library since Python 3.14, else by the program, where there is one."""

from __future__ import annotations

import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from importlib import import_module
from typing import IO, Any

from footprint.collect.images.tar_headers import TarBroken
from footprint.units import MIB

_PIECE = MIB
_NOT_HERE = "it is packed by zstd: run footprint with Python 3.14, or install the program zstd"
_IN_LIBRARY = (3, 14)


def unzstd(stored: Iterator[bytes]) -> Iterator[bytes]:
    """Yield what is packed in `stored`. Raises: TarBroken, also where nothing here reads zstd."""
    if sys.version_info >= _IN_LIBRARY:
        try:
            library = import_module("compression.zstd")
        except ImportError:  # built without it
            pass
        else:
            yield from _by_library(library, stored)
            return
    program = shutil.which("zstd")
    if program is None:
        raise TarBroken(_NOT_HERE)
    yield from _by_program(program, stored)


def _by_library(library: Any, stored: Iterator[bytes]) -> Iterator[bytes]:
    frame, is_open = library.ZstdDecompressor(), False
    for piece in stored:
        data = piece
        while data:
            is_open = True
            try:
                found = frame.decompress(data, _PIECE)
                yield found
                while not frame.eof and not frame.needs_input:
                    yield frame.decompress(b"", _PIECE)
            except library.ZstdError as error:
                raise TarBroken(f"it is not sound zstd: {error}") from None
            data = frame.unused_data if frame.eof else b""
            if frame.eof:
                frame, is_open = library.ZstdDecompressor(), False
    if is_open:
        raise TarBroken("it is cut off: its zstd stream has no end")


def _by_program(program: str, stored: Iterator[bytes]) -> Iterator[bytes]:
    """Let the program unpack: a thread hands it the bytes, and what it gives is read here."""
    pipe = subprocess.PIPE
    command = [program, "-d", "-c", "-q", "-T1"]
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, bufsize=0) as unpacking:
        assert unpacking.stdin is not None
        assert unpacking.stdout is not None
        feeding = threading.Thread(target=_feed, args=(unpacking.stdin, stored), daemon=True)
        feeding.start()
        is_through = False
        try:
            while piece := unpacking.stdout.read(_PIECE):
                yield piece
            is_through = True
        finally:
            if not is_through:
                unpacking.kill()
            feeding.join()
        if unpacking.wait() != 0:
            raise TarBroken("it is not sound zstd, or cut off")


def _feed(pipe: IO[bytes], stored: Iterator[bytes]) -> None:
    with suppress(OSError), pipe:  # it ended before it had all
        for piece in stored:
            pipe.write(piece)
