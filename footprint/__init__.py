"""footprint: what every Python dependency weighs, costs and is used for.

Public: `run_audit(options)` measures, `load(text)` reads a stored JSON audit, `Options` says what to audit,
`Audit` is the result; `run_check(options, settings)` judges by `GateSettings`, its `report` is a `GateReport`;
`FootprintError` is the base of all errors. Everything else is private.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from footprint.audit import run_audit, run_check
    from footprint.config import Options
    from footprint.config.gate import GateSettings
    from footprint.errors import FootprintError
    from footprint.model.audit import Audit
    from footprint.model.gate import GateReport
    from footprint.report.stored import parse as load

__version__ = "0.1.0"
__all__ = [
    "Audit",
    "FootprintError",
    "GateReport",
    "GateSettings",
    "Options",
    "__version__",
    "load",
    "run_audit",
    "run_check",
]

_PLACES = {
    "Audit": ("footprint.model.audit", "Audit"),
    "FootprintError": ("footprint.errors", "FootprintError"),
    "GateReport": ("footprint.model.gate", "GateReport"),
    "GateSettings": ("footprint.config.gate", "GateSettings"),
    "Options": ("footprint.config", "Options"),
    "load": ("footprint.report.stored", "parse"),
    "run_audit": ("footprint.audit", "run_audit"),
    "run_check": ("footprint.audit", "run_check"),
}


def __getattr__(name: str) -> Any:
    """Load a public name when it is first asked for (PEP 562): the command itself needs none of them."""
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    module, attribute = _PLACES[name]
    return getattr(import_module(module), attribute)
