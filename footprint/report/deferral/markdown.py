"""Deferrals as markdown: for a pull request or a mail."""

from __future__ import annotations

from footprint.model.deferrals import Deferrals
from footprint.report.deferral.deferral_sentences import page
from footprint.report.text.view import DEFAULT_VIEW, View


def render(deferrals: Deferrals, view: View = DEFAULT_VIEW) -> str:
    """Return the deferrals, what they save, what is left alone, what guards them, and the diff."""
    return page(deferrals).as_markdown(view)
