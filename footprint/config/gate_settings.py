"""Settings of the gate: `[tool.footprint.check]`, overruled by flags."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from pathlib import Path
from typing import Any

from footprint.config.options import Amount, EntrySettings, GateSettings, Tolerance
from footprint.config.pyproject_tables import parse_footprint_table, read_pyproject, refuse_foreign, shown
from footprint.config.settings_table import ENTRY, GATE, RULES, Kind, Setting
from footprint.errors import UsageError
from footprint.knowledge.codes import CLASS_CODES, CODES, GATE_RULES, RULE_BY_CODE, RULE_BY_NAME
from footprint.late import late_pattern
from footprint.model.baseline import HEAVY_BYTES
from footprint.model.rule import Level
from footprint.names import did_you_mean
from footprint.units import parse_size, size
from footprint.values import replace

BASELINE_NAME = "footprint-baseline.json"  # in the project


def read_gate_settings(flags: Mapping[str, Any], project: Path, text: str | None = None) -> GateSettings:
    """Return the gate's settings of a project with `flags` (None or empty: not given) laid over them.

    `text` stands for its pyproject.toml.
    A flag overrules the sections of entries, too; what `forbid_at_startup` names is forbidden besides.
    Raises: UsageError for broken TOML, an unknown key or rule, and a value that means nothing.
    """
    path = project / "pyproject.toml"
    table = parse_footprint_table(read_pyproject(path) if text is None else text, path).get("check", {})
    where = "[tool.footprint.check]"
    if not isinstance(table, dict):
        raise UsageError(f"{path}: {where} must be a table")
    _refuse_unknown(table, (*(row for row in GATE if row.in_file), *ENTRY), where)
    values = _read_values(table, [row for row in _WHOLE if row.in_file], f"{where} ")
    is_named = "baseline" in table or (project / BASELINE_NAME).is_symlink()  # the usual one may be a link
    if is_named and not flags.get("baseline") and not flags.get("trust_settings"):
        refuse_foreign({"baseline": table.get("baseline", BASELINE_NAME)}, project)
    if "baseline" in values:
        values["baseline"] = project / values["baseline"]
    settings = GateSettings(
        **values,
        all_entries=EntrySettings(**_read_values(table, ENTRY, f"{where} ")),
        entries=_read_entries(table.get("entries", {})),
        rules=_read_rules(table.get("rules", {}), "[tool.footprint.check.rules]"),
    )
    settings = _apply_flags(settings, flags)
    return replace(settings, most_runs=max(settings.runs, settings.most_runs))


def _read_values(table: Mapping[str, Any], rows: Collection[Setting], before: str) -> dict[str, Any]:
    """Return what `table` has of the rows, by field. A mistake quotes the key with what stands `before` it."""
    return {row.field: _READERS[row.kind](table[row.key], f"{before}{row.key}") for row in rows if row.key in table}


def _refuse_unknown(table: Mapping[str, Any], known: Iterable[Setting], where: str) -> None:
    names = [row.key for row in known]
    for key in table:
        if key not in names:
            hint = did_you_mean(key.replace("_", "-"), names, f"it knows {', '.join(sorted(names))}")
            raise UsageError(f"{where} does not know {shown(key)}{hint}")


def _read_entries(tables: Any) -> dict[str, EntrySettings]:
    where = "[tool.footprint.check.entries]"
    if not isinstance(tables, dict):
        raise UsageError(f"{where} must hold one table for each entry")
    found = {}
    for name, table in tables.items():
        if not name.strip() or not isinstance(table, dict):
            raise UsageError(f"{where} {shown(name)}: expected the name of an entry with a table of its settings")
        found[name] = _read_entry(table, f"[tool.footprint.check.entries.{_quote_key(name)}]")
    return found


def _read_entry(table: Mapping[str, Any], where: str) -> EntrySettings:
    for key in table:
        if key in {row.key for row in _WHOLE if row.in_file}:
            raise UsageError(f"{where} {key}: holds for all entries; put it under [tool.footprint.check]")
    _refuse_unknown(table, (*ENTRY, RULES), where)
    rules = _read_rules(table.get("rules", {}), f"{where} rules")
    for code in rules:
        if RULE_BY_CODE[code].scope in ("project", "distribution"):
            raise UsageError(f"{where} rules: {code} is not of one entry; put it under [tool.footprint.check.rules]")
    return EntrySettings(**_read_values(table, ENTRY, f"{where} "), rules=rules)


def _quote_key(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else json.dumps(name)


def _apply_flags(settings: GateSettings, flags: Mapping[str, Any]) -> GateSettings:
    whole = _read_flags(flags, _WHOLE)
    every = _read_flags(flags, ENTRY)
    rules = _read_rule_flags(tuple(flags.get("rules") or ()))
    forbidden = (*settings.all_entries.forbid_at_startup, *every.pop("forbid_at_startup", ()))
    return replace(
        settings,
        **whole,
        every_entry=not flags.get("entries"),
        all_entries=replace(settings.all_entries, **every, forbid_at_startup=tuple(dict.fromkeys(forbidden))),
        entries={name: _overrule(entry, every, rules) for name, entry in settings.entries.items()},
        rules={**settings.rules, **rules},
    )


def _read_flags(flags: Mapping[str, Any], rows: Collection[Setting]) -> dict[str, Any]:
    given = {row.key: flags.get(row.field) for row in rows}
    return _read_values({key: value for key, value in given.items() if value not in (None, (), [], "")}, rows, "--")


def _overrule(entry: EntrySettings, given: Iterable[str], rules: Mapping[str, Level]) -> EntrySettings:
    """Return the section of one entry without what a flag says for all entries."""
    kept = {code: level for code, level in entry.rules.items() if code not in rules}
    cleared: dict[str, Any] = dict.fromkeys(given)
    return replace(entry, **cleared, rules=kept)


# The values

_PERCENT = late_pattern(r"\s*(\d{1,9}(?:\.\d{1,9})?)\s*%\s*", re.ASCII)
_NAME = late_pattern(r"[^\s,;=]+")  # of a distribution or module, or a pattern for some
_SIZE_LENGTH_AT_MOST = 40
_LARGEST_RATIO = 1_000_000
_LARGEST_COUNT = 10_000_000
_LEVELS: Mapping[str, Level] = {"error": "error", "warning": "warning", "warn": "warning", "off": "off"}


def read_amount(value: Any, where: str) -> Amount:
    """Return "200 MiB", or "75%" of the limit, as a budget."""
    if isinstance(value, str) and "%" in value:
        share = read_share(value, where)
        if share == 0:
            raise UsageError(f"{where}: {shown(value)} would allow nothing")
        return Amount(share=share)
    return Amount(size_bytes=_read_size(value, where, 'write it as "200 MiB", or as "75%" of the limit'))


def _read_heavy_size(value: Any, where: str) -> int:
    """Return "10 MiB" in bytes. Raises: UsageError for less than what a baseline lists."""
    found = _read_size(value, where, 'write it as "10 MiB"')
    if found < HEAVY_BYTES:
        raise UsageError(f"{where}: {shown(value)} is less than {size(HEAVY_BYTES)}: the baseline lists none so light")
    return found


def read_share(value: Any, where: str) -> float:
    """Return "75%" as 0.75: from 0 % to 100 %."""
    found = _PERCENT.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise UsageError(f'{where}: {shown(value)} is not a percentage: write it as "75%"')
    share = float(found[1]) / 100
    if share > 1:
        raise UsageError(f"{where}: {shown(value)} is more than 100 %")
    return share


def read_tolerance(value: Any, where: str) -> Tolerance:
    """Return {relative = "5%", absolute = "5 MiB"}, or "5%, 5 MiB"; a part that is left out is 0."""
    if isinstance(value, str):
        parts = value.split(",")
        given = {"relative" if "%" in part else "absolute": part for part in parts}
        if len(parts) != len(given):
            raise UsageError(f'{where}: {shown(value)} has two parts of one kind: write it as "5%, 5 MiB"')
    elif isinstance(value, dict) and value:
        given = value
        unknown = sorted(value.keys() - {"relative", "absolute"})
        if unknown:
            raise UsageError(f"{where} does not know {shown(unknown[0])}; it knows relative and absolute")
    else:
        hint = 'write it as {relative = "5%", absolute = "5 MiB"} or "5%, 5 MiB"'
        raise UsageError(f"{where}: {shown(value)} is not a tolerance: {hint}")
    relative, absolute = given.get("relative"), given.get("absolute")
    return Tolerance(
        0.0 if relative is None else read_share(relative, f"{where} relative"),
        0 if absolute is None else _read_size(absolute, f"{where} absolute", 'write it as "5 MiB"'),
    )


def _read_names(value: Any, where: str) -> tuple[str, ...]:
    """Return a list of distributions and modules, each once."""
    if not isinstance(value, list | tuple):
        raise UsageError(f'{where}: {shown(value)} is not a list: write it as ["torch", "pandas"]')
    for name in value:
        if not isinstance(name, str) or not _NAME.fullmatch(name):
            raise UsageError(f"{where}: {shown(name)} is not the name of one distribution or module")
    return tuple(dict.fromkeys(value))


def _read_rules(value: Any, where: str) -> dict[str, Level]:
    """Return {unused = "off", anon-increase = "warning"} by code. Raises: UsageError, also for one rule given twice."""
    if not isinstance(value, dict):
        raise UsageError(f'{where}: {shown(value)} is not a table: write it as {{unused = "off"}}')
    levels: dict[str, Level] = {}
    names: dict[str, str] = {}
    for name, level in value.items():
        code = _find_code(name, where)
        if code in levels:
            raise UsageError(f"{where}: {names[code]} and {name} are one rule, given twice")
        levels[code], names[code] = _read_level(level, f"{where} {name}", code), name
    return levels


def _find_code(name: str, where: str) -> str:
    """Return the code of a rule that is given by its name or code. Raises: UsageError with the closest names."""
    if name in RULE_BY_NAME:
        return RULE_BY_NAME[name].code
    code = CLASS_CODES.get(name, name)
    if code in RULE_BY_CODE:
        return code
    known = (*RULE_BY_NAME, *CLASS_CODES, *(rule.code for rule in GATE_RULES), *CODES)
    hint = did_you_mean(name, known, f"there are {', '.join(RULE_BY_NAME)}")
    raise UsageError(f"{where}: {shown(name)} is not a rule{hint}")


def _read_rule_flags(pairs: tuple[str, ...]) -> dict[str, Level]:
    """Return `--rule NAME=LEVEL` pairs by code; the last one of a rule counts."""
    levels: dict[str, Level] = {}
    for pair in pairs:
        name, equals, level = pair.partition("=")
        if not equals:
            raise UsageError(f"--rule {shown(pair)}: expected NAME=LEVEL, such as unused=warning")
        code = _find_code(name.strip(), "--rule")
        levels[code] = _read_level(level.strip(), f"--rule {name.strip()}", code)
    return levels


def _read_level(value: Any, where: str, code: str) -> Level:
    level = _LEVELS.get(value) if isinstance(value, str) else None
    if level is None:
        raise UsageError(f'{where}: {shown(value)} is not a level: there are "error", "warning" and "off"')
    if RULE_BY_CODE[code].kind == "start" and level == "off":  # it would pass without having looked
        raise UsageError(f'{where} cannot be off: "warning" lets a check go on that could not measure, and says so')
    return level


def _read_size(value: Any, where: str, hint: str) -> int:
    # a number of very many digits would not fit the arithmetic behind it
    if not isinstance(value, str) or len(value) > _SIZE_LENGTH_AT_MOST:
        raise UsageError(f"{where}: {shown(value)} is not a size: {hint}")
    try:
        return parse_size(value)
    except UsageError as error:
        raise UsageError(f"{where}: {error}") from None


def _is_number(value: Any, kinds: Any, most: int) -> bool:
    """Whether a value is a number of 1 or more; nan is none, nor what is too large for a float."""
    return isinstance(value, kinds) and not isinstance(value, bool) and 1 <= value <= most


def _checked(kind: Callable[[Any], Any], is_right: Callable[[Any], bool], why: str) -> Callable[[Any, str], Any]:
    """Return the reader of a value that is right or wrong as it stands."""

    def read(value: Any, where: str) -> Any:
        if not is_right(value):
            raise UsageError(f"{where}: {shown(value)} is {why}")
        return kind(value)

    return read


_READERS: Mapping[Kind, Callable[[Any, str], Any]] = {
    "amount": read_amount,
    "bytes": lambda value, where: _read_size(value, where, 'write it as "900 MiB"'),
    "count": _checked(
        int,
        lambda value: _is_number(value, int, _LARGEST_COUNT),
        f"not a number of 1 or more, {_LARGEST_COUNT:,} at most",
    ),
    "fail or warn": _checked(str, lambda value: value in ("fail", "warn"), 'neither "fail" nor "warn"'),
    "list of names": _read_names,
    "path": _checked(Path, lambda value: isinstance(value, str | Path) and str(value) != "", "not a path"),
    "ratio": _checked(
        float,
        lambda value: _is_number(value, int | float, _LARGEST_RATIO),
        "not a ratio: give a number of 1 or more, such as 2.0",
    ),
    "share": read_share,
    "size": _read_heavy_size,
    "switch": _checked(bool, lambda value: isinstance(value, bool), "neither true nor false"),
    "tolerance": read_tolerance,
}
# Those of one value each; rules and entries are tables.
_WHOLE = tuple(row for row in GATE if row.kind in _READERS)
