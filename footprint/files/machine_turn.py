"""One turn for all processes of a machine that use this installation: whoever has it measures, the others wait.

Nothing is written: what is locked is the folder of the package, or where its file system has no locks, a folder for
temporary files. The system gives the turn on when a process ends, however it does. Source: flock(2).
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from footprint.files.descriptors import opened
from footprint.files.private import temporary_places


@contextmanager
def machine_turn() -> Iterator[None]:
    """Wait until nobody else on this machine has the turn, and hold it. Where nothing can be locked nobody waits."""
    import fcntl

    with ExitStack() as held:
        for place in (Path(__file__).parents[1], *map(Path, temporary_places())):
            with suppress(OSError):
                descriptor = held.enter_context(opened(place, os.O_RDONLY | os.O_CLOEXEC))
                fcntl.flock(descriptor, fcntl.LOCK_EX)
                break
        yield
