"""An answer as markdown: GitHub's dialect."""

from __future__ import annotations

from footprint.model.fleet_answer import FleetAnswer
from footprint.report.answer.answer_cells import closing, rows
from footprint.report.text.safe import markdown as text
from footprint.report.text.safe import plain_ascii
from footprint.report.text.section_markdown import table_lines
from footprint.report.text.view import DEFAULT_VIEW, View


def render(answer: FleetAnswer, view: View = DEFAULT_VIEW) -> str:
    """Return the rows as a table, and what there is to say below."""
    lines: list[str] = []
    if answer.rows:
        header, alignment, cells = rows(answer)
        shown = ([text(cell) if cell != "-" else cell for cell in row] for row in cells)
        lines += [*table_lines([text(each) for each in header], alignment, shown), ""]
    whole = "\n".join([*lines, *(f"- {text(line)}" for line in closing(answer))]).rstrip("\n") + "\n"
    return plain_ascii(whole) if view.ascii else whole
