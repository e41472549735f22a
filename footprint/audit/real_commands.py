"""The real commands of the entries, measured live: those that the project's deploy files state."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Mapping, Sequence

from footprint.audit.checkout import Checkout
from footprint.audit.listener import Progress, silent
from footprint.collect.deploy.stated_variables import read_import_paths
from footprint.config.call_texts import parse_request
from footprint.config.options import Options
from footprint.errors import UsageError
from footprint.knowledge.servers import BY_PROGRAM
from footprint.model.live_readings import LiveRun, TreeMemory
from footprint.model.note import Note
from footprint.model.requested_calls import AUTO
from footprint.model.runtime import GrowthLine
from footprint.model.service_memory import LiveGrowth, LiveReading
from footprint.model.source_modules import EntryPoint, StartCommand
from footprint.probe.launch import with_path
from footprint.probe.live_start import LiveOptions, run_live, split_command
from footprint.probe.ready import parse_readiness
from footprint.report.text.last_output import last_said
from footprint.secrets import star_command
from footprint.units import MIB
from footprint.values import dataclass, field, replace

_LINES_KEPT = 20
LiveCommands = Mapping[str, StartCommand]  # by name of the entry


@dataclass(frozen=True, slots=True)
class Lives:
    """What the real commands of the entries took, by entry; and of those that gave no reading, why."""

    readings: Mapping[str, LiveReading] = field(default_factory=dict)
    failures: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[Note, ...] = ()


def describe_live(options: Options, *, timeout_s: float) -> LiveOptions:
    """Return how to run a command live. Raises: UsageError for a readiness or a request that cannot be read."""
    return LiveOptions(
        timeout_s=timeout_s,
        project=options.target.project,
        ready=parse_readiness(options.probe.ready) if options.probe.ready else None,
        requests=tuple(parse_request(text, options.target.project) for text in options.probe.requests if text != AUTO),
        env=options.probe.environment,
    )


def choose_lives(options: Options, entries: Sequence[EntryPoint], commands: Sequence[StartCommand]) -> LiveCommands:
    """Return the command to start for each entry: the one that it was found in, else for the first the web command.

    None without --live or where nothing may be started.
    Raises: UsageError when --live is asked for and no entry has a command, or the options are no way to run it.
    """
    if not options.probe.live or not options.probe.enabled or not entries:
        return {}
    describe_live(options, timeout_s=options.probe.timeout_s)  # a mistake is told before anything is measured
    places: Mapping[object, StartCommand] = {command.origin: command for command in commands}
    found = {entry.name: places[entry.source] for entry in entries if entry.source in places}
    return found or {entries[0].name: choose_command(commands)}


def measure_lives(checkout: Checkout, chosen: LiveCommands, progress: Progress = silent) -> Lives:
    """Start the real command of each entry once, one after the other, and read all its processes.

    One that gives no reading is a failure of that entry, never the end of the audit.
    """
    if not chosen or checkout.target.interpreter.executable is None:
        return Lives()
    readings, failures, notes = {}, {}, list[Note]()
    for name, command in chosen.items():
        progress(f"starting {star_command(command.command)}")
        run = run_real(checkout, name, command)
        notes += run.notes
        notes += [Note("live-left-over", f"outlived {name} and was ended: {left}") for left in run.left_over]
        if run.readings:
            readings[name] = _describe_reading(run, command)
        else:
            start = f"{star_command(command.command)} (from {command.path}:{command.line})"
            failures[name] = "; ".join([f"{start}: {run.message}", *last_said(run.output_tail)])
    return Lives(readings, failures, tuple(notes))


def run_real(checkout: Checkout, name: str, command: StartCommand) -> LiveRun:
    """Start the real command of the entry of a name, and return what it took and answered."""
    options = checkout.options
    live = replace(describe_live(options, timeout_s=options.probe.timeout_s), shadow=checkout.shadow)
    folder = checkout.project / posixpath.normpath(command.working_dir)
    paths = [str(path.folder) for path in read_import_paths(checkout.project, [command])]
    stated = replace(live, env=with_path(paths, live.env))
    entry = next((each for each in checkout.code.entries if each.name == name), None)
    if entry is not None:
        server = BY_PROGRAM.get(entry.server or "")
        stated = replace(stated, workers=entry.workers, listens=server is not None and server.role == "web")
    return run_live(checkout.target.interpreter, split_command(command.command), folder, stated)


def _describe_reading(run: LiveRun, command: StartCommand) -> LiveReading:
    first, last = run.readings[0], run.readings[-1]
    python = sum(process.is_python for process in last.processes)
    pairs = zip(run.readings, run.readings[1:], strict=False)
    return LiveReading(
        command=command.command,
        source=f"{command.path}:{command.line}",
        ready_by=run.ready_by or "",
        ready_after_us=run.ready_after_us or 0,
        read_after_us=last.after_us,
        process_count=len(last.processes),
        python_count=python,
        rss_bytes=last.rss_bytes,
        anon_bytes=last.anon_bytes,
        pss_bytes=last.pss_bytes,
        total_bytes=_total(last),
        counted_by="private" if _is_shared(last) and last.total_bytes is not None else "alone",
        growing_bytes=last.growing_bytes,
        peak_bytes=max(_total(reading) + reading.excess_bytes for reading in run.readings),
        listening=run.listening,
        worker_count=len(last.serving),
        workers_wanted=run.workers,
        requests=tuple(_describe_growth(before, after) for before, after in pairs),
        ready_total_bytes=_total(first),
        ready_peak_bytes=_total(first) + first.excess_bytes,
        lines=lines_within(first.lines, _total(first)),
    )


def _is_shared(reading: TreeMemory) -> bool:
    """Say whether several processes share enough to speak of: a shell in front shares next to nothing."""
    python = sum(process.is_python for process in reading.processes)
    return python > 1 or (python == 0 and len(reading.processes) > 1)


def _total(reading: TreeMemory) -> int:
    total = reading.total_bytes if reading.total_bytes is not None else reading.pss_bytes
    return total if total is not None and _is_shared(reading) else reading.rss_bytes


def _describe_growth(before: TreeMemory, after: TreeMemory) -> LiveGrowth:
    # Pages of files are shared with those that took none of it yet.
    earlier = {process.pid: process.anon_bytes or 0 for process in before.processes}
    grown = [(each.anon_bytes or 0) - earlier.get(each.pid, 0) for each in after.processes if each.pid in after.grown]
    total = _total(after) - _total(before)
    missing = (len(after.serving) - len(grown)) * max(grown, default=0)
    return LiveGrowth(after.request, total, len(grown), missing, lines_within(after.lines, total))


def lines_within(lines: Iterable[GrowthLine], total_bytes: int) -> tuple[GrowthLine, ...]:
    """Return the lines worth a word, with no more in all than the tree has: each process counts what it shares."""
    found = []
    for line in lines:
        kept = max(0, min(line.rss_bytes, total_bytes))
        total_bytes -= kept
        found += [replace(line, rss_bytes=kept)] if max(kept, line.peak_bytes) >= MIB else []
    return tuple(found[:_LINES_KEPT])


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
