"""A program started and waited for, with a limit: nothing of it is left running."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from footprint.files.private import nameless_file
from footprint.probe import started_program
from footprint.probe.started_program import Order, Overlay
from footprint.values import dataclass

_LOOK_S = 0.01
_PRINTED_AT_MOST = 1 << 20


@dataclass(frozen=True, slots=True)
class ProgramEnd:
    """How a program ended, and the end of what it printed; `status` is negative for a signal, None: its time was over.

    What a process that it left behind prints is in it, too, as far as it was printed by then.
    """

    status: int | None
    printed: str


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


def run_printing(
    command: Sequence[str],
    folder: Path,
    environment: Mapping[str, str],
    limit_s: float,
    overlays: tuple[Overlay, ...] = (),
) -> ProgramEnd:
    """Return how a program ended, and what it printed on both of its outputs. Raises: OSError."""
    with nameless_file() as printed:
        output = printed.fileno()
        status = run_to_end(Order(command, folder, environment, output, output, overlays=overlays), limit_s)
        size = os.fstat(output).st_size
        printed.seek(max(size - _PRINTED_AT_MOST, 0))
        return ProgramEnd(status, printed.read().decode("utf-8", "replace"))
