"""What came of taking lines away: the results of `benchmarks/tried_removals.py`, kept in tried_removals.json.

Each application has the lines that are advised to go (FP101, FP102) now, or were at commit 6e1ae9e with the same
environment, and what happened without them. One without such lines was audited, and nothing was taken away.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

KEPT = Path(__file__).parent / "tried_removals.json"
ADVISED = ("certain", "likely")


@dataclass(frozen=True, slots=True)
class TriedLine:
    """One line: the confidence of the advice before and now, "" for none, and what happened without it."""

    name: str
    at: str
    before: str
    now: str
    result: str  # "not needed", "needed: …"


@dataclass(frozen=True, slots=True)
class TriedApplication:
    """One application: how it was started and how many of its own tests passed with everything there."""

    name: str
    started: tuple[str, ...]
    test_count: int
    lines: tuple[TriedLine, ...]


def load_tried() -> tuple[TriedApplication, ...]:
    """Return the applications in the order kept."""
    rows: list[dict[str, Any]] = json.loads(KEPT.read_text(encoding="utf-8"))
    return tuple(
        TriedApplication(
            row["name"], tuple(row["started"]), row["tests"], tuple(TriedLine(**line) for line in row["lines"])
        )
        for row in rows
    )


def summary() -> tuple[tuple[str, ...], ...]:
    """Return a row per application and one for all: lines that get advice before and now, tried, needed."""
    rows = [
        (each.name, ", ".join(each.started) or "nothing to take away", str(each.test_count), *_counts(each.lines))
        for each in load_tried()
    ]
    lines = [line for each in load_tried() for line in each.lines]
    return (*rows, ("all", "", str(sum(int(row[2]) for row in rows)), *_counts(lines)))


def lines_tried() -> Iterator[tuple[str, ...]]:
    """Yield a row for every line that gets advice now or got it before."""
    for each in load_tried():
        for line in each.lines:
            if line.now in ADVISED or line.before in ADVISED:
                yield each.name, line.name, line.at, line.before or "-", line.now or "-", line.result


def _counts(lines: list[TriedLine] | tuple[TriedLine, ...]) -> tuple[str, ...]:
    found = [str(sum(line.before in ADVISED for line in lines)), str(sum(line.now in ADVISED for line in lines))]
    for word in ADVISED:
        tried = [line for line in lines if line.now == word and line.result.startswith(("needed", "not needed"))]
        needed = sum(line.result.startswith("needed") for line in tried)
        found.append(f"{needed} of {len(tried)}" if tried else "none tried")
    return tuple(found)
