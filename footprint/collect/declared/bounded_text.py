"""Read a file that a stranger may have written: of bounded size, regular, and text."""

from __future__ import annotations

import codecs
import os
from pathlib import Path

from footprint.files.reader import NotRead, read_regular
from footprint.units import MIB

BYTES_AT_MOST = 5 * MIB
_HEAD_BYTES = 8192
_WIDE_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)  # those of UTF-32 begin with one of them, or with a NUL
_CONTROLS = bytes(set(range(32)) - set(b"\t\n\r\f\x1b")) + b"\x7f"


class Skipped(Exception):
    """A file was not read; `code` and `message` are those of the note to write."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code, self.message = code, message


def read_file(path: Path, bytes_at_most: int = BYTES_AT_MOST) -> bytes:
    """Return the bytes of a regular text file.

    Raises: Skipped for anything else: a pipe, a file above the limit, a binary one, one that cannot be opened.
    """
    try:
        data = read_regular(path, bytes_at_most=bytes_at_most)
    except NotRead as why:
        if why.reason == "too-large":
            raise Skipped("requirements-too-large", f"larger than {bytes_at_most // MIB} MiB: not read") from None
        if why.reason == "not-regular":
            raise Skipped("requirements-unreadable", "not a regular file: not read") from None
        raise Skipped("requirements-unreadable", f"cannot read: {why.said or why}") from None
    if _is_binary(data[:_HEAD_BYTES]):
        raise Skipped("requirements-binary", "binary: not read")
    return data


def guess_text(data: bytes) -> str:
    """Return what a file may say that is not UTF-8, for the sake of its words alone."""
    wide = data.startswith(_WIDE_MARKS) or data.count(0) * 3 > len(data)
    return data.decode("utf-16" if wide else "latin-1", errors="replace")


def is_file(path: Path) -> bool:
    """Return whether there is a file; unlike Path.is_file it is False, not an error, for a name too long."""
    return os.path.isfile(path)  # noqa: PTH113


def _is_binary(head: bytes) -> bool:
    """Whether the first bytes of a file are not text in any encoding that people write requirements in."""
    if len(head) < 64 or head.startswith((*_WIDE_MARKS, codecs.BOM_UTF32_BE)):
        return False
    controls = len(head) - len(head.translate(None, _CONTROLS))
    if controls * 3 > len(head):
        return True
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)  # incremental: the cut may be inside a character
    except UnicodeDecodeError:
        return controls * 20 > len(head)
    return False
