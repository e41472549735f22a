"""The real command measured live: the one given, or the start command that the project's deploy files state."""

from __future__ import annotations

import posixpath
from collections.abc import Sequence
from dataclasses import dataclass

from footprint.analysis.cost.observed import ObservedEntry, observe
from footprint.audit.measuring import find_places
from footprint.audit.parts import Progress, silent
from footprint.audit.target import Target, open_target
from footprint.collect import disk
from footprint.collect.deploy import read_start_commands
from footprint.config import Options
from footprint.errors import NotMeasured, UsageError
from footprint.model.live import LiveRun
from footprint.model.runtime import EntryRuntime, ProbeRun
from footprint.model.sources import StartCommand
from footprint.names import DistributionName
from footprint.probe.live import LiveOptions, run_live, split_command


@dataclass(frozen=True, slots=True)
class LiveMeasured:
    """One command, what its processes took, and what each distribution added in the process that loaded most."""

    run: LiveRun
    source: str  # "Procfile:1", or "the command line"
    costs: tuple[ObservedEntry, ...]  # one per recorded process, the one with most loads first


def measure_live(
    options: Options, command: Sequence[str], live: LiveOptions, progress: Progress = silent
) -> LiveMeasured:
    """Start `command`, or the web command of the deploy files when it is empty, and measure it.

    Raises: UsageError when there is no command to start, NotMeasured when there is no interpreter to start it with.
    """
    target = open_target(options)
    if target.interpreter.executable is None:
        raise NotMeasured("--site-packages names a folder, not an interpreter to start")
    words, folder, source = tuple(command), ".", "the command line"
    if not words:
        found = choose_command(read_start_commands(options.project)[0], options.entries)
        words, folder, source = split_command(found.command), found.working_dir, f"{found.path}:{found.line}"
    progress(f"starting {' '.join(words)}")
    run = run_live(target.interpreter, words, options.project / posixpath.normpath(folder), live)
    progress("joining")
    return LiveMeasured(run, source, _observe(run, target, options) if run.runs else ())


def choose_command(commands: Sequence[StartCommand], wanted: Sequence[str] = ()) -> StartCommand:
    """Return the start command called `wanted`, else the web process, else the first.

    Raises: UsageError when there is none.
    """
    starts = [command for command in commands if command.purpose == "start"]
    if wanted:
        starts = [command for command in starts if command.name in wanted]
    if not starts:
        which = f" called {' or '.join(wanted)}" if wanted else ""
        raise UsageError(f"no start command{which} in the deploy files: give one after --, `-- uvicorn main:app`")
    return next((command for command in starts if command.name == "web"), starts[0])


def _observe(run: LiveRun, target: Target, options: Options) -> tuple[ObservedEntry, ...]:
    scan = disk.scan(target.interpreter, target.installed)
    places = find_places(target.interpreter, scan, options.project)
    ordered = sorted(run.runs, key=lambda item: -len(item[1].costs))
    return observe((_as_runtime(str(pid), each) for pid, each in ordered), places)


def _as_runtime(name: str, run: ProbeRun) -> EntryRuntime:
    return EntryRuntime(name, run, (), 0, None, (), "find_and_load", ())


def top_costs(entry: ObservedEntry, top: int) -> tuple[tuple[DistributionName, int], ...]:
    """Return the distributions that added most to a process, with their own growth in bytes."""
    ordered = sorted(entry.costs.values(), key=lambda cost: (-cost.self_rss_bytes, cost.name))
    return tuple((cost.name, cost.self_rss_bytes) for cost in (ordered[:top] if top else ordered))
