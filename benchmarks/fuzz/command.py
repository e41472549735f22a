"""Runs the command of one input, watched: in a fork that has all modules loaded, or in a new process."""

from __future__ import annotations

import contextlib
import ctypes
import faulthandler
import importlib
import io
import os
import resource
import select
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn

from benchmarks.fuzz import room
from benchmarks.fuzz.case import Case, Outcome
from benchmarks.fuzz.place import Place
from benchmarks.fuzz.protections import switch_off

ROOT = Path(__file__).resolve().parents[2]
READY_FD = 3
_MEMORY_BYTES = 3 << 30  # what reads without end meets a limit
_KEPT_BYTES = 64 << 20
_CPU_HANG_S = 20.0
_BLOCKED_S = 20.0  # without any work of a command that starts nothing: nothing will come any more
_ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@dataclass(frozen=True, slots=True)
class Setting:
    """As whom to run, and with what switched off."""

    user_id: int | None = None  # None: as we are
    mutant: str = ""


def run(case: Case, place: Place, setting: Setting) -> Outcome:
    """Run one command to its end; end it when it hangs. What it leaves running is ended, and told."""
    listening = () if case.static else room.listening()  # a port has a process: a slow table is read where one may be
    begun = time.monotonic()
    streams = _Streams(case)
    signal.pthread_sigmask(signal.SIG_BLOCK, _ENDING)  # the fork takes none before it has handlers of its own
    pid = os.fork()
    if pid == 0:
        _become(case, place, setting, streams)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _ENDING)
    streams.close_far_ends()
    watch = _Watch(pid, case, streams)
    returncode = watch.until_end()
    ports = () if case.static else tuple(sorted(set(room.listening()) - set(listening)))
    processes = room.left_processes()
    if ports and not processes:  # of one that was dying
        ports = tuple(sorted(set(room.listening()) - set(listening)))
    streams.drain()
    stdout, stderr = streams.close()
    starts = place.starts.stat().st_size if place.starts.exists() else 0
    return Outcome(
        returncode, stdout, stderr, time.monotonic() - begun, watch.hung, processes, ports, starts, watch.peak_bytes
    )


class _Streams:
    """Pipes to and from the command, so that no limit on files applies to what we read."""

    def __init__(self, case: Case) -> None:
        self._stdin, self._ours_in = os.pipe()
        self._ours: dict[int, bytearray] = {}
        self._order: list[int] = []
        self.far: list[int] = [self._stdin]
        for _ in range(3):  # standard output, standard error, and the byte that says that signals are answered
            near, far = os.pipe()
            os.set_blocking(near, False)
            self._ours[near] = bytearray()
            self._order.append(near)
            self.far.append(far)
        if case.stdout == "full":
            self.far[1] = os.open("/dev/full", os.O_WRONLY)
        os.set_blocking(self._ours_in, False)
        with contextlib.suppress(BlockingIOError):
            os.write(self._ours_in, case.stdin)
        os.close(self._ours_in)

    @property
    def near(self) -> tuple[int, ...]:
        """Our ends."""
        return tuple(self._order)

    @property
    def is_ready(self) -> bool:
        """Whether signals are answered."""
        return bool(self._ours[self._order[2]])

    def close_far_ends(self) -> None:
        """Leave them to the command."""
        for descriptor in self.far:
            os.close(descriptor)

    def read(self, descriptor: int) -> bool:
        """Take what is there; say whether there may be more."""
        try:
            data = os.read(descriptor, 1 << 16)
        except BlockingIOError:
            return True
        held = self._ours[descriptor]
        held += data[: max(0, _KEPT_BYTES - len(held))]
        return bool(data)

    def drain(self) -> None:
        """Take what is left in the pipes."""
        for descriptor in self._order:
            size = -1
            while size != len(self._ours[descriptor]):
                size = len(self._ours[descriptor])
                self.read(descriptor)

    def close(self) -> tuple[bytes, bytes]:
        """Return standard output and standard error."""
        for descriptor in self._order:
            os.close(descriptor)
        return bytes(self._ours[self._order[0]]), bytes(self._ours[self._order[1]])


@dataclass(slots=True)
class _Watch:
    """Waits for one process, sends it the signals of the case, and ends it when it hangs."""

    pid: int
    case: Case
    streams: _Streams
    hung: str = ""
    peak_bytes: int = 0
    worked_s: float = -1.0  # processor time when we last looked, and when it last grew
    worked_at_s: float = 0.0
    sent: int = 0
    next_blow_s: float = field(default=0.0)

    def until_end(self) -> int:
        """Return the status: negative for a signal that nobody took."""
        begun = last = time.monotonic()
        poller = select.poll()
        for descriptor in self.streams.near:
            poller.register(descriptor, select.POLLIN)
        end = os.pidfd_open(self.pid)
        poller.register(end, select.POLLIN)
        try:
            while True:
                for descriptor, _ in poller.poll(self._pause_ms(time.monotonic() - begun)):
                    if descriptor == end:
                        _, status, used = os.wait4(self.pid, 0)
                        self.peak_bytes = used.ru_maxrss << 10
                        return os.waitstatus_to_exitcode(status)
                    if not self.streams.read(descriptor):
                        poller.unregister(descriptor)
                now = time.monotonic()
                self._strike(begun, now)
                if now - last > 1.0 and not self.hung:
                    last = now
                    self._stop_if_hanging(now - begun)
        finally:
            os.close(end)

    def _pause_ms(self, elapsed_s: float) -> float:
        if self.case.blow is None or self.sent >= len(self.case.blow.delays_s):
            return 250.0
        return max(0.2, (self.next_blow_s - elapsed_s) * 1000) if self.next_blow_s else 1.0

    def _strike(self, begun: float, now: float) -> None:
        blow = self.case.blow
        if blow is None or self.sent >= len(blow.delays_s) or (blow.from_ready and not self.streams.is_ready):
            return
        if not self.next_blow_s:
            self.next_blow_s = (now - begun if blow.from_ready else 0.0) + blow.delays_s[0]
        while now - begun >= self.next_blow_s and self.sent < len(blow.delays_s):
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, blow.number)
            self.sent += 1
            self.next_blow_s += blow.delays_s[self.sent] if self.sent < len(blow.delays_s) else 0

    def _stop_if_hanging(self, elapsed_s: float) -> None:
        cpu_s = _read_work(self.pid)
        if cpu_s != self.worked_s:
            self.worked_s, self.worked_at_s = cpu_s, elapsed_s
        blocked = self.case.static and elapsed_s - self.worked_at_s > _BLOCKED_S
        if elapsed_s > self.case.hang_s or cpu_s > _CPU_HANG_S or blocked:
            self.hung = f"after {elapsed_s:.0f} s, {cpu_s:.1f} s of them at work"
            os.kill(self.pid, signal.SIGABRT)  # faulthandler tells where
            time.sleep(0.3)
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)


def _read_work(pid: int) -> float:
    """Return the processor time of a process."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _become(case: Case, place: Place, setting: Setting, streams: _Streams) -> NoReturn:
    """Be the command, in a fork; never returns."""
    code = 70
    try:
        _take_streams(case, streams)
        _take_place(case, place, setting)
        if case.runner == "process":
            _execute(case, setting)
        code = _call(case, setting)
    except BaseException:
        import traceback

        traceback.print_exc()
    finally:
        os._exit(code)


def _take_streams(case: Case, streams: _Streams) -> None:
    kept = [os.dup(descriptor) for descriptor in streams.far]
    for number, descriptor in enumerate(kept):
        os.dup2(descriptor, number, inheritable=number < READY_FD or case.runner == "process")
    if case.stdout == "closed":
        os.close(1)
    os.closerange(READY_FD + 1, 512)


def _take_place(case: Case, place: Place, setting: Setting) -> None:
    for number in _ENDING:
        is_warm_interrupt = number == signal.SIGINT and case.runner == "warm"
        signal.signal(number, signal.default_int_handler if is_warm_interrupt else signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _ENDING)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES, _MEMORY_BYTES))
    if case.file_size_limit is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (case.file_size_limit, case.file_size_limit))
    os.umask(0o022)
    if setting.user_id is not None:
        os.setgroups([])
        os.setgid(setting.user_id)
        os.setuid(setting.user_id)
        ctypes.CDLL(None).prctl(4, 1, 0, 0, 0)  # PR_SET_DUMPABLE: /proc of its own stays readable
    os.chdir(case.working_dir)
    os.environ.clear()
    os.environ.update(environment(case, place))
    tempfile.tempdir = None  # what it was in the process that this is a fork of


def environment(case: Case, place: Place) -> Mapping[str, str]:
    """Return the variables of the command."""
    own = {
        "PATH": os.defpath,
        "HOME": str(place.home),
        "TMPDIR": str(place.tmp),
        "LANG": "C.UTF-8",
        "FOOTPRINT_CACHE": str(place.out / "facts"),
        "FUZZ_STARTS": str(place.starts),
        "FUZZ_TARGET": str(place.target),
    }
    return {**own, **case.env}


def _execute(case: Case, setting: Setting) -> NoReturn:
    """Become a new process, as a shell would start it."""
    script = str(Path(__file__).with_name("begin.py"))
    # -B: under a limit on file sizes the interpreter itself would leave half of a .pyc in this checkout.
    command = [sys.executable, "-B", script, str(ROOT), setting.mutant, *case.arguments]
    os.execv(sys.executable, command)


def _call(case: Case, setting: Setting) -> int:
    """Call the command line in this fork, and end as the interpreter would."""
    faulthandler.enable(file=2)
    sys.argv = ["footprint", *case.arguments]
    sys.stdin = io.TextIOWrapper(io.BufferedReader(io.FileIO(0)), encoding="utf-8", errors="surrogateescape")
    for number, name in ((1, "stdout"), (2, "stderr")):
        with contextlib.suppress(OSError):  # closed
            setattr(sys, name, _open_stream(number))
    if case.stdout == "closed":
        sys.stdout = None  # as the interpreter has it
    if setting.mutant:
        switch_off(setting.mutant)
    _tell_when_answering()
    return finish(importlib.import_module("footprint.__main__").run)


def _tell_when_answering() -> None:
    """Have a byte written once signals are answered: those of a case are counted from then on."""
    from footprint import ending

    take_signals = ending.take_signals

    def take_and_tell() -> None:
        take_signals()
        os.write(READY_FD, b"r")

    ending.take_signals = take_and_tell


def finish(main: Callable[[], None]) -> int:
    """Call `main` and return the exit code of an interpreter that does so."""
    code = 0
    try:
        main()
    except SystemExit as stop:
        code = stop.code if isinstance(stop.code, int) else 0 if stop.code is None else 1
    except BaseException:  # what the interpreter would print as its last
        sys.excepthook(*sys.exc_info())
        code = 1
    for stream in (sys.stdout, sys.stderr):
        try:
            if stream is not None and not stream.closed:
                stream.flush()
        except OSError:
            if stream is sys.stdout:
                os.write(2, b"Exception ignored in: <stdout>\n")
                code = 120
    return code


def _open_stream(number: int) -> io.TextIOWrapper:
    raw = io.FileIO(number, "w", closefd=False)
    return io.TextIOWrapper(io.BufferedWriter(raw), encoding="utf-8", write_through=number == 2)
