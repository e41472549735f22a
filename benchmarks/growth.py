"""How the time of each stage of an audit and of a static check grows with what they read, and the memory of an audit.

    python benchmarks/growth.py [--check] [--first 100] [--doublings 4] [--shape NAME ...] [--scale NAME ...]

Scales are large inputs of one kind (scales.py): up to 100,000 installed files, 2,000 distributions, 20,000 modules of
the project, 5,000 findings. Shapes are those that hurt, and are those of the tests, which count calls; here processor
time is taken, so what C does within a call counts too. Each size is one audit and one check in this process under a
profiler, whose own cost grows as the calls do. The exponent is fitted to the three largest of the sizes at which a
stage takes 10 ms: what is quicker is no trouble, and what every audit takes hides growth in small ones. The memory is
the high-water mark of a whole `audit --no-probe`, of the operating system's accounting. With `--check` the exit status
is 1 where an exponent is above 1.1, or where an audit of 2,000 distributions needs more than 150 MiB. Nothing is kept
between runs: the cache is off.
"""

from __future__ import annotations

import argparse
import cProfile
import gc
import math
import os
import pstats
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from rounds import ROOT
from scales import SCALES

sys.path.insert(0, str(ROOT))
from footprint.audit.run import run_audit
from footprint.config.gate_settings import read_gate_settings
from footprint.config.options import Options
from footprint.gate.check import run_check
from footprint.report import formats
from tests.support.growing import PROJECTS, Case, write

MOST_EXPONENT = 1.1
FLOOR_SECONDS = 0.01
MOST_MIB = {"distributions": 150}  # at the largest size
# In a small process between: the mark of a child begins with the memory of whoever started it.
WEIGH = """
import os, sys
pid = os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ,
                     file_actions=[(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)])
_, status, usage = os.wait4(pid, 0)
print(usage.ru_maxrss)
sys.exit(os.waitstatus_to_exitcode(status))
"""
# stage -> ends of a path and names of the functions whose time is its own, with all that they call
STAGES: Mapping[str, tuple[tuple[str, str], ...]] = {
    "metadata": (("collect/metadata/__init__.py", "read_installed"),),
    "disk": (("collect/disk/__init__.py", "scan"),),
    "declared readers": (("collect/declared/__init__.py", "read_declared"),),
    "deploy readers": (("collect/deploy/__init__.py", "read_deploy_files"),),
    "scanner": (("collect/imports/scan/scanner.py", "scan_imports"),),
    "walker": (("collect/imports/walker.py", "read_imports"),),
    "graph": (("graph/requirement_graph.py", "build"),),
    "chains": (("graph/requirement_graph.py", "find_chains"),),
    "exclusive weights": (("analysis/facts/weights.py", "of"),),
    "facts": (("analysis/facts/index.py", "_gather"),),
    "classification": (("analysis/use/classification.py", "classify"),),
    "second look": (("audit/second_look.py", "look_again"),),
    "undeclared": (("analysis/findings/undeclared.py", "find_undeclared"),),
    "suggestions": (("suggest/__init__.py", "suggest"),),
    "findings": (("analysis/findings/rules.py", "find_candidates"), ("analysis/findings/suppressed.py", "suppress")),
    "join": (("analysis/join/rows.py", "join"),),
    "gate": (("gate/judge.py", "judge"),),
}


def _lines(count: int) -> Case:
    start = "CMD gunicorn app:app\nRUN pip install top && top --help | cat\n" * count
    return Case(
        {"top": []},
        ["top"],
        {
            "main.py": "".join(f"if a:\n    import top.m{number}\n" for number in range(count)),
            "Dockerfile": f"FROM python\n{start}",
            "Procfile": "".join(f"web{number}: gunicorn main:app\n" for number in range(count)),
            "docker-compose.yml": "services:\n"
            + "".join(f"  s{i}:\n    command: python main.py\n" for i in range(count)),
        },
    )


SHAPES: Mapping[str, Callable[[int], Case]] = {**PROJECTS, "lines of files": _lines}


def main() -> int:
    """Print a table per scale and shape; return 1 with --check when a stage grows too fast."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help=f"fail where an exponent is above {MOST_EXPONENT}")
    parser.add_argument("--first", type=int, default=100, help="the smallest size of a shape")
    parser.add_argument("--doublings", type=int, default=4)
    parser.add_argument("--shape", action="append", choices=[*SHAPES, "none"], help="only these")
    parser.add_argument("--scale", action="append", choices=[*SCALES, "none"], help="only these")
    options = parser.parse_args()
    os.environ["FOOTPRINT_NO_CACHE"] = "1"
    measure(partial(write, SHAPES["wide"](10)))  # what is made once
    missed = []
    for scale in options.scale or SCALES:
        missed += _grow_scale(scale) if scale in SCALES else []
    sizes = [options.first << step for step in range(options.doublings + 1)]
    for shape in options.shape or SHAPES:
        if shape in SHAPES:
            figures = [measure(partial(write, SHAPES[shape](size))) for size in sizes]
            missed += _show(shape, sizes, figures)
    print(f"above {MOST_EXPONENT}, or too large: {', '.join(missed) or 'none'}")
    return 1 if missed and options.check else 0


def _grow_scale(name: str) -> list[str]:
    """Measure all sizes of a scale, print them, and return what is too much."""
    sizes, write_size = SCALES[name].sizes, SCALES[name].write
    missed = _show(name, sizes, [measure(partial(write_size, size)) for size in sizes])
    peaks = [_peak_mib(partial(write_size, size)) for size in sizes]
    print(f"  {'memory of a whole audit':26} {' '.join(f'{peak:8.1f}' for peak in peaks)}  MiB\n", flush=True)
    return [*missed, *([f"{name}: memory"] if peaks[-1] > MOST_MIB.get(name, math.inf) else [])]


def _show(subject: str, sizes: Sequence[int], figures: Sequence[Mapping[str, float]]) -> list[str]:
    """Print the stages of all sizes; return those that grow too fast."""
    print(f"{subject:28} {' '.join(f'{size:>8}' for size in sizes)}  exponent (processor ms)")
    missed = []
    for stage in figures[0]:
        taken = [figure[stage] for figure in figures]
        counted = [(size, seconds) for size, seconds in zip(sizes, taken, strict=True) if seconds >= FLOOR_SECONDS]
        fitted = fit(counted[-3:]) if len(counted) > 1 else None
        shown = "quick" if fitted is None else f"{fitted:.2f}"
        print(f"  {stage:26} {' '.join(f'{seconds * 1000:8.1f}' for seconds in taken)}  {shown:>8}")
        if fitted is not None and fitted > MOST_EXPONENT:
            missed.append(f"{subject}: {stage}")
    print(flush=True)
    return missed


def fit(points: Sequence[tuple[int, float]]) -> float:
    """Return k where figures grow with sizes as n ** k: least squares over the logarithms of both."""
    logs = [(math.log(size), math.log(max(figure, 1e-9))) for size, figure in points]
    size_mean, mean = (sum(column) / len(logs) for column in zip(*logs, strict=True))
    above = sum((size - size_mean) * (figure - mean) for size, figure in logs)
    slope: float = above / sum((size - size_mean) ** 2 for size, _ in logs)
    return slope


def measure(write_into: Callable[[Path], tuple[Path, Path]]) -> dict[str, float]:
    """Return the processor time of each stage, and of each report, in seconds."""
    folder = Path(tempfile.mkdtemp(prefix="footprint-growth-"))
    try:
        project, site = write_into(folder)
        options = Options.of(project=project, site_packages=(site,), probe=False, entries=("main",))
        settings = read_gate_settings({"static": True}, project)
        gc.collect()
        profile = cProfile.Profile(time.process_time)
        begin = time.process_time()
        audit = profile.runcall(run_audit, options)
        checked = profile.runcall(run_check, replace(options, gate=settings))
        taken = {"all, with the profiler": time.process_time() - begin, **_stages(pstats.Stats(profile))}
        for name in formats.AUDIT:
            taken[f"report: {name}"] = _seconds(partial(formats.render, name, audit))
        for name in formats.CHECK:
            taken[f"check: {name}"] = _seconds(partial(formats.render, name, checked.report))
        return taken
    finally:
        shutil.rmtree(folder)


def _peak_mib(write_into: Callable[[Path], tuple[Path, Path]]) -> float:
    """Return the most memory that a whole audit takes, in MiB. Source: getrusage(2), ru_maxrss in KiB on Linux."""
    folder = Path(tempfile.mkdtemp(prefix="footprint-growth-"))
    try:
        project, site = write_into(folder)
        words = ["audit", str(project), "--site-packages", str(site), "--no-probe", "--entry", "main", "-f", "json"]
        command = [sys.executable, "-I", "-S", "-c", WEIGH, sys.executable, "-m", "footprint", *words]
        return int(subprocess.run(command, check=True, capture_output=True, cwd=ROOT).stdout) / 1024
    finally:
        shutil.rmtree(folder)


def _stages(stats: pstats.Stats) -> dict[str, float]:
    taken = dict.fromkeys(STAGES, 0.0)
    for (path, _, function), (_, _, _, cumulative, _) in stats.stats.items():  # type: ignore[attr-defined]
        for stage, places in STAGES.items():
            if any(path.endswith(end) and function == name for end, name in places):
                taken[stage] += cumulative
    return taken


def _seconds(work: Callable[[], object]) -> float:
    begin = time.process_time()
    work()
    return time.process_time() - begin


if __name__ == "__main__":
    sys.exit(main())
