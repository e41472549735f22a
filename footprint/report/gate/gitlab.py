"""A check as a code quality report of GitLab, which shows it beside the changed lines of a merge request.

Source: GitLab documentation, "Code Quality", report format; its parser stops at the first entry without a description,
fingerprint, severity or location, and links `location.path` and `lines.begin`, so every entry has both.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from footprint.model.gate_report import GateReport, Verdict
from footprint.report.gate.sentences import Gravity, gravity_of, headline, lines_of
from footprint.report.gate.verdict_places import fingerprints, place_or_file
from footprint.report.text.safe import encodable
from footprint.report.text.view import DEFAULT_VIEW, View

_SEVERITIES: Mapping[Gravity | None, str] = {
    "failure": "major",
    "warning": "minor",
    "not judged": "info",
    "known": "info",
}


def render(report: GateReport, view: View = DEFAULT_VIEW) -> str:
    """Return a JSON array of what did not pass; empty when all did."""
    told = [verdict for verdict in report.verdicts if gravity_of(verdict) in _SEVERITIES]
    found = [_finding(report, *each) for each in zip(told, fingerprints(told), strict=True)]
    return json.dumps(found, indent=2, ensure_ascii=True) + "\n"


def _finding(report: GateReport, verdict: Verdict, fingerprint: str) -> dict[str, Any]:
    """Return one finding; of why only what weighs most, since a line is all that a merge request shows."""
    place = place_or_file(report, verdict)
    return {
        "type": "issue",
        "check_name": f"{verdict.code} {verdict.rule.called}",
        "description": encodable(f"{headline(verdict)}: {'; '.join(lines_of(verdict)[:2])}"),
        "fingerprint": fingerprint,
        "severity": _SEVERITIES[gravity_of(verdict)],
        "location": {"path": encodable(place.path), "lines": {"begin": place.line or 1}},
    }
