"""Growth against the reference: more than the tolerance, judged only when the runs agree well enough."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from footprint.analysis.gate.blame import explain_growth, explain_peak, new_arrivals
from footprint.analysis.gate.gate_facts import GateFacts
from footprint.analysis.gate.noise import allowed_growth, anon_runs, is_noisy, middle, noise, peak_runs, rss_runs
from footprint.analysis.gate.this_run import has_preload, heavy_sizes, installed_bytes, total_of
from footprint.analysis.gate.verdicts import Verdicts, give
from footprint.config.options import Tolerance
from footprint.model.audit import DistributionRow, EntryRow
from footprint.model.gate_report import Outcome, Reason
from footprint.units import MIB, size

ACCEPT = "accept it on purpose: footprint check --update-baseline --allow-increase"
_LISTED = 5
_WRITTEN_BYTES = MIB // 200 + 1  # half of the last decimal of the baseline file: so much is lost when it is written


def judge_regressions(facts: GateFacts) -> Verdicts:
    """Yield a verdict for each figure that has something to be compared with."""
    if not facts.static:
        for entry in facts.measured_entries():
            yield from _judge_memory(facts, entry)
            yield from _judge_total(facts, entry)
            yield from _judge_arrivals(facts, entry)
            yield from _judge_time(facts, entry)
    if facts.reference is not None:
        yield from _judge_disk(facts)
        yield from _judge_new_distributions(facts)


def tolerance_of(facts: GateFacts, entry: str) -> Tolerance:
    """Return the tolerance of an entry's memory."""
    return facts.settings_of(entry).max_increase or Tolerance()


def _judge_memory(facts: GateFacts, entry: EntryRow) -> Verdicts:
    reference = facts.reference_of(entry.name)
    if reference is None:
        return
    series = facts.series[entry.name]
    if reference.anon_bytes is not None:
        yield from _judge_runs(facts, entry.name, "FP411", anon_runs(series), reference.anon_bytes)
    yield from _judge_runs(facts, entry.name, "FP412", rss_runs(series), reference.rss_bytes)
    if reference.peak_bytes is not None:
        yield from _judge_runs(facts, entry.name, "FP416", peak_runs(series), reference.peak_bytes)


_FIGURES = {"FP411": "startup anon", "FP412": "startup RSS", "FP416": "peak of the start"}


def _judge_runs(facts: GateFacts, entry: str, code: str, runs: Sequence[int], before: int) -> Verdicts:
    what = _FIGURES[code]
    now = middle(runs)
    if now is None:
        yield from give(facts, code, "not judged", f"{what}: this platform does not tell it", entry=entry)
        return
    reference = facts.reference_of(entry)
    growth = allowed_growth(before, tolerance_of(facts, entry), reference.noise_bytes if reference else 0)
    figures: dict[str, Any] = {
        "entry": entry,
        "unit": "bytes",
        "measured": now,
        "allowed": before + growth,
        "baseline": before,
    }
    over = now > before + growth
    # when even the lowest run is over, no noise explains it
    if is_noisy(runs, growth) and not (over and min(runs) > before + growth):
        words = f"{what}: {len(runs)} runs differ by {size(noise(runs))}, more than half of the {size(growth)} allowed"
        yield from give(facts, code, "not judged", f"{words}: too noisy to judge", **figures)
        if facts.settings.level(code, entry) == "error":
            hint = "run it again on a quieter machine, with more --runs, or widen max-increase"
            yield from give(facts, "FP906", "violated", f"{words}: not judged", entry=entry, hint=hint)
        return
    change = f"{what} {size(before)} -> {size(now)}, {_signed(now - before, before)}, allowed +{size(growth)}"
    if not over:
        yield from give(facts, code, "passed", change, **figures)
        return
    if code == "FP416" and reference and 2 * _growth_at_rest(facts, entry, reference.rss_bytes) < now - before:
        change += "; it does not stay: data that is made and freed, or child processes"
        reasons = explain_peak(facts, entry, before, now - before)
    else:
        reasons = explain_growth(facts, entry, now - before)
    yield from give(facts, code, "violated", change, **figures, reasons=reasons, hint=ACCEPT)


def _growth_at_rest(facts: GateFacts, entry: str, before: int) -> int:
    return (middle(rss_runs(facts.series[entry])) or 0) - before


def _judge_total(facts: GateFacts, entry: EntryRow) -> Verdicts:
    """Yield whether other workers than those of the baseline take more; the growth of each is of the other rules."""
    reference, now = facts.reference_of(entry.name), total_of(facts, entry.name)
    if reference is None or reference.total_bytes is None or reference.workers is None or now is None:
        return
    ways = (reference.workers, reference.preload), (facts.workers.get(entry.name, 1), has_preload(facts, entry.name))
    if ways[0] == ways[1]:
        return
    was, made = (f"{count}{' with preload' * preload}" for count, preload in ways)
    before = reference.total_bytes
    growth = allowed_growth(before, tolerance_of(facts, entry.name))
    path, _, line = entry.source.rpartition(":")
    yield from give(
        facts,
        "FP417",
        "violated" if now > before + growth else "passed",
        f"workers {was} -> {made}, together about {size(before)} -> {size(now)}, allowed +{size(growth)}",
        entry=entry.name,
        unit="bytes",
        measured=now,
        allowed=before + growth,
        baseline=before,
        path=path if line.isdigit() else entry.source,
        line=int(line) if line.isdigit() else None,
        hint=ACCEPT,
    )


def _signed(growth: int, before: int) -> str:
    sign = "+" if growth >= 0 else "-"
    share = f" ({sign}{abs(growth) * 100 / before:.1f} %)" if before else ""
    return f"{sign}{size(abs(growth))}{share}"


def _judge_arrivals(facts: GateFacts, entry: EntryRow) -> Verdicts:
    if facts.reference_of(entry.name) is None or entry.name not in facts.observed:
        return
    arrivals = new_arrivals(facts, entry.name)
    for reason in arrivals:
        more = f" with {len(reason.brings)} more" if reason.brings else ""
        by = f", imported by {reason.path}:{reason.line}" if reason.path else ""
        yield from give(
            facts,
            "FP303",
            "violated",
            f"{reason.distribution}{more} is new at startup{by}",
            entry=entry.name,
            subject=reason.distribution,
            reasons=(reason,),
            hint=ACCEPT,
        )
    if not arrivals:
        yield from give(facts, "FP303", "passed", "no distribution is new at startup", entry=entry.name)


def _judge_time(facts: GateFacts, entry: EntryRow) -> Verdicts:
    most = facts.settings_of(entry.name).max_time_ratio
    reference, now = facts.reference_of(entry.name), facts.series[entry.name].time_ratio
    if most is None or reference is None:
        return
    before = reference.time_ratio
    if not before or now is None:  # a baseline has two decimals: 0.0 of a start that adds next to nothing
        why = "it was not measured" if before else "the baseline has no time: write it with --update-baseline"
        yield from give(facts, "FP415", "not judged", f"start-up time: {why}", entry=entry.name)
        return
    ratio = now / before
    words = f"the start adds {now:.3g} x the time of a bare interpreter, {ratio:.2f} x the {before:.3g} of the baseline"
    outcome: Outcome = "passed" if ratio <= most else "violated"
    yield from give(
        facts,
        "FP415",
        outcome,
        f"{words}, {most:g} x allowed",
        entry=entry.name,
        unit="ratio",
        measured=ratio,
        allowed=most,
        baseline=before,
        hint=ACCEPT if outcome == "violated" else "",
    )


def _judge_disk(facts: GateFacts) -> Verdicts:
    reference, now = facts.reference, installed_bytes(facts.audit)
    if reference is None or reference.disk_bytes is None or now is None:
        return
    before = reference.disk_bytes
    growth = allowed_growth(before, facts.settings.max_disk_increase)
    change = f"installed, without bytecode: {size(before)} -> {size(now)}, {_signed(now - before, before)}"
    change += f", allowed +{size(growth)}"
    figures: dict[str, Any] = {"unit": "bytes", "measured": now, "allowed": before + growth, "baseline": before}
    if now <= before + growth + _WRITTEN_BYTES:
        yield from give(facts, "FP413", "passed", change, **figures)
        return
    sizes = heavy_sizes(facts.audit)
    grown = {name: after - reference.heavy.get(name, 0) for name, after in sizes.items()}
    reasons = tuple(
        _disk_reason(name, reference.heavy.get(name), sizes[name], facts)
        for name in sorted(grown, key=lambda name: (-grown[name], name))
        if grown[name] > MIB // 10
    )
    yield from give(facts, "FP413", "violated", change, **figures, reasons=reasons[:_LISTED], hint=ACCEPT)


def _disk_reason(name: str, before: int | None, after: int, facts: GateFacts) -> Reason:
    path, line = _declared_place(name, facts.audit.distributions)
    return Reason("new" if before is None else "grown", name, before, after, (), path, line, "", None)


def _declared_place(name: str, rows: Iterable[DistributionRow]) -> tuple[str | None, int | None]:
    """Return the line that declares a distribution, or that of the one which brings it in."""
    by_name = {row.name: row for row in rows}
    row = by_name.get(name)
    root = by_name.get(row.requirement_chain[0]) if row is not None and row.requirement_chain else None
    declared = (row.declared if row is not None else ()) or (root.declared if root is not None else ())
    return (declared[0].file, declared[0].line) if declared else (None, None)


def _judge_new_distributions(facts: GateFacts) -> Verdicts:
    assert facts.reference is not None
    if facts.reference.disk_bytes is None or installed_bytes(facts.audit) is None:
        return
    least = facts.settings.new_distribution_bytes
    known = facts.reference.heavy
    new = [(name, after) for name, after in heavy_sizes(facts.audit).items() if name not in known and after >= least]
    rows = {row.name: row for row in facts.audit.distributions}
    for name, after in sorted(new, key=lambda item: (-item[1], item[0])):
        chain = rows[name].requirement_chain
        via = f", required by {' > '.join(chain[:-1])}" if len(chain) > 1 else ""
        path, line = _declared_place(name, facts.audit.distributions)
        at = f", declared in {path}:{line}" if path and not via else f" ({path}:{line})" if path else ""
        yield from give(
            facts,
            "FP414",
            "violated",
            f"{name} is new and takes {size(after)} on disk{via}{at}",
            unit="bytes",
            measured=after,
            allowed=least,
            subject=name,
            path=path,
            line=line,
            hint=ACCEPT,
        )
    if not new:
        yield from give(facts, "FP414", "passed", f"no new distribution of {size(least)} or more")
