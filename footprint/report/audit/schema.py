"""The JSON Schema of what commands write as JSON, made from the fields of the values that they write.

Changes within a `schema_version` only add, so that unknown fields are valid. Source: JSON Schema 2020-12.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from footprint.model.addition import AdditionReport
from footprint.model.audit import SCHEMA_VERSION, Audit, EntryRow, StageRow
from footprint.model.audit_difference import AuditDifference
from footprint.model.deferrals import Deferrals
from footprint.model.fleet_line import FLEET_FORMAT, FleetLine
from footprint.model.gate_report import GateReport, Verdict
from footprint.model.image_report import ImageDifference, ImageReport
from footprint.model.runtime import STAGES, StageReading
from footprint.model.service_plans import ServicesReport
from footprint.model.trial import Trial
from footprint.model.trim import Trim
from footprint.model.tuning import Tuning
from footprint.report.audit.json import NAMED_PAIRS, ONLY_WHERE_NEEDED, TEXTS
from footprint.values import fields, is_dataclass

KINDS: Mapping[str, type] = {
    "audit": Audit, "diff": AuditDifference, "defer": Deferrals, "trim": Trim, "check": GateReport, "what-if": Trial,
    "services": ServicesReport, "tune": Tuning, "image": ImageReport, "cost": AdditionReport,
}  # fmt: skip
FLAG_KINDS: Mapping[str, type] = {"image-diff": ImageDifference}  # of a command with a flag: image --diff
LINE_KINDS: Mapping[str, type] = {"fleet": FleetLine}  # written as lines, each a document
_DRAFT = "https://json-schema.org/draft/2020-12/schema"
_SIMPLE: Mapping[Any, str] = {int: "integer", float: "number", bool: "boolean", str: "string", NoneType: "null"}
_TOOL = {
    "type": "object",
    "required": ["name", "version"],
    "properties": {"name": {"const": "footprint"}, "version": {"type": "string"}},
}
_Schema = dict[str, Any]
# A verdict is written with words in place of the row of its rule, and of what to do next.
_VERDICT_LEAVES_OUT = ("rule", "hint", "names_place", "names_entry")
_VERDICT_TELLS = ("code", "rule", "hint")
_ADDED: Mapping[str, _Schema] = {
    "what-if": {"schema_version": {"type": "integer"}},
    "check": {"conclusion": {"enum": ["passed", "failed", "not measured"]}, "measured": {"type": "object"}},
}


def make_schema(kind: str) -> _Schema:
    """Return the schema of the JSON of a command: one of KINDS or FLAG_KINDS, or of a line of LINE_KINDS."""
    definitions: dict[str, _Schema] = {}
    root = _object({**KINDS, **FLAG_KINDS, **LINE_KINDS}[kind], definitions)
    properties, required = root["properties"], root["required"]
    if kind in _ADDED:  # by the file that writes it: report/trial/json.py, report/gate/json.py
        properties |= _ADDED[kind]
        required += [name for name in _ADDED[kind] if name not in required]
    if kind in LINE_KINDS:  # the audit in it has the tool
        properties["format"] = {"const": FLEET_FORMAT}
    elif kind != "audit":
        _put_tool(root)
    head = {"$schema": _DRAFT, "title": f"footprint {kind} -f json{'l' * (kind in LINE_KINDS)}"}
    return {**head, **root, "$defs": dict(sorted(definitions.items()))}


def _put_tool(schema: _Schema) -> None:
    """Put the tool with its name and version where the value has the version alone."""
    properties = {"tool": _TOOL, **schema["properties"]}
    properties.pop("tool_version", None)
    schema["properties"] = properties
    schema["required"] = ["tool", *(name for name in schema["required"] if name != "tool_version")]


def _object(kind: type, definitions: dict[str, _Schema]) -> _Schema:
    """Return the schema of a frozen value; those of the values in it go into `definitions`."""
    hints = get_type_hints(kind)
    left_out = _VERDICT_LEAVES_OUT if kind is Verdict else ("measured",) if kind is GateReport else ()
    names = [item.name for item in fields(kind) if item.name not in left_out]
    properties = {name: _field(name, hints[name], definitions) for name in names}
    if kind is EntryRow:
        properties["stages"] = _stages(definitions)
    if kind is Verdict:
        properties |= {name: {"type": "string"} for name in _VERDICT_TELLS}
        names += _VERDICT_TELLS
    required = [name for name in names if name not in ONLY_WHERE_NEEDED]
    found: _Schema = {"type": "object", "required": required, "properties": properties}
    if kind is Audit:
        properties["schema_version"] = {"const": SCHEMA_VERSION}
        _put_tool(found)
    return found


def _field(name: str, hint: Any, definitions: dict[str, _Schema]) -> _Schema:
    inner = get_args(hint)[:1]
    if name in NAMED_PAIRS and inner and get_origin(inner[0]) is tuple:
        kinds = zip(NAMED_PAIRS[name], get_args(inner[0]), strict=True)
        properties = {key: _value(kind, definitions) for key, kind in kinds}
        return {"type": "array", "items": {"type": "object", "required": [*properties], "properties": properties}}
    return _value(hint, definitions)


def _value(hint: Any, definitions: dict[str, _Schema]) -> _Schema:
    origin, arguments = get_origin(hint), get_args(hint)
    if hint in _SIMPLE:
        return {"type": _SIMPLE[hint]}
    if hint in TEXTS:
        return {"type": "string"}
    if origin in (Union, UnionType):
        return {"anyOf": [_value(option, definitions) for option in arguments]}
    if origin is Literal:
        return {"enum": [*arguments]}
    if origin is tuple and arguments[1:] == (Ellipsis,):
        return {"type": "array", "items": _value(arguments[0], definitions)}
    if origin is tuple:
        parts = [_value(each, definitions) for each in arguments]
        return {"type": "array", "prefixItems": parts, "minItems": len(parts), "maxItems": len(parts)}
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return {"type": "object", "additionalProperties": _value(arguments[1], definitions)}
    if isinstance(hint, type) and issubclass(hint, Enum):
        return {"enum": [member.value for member in hint]}
    if is_dataclass(hint) and isinstance(hint, type):
        return _reference(hint, definitions)
    raise TypeError(f"no schema for {hint}")


def _reference(kind: type, definitions: dict[str, _Schema]) -> _Schema:
    if kind.__name__ not in definitions:
        definitions[kind.__name__] = {}  # a value may hold values of its own kind
        definitions[kind.__name__] = _object(kind, definitions)
    return {"$ref": f"#/$defs/{kind.__name__}"}


def _stages(definitions: dict[str, _Schema]) -> _Schema:
    """Return the schema of the stages of an entry: a mapping by name, null for one that was not reached."""
    found = _object(StageReading, definitions)
    count = _value(get_type_hints(StageRow)["distribution_count"], definitions)
    found["properties"]["distribution_count"] = count
    found["required"] = [*found["properties"]]
    definitions["Stage"] = found
    row = {"anyOf": [{"$ref": "#/$defs/Stage"}, {"type": "null"}]}
    return {"type": "object", "required": [*STAGES], "properties": dict.fromkeys(STAGES, row)}
