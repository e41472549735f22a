"""The services of a host, for a terminal or a pipe."""

from __future__ import annotations

from footprint.model.service_plans import ServicesReport
from footprint.report.fleet.service_sections import closing, rows, title
from footprint.report.text.text_table import render_rows
from footprint.report.text.view import DEFAULT_VIEW, View


def render(report: ServicesReport, view: View = DEFAULT_VIEW) -> str:
    """Return a row for each service, and what all need together."""
    return view.join([title(report), ""]) + render_rows(rows(report), view) + view.join(["", *closing(report)])
