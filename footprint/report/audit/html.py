"""The audit as one page for a browser."""

from __future__ import annotations

from footprint.model.audit import Audit
from footprint.report.page.document import render_page
from footprint.report.text.view import DEFAULT_VIEW, View


def render(audit: Audit, view: View = DEFAULT_VIEW) -> str:
    """Return the audit as one HTML document that needs nothing else."""
    return render_page(audit, view)
