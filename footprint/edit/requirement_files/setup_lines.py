"""Lines of setup.cfg."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import accumulate

from footprint.documents.setup_options import SetupOption, parse_setup_options
from footprint.edit.requirement_files.cuts import cut_out
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
from footprint.pairs import group_pairs

_INDENTED = re.compile(r"\s*")
_BEFORE_VALUE = re.compile(r"[^=:]*[=:][ \t]*")
_Items = list[tuple[str, str, str]]  # section, option, item


def plan_setup_cfg(text: str, changes: tuple[LineChange, ...]) -> LinePlan:
    """Return how lines of a setup.cfg change."""
    config = parse_setup_options(text)
    if config.fault is not None:
        return LinePlan((), tuple(LeftAlone(change, WhyLeft.UNREADABLE) for change in changes), lambda _: True)
    lines = text.split("\n")
    starts = [0, *accumulate(len(line) + 1 for line in lines)]
    rows = [(option, line, item) for option in config.options for line, item in option.items if item]
    by_line = group_pairs((line, (number, item)) for number, (_, line, item) in enumerate(rows))
    option_of = {line: option for option, line, _ in rows}
    after = {number: item for number, (_, _, item) in enumerate(rows)}
    cuts: list[Edit] = []
    left = []
    for change in changes:
        meant = [(number, item) for number, item in by_line.get(change.line, ()) if change.name in names_in(item)]
        if not meant:
            left.append(LeftAlone(change, WhyLeft.NOT_THERE))
            continue
        whole = lines[change.line - 1].rstrip()
        places = list(_places(whole, starts[change.line - 1], option_of[change.line], change.line))
        match change:
            case LeaveOut():
                regions = [(start, end) for start, end, part in places if change.name in names_in(part)]
                cuts += cut_out(text, _with_separators(regions, places))
                for number, _ in meant:
                    after.pop(number, None)
            case MoveToDevelopment():
                left.append(LeftAlone(change, WhyLeft.NO_GROUP))
            case DropExtras(extras=extras):
                made = [(start, cut) for start, _, part in places if (cut := without_extras(part, extras))]
                left += [] if made else [LeftAlone(change, WhyLeft.NO_EXTRA)]
                cuts += [Edit(start + cut.start, start + cut.end, cut.text) for start, cut in made]
                after |= {number: _narrowed(item, extras) for number, item in meant}
    expected = [(rows[number][0].section, rows[number][0].name, item) for number, item in after.items()]
    return LinePlan(tuple(cuts), tuple(left), lambda new: _items(new) == expected)


def _items(text: str) -> _Items:
    config = parse_setup_options(text)
    return [(option.section, option.name, item) for option in config.options for _, item in option.items if item]


def _narrowed(item: str, extras: frozenset[str]) -> str:
    cut = without_extras(item, extras)
    return item if cut is None else replaced(item, [cut])


def _places(whole: str, start: int, option: SetupOption, line: int) -> Iterator[tuple[int, int, str]]:
    """Yield where the items of one line stand, each with its text; the line begins at `start`."""
    before = (_BEFORE_VALUE if line == option.line else _INDENTED).match(whole)
    width = before.end() if before else 0
    start, value = start + width, whole[width:]
    is_split = line == option.line and len(option.values) == 1
    for part in value.split(";") if is_split else [value]:
        yield start, start + len(part), part
        start += len(part) + 1


def _with_separators(regions: list[tuple[int, int]], places: list[tuple[int, int, str]]) -> Iterator[tuple[int, int]]:
    """Yield regions with the semicolon before each, or after the first; on a line of its own an item has none."""
    for start, end in regions:
        if start > places[0][0]:
            yield start - 1, end
        else:
            yield start, min(end + 1, places[-1][1])
