"""Entries started several times without any hook, those of two trees in turn: the figures that a gate judges."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

from footprint.analysis.gate.verdicts import allowed_growth, is_noisy, middle
from footprint.audit.listener import Progress
from footprint.audit.target import Target
from footprint.config.options import GateSettings, Options, Tolerance
from footprint.model.gate_report import RunSeries
from footprint.model.note import Note
from footprint.model.runtime import EntryRuntime, Failure
from footprint.model.source_modules import EntryPoint
from footprint.probe import runner
from footprint.probe.bare import time_bare_start
from footprint.probe.shadow import Shadow
from footprint.values import dataclass

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Startable:
    """A checkout whose entries are started. `entries` are only those that got through their start before."""

    options: Options
    target: Target
    entries: tuple[EntryPoint, ...]
    shadow: Shadow | None = None  # in which they are

    @property
    def python(self) -> Path | None:
        """The interpreter, None where there is none to start."""
        return self.target.interpreter.executable


def measure_series(
    trees: Sequence[Startable], settings: GateSettings, progress: Progress, *, meanwhile: Callable[[], _T]
) -> tuple[tuple[dict[str, RunSeries], ...], tuple[Note, ...], _T]:
    """Start every entry `settings.runs` times, in turn where there are two trees, and more often when runs differ.

    `meanwhile` runs beside the first start. Returns the series of each tree by entry, the notes of the runs, and what
    `meanwhile` gave. Never two starts at once: applications take ports and locks.
    """
    collected: list[dict[str, list[EntryRuntime]]] = [{entry.name: [] for entry in tree.entries} for tree in trees]
    waiting: list[_T] = []

    def beside() -> None:
        if not waiting:
            waiting.append(meanwhile())

    batch = settings.runs if len(trees) == 1 else 1
    for done in range(0, settings.runs, batch):
        for tree, found in zip(trees, collected, strict=True):
            for entry in tree.entries:
                progress(f"starting {entry.target} without a hook, {done + 1} of {settings.runs}")
                found[entry.name].append(_run(tree, entry, batch, beside))
    for tree, found in zip(trees, collected, strict=True):
        for entry in tree.entries:
            more = settings.most_runs - settings.runs
            if more > 0 and _differ(found[entry.name], settings.of(entry.name).max_increase or Tolerance()):
                progress(f"the starts of {entry.target} differ: {more} more")
                found[entry.name].append(_run(tree, entry, more, beside))
    beside()
    notes = tuple(note for found in collected for runs in found.values() for run in runs for note in run.notes)
    joined = tuple(_join(tree, found, settings) for tree, found in zip(trees, collected, strict=True))
    return joined, tuple(dict.fromkeys(notes)), waiting[0]


def _run(tree: Startable, entry: EntryPoint, runs: int, beside: Callable[[], None]) -> EntryRuntime:
    given = tree.options.probe
    how = runner.ProbeOptions(
        runs=runs,
        timeout_s=given.timeout_s,
        lifespan=given.lifespan,
        env=given.environment,
        hook="none",
        shadow=tree.shadow,
    )
    with runner.start(tree.target.interpreter, entry, tree.options.target.project, how) as probe:
        beside()
        return probe.result()


def _differ(runtimes: Sequence[EntryRuntime], tolerance: Tolerance) -> bool:
    series = RunSeries(tuple(each for runtime in runtimes for each in runtime.figures))
    runs = series.runs_of("anon_bytes") or series.runs_of("rss_bytes")
    return is_noisy(runs, allowed_growth(middle(runs) or 0, tolerance))


def _words(failure: Failure) -> str:
    where = f" ({failure.path}:{failure.line})" if failure.path else ""
    return f"{failure.message}{where}, in a start without a hook; it got through one with a hook"


def _join(tree: Startable, found: Mapping[str, Sequence[EntryRuntime]], settings: GateSettings) -> dict[str, RunSeries]:
    bare: float | None = None
    joined = {}
    for name, runtimes in found.items():
        figures = tuple(each for runtime in runtimes for each in runtime.figures)
        failure = next((_words(runtime.failure) for runtime in runtimes if runtime.failure is not None), None)
        if failure is None and len(figures) < settings.runs:  # an unstable start is no median
            notes = (note.message for runtime in runtimes for note in runtime.notes if note.code == "run-failed")
            failure = (
                f"{len(figures)} of {settings.runs} starts went through; {next(notes, 'the others gave no figures')}"
            )
        ratio = None
        if settings.of(name).max_time_ratio is not None and figures and tree.python is not None:
            bare = bare or time_bare_start(tree.python, runs=settings.runs)
            ratio = round(min(each.time_us for each in figures) / 1e6 / bare, 2) if bare else None
        joined[name] = RunSeries(() if failure else figures, failure, ratio)
    return joined
