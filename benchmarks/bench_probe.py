"""What watching costs: the same import and lifespan, bare and recorded, one after the other.

    python benchmarks/bench_probe.py [--rounds N] [--hook meta_path] [--application avoidable]

Measured is the example: fastapi, scikit-learn, pandas and an ASGI lifespan; or the larger application of
bench_avoidable.py. Prints medians, differences and ratios; absolute times are those of one machine and mean nothing
elsewhere. Two processes of one kind may differ by more than what watching costs. So its time is also told by event:
what a load costs more under the probe, from thousands of empty modules, times the loads of the application.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import bench_avoidable
from rounds import ROOT, python_in

from footprint.collect import interpreter
from footprint.files.private import private_folder
from footprint.model.entry_origins import GivenEntry
from footprint.model.runtime import ProbeRun
from footprint.model.source_modules import EntryPoint
from footprint.probe import launch, runner
from footprint.units import MIB

RSS_BOUND_RATIO = 0.01
ANON_BOUND_BYTES = MIB // 2
TIME_BOUND_RATIO = 0.03  # by event

EMPTY_COUNT = 3000
CACHED_COUNT = 11  # imports of what is loaded already, per load: as in the application of bench_avoidable.py

# The same work without any hook: same folder first on the path, same lifespan, same end.
BARE = """
import os, sys
sys.path[0] = os.getcwd()
from importlib import import_module
app = import_module(sys.argv[1]).app
def read():
    with open("/proc/self/statm") as file:
        fields = file.read().split()
    page = os.sysconf("SC_PAGE_SIZE")
    return [int(fields[1]) * page, (int(fields[1]) - int(fields[2])) * page]
imported = read()
import asyncio
async def start():
    asked = []
    answer = asyncio.get_running_loop().create_future()
    async def receive():
        if asked:
            await asyncio.get_running_loop().create_future()
        asked.append(1)
        return {"type": "lifespan.startup"}
    async def send(message):
        answer.set_result(message)
    scope = {"type": "lifespan", "asgi": {"version": "3.0", "spec_version": "2.0"}, "state": {}}
    task = asyncio.get_running_loop().create_task(app(scope, receive, send))
    await answer
loop = asyncio.new_event_loop()
loop.run_until_complete(start())
ready = read()
print(imported, ready)
sys.stdout.flush()
os._exit(0)
"""


# An ASGI application that answers, for thousands of empty modules.
APPLICATION = """
async def app(scope, receive, send):
    await receive()
    await send({"type": "lifespan.startup.complete"})
    await receive()
"""


@dataclass(frozen=True, slots=True)
class Application:
    """What is started: a module with an ASGI application `app`."""

    python: Path
    project: Path
    module: str


@dataclass(frozen=True, slots=True)
class Sample:
    """One process: memory when ready, and what the whole of it took."""

    import_rss: int
    import_anon: int
    ready_rss: int
    ready_anon: int
    wall_s: float
    cpu_s: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """Medians of bare and recorded processes, and the cost of the parent's own part."""

    rss_difference_bytes: int
    rss_ratio: float
    anon_difference_bytes: int
    wall_ratio: float
    cpu_ratio: float
    parent_cpu_s: float  # of a whole probe in this process, parsing included
    bare_cpu_s: float
    load_count: int
    own_count: int
    unaccounted_bytes: int  # the most, of all runs, by which the sum of the parts missed the whole


def measure_bare(application: Application) -> Sample:
    """Run the import without any hook."""
    command = [str(application.python), "-c", BARE, application.module]
    with private_folder(
        "start", launch.PRIVATE_FOLDERS
    ) as place:  # as recorded: matplotlib fills a cache in an empty one
        env = launch.child_environment({}, place, None)
        before, started = _cpu_s(resource.RUSAGE_CHILDREN), time.perf_counter()
        done = subprocess.run(command, cwd=application.project, capture_output=True, text=True, check=True, env=env)
        wall_s, cpu_s = time.perf_counter() - started, _cpu_s(resource.RUSAGE_CHILDREN) - before
    (import_rss, import_anon), (ready_rss, ready_anon) = json.loads("[" + done.stdout.replace("] [", "], [") + "]")
    return Sample(import_rss, import_anon, ready_rss, ready_anon, wall_s, cpu_s)


def measure_recorded(application: Application, hook: str) -> tuple[Sample, float, ProbeRun]:
    """Run the import under the probe; return the sample, the parent's own CPU seconds, and the run."""
    options = runner.ProbeOptions(hook=hook)  # type: ignore[arg-type]
    target = interpreter.inspect(application.python)
    before, started = (_cpu_s(resource.RUSAGE_CHILDREN), _cpu_s(resource.RUSAGE_SELF)), time.perf_counter()
    with runner.start(target, _entry(application.module), application.project, options) as probe:
        probe.wait()
        wall_s = time.perf_counter() - started
        runtime = probe.result()
    cpu_s, own_s = _cpu_s(resource.RUSAGE_CHILDREN) - before[0], _cpu_s(resource.RUSAGE_SELF) - before[1]
    assert runtime.run is not None and runtime.failure is None, runtime.failure
    assert runtime.discarded_count == 0, "the environment has no bytecode; run it once more"
    stages = {reading.stage: reading for reading in runtime.run.stages}
    imported, ready = stages["import"], stages["ready"]
    sample = Sample(
        imported.rss_bytes,
        imported.anon_bytes or 0,
        ready.rss_bytes,
        ready.anon_bytes or 0,
        wall_s,
        cpu_s,
    )
    return sample, own_s, runtime.run


def compare(application: Application, *, rounds: int, hook: str = "find_and_load") -> Comparison:
    """Measure bare and recorded in turn, so that both meet the same load of the machine."""
    measure_bare(application)  # warm: bytecode and page cache
    bare: list[Sample] = []
    recorded: list[Sample] = []
    parent: list[float] = []
    loads = own = unaccounted = 0
    for _ in range(rounds):
        bare.append(measure_bare(application))
        sample, parent_cpu_s, run = measure_recorded(application, hook)
        recorded.append(sample)
        parent.append(parent_cpu_s)
        loads, own = len(run.costs), sum(1 for cost in run.costs if cost.lines)
        whole = run.stages[-1].rss_bytes - run.baseline_rss_bytes
        unaccounted = max(unaccounted, abs(whole - sum(cost.self_rss_bytes for cost in run.costs)))
    return Comparison(
        rss_difference_bytes=round(_median(recorded, "ready_rss") - _median(bare, "ready_rss")),
        rss_ratio=_median(recorded, "ready_rss") / _median(bare, "ready_rss"),
        anon_difference_bytes=round(_median(recorded, "ready_anon") - _median(bare, "ready_anon")),
        wall_ratio=statistics.median(a.wall_s / b.wall_s for a, b in zip(recorded, bare, strict=True)),
        cpu_ratio=statistics.median(a.cpu_s / b.cpu_s for a, b in zip(recorded, bare, strict=True)),
        parent_cpu_s=statistics.median(parent),
        bare_cpu_s=_median(bare, "cpu_s"),
        load_count=loads,
        own_count=own,
        unaccounted_bytes=unaccounted,
    )


def measure_event_cost(python: Path, *, rounds: int, hook: str, own: bool = False) -> tuple[float, float]:
    """Return the CPU seconds that a start costs more under the probe: of each load, and of the start, once.

    A load's imports of what is loaded already are included. What a start without these modules costs more (the
    supervisor's start, loading the recorder) is no cost of a load, and would be counted with each: so it is measured
    as well, and taken off. `own`: of modules of the project, whose lines are followed.
    """
    with tempfile.TemporaryDirectory() as name:
        applications = [_empty_modules(Path(name) / str(count), python, count, own=own) for count in (0, EMPTY_COUNT)]
        for each in applications:
            measure_bare(each)
        more: list[tuple[float, ...]] = []
        bare: list[tuple[float, ...]] = []
        for _ in range(rounds):
            bare.append(tuple(measure_bare(each).cpu_s for each in applications))
            more.append(tuple(measure_recorded(each, hook)[0].cpu_s for each in applications))
    once, all_loads = (min(m) - min(b) for m, b in zip(zip(*more, strict=True), zip(*bare, strict=True), strict=True))
    return (all_loads - once) / EMPTY_COUNT, once


def _empty_modules(folder: Path, python: Path, count: int, *, own: bool) -> Application:
    """Write an application that imports so many modules, in which nothing but imports stands."""
    inner = folder / ("own" if own else "site-packages")
    inner.mkdir(parents=True)
    for number in range(count):
        (inner / f"empty{number}.py").write_text("import sys\n" * CACHED_COUNT)
    (inner / "bundle.py").write_text("".join(f"import empty{number}\n" for number in range(count)))
    (folder / "main.py").write_text(f"import sys\nsys.path.append({str(inner)!r})\nimport bundle\n{APPLICATION}")
    return Application(python, folder, "main")


def _median(samples: list[Sample], name: str) -> float:
    return statistics.median(float(getattr(sample, name)) for sample in samples)


def _cpu_s(who: int) -> float:
    used = resource.getrusage(who)
    return used.ru_utime + used.ru_stime


def _entry(module: str) -> EntryPoint:
    return EntryPoint("web", f"{module}:app", module, "app", None, ".", False, GivenEntry(), None, "uvicorn")


def choose_application(name: str) -> Application:
    """Return the application called `name`, its environment built when it is not there yet."""
    if name == "example":
        example = ROOT / "examples" / "rag_backend"
        return Application(Path(python_in(example / ".venv")), example, "backend.main")
    python, project = bench_avoidable.provide_environment(), bench_avoidable.CACHE / "application"
    bench_avoidable.write_application(project, bench_avoidable.APPLICATION)
    return Application(python, project, "main")


def main() -> None:
    """Print the comparison for the interpreter given."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--hook", default="find_and_load", choices=("find_and_load", "meta_path", "none"))
    parser.add_argument("--application", default="example", choices=("example", "avoidable"))
    parser.add_argument(
        "--check",
        action="store_true",
        help="fail unless RSS is within 1 %%, anon within 0.5 MiB, time by event within 3 %%",
    )
    parser.add_argument("--memory", action="store_true", help="memory alone: what does not depend on the load")
    arguments = parser.parse_args()
    application = choose_application(arguments.application)
    found = compare(application, rounds=arguments.rounds, hook=arguments.hook)
    print(f"{found.load_count} loads, {arguments.rounds} rounds, medians")
    print(f"RSS when ready     {found.rss_difference_bytes / MIB:+.2f} MiB ({(found.rss_ratio - 1) * 100:+.2f} %)")
    print(f"anon when ready    {found.anon_difference_bytes / MIB:+.2f} MiB")
    print(f"parts and whole    differ by {found.unaccounted_bytes} bytes at most")
    far = abs(found.rss_ratio - 1) > RSS_BOUND_RATIO or abs(found.anon_difference_bytes) > ANON_BOUND_BYTES
    slow = not arguments.memory and _print_time(application, found, arguments) > TIME_BOUND_RATIO
    if arguments.check and (far or found.unaccounted_bytes or slow):
        raise SystemExit("watching changes what is watched: out of bounds")


def _print_time(application: Application, found: Comparison, arguments: argparse.Namespace) -> float:
    """Print what watching costs in time; return the share of it by event."""
    event_s, once_s = measure_event_cost(application.python, rounds=arguments.rounds, hook=arguments.hook)
    own_s, _ = measure_event_cost(application.python, rounds=arguments.rounds, hook=arguments.hook, own=True)
    by_event = (event_s * (found.load_count - found.own_count) + own_s * found.own_count) / found.bare_cpu_s
    print(f"process CPU        {found.cpu_ratio:.2f} x the bare import")
    print(f"wall               {found.wall_ratio:.2f} x the bare import")
    print(f"parent's CPU       {found.parent_cpu_s / found.bare_cpu_s:.2f} x the bare import")
    each = f"{event_s * 1e6:.1f} us per load, {own_s * 1e6:.1f} of the project's own"
    print(f"CPU by event       {each}, {by_event * 100:.1f} % of the bare import")
    print(f"CPU of the start   {once_s * 1000:.0f} ms once, {once_s / found.bare_cpu_s * 100:.1f} % of the bare import")
    return by_event


if __name__ == "__main__":
    main()
