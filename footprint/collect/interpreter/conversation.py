"""A process that is asked something: listened to within bounds of time and size, and ended."""

from __future__ import annotations

import os
import selectors
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Protocol

from footprint.units import MIB
from footprint.values import dataclass

OUTPUT_BYTES = 4 * MIB  # a real answer has some 20 KiB
_POLL_S, _ENDING_S = 0.05, 0.002


class Running(Protocol):
    """A started process that writes to the descriptors it was given."""

    def poll(self) -> int | None:
        """Return the exit status once it is over, negative for a signal."""

    def end(self) -> None:
        """End it and what is known to have come of it."""


Start = Callable[[list[str], int, int], Running]  # a command, and where its output and its errors go


@dataclass(frozen=True, slots=True)
class Said:
    """What a process printed, as far as it was listened to."""

    output: bytes
    errors: bytes
    status: int
    is_cut: bool


class Group:
    """A process and its group."""

    def __init__(self, command: list[str], output: int, errors: int) -> None:
        self._process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=errors, start_new_session=True
        )

    def poll(self) -> int | None:
        """Where possible it keeps its number, so that its group is still its own."""
        if self._process.returncode is None and hasattr(os, "waitid"):
            found = os.waitid(os.P_PID, self._process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT)
            return None if found is None else found.si_status
        return self._process.poll()

    def end(self) -> None:
        """End the group, and take its status."""
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()


def run(command: list[str], timeout_s: float, start: Start) -> Said:
    """Run a command and end it. A process that it left with its pipes in hand is not waited for.

    Raises: OSError when it cannot be started, TimeoutExpired.
    """
    if os.name != "posix":
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=timeout_s, check=False)
        return Said(done.stdout, done.stderr, done.returncode, is_cut=len(done.stdout) > OUTPUT_BYTES)
    with _open_pipe() as (hear, output), _open_pipe() as (hear_errors, errors):
        try:
            process = start(command, output, errors)
        finally:
            os.close(output)
            os.close(errors)
        try:
            heard = _listen(process, (hear, hear_errors), timeout_s)
        finally:
            process.end()
        return Said(*heard, process.poll() or 0, is_cut=max(map(len, heard)) > OUTPUT_BYTES)


@contextmanager
def _open_pipe() -> Iterator[tuple[int, int]]:
    """Give the ends of a pipe; close the one that is read."""
    hear, say = os.pipe()
    try:
        yield hear, say
    finally:
        os.close(hear)


def _listen(process: Running, pipes: tuple[int, int], timeout_s: float) -> tuple[bytes, bytes]:
    """Return what comes on both pipes until they end, the process has ended, or it is too much."""
    until = time.monotonic() + timeout_s
    heard = {descriptor: bytearray() for descriptor in pipes}
    with selectors.DefaultSelector() as open_ends:
        for descriptor in heard:
            open_ends.register(descriptor, selectors.EVENT_READ)
        while max(map(len, heard.values())) <= OUTPUT_BYTES:
            is_over = process.poll() is not None
            ready = open_ends.select(0 if is_over else _POLL_S if open_ends.get_map() else _ENDING_S)
            if not ready and is_over:
                break
            for key, _ in ready:
                piece = os.read(key.fd, 1 << 16)
                heard[key.fd] += piece
                if not piece:
                    open_ends.unregister(key.fd)
            if time.monotonic() > until:
                raise subprocess.TimeoutExpired("the interpreter", timeout_s)
    output, errors = heard.values()
    return bytes(output), bytes(errors)
