"""The projects of a fleet, for a terminal or a pipe."""

from __future__ import annotations

from footprint.model.fleet_report import FleetReport
from footprint.report.projects.project_sections import closing, rows, title
from footprint.report.text.text_table import render_rows
from footprint.report.text.view import DEFAULT_VIEW, View


def render(report: FleetReport, view: View = DEFAULT_VIEW) -> str:
    """Return a row for each project, and how many came to what."""
    return view.join([title(report), ""]) + render_rows(rows(report), view) + view.join(["", *closing(report)])
