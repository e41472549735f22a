"""The processes of a started program: read, told apart, followed until they rest, ended where none supervised them."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections.abc import Collection, Iterable, Sequence

from footprint.model.live_readings import ProcessMemory
from footprint.probe.memory import system
from footprint.units import MIB
from footprint.values import replace

_ROUNDS = 5  # a process may start another while we look
_VANISH_S = 2.0
_SMALLEST_S, _LARGEST_S = 1.0, 20.0
_SHARE, _MOST_BYTES = 0.01, MIB
_KEPT = 500  # looks
# A worker that imports on a busy machine may not grow for seconds. Its main thread runs or waits for a processor all
# the time; that of a server without requests is at a few per cent, beside two busy processes too.
_BUSY_SHARE, _BUSY_FACTOR = 0.3, 4


def kill_descendants(pid: int, marker: str) -> int:
    """Kill every descendant of `pid` and every process whose environment holds `marker`; return how many.

    Call before `pid` is reaped. A process that cleared its environment *and* was adopted by init is not found.
    """
    killed: set[int] = set()
    for _ in range(_ROUNDS):
        found = find_descendants(pid, marker) - killed
        if not found:
            break
        for victim in found:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(victim, signal.SIGKILL)
        killed |= found
    _await_end(killed)
    return len(killed)


def find_descendants(pid: int, marker: str) -> set[int]:
    """Return every living descendant of `pid` and every process whose environment holds `marker`."""
    return (system().find_below(pid) | system().find_marked(marker)) - {pid, os.getpid()}


def _await_end(pids: set[int]) -> None:
    """Wait until killed processes are gone or only wait to be reaped; SIGKILL takes effect a moment later."""
    limit = time.monotonic() + _VANISH_S
    while time.monotonic() < limit and any(system().is_alive(pid) for pid in pids):
        time.sleep(0.002)


def read_tree(pid: int, found: set[int]) -> tuple[ProcessMemory, ...]:
    """Return those of `found` that live, the command that was started as `pid` first, then by process number."""
    processes = (system().describe(each) for each in sorted(found, key=lambda each: (each != pid, each)))
    return tuple(process for process in processes if process is not None)


def find_serving(processes: Sequence[ProcessMemory], holders: Collection[int], workers: int | None) -> tuple[int, ...]:
    """Return the processes that take requests or jobs, of a server with `workers` of them (None: not known).

    Of those that hold the socket, or where there is none of all Python processes, they are the ones that have none
    below them. Without a socket and workers it is the first.
    """
    found = [each for each in processes if each.pid in holders]
    if not found:
        found = [each for each in processes if each.is_python and "_tracker import main" not in each.command]
        found = found if workers else found[:1]
    above = {each.parent for each in found}
    return tuple(each.pid for each in found if each.pid not in above)


class Rest:
    """Follows the processes of a tree from look to look."""

    def __init__(self) -> None:
        self.began = time.monotonic()
        self.since = self.began  # its last growth
        self.rss: dict[int, int] = {}  # at the last look, by process
        self.most_bytes = 0  # the largest sum of RSS that was seen
        self._highs: dict[int, int] = {}  # high-water marks
        self._seen: list[tuple[float, int]] = []  # the sum of RSS at each look
        self._level = 0
        self._worked: dict[int, tuple[int, int]] = {}  # what each main thread had done at its last growth

    def look(self, pids: Iterable[int]) -> None:
        """Read all processes once more."""
        now = time.monotonic()
        memory = {pid: found for pid in pids if (found := system().read_level(pid)) is not None}
        self.rss = {pid: rss for pid, (rss, _) in memory.items()}
        self._highs = {pid: high for pid, (_, high) in memory.items() if high is not None}
        total = sum(self.rss.values())
        self._seen = [*self._seen[-_KEPT:], (now, total)]
        self.most_bytes = max(self.most_bytes, total)
        if has_grown(self._level, total):
            self._level, self.since = total, now
            self._worked = {pid: system().read_work(pid) for pid in memory}

    def start_anew(self) -> None:
        """Count growth and peaks from here: something is asked of it."""
        self.since, self._level, self.most_bytes = time.monotonic(), 0, 0
        for pid in self.rss:
            system().forget_peak(pid)

    def with_peaks(self, processes: Iterable[ProcessMemory]) -> tuple[ProcessMemory, ...]:
        """Return the processes with their high-water marks."""
        return tuple(replace(each, peak_rss_bytes=self._highs.get(each.pid)) for each in processes)

    def recent_growth(self, seconds: float) -> int | None:
        """Return by how much all have grown in the last seconds; None where that is nothing to speak of."""
        now, total = self._seen[-1]
        earlier = next((bytes_ for moment, bytes_ in self._seen if moment >= now - _bounded(seconds)), total)
        return total - earlier if has_grown(earlier, total) else None

    def is_for(self, seconds: float) -> bool:
        """Say whether nothing has grown by more than 1 % or 1 MiB for so long, within bounds.

        A main thread that has had work all the time must have run for four times as long meanwhile.
        """
        wanted = _bounded(seconds)
        passed = time.monotonic() - self.since
        return (
            bool(self.rss) and passed >= wanted and not any(self._is_at_work(pid, passed, wanted) for pid in self.rss)
        )

    def _is_at_work(self, pid: int, passed: float, wanted: float) -> bool:
        before, now = self._worked.get(pid, (0, 0)), system().read_work(pid)
        ran, waited = now[0] - before[0], now[1] - before[1]
        return ran + waited > _BUSY_SHARE * 1e9 * passed and ran < _BUSY_FACTOR * 1e9 * wanted


def has_grown(before: int, now: int) -> bool:
    """Say whether a tree is not at rest: more than 1 % or 1 MiB."""
    return now > before + min(_SHARE * before, _MOST_BYTES)


def has_taken(before: int, now: int) -> bool:
    """Say whether a process has taken what is worth a word: more than 1 % and 1 MiB."""
    return now > before + max(_SHARE * before, _MOST_BYTES)


def _bounded(seconds: float) -> float:
    return min(max(seconds, _SMALLEST_S), _LARGEST_S)
