"""The distributions of an audit as a bill of materials, CycloneDX 1.6, with weight and use as properties.

Only what is installed, or locked, stands in it. What was not measured has no property. Nothing but the audit is in the
document, no time and no number of its own, so that two of one audit are the same.
Source: CycloneDX 1.6, JSON reference; Package URL specification, "PyPI".
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from footprint.model.audit import Audit, DistributionRow, Usage
from footprint.pairs import group_pairs
from footprint.report.text.safe import encodable
from footprint.report.text.view import DEFAULT_VIEW, View

_PROJECT = "project"  # reference of the application itself
# Of other classes nobody can say whether a run goes without them.
_SCOPES: Mapping[Usage, str] = {
    Usage.STARTUP: "required",
    Usage.LAZY: "required",
    Usage.IMPLIED: "required",
    Usage.TESTS: "excluded",
    Usage.TYPING: "excluded",
}
_FIGURES = (
    *("apparent_bytes", "allocated_bytes", "exclusive_bytes", "closure_bytes", "loaded_at_stage"),
    *("startup_self_rss_bytes", "startup_cumulative_rss_bytes", "avoidable_rss_bytes", "first_use_rss_bytes"),
    "import_time_us",
)


def render(audit: Audit, view: View = DEFAULT_VIEW) -> str:
    """Return the bill of materials, always whole."""
    return json.dumps(_document(audit), indent=2, ensure_ascii=True) + "\n"


def _document(audit: Audit) -> dict[str, Any]:
    there = [row for row in audit.distributions if row.version is not None]
    references = {row.name: _package_url(row) for row in there}
    needs = group_pairs((by, references[row.name]) for row in there for by in row.required_by if by in references)
    declared = [references[row.name] for row in there if row.declared]
    tool = {"type": "application", "name": "footprint", "version": audit.tool_version}
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "tools": {"components": [tool]},
            "component": {"type": "application", "bom-ref": _PROJECT, "name": encodable(audit.project)},
            "properties": [*_properties(_of_all(audit))],
        },
        "components": [_component(row, references[row.name]) for row in there],
        "dependencies": [
            {"ref": _PROJECT, "dependsOn": declared},
            *({"ref": references[row.name], "dependsOn": sorted(set(needs.get(row.name, ())))} for row in there),
        ],
    }


def _package_url(row: DistributionRow) -> str:
    return f"pkg:pypi/{quote(encodable(row.name), safe='')}@{quote(encodable(row.version or ''), safe='')}"


def _component(row: DistributionRow, reference: str) -> dict[str, Any]:
    found: dict[str, Any] = {
        "type": "library",
        "bom-ref": reference,
        "name": encodable(row.name),
        "version": encodable(row.version or ""),
        "purl": reference,
    }
    if row.usage in _SCOPES:
        found["scope"] = _SCOPES[row.usage]
    figures = {name: getattr(row, name) for name in _FIGURES}
    said = {"usage": row.usage.value, "confidence": row.confidence, "reason": row.reason}
    found["properties"] = [*_properties(said | figures)]
    places = [
        {"location": encodable(item.path), **({"line": item.line} if (item.line or 0) > 0 else {})}
        for item in row.evidence
        if item.path
    ]
    return found | ({"evidence": {"occurrences": places}} if places else {})


def _of_all(audit: Audit) -> dict[str, Any]:
    found: dict[str, Any] = {"python": audit.environment.python, "platform": audit.environment.platform}
    found["site_apparent_bytes"] = audit.disk.site_apparent_bytes
    for entry in audit.started:
        if entry.last_stage is not None and entry.failure is None:
            found[f"startup_rss_bytes:{entry.name}"] = entry.last_stage.reading.rss_bytes
    return found


def _properties(values: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    for name, value in values.items():
        if value is not None:
            yield {"name": encodable(f"footprint:{name}"), "value": encodable(str(value))}
