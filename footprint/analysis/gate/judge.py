"""All rules over one check, in the order of their table, and the exit code that follows."""

from __future__ import annotations

from collections.abc import Sequence

from footprint.analysis.gate.budgets import describe_budget, first_use_rss, judge_budgets
from footprint.analysis.gate.circumstances import judge_circumstances, why_not_measured
from footprint.analysis.gate.findings_as_verdicts import judge_findings
from footprint.analysis.gate.presence import judge_presence
from footprint.analysis.gate.this_run import describe_run
from footprint.analysis.gate.verdicts import GateFacts, Verdicts, middle, noise
from footprint.knowledge.codes import RULES
from footprint.model.audit import EntryRow
from footprint.model.gate_report import GATE_SCHEMA_VERSION, GatedEntry, GateReport, RunSeries, Verdict


def _judge_regressions(facts: GateFacts) -> Verdicts:
    if facts.reference is None:  # nothing to compare with
        return
    from footprint.analysis.gate.regressions import judge_regressions

    yield from judge_regressions(facts)


_RULES = (judge_presence, judge_budgets, _judge_regressions, judge_findings, judge_circumstances)
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
