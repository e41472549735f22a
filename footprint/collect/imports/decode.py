"""Bytes of a source file to text, as the interpreter would read them, and what it would refuse."""

from __future__ import annotations

import codecs
import contextlib
import io
import tokenize
from collections.abc import Mapping


def decode_source(data: bytes) -> tuple[str, str | None]:
    """Return the text with line feeds only, and why the interpreter would refuse these bytes, if it would.

    A byte order mark and a PEP 263 cookie are followed. Bytes that the encoding does not know are read as
    latin-1, which knows all: import statements are ASCII nearly always and come through.
    Source: language reference 2.1.4, encoding declarations; line ends as in 2.1.2 (a form feed ends no line).
    """
    wide = wide_encoding(data)
    if wide is not None:
        text = data.decode(wide, "replace").removeprefix("\ufeff").replace("\0", " ")
        return _with_line_feeds(text), f"saved as {wide[:6].upper()}, which Python refuses: save it as UTF-8"
    trouble = "null bytes" if b"\0" in data else None
    if trouble is None and _is_plain(data):
        with contextlib.suppress(UnicodeDecodeError):
            return _with_line_feeds(data.decode()), None
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        text = data.decode(encoding)
    except (SyntaxError, UnicodeDecodeError, LookupError, ValueError) as error:
        trouble = trouble or f"cannot be decoded: {error}"
        text = data.removeprefix(codecs.BOM_UTF8).decode("latin-1")
    return _with_line_feeds(text).replace("\0", " "), trouble


def wide_encoding(data: bytes) -> str | None:
    """Return the encoding of a text of two or four bytes a letter, by its mark or by the zeros in its first letters."""
    if b"\0" not in data[:4] and data[:2] not in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        return None
    marked = next((name for mark, name in _MARKS if data.startswith(mark)), None)
    return marked or _WIDE.get(tuple(byte == 0 for byte in data[:4]))


_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_WIDE: Mapping[tuple[bool, ...], str] = {
    (False, True, False, True): "utf-16-le",
    (True, False, True, False): "utf-16-be",
}


def _is_plain(data: bytes) -> bool:
    """Whether no mark and no cookie says how `data` is encoded: a cookie stands in one of the first two lines."""
    end = data.find(b"\n", data.find(b"\n") + 1)
    return not data.startswith(codecs.BOM_UTF8) and b"coding" not in data[: end if end >= 0 else len(data)]


def _with_line_feeds(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text
