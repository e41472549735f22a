"""Stops a process that grows past a limit, as a host without swap would: watched from outside, unprivileged.

Limits of the system do not stand in for it: RLIMIT_AS and RLIMIT_DATA count address space (133 MB with 84 MB
resident for a small application), and a control group needs privileges.
"""

from __future__ import annotations

import contextlib
import os
import signal

from footprint.probe.memory import system

# Between two looks a process may grow by what it can write meanwhile: some GB in a second at most.
_FASTEST_GROWTH_BYTES_S = 4 << 30
_SHORTEST_S, _LONGEST_S = 0.0003, 0.002
_NICENESS = 10  # of the watched process: on a busy machine whoever watches must get the processor first
# So near the limit it runs only where nothing else wants to: the kernel counts its processor as free then, and wakes
# the watcher there at once. Beside two busy processes and with nicer words alone it came up to 10.7 MB too far.
_NEAR_BYTES = 64 << 20


class MemoryGuard:
    """Watches the RSS of one process and kills its group when it passes `limit_bytes`."""

    def __init__(self, pid: int, limit_bytes: int) -> None:
        self._pid, self._limit_bytes = pid, limit_bytes
        self.passed_at_bytes: int | None = None
        self.pause_s = _SHORTEST_S
        self._is_near = self._is_ahead = False
        self._rss = system().watch_rss(pid)
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, pid, _NICENESS)

    def is_passed(self, excess_bytes: int = 0) -> bool:
        """Look once; on passing stop the process at once and say so. Sets the pause until the next look.

        `excess_bytes`: what others saw it take with its children, beyond the limit; 0 for nothing.
        """
        rss = system().read_watched(self._rss) if self._rss >= 0 else None
        if rss is None:
            return False
        rss = max(rss, excess_bytes)
        left = self._limit_bytes - rss
        if left < 0:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._pid, signal.SIGKILL)
            self.passed_at_bytes = rss
            return True
        if left < _NEAR_BYTES and not self._is_near:
            self._is_near = True
            _schedule(self._pid, "SCHED_IDLE", 0)
            self._is_ahead = _schedule(0, "SCHED_RR", 1)  # of this thread; only the privileged may
        self.pause_s = max(_SHORTEST_S, min(_LONGEST_S, left / _FASTEST_GROWTH_BYTES_S))
        return False

    def close(self) -> None:
        """Give the descriptor and the processor back."""
        if self._is_ahead:
            _schedule(0, "SCHED_OTHER", 0)
            self._is_ahead = False
        if self._rss >= 0:
            os.close(self._rss)
            self._rss = -1


def _schedule(pid: int, policy: str, priority: int) -> bool:
    """Change how a process, 0 for this thread, is scheduled; say whether the system let us."""
    number = getattr(os, policy, None)
    if number is None:
        return False
    flag = os.SCHED_RESET_ON_FORK if policy == "SCHED_RR" else 0  # what we start meanwhile is not ahead of all
    try:
        os.sched_setscheduler(pid, number | flag, os.sched_param(priority))
    except OSError:
        return False
    return True
