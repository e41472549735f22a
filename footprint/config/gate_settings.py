"""Settings of the gate: `[tool.footprint.check]`, overruled by flags."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from footprint.config.gate_values import READERS, read_rule_flags, read_rules
from footprint.config.options import EntrySettings, GateSettings
from footprint.config.pyproject_tables import close_names, parse_footprint_table, read_pyproject, shown
from footprint.config.settings_table import ENTRY, GATE, RULES, Setting
from footprint.config.trusted_settings import refuse_foreign
from footprint.errors import UsageError
from footprint.knowledge.codes import RULE_BY_CODE
from footprint.model.rule import Level

BASELINE_NAME = "footprint-baseline.json"  # in the project

# Those of one value each; rules and entries are tables.
_WHOLE = tuple(row for row in GATE if row.kind in READERS)


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
    if not flags.get("baseline") and not flags.get("trust_settings"):
        _refuse_foreign_baseline(table, project)
    if "baseline" in values:
        values["baseline"] = project / values["baseline"]
    settings = GateSettings(
        **values,
        all_entries=EntrySettings(**_read_values(table, ENTRY, f"{where} ")),
        entries=_read_entries(table.get("entries", {})),
        rules=read_rules(table.get("rules", {}), "[tool.footprint.check.rules]"),
    )
    settings = _apply_flags(settings, flags)
    return replace(settings, most_runs=max(settings.runs, settings.most_runs))


def _refuse_foreign_baseline(table: Mapping[str, Any], project: Path) -> None:
    """Refuse a baseline that lies elsewhere, also the usual one where it is a link. Raises: UsageError."""
    if "baseline" in table or (project / BASELINE_NAME).is_symlink():
        refuse_foreign({"baseline": table.get("baseline", BASELINE_NAME)}, project)


def _read_values(table: Mapping[str, Any], rows: Collection[Setting], before: str) -> dict[str, Any]:
    """Return what `table` has of the rows, by field. A mistake quotes the key with what stands `before` it."""
    return {row.field: READERS[row.kind](table[row.key], f"{before}{row.key}") for row in rows if row.key in table}


def _refuse_unknown(table: Mapping[str, Any], known: Iterable[Setting], where: str) -> None:
    names = [row.key for row in known]
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
        if key in {row.key for row in _WHOLE if row.in_file}:
            raise UsageError(f"{where} {key}: holds for all entries; put it under [tool.footprint.check]")
    _refuse_unknown(table, (*ENTRY, RULES), where)
    rules = read_rules(table.get("rules", {}), f"{where} rules")
    for code in rules:
        if RULE_BY_CODE[code].scope in ("project", "distribution"):
            raise UsageError(f"{where} rules: {code} is not of one entry; put it under [tool.footprint.check.rules]")
    return EntrySettings(**_read_values(table, ENTRY, f"{where} "), rules=rules)


def _quote_key(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else json.dumps(name)


def _apply_flags(settings: GateSettings, flags: Mapping[str, Any]) -> GateSettings:
    whole = _read_flags(flags, _WHOLE)
    every = _read_flags(flags, ENTRY)
    rules = read_rule_flags(tuple(flags.get("rules") or ()))
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
