"""What tables of distributions say alike: weights of several, places, what is counted because it is not shown."""

from __future__ import annotations

from collections.abc import Sequence

from footprint.model.audit import DistributionRow, Evidence
from footprint.pairs import group_pairs
from footprint.report.languages.figures import size
from footprint.report.languages.messages import count_of, few, say
from footprint.report.text.phrases import place
from footprint.report.text.section import Heading

_PLACES = 3


def by_weight(row: DistributionRow) -> tuple[int, str]:
    """Order rows by what they weigh, the heaviest first."""
    return -(row.apparent_bytes or 0), row.name


def weight_of(rows: Sequence[DistributionRow]) -> str:
    """Return how many distributions these are, and what they weigh together: no file is in two of them."""
    count, known = count_of(len(rows), "distribution"), [row.apparent_bytes for row in rows if row.apparent_bytes]
    return say("{count}, {size}", count=count, size=size(sum(known))) if known else count


def split_rows(rows: Sequence[DistributionRow], most: int) -> tuple[Sequence[DistributionRow], tuple[str, ...]]:
    """Return the heaviest rows, and the line that counts the others."""
    if not most or len(rows) <= most + 1:
        return rows, ()
    rest = rows[most:]
    return rows[:most], (say("and {weight} more", weight=weight_of(rest)),)


def evidence_places(evidence: Sequence[Evidence]) -> str:
    """Return the first places as `path:line`, with the function where the first import stands in one."""
    lines = group_pairs((item.path, item.line) for item in evidence)
    shown = [place_of(path, numbers) for path, numbers in lines.items()]
    function = next((item.function for item in evidence if item.function), None)
    words = few(shown, _PLACES)
    return say("{places} in {function}()", places=words, function=function) if function else words


def place_of(path: str, lines: Sequence[int | None]) -> str:
    """Return a file with its first lines: `app.py:3, 7, 9`."""
    numbers = [str(number) for number in dict.fromkeys(lines) if number is not None]
    return f"{path}:{few(numbers, _PLACES)}" if numbers else path


def declared_places(row: DistributionRow) -> str:
    """Return where a row is declared: `requirements.txt:7`."""
    return few([place(each.file, each.line) for each in row.declared], 2)


def name_heading() -> Heading:
    """Return the head of the column of names."""
    return Heading(say("Distribution"), "name")
