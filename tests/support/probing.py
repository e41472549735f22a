"""What the tests of the probe share: one-line projects, runs of them, and the search for what was left behind."""

import functools
import textwrap
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from footprint.collect import interpreter
from footprint.model.entry_origins import GivenEntry
from footprint.model.installed_environment import Interpreter
from footprint.model.runtime import EntryRuntime, Failure, ImportCost, ProbeRun
from footprint.model.source_modules import EntryPoint
from footprint.probe import runner
from tests.support import projects
from tests.support.machine import interpreters, marked_processes

MARK = "PROBE_TEST_MARK"


@functools.cache
def inspect(python: Path) -> Interpreter:
    return interpreter.inspect(python)


def versions() -> dict[str, Path]:
    return dict(interpreters())


def write(folder: Path, files: Mapping[str, str]) -> Path:
    """Write a project; texts may be indented."""
    return projects.write(folder, {name: textwrap.dedent(text) for name, text in files.items()})


def entry(
    module: str | None = "main",
    attribute: str | None = None,
    *,
    file: str | None = None,
    target: str = "",
    working_dir: str = ".",
    factory: bool = False,
) -> EntryPoint:
    name = target or f"{module or file}:{attribute}"
    return EntryPoint("web", name, module, attribute, file, working_dir, factory, GivenEntry(), None, None)


def probe(python: Path, project: Path, point: EntryPoint | None = None, **options: Any) -> EntryRuntime:
    """Run an entry and return what was seen; fails when a process of it is left."""
    with left_behind(options) as marked, runner.start(inspect(python), point or entry(), project, marked) as running:
        return running.result()


@contextmanager
def left_behind(options: Mapping[str, Any]) -> Iterator[runner.ProbeOptions]:
    """Give the options with a mark that all processes inherit; afterwards there must be none."""
    mark = uuid.uuid4().hex
    values = {"timeout_s": 300, **options}
    values["env"] = {**values.get("env", {}), MARK: mark}
    yield runner.ProbeOptions(**values)
    assert marked_processes(f"{MARK}={mark}") == []


def whole(runtime: EntryRuntime) -> ProbeRun:
    """Return the run of an entry that must have gone through."""
    assert runtime.failure is None, runtime.failure
    assert runtime.run is not None
    return runtime.run


def failed(runtime: EntryRuntime) -> Failure:
    """Return what went wrong with an entry that must not have gone through."""
    assert runtime.failure is not None
    return runtime.failure


def costs(run: ProbeRun) -> dict[str, ImportCost]:
    return {cost.module: cost for cost in run.costs}


def adds_up(run: ProbeRun) -> bool:
    """Say whether the self costs are end minus start, memory and time; time begins after the start-up hooks."""
    last = run.stages[-1]
    memory = sum(cost.self_rss_bytes for cost in run.costs) == last.rss_bytes - run.baseline_rss_bytes
    timed = (cost.self_time_us for cost in run.costs if cost.stage != "interpreter")
    return memory and sum(timed) == last.time_us
