"""A tuning as lines of text."""

from __future__ import annotations

from footprint.model.tuning import Tuning
from footprint.report.text.text_page import BOLD, Page
from footprint.report.text.text_table import lay_out
from footprint.report.text.view import DEFAULT_VIEW, View
from footprint.report.tune import tune_sentences as words


def render(tuning: Tuning, view: View = DEFAULT_VIEW) -> str:
    """Return every setting and what it takes, what is proposed, and the texts to use."""
    page = Page(view)
    page.add(words.title(tuning), colour=BOLD)
    for line in words.how_lines(tuning):
        page.add(line)
    page.part()
    page.rows(lay_out((words.HEADINGS, words.ALIGNMENT, words.cells(tuning)), view))
    for lines in (words.answer_lines(tuning), words.other_lines(tuning)):
        page.part()
        for line in lines:
            page.add(line)
    for file in tuning.files:
        page.part()
        page.add(f"{file.name}:")
        page.rows(f"    {view.line(line)}".rstrip() for line in file.text.splitlines())
    page.part()
    for number, line in enumerate(words.plan_lines(tuning)):
        page.add(line, indent=2 * bool(number))
    return page.text()
