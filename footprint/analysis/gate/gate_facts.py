"""What a check judges: all that was read and measured, indexed once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from footprint.analysis.cost.entry_rows import ObservedEntry
from footprint.config.options import EntrySettings, GateSettings
from footprint.model.audit import Audit, EntryRow, Measured
from footprint.model.baseline import EntryBaseline, EnvironmentBaseline
from footprint.model.gate_report import BaselineUse, RunSeries
from footprint.model.memory_rows import Limit, LoadStep
from footprint.model.note import Note
from footprint.model.source_modules import SiteUse, SourceModule
from footprint.names import ByPath, DistributionName
from footprint.values import dataclass

Uses = tuple[tuple[SiteUse, tuple[DistributionName, ...]], ...]  # an import, and who provides it


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
    development: tuple[DistributionName, ...] = ()  # installed, though only for development
    notes: tuple[Note, ...] = ()

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
