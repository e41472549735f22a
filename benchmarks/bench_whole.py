"""Whole commands by the operating system's accounting, as multiples of what they are compared with.

    python benchmarks/bench_whole.py [--rounds N] [--only WORD] [--check]

Each row is a command and its reference, run in turns; of both, the time of all processes that they start is taken as
`wait4` tells it. "first": with nothing remembered of any file (FOOTPRINT_CACHE names an empty folder), "again": with
what the run before remembered. Needs the package index once (2 GB on disk). --check exits with 1 above a bound.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import big_backend
import environments
from bench_audit import ENVIRONMENT, EXAMPLE, FIRST_USE, START
from import_trees import deptry, source_tree
from rounds import ROOT, Command, Spent, python_in

FOOTPRINT = (sys.executable, "-m", "footprint")
DEPTRY = "0.25.1"


@dataclass(frozen=True, slots=True)
class Row:
    """A command, what it is compared with, which time of both, and the largest ratios wanted: first, again."""

    subject: Command
    reference: Command
    of_wall: bool
    first: float
    again: float | None = None

    @property
    def name(self) -> str:
        """What is compared."""
        return f"{self.subject.name} / {self.reference.name}, {'wall' if self.of_wall else 'processor'}"


def main() -> int:
    """Measure, print."""
    options = _parse()
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
    missed = [_compare(row, options.rounds) for row in _rows() if options.only in row.name]
    print(f"load {os.getloadavg()[0]:.1f}")
    return int(options.check and any(missed))


def _rows() -> Iterator[Row]:
    yield from _rows_of_audits()
    for name, folder, bound in (
        ("Django", source_tree("django"), 1.0),
        ("pandas", source_tree("pandas"), 0.6),
    ):
        (folder / "requirements.txt").touch()  # deptry wants to be told that nothing is declared
        python = deptry(DEPTRY) / "bin"
        reference = Command(f"deptry of {name}", (str(python / "deptry"), str(folder), "--no-ansi"), folder)
        imports = (*FOOTPRINT, "imports", str(folder), "--no-env")
        yield Row(Command("imports", imports, folder), reference, False, bound, 0.35)
        static = (*FOOTPRINT, "check", "--static", str(folder), "--env", str(ROOT / ".venv"))
        yield Row(Command("check --static", static, folder), reference, False, 1.0, 0.4)
    site = next((big_backend.environment() / "lib").glob("python*/site-packages"))
    # In the project, as users stand in theirs: the settings of our own checkout are no part of it.
    scan = Command("scan", (*FOOTPRINT, "scan", "--env", str(big_backend.environment())), big_backend.project())
    yield Row(scan, Command("du -s", ("du", "-s", f"{site}/.")), False, 3.0, 1.3)
    # Of an installed wheel, as users have it: an editable install has the finder of the working copy to load.
    installed = str(environments.own_install())
    nothing = Command("python -c pass", (installed, "-c", "pass"))
    yield Row(Command("--version", (installed, "-m", "footprint", "--version")), nothing, False, 1.8)


def _rows_of_audits() -> Iterator[Row]:
    project, environment = big_backend.project(), big_backend.environment()
    python = str(environment / "bin" / "python")
    off = (str(project), "--env", str(environment), "--verify", "off")
    yield from _rows_of_starts("backend", off, (python, project, big_backend.LAZY), (1.6, 1.25))
    alone = Command("audit --no-probe of the backend", (*FOOTPRINT, "audit", *off, "--no-probe"))
    importing = Command("its import", (python, "-c", "import backend.main"), project)
    yield Row(alone, importing, False, 0.8, 0.25)
    small = (str(EXAMPLE), "--env", str(ENVIRONMENT))
    yield from _rows_of_starts("example", small, (python_in(ENVIRONMENT), EXAMPLE, FIRST_USE), (1.4, 1.2))
    reference = Command("its import and lifespan", (python_in(ENVIRONMENT), "-c", START), EXAMPLE)
    yield Row(Command("check of the example", (*FOOTPRINT, "check", *small)), reference, True, 4.3, 4.2)


def _rows_of_starts(
    name: str, given: Sequence[str], started: tuple[str, Path, str], bounds: tuple[float, float]
) -> Iterator[Row]:
    """Yield an audit against the start that it measures: without lazy imports on both sides, with, and with in ours.

    `started`: the interpreter, the folder and the lazy imports. An audit runs each of these alone, then all together,
    and it can begin with that when the start is over: no overlap of the rest takes that away.
    """
    python, folder, lazy = started
    audit = (*FOOTPRINT, "audit", *given)
    start = Command("its import and lifespan", (python, "-c", START), folder)
    whole = Command("its import, lifespan and lazy imports", (python, "-c", START + lazy), folder)
    yield Row(Command(f"audit --no-first-use of the {name}", (*audit, "--no-first-use")), start, True, *bounds)
    yield Row(Command(f"audit of the {name}", audit), whole, True, *bounds)
    yield Row(Command(f"audit of the {name}", audit), start, True, *bounds)


def _compare(row: Row, rounds: int) -> bool:
    """Print the medians of one row and return whether a bound was missed; a first round fills the page cache."""
    first, again = list[float](), list[float]()
    with tempfile.TemporaryDirectory() as folder:
        kept = Path(folder, "cache")
        for number in range(rounds + 1):
            shutil.rmtree(kept, ignore_errors=True)
            below = _take(row.reference, kept)
            above = [_take(row.subject, kept)]
            above += [_take(row.subject, kept)] if row.again is not None else []
            ratios = [one.wall / below.wall if row.of_wall else one.processor / below.processor for one in above]
            if number:
                first.append(ratios[0])
                again += ratios[1:]
    print(row.name)
    missed = _tell("first", first, row.first)
    return (_tell("again", again, row.again) if row.again is not None else False) or missed


def _tell(which: str, ratios: list[float], wanted: float) -> bool:
    median = statistics.median(ratios)
    met = "met" if median <= wanted else "MISSED"
    spread = f"from {min(ratios):.2f} to {max(ratios):.2f}"
    print(f"  {which}: median {median:.2f} ({spread}), wanted <= {wanted}: {met}", flush=True)
    return median > wanted


def _take(command: Command, kept: Path) -> Spent:
    """Return what a command takes with all that it starts, in seconds."""
    variables = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "COVERAGE_"))}
    start = time.perf_counter()
    with subprocess.Popen(
        command.arguments,
        cwd=command.folder,
        env={**variables, **command.variables, "FOOTPRINT_CACHE": str(kept)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1):  # 1: something was found
        sys.exit(f"{command.name} ended with {process.returncode}: {' '.join(map(str, command.arguments))}")
    return Spent(time.perf_counter() - start, usage.ru_utime + usage.ru_stime)


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", default="", help="only rows with this in their name")
    parser.add_argument("--check", action="store_true", help="exit with 1 above a bound")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
