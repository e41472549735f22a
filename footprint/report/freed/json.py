"""What a set frees, as JSON, schema_version 1: bytes and microseconds; `starts` is null where no start is known."""

from __future__ import annotations

import json

from footprint import __version__
from footprint.model.combinations import Freed
from footprint.report.audit.json import plain
from footprint.report.text.view import DEFAULT_VIEW, View

FREED_VERSION = 1


def render(freed: Freed, view: View = DEFAULT_VIEW) -> str:
    """Return all of it, whatever the view says."""
    head = {"tool": {"name": "footprint", "version": __version__}, "schema_version": FREED_VERSION}
    return json.dumps({**head, **plain(freed)}, indent=2) + "\n"
