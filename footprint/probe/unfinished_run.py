"""A run whose start is over and of which something is tried in forks: what is known of it by then.

Whoever waits for the end of the run has a processor to spare at that moment.
"""

from __future__ import annotations

import threading

from footprint.model.runtime import ProbeRun
from footprint.probe.begun_recording import Begun
from footprint.probe.process import SoFar


class UnfinishedRun:
    """What a thread that watches runs has seen of one of them, and another one waits for."""

    def __init__(self) -> None:
        self._settled = threading.Event()
        self._seen: SoFar | None = None
        self._begun: Begun | None = None

    def see(self, seen: SoFar) -> None:
        """Take what there is at the first fork."""
        self._seen = seen
        self._settled.set()

    def close(self) -> None:
        """Take that all runs are over: nothing is to be gained any more by looking ahead."""
        self._seen = None
        self._settled.set()

    def wait(self) -> ProbeRun | None:
        """Wait for the first fork and return the run as far as it is known; None where all is over by then.

        No verdict may rest on it: it names no files, and nobody asked yet whether it can be believed.
        """
        self._settled.wait()
        seen = self._seen
        if seen is None:
            return None
        begun = Begun.of(seen.events, seen.own_readings)
        run = begun.recording.run
        self._begun = begun
        return run

    def take(self) -> Begun | None:
        """Return the recording of what was known then, for who goes on with it; only once."""
        begun, self._begun = self._begun, None
        return begun
