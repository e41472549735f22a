"""How a verdict is made: its level from the settings, all else that a rule says by itself from its row."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from footprint.analysis.gate.gate_facts import GateFacts
from footprint.knowledge.codes import RULE_BY_CODE
from footprint.model.gate_report import Outcome, Verdict
from footprint.units import size
from footprint.values import dataclass

Verdicts = Iterator[Verdict]


def give(facts: GateFacts, code: str, outcome: Outcome, message: str = "", *, at: Any = None, **more: Any) -> Verdicts:
    """Yield the verdict, or nothing where the rule is off. `more` are fields of Verdict.

    Where to look is the first place among the reasons, if there is one, else `at`, which has a path and a line. The
    row of the rule has the hint of a violation, and the message of what passes where that is always the same.
    """
    entry = more.pop("entry", None)
    level, rule = facts.settings.level(code, entry), RULE_BY_CODE[code]
    if level == "off":
        return
    if outcome == "violated":
        more.setdefault("hint", rule.hint)
    place = next((reason for reason in more.get("reasons", ()) if reason.path is not None), at)
    if place is not None:
        more |= {"path": place.path, "line": place.line}
    yield Verdict(rule, level, outcome, entry, message or rule.passed, **more)


@dataclass(frozen=True, slots=True)
class Increase:
    """Bytes that are held against what the reference has."""

    before: int
    now: int
    allowed: int

    @property
    def most(self) -> int:
        """The most that passes."""
        return self.before + self.allowed

    def tell(self) -> str:
        """Return it for a reader, what is allowed last."""
        sign, grown = "+" if self.now >= self.before else "-", abs(self.now - self.before)
        share = f" ({sign}{grown * 100 / self.before:.1f} %)" if self.before else ""
        return f"{size(self.before)} -> {size(self.now)}, {sign}{size(grown)}{share}, allowed +{size(self.allowed)}"

    def judge(self, facts: GateFacts, code: str, message: str, **more: Any) -> Verdicts:
        """Yield the verdict. `more` has the outcome where the figures alone do not tell it."""
        outcome: Outcome = more.pop("outcome", "violated" if self.now > self.most else "passed")
        figures: dict[str, Any] = {"measured": self.now, "allowed": self.most, "baseline": self.before}
        yield from give(facts, code, outcome, message, unit="bytes", **figures, **more)
