"""Finds the processes below one, and ends those of a program that had no supervisor."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from pathlib import Path

_PROC = Path("/proc")
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
    if not _PROC.joinpath("self/stat").exists():
        return _find_with_psutil(pid)
    parents = _parents()
    sought = marker.encode()
    marked = {each for each in parents if each not in (pid, os.getpid()) and sought in _environment_of(each)}
    return (marked | _below(pid, parents)) - {pid, os.getpid()}


def find_below(pid: int) -> set[int]:
    """Return every living descendant of `pid`. Linux only."""
    return _below(pid, _parents())


def _parents() -> dict[int, int]:
    """Return the parent of every process. Zombies are nobody's burden. Source: proc_pid_stat(5)."""
    parents: dict[int, int] = {}
    for name in (entry.name for entry in os.scandir(_PROC)):
        if not name.isdigit():
            continue
        try:
            # The command name stands in parentheses and may hold any character, parentheses too.
            state, parent, *_ = _PROC.joinpath(name, "stat").read_bytes().rpartition(b")")[2].split(None, 2)
        except (OSError, ValueError):  # gone, or another user's
            continue
        if state not in (b"Z", b"X"):
            parents[int(name)] = int(parent)
    return parents


def _environment_of(pid: int) -> list[bytes]:
    """Source: proc_pid_environ(5)."""
    try:
        return _PROC.joinpath(str(pid), "environ").read_bytes().split(b"\0")
    except OSError:
        return []


def _below(pid: int, parents: dict[int, int]) -> set[int]:
    found: set[int] = set()
    level = {pid}
    while level:
        level = {child for child, parent in parents.items() if parent in level} - found
        found |= level
    return found


def _find_with_psutil(pid: int) -> set[int]:
    """Elsewhere: by parent only. Not tested on macOS."""
    import psutil

    try:
        return {child.pid for child in psutil.Process(pid).children(recursive=True)}
    except psutil.Error:
        return set()


def _await_end(pids: set[int]) -> None:
    """Wait until killed processes are gone or only wait to be reaped; SIGKILL takes effect a moment later."""
    limit = time.monotonic() + _VANISH_S
    while time.monotonic() < limit and any(_lives(pid) for pid in pids):
        time.sleep(0.002)


def _lives(pid: int) -> bool:
    try:
        return _PROC.joinpath(str(pid), "stat").read_bytes().rpartition(b")")[2].split(None, 1)[0] not in (b"Z", b"X")
    except OSError:
        return False
