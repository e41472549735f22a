"""The gate: an audit, its runs without hooks, a baseline and settings -> a report of verdicts. Pure."""

from __future__ import annotations

from footprint.analysis.gate.judge import judge
from footprint.analysis.gate.verdicts import GateFacts

__all__ = ["GateFacts", "judge"]
