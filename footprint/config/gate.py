"""Settings of the gate: `[tool.footprint.check]`, overruled by flags. Every default of it is here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Literal

from footprint.model.gate import RULE_BY_CODE, Level

OnProblem = Literal["fail", "warn"]


@dataclass(frozen=True, slots=True)
class Amount:
    """A budget: bytes, or a share of the limit of the host. One of the two is set."""

    size_bytes: int | None = None
    share: float | None = None  # 0.75: 75 % of the limit


@dataclass(frozen=True, slots=True)
class Tolerance:
    """A growth is a violation only when it is more than both."""

    relative: float = 0.05
    absolute_bytes: int = 5 << 20


@dataclass(frozen=True, slots=True)
class EntrySettings:
    """What holds for one entry. None: as for all entries, or, there, not asked for."""

    max_startup_anon: Amount | None = None
    max_startup_rss: Amount | None = None
    max_first_use_rss: Amount | None = None
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
    static: bool = False
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
        if given is None and code == "FP906" and self.on_noise == "fail":
            return "error"
        return given if given is not None else RULE_BY_CODE[code].level
