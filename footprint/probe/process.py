"""One child process: started at once, watched by a thread, ended with everything it started.

Records go to a file without a name (memory where the platform can) instead of a pipe: nobody has to
read while the child runs, it can never block, and a forked grandchild cannot hold the end open.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from footprint.files.private import nameless_file
from footprint.probe import started_program
from footprint.probe.memory import system
from footprint.probe.output_tail import TAIL_BYTES, OutputTail
from footprint.probe.readings import Outside, OutsideReading
from footprint.probe.records import find, is_trying, untag
from footprint.probe.shadow import Shadow
from footprint.probe.started_program import Order, Started
from footprint.values import dataclass

EVENTS_LIMIT_BYTES = 256 << 20

_TICK_S = 0.02  # only where the end of a process cannot be waited for together with its output
_ABORT_GRACE_S = 0.5
_OVERSHOOT_BYTES = 64 << 20  # that a process may grow by while it prints where it is
# Between two looks a process may grow by what it can write meanwhile: some GB in a second at most.
_FASTEST_GROWTH_BYTES_S = 4 << 30
_SHORTEST_S, _LONGEST_S = 0.0003, 0.002
_NICENESS = 10  # of the watched process: on a busy machine whoever watches must get the processor first
# So near the limit it runs only where nothing else wants to: the kernel counts its processor as free then, and wakes
# the watcher there at once. Beside two busy processes and with nicer words alone it came up to 10.7 MB too far.
_NEAR_BYTES = 64 << 20


@dataclass(frozen=True, slots=True)
class Limits:
    """When to stop a child, who reads its memory, what it sees other than it is, and what is kept of its words."""

    timeout_s: float
    read_memory_outside: bool = False
    memory_bytes: int | None = None  # RSS at which to stop it: what a host without swap would do
    first_use_s: float = 0  # as much again once lazy imports are being tried: the start itself was in time
    calls_s: float = 0  # for what it calls itself once it is ready, if it does: it may ignore its own alarm
    shadow: Shadow | None = None  # in which the child runs
    output_bytes: int = TAIL_BYTES  # to keep of what it prints
    asks_where: bool = False  # it prints where it is when it is stopped at `memory_bytes`: child/calls.py


@dataclass(frozen=True, slots=True)
class ChildEnd:
    """How the child ended and what it left. `returncode` is negative for a signal, as in subprocess."""

    events: bytes
    returncode: int
    timed_out: bool
    overflowed: bool  # more records than EVENTS_LIMIT_BYTES; stopped
    output_tail: str  # of its errors, or else of all else that it printed
    stage_rss: Mapping[str, int]  # taken from outside, only when asked for
    stopped_at_bytes: int | None = None  # what it took, with its children, when it passed the memory limit
    memory_bytes: int | None = None  # that limit
    outside: Outside | None = None  # what it was seen to take while it waited at the end of a stage
    sees_all: bool = True  # nothing that it started can be left
    cpu_is_used_up: bool = False  # its limit of processor time, when it ended

    def readings(self, *, of_forks: bool) -> tuple[OutsideReading, ...] | None:
        """Return what was read from outside of the process itself, or of its forks; None: nobody could."""
        if self.outside is None:
            return None
        return tuple(each for each in self.outside.readings if (each.pid != self.outside.pid) == of_forks)


@dataclass(frozen=True, slots=True)
class Records:
    """The file that the child writes to, and the tag of what is its own there."""

    descriptor: int
    tag: str

    def read(self) -> bytes:
        """Return the records so far."""
        return untag(self.raw(), self.tag)

    def raw(self) -> bytes:
        """Return them as they were written, with whatever stands between them."""
        return os.pread(self.descriptor, min(self.size(), EVENTS_LIMIT_BYTES), 0)

    def size(self) -> int:
        """Return how many bytes there are, of whatever kind."""
        return os.fstat(self.descriptor).st_size


@dataclass(frozen=True, slots=True)
class SoFar:
    """What a child has written by a moment, and what was read of it and its forks from outside."""

    written: bytes
    tag: str
    readings: tuple[OutsideReading, ...]
    pid: int

    @property
    def events(self) -> bytes:
        """The records."""
        return untag(self.written, self.tag)

    @property
    def own_readings(self) -> tuple[OutsideReading, ...]:
        """The readings of the child itself."""
        return tuple(each for each in self.readings if each.pid == self.pid)


class Child:
    """A running child. `wait` returns its end; `kill` ends it from another thread."""

    def __init__(self, program: Started, tails: Sequence[OutputTail], records: Records, limits: Limits) -> None:
        self._program, self._tails, self._records = program, tails, records
        is_blind = limits.read_memory_outside and not program.reads
        self._more_s, self._calls_s, self._memory_bytes = limits.first_use_s, limits.calls_s, limits.memory_bytes
        self._deadline = time.monotonic() + limits.timeout_s
        self._outside = _OutsideMemory(program.pid, records) if is_blind else None
        self.when_forked: Callable[[SoFar], None] | None = None  # told once, from the thread that waits
        guarded = limits.memory_bytes
        self._guard = MemoryGuard(program.pid, guarded, asks_where=limits.asks_where) if guarded else None

    def kill(self) -> None:
        """End the child now; `wait` in the other thread then returns."""
        self._program.kill()

    def wait(self) -> ChildEnd:
        """Wait until the child ends, its time is over or it writes too much; leave no process behind."""
        try:
            timed_out, overflowed = self._watch()
            if timed_out:
                self._abort()
            returncode = self._program.poll()
            cpu_is_used_up = system().is_cpu_used_up(self._program.pid)
            self._program.end()
            output, errors = (tail.close() for tail in self._tails)
            return ChildEnd(
                events=self._records.read(),
                returncode=-signal.SIGKILL if returncode is None else returncode,
                timed_out=timed_out,
                overflowed=overflowed,
                output_tail=errors or output,
                stage_rss=self._outside.found if self._outside is not None else {},
                stopped_at_bytes=(self._guard and self._guard.passed_at_bytes) or self._program.excess_bytes or None,
                memory_bytes=self._memory_bytes,
                outside=Outside(tuple(self._program.readings), self._program.pid, time.monotonic_ns())
                if self._program.reads
                else None,
                sees_all=self._program.sees_all,
                cpu_is_used_up=cpu_is_used_up,
            )
        finally:
            if self._guard is not None:
                self._guard.close()
            self._program.end()
            for tail in self._tails:
                tail.close()
            os.close(self._records.descriptor)

    def _watch(self) -> tuple[bool, bool]:
        """Wait for the end; return whether it took too long, and whether it wrote too much."""
        while self._program.poll() is None:
            left_s = self._deadline - time.monotonic()
            if left_s <= 0 and self._more_s and is_trying(self._records.read()):
                left_s, self._more_s = self._more_s, 0
                self._deadline = time.monotonic() + left_s
            if self._calls_s and is_trying(self._records.read()):
                left_s, self._calls_s, self._more_s = min(left_s, self._calls_s), 0, 0
                self._deadline = time.monotonic() + left_s
            timed_out = left_s <= 0
            overflowed = self._records.size() > EVENTS_LIMIT_BYTES
            if timed_out or overflowed:
                return timed_out, overflowed
            if self._outside is not None:
                self._outside.read()
            if self.when_forked is not None and any(each.pid != self._program.pid for each in self._program.readings):
                told, self.when_forked = self.when_forked, None
                told(SoFar(self._records.raw(), self._records.tag, tuple(self._program.readings), self._program.pid))
            if self._guard is None:
                self._await(min(left_s, 1.0 if self._outside is None else _TICK_S))
            elif self._guard.is_passed(self._program.excess_bytes):
                break
            else:
                time.sleep(self._guard.pause_s)  # poll waits for whole milliseconds
        return False, False

    def _await(self, wait_s: float) -> None:
        """Wait for a word of the supervisor; where there is none, for a moment."""
        word = self._program.descriptor()
        if word is None:
            time.sleep(min(wait_s, _TICK_S))
            return
        poller = select.poll()
        poller.register(word, select.POLLIN)
        poller.poll(wait_s * 1000)

    def _abort(self) -> None:
        """Let faulthandler print where the child hangs, for a moment, before it is killed."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(self._program.pid, signal.SIGABRT)
        limit = time.monotonic() + _ABORT_GRACE_S
        while time.monotonic() < limit and self._program.poll() is None:
            self._await(_TICK_S)


def spawn(command: Callable[[int, str], Sequence[str]], *, cwd: Path, env: Mapping[str, str], limits: Limits) -> Child:
    """Start `command(descriptor of the records, their tag)` in a session of its own, without input.

    Raises: OSError when the program or the folder cannot be used.
    """
    events_fd, tag = _open_events(), os.urandom(8).hex()
    tails = OutputTail(limits.output_bytes), OutputTail(limits.output_bytes)
    try:
        program = started_program.start(
            Order(
                command=command(events_fd, tag),
                folder=cwd,
                environment=env,
                output=tails[0].writer,
                errors=tails[1].writer,
                kept=(events_fd,),
                if_read="stops=1",
                forks=limits.first_use_s > 0,
                limit_bytes=limits.memory_bytes or 0,
                overlays=() if limits.shadow is None else limits.shadow.overlays,
                libraries=() if limits.shadow is None else limits.shadow.libraries,
            )
        )
    except BaseException:
        os.close(events_fd)
        for tail in tails:
            tail.close()
        raise
    return Child(program, tails, Records(events_fd, tag), limits)


class _OutsideMemory:
    """RSS by stage, read from the parent, where a process cannot read its own cheaply. Not tested on macOS.

    The child waits a moment after each stage record, so the reading is of that moment.
    """

    def __init__(self, pid: int, records: Records) -> None:
        self._pid, self._records, self._offset = pid, records, 0
        self.found: dict[str, int] = {}

    def read(self) -> None:
        """Read the memory when a stage ended since the last call."""
        new = self._records.read()[self._offset :]
        for stage, *_ in find(new, "s"):
            if (level := system().read_level(self._pid)) is not None:
                self.found[stage] = level[0]
        self._offset += len(new)


def _open_events() -> int:
    """Return a descriptor of an empty file without a name. O_APPEND: no seek of the entry's can make us overwrite."""
    if hasattr(os, "memfd_create"):
        descriptor = os.memfd_create("footprint-events")
    else:
        with nameless_file() as file:
            descriptor = os.dup(file.fileno())
    descriptor = started_program.raised(descriptor)
    import fcntl

    fcntl.fcntl(descriptor, fcntl.F_SETFL, os.O_APPEND | fcntl.fcntl(descriptor, fcntl.F_GETFL))
    return descriptor


class MemoryGuard:
    """Watches the RSS of one process from outside and kills its group when it passes `limit_bytes`, unprivileged.

    So would a host without swap. Limits of the system do not stand in for it: RLIMIT_AS and RLIMIT_DATA count address
    space (133 MB with 84 MB resident for a small application), and a control group needs privileges.
    """

    def __init__(self, pid: int, limit_bytes: int, *, asks_where: bool = False) -> None:
        self._pid, self._limit_bytes, self._asks_where = pid, limit_bytes, asks_where
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
            self.passed_at_bytes = rss
            with contextlib.suppress(ProcessLookupError, PermissionError):
                if self._asks_where:
                    self._await_last_words(rss + _OVERSHOOT_BYTES)
                os.killpg(self._pid, signal.SIGKILL)
            return True
        if left < _NEAR_BYTES and not self._is_near:
            self._is_near = True
            _schedule(self._pid, "SCHED_IDLE", 0)
            self._is_ahead = _schedule(0, "SCHED_RR", 1)  # of this thread; only the privileged may
        self.pause_s = max(_SHORTEST_S, min(_LONGEST_S, left / _FASTEST_GROWTH_BYTES_S))
        return False

    def _await_last_words(self, most_bytes: int) -> None:
        """Have the process print where it is, and end by that; wait for it as long as it grows no further."""
        _schedule(self._pid, "SCHED_OTHER", 0)
        os.kill(self._pid, signal.SIGALRM)
        limit = time.monotonic() + _ABORT_GRACE_S
        while time.monotonic() < limit:
            rss = system().read_watched(self._rss)
            if not rss or rss > most_bytes:
                return
            time.sleep(_SHORTEST_S)

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
