"""The measured start alone: every entry, and what each distribution cost it."""

from __future__ import annotations

from collections.abc import Mapping

from footprint.analysis.cost.entry_rows import ObservedEntry, build_entry_row, observe
from footprint.audit.checkout import Checkout, find_places, why_not_probed
from footprint.audit.entry_starts import measure
from footprint.audit.listener import Progress, secrets_of, silent
from footprint.audit.project_code import open_project
from footprint.audit.target import open_target
from footprint.collect import disk
from footprint.config.options import Options
from footprint.model.audit import EntryRow
from footprint.model.note import Note
from footprint.model.runtime import DistributionCost
from footprint.names import ModuleName
from footprint.report.start.start_tree import StartTree
from footprint.secrets import star
from footprint.values import dataclass


@dataclass(frozen=True, slots=True)
class MeasuredEntries:
    """Every entry's row, what each distribution cost it, and the starts of those that came back with something."""

    rows: tuple[EntryRow, ...]
    costs: Mapping[str, tuple[DistributionCost, ...]]
    notes: tuple[Note, ...]
    starts: tuple[StartTree, ...]


def measure_entries(options: Options, progress: Progress = silent) -> MeasuredEntries:
    """Start every entry and attribute its memory: the probe stage alone."""
    target = open_target(options.target, starts=options.probe.enabled)
    checkout = Checkout(options, *open_project(options.target, target))
    rows, observed, notes = start_rows(checkout, progress)
    costs = {row.name: tuple(observed[row.name].costs.values()) if row.name in observed else () for row in rows}
    secrets = secrets_of(options.probe)
    rows = star(rows, secrets)
    starts = tuple(_start_of(row, observed[row.name]) for row in rows if row.name in observed)
    return MeasuredEntries(rows, costs, star(notes, secrets), starts)


def start_rows(
    checkout: Checkout, progress: Progress
) -> tuple[tuple[EntryRow, ...], Mapping[str, ObservedEntry], tuple[Note, ...]]:
    """Start every entry of a checkout; return their rows, what of them was recorded by name, and what to say of it."""
    target, code = checkout.target, checkout.code
    runtimes, scan = measure(checkout, progress, meanwhile=lambda: disk.scan(target.interpreter, target.installed))
    recorded = observe(runtimes, find_places(target.interpreter, scan, checkout.project))
    observed, started = {each.name: each for each in recorded}, {each.entry: each for each in runtimes}
    why = why_not_probed(checkout.options.probe, target)
    rows = tuple(build_entry_row(each, started.get(each.name), observed.get(each.name), why) for each in code.entries)
    return rows, observed, (*target.notes, *code.all_notes, *(note for each in runtimes for note in each.notes))


def _start_of(row: EntryRow, entry: ObservedEntry) -> StartTree:
    """Return a start with the names that a reader knows its modules by."""
    owners = entry.owners.items()
    files = {module: _inner_path(module, origin) for module, origin in entry.run.origins}
    distributions = {module: owner.name for module, owner in owners if owner.kind == "distribution"}
    return StartTree(row.name, row.target, entry.run, distributions, files | entry.own_modules)


def _inner_path(module: ModuleName, origin: str) -> str:
    """Return the end of a path that the module's name accounts for: where the folder above is, is nobody's business."""
    parts = origin.replace("\\", "/").split("/")
    count = module.count(".") + (2 if parts[-1].startswith("__init__.") else 1)
    return "/".join(parts[-count:])
