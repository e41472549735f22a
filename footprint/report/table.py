"""The audit for a terminal or a pipe. On a pipe nothing is cut or coloured; ASCII where nothing else can be shown."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from footprint.model.audit import Audit, DistributionRow, Usage
from footprint.report import content
from footprint.report.safe import plain_ascii, printable
from footprint.report.view import DEFAULT_VIEW, View
from footprint.units import mebibytes, milliseconds

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


def render(audit: Audit, view: View = DEFAULT_VIEW) -> str:
    """Return the whole audit as text: headline, distributions, suggestions, notes."""
    console = _open_console(view)
    _print_head(console, audit, view)
    console.print(_build_table(audit, view))
    shown_rest = content.split_rows(audit, view)[1]
    if shown_rest:
        _line(console, content.rest_line(shown_rest), view)
    _line(console, content.usage_line(audit), view)
    _print_suggestions(console, audit, view)
    _print_section(console, "Used but not declared", content.undeclared_lines(audit), view)
    _print_section(console, "Requirements not met", content.problem_lines(audit), view)
    _print_section(console, "Notes", content.note_lines(audit), view)
    return _text_of(console)


def render_rows(header: Sequence[str], alignment: str, rows: Iterable[Sequence[str]], view: View) -> str:
    """Return any rows as a table; `alignment` has an "l" or "r" per column, the last column may wrap."""
    console = _open_console(view)
    console.print(_lay_out(header, alignment, ([Text(_safe(cell, view)) for cell in row] for row in rows), view))
    return _text_of(console)


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


def _lay_out(header: Sequence[str], alignment: str, rows: Iterable[Iterable[Text]], view: View) -> Table:
    table = Table(box=None, pad_edge=False, show_edge=False, header_style="bold" if view.colour else "")
    for index, (heading, side) in enumerate(zip(header, alignment, strict=True)):
        last = index == len(alignment) - 1
        table.add_column(heading, justify="right" if side == "r" else "left", no_wrap=not last, overflow="fold")
    for row in rows:
        table.add_row(*row)
    return table


def _print_head(console: Console, audit: Audit, view: View) -> None:
    _line(console, f"footprint {audit.tool_version}  {content.title(audit)}", view, style="bold")
    for entry in audit.entries:
        first, *others = content.entry_lines(entry)
        _line(console, first, view, style="bold")
        for line in others:
            _line(console, f"  {line}", view, style="red" if line.startswith("stopped") else "")
    _line(console, f"Disk: {content.disk_line(audit)}", view)
    console.print()


_HEADER = ("Distribution", "Version", "Disk MiB", "frees", "RSS MiB", "with imports", "ms", "Use", "Where, why")


def _build_table(audit: Audit, view: View) -> Table:
    rows = (_cells(row, view) for row in content.split_rows(audit, view)[0])
    return _lay_out(_HEADER, "llrrrrrll", rows, view)


def _cells(row: DistributionRow, view: View) -> Iterable[Text]:
    usage = row.usage.value + ("?" if row.confidence == "cannot tell" else "")
    cells = (
        row.name,
        row.version or "not installed",
        mebibytes(row.apparent_bytes),
        mebibytes(row.exclusive_bytes) if row.declared else "",
        mebibytes(row.startup_self_rss_bytes),
        mebibytes(row.startup_cumulative_rss_bytes),
        milliseconds(row.import_time_us),
        usage,
        content.where(row),
    )
    for index, cell in enumerate(cells):
        style = _STYLES[row.usage] if view.colour and index == 7 else ""
        yield Text(_safe(cell, view), style=style)


def _print_suggestions(console: Console, audit: Audit, view: View) -> None:
    if not audit.suggestions:
        return
    console.print()
    _line(console, "Suggestions (none verified yet)", view, style="bold")
    rows = []
    for number, suggestion in enumerate(audit.suggestions, start=1):
        disk, memory = content.suggestion_saving(suggestion)
        cells = (str(number), suggestion.code, disk, memory, suggestion.detail)
        rows.append([Text(_safe(cell, view)) for cell in cells])
    console.print(_lay_out(("", "Code", "Disk MiB", "RSS MiB", "What"), "rlrrl", rows, view))
    removal = content.removal_line(audit)
    if removal:
        _line(console, removal, view)


def _print_section(console: Console, title: str, lines: tuple[str, ...], view: View, most: int = 12) -> None:
    if not lines:
        return
    console.print()
    _line(console, title, view, style="bold")
    shown = lines if view.top == 0 else lines[:most]
    for line in shown:
        _line(console, f"  {line}", view)
    if len(shown) < len(lines):
        _line(console, f"  and {len(lines) - len(shown)} more (--top 0 shows all)", view)


def _line(console: Console, text: str, view: View, *, style: str = "") -> None:
    console.print(Text(_safe(text, view), style=style if view.colour else ""), soft_wrap=view.width is None)


def _safe(text: str, view: View) -> str:
    shown = printable(text)
    return plain_ascii(shown) if view.ascii else shown
