"""An answer as CSV: plain numbers in the unit that the name says; an empty cell is not measured or not known."""

from __future__ import annotations

import csv
import io

from footprint.model.fleet_answer import Cell, FleetAnswer
from footprint.report.audit.csv import shown_cell
from footprint.report.text.safe import plain_ascii
from footprint.report.text.view import DEFAULT_VIEW, View


def render(answer: FleetAnswer, view: View = DEFAULT_VIEW) -> str:
    """Return a heading and a row each."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([shown_cell(each) for each in answer.columns])
    writer.writerows([_written(cell) for cell in row] for row in answer.rows)
    return plain_ascii(text.getvalue()) if view.ascii else text.getvalue()


def _written(cell: Cell) -> str:
    if isinstance(cell, float):
        return str(cell)
    return shown_cell(" ".join(each or "" for each in cell) if isinstance(cell, tuple) else cell)
