"""The gate: an audit, its runs without hooks, a baseline and settings -> a report of verdicts. Pure."""

from __future__ import annotations

from footprint.analysis.gate.gate_facts import GateFacts
from footprint.analysis.gate.judge import judge

__all__ = ["GateFacts", "judge"]
