"""The audit for a terminal or a pipe. On a pipe nothing is cut or coloured; ASCII where nothing else can be shown."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from footprint.model.audit import Audit, DistributionRow, Usage
from footprint.report.audit import content, entry_sentences, memory_sentences
from footprint.report.audit.columns import USE, Column, explain_columns, list_columns
from footprint.report.text.phrases import other_python_line
from footprint.report.text.view import DEFAULT_VIEW, View

_STYLES = {
    Usage.STARTUP: "green",
    Usage.LAZY: "cyan",
    Usage.IMPLIED: "blue",
    Usage.UNREACHED: "red",
    Usage.UNUSED: "bold red",
    Usage.ORPHAN: "yellow",
    Usage.TESTS: "magenta",
    Usage.TYPING: "magenta",
    Usage.TRANSITIVE: "dim",
}
# Wider than any line: without a terminal nothing is wrapped.
_UNLIMITED = 1_000_000
_GAP = 2  # between two columns
_WORDS = 32  # room that the last column should have
_SHORT = 14  # text up to this is never broken
_HANG = 2  # what a continued line is indented by
_SECTION = 12  # lines of one
_TROUBLES = (memory_sentences.CANNOT_START, memory_sentences.STOPPED, memory_sentences.TOO_MUCH)


def render(audit: Audit, view: View = DEFAULT_VIEW) -> str:
    """Return the whole audit as text: headline, distributions, suggestions, notes."""
    screen = _Screen(view)
    _add_head(screen, audit)
    columns = _fitting_columns(audit, view)
    shown, rest = content.split_rows(audit, view)
    screen.rows(
        [(view.line(column.heading), column.right) for column in columns],
        ([_cell(row, column, view) for column in columns] for row in shown),
    )
    if rest:
        screen.line(content.rest_line(rest))
    screen.line("")
    screen.line(content.usage_line(audit))
    for line in explain_columns(audit, columns):
        screen.line(line, "dim")
    _add_suggestions(screen, audit)
    for title, lines, closing in content.sections(audit):
        screen.section(title, lines)
        if closing:
            screen.line("")
            screen.line(closing, "dim")
    return screen.text()


def render_rows(header: Sequence[str], alignment: str, rows: Iterable[Sequence[str]], view: View) -> str:
    """Return any rows as a table; `alignment` has an "l" or "r" per column, the last column may wrap."""
    screen = _Screen(view)
    screen.plain_rows(header, alignment, rows)
    return screen.text()


class _Screen:
    """What has been said so far. Whatever is added is made harmless here; styles hold where there are colours."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._console = Console(
            file=io.StringIO(),
            width=view.width or _UNLIMITED,
            force_terminal=view.colour,
            color_system="standard" if view.colour else None,
            legacy_windows=False,
            emoji=False,
            markup=False,
            highlight=False,
        )

    def text(self) -> str:
        """Return all of it."""
        assert isinstance(self._console.file, io.StringIO)
        lines = (line.rstrip() for line in self._console.file.getvalue().splitlines())
        return "\n".join(lines) + "\n"

    def line(self, text: str, style: str = "", indent: int = 0) -> None:
        """Add one line; where it is too long for the terminal, what follows is indented under it."""
        line = Text(self._view.line(text), style=style if self._view.colour else "")
        width = self._view.width
        parts = [line] if width is None else line.wrap(self._console, width - indent - _HANG)
        for number, part in enumerate(parts):
            self._console.print(Text(" " * (indent + (_HANG if number else 0))) + part, soft_wrap=True)

    def section(self, title: str, lines: Sequence[str]) -> None:
        """Add a part, of many lines the first; nothing where there are none."""
        if not lines:
            return
        self.line("")
        self.line(title, "bold")
        shown = lines if self._view.top == 0 else lines[:_SECTION]
        for line in shown:
            self.line(line, indent=2)
        if len(shown) < len(lines):
            self.line(f"and {len(lines) - len(shown)} more (--top 0 shows all)", indent=2)

    def plain_rows(self, header: Sequence[str], alignment: str, rows: Iterable[Sequence[str]]) -> None:
        """Add a table of plain text."""
        headings = [(heading, side == "r") for heading, side in zip(header, alignment, strict=True)]
        self.rows(headings, ([Text(self._view.line(cell)) for cell in row] for row in rows))

    def rows(self, headings: Sequence[tuple[str, bool]], rows: Iterable[Sequence[Text]]) -> None:
        """Add a table. `headings`: text, and whether the column stands to the right.

        On a terminal long text columns give way; figures never lose a digit.
        """
        table = Table(box=None, pad_edge=False, show_edge=False, header_style="bold" if self._view.colour else "")
        rows = list(rows)
        for index, (heading, right) in enumerate(headings):
            widest = max((row[index].cell_len for row in rows), default=0)
            table.add_column(
                heading.replace(" ", "\n") if right and self._view.width else heading,
                justify="right" if right else "left",
                no_wrap=right or widest <= _SHORT,
                overflow="fold",
                vertical="top",
            )
        for row in rows:
            table.add_row(*row)
        self._console.print(table)


def _add_head(screen: _Screen, audit: Audit) -> None:
    screen.line(f"footprint {audit.tool_version}: {audit.project}", "bold")
    screen.line(content.title(audit))
    if other := other_python_line(audit.notes):
        screen.line(other, "red")
    if unread := content.unread_lines(audit):
        screen.section(content.UNREAD, unread)
        screen.line("")
    for entry in audit.started:
        screen.line(entry_sentences.entry_title(entry), "bold")
        for line in entry_sentences.entry_lines(entry, audit):
            screen.line(line, "red" if line.startswith(_TROUBLES) else "", indent=2)
    for fact in content.host_facts(audit):
        screen.line(fact)
    screen.line(f"Disk: {content.disk_line(audit)}")
    if (code_size := memory_sentences.code_size_line(audit)) is not None:
        screen.line(code_size, "red" if memory_sentences.TOO_MUCH in code_size else "")
    screen.line("")


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


def _cell(row: DistributionRow, column: Column, view: View) -> Text:
    style = _STYLES[row.usage] if view.colour and column.heading == USE else ""
    return Text(view.line(column.cell(row)), style=style)


def _add_suggestions(screen: _Screen, audit: Audit) -> None:
    rows = content.suggestion_rows(audit)
    if not rows:
        return
    screen.line("")
    screen.line("Suggestions", "bold")
    screen.plain_rows(*content.SUGGESTIONS, rows)
    *together, sure = content.suggestion_remarks(audit)
    for line in together:
        screen.line(line)
    screen.line(sure, "dim")
