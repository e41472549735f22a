"""A check as SARIF 2.1.0, for code scanning and editors.

Source: OASIS "Static Analysis Results Interchange Format (SARIF) Version 2.1.0", sections in the functions; and "SARIF
support for code scanning" of GitHub, which refuses a result without a location.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from footprint.knowledge.codes import GATE_RULES
from footprint.knowledge.explanations import read_explanations
from footprint.model.gate_report import GateReport, Verdict
from footprint.model.note import Note
from footprint.model.rule import Rule
from footprint.report.gate.sentences import Gravity, gravity_of, lines_of, sentence
from footprint.report.gate.verdict_places import VerdictPlace, fingerprints, in_repository, place_or_file
from footprint.report.text.safe import encodable, printable
from footprint.report.text.view import DEFAULT_VIEW, View

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_ROOT = "%SRCROOT%"
_LEVELS: Mapping[Gravity | None, str] = {"failure": "error", "warning": "warning", "known": "note"}
_INDEXES: Mapping[str, int] = {rule.code: index for index, rule in enumerate(GATE_RULES)}
_FINGERPRINT = "footprintVerdict/v1"  # not primaryLocationLineHash: who uploads computes that one from the source


def render(report: GateReport, view: View = DEFAULT_VIEW) -> str:
    """Return the log: one run, results for what did not pass, notifications for what could not be told."""
    log = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [_run(report)]}
    return json.dumps(log, indent=2, ensure_ascii=True) + "\n"


def _run(report: GateReport) -> dict[str, Any]:
    found = [verdict for verdict in report.verdicts if gravity_of(verdict) in _LEVELS]
    results = [_result(report, *each) for each in zip(found, fingerprints(found), strict=True)]
    rules = [_rule(rule) for rule in GATE_RULES]
    return {
        "tool": {"driver": {"name": "footprint", "version": report.tool_version, "rules": rules}},
        "automationDetails": {"id": encodable(f"footprint/{'static' if report.static else report.key}/")},
        "originalUriBaseIds": {_ROOT: {"description": {"text": "the top of the repository"}}},
        "invocations": [_invocation(report)],
        "results": results,
    }


def _rule(rule: Rule) -> dict[str, Any]:
    words = read_explanations()[rule.code].title
    title = _message(f"{words[:1].upper()}{words[1:]}.")
    settings = {"level": "warning", "enabled": False} if rule.level == "off" else {"level": rule.level}
    return {
        "id": rule.code,
        "name": rule.name,
        "shortDescription": title,
        "fullDescription": title,
        "help": {"text": f"footprint explain {rule.code} tells what it means and what to do."},
        "defaultConfiguration": settings,
    }


def _result(report: GateReport, verdict: Verdict, fingerprint: str) -> dict[str, Any]:
    gravity = gravity_of(verdict)
    result: dict[str, Any] = {
        **_reference(verdict.code, "ruleId", "ruleIndex"),
        "level": _LEVELS[gravity],
        "message": _message(_told(verdict)),
        "locations": [_location(place_or_file(report, verdict))],
        "partialFingerprints": {_FINGERPRINT: fingerprint},
    }
    if gravity == "known":
        result["suppressions"] = [{"kind": "external", "justification": "accepted by the baseline"}]
    return result


def _invocation(report: GateReport) -> dict[str, Any]:
    """Return how the run went (3.20): not well when an entry could not be measured, whatever the exit code says."""
    unmeasured = [verdict for verdict in report.verdicts if verdict.is_unmeasured]
    unjudged = [verdict for verdict in report.verdicts if gravity_of(verdict) == "not judged"]
    notifications = [
        *(_notification("error", verdict) for verdict in unmeasured),
        *(_notification("warning", verdict) for verdict in unjudged),
        *(_note(report, note) for note in report.notes),
    ]
    return {
        "executionSuccessful": not unmeasured and all(entry.not_measured is None for entry in report.entries),
        "exitCode": report.exit_code,
        "toolExecutionNotifications": notifications,
    }


def _notification(level: str, verdict: Verdict) -> dict[str, Any]:
    rule = _reference(verdict.code, "id", "index")
    return {"level": level, "associatedRule": rule, "message": _message(_told(verdict))}


def _note(report: GateReport, note: Note) -> dict[str, Any]:
    told: dict[str, Any] = {"level": "note", "descriptor": {"id": note.code}, "message": _message(note.message)}
    if note.path:
        told["locations"] = [_location(in_repository(report, note.path, note.line))]
    return told


def _reference(code: str, id_key: str, index_key: str) -> dict[str, Any]:
    return {id_key: code} | ({index_key: _INDEXES[code]} if code in _INDEXES else {})


def _told(verdict: Verdict) -> str:
    return "\n".join((printable(sentence(verdict)), *lines_of(verdict)[1:]))


def _message(text: str) -> dict[str, str]:
    """Return a plain text message: braces are doubled (3.11.5), and nothing of it is a link (3.11.6)."""
    shown = "\n".join(printable(line) for line in text.split("\n"))
    return {"text": shown.replace("{", "{{").replace("}", "}}").replace("](", "] (")}


def _location(place: VerdictPlace) -> dict[str, Any]:
    physical: dict[str, Any] = {"artifactLocation": _artifact(place.path)}
    if place.line is not None and place.line > 0:
        physical["region"] = {"startLine": place.line}
    return {"physicalLocation": physical}


def _artifact(path: str) -> dict[str, str]:
    """Return where a file is (3.4): percent-encoded, bytes that are not UTF-8 as they are, a colon too (RFC 3986)."""
    try:
        uri = quote(path, errors="surrogateescape")
    except UnicodeEncodeError:  # a lone surrogate that stands for no byte
        uri = quote(encodable(path))
    return {"uri": f"file://{uri}"} if uri.startswith("/") else {"uri": uri, "uriBaseId": _ROOT}
