"""The processes of a started program: read, told apart, and ended where there was no supervisor."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections.abc import Collection, Sequence

from footprint.model.live_readings import ProcessMemory
from footprint.probe.memory import system

_ROUNDS = 5  # a process may start another while we look
_VANISH_S = 2.0


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
