"""Watching must not change what is watched: the example, bare and recorded, one after the other."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support import need

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.slow
def test_memory_is_that_of_the_bare_import() -> None:
    """RSS within 1 %, anon within 0.5 MiB, medians of five rounds. What it costs in time is the benchmark's alone."""
    need((ROOT / "examples/rag_backend/.venv/bin/python").exists(), "the environment of the example")
    command = [sys.executable, "benchmarks/bench_probe.py", "--rounds", "5", "--memory", "--check"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
