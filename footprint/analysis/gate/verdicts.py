"""What a check judges, indexed once, and how a verdict is made: its level from the settings, all else from its row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from footprint.analysis.cost.entry_rows import ObservedEntry
from footprint.config.options import EntrySettings, GateSettings, Tolerance
from footprint.knowledge.codes import RULE_BY_CODE
from footprint.model.audit import Audit, EntryRow, Measured
from footprint.model.baseline import EntryBaseline, EnvironmentBaseline
from footprint.model.gate_report import BaselineUse, Outcome, RunSeries, Verdict
from footprint.model.memory_rows import Limit, LoadStep
from footprint.model.note import Note
from footprint.model.source_modules import SiteUse, SourceModule
from footprint.names import ByPath, DistributionName
from footprint.units import size
from footprint.values import dataclass, field

if TYPE_CHECKING:
    from footprint.model.image_report import ImageReport

Uses = tuple[tuple[SiteUse, tuple[DistributionName, ...]], ...]  # an import, and who provides it


@dataclass(frozen=True, slots=True)
class AddedWeight:
    """What only the lines bring that the folder of --against does not have. `why_not`: it cannot be told."""

    lines: tuple[str, ...]  # with their places
    held: tuple[tuple[DistributionName, int], ...] = ()  # and their bytes, without bytecode
    why_not: str = ""


@dataclass(frozen=True, slots=True)
class GateFacts:
    """One check before it is judged. `reference` is what to compare with: the baseline, and --against over it."""

    audit: Audit
    settings: GateSettings
    key: str  # of the environment
    series: Mapping[str, RunSeries]  # by entry; empty with --static
    baseline: BaselineUse = field(default_factory=lambda: BaselineUse(None, found=False))
    has_file: bool = False  # the baseline is there, whatever it holds
    reference: EnvironmentBaseline | None = None
    stored: EnvironmentBaseline | None = None  # of the baseline file alone: what may be stale in it
    reference_keys: tuple[str, ...] = ()  # under which the files hold it
    base_series: Mapping[str, RunSeries] = field(default_factory=dict)  # of the folder of --against
    base_failures: Mapping[str, str] = field(default_factory=dict)  # by entry: why that folder has no figures of it
    observed: Mapping[str, ObservedEntry] = field(default_factory=dict)  # by entry: the run with a hook
    uses: Mapping[str, Uses] = field(default_factory=dict)  # by entry: imports that leave the project
    sources: ByPath[SourceModule] = field(default_factory=dict)  # by path
    limits: Mapping[str, Limit] = field(default_factory=dict)  # of the host, by entry
    workers: Mapping[str, int] = field(default_factory=dict)  # by entry; 1 where nothing states more
    added: AddedWeight | None = None  # None: there is no folder of --against
    development: tuple[DistributionName, ...] = ()  # installed, though only for development
    notes: tuple[Note, ...] = ()
    image: ImageReport | None = None  # that --image names

    @property
    def static(self) -> bool:
        """Whether nothing was started on purpose."""
        return self.settings.static

    def settings_of(self, entry: str) -> EntrySettings:
        """Return what holds for an entry."""
        return self.settings.of(entry)

    def reference_of(self, entry: str) -> EntryBaseline | None:
        """Return what an entry is compared with; never what another target had in the same place of --entry."""
        found = self.reference.entries.get(entry) if self.reference is not None else None
        row = next((row for row in self.audit.entries if row.name == entry), None)
        is_other = found is not None and row is not None and found.target not in (None, row.target)
        return None if is_other else found

    def measured_entries(self) -> tuple[EntryRow, ...]:
        """Return the entries that got through their start with and without a hook."""
        rows = (row for row in self.audit.entries if isinstance(row.start, Measured))
        return tuple(row for row in rows if self.series.get(row.name, RunSeries(())).figures)


def startup_sizes(entry: ObservedEntry) -> dict[DistributionName, int]:
    """Return the distributions in memory when the entry was ready, each with its own growth of RSS in bytes."""
    return {name: cost.self_rss_bytes for name, cost in entry.costs.items()}


def line_of(chain: tuple[LoadStep, ...]) -> LoadStep | None:
    """Return the last step that a line of ours asked for: where a reader has to look."""
    return next((step for step in reversed(chain) if step.path is not None), None)


Verdicts = Iterator[Verdict]


def give(facts: GateFacts, code: str, outcome: Outcome, message: str = "", *, at: Any = None, **more: Any) -> Verdicts:
    """Yield the verdict, or nothing where the rule is off. `more` are fields of Verdict.

    Without a `message` the row of the rule has it, and `said` what stands in its places.

    Where to look is the first place among the reasons, if there is one, else `at`, which has a path and a line. The
    row of the rule has the hint of a violation, and the message of what passes where that is always the same.
    """
    entry, said = more.pop("entry", None), more.pop("said", {})
    level, rule = facts.settings.level(code, entry), RULE_BY_CODE[code]
    if level == "off":
        return
    if outcome == "violated":
        more.setdefault("hint", rule.hint)
    place = next((reason for reason in more.get("reasons", ()) if reason.path is not None), at)
    if place is not None:
        more |= {"path": place.path, "line": place.line}
    text = message or (rule.passed if outcome == "passed" else rule.says).format_map(said)
    yield Verdict(rule, level, outcome, entry, text, **more)


@dataclass(frozen=True, slots=True)
class Increase:
    """Bytes that are held against what the reference has."""

    before: int
    now: int
    allowed: int

    @property
    def most(self) -> int:
        """The most that passes."""
        return self.before + self.allowed

    def tell(self) -> str:
        """Return it for a reader, what is allowed last."""
        sign, grown = "+" if self.now >= self.before else "-", abs(self.now - self.before)
        share = f" ({sign}{grown * 100 / self.before:.1f} %)" if self.before else ""
        return f"{size(self.before)} -> {size(self.now)}, {sign}{size(grown)}{share}, allowed +{size(self.allowed)}"

    def judge(self, facts: GateFacts, code: str, message: str, **more: Any) -> Verdicts:
        """Yield the verdict. `more` has the outcome where the figures alone do not tell it."""
        outcome: Outcome = more.pop("outcome", "violated" if self.now > self.most else "passed")
        figures: dict[str, Any] = {"measured": self.now, "allowed": self.most, "baseline": self.before}
        yield from give(facts, code, outcome, message, unit="bytes", **figures, **more)


_TRIMMED_FROM = 5  # so many runs bear to lose their lowest and highest: one hiccup is no noise


def middle(values: Sequence[int]) -> int | None:
    """Return the median, one that was really measured; None of nothing."""
    return sorted(values)[(len(values) - 1) // 2] if values else None  # `statistics` takes 10 ms to import


def noise(values: Sequence[int]) -> int | None:
    """Return the largest minus the smallest run, of five and more without one at each end; None with fewer than two."""
    if len(values) < 2:
        return None
    ordered = sorted(values)
    if len(ordered) >= _TRIMMED_FROM:
        ordered = ordered[1:-1]
    return ordered[-1] - ordered[0]


def allowed_growth(reference_bytes: int, tolerance: Tolerance, reference_noise_bytes: int = 0) -> int:
    """Return by how much a figure may grow: more than this is more than both parts of the tolerance.

    An application that was that restless when its baseline was measured is allowed twice its noise.
    """
    return max(int(reference_bytes * tolerance.relative), tolerance.absolute_bytes, 2 * reference_noise_bytes)


def is_noisy(values: Sequence[int], growth_bytes: int) -> bool:
    """Whether runs differ by more than half of what is tolerated: a growth of that size could be chance."""
    found = noise(values)
    return found is not None and found > growth_bytes / 2
