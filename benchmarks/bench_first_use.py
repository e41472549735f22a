"""Is the growth at first use true? Lazy imports of a real stack are measured by footprint and by a bare process.

    python benchmarks/bench_first_use.py [--rounds 4] [--write docs/accuracy.md] [--provide]

The application is a FastAPI backend that imports sentence_transformers (torch, transformers, scikit-learn) and pandas
inside functions; a second one has torch in memory from its start, with its threads. footprint runs the lazy imports
in forks of the ready process; the truth is a process of its own, without any hook, that imports the entry and then
calls the functions. Both in turns, medians. Needs the package index once (1.5 GB on disk, no CUDA):
one that has torch for the processor alone; where that is another one, pip's PIP_EXTRA_INDEX_URL names it.
--provide makes the environment and the applications, prints where they are and measures nothing.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from environments import provide, requirements
from rounds import ROOT, replace_table

from footprint.audit.checkout import Checkout
from footprint.audit.entry_starts import measure
from footprint.audit.listener import silent
from footprint.audit.project_code import read_code
from footprint.audit.target import open_target
from footprint.config.options import Options
from footprint.model.runtime import FirstUse, ProbeRun, StageReading
from footprint.units import MIB

CACHE = ROOT / ".cache" / "first-use"
TORCH = "torch==2.13.0+cpu"  # a local version is for the processor alone; CUDA's would be gigabytes
BOUND = 0.03

MAIN = """\
from fastapi import FastAPI

import reports
import search

app = FastAPI()


@app.get("/search")
def find(text: str):
    return search.embed(text)


@app.get("/report")
def report():
    return reports.monthly()
"""
SHARED = {
    "requirements.txt": "fastapi\npandas\nsentence-transformers\n",
    "search.py": """\
def model_class():
    from sentence_transformers import SentenceTransformer

    return SentenceTransformer


def embed(text):
    return model_class()("all-MiniLM-L6-v2").encode(text).tolist()
""",
    "reports.py": """\
def frames():
    import pandas

    return pandas


def monthly():
    return frames().DataFrame({"month": [1]}).to_dict()
""",
}
APPLICATIONS = {
    "lean": {**SHARED, "main.py": MAIN},
    # A product of matrices starts the threads of OpenMP: they are not in the forks.
    "torch at startup": {
        **SHARED,
        "main.py": MAIN.replace(
            "import search\n", "import search\nimport torch\n\ntorch.ones(512, 512).mm(torch.ones(512, 512))\n"
        ),
    },
}
SEARCH, REPORT = "search:model_class", "reports:frames"
CALLS = {  # by the module imported in the function; "" is all of them, in the order of the sources
    "sentence_transformers": (SEARCH,),
    "pandas": (REPORT,),
    "": (REPORT, SEARCH),
}

TRUTH = """
import os, sys
sys.path[0] = os.getcwd()
from importlib import import_module

def read():
    with open("/proc/self/statm") as file:
        fields = file.read().split()
    page = os.sysconf("SC_PAGE_SIZE")
    return int(fields[1]) * page, (int(fields[1]) - int(fields[2])) * page

import_module("main").app
before = read()
for call in sys.argv[1:]:
    module, _, function = call.partition(":")
    getattr(import_module(module), function)()
after = read()
print(after[0] - before[0], after[1] - before[1])
sys.stdout.flush()
os._exit(0)
"""

Growth = tuple[float, float]  # RSS and anon, bytes


@dataclass(frozen=True, slots=True)
class Row:
    """One lazy import, or all of them, in one application: what was measured and what is true, in bytes."""

    application: str
    module: str  # "": all together
    measured: Growth
    true: Growth

    @property
    def errors(self) -> tuple[float, float]:
        """Return how much too high RSS and anon are, as shares of the truth."""
        rss, anon = ((measured - true) / true for measured, true in zip(self.measured, self.true, strict=True))
        return rss, anon


def main() -> int:
    """Measure both ways, print; 1 when a bound is missed."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--write", type=Path, help="replace the table between its markers in this file")
    parser.add_argument("--provide", action="store_true", help="only make what is measured")
    options = parser.parse_args()
    environment = provide_environment()
    folders = {name: CACHE / name.replace(" ", "-") for name in APPLICATIONS}
    for name, folder in folders.items():
        write_application(folder, APPLICATIONS[name])
    if options.provide:
        print(environment, *folders.values(), sep="\n")
        return 0
    rows = compare(environment, folders, options.rounds)
    table = show(rows, options.rounds)
    print(table)
    if options.write:
        replace_table(options.write, "first-use", table)
    return 0 if all(abs(error) <= BOUND for row in rows for error in row.errors) else 1


def provide_environment() -> Path:
    """Return the environment of the applications, made once."""
    return provide("first-use", CACHE / "env", TORCH).parents[1]


def write_application(folder: Path, files: Mapping[str, str]) -> None:
    """Write the application, only what changed: bytecode of the rest stays warm."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        path = folder / name
        if not path.exists() or path.read_text() != text:
            path.write_text(text)


def compare(environment: Path, folders: Mapping[str, Path], rounds: int) -> list[Row]:
    """Measure every application both ways, in turns; the first round compiles bytecode and is not counted."""
    found: dict[tuple[str, str], list[tuple[Growth, Growth]]] = defaultdict(list)
    for number in range(rounds + 1):
        for name, folder in folders.items():
            measured = ask_footprint(environment, folder)
            for module, calls in CALLS.items():
                true = grow(environment, folder, calls)
                if number:
                    found[name, module].append((measured[module], true))
        print(f"round {number} of {rounds}", file=sys.stderr)
    return [
        Row(name, module, median([measured for measured, _ in both]), median([true for _, true in both]))
        for (name, module), both in found.items()
    ]


def median(growths: Sequence[Growth]) -> Growth:
    """Return the medians of RSS and of anon."""
    return statistics.median(rss for rss, _ in growths), statistics.median(anon for _, anon in growths)


def ask_footprint(environment: Path, folder: Path) -> dict[str, Growth]:
    """Return what footprint measured for each lazy import and, by "", for all together."""
    options = Options.of(project=folder, env=environment, entries=("main:app",))
    target = open_target(options.target, starts=True)
    (runtime,), _ = measure(
        Checkout(options, target, read_code(options.target, target)), silent, meanwhile=lambda: None
    )
    run = runtime.run
    assert run is not None and runtime.failure is None, runtime
    return {**{use.statement.module: _growth(use) for use in run.first_uses}, "": _together(run)}


def _together(run: ProbeRun) -> Growth:
    ready, last = run.stages[-2:]
    assert last.stage == "first_use", run.stages
    (rss, anon), (rss_before, anon_before) = _growth(last), _growth(ready)
    return rss - rss_before, anon - anon_before


def _growth(reading: FirstUse | StageReading) -> Growth:
    assert reading.rss_bytes is not None and reading.anon_bytes is not None, reading
    return reading.rss_bytes, reading.anon_bytes


def grow(environment: Path, folder: Path, calls: Sequence[str]) -> Growth:
    """Return what a process grows by that starts the application and then makes the calls."""
    command = [str(environment / "bin/python"), "-c", TRUTH, *calls]
    done = subprocess.run(command, cwd=folder, env={"PATH": "/usr/bin"}, capture_output=True, check=True)
    rss, anon = map(int, done.stdout.split())
    return rss, anon


def show(rows: Sequence[Row], rounds: int) -> str:
    """Return the table in markdown."""
    releases = ", ".join(requirements("first-use", TORCH))
    lines = [
        f"Medians of {rounds} rounds; MiB. {releases}; Python {sys.version.split()[0]}.",
        "",
        "| Application | Lazy import | measured RSS | true RSS | error | measured anon | true anon | error |",
        "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for row in rows:
        cells = " | ".join(
            f"{measured / MIB:.2f} | {true / MIB:.2f} | {error:+.2%}"
            for measured, true, error in zip(row.measured, row.true, row.errors, strict=True)
        )
        lines.append(f"| {row.application} | {row.module or 'all together'} | {cells} |")
    worst = max(abs(error) for row in rows for error in row.errors)
    lines += ["", f"Worst error {worst:.2%}; the bound is {BOUND:.0%}."]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
