"""What watching costs: the same import and lifespan, bare and recorded, one after the other.

    python benchmarks/bench_probe.py [--rounds N] [--hook meta_path]

Measured is the example: fastapi, scikit-learn, pandas and an ASGI lifespan. Prints medians, differences
and ratios; absolute times are those of one machine and mean nothing elsewhere.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from rounds import ROOT, python_in

from footprint.collect import interpreter
from footprint.model.sources import EntryPoint
from footprint.probe import runner
from footprint.units import MIB

EXAMPLE = ROOT / "examples" / "rag_backend"
MODULE = "backend.main"
RSS_BOUND_RATIO = 0.01
ANON_BOUND_BYTES = MIB // 2

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


def measure_bare(python: Path, project: Path) -> Sample:
    """Run the import without any hook."""
    before, started = os.times(), time.perf_counter()
    done = subprocess.run(
        [python, "-c", BARE, MODULE], cwd=project, capture_output=True, text=True, check=True, env=_environment()
    )
    wall_s, after = time.perf_counter() - started, os.times()
    (import_rss, import_anon), (ready_rss, ready_anon) = json.loads("[" + done.stdout.replace("] [", "], [") + "]")
    return Sample(import_rss, import_anon, ready_rss, ready_anon, wall_s, _children_cpu(before, after))


def measure_recorded(python: Path, project: Path, hook: str) -> tuple[Sample, float, int]:
    """Run the import under the probe; return the sample, the parent's own CPU seconds, the number of loads."""
    options = runner.ProbeOptions(hook=hook)  # type: ignore[arg-type]
    target = interpreter.inspect(python)
    before, started = os.times(), time.perf_counter()
    with runner.start(target, _entry(), project, options) as probe:
        probe.wait()
        wall_s = time.perf_counter() - started
        runtime = probe.result()
    after = os.times()
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
        _children_cpu(before, after),
    )
    return sample, (after.user - before.user) + (after.system - before.system), len(runtime.run.costs)


def compare(python: Path, project: Path, *, rounds: int, hook: str = "find_and_load") -> Comparison:
    """Measure bare and recorded in turn, so that both meet the same load of the machine."""
    measure_bare(python, project)  # warm: bytecode and page cache
    bare: list[Sample] = []
    recorded: list[Sample] = []
    parent: list[float] = []
    loads = 0
    for _ in range(rounds):
        bare.append(measure_bare(python, project))
        sample, parent_cpu_s, loads = measure_recorded(python, project, hook)
        recorded.append(sample)
        parent.append(parent_cpu_s)
    return Comparison(
        rss_difference_bytes=round(_median(recorded, "ready_rss") - _median(bare, "ready_rss")),
        rss_ratio=_median(recorded, "ready_rss") / _median(bare, "ready_rss"),
        anon_difference_bytes=round(_median(recorded, "ready_anon") - _median(bare, "ready_anon")),
        wall_ratio=statistics.median(a.wall_s / b.wall_s for a, b in zip(recorded, bare, strict=True)),
        cpu_ratio=statistics.median(a.cpu_s / b.cpu_s for a, b in zip(recorded, bare, strict=True)),
        parent_cpu_s=statistics.median(parent),
        bare_cpu_s=_median(bare, "cpu_s"),
        load_count=loads,
    )


def _median(samples: list[Sample], name: str) -> float:
    return statistics.median(float(getattr(sample, name)) for sample in samples)


def _children_cpu(before: os.times_result, after: os.times_result) -> float:
    own = after.children_user - before.children_user
    return own + after.children_system - before.children_system


def _environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def _entry() -> EntryPoint:
    return EntryPoint("web", f"{MODULE}:app", MODULE, "app", None, ".", False, "benchmark", None, "uvicorn")


def main() -> None:
    """Print the comparison for the interpreter given."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--hook", default="find_and_load", choices=("find_and_load", "meta_path", "none"))
    parser.add_argument("--check", action="store_true", help="fail unless RSS is within 1 % and anon within 0.5 MiB")
    arguments = parser.parse_args()
    python = Path(python_in(EXAMPLE / ".venv"))
    found = compare(python, EXAMPLE, rounds=arguments.rounds, hook=arguments.hook)
    print(f"{found.load_count} loads, {arguments.rounds} rounds, medians")
    print(f"RSS when ready     {found.rss_difference_bytes / MIB:+.2f} MiB ({(found.rss_ratio - 1) * 100:+.2f} %)")
    print(f"anon when ready    {found.anon_difference_bytes / MIB:+.2f} MiB")
    print(f"process CPU        {found.cpu_ratio:.2f} x the bare import")
    print(f"wall               {found.wall_ratio:.2f} x the bare import")
    print(f"parent's CPU       {found.parent_cpu_s / found.bare_cpu_s:.2f} x the bare import")
    far = abs(found.rss_ratio - 1) > RSS_BOUND_RATIO or abs(found.anon_difference_bytes) > ANON_BOUND_BYTES
    if arguments.check and far:
        raise SystemExit("watching changes what is watched: out of bounds")


if __name__ == "__main__":
    main()
