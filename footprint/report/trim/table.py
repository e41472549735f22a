"""A trim, for a terminal or a pipe: the removals, and the diff of the files."""

from __future__ import annotations

from collections.abc import Iterator

from footprint.model.trim import Trim
from footprint.report.text.text_table import render_rows
from footprint.report.text.view import DEFAULT_VIEW, View
from footprint.report.trim.trim_sentences import (
    ALIGNMENT,
    HEADER,
    install_lines,
    installed_words,
    left_lines,
    removal_rows,
    renewal_lines,
    title,
    total,
    trial_words,
)


def render(trim: Trim, view: View = DEFAULT_VIEW) -> str:
    """Return the removals, what they free, what is left alone, the diff, and what renews the lock files."""
    rows = removal_rows(trim)
    table = render_rows((HEADER, ALIGNMENT, rows), view) if rows else ""
    return view.join([title(trim), ""]) + table + view.join(_rest(trim))


def _rest(trim: Trim) -> Iterator[str]:
    yield from total(trim)
    for words, lines in (
        ("Tried together, in a shadow of environment and project", trial_words(trim)),
        (installed_words(trim), install_lines(trim)),
        ("Left alone", left_lines(trim)),
        ("Written by a tool, and to be renewed afterwards", renewal_lines(trim)),
    ):
        found = list(lines)
        yield from ("", f"{words}:", *(f"  {line}" for line in found)) if found else ()
    for file in trim.files:
        yield ""
        yield from file.lines
