"""A module as bytes and as text, both ways without loss.

Source: PEP 263; language reference 2.1.4.
"""

from __future__ import annotations

import io
import tokenize

_UTF8_WITH_MARK = "utf-8-sig"


def decode_module(content: bytes) -> tuple[str, str] | None:
    """Return the text of a module, its ends of lines and its byte order mark kept, and its encoding.

    None where the text would not give the same bytes again, or where the interpreter refuses the encoding.
    """
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(content).readline)
        encoding = "utf-8" if encoding == _UTF8_WITH_MARK else encoding
        text = content.decode(encoding)
        return (text, encoding) if text.encode(encoding) == content else None
    except (SyntaxError, LookupError, ValueError):
        return None
