"""A trial as JSON, schema_version 1. Integers are bytes or counts."""

from __future__ import annotations

import json

from footprint import __version__
from footprint.model.trial import Trial
from footprint.report.audit.json import plain
from footprint.report.text.view import DEFAULT_VIEW, View

TRIAL_VERSION = 1


def render(trial: Trial, view: View = DEFAULT_VIEW) -> str:
    """Return the whole trial, whatever the view says."""
    head = {"tool": {"name": "footprint", "version": __version__}, "schema_version": TRIAL_VERSION}
    return json.dumps({**head, **plain(trial)}, indent=2) + "\n"
