"""What two audits differ in, as JSON, schema_version 1. Integers are bytes or counts."""

from __future__ import annotations

import json
from typing import Any

from footprint.model.audit_difference import AuditDifference
from footprint.report.audit.json import plain
from footprint.report.text.view import DEFAULT_VIEW, View


def render(difference: AuditDifference, view: View = DEFAULT_VIEW) -> str:
    """Return the whole difference, whatever the view says."""
    values: dict[str, Any] = plain(difference)
    version = values.pop("tool_version")
    return json.dumps({"tool": {"name": "footprint", "version": version}, **values}, indent=2) + "\n"
