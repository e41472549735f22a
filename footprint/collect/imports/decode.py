"""Bytes of a source file to text, as the interpreter would read them, and what it would refuse."""

from __future__ import annotations

import codecs
import io
import tokenize


def decode_source(data: bytes) -> tuple[str, str | None]:
    """Return the text with line feeds only, and why the interpreter would refuse these bytes, if it would.

    A byte order mark and a PEP 263 cookie are followed. Bytes that the encoding does not know are read as
    latin-1, which knows all: import statements are ASCII nearly always and come through.
    Source: language reference 2.1.4, encoding declarations; line ends as in 2.1.2 (a form feed ends no line).
    """
    trouble = "null bytes" if b"\0" in data else None
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        text = data.decode(encoding)
    except (SyntaxError, UnicodeDecodeError, LookupError, ValueError) as error:
        trouble = trouble or f"cannot be decoded: {error}"
        text = data.removeprefix(codecs.BOM_UTF8).decode("latin-1")
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", " "), trouble
