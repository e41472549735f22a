"""The header of a script (`# /// script`): TOML behind comment signs, edited as TOML.

Source: "Inline script metadata" specification (PEP 723).
"""

from __future__ import annotations

import re
from bisect import bisect_right

from footprint.edit.requirement_files.line_changes import LeftAlone, LineChange, LinePlan, WhyLeft
from footprint.edit.requirement_files.toml_entries import SCRIPT_LISTS, plan_toml
from footprint.edit.text_edits import Edit
from footprint.values import dataclass, replace

_BEGIN = re.compile(r"^# /// script[ \t]*\r?$", re.MULTILINE)
_LINE = re.compile(r"#(?: (?P<said>[^\r\n]*)|(?=[\r\n]|\Z))")


def has_header(text: str) -> bool:
    """Return whether a text has the header of a script."""
    return _BEGIN.search(text) is not None


@dataclass(frozen=True, slots=True)
class _Header:
    """The TOML of a header, and where each of its lines stands in the script."""

    toml: str
    first: int  # the number of its first line in the script
    outer: tuple[int, ...]  # where the line begins, by line; the last is that of the closing mark
    inner: tuple[int, ...]  # where the text of the line begins in the TOML
    said: tuple[int, ...]  # where it begins in the script

    @classmethod
    def read(cls, text: str) -> _Header | None:
        found = list(_BEGIN.finditer(text))
        if len(found) != 1:
            return None
        at = text.find("\n", found[0].start()) + 1
        lines: list[tuple[int, int, str]] = []
        closing = None
        while at and (match := _LINE.match(text, at)) is not None:
            said = match["said"] or ""
            if said.rstrip() == "///":
                closing = len(lines), at
            lines.append((at, match.start("said") if match["said"] is not None else at + 1, said))
            at = text.find("\n", at) + 1
        if closing is None:
            return None
        kept = lines[: closing[0]]
        inner = [0]
        for _, _, said in kept:
            inner.append(inner[-1] + len(said) + 1)
        return cls(
            toml="".join(f"{said}\n" for _, _, said in kept),
            first=text.count("\n", 0, found[0].start()) + 2,
            outer=(*(start for start, _, _ in kept), closing[1]),
            inner=tuple(inner),
            said=(*(start for _, start, _ in kept), closing[1]),
        )

    def moved(self, cut: Edit) -> Edit:
        """Return a cut of the TOML as one of the script."""
        whole = cut.start in self.inner and cut.end in self.inner
        return Edit(self._outside(cut.start, whole=whole), self._outside(cut.end, whole=whole), cut.text)

    def _outside(self, at: int, *, whole: bool) -> int:
        line = bisect_right(self.inner, at) - 1
        return self.outer[line] if whole else self.said[line] + at - self.inner[line]


def plan_script(text: str, changes: tuple[LineChange, ...]) -> LinePlan:
    """Return how the requirements of a script change."""
    header = _Header.read(text)
    if header is None:
        return LinePlan((), tuple(LeftAlone(change, WhyLeft.UNREADABLE) for change in changes), lambda _: True)
    inner = {replace(change, line=change.line - header.first + 1): change for change in changes}
    plan = plan_toml(header.toml, tuple(inner), SCRIPT_LISTS)
    left = tuple(replace(each, change=inner[each.change]) for each in plan.left)

    def is_as_asked(new: str) -> bool:
        after = _Header.read(new)
        return after is not None and plan.is_as_asked(after.toml)

    return LinePlan(tuple(map(header.moved, plan.cuts)), left, is_as_asked)
