"""The figures of a check side by side: before, now, and the most that passes. One row per figure, not per rule."""

from __future__ import annotations

from collections.abc import Sequence

from footprint.config.options import Tolerance
from footprint.model.gate_report import GateReport, Unit, Verdict
from footprint.model.rule import Figure
from footprint.pairs import group_pairs
from footprint.units import size
from footprint.values import dataclass

_MISSING = "not measured"


@dataclass(frozen=True, slots=True)
class MetricRow:
    """One figure. Texts are for a reader; `entry` is as the project calls it."""

    entry: str | None
    metric: str
    before: str
    now: str
    change: str
    allowed: str
    wrong: bool  # a rule about it is violated, or could not be judged
    changed: bool  # by more than the tolerance, up or down


def list_metrics(report: GateReport) -> tuple[MetricRow, ...]:
    """Return the figures that rules are about, of each entry in its order, those of the environment last."""
    found = group_pairs(((each.entry, each.rule.figure), each) for each in report.verdicts if each.rule.figure)
    names = [entry.name for entry in report.entries]
    places = {name: place for place, name in enumerate(names)}
    order = list(Figure)
    keys = sorted(found, key=lambda key: (places.get(key[0] or "", len(places)), key[0] or "", order.index(key[1])))
    rows = [_row(entry, figure.value, found[entry, figure]) for entry, figure in keys]
    unmeasured = [entry.name for entry in report.entries if entry.not_measured is not None]
    return (*(MetricRow(name, "start", "", _MISSING, "", "", True, False) for name in unmeasured), *rows)


def _row(entry: str | None, metric: str, verdicts: Sequence[Verdict]) -> MetricRow:
    unit = next((verdict.unit for verdict in verdicts if verdict.unit is not None), None)
    now = next((verdict.measured for verdict in verdicts if verdict.measured is not None), None)
    before = next((verdict.baseline for verdict in verdicts if verdict.baseline is not None), None)
    allowed = min((verdict.allowed for verdict in verdicts if verdict.allowed is not None), default=None)
    return MetricRow(
        entry=entry,
        metric=metric,
        before="" if before is None else _figure(before, unit),
        now=_MISSING if now is None else _figure(now, unit),
        change="" if before is None or now is None else _change(before, now, unit),
        allowed="" if allowed is None else _figure(allowed, unit),
        wrong=any(verdict.outcome in ("violated", "not judged") for verdict in verdicts),
        changed=before is not None and now is not None and abs(now - before) > _tolerated(before, unit, verdicts),
    )


def _tolerated(before: float, unit: Unit | None, verdicts: Sequence[Verdict]) -> float:
    """Return what a figure may change by: as the rule about its growth allows, or as it would by default."""
    growths = [one.allowed - before for one in verdicts if one.baseline is not None and one.allowed is not None]
    if growths:
        return max(growths)
    default = Tolerance()
    relative = before * default.relative
    return max(relative, default.absolute_bytes) if unit == "bytes" else relative if unit == "ratio" else 0


def _figure(value: float, unit: Unit | None) -> str:
    match unit:
        case "bytes":
            return size(round(value))
        case "ratio":
            return f"{value:.2f} x"
        case _:
            return f"{value:,.0f}"


def _change(before: float, now: float, unit: Unit | None) -> str:
    if now == before:
        return "no change"
    sign = "+" if now >= before else "-"
    share = f" ({sign}{abs(now - before) * 100 / before:.1f} %)" if before else ""
    return f"{sign}{_figure(abs(now - before), unit)}{share}"
