"""What the baseline file holds and is no longer so: it hides growth until somebody writes it anew."""

from __future__ import annotations

from footprint.analysis.gate.facts import GateFacts
from footprint.analysis.gate.measured import describe_run
from footprint.analysis.gate.regressions import tolerance_of
from footprint.analysis.gate.verdicts import Verdicts, give


def judge_stale(facts: GateFacts) -> Verdicts:
    """Yield a verdict per stale part of the baseline; a check that starts nothing cannot tell of figures."""
    if facts.stored is None or facts.static:
        return
    yield from ()
