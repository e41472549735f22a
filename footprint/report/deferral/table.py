"""Deferrals, for a terminal or a pipe: the imports, and the diff of the files."""

from __future__ import annotations

from collections.abc import Iterator

from footprint.model.deferrals import Deferrals
from footprint.report.deferral.deferral_sentences import (
    ALIGNMENT,
    HEADER,
    deferral_rows,
    guard_lines,
    left_lines,
    title,
    total,
    trial_words,
)
from footprint.report.text.text_table import render_rows
from footprint.report.text.view import DEFAULT_VIEW, View


def render(deferrals: Deferrals, view: View = DEFAULT_VIEW) -> str:
    """Return the deferrals, what they save, what is left alone, what guards them, and the diff."""
    rows = deferral_rows(deferrals)
    table = render_rows((HEADER, ALIGNMENT, rows), view) if rows else ""
    return view.join([title(deferrals), ""]) + table + view.join(_rest(deferrals))


def _rest(deferrals: Deferrals) -> Iterator[str]:
    yield from total(deferrals)
    for words, lines in (
        ("Tried together, in a shadow of environment and project", trial_words(deferrals)),
        ("Left alone", left_lines(deferrals)),
        ("To keep it so, in pyproject.toml", guard_lines(deferrals)),
    ):
        found = list(lines)
        yield from ("", f"{words}:", *(f"  {line}" for line in found)) if found else ()
    for file in deferrals.files:
        yield ""
        yield from file.lines
