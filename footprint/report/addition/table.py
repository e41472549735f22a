"""What requirements would cost, as lines of text."""

from __future__ import annotations

from footprint.model.addition import AdditionReport
from footprint.report.addition import addition_sentences as words
from footprint.report.text.text_page import BOLD, Page
from footprint.report.text.text_table import lay_out
from footprint.report.text.view import DEFAULT_VIEW, View


def render(report: AdditionReport, view: View = DEFAULT_VIEW) -> str:
    """Return a row for each candidate, and what stands behind it."""
    page = Page(view)
    if report.branch is None:
        page.add(words.title(report), colour=BOLD)
    for number, line in enumerate(words.branch_lines(report)):
        page.add(line, colour=BOLD if number == 0 else "")
    if report.candidates:
        page.part()
        heads, sides = words.headings(report)
        rows = words.side_by_side(report) if report.side_by_side else (heads, sides, words.cells(report))
        page.rows(lay_out(rows, view))
        page.part()
        for line in words.how_lines(report):
            page.add(line)
        page.part()
        for line in words.detail_lines(report):
            page.add(line.strip(), indent=4 if line.startswith("    ") else 0)
    for line in words.note_lines(report):
        page.add(line)
    return page.text()
