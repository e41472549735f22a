"""How the time of each stage of an audit and of a static check grows with what they read, for shapes that hurt.

    python benchmarks/growth.py [--check] [--first 100] [--doublings 4] [--shape NAME ...]

Shapes and sizes are those of the tests, which count calls; here processor time is taken, so what C does within a call
counts too. Each size is one audit and one check in this process under a profiler, whose own cost grows as the calls
do. The exponent is fitted to the sizes at which a stage takes at least 10 ms: what is quicker is no trouble. With
`--check` the exit status is 1 where an exponent is above 1.2.
"""

from __future__ import annotations

import argparse
import cProfile
import gc
import pstats
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from rounds import ROOT

sys.path.insert(0, str(ROOT))
from footprint.audit.run import run_audit
from footprint.config.gate_settings import read_gate_settings
from footprint.config.options import Options
from footprint.gate.check import run_check
from footprint.report import formats
from tests.support.growing import PROJECTS, Case, exponent, write

MOST_EXPONENT = 1.2
FLOOR_SECONDS = 0.01
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
    """Print a table per shape; return 1 with --check when a stage grows too fast."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help=f"fail where an exponent is above {MOST_EXPONENT}")
    parser.add_argument("--first", type=int, default=100, help="the smallest size")
    parser.add_argument("--doublings", type=int, default=4)
    parser.add_argument("--shape", action="append", choices=list(SHAPES), help="only these")
    options = parser.parse_args()
    sizes = [options.first << step for step in range(options.doublings + 1)]
    measure(SHAPES["wide"](10))  # what is made once
    missed = []
    for shape in options.shape or SHAPES:
        figures = [measure(SHAPES[shape](size)) for size in sizes]
        missed += [f"{shape}: {stage}" for stage, found in _show(shape, sizes, figures) if found > MOST_EXPONENT]
    print(f"above {MOST_EXPONENT}: {', '.join(missed) or 'none'}")
    return 1 if missed and options.check else 0


def _show(shape: str, sizes: Sequence[int], figures: Sequence[Mapping[str, float]]) -> list[tuple[str, float]]:
    print(f"{shape:28} {' '.join(f'{size:>8}' for size in sizes)}  exponent (processor ms)")
    found = []
    for stage in figures[0]:
        taken = [figure[stage] for figure in figures]
        counted = [seconds for seconds in taken if seconds >= FLOOR_SECONDS]
        fitted = exponent(counted) if len(counted) > 1 else None
        shown = "quick" if fitted is None else f"{fitted:.2f}"
        print(f"  {stage:26} {' '.join(f'{seconds * 1000:8.1f}' for seconds in taken)}  {shown:>8}")
        if fitted is not None:
            found.append((stage, fitted))
    print(flush=True)
    return found


def measure(case: Case) -> dict[str, float]:
    """Return the processor time of each stage, and of each report, in seconds."""
    folder = Path(tempfile.mkdtemp(prefix="footprint-growth-"))
    try:
        project, site = write(case, folder)
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
