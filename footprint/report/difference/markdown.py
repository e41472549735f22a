"""What two audits differ in, as markdown: for a pull request or a mail. GitHub's dialect, tables included."""

from __future__ import annotations

from footprint.model.audit_difference import AuditDifference
from footprint.report.difference.difference_sections import sections, summary, title, warnings
from footprint.report.text.safe import markdown as text
from footprint.report.text.safe import plain_ascii
from footprint.report.text.section_markdown import section_lines
from footprint.report.text.view import DEFAULT_VIEW, View


def render(difference: AuditDifference, view: View = DEFAULT_VIEW) -> str:
    """Return the whole difference as markdown."""
    lines = [f"# Footprint: {text(title(difference))}", ""]
    if differs := warnings(difference):
        lines += [*(f"- {text(line)}" for line in differs), ""]
    for section in sections(difference, view.most):
        lines += section_lines(section)
    whole = "\n".join([*lines, text(summary(difference))]) + "\n"
    return plain_ascii(whole) if view.ascii else whole
