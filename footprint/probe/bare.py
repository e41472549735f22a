"""The bare interpreter run, and how long it takes to start: the unit of start-up time between machines."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Sequence
from pathlib import Path


def time_bare_start(python: Path, *, runs: int, timeout_s: float = 30.0) -> float | None:
    """Return the fastest of `runs` starts of `python -I -c pass` in seconds; None when it does not start."""
    taken = []
    for _ in range(runs):
        begin = time.monotonic()
        if not run_bare([str(python), "-I", "-c", "pass"], timeout_s):
            return None
        taken.append(time.monotonic() - begin)
    return min(taken, default=None)


def run_bare(command: Sequence[str], timeout_s: float) -> bool:
    """Run a command whose output nobody reads; say whether it ended well and in time."""
    nothing = subprocess.DEVNULL  # nobody waits for the end of a pipe that something else may hold
    try:
        done = subprocess.run(command, stdin=nothing, stdout=nothing, stderr=nothing, timeout=timeout_s, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0
