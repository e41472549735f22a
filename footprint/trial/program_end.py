"""A program started and waited for, with a limit: nothing of it is left running."""

from __future__ import annotations

import time

from footprint.probe import started_program
from footprint.probe.started_program import Order

_LOOK_S = 0.01


def run_to_end(order: Order, limit_s: float) -> int | None:
    """Return the exit status of a program, negative for a signal; None where its time was over. Raises: OSError."""
    running = started_program.start(order)
    try:
        end = time.monotonic() + limit_s
        while (status := running.poll()) is None and time.monotonic() < end:
            time.sleep(_LOOK_S)
        return status
    finally:
        running.end()
