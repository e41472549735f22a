"""A text and the one that it becomes, as the edits of lines that an editor makes of it."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import Any

from footprint.editor.buffers import Buffer

_COMPARED_AT_MOST = 4_000  # lines that differ; of more one edit is made


def text_edits(before: Buffer, after: str) -> list[dict[str, Any]]:
    """Return the edits that make `after` of a text, in the order of its lines; none of them overlap."""
    old, new = _lines(before.text), _lines(after)
    edits = []
    for start, stop, at, to in _changes(old, new):
        begin = sum(map(len, old[:start]))
        end = begin + sum(map(len, old[start:stop]))
        where = {"start": before.position(begin), "end": before.position(end)}
        edits.append({"range": where, "newText": "".join(new[at:to])})
    return edits


def _lines(text: str) -> list[str]:
    """Return lines with their ends, as an editor counts them: a form feed ends none."""
    starts = Buffer.of(text).starts
    return [text[start:stop] for start, stop in zip(starts, (*starts[1:], len(text)), strict=True)]


def _changes(old: list[str], new: list[str]) -> Iterator[tuple[int, int, int, int]]:
    start, shorter = 0, min(len(old), len(new))
    while start < shorter and old[start] == new[start]:
        start += 1
    end = 0
    while end < shorter - start and old[-1 - end] == new[-1 - end]:
        end += 1
    left, right = old[start : len(old) - end], new[start : len(new) - end]
    if max(len(left), len(right)) > _COMPARED_AT_MOST:
        yield start, len(old) - end, start, len(new) - end
        return
    for kind, i, i_end, j, j_end in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        if kind != "equal":
            yield start + i, start + i_end, start + j, start + j_end
