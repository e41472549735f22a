"""A small part of the campaign of `benchmarks/fuzz`, from a seed of its own: no input of it may be at fault."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.large

ROOT = Path(__file__).parents[2]


def test_no_hostile_input_is_at_fault() -> None:
    command = [sys.executable, "-m", "benchmarks.fuzz", "--light", "--inputs", "150", "--seed", "small"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "faulty inputs: 0" in done.stdout
    starts = re.search(r"real starts: (\d+)", done.stdout)
    assert starts is not None and int(starts[1]) >= 15, done.stdout
