"""The whole audit, and its stages alone. A stage is loaded when it is asked for: `imports` needs little of `audit`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from footprint.audit.project_code import ProjectCode, read_code
    from footprint.audit.run import run_audit
    from footprint.audit.stages.probe_stage import Measured, measure_entries
    from footprint.audit.stages.reading_stages import FoundImports, read_imports_of, scan_disk
    from footprint.audit.target import Target, open_target

__all__ = [
    "FoundImports",
    "Measured",
    "ProjectCode",
    "Target",
    "measure_entries",
    "open_target",
    "read_code",
    "read_imports_of",
    "run_audit",
    "scan_disk",
]

_PLACES = {
    "ProjectCode": "project_code",
    "FoundImports": "stages.reading_stages",
    "Measured": "stages.probe_stage",
    "Target": "target",
    "measure_entries": "stages.probe_stage",
    "open_target": "target",
    "read_code": "project_code",
    "read_imports_of": "stages.reading_stages",
    "run_audit": "run",
    "scan_disk": "stages.reading_stages",
}


def __getattr__(name: str) -> Any:
    """Load the module of a public name when the name is first asked for (PEP 562)."""
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_PLACES[name]}"), name)
