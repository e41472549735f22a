"""The records of one start, told from whatever else reached their file. Pure.

Every record carries the tag of its start, so that nothing gets among them by accident: an entry may write to all
descriptors that it finds. Who reads the tag in the same process can still write records; what they may claim is
looked at in trust.py.
"""

from __future__ import annotations

import re

_MARK = b"\x1e"
_FRAME = re.compile(rb"u \d{1,9} (?:-?\d{1,9}|timeout) (\d{1,12})")
_DIGITS = 19  # of the largest number that a record may hold


def untag(data: bytes, tag: str, *, framed: bool = True) -> bytes:
    """Return the whole records that carry `tag`, without it, and nothing else; those of forks inside their frames.

    Not `framed`: the records of a fork, which has no forks of its own.
    """
    mark = _MARK + tag.encode()
    kept: list[bytes] = []
    position = data.find(mark)
    while position >= 0:
        begin = position + len(mark)
        following = data.find(mark, begin)
        end = data.find(b"\n", begin, following if following >= 0 else len(data))
        position = following
        if end < 0:
            continue  # cut short
        record = data[begin:end]
        frame = _FRAME.fullmatch(record) if framed else None
        if frame is None:
            kept.append(_MARK + record.replace(_MARK, b" ") + b"\n")
            continue
        last = end + 1 + int(frame[1])
        inside = untag(data[end + 1 : last], tag, framed=False)
        kept.append(_MARK + record[: frame.start(1)] + b"%d\n" % len(inside) + inside)
        position = data.find(mark, last)
    return b"".join(kept)


def number(text: str) -> int:
    """Return a whole number of a record. Raises: ValueError for one that is too long to be any."""
    if len(text) > _DIGITS:
        raise ValueError(f"a number of {len(text)} digits")
    return int(text)
