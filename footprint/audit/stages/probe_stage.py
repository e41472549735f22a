"""The measured start alone: every entry and what each distribution cost it, or one real command measured live."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping, Sequence
from contextlib import nullcontext

from footprint.analysis.cost.entry_rows import ObservedEntry, build_entry_row, observe
from footprint.analysis.cost.first_use_rows import list_calls
from footprint.audit.checkout import Checkout, find_places, why_not_probed
from footprint.audit.entry_starts import measure
from footprint.audit.listener import Progress, secrets_of, silent
from footprint.audit.project_code import open_project
from footprint.audit.real_commands import choose_command
from footprint.audit.run import Cover
from footprint.audit.target import Target, open_target
from footprint.collect import disk
from footprint.collect.deploy import read_start_commands
from footprint.config.options import Options, TargetOptions
from footprint.errors import CannotMeasure
from footprint.files.cache_folder import find_cache_folder
from footprint.model.audit import EntryRow
from footprint.model.installed_environment import DiskScan
from footprint.model.live_readings import LiveRun
from footprint.model.memory_rows import CallRow
from footprint.model.note import Note
from footprint.model.runtime import DistributionCost, EntryRuntime
from footprint.names import DistributionName, ModuleName
from footprint.probe.live_start import LiveOptions, run_live, split_command
from footprint.report.start.start_tree import StartTree
from footprint.secrets import star, star_command
from footprint.values import dataclass


@dataclass(frozen=True, slots=True)
class MeasuredEntries:
    """Every entry's row, what each distribution cost it, and the starts of those that came back with something."""

    rows: tuple[EntryRow, ...]
    costs: Mapping[str, tuple[DistributionCost, ...]]
    notes: tuple[Note, ...]
    starts: tuple[StartTree, ...]
    calls: tuple[CallRow, ...] = ()


def measure_entries(options: Options, progress: Progress = silent, *, cover: Cover = nullcontext) -> MeasuredEntries:
    """Start every entry, as `cover` gives the checkout, and attribute its memory: the probe stage alone."""
    target = open_target(options.target, starts=options.probe.enabled)
    with cover(Checkout(options, *open_project(options.target, target))) as checkout:
        rows, observed, notes, calls = start_rows(checkout, progress)
    costs = {row.name: tuple(observed[row.name].costs.values()) if row.name in observed else () for row in rows}
    secrets = secrets_of(options.probe)
    rows = star(rows, secrets)
    starts = tuple(_start_of(row, observed[row.name]) for row in rows if row.name in observed)
    return MeasuredEntries(rows, costs, star(notes, secrets), starts, star(calls, secrets))


def start_rows(
    checkout: Checkout, progress: Progress
) -> tuple[tuple[EntryRow, ...], Mapping[str, ObservedEntry], tuple[Note, ...], tuple[CallRow, ...]]:
    """Start every entry of a checkout; return their rows, what of them was recorded by name, notes, and their calls."""
    target, code = checkout.target, checkout.code
    runtimes, scan = measure(checkout, progress, meanwhile=lambda: _weigh(target, checkout.options.target))
    places = find_places(target.interpreter, scan, checkout.project)
    recorded = observe(runtimes, places)
    observed, started = {each.name: each for each in recorded}, {each.entry: each for each in runtimes}
    why = why_not_probed(checkout.options.probe, target)
    rows = tuple(build_entry_row(each, started.get(each.name), observed.get(each.name), why) for each in code.entries)
    notes = (*target.notes, *code.all_notes, *(note for each in runtimes for note in each.notes))
    return rows, observed, notes, list_calls(recorded, places)


def _weigh(target: Target, options: TargetOptions) -> DiskScan:
    return disk.scan(target.interpreter, target.installed, cache=find_cache_folder(wanted=options.cache))


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


@dataclass(frozen=True, slots=True)
class LiveMeasured:
    """One command, what its processes took, and what each distribution added in the process that loaded most."""

    run: LiveRun
    source: str  # "Procfile:1", or "the command line"
    costs: tuple[ObservedEntry, ...]  # one per recorded process, the one with most loads first


def measure_live(options: Options, command: Sequence[str], live: LiveOptions, progress: Progress) -> LiveMeasured:
    """Start `command`, or the web command of the deploy files when it is empty, and measure it.

    Raises: UsageError when there is no command to start, CannotMeasure when there is no interpreter to start it with.
    """
    target = open_target(options.target, starts=options.probe.enabled)
    if target.interpreter.executable is None:
        raise CannotMeasure("--site-packages names a folder, not an interpreter to start")
    words, folder, source = tuple(command), ".", "the command line"
    if not words:
        found = choose_command(read_start_commands(options.target.project)[0], options.target.entries)
        words, folder, source = split_command(found.command), found.working_dir, f"{found.path}:{found.line}"
    progress(f"starting {star_command(' '.join(words))}")
    run = run_live(target.interpreter, words, options.target.project / posixpath.normpath(folder), live)
    progress("joining")
    return LiveMeasured(run, source, _observe(run, target, options.target) if run.runs else ())


def _observe(run: LiveRun, target: Target, options: TargetOptions) -> tuple[ObservedEntry, ...]:
    places = find_places(target.interpreter, _weigh(target, options), options.project)
    ordered = sorted(run.runs, key=lambda item: -len(item[1].costs))
    return observe((EntryRuntime(str(pid), each) for pid, each in ordered), places)


def top_costs(entry: ObservedEntry, top: int) -> tuple[tuple[DistributionName, int], ...]:
    """Return the distributions that added most to a process, with their own growth in bytes."""
    ordered = sorted(entry.costs.values(), key=lambda cost: (-cost.self_rss_bytes, cost.name))
    return tuple((cost.name, cost.self_rss_bytes) for cost in (ordered[:top] if top else ordered))
