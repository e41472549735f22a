"""Deferrals as JSON, schema_version 1. Integers are bytes."""

from __future__ import annotations

import json
from typing import Any

from footprint.model.deferrals import Deferrals
from footprint.report.audit.json import plain
from footprint.report.text.view import DEFAULT_VIEW, View


def render(deferrals: Deferrals, view: View = DEFAULT_VIEW) -> str:
    """Return all of it, whatever the view says."""
    values: dict[str, Any] = plain(deferrals)
    version = values.pop("tool_version")
    return json.dumps({"tool": {"name": "footprint", "version": version}, **values}, indent=2) + "\n"
