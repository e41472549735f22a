"""The audit for a terminal or a pipe. On a pipe nothing is cut or coloured; ASCII where nothing else can be shown."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from footprint.model.audit import Audit, DistributionRow, Usage
from footprint.report.audit import content, memory_sentences, sections
from footprint.report.audit.columns import USE, Column, explain_columns, list_columns
from footprint.report.text.phrases import other_python_line
from footprint.report.text.safe import plain_ascii, printable
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


def render(audit: Audit, view: View = DEFAULT_VIEW) -> str:
    """Return the whole audit as text: headline, distributions, suggestions, notes."""
    console = _open_console(view)
    _print_head(console, audit, view)
    columns = _fitting_columns(audit, view)
    shown, rest = content.split_rows(audit, view)
    cells = ([_cell(row, column, view) for column in columns] for row in shown)
    console.print(_lay_out([(_safe(column.heading, view), column.right) for column in columns], cells, view))
    if rest:
        _line(console, content.rest_line(rest), view)
    console.print()
    _line(console, content.usage_line(audit), view)
    for line in explain_columns(audit, columns):
        _line(console, line, view, style="dim")
    _print_suggestions(console, audit, view)
    for title, lines, closing in sections.sections(audit):
        _print_section(console, title, lines, view)
        if closing:
            console.print()
            _line(console, closing, view, style="dim")
    return _text_of(console)


def render_rows(header: Sequence[str], alignment: str, rows: Iterable[Sequence[str]], view: View) -> str:
    """Return any rows as a table; `alignment` has an "l" or "r" per column, the last column may wrap."""
    console = _open_console(view)
    _print_rows(console, header, alignment, rows, view)
    return _text_of(console)


def _print_rows(
    console: Console, header: Sequence[str], alignment: str, rows: Iterable[Sequence[str]], view: View
) -> None:
    headings = [(heading, side == "r") for heading, side in zip(header, alignment, strict=True)]
    console.print(_lay_out(headings, ([Text(_safe(cell, view)) for cell in row] for row in rows), view))


def _open_console(view: View) -> Console:
    return Console(
        file=io.StringIO(),
        width=view.width or _UNLIMITED,
        force_terminal=view.colour,
        color_system="standard" if view.colour else None,
        legacy_windows=False,
        emoji=False,
        markup=False,
        highlight=False,
    )


def _text_of(console: Console) -> str:
    assert isinstance(console.file, io.StringIO)
    lines = (line.rstrip() for line in console.file.getvalue().splitlines())
    return "\n".join(lines) + "\n"


def _lay_out(headings: Sequence[tuple[str, bool]], rows: Iterable[Sequence[Text]], view: View) -> Table:
    """Return rows as a table. `headings`: text, and whether the column stands to the right.

    On a terminal long text columns give way; figures never lose a digit.
    """
    table = Table(box=None, pad_edge=False, show_edge=False, header_style="bold" if view.colour else "")
    rows = list(rows)
    for index, (heading, right) in enumerate(headings):
        widest = max((row[index].cell_len for row in rows), default=0)
        table.add_column(
            heading.replace(" ", "\n") if right and view.width else heading,
            justify="right" if right else "left",
            no_wrap=right or widest <= _SHORT,
            overflow="fold",
            vertical="top",
        )
    for row in rows:
        table.add_row(*row)
    return table


def _print_head(console: Console, audit: Audit, view: View) -> None:
    _line(console, f"footprint {audit.tool_version}: {audit.project}", view, style="bold")
    _line(console, content.title(audit), view)
    if other := other_python_line(audit.notes):
        _line(console, other, view, style="red")
    if unread := content.unread_lines(audit):
        _print_section(console, content.UNREAD, unread, view)
        console.print()
    for entry in audit.started:
        _line(console, content.entry_title(entry), view, style="bold")
        for line in content.entry_lines(entry, audit):
            _line(
                console,
                line,
                view,
                style="red" if line.startswith((memory_sentences.STOPPED, memory_sentences.TOO_MUCH)) else "",
                indent=2,
            )
    for fact in sections.host_facts(audit):
        _line(console, fact, view)
    _line(console, f"Disk: {content.disk_line(audit)}", view)
    if (code_size := memory_sentences.code_size_line(audit)) is not None:
        _line(console, code_size, view, style="red" if memory_sentences.TOO_MUCH in code_size else "")
    console.print()


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
    return Text(_safe(column.cell(row), view), style=style)


def _print_suggestions(console: Console, audit: Audit, view: View) -> None:
    rows = sections.suggestion_rows(audit)
    if not rows:
        return
    console.print()
    _line(console, "Suggestions", view, style="bold")
    _print_rows(console, *sections.SUGGESTIONS, rows, view)
    *together, sure = sections.suggestion_remarks(audit)
    for line in together:
        _line(console, line, view)
    _line(console, sure, view, style="dim")


def _print_section(console: Console, title: str, lines: tuple[str, ...], view: View, most: int = 12) -> None:
    if not lines:
        return
    console.print()
    _line(console, title, view, style="bold")
    shown = lines if view.top == 0 else lines[:most]
    for line in shown:
        _line(console, line, view, indent=2)
    if len(shown) < len(lines):
        _line(console, f"and {len(lines) - len(shown)} more (--top 0 shows all)", view, indent=2)


def _line(console: Console, text: str, view: View, *, style: str = "", indent: int = 0) -> None:
    """Print one line; where it is too long for the terminal, what follows is indented under it."""
    line = Text(_safe(text, view), style=style if view.colour else "")
    if view.width is None:
        console.print(Text(" " * indent) + line, soft_wrap=True)
        return
    for number, part in enumerate(line.wrap(console, view.width - indent - _HANG)):
        console.print(Text(" " * (indent + (_HANG if number else 0))) + part, soft_wrap=True)


def _safe(text: str, view: View) -> str:
    shown = printable(text)
    return plain_ascii(shown) if view.ascii else shown
