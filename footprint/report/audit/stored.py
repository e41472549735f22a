"""A stored audit read back: the JSON of `footprint audit -f json` to the `Audit` it was rendered from."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from enum import Enum
from types import NoneType, UnionType
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from footprint.errors import AuditUnreadable
from footprint.model.audit import SCHEMA_VERSION, Audit, EntryRow, StageRow
from footprint.model.entry_origins import EntryOrigin, read_origin
from footprint.model.runtime import STAGES, StageReading, Statement
from footprint.secrets import star
from footprint.values import fields, is_dataclass

_T = TypeVar("_T")
_FROM_TEXT: Mapping[Any, Callable[[str], Any]] = {EntryOrigin: read_origin, Statement: Statement.of_text}


def parse(text: str) -> Audit:
    """Return the audit that `text` stores. Fields added by a later minor version are passed over.

    Credentials that an older version stored are starred.

    Raises: AuditUnreadable for anything that is not JSON of this schema version.
    """
    try:
        plain = json.loads(text)
        version = plain["schema_version"]
        if version != SCHEMA_VERSION:
            raise AuditUnreadable(
                f"the audit has schema_version {version!r}, this footprint reads {SCHEMA_VERSION}: "
                "run `footprint audit` again with this version"
            )
        return star(_build(Audit, plain | {"tool_version": plain["tool"]["version"]}))
    except (json.JSONDecodeError, KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
        reason = f"{type(error).__name__}: {error}"
        raise AuditUnreadable(f"not an audit written by `footprint audit -f json` ({reason})") from error


def _build(kind: type[_T], plain: Mapping[str, Any]) -> _T:
    hints = get_type_hints(kind)
    if kind is EntryRow:
        plain = plain | {"stages": _stage_list(plain["stages"])} if isinstance(plain, dict) else plain
    known = {item.name for item in fields(kind)}  # type: ignore[arg-type]
    return kind(**{name: _convert(hints[name], value) for name, value in plain.items() if name in known})


def _stage_list(stages: Mapping[str, Any]) -> list[StageRow]:
    found = ((name, stage) for name in STAGES if (stage := stages.get(name)) is not None)
    return [
        StageRow(_build(StageReading, stage | {"stage": name}), _convert_int(stage["distribution_count"]))
        for name, stage in found
    ]


def _convert(hint: Any, value: Any) -> Any:
    if hint in _FROM_TEXT:
        return _FROM_TEXT[hint](_require(isinstance(value, str), value, str))
    origin = get_origin(hint)
    if origin in (Union, UnionType):
        if value is None:
            return _require(NoneType in get_args(hint), None, hint)
        return _convert(next(option for option in get_args(hint) if option is not NoneType), value)
    if origin is tuple:
        return _convert_tuple(get_args(hint), value)
    if origin is Literal:
        return _require(value in get_args(hint), value, hint)
    if hint is int:
        return _convert_int(value)
    if isinstance(hint, type) and isinstance(value, hint):
        return value
    if isinstance(hint, type) and issubclass(hint, Enum):
        return hint(value)
    if is_dataclass(hint) and isinstance(hint, type):
        return _build(hint, value)
    raise TypeError(f"expected {hint}, found {value!r}")


def _convert_int(value: Any) -> int:
    """Return a count; true is none, and no count of ours needs more than 64 bits."""
    whole = isinstance(value, int) and not isinstance(value, bool) and abs(value) < 1 << 63
    count: int = _require(whole, value, int)
    return count


def _convert_tuple(arguments: tuple[Any, ...], value: Any) -> tuple[Any, ...]:
    if len(arguments) == 2 and arguments[1] is Ellipsis:
        if arguments[0] is int and isinstance(value, list) and set(map(type, value)) == {int}:  # a column
            _convert_int(max(value, key=abs))
            return tuple(value)
        return tuple(_convert(arguments[0], item) for item in _require(isinstance(value, list), value, list))
    values = list(value.values()) if isinstance(value, dict) else _require(isinstance(value, list), value, list)
    return tuple(_convert(hint, item) for hint, item in zip(arguments, values, strict=True))


def _require(holds: bool, value: _T, hint: Any) -> _T:
    if not holds:
        raise TypeError(f"expected {hint}, found {value!r}")
    return value
