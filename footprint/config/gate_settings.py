"""Settings of the gate: `[tool.footprint.check]`, overruled by flags."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from footprint.config.gate_values import (
    read_amount,
    read_count,
    read_heavy_size,
    read_names,
    read_on_problem,
    read_ratio,
    read_rule_flags,
    read_rules,
    read_share,
    read_switch,
    read_tolerance,
)
from footprint.config.options import EntrySettings, GateSettings
from footprint.config.pyproject_tables import close_names, parse_footprint_table, read_pyproject, shown
from footprint.config.trusted_settings import refuse_foreign
from footprint.errors import UsageError
from footprint.knowledge.codes import RULE_BY_CODE
from footprint.model.rule import Level

BASELINE_NAME = "footprint-baseline.json"  # in the project


_Reader = Callable[[Any, str], Any]

# The keys that hold for all entries, and for one in its own section.
_ENTRY_KEYS: Mapping[str, _Reader] = {
    "max-startup-anon": read_amount,
    "max-startup-rss": read_amount,
    "max-first-use-rss": read_amount,
    "max-startup-peak": read_amount,
    "max-total": read_amount,
    "max-time-ratio": read_ratio,
    "max-increase": read_tolerance,
    "forbid-at-startup": read_names,
    "allow-at-startup": read_names,
}


def _read_path(value: Any, where: str) -> Path:
    if not isinstance(value, str | Path) or not str(value):
        raise UsageError(f"{where}: {shown(value)} is not a path")
    return Path(value)


_KEYS: Mapping[str, _Reader] = {
    "baseline": _read_path,
    "runs": read_count,
    "on-probe-error": read_on_problem,
    "on-noise": read_on_problem,
    "strict-baseline": read_switch,
    "max-disk": read_amount,
    "max-disk-increase": read_tolerance,
    "max-distributions": read_count,
    "new-distribution": read_heavy_size,
    "derived-share": read_share,
}
_TABLES = ("rules", "entries")
_FLAGS_ONLY: Mapping[str, _Reader] = {"against": _read_path, "against-env": _read_path, "static": read_switch}


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
    _refuse_unknown(table, (*_KEYS, *_ENTRY_KEYS, *_TABLES), where)
    values = _read_values(table, _KEYS, f"{where} ")
    if not flags.get("baseline") and not flags.get("trust_settings"):
        _refuse_foreign_baseline(table, project)
    if "baseline" in values:
        values["baseline"] = project / values["baseline"]
    settings = GateSettings(
        **values,
        all_entries=EntrySettings(**_read_values(table, _ENTRY_KEYS, f"{where} ")),
        entries=_read_entries(table.get("entries", {})),
        rules=read_rules(table.get("rules", {}), "[tool.footprint.check.rules]"),
    )
    settings = _apply_flags(settings, flags)
    return replace(settings, most_runs=max(settings.runs, settings.most_runs))


def _refuse_foreign_baseline(table: Mapping[str, Any], project: Path) -> None:
    """Refuse a baseline that lies elsewhere, also the usual one where it is a link. Raises: UsageError."""
    if "baseline" in table or (project / BASELINE_NAME).is_symlink():
        refuse_foreign({"baseline": table.get("baseline", BASELINE_NAME)}, project)


def _read_values(table: Mapping[str, Any], readers: Mapping[str, _Reader], before: str) -> dict[str, Any]:
    """Return what `table` has of the keys, by field. A mistake quotes the key with what stands `before` it."""
    return {_field_of(key): read(table[key], f"{before}{key}") for key, read in readers.items() if key in table}


def _field_of(key: str) -> str:
    return "new_distribution_bytes" if key == "new-distribution" else key.replace("-", "_")


def _refuse_unknown(table: Mapping[str, Any], known: Iterable[str], where: str) -> None:
    names = tuple(known)
    for key in table:
        if key not in names:
            close = close_names(key.replace("_", "-"), names)
            hint = f"did you mean {' or '.join(close)}?" if close else f"it knows {', '.join(sorted(names))}"
            raise UsageError(f"{where} does not know {shown(key)}; {hint}")


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
        if key in _KEYS:
            raise UsageError(f"{where} {key}: holds for all entries; put it under [tool.footprint.check]")
    _refuse_unknown(table, (*_ENTRY_KEYS, "rules"), where)
    rules = read_rules(table.get("rules", {}), f"{where} rules")
    for code in rules:
        if RULE_BY_CODE[code].scope in ("project", "distribution"):
            raise UsageError(f"{where} rules: {code} is not of one entry; put it under [tool.footprint.check.rules]")
    return EntrySettings(**_read_values(table, _ENTRY_KEYS, f"{where} "), rules=rules)


def _quote_key(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else json.dumps(name)


def _apply_flags(settings: GateSettings, flags: Mapping[str, Any]) -> GateSettings:
    whole = _read_flags(flags, {**_KEYS, **_FLAGS_ONLY})
    every = _read_flags(flags, _ENTRY_KEYS)
    rules = read_rule_flags(tuple(flags.get("rule") or ()))
    forbidden = (*settings.all_entries.forbid_at_startup, *every.pop("forbid_at_startup", ()))
    return replace(
        settings,
        **whole,
        every_entry=not flags.get("entries"),
        all_entries=replace(settings.all_entries, **every, forbid_at_startup=tuple(dict.fromkeys(forbidden))),
        entries={name: _overrule(entry, every, rules) for name, entry in settings.entries.items()},
        rules={**settings.rules, **rules},
    )


def _read_flags(flags: Mapping[str, Any], readers: Mapping[str, _Reader]) -> dict[str, Any]:
    given = {key: flags.get(key.replace("-", "_")) for key in readers}
    return _read_values({key: value for key, value in given.items() if value not in (None, (), [], "")}, readers, "--")


def _overrule(entry: EntrySettings, given: Iterable[str], rules: Mapping[str, Level]) -> EntrySettings:
    """Return the section of one entry without what a flag says for all entries."""
    kept = {code: level for code, level in entry.rules.items() if code not in rules}
    cleared: dict[str, Any] = dict.fromkeys(given)
    return replace(entry, **cleared, rules=kept)
