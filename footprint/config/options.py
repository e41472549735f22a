"""What one run is to do, in three parts: what is audited, how it is started and judged. Every default is here."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from footprint.model.requests_to_ignore import IgnoreSetting
from footprint.values import dataclass, field, fields

if TYPE_CHECKING:
    from footprint.model.rule import Level
    from footprint.model.service_plans import DeployedService

OnProblem = Literal["fail", "warn"]


@dataclass(frozen=True, slots=True)
class TargetOptions:
    """What is audited: the project, its environment, its entries and its host.

    Paths are as given; relative ones are meant from the working folder.
    """

    project: Path = Path()
    python: Path | None = None
    env: Path | None = None
    ask_python: bool = False  # start the interpreter to ask what it is, also where nothing else is started
    no_env: bool = False  # read files only, as where no environment is found
    site_packages: tuple[Path, ...] = ()
    entries: tuple[str, ...] = ()
    factory: bool = False
    requirements: tuple[Path, ...] = ()
    exclude: tuple[str, ...] = ()
    respect_gitignore: bool = True
    cache: bool = True  # keep what was read in files, where there is a place for it
    limit: str | None = None  # of the host's memory: "512MiB"
    workers: int | None = None  # to estimate for; None: as many as the start command says
    preload: bool | None = None  # None: as the start command says, or with and without
    ignore: tuple[IgnoreSetting, ...] = ()
    service: DeployedService | None = None  # what is deployed, in the place of what the deploy files state

    @property
    def names_environment(self) -> bool:
        """Whether it is said what to audit, so that no environment is looked for."""
        return bool(self.python or self.env or self.no_env or self.site_packages)


@dataclass(frozen=True, slots=True)
class StartOptions:
    """Whether and how the entries are started to be measured."""

    enabled: bool = True
    runs: int = 1  # one run repeats to 0.11 MB (docs/decisions.md, "Probe")
    timeout_s: float = 120.0
    lifespan: bool = True
    first_use: bool = True  # run the lazy imports once the entry is ready
    shadow: bool = False  # start it in a shadow, and throw away what it writes
    verify: Literal["off", "fast", "all"] = "off"  # try the advice in a shadow
    rehearse: bool = False  # run each entry until it passes the limit
    live: bool = False  # start the real command of each entry as well
    ready: str | None = None  # when it counts as ready; None: by its command
    requests: tuple[str, ...] = ()  # to send once it is ready
    calls: tuple[str, ...] = ()  # functions to call then
    event: Path | None = None  # JSON, the first argument of each
    repeat: int | None = None  # so often each request and call in one more process
    allow_writes: bool = False  # requests too that may write
    environment: Mapping[str, str] = field(default_factory=dict)


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
    max_startup_peak: Amount | None = None
    max_after_calls: Amount | None = None
    max_peak: Amount | None = None  # of the start and of calls
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
    image: Path | None = None
    max_image: int | None = None  # bytes, unpacked
    max_layer: int | None = None
    max_added_disk: Amount | None = None  # of what the lines bring that --against does not have
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
        from footprint.knowledge.codes import RULE_BY_CODE  # only the gate asks

        own, rule = self.of(entry) if entry is not None else self, RULE_BY_CODE[code]
        if code in own.rules:
            return own.rules[code]
        if rule.switch is not None and getattr(self, rule.switch.setting) == rule.switch.value:
            return rule.switch.level
        is_meant = rule.level == "off" and getattr(own, rule.setting, None) is not None  # a ratio that is given
        return "error" if is_meant else rule.level


@dataclass(frozen=True, slots=True)
class Options:
    """All of one run; a function receives the part that it needs."""

    target: TargetOptions = field(default_factory=TargetOptions)
    probe: StartOptions = field(default_factory=StartOptions)
    gate: GateSettings = field(default_factory=GateSettings)

    @classmethod
    def of(cls, *, probe: bool = True, gate: GateSettings | None = None, **values: Any) -> Options:
        """Return options by the names of the fields of their parts: `Options.of(project=folder, runs=3, probe=False)`.

        Raises: TypeError for a name that no part has.
        """
        of_start = {item.name: values.pop(item.name) for item in fields(StartOptions) if item.name in values}
        return cls(TargetOptions(**values), StartOptions(enabled=probe, **of_start), gate or GateSettings())
