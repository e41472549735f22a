"""The baseline file: `model.baseline_figures` as plain values, MiB with two decimals, every mapping sorted.

Sorted and one name a line: branches that change different entries change different lines. What is read may have been
edited by hand, cut off or merged: every slip is refused with its line.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from footprint.documents.json_lines import JsonInvalid, JsonPath, MergeUnresolved, find_line, parse_json
from footprint.errors import UsageError
from footprint.knowledge.codes import GATE_RULES
from footprint.model.baseline_figures import BASELINE_VERSION, Baseline, EntryBaseline, EnvironmentBaseline
from footprint.model.gate_report import GATE_SCHEMA_VERSION
from footprint.names import normalise
from footprint.units import MIB

_FILE_KEYS = frozenset({"schema_version", "environments"})
_ENVIRONMENT_KEYS = frozenset(
    {"python", "footprint", "disk_mib", "distribution_count", "heavy_mib", "entries", "known"}
)
_ENTRY_KEYS = frozenset(
    {
        *("target", "startup_anon_mib", "startup_rss_mib", "startup_peak_mib", "noise_mib"),
        *("first_use_rss_mib", "time_ratio", "startup_mib", "own_mib", "workers", "preload", "total_mib"),
    }
)
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
    environments = {key: _environment(baseline.environments[key]) for key in sorted(baseline.environments)}
    return {"schema_version": BASELINE_VERSION, "environments": environments}


def to_mib(count_bytes: int | None) -> float | None:
    """Return bytes as the file writes them: two decimals are 10 KiB, finer than anything that repeats."""
    return None if count_bytes is None else round(count_bytes / MIB, 2) + 0.0  # no -0.0


def _environment(environment: EnvironmentBaseline) -> dict[str, Any]:
    return {
        "python": environment.python,
        "footprint": environment.tool_version,
        "disk_mib": to_mib(environment.disk_bytes),
        "distribution_count": environment.distribution_count,
        "heavy_mib": _sizes(environment.heavy),
        "entries": {name: _entry(environment.entries[name]) for name in sorted(environment.entries)},
        "known": {code: sorted(environment.known[code]) for code in sorted(environment.known)},
    }


def _entry(entry: EntryBaseline) -> dict[str, Any]:
    values: dict[str, Any] = {} if entry.target is None else {"target": entry.target}
    values |= {
        "startup_anon_mib": to_mib(entry.anon_bytes),
        "startup_rss_mib": to_mib(entry.rss_bytes),
        "noise_mib": to_mib(entry.noise_bytes),
    }
    if entry.peak_bytes is not None:
        values["startup_peak_mib"] = to_mib(entry.peak_bytes)
    if entry.first_use_rss_bytes is not None:
        values["first_use_rss_mib"] = to_mib(entry.first_use_rss_bytes)
    if entry.time_ratio is not None:
        values["time_ratio"] = round(entry.time_ratio, 2)
    if entry.workers is not None and entry.total_bytes is not None:
        values |= {"workers": entry.workers, "total_mib": to_mib(entry.total_bytes)}
        values |= {"preload": True} if entry.preload else {}
    if entry.own is not None:
        values["own_mib"] = {path: [to_mib(size) for size in entry.own[path]] for path in sorted(entry.own)}
    return values | {"startup_mib": _sizes(entry.startup)}


def _sizes(sizes: Mapping[str, int]) -> dict[str, float | None]:
    return {name: to_mib(sizes[name]) for name in sorted(sizes)}


class BaselineInvalid(Exception):
    """Plain values that are no baseline: what is wrong, where, and what to do about it."""

    def __init__(self, message: str, place: JsonPath = (), hint: str = _MAKE_ANEW) -> None:
        super().__init__(message)
        self.place, self.hint = place, hint


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
    environments = _part(plain, place, "environments")
    return Baseline(
        {
            key: _read_environment(_mapping(value, (*place, "environments", key)), (*place, "environments", key))
            for key, value in sorted(environments.items())
        }
    )


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


def _read_environment(plain: Mapping[str, Any], place: JsonPath) -> EnvironmentBaseline:
    _check_keys(plain, place, _ENVIRONMENT_KEYS)
    return EnvironmentBaseline(
        python=_text(plain, place, "python"),
        tool_version=_text(plain, place, "footprint"),
        disk_bytes=_size(plain, place, "disk_mib"),
        distribution_count=_count(plain, place, "distribution_count"),
        heavy=_read_sizes(plain, place, "heavy_mib"),
        entries={
            name: _read_entry(_mapping(value, (*place, "entries", name)), (*place, "entries", name))
            for name, value in sorted(_part(plain, place, "entries").items())
        },
        known={
            code: _read_known(code, value, (*place, "known", code))
            for code, value in sorted(_part(plain, place, "known").items())
        },
    )


def _read_entry(plain: Mapping[str, Any], place: JsonPath) -> EntryBaseline:
    _check_keys(plain, place, _ENTRY_KEYS)
    rss_bytes = _size(plain, place, "startup_rss_mib")
    if rss_bytes is None:
        wrong = (*place, "startup_rss_mib") if "startup_rss_mib" in plain else place
        raise BaselineInvalid(f"{_words(place)} has no startup_rss_mib", wrong)
    return EntryBaseline(
        anon_bytes=_size(plain, place, "startup_anon_mib"),
        rss_bytes=rss_bytes,
        noise_bytes=_size(plain, place, "noise_mib") or 0,
        first_use_rss_bytes=_size(plain, place, "first_use_rss_mib"),
        peak_bytes=_size(plain, place, "startup_peak_mib"),
        time_ratio=_number(plain, place, "time_ratio"),
        startup=_read_sizes(plain, place, "startup_mib", signed=True),
        workers=_count(plain, place, "workers"),
        preload=_flag(plain, place, "preload"),
        total_bytes=_size(plain, place, "total_mib"),
        own=_read_own(plain, (*place, "own_mib")) if plain.get("own_mib") is not None else None,
        target=_text(plain, place, "target") if plain.get("target") is not None else None,
    )


def _read_sizes(plain: Mapping[str, Any], place: JsonPath, key: str, *, signed: bool = False) -> dict[str, int]:
    """Return sizes by normalised name. `signed`: an import can give memory back to RSS."""
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


def _read_own(plain: Mapping[str, Any], place: JsonPath) -> dict[str, tuple[int, ...]]:
    found: dict[str, tuple[int, ...]] = {}
    for path, sizes in sorted(_mapping(plain["own_mib"], place).items()):
        if not isinstance(sizes, list):
            raise BaselineInvalid(f"{_words((*place, path))} is {_kind(sizes)}, not a list of sizes", (*place, path))
        each = [_size({"size": size}, (*place, path), "size") for size in sizes]
        found[path] = tuple(sorted((size or 0 for size in each), reverse=True))
    return found


def _read_known(code: str, value: object, place: JsonPath) -> tuple[str, ...]:
    if _CODE.fullmatch(code) is None:
        raise BaselineInvalid(f"{_words(place)} is not a code of a finding", place)
    if not isinstance(value, list):
        raise BaselineInvalid(f"{_words(place)} is {_kind(value)}, not a list of names", place)
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
        raise BaselineInvalid(f"{_words(place)} is {_kind(value)}, not an object", place)
    if "" in value:
        raise BaselineInvalid(f"{_words(place)} has an empty name", (*place, ""))
    return value


def _text(plain: Mapping[str, Any], place: JsonPath, key: str) -> str:
    value = plain.get(key)
    if not isinstance(value, str):
        wrong = f"is {_kind(value)}, not a string" if key in plain else "is missing"
        raise BaselineInvalid(f"{_words((*place, key))} {wrong}", (*place, key) if key in plain else place)
    return value


def _count(plain: Mapping[str, Any], place: JsonPath, key: str) -> int | None:
    value = plain.get(key)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < _LARGEST:
        raise BaselineInvalid(f"{_words((*place, key))} is {_kind(value)}, not a count", (*place, key))
    return value


def _flag(plain: Mapping[str, Any], place: JsonPath, key: str) -> bool:
    value = plain.get(key, False)
    if not isinstance(value, bool):
        raise BaselineInvalid(f"{_words((*place, key))} is {_kind(value)}, not true or false", (*place, key))
    return value


def _size(plain: Mapping[str, Any], place: JsonPath, key: str, *, signed: bool = False) -> int | None:
    value = _number(plain, place, key, signed=signed)
    return None if value is None else round(value * MIB)


def _number(plain: Mapping[str, Any], place: JsonPath, key: str, *, signed: bool = False) -> float | None:
    value = plain.get(key)
    if value is None:
        return None
    lowest = -_LARGEST if signed else 0
    # a comparison with nan is false
    if isinstance(value, bool) or not isinstance(value, int | float) or not lowest <= value < _LARGEST:
        wanted = f"a number from {lowest} to {_LARGEST}"
        raise BaselineInvalid(f"{_words((*place, key))} is {_kind(value)}, not {wanted}", (*place, key))
    return float(value)


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
