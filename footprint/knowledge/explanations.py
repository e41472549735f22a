"""What every code and every usage class means, at length (data/codes.toml)."""

from __future__ import annotations

from collections.abc import Mapping

from footprint.knowledge.shipped_files import load_data
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


def read_explanations() -> Mapping[str, Explanation]:
    """Return what every code and every usage class means, by its name, codes first (data/codes.toml)."""
    document = load_data("codes.toml")
    rows = {**document["codes"], **document["classes"]}
    return {name: Explanation(name=name, **({"ignore": ""} | row)) for name, row in rows.items()}
