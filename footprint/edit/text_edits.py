"""Pieces of a text replaced: how every edit of a file is made."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple


class Edit(NamedTuple):
    """One piece of a text, by index, and what comes in its place."""

    start: int
    end: int
    text: str = ""


def replaced(text: str, edits: Iterable[Edit]) -> str:
    """Return a text with these pieces replaced; of pieces that overlap each place goes once."""
    pieces, at = [], 0
    for start, end, new in sorted(edits):
        pieces += [text[at : max(start, at)], new]
        at = max(at, end)
    return "".join([*pieces, text[at:]])
