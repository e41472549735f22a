"""The JSON Schema of what commands write as JSON, made from the fields of the values that they write.

Changes within a `schema_version` only add, so that unknown fields are valid. Source: JSON Schema 2020-12.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from footprint.model.audit import SCHEMA_VERSION, Audit, EntryRow, StageRow
from footprint.model.audit_difference import AuditDifference
from footprint.model.deferrals import Deferrals
from footprint.model.runtime import STAGES, StageReading
from footprint.model.trim import Trim
from footprint.report.audit.json import NAMED_PAIRS, ONLY_WHERE_NEEDED, TEXTS

KINDS: Mapping[str, type] = {"audit": Audit, "diff": AuditDifference, "defer": Deferrals, "trim": Trim}
_DRAFT = "https://json-schema.org/draft/2020-12/schema"
_SIMPLE: Mapping[Any, str] = {int: "integer", float: "number", bool: "boolean", str: "string", NoneType: "null"}
_TOOL = {
    "type": "object",
    "required": ["name", "version"],
    "properties": {"name": {"const": "footprint"}, "version": {"type": "string"}},
}
_Schema = dict[str, Any]


def make_schema(kind: str) -> _Schema:
    """Return the schema of the JSON of a command: one of KINDS."""
    definitions: dict[str, _Schema] = {}
    root = _object(KINDS[kind], definitions)
    properties, required = root["properties"], root["required"]
    del properties["tool_version"]
    required[required.index("tool_version")] = "tool"
    if kind == "audit":
        properties["schema_version"] = {"const": SCHEMA_VERSION}
    head = {"$schema": _DRAFT, "title": f"footprint {kind} -f json"}
    return {**head, **root, "properties": {"tool": _TOOL, **properties}, "$defs": dict(sorted(definitions.items()))}


def _object(kind: type, definitions: dict[str, _Schema]) -> _Schema:
    """Return the schema of a frozen value; those of the values in it go into `definitions`."""
    hints = get_type_hints(kind)
    names = [item.name for item in fields(kind)]
    properties = {name: _field(name, hints[name], definitions) for name in names}
    if kind is EntryRow:
        properties["stages"] = _stages(definitions)
    required = [name for name in names if name not in ONLY_WHERE_NEEDED]
    return {"type": "object", "required": required, "properties": properties}


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
    del found["properties"]["stage"]
    count = _value(get_type_hints(StageRow)["distribution_count"], definitions)
    found["properties"]["distribution_count"] = count
    found["required"] = [*found["properties"]]
    definitions["Stage"] = found
    row = {"anyOf": [{"$ref": "#/$defs/Stage"}, {"type": "null"}]}
    return {"type": "object", "required": [*STAGES], "properties": dict.fromkeys(STAGES, row)}
