"""An answer as JSON: a row is an object, figures are plain numbers in the unit that the name says."""

from __future__ import annotations

import json

from footprint.model.fleet_answer import FleetAnswer
from footprint.report.audit.json import plain
from footprint.report.text.view import DEFAULT_VIEW, View


def render(answer: FleetAnswer, _: View = DEFAULT_VIEW) -> str:
    """Return the answer as a document."""
    values = plain(answer)
    tool = {"name": "footprint", "version": values.pop("tool_version")}
    values["rows"] = [dict(zip(values["columns"], row, strict=True)) for row in values["rows"]]
    return json.dumps({"tool": tool, **values}, indent=2, default=str) + "\n"
