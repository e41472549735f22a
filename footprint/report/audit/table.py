"""The audit for a terminal or a pipe. On a pipe nothing is cut or coloured; ASCII where nothing else can be shown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from footprint.model.audit import Audit, DistributionRow, Usage
from footprint.report.audit import content, entry_sentences, memory_sentences
from footprint.report.audit.columns import USE, Column, explain_columns, list_columns
from footprint.report.text.phrases import other_python_line
from footprint.report.text.text_page import BOLD, BOLD_RED, DIM, RED, Page
from footprint.report.text.text_table import lay_out
from footprint.report.text.view import DEFAULT_VIEW, View

_COLOURS = {  # green, cyan, blue, yellow and magenta, where text_page has no name
    Usage.STARTUP: "32",
    Usage.LAZY: "36",
    Usage.IMPLIED: "34",
    Usage.UNREACHED: RED,
    Usage.UNUSED: BOLD_RED,
    Usage.ORPHAN: "33",
    Usage.TESTS: "35",
    Usage.TYPING: "35",
    Usage.TRANSITIVE: DIM,
}
_GAP = 2  # between two columns
_WORDS = 32  # room that the last column should have
_SECTION = 12  # lines of one
_TROUBLES = (memory_sentences.CANNOT_START, memory_sentences.STOPPED, memory_sentences.TOO_MUCH)


def render(audit: Audit, view: View = DEFAULT_VIEW) -> str:
    """Return the whole audit as text: headline, distributions, suggestions, notes."""
    page = Page(view)
    _add_head(page, audit)
    columns = _fitting_columns(audit, view)
    shown, rest = content.split_rows(audit, view)
    page.rows(_lay_out_rows(shown, columns, view))
    if rest:
        page.add(content.rest_line(rest))
    page.add("")
    page.add(content.usage_line(audit))
    for line in explain_columns(audit, columns):
        page.add(line, colour=DIM)
    _add_suggestions(page, audit)
    for title, lines, closing in content.sections(audit):
        _add_section(page, title, lines)
        if closing:
            page.add("")
            page.add(closing, colour=DIM)
    return page.text()


def _add_section(page: Page, title: str, lines: Sequence[str]) -> None:
    """Add a part, of many lines the first; nothing where there are none."""
    if not lines:
        return
    page.add("")
    page.add(title, colour=BOLD)
    shown = lines if page.view.top == 0 else lines[:_SECTION]
    for line in shown:
        page.add(line, indent=2)
    if len(shown) < len(lines):
        page.add(f"and {len(lines) - len(shown)} more (--top 0 shows all)", indent=2)


def _add_head(page: Page, audit: Audit) -> None:
    page.add(f"footprint {audit.tool_version}: {audit.project}", colour=BOLD)
    page.add(content.title(audit))
    if other := other_python_line(audit.notes):
        page.add(other, colour=RED)
    if unread := content.unread_lines(audit):
        _add_section(page, content.UNREAD, unread)
        page.add("")
    for entry in audit.started:
        page.add(entry_sentences.entry_title(entry), colour=BOLD)
        for line in entry_sentences.entry_lines(entry, audit):
            page.add(line, colour=RED if line.startswith(_TROUBLES) else "", indent=2)
    for fact in content.host_facts(audit):
        page.add(fact)
    page.add(f"Disk: {content.disk_line(audit)}")
    if (code_size := memory_sentences.code_size_line(audit)) is not None:
        page.add(code_size, colour=RED if memory_sentences.TOO_MUCH in code_size else "")
    page.add("")


def _fitting_columns(audit: Audit, view: View) -> tuple[Column, ...]:
    """Return the columns for this width: the least telling ones go until the last has room for words."""
    columns = list_columns(audit)
    if view.width is None:
        return columns
    rows = content.split_rows(audit, view)[0]
    widths = {
        column.heading: max([len(word) for word in column.heading.split()] + [len(column.cell(row)) for row in rows])
        for column in columns[:-1]
    }
    while sum(widths[column.heading] + _GAP for column in columns[:-1]) + _WORDS > view.width:
        dispensable = [column for column in columns if column.dropped]
        if not dispensable:
            break
        columns = tuple(column for column in columns if column is not min(dispensable, key=lambda one: one.dropped))
    return columns


def _lay_out_rows(shown: Sequence[DistributionRow], columns: Sequence[Column], view: View) -> Iterator[str]:
    headings = [column.heading for column in columns]
    alignment = "".join("r" if column.right else "l" for column in columns)
    cells = [[column.cell(row) for column in columns] for row in shown]
    colours = [[_COLOURS[row.usage] if column.heading == USE else "" for column in columns] for row in shown]
    return lay_out((headings, alignment, cells), view, colours)


def _add_suggestions(page: Page, audit: Audit) -> None:
    rows = content.suggestion_rows(audit)
    if not rows:
        return
    page.add("")
    page.add("Suggestions", colour=BOLD)
    page.rows(lay_out((*content.SUGGESTIONS, rows), page.view))
    *together, sure = content.suggestion_remarks(audit)
    for line in together:
        page.add(line)
    page.add(sure, colour=DIM)
