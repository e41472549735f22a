"""The baseline file: `model.baseline` as plain values, MiB with two decimals, every mapping sorted.

Sorted and one name a line: branches that change different entries change different lines. What is read may have been
edited by hand, cut off or merged: every slip is refused with its line.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any, TypeVar

from footprint.documents.json_lines import JsonInvalid, JsonPath, MergeUnresolved, find_line, parse_json
from footprint.errors import UsageError
from footprint.knowledge.codes import GATE_RULES
from footprint.model.baseline import (
    BASELINE_VERSION,
    ENTRY_ROWS,
    ENVIRONMENT_ROWS,
    Baseline,
    BaselineRow,
    EntryBaseline,
    EnvironmentBaseline,
)
from footprint.model.gate_report import GATE_SCHEMA_VERSION
from footprint.names import normalise
from footprint.units import MIB
from footprint.values import replace

_T = TypeVar("_T")

_FILE_KEYS = frozenset({"schema_version", "environments"})
_CODE = re.compile(r"FP[0-9]{3}")
# Undeclared imports are not distributions: their case matters.
_OF_DISTRIBUTIONS = frozenset(rule.code for rule in GATE_RULES if rule.kind == "use" and rule.usage != "undeclared")
_LARGEST = 1 << 30  # MiB: 1 PiB; more is a slip

_MAKE_ANEW = "Restore it, or delete it and make it anew: footprint check --update-baseline"
_RESOLVE = "Resolve the merge, or take either side and run: footprint check --update-baseline"
_NOT_ONE = "Give one; a baseline is made by: footprint check --update-baseline"
_NOT_AN_AUDIT = "Give a baseline, or the JSON of: footprint check -f json"


def to_plain(baseline: Baseline) -> dict[str, Any]:
    """Return the values of the file. What was not measured is null, or left out where it is asked for only by some."""
    environments = {key: _write(each, ENVIRONMENT_ROWS) for key, each in sorted(baseline.environments.items())}
    return {"schema_version": BASELINE_VERSION, "environments": environments}


def to_mib(count_bytes: int | None) -> float | None:
    """Return bytes as the file writes them: two decimals are 10 KiB, finer than anything that repeats."""
    return None if count_bytes is None else round(count_bytes / MIB, 2) + 0.0  # no -0.0


def _write(value: EnvironmentBaseline | EntryBaseline, rows: Iterable[BaselineRow]) -> dict[str, Any]:
    given = ((row, getattr(value, row.field)) for row in rows)
    return {row.key: _plain(row, each) for row, each in given if row.always or not (each is None or each is False)}


def _plain(row: BaselineRow, value: Any) -> Any:
    match row.kind:
        case "size":
            return to_mib(value)
        case "ratio":
            return round(value, 2)
        case "sizes" | "signed sizes":
            return {name: to_mib(value[name]) for name in sorted(value)}
        case "files":
            return {path: [to_mib(size) for size in value[path]] for path in sorted(value)}
        case "entries":
            return {name: _write(_without_half_a_total(value[name]), ENTRY_ROWS) for name in sorted(value)}
        case "known":
            return {code: sorted(value[code]) for code in sorted(value)}
        case "count" | "flag" | "text":
            return value


def _without_half_a_total(entry: EntryBaseline) -> EntryBaseline:
    """Return an entry whose workers stand with what they take together, or not at all."""
    if entry.workers is not None and entry.total_bytes is not None:
        return entry
    return replace(entry, workers=None, preload=False, total_bytes=None)


class BaselineInvalid(Exception):
    """Plain values that are no baseline: what is wrong, where, and what to do about it."""

    def __init__(self, message: str, place: JsonPath = (), hint: str = _MAKE_ANEW) -> None:
        super().__init__(message)
        self.place, self.hint = place, hint

    @classmethod
    def of(cls, value: object, place: JsonPath, wanted: str) -> BaselineInvalid:
        """Return that the value at a place is of another kind than is `wanted`."""
        return cls(f"{_words(place)} is {_kind(value)}, not {wanted}", place)


def parse_baseline(text: str, name: str) -> Baseline:
    """Return the baseline that a text holds: the file's own, or that in the JSON of `footprint check`.

    Raises: UsageError that names the file, the line where it is known, what is wrong and what to do next.
    """
    if not text.strip():
        raise UsageError(f"{name}: it is empty. {_MAKE_ANEW}")
    try:
        return from_plain(parse_json(text))
    except MergeUnresolved as error:
        raise UsageError(f"{name}:{error.line}: {error}. {_RESOLVE}") from None
    except JsonInvalid as error:
        numbers = [str(number) for number in (error.line, error.column) if number is not None]
        raise UsageError(f"{':'.join([name, *numbers])}: {error}. {_MAKE_ANEW}") from None
    except BaselineInvalid as error:
        line = find_line(text, error.place) if error.place else None
        where = f"{name}:{line}" if line is not None else name
        raise UsageError(f"{where}: {error}. {error.hint}") from None


def format_baseline(baseline: Baseline) -> str:
    """Return the text of the file: one value a line, what is not known left out, LF.

    Figures come before the names below them, so that the last lines of an entry are braces: a branch that adds an entry
    behind the last one does not touch the figures that another branch changes.
    """
    return json.dumps(_without_unknown(to_plain(baseline)), indent=2) + "\n"


def from_plain(plain: object) -> Baseline:
    """Return the baseline of what `to_plain` made, or of the JSON of `footprint check`, which holds it as `measured`.

    What is left out or null is not known. Names of distributions are normalised.
    Raises: BaselineInvalid, also for every key that is not known: it is a slip of an edit by hand.
    """
    if not isinstance(plain, dict):
        raise BaselineInvalid(f"it holds {_kind(plain)}, not a baseline", hint=_NOT_ONE)
    if "measured" in plain and "environments" not in plain:
        _check_version(plain, (), GATE_SCHEMA_VERSION)
        return _read_file(_mapping(plain["measured"], ("measured",)), ("measured",))
    if "distributions" in plain and "environments" not in plain:
        raise BaselineInvalid("it is an audit, not a baseline", hint=_NOT_AN_AUDIT)
    if "environments" not in plain and "schema_version" not in plain:
        raise BaselineInvalid("it is neither a baseline nor the JSON of `footprint check -f json`", hint=_NOT_ONE)
    return _read_file(plain, ())


def _read_file(plain: Mapping[str, Any], place: JsonPath) -> Baseline:
    _check_version(plain, place, BASELINE_VERSION)
    _check_keys(plain, place, _FILE_KEYS)
    return Baseline(_each_of(plain, place, "environments", _read_environment))


def _each_of(plain: Mapping[str, Any], place: JsonPath, key: str, read: Callable[[Any, JsonPath], _T]) -> dict[str, _T]:
    """Return what `read` makes of each value of an object, sorted by name."""
    each = sorted(_part(plain, place, key).items())
    return {name: read(value, (*place, key, name)) for name, value in each}


def _check_version(plain: Mapping[str, Any], place: JsonPath, known: int) -> None:
    version = plain.get("schema_version")
    place = (*place, "schema_version") if "schema_version" in plain else place
    if version is None:
        raise BaselineInvalid("it has no schema_version", place)
    if isinstance(version, bool) or not isinstance(version, int):
        raise BaselineInvalid(f"schema_version is {_kind(version)}, not a whole number", place)
    if version > known:
        wrong = f"it has schema_version {_shorten(version)}, this footprint reads {known}"
        raise BaselineInvalid(f"{wrong}: it was written by a newer footprint", place, "Update footprint.")
    if version < known:
        wrong = f"it has schema_version {_shorten(version)}, which no footprint has written"
        raise BaselineInvalid(wrong, place)


def _read_environment(value: Any, place: JsonPath) -> EnvironmentBaseline:
    return EnvironmentBaseline(**_read_rows(_mapping(value, place), place, ENVIRONMENT_ROWS))


def _read_entry(value: Any, place: JsonPath) -> EntryBaseline:
    plain = _mapping(value, place)
    found = _read_rows(plain, place, ENTRY_ROWS)
    if found["rss_bytes"] is None:
        wrong = (*place, "startup_rss_mib") if "startup_rss_mib" in plain else place
        raise BaselineInvalid(f"{_words(place)} has no startup_rss_mib", wrong)
    return EntryBaseline(**found)


def _read_rows(plain: Mapping[str, Any], place: JsonPath, rows: Iterable[BaselineRow]) -> dict[str, Any]:
    """Return the fields that an object gives; those that it leaves out or has as null have their default."""
    _check_keys(plain, place, frozenset(row.key for row in rows))
    given = (row for row in rows if row.always or plain.get(row.key) is not None)
    return {row.field: _READERS[row.kind](plain, place, row.key) for row in given}


def _read_sizes(plain: Mapping[str, Any], place: JsonPath, key: str, *, signed: bool = False) -> dict[str, int]:
    """Return sizes by normalised name."""
    sizes = _part(plain, place, key)
    found: dict[str, int] = {}
    for name in sizes:
        size_bytes = _size(sizes, (*place, key), name, signed=signed)
        if size_bytes is None:
            raise BaselineInvalid(f"{_words((*place, key, name))} is null, not a number", (*place, key, name))
        if normalise(name) in found:
            raise BaselineInvalid(f"{_words((*place, key, name))} is there twice", (*place, key, name))
        found[normalise(name)] = size_bytes
    return dict(sorted(found.items()))


def _read_file_sizes(sizes: Any, place: JsonPath) -> tuple[int, ...]:
    if not isinstance(sizes, list):
        raise BaselineInvalid.of(sizes, place, "a list of sizes")
    return tuple(sorted((_size({"size": size}, place, "size") or 0 for size in sizes), reverse=True))


def _read_known(value: Any, place: JsonPath) -> tuple[str, ...]:
    code = str(place[-1])
    if _CODE.fullmatch(code) is None:
        raise BaselineInvalid(f"{_words(place)} is not a code of a finding", place)
    if not isinstance(value, list):
        raise BaselineInvalid.of(value, place, "a list of names")
    for index, name in enumerate(value):
        if not isinstance(name, str) or not name:
            raise BaselineInvalid(f"{_words(place)} holds {_kind(name)}, not only names", (*place, index))
    return tuple(sorted({normalise(name) if code in _OF_DISTRIBUTIONS else name for name in value}))


def _check_keys(plain: Mapping[str, Any], place: JsonPath, known: frozenset[str]) -> None:
    unknown = sorted(set(plain) - known)
    if unknown:
        named = ", ".join(_shorten(key) for key in unknown[:3]) + (" and more" if len(unknown) > 3 else "")
        wrong = f"unknown in {_words(place)}: {named}; known are {', '.join(sorted(known))}"
        raise BaselineInvalid(wrong, (*place, unknown[0]))


def _part(plain: Mapping[str, Any], place: JsonPath, key: str) -> Mapping[str, Any]:
    return _mapping(plain.get(key, {}), (*place, key))


def _mapping(value: object, place: JsonPath) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise BaselineInvalid.of(value, place, "an object")
    if "" in value:
        raise BaselineInvalid(f"{_words(place)} has an empty name", (*place, ""))
    return value


def _text(plain: Mapping[str, Any], place: JsonPath, key: str) -> str:
    if key not in plain:
        raise BaselineInvalid(f"{_words((*place, key))} is missing", place)
    return str(_checked(plain, place, key, "a string", isinstance(plain[key], str)))


def _count(plain: Mapping[str, Any], place: JsonPath, key: str) -> int | None:
    value = plain.get(key)
    is_count = type(value) is int and 0 <= value < _LARGEST
    return None if value is None else int(_checked(plain, place, key, "a count", is_count))


def _flag(plain: Mapping[str, Any], place: JsonPath, key: str) -> bool:
    return key in plain and bool(_checked(plain, place, key, "true or false", isinstance(plain[key], bool)))


def _checked(plain: Mapping[str, Any], place: JsonPath, key: str, wanted: str, is_fine: bool) -> Any:
    if not is_fine:
        raise BaselineInvalid.of(plain[key], (*place, key), wanted)
    return plain[key]


def _size(plain: Mapping[str, Any], place: JsonPath, key: str, *, signed: bool = False) -> int | None:
    value = _number(plain, place, key, signed=signed)
    return None if value is None else round(value * MIB)


def _number(plain: Mapping[str, Any], place: JsonPath, key: str, *, signed: bool = False) -> float | None:
    value, lowest = plain.get(key), -_LARGEST if signed else 0
    # a comparison with nan is false
    is_fine = isinstance(value, int | float) and not isinstance(value, bool) and lowest <= value < _LARGEST
    wanted = f"a number from {lowest} to {_LARGEST}"
    return None if value is None else float(_checked(plain, place, key, wanted, is_fine))


_READERS: Mapping[str, Callable[[Mapping[str, Any], JsonPath, str], Any]] = {
    "size": _size,
    "sizes": _read_sizes,
    "signed sizes": partial(_read_sizes, signed=True),
    "files": partial(_each_of, read=_read_file_sizes),
    "ratio": _number,
    "count": _count,
    "flag": _flag,
    "text": _text,
    "entries": partial(_each_of, read=_read_entry),
    "known": partial(_each_of, read=_read_known),
}


def _without_unknown(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_unknown(item) for key, item in value.items() if item is not None}
    return value


def _kind(value: object) -> str:
    """Return what a value is, for a reader: `"12"`, `true`, a list, nothing."""
    match value:
        case None:
            return "nothing"
        case dict():
            return "an object"
        case list():
            return "a list"
        case bool():
            return str(value).lower()
    return _shorten(value)


def _words(place: JsonPath) -> str:
    """Return where something is: `environments > cpython-3.11 > entries > web > noise_mib`."""
    steps = [str(step) if re.fullmatch(r"[\w.:-]{1,60}", str(step)) else _shorten(step) for step in place]
    return " > ".join(steps) or "the file"


def _shorten(value: object) -> str:
    """Return a value of the file on one line, without what a terminal would obey."""
    try:
        text = ascii(value)
    except ValueError:  # an integer with too many digits for this interpreter
        return "a very large number"
    return text if len(text) <= 60 else f"{text[:57]}..."
