"""A trim as markdown: for a pull request or a mail."""

from __future__ import annotations

from footprint.model.trim import Trim
from footprint.report.text.view import DEFAULT_VIEW, View
from footprint.report.trim.trim_sentences import page


def render(trim: Trim, view: View = DEFAULT_VIEW) -> str:
    """Return the removals, what they free, what is left alone, the diff, and what renews the lock files."""
    return page(trim).as_markdown(view)
