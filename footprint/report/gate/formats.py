"""The formats of a check. A renderer is loaded when its format is asked for, as those of an audit are."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module

from footprint.model.gate_report import GateReport
from footprint.report.text.view import DEFAULT_VIEW, View

_MODULES: Mapping[str, str] = {
    "table": "footprint.report.gate.table",
    "markdown": "footprint.report.gate.markdown",
    "json": "footprint.report.gate.json",
    "junit": "footprint.report.gate.junit",
    "sarif": "footprint.report.gate.sarif",
    "github": "footprint.report.gate.github",
    "gitlab": "footprint.report.gate.gitlab",
}
NAMES: tuple[str, ...] = tuple(_MODULES)


def render(name: str, report: GateReport, view: View = DEFAULT_VIEW) -> str:
    """Return the check in the format `name`, one of NAMES."""
    text: str = import_module(_MODULES[name]).render(report, view)
    return text
