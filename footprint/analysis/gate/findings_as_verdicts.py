"""Findings of the audit as verdicts: unused, unreached, undeclared, and any other that the settings name."""

from __future__ import annotations

from footprint.analysis.gate.gate_facts import GateFacts
from footprint.analysis.gate.verdicts import Verdicts, give
from footprint.knowledge.codes import CODES, SEVERITIES
from footprint.model.audit import Finding
from footprint.model.gate_report import Outcome

_PASSED = {
    "FP101": "no declared requirement is unused",
    "FP102": "no requirement is imported only by modules that nothing reaches",
    "FP105": "every import is declared",
}


def judge_findings(facts: GateFacts) -> Verdicts:
    """Yield a verdict per finding of a rule that is on; those that the reference knows are put up with."""
    known = facts.reference.known if facts.reference is not None else {}
    for code in _codes_on(facts):
        found = _named(facts, code)
        for finding, name in found:
            outcome: Outcome = "known" if name in known.get(code, ()) else "violated"
            yield from give(
                facts,
                code,
                outcome,
                finding.message,
                subject=name,
                path=finding.path,
                line=finding.line,
                hint=f"footprint explain {code}" if outcome == "violated" else "",
            )
        if not found:
            yield from give(facts, code, "passed", _PASSED.get(code, f"nothing found by {code}"))


def found_names(facts: GateFacts) -> dict[str, tuple[str, ...]]:
    """Return the findings by code that an updated baseline puts up with; of rules that are off, those it has."""
    stored = facts.stored.known if facts.stored is not None else {}
    found = {code: names for code, names in stored.items() if facts.settings.level(code) == "off"}
    for code in _codes_on(facts):
        names = tuple(sorted({name for _, name in _named(facts, code)}))
        if names:
            found[code] = names
    return found


def _codes_on(facts: GateFacts) -> tuple[str, ...]:
    """Return the codes of findings that are judged; FP9xx of the gate itself are not among an audit's."""
    return tuple(code for code in CODES if facts.settings.level(code) != "off")


def _named(facts: GateFacts, code: str) -> list[tuple[Finding, str]]:
    """Return the findings of a code that count, each with the name that stays when lines move."""
    imports = {
        (item.path, item.line): row.import_name for row in facts.audit.undeclared for item in reversed(row.evidence)
    }
    named = []
    for finding in facts.audit.findings:
        mild = finding.severity == "info" and SEVERITIES[finding.code] != "info"  # optional, or it cannot be told
        if finding.code != code or finding.suppressed or mild:
            continue
        name = imports.get((finding.path or "", finding.line)) if code == "FP105" else finding.distribution
        named.append((finding, name or finding.distribution or finding.path or finding.message))
    return named
