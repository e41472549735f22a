"""Lines of requirements.txt and its kin: with their continuation, hashes and comment, and what a tool wrote below."""

from __future__ import annotations

import re

from footprint.documents.requirement_lines import NEWLINE, logical_lines
from footprint.edit.requirement_files.line_changes import (
    DropExtras,
    LeaveOut,
    LeftAlone,
    LineChange,
    LinePlan,
    MoveToDevelopment,
    WhyLeft,
)
from footprint.edit.requirement_files.written_names import names_in, without_extras
from footprint.edit.text_edits import Edit, replaced

_VIA = re.compile(r"[ \t]*#[ \t]*via(?:[ \t].*)?")
_MORE_VIA = re.compile(r"[ \t]+#.*")


def plan_text(text: str, changes: tuple[LineChange, ...]) -> LinePlan:
    """Return how lines of a requirements file change."""
    starts = [0, *(found.end() for found in NEWLINE.finditer(text)), len(text)]
    physical = NEWLINE.split(text)
    lines = {first: (last, line) for first, last, line in logical_lines(text)}
    after = {first: line for first, (_, line) in lines.items()}
    cuts, left = [], []
    for change in changes:
        last, line = lines.get(change.line, (0, ""))
        if change.name not in names_in(line):
            left.append(LeftAlone(change, WhyLeft.NOT_THERE))
            continue
        match change:
            case LeaveOut():
                cuts.append(Edit(starts[change.line - 1], starts[_end_of_comment(physical, last)]))
                after.pop(change.line, None)
            case MoveToDevelopment():  # to another file
                left.append(LeftAlone(change, WhyLeft.NO_GROUP))
            case DropExtras(extras=extras):
                begin = starts[change.line - 1]
                here, there = without_extras(physical[change.line - 1], extras), without_extras(line, extras)
                if here is None or there is None:
                    left.append(LeftAlone(change, WhyLeft.NO_EXTRA))
                    continue
                cuts.append(Edit(begin + here.start, begin + here.end, here.text))
                after[change.line] = replaced(line, [there])
    expected = [*after.values()]
    return LinePlan(tuple(cuts), tuple(left), lambda new: [line for _, _, line in logical_lines(new)] == expected)


def physical_lines(text: str, firsts: list[int]) -> list[str]:
    """Return the lines that begin at these numbers whole, with what they continue on, without their ends."""
    physical = NEWLINE.split(text)
    lasts = {first: last for first, last, _ in logical_lines(text)}
    return [line for first in firsts for line in physical[first - 1 : lasts.get(first, first)]]


def _end_of_comment(physical: list[str], last: int) -> int:
    """Return the number of the last line of what a tool wrote below a line to say for whom it is there."""
    if last >= len(physical) or not _VIA.fullmatch(physical[last]):
        return last
    last += 1
    while last < len(physical) and _MORE_VIA.fullmatch(physical[last]) and not _VIA.fullmatch(physical[last]):
        last += 1
    return last
