"""Pieces cut out of a text so that no half line, no blank at an end and no comma is left over."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from footprint.edit.text_edits import Edit

_BLANKS = re.compile(r"[ \t]*")
_CLOSING = ("]", "}")


def line_start(text: str, at: int) -> int:
    """Return where the line of an offset begins."""
    return text.rfind("\n", 0, at) + 1


def line_end(text: str, at: int) -> int:
    """Return where the line of an offset ends, before what ends it."""
    end = text.find("\n", at)
    end = len(text) if end < 0 else end
    return end - 1 if end > at and text[end - 1] == "\r" else end


def next_line(text: str, at: int) -> int:
    """Return where the line after that of an offset begins."""
    end = text.find("\n", at)
    return len(text) if end < 0 else end + 1


def cut_out(text: str, regions: Iterable[tuple[int, int]]) -> Iterator[Edit]:
    """Yield the cuts for regions of a text: a line goes whole where nothing but a comment stays on it."""
    for start, end in _merged(text, regions):
        first, last = line_start(text, start), line_end(text, end)
        before, after = text[first:start], text[end:last]
        if not before.strip() and (not after or after.startswith("#")):
            yield Edit(first, next_line(text, end))
        elif before.strip() and (not after or after.startswith((*_CLOSING, " ", "\t"))):
            yield Edit(first + len(before.rstrip(" \t")), end)
        else:
            yield Edit(start, end)


def _merged(text: str, regions: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return regions with the blanks after them, those as one that then touch."""
    found: list[tuple[int, int]] = []
    for start, stated_end in sorted(regions):
        blanks = _BLANKS.match(text, stated_end)
        after = blanks.end() if blanks else stated_end
        end = stated_end if text.startswith(_CLOSING, after) else after
        if found and start <= found[-1][1]:
            found[-1] = found[-1][0], max(end, found[-1][1])
        else:
            found.append((start, end))
    return found
