"""All rules over one check, in the order of their table, and the exit code that follows.

Among them, at the end, what a reader has to know before believing it: what was not measured, and what the baseline is
worth here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from footprint.analysis.gate.budgets import describe_budget, first_use_rss, judge_budgets
from footprint.analysis.gate.findings_as_verdicts import judge_findings
from footprint.analysis.gate.presence import judge_presence
from footprint.analysis.gate.this_run import describe_run
from footprint.analysis.gate.verdicts import GateFacts, Verdicts, give, middle, noise
from footprint.config.options import Tolerance
from footprint.knowledge.codes import RULES
from footprint.model.audit import EntryRow, Measured, NotMeasured
from footprint.model.gate_report import GATE_SCHEMA_VERSION, GatedEntry, GateReport, RunSeries, Verdict
from footprint.model.rule import Hint
from footprint.units import few

_NAMED = 5
_NOT_MEASURED, _NO_BASELINE, _OTHER_ENVIRONMENT, _DEVELOPMENT_TOOLS = "FP905", "FP903", "FP904", "FP907"
_STALE = "FP901"
_ORDER = {rule.code: place for place, rule in enumerate(RULES)}


def judge(facts: GateFacts) -> GateReport:
    """Return the report: every rule that is on and has something to judge, with what was measured."""
    verdicts = [verdict for rule in _RULES for verdict in rule(facts)]
    verdicts.sort(key=lambda verdict: _ORDER[verdict.code])  # stable within a rule
    return GateReport(
        schema_version=GATE_SCHEMA_VERSION,
        tool_version=facts.audit.tool_version,
        project=facts.audit.project,
        key=facts.key,
        static=facts.static,
        baseline=facts.baseline,
        entries=() if facts.static else tuple(_gated(facts, entry) for entry in facts.audit.entries),
        verdicts=tuple(verdicts),
        notes=facts.notes,
        measured=describe_run(facts),
        exit_code=exit_code(verdicts),
    )


def exit_code(verdicts: Sequence[Verdict]) -> int:
    """Return 3 when something that has to be measured was not, else 1 when a rule failed, else 0."""
    failed = [verdict for verdict in verdicts if verdict.failed]
    return 3 if any(verdict.is_unmeasured for verdict in failed) else 1 if failed else 0


def _gated(facts: GateFacts, entry: EntryRow) -> GatedEntry:
    series = facts.series.get(entry.name, RunSeries(()))
    base = facts.base_series.get(entry.name, RunSeries(()))
    anon, rss = series.runs_of("anon_bytes"), series.runs_of("rss_bytes")
    why = why_not_measured(facts, entry)
    wanted = why is None and facts.settings_of(entry.name).max_first_use_rss is not None
    return GatedEntry(
        name=entry.name,
        target=entry.target,
        anon_bytes=middle(anon),
        rss_bytes=middle(rss),
        anon_runs_bytes=anon,
        rss_runs_bytes=rss,
        anon_noise_bytes=noise(anon),
        rss_noise_bytes=noise(rss),
        budget_source=describe_budget(facts, entry.name),
        not_measured=why,
        first_use_rss_bytes=first_use_rss(facts, entry) if wanted else None,
        time_ratio=series.time_ratio,
        base_anon_bytes=middle(base.runs_of("anon_bytes")),
        base_rss_bytes=middle(base.runs_of("rss_bytes")),
        peak_bytes=max(series.runs_of("peak_bytes"), default=None),
    )


def _judge_regressions(facts: GateFacts) -> Verdicts:
    if facts.reference is None:  # nothing to compare with
        return
    from footprint.analysis.gate.regressions import judge_regressions

    yield from judge_regressions(facts)


def _judge_image(facts: GateFacts) -> Verdicts:
    if facts.settings.max_image is None and facts.settings.max_layer is None:
        return
    from footprint.analysis.gate.image_budgets import judge_image

    yield from judge_image(facts)


# What a reader has to know


def _judge_circumstances(facts: GateFacts) -> Verdicts:
    """Yield what could not be measured, then what the baseline lacks, has otherwise or still holds."""
    if not facts.static:
        yield from _judge_measured(facts)
    yield from _judge_baseline(facts)
    yield from _judge_stale(facts)
    if not facts.static and facts.development:
        yield from give(facts, _DEVELOPMENT_TOOLS, "violated", said={"tools": few(facts.development, _NAMED)})


def why_not_measured(facts: GateFacts, entry: EntryRow) -> str | None:
    """Return why an entry has no figures that can be judged; None when it has."""
    if entry.failure is not None and entry.failure.kind != "untrusted":
        where = f" ({entry.failure.path}:{entry.failure.line})" if entry.failure.path else ""
        return f"{entry.failure.message}{where}, before {entry.failure.stage} was done"
    match entry.start:
        case NotMeasured(reason=why):
            return why
        case Measured():
            return facts.series.get(entry.name, RunSeries(())).why_none


def _judge_measured(facts: GateFacts) -> Verdicts:
    if not facts.audit.entries:
        message = "no entry point was found, so nothing was measured"
        yield from give(facts, _NOT_MEASURED, "violated", message, hint=Hint.GIVE_ENTRY)
    for entry in facts.audit.entries:
        why, failure = why_not_measured(facts, entry), entry.failure
        named: dict[str, Any] = {"entry": entry.name, "names_entry": entry.target.startswith(f"{entry.name}:")}
        if why is not None:
            is_elsewhere = entry.not_measured is not None or entry.cannot_start is not None
            hint = Hint.ELSEWHERE if failure is None and is_elsewhere else Hint.PROBE
            more: dict[str, Any] = {"at": failure, "names_place": True, "hint": hint}
            said = {"target": entry.target, "why": why}
            yield from give(facts, _NOT_MEASURED, "violated", said=said, **named, **more)
        else:
            said = {"target": entry.target, "times": _times(len(facts.series[entry.name].figures))}
            yield from give(facts, _NOT_MEASURED, "passed", said=said, **named)


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


def _judge_baseline(facts: GateFacts) -> Verdicts:
    """A missing key is said aloud: a check that compares with nothing must not look like one that compared."""
    path, against = facts.baseline.path, facts.baseline.against
    if not (facts.has_file or facts.settings.baseline is not None or against is not None):
        return
    if facts.reference is None:
        absent = [f"{against} holds nothing of {facts.key}"] if against is not None else []
        if facts.has_file:
            absent.append(f"{path} holds nothing of {facts.key}")
        elif facts.settings.baseline is not None or not absent:
            absent.append(f"{path} is not there")
        yield from give(facts, _NO_BASELINE, "violated", f"{'; '.join(absent)}: only budgets are judged")
        return
    for entry in () if facts.static else facts.measured_entries():
        missing = _what_is_missing(facts, entry.name)
        if missing is not None:
            hint = Hint.NONE if against else Hint.RECORD
            yield from give(facts, _NO_BASELINE, "violated", missing, entry=entry.name, hint=hint)
    if facts.static:
        return
    files = (each for each in (facts.stored, facts.reference) if each is not None)
    here = f"Python {facts.audit.environment.python}"
    pairs = [*((f"Python {each.python}", here) for each in files), *((key, facts.key) for key in facts.reference_keys)]
    other = next((pair for pair in pairs if pair[0] != pair[1]), None)
    if other is not None:
        yield from give(facts, _OTHER_ENVIRONMENT, "violated", said={"then": other[0], "now": other[1]})


def _what_is_missing(facts: GateFacts, entry: str) -> str | None:
    """Return what an entry cannot be compared with, None when nothing is missing."""
    against, why = facts.baseline.against, facts.base_failures.get(entry)
    if facts.reference_of(entry) is not None:
        if why is None:
            return None
        return f"{entry} of {against} could not be measured: {why}; it is compared with the baseline alone"
    if why is not None:
        return f"{entry} of {against} could not be measured: {why}; only its budgets are judged"
    holders = [against] if against is not None else []
    holders += ["the baseline"] if facts.stored is not None or not holders else []
    named = facts.reference.entries.get(entry) if facts.reference is not None else None
    if named is not None:
        target = next(row.target for row in facts.audit.entries if row.name == entry)
        return f"the baseline holds {named.target} as {entry}, not {target}: only its budgets are judged"
    holds = "holds" if len(holders) == 1 else "hold"
    return f"{' and '.join(holders)} {holds} nothing of {entry}: only its budgets are judged"


def _judge_stale(facts: GateFacts) -> Verdicts:
    """Yield a verdict per stale part of the baseline. A check that starts nothing cannot tell of figures."""
    if facts.stored is None or facts.static or not facts.audit.entries:
        return
    from footprint.analysis.gate.baseline_update import find_stale

    tolerance = facts.settings.all_entries.max_increase or Tolerance()
    names = [entry.name for entry in facts.audit.entries]
    names += [] if facts.settings.every_entry else facts.stored.entries
    stale = find_stale(facts.stored, describe_run(facts).environments[facts.key], names, tolerance)
    for each in stale:
        yield from give(facts, _STALE, "violated", each.message, entry=each.entry, subject=each.what)
    if not stale:
        yield from give(facts, _STALE, "passed")


_RULES = (judge_presence, judge_budgets, _judge_image, _judge_regressions, judge_findings, _judge_circumstances)
