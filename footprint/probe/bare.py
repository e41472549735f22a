"""How long the bare interpreter takes to start: the unit in which start-up time may be compared between machines."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable
from pathlib import Path


def time_bare_start(
    python: Path, *, runs: int, timeout_s: float = 30.0, clock: Callable[[], float] = time.monotonic
) -> float | None:
    """Return the fastest of `runs` starts of `python -I -c pass` in seconds; None when it does not start."""
    best: float | None = None
    for _ in range(runs):
        begin = clock()
        try:
            done = subprocess.run(
                [str(python), "-I", "-c", "pass"],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,  # nobody waits for the end of a pipe that something else may hold
                stderr=subprocess.DEVNULL,
                timeout=timeout_s,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired):
            return None
        if done.returncode != 0:
            return None
        taken = clock() - begin
        best = taken if best is None else min(best, taken)
    return best
