"""What two audits differ in, for a terminal or a pipe."""

from __future__ import annotations

from footprint.model.audit_difference import AuditDifference
from footprint.report.difference.difference_sections import DifferenceSection, sections, summary, title, warnings
from footprint.report.text.text_table import render_rows
from footprint.report.text.view import DEFAULT_VIEW, View


def render(difference: AuditDifference, view: View = DEFAULT_VIEW) -> str:
    """Return both sides, the figures, and what entered and left."""
    head = [title(difference), *(f"also differs: {line}" for line in warnings(difference)), ""]
    parts = [_section(each, view) for each in sections(difference, view.top)]
    return view.join(head) + "\n".join([*parts, view.join([summary(difference)])])


def _section(section: DifferenceSection, view: View) -> str:
    rows = render_rows((section.header, section.alignment, section.rows), view) if section.header else ""
    return view.join([section.title]) + rows + view.join(f"  {line}" for line in section.lines)
