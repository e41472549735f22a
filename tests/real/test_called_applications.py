"""Calls of eight applications against their untouched servers: what is held, the peak, and the cause of each growth.

`benchmarks/bench_calls.py` makes the applications and their environment (1.5 GB) and is the judge.
"""

import subprocess
import sys

import pytest

from tests.real.environments import REPOSITORY
from tests.support.command import plain_environment

pytestmark = pytest.mark.real

APPLICATIONS = ("onnxruntime", "torch", "scikit-learn", "Excel", "Pillow", "reportlab", "Django", "solo", "prefork")


@pytest.mark.parametrize("name", APPLICATIONS)
def test_a_call_takes_what_it_takes_of_the_server(name: str) -> None:
    """Within 3 % at rest and at the peak, alone and all in a row, and put to the right import, file or line."""
    command = [sys.executable, "benchmarks/bench_calls.py", "--only", name, "--check"]
    done = subprocess.run(command, cwd=REPOSITORY, env=plain_environment(), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    rows = [line for line in done.stdout.splitlines() if line.startswith("| ") and name in line]
    assert len(rows) >= 3, done.stdout
