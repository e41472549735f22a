"""The entries started while something else is read, and once more until they pass their limit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from footprint.analysis.cost.first_use_rows import lazy_statements
from footprint.audit.choice_values import uses_taken
from footprint.audit.entry_limits import EntryLimits
from footprint.audit.project_code import ProjectCode, walk_entries
from footprint.audit.stages.reading_stages import Progress
from footprint.audit.target import Target, knows_lazy
from footprint.audit.worker_counts import is_forked
from footprint.config.options import Options
from footprint.errors import UsageError
from footprint.model.note import Note
from footprint.model.runtime import EntryRuntime
from footprint.model.source_modules import EntryPoint
from footprint.probe import runner
from footprint.units import size

_T = TypeVar("_T")


def measure(
    options: Options, target: Target, code: ProjectCode, progress: Progress, *, meanwhile: Callable[[], _T]
) -> tuple[tuple[EntryRuntime, ...], _T]:
    """Probe every entry, the first while `meanwhile` runs; return the runtimes and what `meanwhile` gave.

    No runtime at all when there is nothing to start: no entry, no interpreter, or --no-probe.
    """
    if not options.probe.enabled or target.interpreter.executable is None or not code.entries:
        return (), meanwhile()
    first, *others = code.entries
    settings, notes = _settings_of_entries(options, target, code)
    with runner.start(target.interpreter, first, options.target.project, settings[first.name]) as probe:
        done = meanwhile()
        progress(f"starting {first.target}")
        runtimes = [_explained(options, target, code, first, probe.result())]
    started = {_start_of(first, settings[first.name]): runtimes[0]}
    for entry in others:
        key = _start_of(entry, settings[entry.name])
        same = started.get(key)
        if same is not None:  # services that share a command: two processes of one program
            runtimes.append(replace(same, entry=entry.name, notes=()))
            continue
        progress(f"starting {entry.target}")
        with runner.start(target.interpreter, entry, options.target.project, settings[entry.name]) as probe:
            runtimes.append(_explained(options, target, code, entry, probe.result()))
        started[key] = runtimes[-1]
    told = (replace(each, notes=(*each.notes, *notes.get(each.entry, ()))) for each in runtimes)
    return tuple(told), done


def _explained(
    options: Options, target: Target, code: ProjectCode, entry: EntryPoint, runtime: EntryRuntime
) -> EntryRuntime:
    """Return what a start came to, with what it has not got where it failed."""
    if runtime.failure is None:
        return runtime
    from footprint.audit.start_causes import Causes

    return Causes(options, target, code).explain(entry, runtime)


def _start_of(entry: EntryPoint, settings: runner.ProbeOptions) -> object:
    """Return what says how one process of an entry starts, and what is done in it."""
    plain = replace(entry, name="", source="", command=None, workers=None, preload=None, role="web")
    return plain, settings.first_use, settings.forks


def rehearse(
    options: Options, target: Target, code: ProjectCode, limits: EntryLimits, progress: Progress
) -> tuple[EntryRuntime, ...]:
    """Run every entry once more, in one process with its lazy imports, stopped when it passes the limit.

    Nothing without --rehearse. Raises: UsageError when there is no limit to rehearse.
    """
    if not options.probe.rehearse:
        return ()
    memory = {entry.name: limit.memory_bytes for entry in code.entries if (limit := limits.of(entry.name))}
    if code.entries and not any(memory.values()):
        raise UsageError("--rehearse needs a memory limit: give one with --limit 512MiB")
    if not options.probe.enabled or target.interpreter.executable is None:
        return ()
    runtimes = []
    found, _ = _settings_of_entries(options, target, code)
    for entry in code.entries:
        memory_bytes = memory.get(entry.name)
        if memory_bytes is None:
            continue
        progress(f"rehearsing {entry.target} in {size(memory_bytes)}")
        settings = replace(found[entry.name], runs=1, first_use_here=True, memory_limit_bytes=memory_bytes)
        with runner.start(target.interpreter, entry, options.target.project, settings) as probe:
            runtimes.append(probe.result())
    return tuple(runtimes)


def _settings_of_entries(
    options: Options, target: Target, code: ProjectCode
) -> tuple[dict[str, runner.ProbeOptions], dict[str, tuple[Note, ...]]]:
    """Return how to run each entry, with the lazy imports that it alone reaches, and what to say of these."""
    given = options.probe
    settings = runner.ProbeOptions(
        runs=given.runs, timeout_s=given.timeout_s, lifespan=given.lifespan, env=given.environment
    )
    found = {entry.name: replace(settings, forks=is_forked(options.target, entry)) for entry in code.entries}
    notes: dict[str, tuple[Note, ...]] = {}
    if not options.probe.first_use:
        return found, notes
    for walked in walk_entries(target, code):
        if walked.entry.beside:
            continue
        uses, notes[walked.entry.name] = uses_taken(options, target, code, walked)
        statements = lazy_statements(uses, target.interpreter.stdlib_names, lazy_syntax=knows_lazy(target))
        found[walked.entry.name] = replace(found[walked.entry.name], first_use=statements)
    return found, notes
