"""Text of several parts that must not be longer than a system takes: whole rows are left out, and how many is said."""

from __future__ import annotations

from collections.abc import Sequence

from footprint.report.text.phrases import count_of
from footprint.values import dataclass

_LEFT_OUT_MOST = 200  # what the sentence about rows left out may take


@dataclass(frozen=True, slots=True)
class CappedPart:
    """A part: lines that always stand, and rows between them that may be left out, the last first."""

    opening: tuple[str, ...]
    rows: tuple[str, ...] = ()  # a row may be of several lines
    closing: tuple[str, ...] = ()
    noun: str = "row"
    share: float = 0.5  # of the room that is left, even if later parts need more than the rest
    further_count: int = 0  # rows that were not even written: more than could ever be shown


def fit(blocks: Sequence[CappedPart], most: int, elsewhere: str) -> str:
    """Return all blocks, with rows left out so that the text is no longer than `most` bytes of UTF-8.

    `elsewhere` says where to see what is left out. A block takes what the later ones do not need, its share of the
    room at least. Opening and closing lines are never left out: they have to be short.
    """
    needs = [sum(map(_weight, block.rows)) for block in blocks]
    fixed = sum(sum(map(_weight, (*block.opening, *block.closing))) + _LEFT_OUT_MOST for block in blocks)
    room = most - fixed
    lines: list[str] = []
    for place, block in enumerate(blocks):
        share = max(int(room * block.share), room - sum(needs[place + 1 :]))
        shown, used = _take(block.rows, share)
        room -= used
        lines += [*block.opening, *shown]
        left_out = len(block.rows) - len(shown) + block.further_count
        if left_out:
            lines += ["", f"and {count_of(left_out, f'more {block.noun}')} left out here: {elsewhere}"]
        lines += block.closing
    return "\n".join(lines).rstrip() + "\n"


def _take(rows: Sequence[str], room: int) -> tuple[Sequence[str], int]:
    used = 0
    for count, row in enumerate(rows):
        weight = _weight(row)
        if used + weight > room:
            return rows[:count], used
        used += weight
    return rows, used


def _weight(line: str) -> int:
    """Return the bytes of a line with its end. Systems count characters or bytes, which are never fewer."""
    return len(line.encode("utf-8", "surrogatepass")) + 1
