"""Text from files and package names is hostile: made harmless before it reaches a terminal, markdown or HTML."""

from __future__ import annotations

import re

# C0, DEL and C1 controls move the cursor or set colours; bidi and zero-width marks reorder what is read;
# lone surrogates (file names that are not UTF-8) cannot be encoded at all.
_SURROGATE = re.compile("[\ud800-\udfff]")
_UNPRINTABLE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff\ufff9-\ufffb]"
)
# An underscore inside a word is plain text, and paths are full of them. `://` and `www.` would become links.
_MARKDOWN = re.compile(r"([\\`*{}\[\]<>#|~&]|(?<![^\W_])_|_(?![^\W_])|:(?=//)|(?<=www)\.)")


def printable(text: str) -> str:
    """Return `text` on one line with everything unprintable written as a backslash escape."""
    return _UNPRINTABLE.sub(_escape, text)


def encodable(text: str) -> str:
    """Return `text` as any reader of UTF-8 or JSON takes it: bytes of a file name that are no text, escaped."""
    return _SURROGATE.sub(_escape, text)


def plain_ascii(text: str) -> str:
    """Return printable text for an encoding that cannot show more than ASCII."""
    return text.encode("ascii", "backslashreplace").decode("ascii")


def markdown(text: str) -> str:
    """Return printable text that markdown shows as it stands: no markup, no table cell, no HTML."""
    return _MARKDOWN.sub(r"\\\1", printable(text))


def markdown_code(text: str) -> str:
    """Return printable text as a code span, fenced by more backticks than it holds; safe in a table cell.

    A pipe ends a cell even inside a code span, and parsers differ in how it is escaped there: then plain text.
    So for blank text, which no span can hold.
    """
    shown = printable(text)
    if "|" in shown or not shown.strip():
        return markdown(shown)
    longest = max((len(run) for run in re.findall("`+", shown)), default=0)
    fence = "`" * (longest + 1)
    pad = " " if longest else ""
    return f"{fence}{pad}{shown}{pad}{fence}"


def _escape(match: re.Match[str]) -> str:
    code = ord(match[0])
    if 0xDC80 <= code <= 0xDCFF:  # surrogateescape: the raw byte behind it
        return f"\\x{code - 0xDC00:02x}"
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"
