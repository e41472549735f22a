"""An answer for a terminal or a pipe."""

from __future__ import annotations

from footprint.model.fleet_answer import FleetAnswer
from footprint.report.answer.answer_cells import closing, rows
from footprint.report.text.text_table import render_rows
from footprint.report.text.view import DEFAULT_VIEW, View


def render(answer: FleetAnswer, view: View = DEFAULT_VIEW) -> str:
    """Return the rows as a table, and what there is to say below."""
    table = render_rows(rows(answer), view) if answer.rows else ""
    below = [*closing(answer)]
    return table + (view.join(["", *below] if table else below) if below else "")
