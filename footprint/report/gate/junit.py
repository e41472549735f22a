"""A check as JUnit XML: a suite per entry and one for the environment, a case per rule.

Source: the XSD of Jenkins' xUnit plugin and the parser of GitLab; `file` and `line` of a case as pytest writes them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from xml.etree import ElementTree as ET

from footprint.model.gate_report import GateReport, Verdict
from footprint.pairs import group_pairs
from footprint.report.gate.sentences import gravity_of, lines_of
from footprint.report.gate.verdict_places import place_of
from footprint.report.text.phrases import place
from footprint.report.text.safe import printable
from footprint.report.text.view import DEFAULT_VIEW, View

# XML 1.0, production 2 (Char): everything else ends a parser, even as a character reference.
_NO_CHARACTER = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ENVIRONMENT = "environment"
_ENDS = ("failure", "error", "skipped")  # the first of them decides how a case with several verdicts ended
_COUNTED = {"failures": "failure", "errors": "error", "skipped": "skipped"}  # attribute of a suite: element of a case


def render(report: GateReport, view: View = DEFAULT_VIEW) -> str:
    """Return the document, in ASCII whatever the names are. Several verdicts of one rule and entry are one case."""
    by_entry = group_pairs((verdict.entry, verdict) for verdict in report.verdicts)
    order = dict.fromkeys((*(entry.name for entry in report.entries), *by_entry))
    root = ET.Element("testsuites", name="footprint check")
    for entry in sorted(order, key=lambda name: name is None):  # stable: only the environment goes to the end
        if entry in by_entry:
            root.append(_suite(report, f"footprint.{_ENVIRONMENT if entry is None else entry}", by_entry[entry]))
    for attribute in ("tests", "failures", "errors"):
        root.set(attribute, str(sum(int(suite.get(attribute, "0")) for suite in root)))
    ET.indent(root)
    body = ET.tostring(root, encoding="us-ascii", xml_declaration=False).decode("ascii")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{body}\n'


def _suite(report: GateReport, name: str, verdicts: Sequence[Verdict]) -> ET.Element:
    suite = ET.Element("testsuite", name=_legal(name))
    by_rule = group_pairs((verdict.rule.called, verdict) for verdict in verdicts)
    suite.extend(_case(report, name, rule, each) for rule, each in by_rule.items())
    suite.set("tests", str(len(suite)))
    for attribute, tag in _COUNTED.items():
        suite.set(attribute, str(sum(case.find(tag) is not None for case in suite)))
    return suite


def _case(report: GateReport, suite: str, rule: str, verdicts: Sequence[Verdict]) -> ET.Element:
    case = ET.Element("testcase", classname=_legal(suite), name=_legal(rule))
    ends = [_end(verdict) for verdict in verdicts]
    end = next((tag for tag in _ENDS if tag in ends), None)
    decisive = [verdict for verdict, tag in zip(verdicts, ends, strict=True) if tag is not None and tag == end]
    if end is not None:
        _point(report, case, decisive[0])
        more = f" (and {len(decisive) - 1} more)" if len(decisive) > 1 else ""
        result = ET.SubElement(case, end, message=_legal(f"{decisive[0].message}{more}"), type=_legal(decisive[0].code))
        result.text = _text(report, decisive)
    if others := [verdict for verdict, tag in zip(verdicts, ends, strict=True) if tag is None or tag != end]:
        ET.SubElement(case, "system-out").text = _text(report, others)
    return case


def _end(verdict: Verdict) -> str | None:
    """Return the element that tells how a verdict ended; None: it passed, or a reader is told without a failure.

    What could not be measured is never passed: where it does not fail, it is skipped.
    """
    if verdict.failed:
        return "error" if verdict.is_unmeasured else "failure"
    return "skipped" if verdict.is_unmeasured or verdict.outcome == "not judged" else None


def _point(report: GateReport, case: ET.Element, verdict: Verdict) -> None:
    if (place := place_of(report, verdict)) is not None:
        case.set("file", _legal(place.path))
        if place.line is not None:
            case.set("line", str(place.line))


def _text(report: GateReport, verdicts: Sequence[Verdict]) -> str:
    return "\n".join(_legal(line) for verdict in verdicts for line in _told(report, verdict))


def _told(report: GateReport, verdict: Verdict) -> list[str]:
    head, *details = lines_of(verdict)
    found = place_of(report, verdict)
    where = "" if found is None else place(found.path, found.line, ": ")
    return [f"{where}{gravity_of(verdict) or 'passed'}: {head}", *(f"  {line}" for line in details)]


def _legal(text: str) -> str:
    """Return text on one line, without the characters that no XML can hold."""
    return _NO_CHARACTER.sub("", printable(text))
