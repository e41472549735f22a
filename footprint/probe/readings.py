"""The memory of a started process as read from outside, while it waits at the end of a stage."""

from __future__ import annotations

from collections.abc import Sequence

from footprint.values import dataclass


@dataclass(frozen=True, slots=True)
class OutsideReading:
    """One stopped process. `file_bytes` are its shared pages, files and shared memory, as in /proc/PID/statm."""

    ns: int  # of the monotonic clock
    pid: int
    rss_bytes: int
    file_bytes: int
    peak_rss_bytes: int | None


@dataclass(frozen=True, slots=True)
class Outside:
    """All that was read of one start from outside, and when it was over."""

    readings: tuple[OutsideReading, ...]
    pid: int
    ended_ns: int

    def of_start(self) -> tuple[OutsideReading, ...]:
        """Return the readings of the process itself."""
        return tuple(reading for reading in self.readings if reading.pid == self.pid)

    def of_forks(self) -> tuple[OutsideReading, ...]:
        """Return those of its forks, one after the other."""
        return tuple(reading for reading in self.readings if reading.pid != self.pid)


def read_outside(words: Sequence[str]) -> OutsideReading:
    """Return what a supervisor told: `ns pid rss file peak`; peak is -1 where the kernel does not say."""
    ns, pid, rss, file, peak = map(int, words)
    return OutsideReading(ns, pid, rss, file, peak if peak >= 0 else None)
