"""The codes of findings: stable, one meaning each. What they mean at length is in data/codes.toml."""

from __future__ import annotations

from collections.abc import Mapping

from footprint.model.severity import Severity

SEVERITIES: Mapping[str, Severity] = {
    "FP101": "warning",  # unused
    "FP102": "warning",  # unreached
    "FP103": "info",  # could be lazy
    "FP104": "info",  # a pin of a transitive
    "FP105": "warning",  # undeclared import
    "FP106": "error",  # a development dependency used by production code
    "FP107": "warning",  # a name of the standard library declared
    "FP108": "error",  # duplicate or conflicting lines
    "FP201": "error",  # a lazy import that fails when it runs
    "FP902": "warning",  # a suppression that matches nothing
}
CODES: tuple[str, ...] = tuple(SEVERITIES)
