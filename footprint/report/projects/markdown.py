"""The projects of a fleet, as markdown: GitHub's dialect."""

from __future__ import annotations

from footprint.model.fleet_report import FleetReport
from footprint.report.projects.project_sections import closing, rows, title
from footprint.report.text.safe import markdown as text
from footprint.report.text.safe import plain_ascii
from footprint.report.text.section_markdown import table_lines
from footprint.report.text.view import DEFAULT_VIEW, View


def render(report: FleetReport, view: View = DEFAULT_VIEW) -> str:
    """Return a row for each project, and how many came to what."""
    header, alignment, cells = rows(report)
    lines = [f"# Footprint: {text(title(report))}", ""]
    lines += table_lines(header, alignment, ([text(cell) if cell != "-" else cell for cell in row] for row in cells))
    whole = "\n".join([*lines, "", *(f"- {text(line)}" for line in closing(report))]) + "\n"
    return plain_ascii(whole) if view.ascii else whole
