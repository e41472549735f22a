"""What is out of date in the baseline file: it hides growth until somebody writes it anew."""

from __future__ import annotations

from footprint.analysis.gate.baseline_update import find_stale
from footprint.analysis.gate.gate_facts import GateFacts
from footprint.analysis.gate.this_run import describe_run
from footprint.analysis.gate.verdicts import Verdicts, give
from footprint.config.options import Tolerance
from footprint.model.baseline_figures import Baseline

_STALE = "FP901"


def judge_stale(facts: GateFacts) -> Verdicts:
    """Yield a verdict per stale part of the baseline. A check that starts nothing cannot tell of figures."""
    if facts.stored is None or facts.static or not facts.audit.entries:
        return
    tolerance = facts.settings.all_entries.max_increase or Tolerance()
    names = [entry.name for entry in facts.audit.entries]
    stale = find_stale(
        Baseline({facts.key: facts.stored}),
        facts.key,
        describe_run(facts).environments[facts.key],
        names if facts.settings.every_entry else [*names, *facts.stored.entries],
        relative=tolerance.relative,
        absolute_bytes=tolerance.absolute_bytes,
    )
    for each in stale:
        yield from give(facts, _STALE, "violated", each.message, entry=each.entry, subject=each.what)
    if not stale:
        yield from give(facts, _STALE, "passed")
