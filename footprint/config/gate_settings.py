"""Settings of the gate: `[tool.footprint.check]`, overruled by flags. Every default of it is here."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import field, fields, replace
from pathlib import Path
from typing import Any

from footprint.config.gate_values import (
    Amount,
    OnProblem,
    Tolerance,
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
from footprint.config.pyproject_tables import close_names, parse_footprint_table, read_pyproject, shown
from footprint.config.trusted_settings import refuse_foreign
from footprint.errors import UsageError
from footprint.knowledge.codes import SEVERITIES
from footprint.model.gate_report import RULE_BY_CODE, Level
from footprint.values import dataclass

__all__ = ["Amount", "EntrySettings", "GateSettings", "OnProblem", "Tolerance", "read_gate_settings"]

BASELINE_NAME = "footprint-baseline.json"  # in the project
# Of the environment as a whole: one entry cannot have a say of its own.
_NOT_OF_AN_ENTRY = frozenset({"FP405", "FP406", "FP413", "FP414", "FP904", "FP907", *SEVERITIES})


@dataclass(frozen=True, slots=True)
class EntrySettings:
    """What holds for one entry. None: as for all entries, or, there, not asked for."""

    max_startup_anon: Amount | None = None
    max_startup_rss: Amount | None = None
    max_first_use_rss: Amount | None = None
    max_startup_peak: Amount | None = None
    max_total: Amount | None = None  # of all workers together
    max_time_ratio: float | None = None  # 2.0: at most twice as long as in the baseline
    max_increase: Tolerance | None = None
    forbid_at_startup: tuple[str, ...] = ()
    allow_at_startup: tuple[str, ...] | None = None  # None: everything
    rules: Mapping[str, Level] = field(default_factory=dict)  # by code, of this entry only


@dataclass(frozen=True, slots=True)
class GateSettings:
    """How `footprint check` judges. Paths are as given; relative ones of the file are meant from its folder."""

    baseline: Path | None = None  # None: footprint-baseline.json of the project, if it is there
    against: Path | None = None
    against_env: Path | None = None  # the environment of the folder of `against`; None: its own, or this one
    static: bool = False
    every_entry: bool = True  # False: only those that --entry names
    strict_baseline: bool = False  # stale entries are errors
    runs: int = 3
    most_runs: int = 7  # when they differ
    on_probe_error: OnProblem = "fail"
    on_noise: OnProblem = "warn"
    all_entries: EntrySettings = field(default_factory=EntrySettings)
    entries: Mapping[str, EntrySettings] = field(default_factory=dict)
    max_disk: Amount | None = None
    max_distributions: int | None = None
    max_disk_increase: Tolerance = field(default_factory=Tolerance)
    new_distribution_bytes: int = 10 << 20
    rules: Mapping[str, Level] = field(default_factory=dict)  # by code, where they differ from the defaults
    derived_share: float = 0.75  # of the limit, for startup budgets that are not given; 0: none are derived

    def of(self, entry: str) -> EntrySettings:
        """Return what holds for `entry`: its own settings over those of all; what is forbidden adds up."""
        own, every = self.entries.get(entry, EntrySettings()), self.all_entries
        merged = {
            item.name: getattr(every, item.name) if getattr(own, item.name) is None else getattr(own, item.name)
            for item in fields(EntrySettings)
        }
        merged["forbid_at_startup"] = tuple(dict.fromkeys((*every.forbid_at_startup, *own.forbid_at_startup)))
        merged["rules"] = {**self.rules, **every.rules, **own.rules}
        return EntrySettings(**merged)

    def level(self, code: str, entry: str | None = None) -> Level:
        """Return what a violation of a rule counts as, for one entry or for none in particular."""
        given = (self.of(entry).rules if entry is not None else self.rules).get(code)
        if given is None and code == "FP901" and self.strict_baseline:
            return "error"
        if given is None and code == "FP905" and self.on_probe_error == "warn":
            return "warning"
        if given is None and code == "FP415" and entry is not None and self.of(entry).max_time_ratio is not None:
            return "error"  # a ratio that is given is meant
        if given is None and code == "FP906" and self.on_noise == "fail":
            return "error"
        default = RULE_BY_CODE[code].level if code in RULE_BY_CODE else "off"  # other findings: only where asked for
        return given if given is not None else default


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
        raise UsageError(f"{where}: {shown(value)} is no path")
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
        if code in _NOT_OF_AN_ENTRY:
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
