"""Watching must not change what is watched: the example, bare and recorded, one after the other."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.machine import need

ROOT = Path(__file__).resolve().parents[2]


# More rounds are slow and rarely tell anything else: anon repeats to 0.006 MiB, RSS to 0.11.
@pytest.mark.slow
@pytest.mark.parametrize("rounds", [3, pytest.param(5, marks=pytest.mark.slow_check)])
def test_memory_is_that_of_the_bare_import(rounds: int) -> None:
    """RSS within 1 %, anon within 0.5 MiB, in the median. What it costs in time is the benchmark's alone."""
    need((ROOT / "examples/rag_backend/.venv/bin/python").exists(), "the environment of the example")
    command = [sys.executable, "benchmarks/bench_probe.py", "--rounds", str(rounds), "--memory", "--check"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
