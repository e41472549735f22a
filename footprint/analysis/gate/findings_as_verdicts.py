"""Findings of the audit as verdicts: unused, unreached, undeclared, and any other that the settings name."""

from __future__ import annotations

from typing import Any

from footprint.analysis.gate.verdicts import GateFacts, Verdicts, give
from footprint.config.options import GateSettings
from footprint.knowledge.codes import CODES, RULE_BY_CODE, SEVERITIES
from footprint.model.audit import Finding
from footprint.model.gate_report import Outcome


def judge_findings(facts: GateFacts) -> Verdicts:
    """Yield a verdict per finding of a rule that is on; those that the reference knows are accepted."""
    known = facts.reference.known if facts.reference is not None else {}
    for code in codes_on(facts.settings):
        found = _named(facts, code)
        for finding, name in found:
            outcome: Outcome = "known" if name in known.get(code, ()) else "violated"
            where: dict[str, Any] = {"at": finding, "names_place": RULE_BY_CODE[code].says_where}
            yield from give(facts, code, outcome, finding.message, subject=name, **where)
        if not found:
            yield from give(facts, code, "passed", RULE_BY_CODE[code].passed or f"nothing found by {code}")


def found_names(facts: GateFacts) -> dict[str, tuple[str, ...]]:
    """Return the findings by code that an updated baseline accepts; of rules that are off, those it has."""
    stored = facts.stored.known if facts.stored is not None else {}
    found = {code: names for code, names in stored.items() if facts.settings.level(code) == "off"}
    for code in codes_on(facts.settings):
        names = tuple(sorted({name for _, name in _named(facts, code)}))
        if names:
            found[code] = names
    return found


def codes_on(settings: GateSettings) -> tuple[str, ...]:
    """Return the codes of findings that are judged; FP9xx of the gate itself are not among an audit's."""
    return tuple(code for code in CODES if settings.level(code) != "off")


def _named(facts: GateFacts, code: str) -> list[tuple[Finding, str]]:
    """Return the findings of a code that count, each with the name that stays when lines move."""
    imports = {(at.path, at.line): row.import_name for row in facts.audit.undeclared for at in reversed(row.evidence)}
    named = []
    for finding in facts.audit.findings:
        mild = finding.severity == "info" and SEVERITIES[finding.code] != "info"  # optional, or it cannot be told
        if finding.code != code or finding.suppressed or mild:
            continue
        is_import = RULE_BY_CODE[code].usage == "undeclared"
        name = imports.get((finding.path or "", finding.line)) if is_import else finding.distribution
        named.append((finding, name or finding.distribution or finding.path or finding.message))
    return named
