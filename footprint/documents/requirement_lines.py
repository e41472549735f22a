"""Requirements files as text: how they are encoded, and which of their lines are one.

Source: "Requirements File Format", pip documentation; pip's own req_file.py.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator

from footprint.late import late_pattern

LAST_RESORT = "latin-1"  # of a file that is not UTF-8 and names no encoding: each byte is a character
NEWLINE = late_pattern(r"\r\n|\r|\n")
_BOMS = (
    # the 32-bit marks begin with the 16-bit ones, so they come first
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_COOKIE = late_pattern(rb"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")
_COMMENT = late_pattern(r"(?<!\S)#.*$")  # `x#egg=y` is no comment: the mark needs a space before it


def find_encoding(data: bytes) -> tuple[bytes, str | None]:
    """Return the byte order mark and the encoding of a file as pip finds it: by the mark, a PEP 263 cookie, UTF-8.

    None where it is in none of them.
    """
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return mark, encoding
    cookies = (_COOKIE.match(line) for line in data.split(b"\n", 2)[:2])
    named = next((cookie[1] for cookie in cookies if cookie), None)
    for encoding in (*([named.decode("ascii", "replace")] if named else ()), "utf-8"):
        try:
            data.decode(encoding)
        except (LookupError, UnicodeError):
            continue
        return b"", encoding
    return b"", None


def logical_lines(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield the numbers of the first and of the last physical line of each line that says something, and the line.

    A backslash joins lines, but not out of a comment line; comments go after joining.
    """
    first, number, parts = 0, 0, [""]
    for number, physical in enumerate(NEWLINE.split(text), start=1):
        comment = physical.lstrip().startswith("#")
        first = first or number
        if physical.endswith("\\") and not comment:
            parts.append(physical.rstrip("\\"))
            continue
        parts.append(" " + physical if comment else physical)  # the space keeps the comment a comment
        line = _COMMENT.sub("", "".join(parts)).strip()
        if line:
            yield first, number, line
        first, parts = 0, []
    line = _COMMENT.sub("", "".join(parts)).strip()  # the file ended in a backslash
    if line:
        yield first, number, line
