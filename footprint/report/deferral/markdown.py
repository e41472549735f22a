"""Deferrals as markdown: for a pull request or a mail."""

from __future__ import annotations

from collections.abc import Iterator

from footprint.model.deferrals import Deferrals
from footprint.report.audit.markdown import table_lines
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
from footprint.report.text.safe import markdown as text
from footprint.report.text.safe import markdown_code as code
from footprint.report.text.safe import plain_ascii
from footprint.report.text.view import DEFAULT_VIEW, View
from footprint.report.trim.markdown import diff_blocks, listed


def render(deferrals: Deferrals, view: View = DEFAULT_VIEW) -> str:
    """Return the deferrals, what they save, what is left alone, what guards them, and the diff."""
    whole = "\n".join([f"# Footprint: {text(title(deferrals))}", "", *_parts(deferrals)]) + "\n"
    return plain_ascii(whole) if view.ascii else whole


def _parts(deferrals: Deferrals) -> Iterator[str]:
    rows = deferral_rows(deferrals)
    if rows:
        yield from table_lines(HEADER, ALIGNMENT, ([code(row[0]), *map(text, row[1:])] for row in rows))
        yield ""
    yield from (f"{text(line)}\n" for line in total(deferrals))
    yield from listed("Tried together, in a shadow of environment and project", trial_words(deferrals))
    yield from listed("Left alone", left_lines(deferrals))
    yield from listed("To keep it so, in pyproject.toml", guard_lines(deferrals))
    yield from diff_blocks(deferrals.files)
