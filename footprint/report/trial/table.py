"""A trial as lines of text."""

from __future__ import annotations

from footprint.model.trial import Trial
from footprint.report.text.trial_sentences import trial_lines
from footprint.report.text.view import DEFAULT_VIEW, View


def render(trial: Trial, view: View = DEFAULT_VIEW) -> str:
    """Return the whole trial."""
    return view.join(trial_lines(trial))
