"""File names as a reader may see them."""

from __future__ import annotations


def printable(text: str) -> str:
    """Return `text` fit for a terminal: undecodable bytes and control characters as backslash escapes."""
    if text.isprintable():
        return text
    text = text.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)
