"""What of a Python file only people read, told without a tree: a plain search need not look there.

Laws: what is left out is a comment, a docstring or the like. Where the text does not tell, it stays: a string that
might be given to something, and all of a file with formatted strings of which the end is not plain.
"""

from __future__ import annotations

import re

from footprint.late import late_pattern

_TOKEN = late_pattern(
    rb"\#[^\r\n]*"
    rb"|'''[^'\\]*(?:(?:\\.|'(?!''))[^'\\]*)*'''"
    rb'|"""[^"\\]*(?:(?:\\.|"(?!""))[^"\\]*)*"""'
    rb"|'(?!'')[^'\\\n]*(?:\\(?:\r\n|.)[^'\\\n]*)*'"
    rb'|"(?!"")[^"\\\n]*(?:\\(?:\r\n|.)[^"\\\n]*)*"'
    rb"|'|\"",  # without an end; each branch begins with a sign, so that the next of these is found fast
    re.DOTALL,
)
_FORMATTED = (b"f", b"F", b"t", b"T")
_PREFIXES = b"rRuUbBfFtT"
_ENDS_LINE = re.compile(rb"[ \t\f]*(?:[;#\r\n]|\Z)")
_NO_QUOTES = bytes.maketrans(b"'\"", b"  ")
_BRACKETS = ((b"(", 1), (b"[", 1), (b"{", 1), (b")", -1), (b"]", -1), (b"}", -1))


def without_prose(data: bytes) -> bytes:
    """Return a Python file without comments, docstrings, and the quotes that stand within a string."""
    kept: list[bytes] = []
    code: list[bytes] = []  # since brackets were counted
    place = depth = 0
    for found in _TOKEN.finditer(data):
        before, token, place = data[place : found.start()], found[0], found.end()
        kept.append(before)
        code.append(before)
        if token.startswith(b"#"):
            continue
        if len(token) == 1:
            return data  # no Python: to look for the end of each would take ever longer
        prefix = before[len(before.rstrip(_PREFIXES)) :]
        if prefix.strip(b"rR") in _FORMATTED:
            if token.count(b"{") != token.count(b"}"):
                return data  # f"{names["a"]}", from Python 3.12 on
            kept.append(token)  # f"{names['a']}": its quotes are those of a string
        elif _is_line(before, prefix, is_first=len(kept) == 1) and _ENDS_LINE.match(data, place):
            depth += _opened(code)
            code.clear()
            kept.append(token if depth else b'""')
        else:
            kept.append(_plain(token))
    kept.append(data[place:])
    return b"".join(kept)


def _is_line(before: bytes, prefix: bytes, *, is_first: bool) -> bool:
    """Whether a string begins its line, and no backslash joins that to the line before."""
    above, line_end, line = before.rpartition(b"\n")
    return bool(line_end or is_first) and line.strip() == prefix and not above.rstrip(b"\r").endswith(b"\\")


def _opened(code: list[bytes]) -> int:
    """Return how many brackets are opened and not closed in pieces of code."""
    text = b"".join(code)
    return sum(text.count(bracket) * step for bracket, step in _BRACKETS)


def _plain(token: bytes) -> bytes:
    """Return a string without the quotes in it: they begin none."""
    width = 3 if token.startswith((b"'''", b'"""')) else 1
    return token[:width] + token[width:-width].translate(_NO_QUOTES) + token[-width:]
