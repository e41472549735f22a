"""The formats there are. A renderer is loaded when its format is asked for: the table's library is heavy."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module

from footprint.model.audit import Audit
from footprint.report.text.view import DEFAULT_VIEW, View

_MODULES: Mapping[str, str] = {
    "table": "footprint.report.audit.table",
    "markdown": "footprint.report.audit.markdown",
    "json": "footprint.report.audit.json",
}
NAMES: tuple[str, ...] = tuple(_MODULES)


def render(name: str, audit: Audit, view: View = DEFAULT_VIEW) -> str:
    """Return the audit in the format `name`, one of NAMES."""
    text: str = import_module(_MODULES[name]).render(audit, view)
    return text
