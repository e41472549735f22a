"""What is wrong with how the application is deployed: servers for developers, workers, bytecode, images, limits.

Laws: pure. What reading cannot prove is not told: `collect.deploy.habits` leaves out what may be for developers, and an
estimate has to miss its limit, or save its share, by more than it may be off.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from footprint.analysis.cost.service_estimate import ERROR_RATIO
from footprint.knowledge.groups import is_development
from footprint.model.audit import EntryRow
from footprint.model.entry_origins import StartLine
from footprint.model.requirements import DeclaredRequirement
from footprint.model.runtime import StageName
from footprint.model.service_memory import WorkersRow, WorkersStage
from footprint.model.start_habits import HabitKind, StartHabit
from footprint.names import ByName, Names, NameSet, normalise
from footprint.units import MIB, few, size
from footprint.values import dataclass

_DEVELOPMENT, _WORKERS, BYTECODE, _DEVELOPERS = "FP121", "FP122", "FP123", "FP124"
_UNLIMITED, _PRELOAD = "FP125", "FP126"
_WORTH_RATIO = 0.25  # of all workers' memory that preload saves, below which nothing is said of it
_WHEN: Mapping[StageName, str] = {
    "first_use": "once each has run its lazy imports",
    "calls": "once each has done its calls",
}
_OF_WERKZEUG = {"flask": "the development server of Flask", "runserver": "Django's development server"}


@dataclass(frozen=True, slots=True)
class DeploymentFault:
    """One finding: its code, its words, where it stands, and what a setting may call it by."""

    code: str
    message: str
    path: str | None
    line: int | None
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DeploymentContext:
    """What is known of the deployment."""

    habits: tuple[StartHabit, ...]
    entries: tuple[EntryRow, ...]
    workers: tuple[WorkersRow, ...]
    declared: ByName[tuple[DeclaredRequirement, ...]]
    # What leaves with names that only developers need, and what that weighs; None: it is not weighed.
    leaving: Callable[[Names], tuple[NameSet, int | None]]


def find_deployed(context: DeploymentContext) -> Iterator[DeploymentFault]:
    """Yield what is wrong with the deployment."""
    for habit in context.habits:
        code, words = _BY_KIND[habit.kind]
        message = words(habit, context)
        if message:
            yield DeploymentFault(code, message, habit.path, habit.line, habit.names or (habit.path,))
    for entry in context.entries:
        rows = [row for row in context.workers if row.entry == entry.name]
        yield from _too_many(entry, rows)
        yield from _without_preload(entry, rows)


# Habits


def _development(habit: StartHabit, context: DeploymentContext) -> str:
    name = habit.names[0]
    server = _OF_WERKZEUG.get(name)
    watching = "watches the files to start anew when one changes, by a process of its own"
    if server is None:
        return f"`{habit.shown}` is for developers: {name} {watching}; leave that out where it is deployed"
    more = f", and it {watching}" if habit.watches else ""
    return f"`{habit.shown}` starts {server}, which is none for production by its own documentation{more}"


def _unwritten(habit: StartHabit, context: DeploymentContext) -> str:
    if habit.is_written:
        what = "the project's own modules, each time it starts (the installer has compiled the rest)"
    else:
        what = "every module that it imports, each time it starts: the installer has compiled nothing"
    return f"{habit.shown} keeps bytecode from being written where it runs, so the application compiles {what}"


def _uncompiled(habit: StartHabit, context: DeploymentContext) -> str:
    return (
        f"`{habit.shown}` leaves the image without bytecode, so each new container compiles every module that it "
        "imports when it starts"
    )


def _developers(habit: StartHabit, context: DeploymentContext) -> str:
    names = [name for name, lines in context.declared.items() if _is_installed_by(habit.names, lines)]
    if not names:
        return ""
    leaving, weight = context.leaving(names)
    words = f"`{habit.shown}` installs in the image what only developers need: {few(sorted(names))}"
    if weight is None or not leaving:
        return f"{words}; not installed here, so not weighed"
    counted = f"{len(leaving)} distribution{'s' * (len(leaving) != 1)}"
    return f"{words}; with what only they bring {counted}, {size(weight)} on disk here"


def _is_installed_by(asked: Iterable[str], lines: Iterable[DeclaredRequirement]) -> bool:
    """Whether a name stands in a file or group that is installed, and nowhere but in those for developers."""
    found = [line for line in lines if line.kind == "requirement"]
    if not all(is_development(line.group) for line in found):
        return False
    return any(_is_of(each, line) for each in asked for line in found)


def _is_of(asked: str, line: DeclaredRequirement) -> bool:
    is_group, _, group = asked.partition(" ")
    if is_group == "group" and group:
        if line.path.rpartition("/")[2] == "Pipfile":
            return group == "dev-packages"
        return bool(line.group_name) and normalise(line.group_name) == normalise(group)
    file = asked.lstrip("./")
    return line.path == file or line.path.endswith(f"/{file}") or file.endswith(f"/{line.path}")


def _unlimited(habit: StartHabit, context: DeploymentContext) -> str:
    return (
        f"{len(habit.names)} services share the host ({few(list(habit.names))}) and none states a limit of memory: "
        "when it runs out, the kernel ends whichever is largest; `mem_limit` keeps each to its own"
    )


_BY_KIND: Mapping[HabitKind, tuple[str, Callable[[StartHabit, DeploymentContext], str]]] = {
    "development": (_DEVELOPMENT, _development),
    "unwritten": (BYTECODE, _unwritten),
    "uncompiled": (BYTECODE, _uncompiled),
    "developers": (_DEVELOPERS, _developers),
    "unlimited": (_UNLIMITED, _unlimited),
}

# Workers


def _too_many(entry: EntryRow, rows: Sequence[WorkersRow]) -> Iterator[DeploymentFault]:
    """Yield that an entry starts more workers than its limit holds, whatever the estimate is off by."""
    serving, source = entry.serving, entry.source
    if serving is None or serving.workers is None or entry.stopped or not isinstance(source, StartLine):
        return
    for row in rows:
        is_its_own = row.workers == serving.workers and row.preload == bool(serving.preload)
        beyond = [each for each in row.stages if row.limit_bytes is not None and _least_of(each) > row.limit_bytes]
        if not is_its_own or row.workers < 2 or not beyond:
            continue
        when = _WHEN.get(beyond[0].stage, "when they have started")
        fitting = "not even one fits" if row.fitting_workers == 0 else f"{row.fitting_workers} would fit"
        message = (
            f"{entry.name} starts {row.workers} workers of {row.server}, which take "
            f"about {size(beyond[0].total_bytes)} {when}, in a limit of {size(row.limit_bytes)}: "
            f"{fitting} (an estimate from one process)"
        )
        yield DeploymentFault(_WORKERS, message, source.path, source.line, (entry.name,))


def _least_of(stage: WorkersStage) -> int:
    """Return what the workers take at rest at the least: their peaks need not come at one moment."""
    return stage.states[-1].least_bytes if stage.states else int(stage.total_bytes * (1 - ERROR_RATIO))


def _without_preload(entry: EntryRow, rows: Sequence[WorkersRow]) -> Iterator[DeploymentFault]:
    """Yield that workers which are told nothing of preload would share much with it, after a garbage collection."""
    serving, source = entry.serving, entry.source
    if serving is None or serving.preload or entry.stopped or not isinstance(source, StartLine):
        return
    plain = next((row for row in rows if not row.preload and row.workers == serving.workers), None)
    shared = next((row for row in rows if row.preload and row.workers == serving.workers), None)
    if plain is None or shared is None or not shared.states or plain.workers < 2:
        return
    stage, total = plain.stages[-1].stage, plain.stages[-1].total_bytes
    saved = total - shared.stages[-1].total_bytes
    if saved <= total * _WORTH_RATIO:
        return
    message = (
        f"{plain.workers} workers of {plain.server} import {entry.target} one by one: with --preload they would share "
        f"it, and take about {saved / MIB:,.0f} MiB less of {size(total)} {_WHEN.get(stage, 'when they have started')} "
        "(an estimate, each has collected its garbage); what importing it opens, connections and threads, would be "
        "shared as well: open them after the fork"
    )
    yield DeploymentFault(_PRELOAD, message, source.path, source.line, (entry.name,))
