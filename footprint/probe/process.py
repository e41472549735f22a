"""One child process: started at once, watched by a thread, ended with everything it started.

Records go to a file without a name (memory where the platform can) instead of a pipe: nobody has to
read while the child runs, it can never block, and a forked grandchild cannot hold the end open.
"""

from __future__ import annotations

import contextlib
import os
import re
import select
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from footprint.probe import events, tree
from footprint.probe.guard import MemoryGuard

TAIL_BYTES = 4096
EVENTS_LIMIT_BYTES = 256 << 20
MARKER = "FOOTPRINT_PROBE"  # in the environment of the child and all it starts: how they are found again

_STAGE_END = re.compile(rb"\x1es (\w+) [^\n]*\n")
_TICK_S = 0.02  # only where the end of a process cannot be waited for together with its output
_ABORT_GRACE_S = 0.5
_DRAIN_S = 1.0


@dataclass(frozen=True, slots=True)
class Limits:
    """When to stop a child, and who reads its memory."""

    timeout_s: float
    read_memory_outside: bool = False
    memory_bytes: int | None = None  # RSS at which to stop it: what a host without swap would do
    first_use_s: float = 0  # as much again once lazy imports are being tried: the start itself was in time


@dataclass(frozen=True, slots=True)
class ChildEnd:
    """How the child ended and what it left. `returncode` is negative for a signal, as in subprocess."""

    events: bytes
    returncode: int
    timed_out: bool
    overflowed: bool  # more records than EVENTS_LIMIT_BYTES; stopped
    stdout_tail: bytes
    stderr_tail: bytes
    stage_rss: Mapping[str, int]  # taken from outside, only when asked for
    stopped_at_bytes: int | None = None  # RSS when it passed the memory limit


class Child:
    """A running child. `wait` returns its end; `kill` ends it from another thread."""

    def __init__(self, process: subprocess.Popen[bytes], events_fd: int, token: str, limits: Limits) -> None:
        self._process = process
        self._events_fd = events_fd
        self._token = token
        self._more_s = limits.first_use_s
        self._deadline = time.monotonic() + limits.timeout_s
        self._outside = _OutsideMemory(process.pid, events_fd) if limits.read_memory_outside else None
        self._guard = MemoryGuard(process.pid, limits.memory_bytes) if limits.memory_bytes else None
        self._tails: dict[int, bytearray] = {}
        self._lock = threading.Lock()
        self._reaped = False
        for stream in (process.stdout, process.stderr):
            assert stream is not None
            os.set_blocking(stream.fileno(), False)
            self._tails[stream.fileno()] = bytearray()

    def kill(self) -> None:
        """End the child now; `wait` in the other thread then returns."""
        with self._lock:
            if not self._reaped:
                _signal_group(self._process.pid, signal.SIGKILL)

    def wait(self) -> ChildEnd:
        """Drain the child until it ends, its time is over or it writes too much; leave no process behind."""
        timed_out = overflowed = False
        exit_fd = _open_pidfd(self._process.pid)
        poller = select.poll()
        for descriptor in (*self._tails, *(() if exit_fd is None else (exit_fd,))):
            poller.register(descriptor, select.POLLIN)
        try:
            while not self._has_ended():
                left_s = self._deadline - time.monotonic()
                if left_s <= 0 and self._more_s and events.is_trying(self._events()):
                    left_s, self._more_s = self._more_s, 0
                    self._deadline = time.monotonic() + left_s
                timed_out = left_s <= 0
                overflowed = os.fstat(self._events_fd).st_size > EVENTS_LIMIT_BYTES
                if timed_out or overflowed:
                    break
                if self._outside is not None:
                    self._outside.read()
                if self._guard is not None and self._guard.is_passed():
                    break
                if self._guard is not None:
                    self._drain(poller, 0)
                    time.sleep(self._guard.pause_s)  # poll waits for whole milliseconds
                    continue
                blocks = exit_fd is not None and self._outside is None
                self._drain(poller, min(left_s, 1.0 if blocks else _TICK_S))
            if timed_out:
                self._abort(poller)
            self._end_tree()
            self._drain_rest(poller)
            return self._collect(timed_out=timed_out, overflowed=overflowed)
        finally:
            if exit_fd is not None:
                os.close(exit_fd)
            if self._guard is not None:
                self._guard.close()
            if not self._reaped:
                self._end_tree()

    def _has_ended(self) -> bool:
        """Say whether the child is over, without reaping it: until then its group id cannot be reused."""
        if not hasattr(os, "waitid"):  # macOS before Python 3.13; not tested there
            return self._process.poll() is not None
        found = os.waitid(os.P_PID, self._process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        return found is not None

    def _drain(self, poller: select.poll, wait_s: float) -> bool:
        """Wait for output and keep its end; return whether there was any."""
        any_output = False
        for descriptor, _ in poller.poll(wait_s * 1000):
            tail = self._tails.get(descriptor)
            if tail is None:
                continue  # the end of the process
            try:
                data = os.read(descriptor, 1 << 16)
            except BlockingIOError:
                continue
            if not data:
                poller.unregister(descriptor)
                continue
            any_output = True
            tail += data
            del tail[:-TAIL_BYTES]
        return any_output

    def _abort(self, poller: select.poll) -> None:
        """Let faulthandler print where the child hangs, for a moment, before it is killed."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self._process.pid, signal.SIGABRT)  # Popen.send_signal might reap it
        limit = time.monotonic() + _ABORT_GRACE_S
        while time.monotonic() < limit and not self._has_ended():
            self._drain(poller, _TICK_S)

    def _end_tree(self) -> None:
        _signal_group(self._process.pid, signal.SIGKILL)
        tree.kill_descendants(self._process.pid, f"{MARKER}={self._token}")
        with self._lock:
            self._process.wait()
            self._reaped = True

    def _drain_rest(self, poller: select.poll) -> None:
        """Take what is still in the pipes; bounded, should a writer have escaped."""
        limit = time.monotonic() + _DRAIN_S
        while time.monotonic() < limit and self._drain(poller, 0):
            pass

    def _events(self) -> bytes:
        return _read_all(self._events_fd, min(os.fstat(self._events_fd).st_size, EVENTS_LIMIT_BYTES))

    def _collect(self, *, timed_out: bool, overflowed: bool) -> ChildEnd:
        assert self._process.stdout is not None and self._process.stderr is not None
        end = ChildEnd(
            events=self._events(),
            returncode=self._process.returncode,
            timed_out=timed_out,
            overflowed=overflowed,
            stdout_tail=bytes(self._tails[self._process.stdout.fileno()]),
            stderr_tail=bytes(self._tails[self._process.stderr.fileno()]),
            stage_rss=self._outside.found if self._outside is not None else {},
            stopped_at_bytes=self._guard.passed_at_bytes if self._guard is not None else None,
        )
        self._process.stdout.close()
        self._process.stderr.close()
        os.close(self._events_fd)
        return end


def spawn(
    command: Callable[[int], Sequence[str]], *, cwd: Path, env: Mapping[str, str], token: str, limits: Limits
) -> Child:
    """Start `command(descriptor of the records)` in a session of its own, without input.

    Raises: OSError when the program or the folder cannot be used.
    """
    events_fd = _open_events()
    try:
        process = subprocess.Popen(
            command(events_fd),
            cwd=cwd,
            env={**env, MARKER: token},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            bufsize=0,
            pass_fds=(events_fd,),
            start_new_session=True,
        )
    except OSError:
        os.close(events_fd)
        raise
    _forbid_core(process.pid)
    return Child(process, events_fd, token, limits)


class _OutsideMemory:
    """RSS by stage, read from the parent, where a process cannot read its own cheaply. Not tested on macOS.

    The child waits a moment after each stage record, so the reading is of that moment.
    """

    def __init__(self, pid: int, events_fd: int) -> None:
        import psutil

        self._error, self._events_fd, self._offset = psutil.Error, events_fd, 0
        self._process = psutil.Process(pid)
        self.found: dict[str, int] = {}

    def read(self) -> None:
        """Read the memory when a stage ended since the last call."""
        size = os.fstat(self._events_fd).st_size
        new = os.pread(self._events_fd, size - self._offset, self._offset)
        for match in _STAGE_END.finditer(new):
            with contextlib.suppress(self._error):
                self.found[match[1].decode()] = self._process.memory_info().rss
        self._offset += len(new)


def _open_events() -> int:
    """Return a descriptor of an empty file without a name. O_APPEND: no seek of the entry's can make us overwrite."""
    if hasattr(os, "memfd_create"):
        descriptor = os.memfd_create("footprint-events")
    else:
        with tempfile.TemporaryFile() as file:
            descriptor = os.dup(file.fileno())
    import fcntl

    fcntl.fcntl(descriptor, fcntl.F_SETFL, os.O_APPEND | fcntl.fcntl(descriptor, fcntl.F_GETFL))
    return descriptor


def _forbid_core(pid: int) -> None:
    """A crash must not write a core file into the user's project. Linux only."""
    import resource

    if hasattr(resource, "prlimit"):
        with contextlib.suppress(OSError):
            resource.prlimit(pid, resource.RLIMIT_CORE, (0, 0))


def _open_pidfd(pid: int) -> int | None:
    if not hasattr(os, "pidfd_open"):
        return None
    try:
        return os.pidfd_open(pid)
    except OSError:  # a kernel or sandbox without it
        return None


def _signal_group(pid: int, number: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, number)


def _read_all(descriptor: int, size: int) -> bytes:
    parts = []
    offset = 0
    while offset < size and (part := os.pread(descriptor, size - offset, offset)):
        parts.append(part)
        offset += len(part)
    return b"".join(parts)
