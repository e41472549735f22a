"""What requirements would cost, as markdown: for a pull request."""

from __future__ import annotations

from collections.abc import Iterable

from footprint.model.addition import AdditionReport
from footprint.report.addition import addition_sentences as words
from footprint.report.text.safe import markdown
from footprint.report.text.view import DEFAULT_VIEW, View

_RULES = {"l": "---", "r": "---:"}


def render(report: AdditionReport, view: View = DEFAULT_VIEW) -> str:
    """Return a row for each candidate, and what stands behind it."""
    told = [*words.branch_lines(report)] or [words.title(report)]
    lines = [f"### {markdown(told[0])}", "", *(f"- {markdown(line)}" for line in told[1:]), ""]
    if report.candidates:
        heads, sides = words.headings(report)
        rows: Iterable[Iterable[str]] = words.cells(report)
        if report.side_by_side:
            heads, sides, rows = words.side_by_side(report)
        lines += [_row(map(markdown, heads)), f"| {' | '.join(_RULES[side] for side in sides)} |"]
        lines += [*(_row(map(markdown, row)) for row in rows), ""]
        lines += [*map(markdown, words.how_lines(report)), ""]
        lines += [*(f"- {markdown(line.strip())}" for line in words.detail_lines(report))]
    lines += [*(f"- {markdown(line)}" for line in words.note_lines(report))]
    return "".join(f"{line}\n" for line in lines)


def _row(shown: Iterable[str]) -> str:
    return f"| {' | '.join(shown)} |"
