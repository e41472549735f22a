"""The entries started while something else is read, and once more until they pass their limit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from footprint.analysis.cost.first_use_rows import lazy_statements
from footprint.analysis.reach.reach_rule import runs_beside
from footprint.audit.checkout import Checkout
from footprint.audit.choice_values import uses_taken
from footprint.audit.entry_limits import is_forked
from footprint.audit.listener import Progress
from footprint.audit.project_code import walk_entries
from footprint.audit.target import knows_lazy
from footprint.errors import UsageError
from footprint.model.entry_origins import GivenEntry
from footprint.model.note import Note
from footprint.model.runtime import EntryRuntime
from footprint.model.source_modules import EntryPoint
from footprint.probe import runner
from footprint.units import size

_T = TypeVar("_T")


def measure(
    checkout: Checkout, progress: Progress, *, meanwhile: Callable[[], _T]
) -> tuple[tuple[EntryRuntime, ...], _T]:
    """Probe every entry, the first while `meanwhile` runs; return the runtimes and what `meanwhile` gave.

    No runtime at all when there is nothing to start: no entry, no interpreter, or --no-probe.
    """
    if not checkout.can_start or not checkout.code.entries:
        return (), meanwhile()
    python, (first, *others) = checkout.target.interpreter, checkout.code.entries
    settings, notes = _settings_of_entries(checkout)
    with runner.start(python, first, checkout.project, settings[first.name]) as probe:
        done = meanwhile()
        progress(f"starting {first.target}")
        runtimes = [_explained(checkout, first, probe.result())]
    started = {_start_of(first, settings[first.name]): runtimes[0]}
    for entry in others:
        key = _start_of(entry, settings[entry.name])
        same = started.get(key)
        if same is not None:  # services that share a command: two processes of one program
            runtimes.append(replace(same, entry=entry.name, notes=()))
            continue
        progress(f"starting {entry.target}")
        with runner.start(python, entry, checkout.project, settings[entry.name]) as probe:
            runtimes.append(_explained(checkout, entry, probe.result()))
        started[key] = runtimes[-1]
    told = (replace(each, notes=(*each.notes, *notes.get(each.entry, ()))) for each in runtimes)
    return tuple(told), done


def _explained(checkout: Checkout, entry: EntryPoint, runtime: EntryRuntime) -> EntryRuntime:
    """Return what a start came to, with what it has not got where it failed."""
    if runtime.failure is None:
        return runtime
    from footprint.audit.start_causes import Causes

    return Causes(checkout).explain(entry, runtime)


def _start_of(entry: EntryPoint, settings: runner.ProbeOptions) -> object:
    """Return what says how one process of an entry starts, and what is done in it."""
    plain = replace(entry, name="", source=GivenEntry(), command=None, workers=None, preload=None, role="web")
    return plain, settings.first_use, settings.forks


def rehearse(checkout: Checkout, progress: Progress) -> tuple[EntryRuntime, ...]:
    """Run every entry once more, in one process with its lazy imports, stopped when it passes the limit.

    Raises: UsageError when there is no limit to rehearse.
    """
    entries, limits = checkout.code.entries, checkout.limits
    memory = {entry.name: limit.memory_bytes for entry in entries if (limit := limits.of(entry.name))}
    if entries and not any(memory.values()):
        raise UsageError("--rehearse needs a memory limit: give one with --limit 512MiB")
    if not checkout.can_start:
        return ()
    runtimes = []
    found, _ = _settings_of_entries(checkout)
    for entry in entries:
        memory_bytes = memory.get(entry.name)
        if memory_bytes is None:
            continue
        progress(f"rehearsing {entry.target} in {size(memory_bytes)}")
        settings = replace(found[entry.name], runs=1, first_use_here=True, memory_limit_bytes=memory_bytes)
        with runner.start(checkout.target.interpreter, entry, checkout.project, settings) as probe:
            runtimes.append(probe.result())
    return tuple(runtimes)


def _settings_of_entries(checkout: Checkout) -> tuple[dict[str, runner.ProbeOptions], dict[str, tuple[Note, ...]]]:
    """Return how to run each entry, with the lazy imports that it alone reaches, and what to say of these."""
    options, target, code = checkout.options, checkout.target, checkout.code
    given = options.probe
    settings = runner.ProbeOptions(
        runs=given.runs, timeout_s=given.timeout_s, lifespan=given.lifespan, env=given.environment
    )
    found = {entry.name: replace(settings, forks=is_forked(options.target, entry)) for entry in code.entries}
    notes: dict[str, tuple[Note, ...]] = {}
    if not options.probe.first_use:
        return found, notes
    for walked in walk_entries(target, code):
        if runs_beside(walked.entry):
            continue
        uses, notes[walked.entry.name] = uses_taken(checkout, walked)
        statements = lazy_statements(uses, target.interpreter.stdlib_names, lazy_syntax=knows_lazy(target))
        found[walked.entry.name] = replace(found[walked.entry.name], first_use=statements)
    return found, notes
