"""Two commands timed in turns: the machine's mood falls on both, so their ratio in one round means something."""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True, slots=True)
class Command:
    """What is run, where, and which extra variables it gets."""

    name: str
    arguments: Sequence[str]
    folder: Path = ROOT
    variables: Mapping[str, str] = field(default_factory=dict)


class Spent(NamedTuple):
    """What a command takes with all that it starts, in seconds or as so many times what another one takes."""

    wall: float
    processor: float


def compare(
    subject: Command, reference: Command, *, rounds: int, target_ratio: float | None, of_wall: bool = True
) -> Spent:
    """Print the ratios of each round and return their medians; the target is one of wall time, else of the processor's.

    A first round is run and not counted: it fills the page cache and compiles bytecode.
    The order changes every round.
    """
    _take(reference), _take(subject)
    ratios: list[Spent] = []
    print(f"{subject.name} / {reference.name}")
    for number in range(1, rounds + 1):
        if number % 2:
            below, above = _take(reference), _take(subject)
        else:
            above, below = _take(subject), _take(reference)
        ratios.append(Spent(above.wall / below.wall, above.processor / below.processor))
        print(
            f"  round {number:2}: {above.wall:7.3f} s / {below.wall:7.3f} s = {ratios[-1].wall:.2f}"
            f"; of the processors {above.processor:.2f} s / {below.processor:.2f} s = {ratios[-1].processor:.2f}",
            flush=True,
        )
    median = Spent(*map(statistics.median, zip(*ratios, strict=True)))
    wanted = (
        ""
        if target_ratio is None
        else f", wanted <= {target_ratio}: {'met' if median[not of_wall] <= target_ratio else 'MISSED'}"
    )
    least, most = min(each.wall for each in ratios), max(each.wall for each in ratios)
    print(
        f"  median {median.wall:.2f} (from {least:.2f} to {most:.2f}), of the processors {median.processor:.2f}{wanted}"
    )
    return median


def python_in(environment: Path) -> str:
    """Return the interpreter of an environment; end with what to do when it is not there."""
    python = environment / "bin" / "python"
    if not python.exists():
        sys.exit(f"{environment} is missing: `make bench` makes it")
    return str(python)


def _take(command: Command) -> Spent:
    """Return what a command takes, in seconds."""
    variables = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "COVERAGE_"))}
    start, before = time.perf_counter(), _processor_seconds()
    run = subprocess.run(
        command.arguments, cwd=command.folder, env={**variables, **command.variables}, capture_output=True, check=False
    )
    seconds = Spent(time.perf_counter() - start, _processor_seconds() - before)
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


def _processor_seconds() -> float:
    """Return what all processes have taken that were started here and are over, and theirs: `os.times` counts ticks."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
