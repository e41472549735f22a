"""One stage of an audit alone: disk, imports, or the measured start."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from footprint.analysis import reach
from footprint.analysis.cost.observed import build_entry_row, observe
from footprint.audit.measuring import Progress, find_places, measure, why_not_probed
from footprint.audit.project import name_imports, read_code, walk_entries
from footprint.audit.target import Target, knows_lazy, open_target
from footprint.collect import disk
from footprint.config import Options
from footprint.model.audit import EntryRow
from footprint.model.environment import DiskScan
from footprint.model.note import Note
from footprint.model.runtime import DistributionCost
from footprint.model.sources import EntryPoint, SiteUse


def silent(stage: str) -> None:
    """Report no progress."""


def scan_disk(options: Options, progress: Progress = silent) -> tuple[Target, DiskScan]:
    """Weigh what is installed: the disk stage alone."""
    progress("asking the target interpreter")
    target = open_target(options)
    progress("weighing the installed distributions")
    return target, disk.scan(target.interpreter, target.installed)


@dataclass(frozen=True, slots=True)
class FoundImports:
    """The project's imports that leave it, each with who provides it."""

    entries: tuple[EntryPoint, ...]
    uses: tuple[tuple[SiteUse, str], ...]
    notes: tuple[Note, ...]


def read_imports_of(options: Options, progress: Progress = silent) -> FoundImports:
    """Read the project's imports: the static stage alone, standard library left out."""
    target, scan = scan_disk(options, progress)
    progress("reading the project")
    code = read_code(options, target, thorough=False)
    names = name_imports(target, scan, code)
    uses = reach.classify_sites(code.sources, walk_entries(target, code), names, lazy_syntax=knows_lazy(target))
    shown = [(use, ", ".join(names.owner_of(use.site)) or "not installed") for use in uses]
    return FoundImports(code.entries, tuple(shown), (*target.notes, *code.notes, *code.sources.notes))


@dataclass(frozen=True, slots=True)
class Measured:
    """Every entry's row and what each distribution cost it."""

    rows: tuple[EntryRow, ...]
    costs: Mapping[str, tuple[DistributionCost, ...]]
    notes: tuple[Note, ...]


def measure_entries(options: Options, progress: Progress = silent) -> Measured:
    """Start every entry and attribute its memory: the probe stage alone."""
    target = open_target(options)
    code = read_code(options, target)
    runtimes, scan = measure(
        options, target, code, progress, meanwhile=lambda: disk.scan(target.interpreter, target.installed)
    )
    observed = {
        entry.name: entry for entry in observe(runtimes, find_places(target.interpreter, scan, options.project))
    }
    by_entry = {runtime.entry: runtime for runtime in runtimes}
    why = why_not_probed(options, target)
    rows_ = tuple(
        build_entry_row(entry, by_entry.get(entry.name), observed.get(entry.name), why) for entry in code.entries
    )
    costs = {row.name: tuple(observed[row.name].costs.values()) if row.name in observed else () for row in rows_}
    return Measured(
        rows_,
        costs,
        (*target.notes, *code.notes, *code.sources.notes, *(note for each in runtimes for note in each.notes)),
    )
