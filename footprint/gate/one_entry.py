"""One entry started twice, with and without the hook: what it loads, by which way, and what it takes."""

from __future__ import annotations

from footprint.analysis.cost.entry_rows import ObservedEntry
from footprint.audit.checkout import Checkout
from footprint.audit.listener import Progress, silent
from footprint.audit.project_code import ProjectCode, open_project
from footprint.audit.stages.probe_stage import start_rows
from footprint.audit.target import Target, open_target
from footprint.config.options import GateSettings, Options, TargetOptions
from footprint.errors import CannotMeasure, UsageError
from footprint.gate.runs import Startable, measure_series
from footprint.model.audit import EntryRow, NotMeasured
from footprint.model.runtime import RunFigures
from footprint.model.source_modules import EntryPoint, SourceModule
from footprint.names import ByPath
from footprint.report.audit.entry_sentences import entry_lines, entry_title
from footprint.report.text.safe import printable
from footprint.values import dataclass, replace


@dataclass(frozen=True, slots=True)
class OneStart:
    """One entry that went through its start. The run with the hook says who loads what, the one without the figures."""

    row: EntryRow
    figures: RunFigures
    observed: ObservedEntry
    sources: ByPath[SourceModule]  # by path; of what was loaded


def measure_one(options: Options, name: str | None = None, progress: Progress = silent) -> OneStart:
    """Start one entry: the one that `name` gives as --entry does or calls it, else the only one there is.

    Raises: UsageError when there is none or more than one; CannotMeasure when it does not come through its start.
    """
    plain = replace(options.probe, first_use=False, live=False, rehearse=False, requests=(), calls=())
    once = replace(plain, enabled=True, runs=1)
    options = replace(options, probe=once)
    target, code = _choose(options.target, open_target(options.target, starts=True), name)
    (entry,) = code.entries
    (row,), observed, *_ = start_rows(Checkout(options, target, code), progress)
    seen = observed.get(entry.name)
    if isinstance(row.start, NotMeasured) or seen is None:
        raise CannotMeasure(_describe(row))
    paths = {owner.name for owner in seen.owners.values() if owner.kind == "first-party"}
    sources = {module.path: module for module in code.sources.modules if module.path in paths}
    return OneStart(row, _start_bare(options, target, entry, progress), seen, sources)


def _describe(row: EntryRow) -> str:
    """Return how far a start came, in the words of `footprint probe`."""
    return "\n  ".join(printable(line) for line in (entry_title(row), *entry_lines(row)))


def _start_bare(options: Options, target: Target, entry: EntryPoint, progress: Progress) -> RunFigures:
    """Return the figures of one start without the hook: those that the gate judges. anon repeats to 0.006 MiB."""
    settings = GateSettings(runs=1, most_runs=1)
    (found,), _, _ = measure_series([Startable(options, target, (entry,))], settings, progress, meanwhile=lambda: None)
    series = found[entry.name]
    if not series.figures:
        raise CannotMeasure(f"Entry {entry.target} started once and not again: {series.why_none}")
    return series.figures[0]


def _choose(options: TargetOptions, target: Target, name: str | None) -> tuple[Target, ProjectCode]:
    """Return the environment and the code with one entry."""
    try:
        target, code = open_project(replace(options, entries=(name,)) if name else options, target, thorough=False)
    except UsageError:
        target, code = open_project(replace(options, entries=()), target, thorough=False)
        code = replace(code, entries=tuple(entry for entry in code.entries if entry.name == name))
        if name is None or len(code.entries) != 1:
            raise
    if not code.entries:
        raise UsageError("no entry point found to start: name one, module:attr, a file or '-m module'")
    if len(code.entries) > 1:
        names = ", ".join(f"{entry.name} ({entry.target})" for entry in code.entries)
        raise UsageError(f"there are {len(code.entries)} entries, so name one: {names}")
    return target, code
