"""How long `footprint check` takes: of the example by its bare start, and its static rules alone on Django in CPU time.

The first is a ratio of wall times in turns: a check starts the example four times, once with and three times without a
hook. The second is processor time, user and system, of the whole command: what a pre-commit hook costs.
"""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from bench_audit import ENVIRONMENT, EXAMPLE, START
from import_trees import tree
from rounds import ROOT, Command, compare, python_in

TARGET_RATIO = 4.5
TARGET_STATIC_S = 1.0


def main() -> None:
    """Compare and print."""
    python = python_in(ENVIRONMENT)
    with tempfile.TemporaryDirectory() as folder:
        baseline = Path(folder, "baseline.json")
        check: tuple[str, ...] = (
            sys.executable,
            "-m",
            "footprint",
            "check",
            str(EXAMPLE),
            "--env",
            str(ENVIRONMENT),
            "--baseline",
        )
        check += (str(baseline),)
        subprocess.run((*check, "--update-baseline"), check=False, capture_output=True)
        compare(
            Command("footprint check", check),
            Command("import the entry and run its lifespan", (python, "-c", START), EXAMPLE),
            rounds=7,
            target_ratio=TARGET_RATIO,
        )
    time_static(tree("django"))


def time_static(folder: Path) -> None:
    """Print the processor time of the static rules on one tree."""
    command = (sys.executable, "-m", "footprint", "check", str(folder), "--static", "--env", str(ROOT / ".venv"))
    taken = [_processor_s(command) for _ in range(8)][1:]
    median = statistics.median(taken)
    print(f"footprint check --static on Django, {len(list(folder.rglob('*.py'))):,} files")
    print("  " + " ".join(f"{seconds:.2f}" for seconds in taken) + " s of processor time")
    met = "met" if median < TARGET_STATIC_S else "MISSED"
    print(f"  median {median:.2f} s, wanted < {TARGET_STATIC_S}: {met}")


def _processor_s(command: tuple[str, ...]) -> float:
    variables = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "COVERAGE_"))}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, env=variables, capture_output=True, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode not in (0, 1):
        sys.exit(done.stderr.decode(errors="replace"))
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


if __name__ == "__main__":
    main()
