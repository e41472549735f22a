"""Two commands timed in turns: the machine's mood falls on both, so their ratio in one round means something."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True, slots=True)
class Command:
    """What is run, where, and which extra variables it gets."""

    name: str
    arguments: Sequence[str]
    folder: Path = ROOT
    variables: Mapping[str, str] = field(default_factory=dict)


def compare(subject: Command, reference: Command, *, rounds: int, target_ratio: float | None) -> float:
    """Print the ratio of wall times of each round and return their median.

    A first round is run and not counted: it fills the page cache and compiles bytecode.
    The order changes every round.
    """
    _seconds(reference), _seconds(subject)
    ratios = []
    print(f"{subject.name} / {reference.name}")
    for number in range(1, rounds + 1):
        if number % 2:
            below, above = _seconds(reference), _seconds(subject)
        else:
            above, below = _seconds(subject), _seconds(reference)
        ratios.append(above / below)
        print(f"  round {number:2}: {above:7.3f} s / {below:7.3f} s = {above / below:.2f}")
    median = statistics.median(ratios)
    wanted = (
        "" if target_ratio is None else f", wanted <= {target_ratio}: {'met' if median <= target_ratio else 'MISSED'}"
    )
    print(f"  median {median:.2f} (from {min(ratios):.2f} to {max(ratios):.2f}){wanted}")
    return median


def python_in(environment: Path) -> str:
    """Return the interpreter of an environment; end with what to do when it is not there."""
    python = environment / "bin" / "python"
    if not python.exists():
        sys.exit(f"{environment} is missing: `make bench` makes it")
    return str(python)


def _seconds(command: Command) -> float:
    variables = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "COVERAGE_"))}
    start = time.perf_counter()
    run = subprocess.run(
        command.arguments, cwd=command.folder, env={**variables, **command.variables}, capture_output=True, check=False
    )
    seconds = time.perf_counter() - start
    if run.returncode != 0:
        sys.exit(f"{command.name} ended with {run.returncode}:\n{run.stderr.decode(errors='replace')[-2000:]}")
    return seconds


def replace_table(path: Path, name: str, table: str) -> None:
    """Put a table between its markers in a document."""
    begin, end = (f"<!-- {name}: {which} -->" for which in ("begin", "end"))
    head, found, rest = path.read_text(encoding="utf-8").partition(begin)
    if not found:
        sys.exit(f"{path} has no {begin}")
    _, _, tail = rest.partition(end)
    path.write_text(f"{head}{begin}\n{table}\n{end}{tail}", encoding="utf-8")
