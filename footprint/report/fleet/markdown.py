"""The services of a host, as markdown: GitHub's dialect."""

from __future__ import annotations

from footprint.model.service_plans import ServicesReport
from footprint.report.fleet.service_sections import closing, rows, title
from footprint.report.text.safe import markdown as text
from footprint.report.text.safe import plain_ascii
from footprint.report.text.section_markdown import table_lines
from footprint.report.text.view import DEFAULT_VIEW, View


def render(report: ServicesReport, view: View = DEFAULT_VIEW) -> str:
    """Return a row for each service, and what all need together."""
    header, alignment, cells = rows(report)
    lines = [f"# Footprint: {text(title(report))}", ""]
    lines += table_lines(header, alignment, ([text(cell) if cell != "-" else cell for cell in row] for row in cells))
    whole = "\n".join([*lines, "", *(f"- {text(line)}" for line in closing(report))]) + "\n"
    return plain_ascii(whole) if view.ascii else whole
