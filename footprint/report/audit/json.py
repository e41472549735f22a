"""The audit as JSON, schema_version 1: the product that other tools build on. Integers are bytes or microseconds."""

from __future__ import annotations

import json
from collections.abc import Mapping
from enum import Enum
from typing import Any

from footprint.model.audit import Audit, EntryRow
from footprint.model.entry_origins import EntryOrigin
from footprint.model.runtime import STAGES, Statement
from footprint.report.text.safe import encodable
from footprint.report.text.view import DEFAULT_VIEW, View
from footprint.values import fields, is_dataclass

TEXTS = (EntryOrigin, Statement)  # values with a text of their own
IN_COLUMNS = frozenset({"import_trees", "what_if"})
ONLY_WHERE_NEEDED = frozenset({"shortened", "download", "downloads"})
NAMED_PAIRS = {
    "parts": ("path", "apparent_bytes"),
    "folders": ("path", "apparent_bytes"),
    "startup_self_rss_by_entry": ("entry", "rss_bytes"),
}


def render(audit: Audit, view: View = DEFAULT_VIEW) -> str:
    """Return the audit as JSON, always whole: the view's order and length are for human readers."""
    values = to_json(audit)
    found = ",\n".join(f"  {json.dumps(key)}: {_text_of(key, value)}" for key, value in values.items())
    return f"{{\n{found}\n}}\n"


def _text_of(key: str, value: Any) -> str:
    """Return one field of the audit, indented; columns of thousands of rows have a line each."""
    if not value or key not in IN_COLUMNS:
        return json.dumps(value, indent=2, ensure_ascii=True).replace("\n", "\n  ")
    rows = [json.dumps(each, ensure_ascii=True, separators=(",", ":")) for each in value]
    return "[\n    {}\n  ]".format(",\n    ".join(rows)) if isinstance(value, list) else json.dumps(value)


def render_whole(report: Any) -> str:
    """Return any other report with a version of its own as JSON, all of it."""
    values: dict[str, Any] = plain(report)
    tool = {"name": "footprint", "version": values.pop("tool_version")}
    return json.dumps({"tool": tool, **values}, indent=2) + "\n"


def to_json(audit: Audit) -> dict[str, Any]:
    """Return the audit as plain values in the shape of the contract."""
    values = {item.name: plain(getattr(audit, item.name)) for item in fields(audit)}
    tool = {"name": "footprint", "version": values.pop("tool_version")}
    return {"schema_version": values.pop("schema_version"), "tool": tool, **values}


def plain(value: Any) -> Any:
    """Return a frozen value as lists, mappings and scalars, field names as keys."""
    if isinstance(value, EntryRow):
        return plain_entry(value)
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, (str, *TEXTS)):
        return encodable(str(value))
    if is_dataclass(value):
        named = ((item.name, getattr(value, item.name)) for item in fields(value))
        return {name: _plain_field(name, each) for name, each in named if each or name not in ONLY_WHERE_NEEDED}
    if isinstance(value, tuple):
        return list(value) if set(map(type, value)) == {int} else [plain(item) for item in value]
    if isinstance(value, Mapping):
        return {key: plain(item) for key, item in value.items()}
    return value


def _plain_field(name: str, value: Any) -> Any:
    if name in NAMED_PAIRS:
        keys = NAMED_PAIRS[name]
        return [dict(zip(keys, plain(each), strict=True)) if type(each) is tuple else plain(each) for each in value]
    return plain(value)


def plain_entry(entry: EntryRow) -> dict[str, Any]:
    """Return an entry with its stages as a mapping; a stage that was not reached is null."""
    values = {item.name: plain(getattr(entry, item.name)) for item in fields(entry) if item.name != "stages"}
    stages: dict[str, Any] = dict.fromkeys(STAGES)
    for row in entry.stages:
        stages[row.reading.stage] = {**plain(row.reading), "distribution_count": row.distribution_count}
    return values | {"stages": stages}
