"""One real command measured live: the one given, or the start command that the project's deploy files state."""

from __future__ import annotations

import posixpath
from collections.abc import Sequence

from footprint.analysis.cost.entry_rows import ObservedEntry, observe
from footprint.audit.checkout import find_places
from footprint.audit.listener import Progress
from footprint.audit.real_commands import choose_command
from footprint.audit.target import Target, open_target
from footprint.collect import disk
from footprint.collect.deploy import read_start_commands
from footprint.config.options import Options, TargetOptions
from footprint.errors import CannotMeasure
from footprint.model.live_readings import LiveRun
from footprint.model.runtime import EntryRuntime
from footprint.names import DistributionName
from footprint.probe.live_start import LiveOptions, run_live, split_command
from footprint.secrets import star_command
from footprint.values import dataclass


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
    scan = disk.scan(target.interpreter, target.installed)
    places = find_places(target.interpreter, scan, options.project)
    ordered = sorted(run.runs, key=lambda item: -len(item[1].costs))
    return observe((EntryRuntime(str(pid), each) for pid, each in ordered), places)


def top_costs(entry: ObservedEntry, top: int) -> tuple[tuple[DistributionName, int], ...]:
    """Return the distributions that added most to a process, with their own growth in bytes."""
    ordered = sorted(entry.costs.values(), key=lambda cost: (-cost.self_rss_bytes, cost.name))
    return tuple((cost.name, cost.self_rss_bytes) for cost in (ordered[:top] if top else ordered))
