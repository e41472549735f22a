"""How a verdict is made: its level from the settings, its rule from the table."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from footprint.analysis.gate.gate_facts import GateFacts
from footprint.knowledge.codes import SEVERITIES
from footprint.model.gate_report import RULE_BY_CODE, Outcome, Verdict

Verdicts = Iterator[Verdict]


def give(
    facts: GateFacts, code: str, outcome: Outcome, message: str, *, entry: str | None = None, **more: Any
) -> Verdicts:
    """Yield the verdict, or nothing where the rule is off. `more` are fields of Verdict.

    Where to look is the first place among the reasons, if there is one.
    """
    level = facts.settings.level(code, entry)
    if level == "off":
        return
    rule = RULE_BY_CODE.get(code)
    assert rule is not None or code in SEVERITIES, code
    place = next((reason for reason in more.get("reasons", ()) if reason.path is not None), None)
    if place is not None:
        more |= {"path": place.path, "line": place.line}
    yield Verdict(code, rule.name if rule is not None else code, level, outcome, entry, message, **more)
