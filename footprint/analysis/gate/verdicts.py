"""How a verdict is made: its level from the settings, all else from its row; and when runs are too noisy for one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from footprint.analysis.gate.gate_facts import GateFacts
from footprint.config.options import Tolerance
from footprint.knowledge.codes import RULE_BY_CODE
from footprint.model.gate_report import Outcome, Verdict
from footprint.units import size
from footprint.values import dataclass

Verdicts = Iterator[Verdict]


def give(facts: GateFacts, code: str, outcome: Outcome, message: str = "", *, at: Any = None, **more: Any) -> Verdicts:
    """Yield the verdict, or nothing where the rule is off. `more` are fields of Verdict.

    Without a `message` the row of the rule has it, and `said` what stands in its places.

    Where to look is the first place among the reasons, if there is one, else `at`, which has a path and a line. The
    row of the rule has the hint of a violation, and the message of what passes where that is always the same.
    """
    entry, said = more.pop("entry", None), more.pop("said", {})
    level, rule = facts.settings.level(code, entry), RULE_BY_CODE[code]
    if level == "off":
        return
    if outcome == "violated":
        more.setdefault("hint", rule.hint)
    place = next((reason for reason in more.get("reasons", ()) if reason.path is not None), at)
    if place is not None:
        more |= {"path": place.path, "line": place.line}
    text = message or (rule.passed if outcome == "passed" else rule.says).format_map(said)
    yield Verdict(rule, level, outcome, entry, text, **more)


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


_TRIMMED_FROM = 5  # so many runs bear to lose their lowest and highest: one hiccup is no noise


def middle(values: Sequence[int]) -> int | None:
    """Return the median, one that was really measured; None of nothing."""
    return sorted(values)[(len(values) - 1) // 2] if values else None  # `statistics` takes 10 ms to import


def noise(values: Sequence[int]) -> int | None:
    """Return the largest minus the smallest run, of five and more without one at each end; None with fewer than two."""
    if len(values) < 2:
        return None
    ordered = sorted(values)
    if len(ordered) >= _TRIMMED_FROM:
        ordered = ordered[1:-1]
    return ordered[-1] - ordered[0]


def allowed_growth(reference_bytes: int, tolerance: Tolerance, reference_noise_bytes: int = 0) -> int:
    """Return by how much a figure may grow: more than this is more than both parts of the tolerance.

    An application that was that restless when its baseline was measured is allowed twice its noise.
    """
    relative = int(reference_bytes * tolerance.relative)
    return max(relative, tolerance.absolute_bytes, 2 * reference_noise_bytes)


def is_noisy(values: Sequence[int], growth_bytes: int) -> bool:
    """Whether runs differ by more than half of what is tolerated: a growth of that size could be chance."""
    found = noise(values)
    return found is not None and found > growth_bytes / 2
