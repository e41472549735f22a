"""The audit in one line: for the message of a commit, a chat or a log."""

from __future__ import annotations

from footprint.model.audit import Audit
from footprint.report.audit.verdict_sentences import verdict_lines
from footprint.report.text.view import DEFAULT_VIEW, View


def render(audit: Audit, view: View = DEFAULT_VIEW) -> str:
    """Return project and verdict on one line."""
    lines = verdict_lines(audit)
    if view.before is not None:
        from footprint.report.audit.before_after import before_line

        lines = (*lines, before_line(view.before))
    return view.join([f"footprint of {audit.project}: {'. '.join(lines)}"])
