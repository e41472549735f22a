"""Increase against the reference: more than the tolerance, judged only when the runs agree well enough."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from footprint.analysis.gate.blame import explain_growth, explain_peak, new_arrivals
from footprint.analysis.gate.budgets import heaviest_line_of
from footprint.analysis.gate.this_run import figures_of, has_preload, heavy_sizes, installed_bytes, total_of
from footprint.analysis.gate.verdicts import (
    GateFacts,
    Increase,
    Verdicts,
    allowed_growth,
    give,
    is_noisy,
    middle,
    noise,
)
from footprint.config.options import Tolerance
from footprint.knowledge.codes import START_FIGURES, rule_about
from footprint.model.audit import DistributionRow, EntryRow
from footprint.model.baseline import EntryBaseline, EnvironmentBaseline
from footprint.model.entry_origins import StartLine
from footprint.model.gate_report import Outcome, Reason
from footprint.model.rule import Figure
from footprint.model.service_memory import STATE_WORDS
from footprint.units import MIB, few, size

_NEW_AT_STARTUP, _NEW_DISTRIBUTION, _NOISE = "FP303", "FP414", "FP906"
_LISTED = 5
_PRELOADED = f" with preload {STATE_WORDS['collected']}"
_WRITTEN_BYTES = MIB // 200 + 1  # half of the last decimal of the baseline file: so much is lost when it is written


def judge_regressions(facts: GateFacts) -> Verdicts:
    """Yield a verdict for each figure that has something to be compared with."""
    for entry in () if facts.static else facts.measured_entries():
        reference = facts.reference_of(entry.name)
        if reference is None:
            continue
        for figure in START_FIGURES:
            yield from _judge_runs(facts, entry.name, reference, figure)
        yield from _judge_total(facts, entry, reference)
        yield from _judge_calls(facts, entry.name, reference)
        yield from _judge_arrivals(facts, entry.name)
        yield from _judge_time(facts, entry.name, reference)
    if facts.reference is not None:
        yield from _judge_disk(facts, facts.reference)
        yield from _judge_new_distributions(facts, facts.reference)


def tolerance_of(facts: GateFacts, entry: str) -> Tolerance:
    """Return the tolerance of an entry's memory."""
    return facts.settings_of(entry).max_increase or Tolerance()


def _judge_runs(facts: GateFacts, entry: str, reference: EntryBaseline, figure: Figure) -> Verdicts:
    code, what, field = rule_about("growth", figure).code, figure.value, START_FIGURES[figure]
    before, runs = getattr(reference, field), facts.series[entry].runs_of(field)
    now = middle(runs)
    if before is None:
        return
    if now is None:
        yield from give(facts, code, "not judged", f"{what}: this platform does not tell it", entry=entry)
        return
    growth = Increase(before, now, allowed_growth(before, tolerance_of(facts, entry), reference.noise_bytes))
    over = now > growth.most
    # when even the lowest run is over, no noise explains it
    if is_noisy(runs, growth.allowed) and not (over and min(runs) > growth.most):
        words = f"{what}: {len(runs)} runs differ by {size(noise(runs))}, more than half of the"
        words = f"{words} {size(growth.allowed)} allowed"
        yield from growth.judge(facts, code, f"{words}: too noisy to judge", entry=entry, outcome="not judged")
        if facts.settings.level(code, entry) == "error":
            yield from give(facts, _NOISE, "violated", f"{words}: not judged", entry=entry)
        return
    more, reasons = _explain(facts, entry, reference, figure, now - before) if over else ("", ())
    yield from growth.judge(facts, code, f"{what} {growth.tell()}{more}", entry=entry, reasons=reasons)


def _explain(
    facts: GateFacts, entry: str, reference: EntryBaseline, figure: Figure, growth: int
) -> tuple[str, tuple[Reason, ...]]:
    """Return words for a growth, where there are any to add, and what is behind it."""
    at_rest = (middle(facts.series[entry].runs_of("rss_bytes")) or 0) - reference.rss_bytes
    if figure is Figure.PEAK and reference.peak_bytes is not None and 2 * at_rest < growth:
        words = "; it does not stay: data that is made and freed, or child processes"
        return words, explain_peak(facts, entry, reference.peak_bytes, growth)
    return "", explain_growth(facts, entry, growth)


def _judge_total(facts: GateFacts, entry: EntryRow, reference: EntryBaseline) -> Verdicts:
    """Yield whether other workers than those of the baseline take more; the growth of each is of the other rules."""
    before, now = reference.total_bytes, total_of(facts, entry.name)
    ways = (reference.workers, reference.preload), (facts.workers.get(entry.name, 1), has_preload(facts, entry.name))
    if before is None or reference.workers is None or now is None or ways[0] == ways[1]:
        return
    was, made = (f"{count}{_PRELOADED * preload}" for count, preload in ways)
    growth = Increase(before, now, allowed_growth(before, tolerance_of(facts, entry.name)))
    words = f"workers {was} -> {made}, together about {size(before)} -> {size(now)}, allowed +{size(growth.allowed)}"
    source = entry.source
    where: dict[str, Any] = {"path": str(source)}
    if isinstance(source, StartLine):
        where = {"path": source.path, "line": source.line}
    code = rule_about("growth", Figure.OTHER_WORKERS).code
    yield from growth.judge(facts, code, words, entry=entry.name, **where)


def _judge_calls(facts: GateFacts, entry: str, reference: EntryBaseline) -> Verdicts:
    """Yield whether a call adds more to the ready process, held or for a moment, with the line that grew most."""
    code, known = rule_about("growth", Figure.EACH_CALL).code, reference.calls or {}
    calls = [call for call in facts.audit.calls if call.entry == entry] if known else []
    if known and not calls:
        why = f"none of {few(sorted(known), 2)} was done: --request and --call do them"
        yield from give(facts, code, "not judged", f"growth by calls: {why}", entry=entry)
    for call in calls:
        before, now = known.get(call.name, ()), figures_of(call)
        if len(before) < 2 or not now:
            why = (
                "it came to no end" if not now else "the baseline has no figure of it: write it with --update-baseline"
            )
            yield from give(facts, code, "not judged", f"{call.name}: {why}", entry=entry, subject=call.name)
            continue
        tolerance = tolerance_of(facts, entry)
        peak, held = (Increase(*pair, allowed_growth(pair[0], tolerance)) for pair in zip(before, now, strict=False))
        is_peak = held.now <= held.most and peak.now > peak.most
        growth = peak if is_peak else held
        told = f"{call.name} {'needs for a moment' if is_peak else 'holds'} {growth.tell()}"
        line, at = heaviest_line_of(call, peak=is_peak) if growth.now > growth.most else ({}, "")
        yield from growth.judge(facts, code, f"{told}{at}", entry=entry, subject=call.name, **line)


def _judge_arrivals(facts: GateFacts, entry: str) -> Verdicts:
    if entry not in facts.observed:
        return
    arrivals = new_arrivals(facts, entry)
    for reason in arrivals:
        more = f" with {len(reason.brings)} more" if reason.brings else ""
        by = f", imported by {reason.path}:{reason.line}" if reason.path else ""
        message, subject = f"{reason.distribution}{more} is new at startup{by}", reason.distribution
        yield from give(facts, _NEW_AT_STARTUP, "violated", message, entry=entry, subject=subject, reasons=(reason,))
    if not arrivals:
        yield from give(facts, _NEW_AT_STARTUP, "passed", entry=entry)


def _judge_time(facts: GateFacts, entry: str, reference: EntryBaseline) -> Verdicts:
    rule = rule_about("growth", Figure.TIME)
    most = facts.settings_of(entry).max_time_ratio
    before, now = reference.time_ratio, facts.series[entry].time_ratio
    if most is None:
        return
    if not before or now is None:  # a baseline has two decimals: 0.0 of a start that adds next to nothing
        why = "it was not measured" if before else "the baseline has no time: write it with --update-baseline"
        yield from give(facts, rule.code, "not judged", f"start-up time: {why}", entry=entry)
        return
    ratio = now / before
    words = f"the start adds {now:.3g} x the time of a bare interpreter, {ratio:.2f} x the {before:.3g} of the baseline"
    outcome: Outcome = "passed" if ratio <= most else "violated"
    figures: dict[str, Any] = {"unit": "ratio", "measured": ratio, "allowed": most, "baseline": before}
    yield from give(facts, rule.code, outcome, f"{words}, {most:g} x allowed", entry=entry, **figures)


def _judge_disk(facts: GateFacts, reference: EnvironmentBaseline) -> Verdicts:
    before, now = reference.disk_bytes, installed_bytes(facts.audit)
    if before is None or now is None:
        return
    growth = Increase(before, now, allowed_growth(before, facts.settings.max_disk_increase))
    is_over = now > growth.most + _WRITTEN_BYTES
    sizes = heavy_sizes(facts.audit)
    grown = {name: after - reference.heavy.get(name, 0) for name, after in sizes.items()}
    reasons = tuple(
        _disk_reason(name, reference.heavy.get(name), sizes[name], facts)
        for name in sorted(grown, key=lambda name: (-grown[name], name))
        if is_over and grown[name] > MIB // 10
    )
    yield from growth.judge(
        *(facts, rule_about("growth", Figure.INSTALLED).code, f"installed, without bytecode: {growth.tell()}"),
        outcome="violated" if is_over else "passed",
        reasons=reasons[:_LISTED],
    )


def _disk_reason(name: str, before: int | None, after: int, facts: GateFacts) -> Reason:
    path, line = _declared_place(name, facts.audit.distributions)
    return Reason("new" if before is None else "grown", name, before, after, path=path, line=line)


def _declared_place(name: str, rows: Iterable[DistributionRow]) -> tuple[str | None, int | None]:
    """Return the line that declares a distribution, or that of the one which brings it in."""
    by_name = {row.name: row for row in rows}
    row = by_name.get(name)
    root = by_name.get(row.requirement_chain[0]) if row is not None and row.requirement_chain else None
    declared = (row.declared if row is not None else ()) or (root.declared if root is not None else ())
    return (declared[0].file, declared[0].line) if declared else (None, None)


def _judge_new_distributions(facts: GateFacts, reference: EnvironmentBaseline) -> Verdicts:
    if reference.disk_bytes is None or installed_bytes(facts.audit) is None:
        return
    least, sizes = facts.settings.new_distribution_bytes, heavy_sizes(facts.audit)
    new = [(name, after) for name, after in sizes.items() if name not in reference.heavy and after >= least]
    rows = {row.name: row for row in facts.audit.distributions}
    for name, after in sorted(new, key=lambda item: (-item[1], item[0])):
        chain = rows[name].requirement_chain
        via = f", required by {' > '.join(chain[:-1])}" if len(chain) > 1 else ""
        path, line = _declared_place(name, facts.audit.distributions)
        at = f", declared in {path}:{line}" if path and not via else f" ({path}:{line})" if path else ""
        message = f"{name} is new and takes {size(after)} on disk{via}{at}"
        figures: dict[str, Any] = {"unit": "bytes", "measured": after, "allowed": least}
        where: dict[str, Any] = {"subject": name, "path": path, "line": line, "names_place": bool(at)}
        yield from give(facts, _NEW_DISTRIBUTION, "violated", message, **figures, **where)
    if not new:
        yield from give(facts, _NEW_DISTRIBUTION, "passed", f"no new distribution of {size(least)} or more")
