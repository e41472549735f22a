"""A check as JSON, schema_version 1. Integers are bytes; `measured` is what the baseline file holds, in MiB."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from footprint.documents.baseline_document import to_plain
from footprint.model.gate_report import GateReport, Verdict
from footprint.report.audit.json import plain
from footprint.report.text.safe import encodable
from footprint.report.text.view import DEFAULT_VIEW, View
from footprint.values import fields


def render(report: GateReport, view: View = DEFAULT_VIEW) -> str:
    """Return the check as JSON, always whole: the view's order and length are for human readers."""
    return json.dumps(to_json(report), indent=2, ensure_ascii=True, allow_nan=False) + "\n"


def to_json(report: GateReport) -> dict[str, Any]:
    """Return the check as plain values in the shape of the contract."""
    names = [item.name for item in fields(report) if item.name not in ("schema_version", "tool_version", "measured")]
    values = {name: _PLAIN.get(name, plain)(getattr(report, name)) for name in names}
    tool = {"name": "footprint", "version": report.tool_version}
    head = {"schema_version": report.schema_version, "tool": tool, "conclusion": report.conclusion}
    return {**head, **values, "measured": _encodable_names(to_plain(report.measured))}


def _encodable_names(value: Any) -> Any:
    """Return plain values whose names every reader of JSON takes, too."""
    if isinstance(value, Mapping):
        return {encodable(key): _encodable_names(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_encodable_names(item) for item in value]
    return plain(value)


def _plain_verdicts(verdicts: tuple[Verdict, ...]) -> list[Any]:
    """Return verdicts with code and name in place of the row of their rule, and what to do next as words."""
    found = []
    for verdict in verdicts:
        values = {item.name: plain(getattr(verdict, item.name)) for item in fields(verdict) if item.name not in _INNER}
        found.append({"code": verdict.code, "rule": verdict.rule.called, **values, "hint": verdict.next_step})
    return found


_INNER = ("rule", "hint", "names_place", "names_entry")
_PLAIN = {"verdicts": _plain_verdicts}
