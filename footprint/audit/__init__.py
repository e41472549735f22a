"""The whole audit, and its stages alone. A stage is loaded when it is asked for: `imports` needs little of `audit`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from footprint.audit.checking import Checked, run_check
    from footprint.audit.measured import Measured, measure_entries
    from footprint.audit.parts import FoundImports, read_imports_of, scan_disk
    from footprint.audit.project import Code, read_code
    from footprint.audit.target import Target, open_target
    from footprint.audit.whole import run_audit

__all__ = [
    "Checked",
    "Code",
    "FoundImports",
    "Measured",
    "Target",
    "measure_entries",
    "open_target",
    "read_code",
    "read_imports_of",
    "run_audit",
    "run_check",
    "scan_disk",
]

_PLACES = {
    "Checked": "checking",
    "Code": "project",
    "FoundImports": "parts",
    "Measured": "measured",
    "Target": "target",
    "measure_entries": "measured",
    "open_target": "target",
    "read_code": "project",
    "read_imports_of": "parts",
    "run_audit": "whole",
    "run_check": "checking",
    "scan_disk": "parts",
}


def __getattr__(name: str) -> Any:
    """Load the module of a public name when the name is first asked for (PEP 562)."""
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_PLACES[name]}"), name)
