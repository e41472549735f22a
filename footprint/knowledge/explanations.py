"""What `footprint explain` knows of one code or one usage class."""

from __future__ import annotations

from footprint.values import dataclass


@dataclass(frozen=True, slots=True)
class Explanation:
    """One code or class, each field a paragraph; `ignore` is empty for a class: classes are facts, not complaints."""

    name: str  # a code or a class: "implied"
    title: str
    meaning: str
    why: str
    certainty: str
    fix: str
    ignore: str
    example: str  # several lines, shown as they stand
