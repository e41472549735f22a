"""One started program, and the end of all that came of it.

On Linux a supervisor stands between (supervisor.py): it finds every process that the program starts, and ends them
with it even where footprint itself is killed. Elsewhere, and where a system refuses it, the program is our own child:
what cut itself loose from it is then found by a mark in its environment at best, and `sees_all` says so.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import marshal
import os
import select
import signal
import subprocess
import sys
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from importlib.machinery import SourceFileLoader
from importlib.util import cache_from_source
from pathlib import Path
from types import CodeType

from footprint import ending
from footprint.ending import Held
from footprint.probe import process_tree
from footprint.probe.child_bytecode import is_bytecode_of
from footprint.probe.memory import system
from footprint.probe.readings import OutsideReading, read_outside
from footprint.values import dataclass, replace

# In the environment of the program and all it starts: how they are found without a supervisor.
_MARKER = "FOOTPRINT_PROBE"

CANNOT_SEE_ALL = "what the application left running cannot be found here: look for processes of it"

_NOBODY = -1  # no process, and nobody's parent
_FIRST_WORD_S = 60.0
_END_S = 20.0
_READINGS_LIMIT = 10_000


Overlay = tuple[str, str, str]  # (folder, what is changed in it, an empty folder beside that): overlays.py


@dataclass(frozen=True, slots=True)
class Order:
    """What to start. Descriptors are of our process; those `kept` are there in the program under the same number."""

    command: Sequence[str]
    folder: Path
    environment: Mapping[str, str]
    output: int
    errors: int
    program: str | None = None  # where it is not the first word of the command
    kept: tuple[int, ...] = ()
    if_read: str = ""  # word to add where its memory is read from outside whenever it stops itself; it goes on then
    forks: bool = False  # and that of its forks
    limit_bytes: int = 0  # of all that comes of it: passing that is told, where its memory is read; 0: none
    overlays: tuple[Overlay, ...] = ()  # what covers folders, for this program alone
    libraries: tuple[str, ...] = ()  # real paths there of files that are mapped as without overlays: overlays.py


class Started(ABC):
    """A started program. `end` has to be called; nothing else ends it for certain."""

    pid = -1
    reads = False  # whether its memory is read from outside, as ordered
    sees_all = True  # whether nothing that the program starts can hide
    excess_bytes = 0  # what all of it took when it passed the limit; 0: it did not

    def __init__(self, marker: str) -> None:
        self._marker = f"{_MARKER}={marker}"
        self._lock = threading.Lock()
        self.readings: list[OutsideReading] = []
        self.whole = Held(self._end)

    @abstractmethod
    def poll(self) -> int | None:
        """Return the exit status, negative for a signal, once the program is over."""

    def descriptor(self) -> int | None:
        """Return what becomes readable when `poll` may have something new; None: ask again and again."""
        return None

    @abstractmethod
    def find(self) -> set[int]:
        """Return the program and every living process that came of it."""

    @abstractmethod
    def kill(self) -> None:
        """Have it end soon, from any thread; harmless when it is over."""

    def end(self) -> None:
        """End all of it, and return when it is."""
        self.whole.undo()

    @abstractmethod
    def _end(self) -> None: ...


def start(order: Order) -> Started:
    """Start a program in a session of its own, without input.

    Raises: OSError when the program or the folder cannot be used.
    """
    order = replace(order, environment={**order.environment, _MARKER: os.urandom(16).hex()})
    with ending.undisturbed():
        program: Started = (_Supervised.begin(order) if _can_supervise() else None) or _Alone(order)
        ending.hold(program.whole)
    return program


def ask(command: list[str], output: int, errors: int) -> Started:
    """Start a program that is only asked something, in our folder: nothing of it is left running. Raises: OSError."""
    return start(Order(command, Path.cwd(), os.environ, output, errors))


def _can_supervise() -> bool:
    """A supervisor finds its processes in /proc, and is a Python of ours: an embedded one has no program."""
    return sys.platform == "linux" and bool(sys.executable) and system().has_proc


def pipe() -> tuple[int, int]:
    """Return the ends of a pipe, above the three that may be closed and that every program takes for its own."""
    return tuple(map(raised, os.pipe()))  # type: ignore[return-value]


def raised(descriptor: int) -> int:
    """Return a descriptor for the same that is none of the first three, in place of the one given."""
    if descriptor > 2:
        return descriptor
    high = fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, 3)
    os.close(descriptor)
    return high


class _Supervised(Started):
    """A program below a supervisor."""

    def __init__(self, supervisor: subprocess.Popen[bytes], marker: str, *, reads: bool) -> None:
        super().__init__(marker)
        assert supervisor.stdin is not None and supervisor.stdout is not None
        self._supervisor, self.reads = supervisor, reads
        self._control, self._report = supervisor.stdin, supervisor.stdout
        self._rest = b""
        self._status: int | None = None
        self._is_over = False  # the supervisor is
        self._left: int | None = None
        self._stand_in = -1
        self._error: tuple[int, str] | None = None
        os.set_blocking(self._report.fileno(), False)

    @classmethod
    def begin(cls, order: Order) -> _Supervised | None:
        """Return the running program; None where there can be no supervisor."""
        descriptors = tuple(dict.fromkeys((order.output, order.errors, *order.kept)))
        supervisor = subprocess.Popen(
            [sys.executable, "-I", "-S", _code()],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
            pass_fds=descriptors,
            start_new_session=True,
            cwd="/",
        )
        started = cls(supervisor, order.environment[_MARKER], reads=bool(order.if_read))
        try:
            is_running = started._give(order, descriptors)
        except BaseException:
            started.end()
            raise
        if is_running:
            return started
        error = started._error
        started.end()
        if error is not None:
            raise OSError(error[0], os.strerror(error[0]), str(order.folder) if error[1] == "folder" else None)
        return None

    def _give(self, order: Order, descriptors: tuple[int, ...]) -> bool:
        """Hand the order over and wait for the first word; say whether the program runs."""
        try:
            data = marshal.dumps(_in_bytes(order, descriptors))
        except ValueError as error:  # half a character
            raise OSError(errno.EINVAL, str(error)) from error
        try:
            _write_all(self._control.fileno(), len(data).to_bytes(8, "little") + data)
        except BrokenPipeError:
            return False
        limit = time.monotonic() + _FIRST_WORD_S
        while self.pid < 0 and self._error is None and not self._is_over and time.monotonic() < limit:
            self._listen(limit - time.monotonic())
        return self.pid >= 0

    def poll(self) -> int | None:
        self._listen(0)
        return self._status

    def descriptor(self) -> int | None:
        return None if self._report.closed else self._report.fileno()

    def find(self) -> set[int]:
        return system().find_below(self._supervisor.pid) - {self._stand_in}

    def kill(self) -> None:
        with self._lock, contextlib.suppress(OSError):
            self._control.close()

    def _end(self) -> None:
        self.kill()
        limit = time.monotonic() + _END_S
        while not self._is_over and time.monotonic() < limit:
            self._listen(limit - time.monotonic())
        if not self._is_over:  # the program got hold of it
            self._supervisor.kill()
        self._report.close()
        self._supervisor.wait()
        if self._left != 0 and self.pid >= 0:
            self.sees_all = False
            _signal_group(self.pid, signal.SIGKILL)
            process_tree.kill_descendants(self.pid, self._marker)

    def _listen(self, wait_s: float) -> None:
        """Take what the supervisor says; wait for it when nothing is there."""
        if self._is_over:
            return
        poller = select.poll()
        poller.register(self._report, select.POLLIN)
        if not poller.poll(max(0.0, wait_s) * 1000):
            return
        try:
            data = os.read(self._report.fileno(), 1 << 16)
        except BlockingIOError:
            return
        if not data:
            self._is_over = True
            self._status = -signal.SIGKILL if self._status is None else self._status
            return
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines:
            self._take(line.decode("ascii", "replace"))

    def _take(self, line: str) -> None:
        letter, *words = line.split(" ")
        match letter:
            case "p":
                self.pid, self._stand_in = map(int, words)
            case "e":
                self._error = (int(words[0]), words[1])
            case "t" if len(self.readings) < _READINGS_LIMIT:
                self.readings.append(read_outside(words))
            case "o":
                self.excess_bytes = int(words[0])
            case "x":
                self._status = int(words[0])
            case "g" if self._status is None:
                self._status = -signal.SIGKILL
            case "l":
                self._left = int(words[0])


class _Alone(Started):
    """A program that is our own child: what cuts itself loose is not found. Not tested on macOS."""

    sees_all = False

    def __init__(self, order: Order) -> None:
        super().__init__(order.environment[_MARKER])
        self._is_reaped = False
        if order.overlays:
            raise OSError(errno.ENOSYS, "no folder can be covered here")
        try:
            self._process = subprocess.Popen(
                order.command,
                cwd=order.folder,
                env=order.environment,
                stdin=subprocess.DEVNULL,
                stdout=order.output,
                stderr=order.errors,
                pass_fds=order.kept,
                start_new_session=True,
                executable=order.program,
            )
        except KeyboardInterrupt:  # it may run already, and nobody holds it yet
            process_tree.kill_descendants(_NOBODY, self._marker)
            raise
        self.pid = self._process.pid

    def poll(self) -> int | None:
        """Return the exit status without reaping it: until then its group id cannot be used again."""
        if self._is_reaped or not hasattr(os, "waitid"):  # macOS before Python 3.13
            return self._process.poll()
        found = os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        if found is None:
            return None
        return found.si_status if found.si_code == os.CLD_EXITED else -found.si_status

    def find(self) -> set[int]:
        own = {self.pid} if self.poll() is None else set()
        return own | process_tree.find_descendants(self.pid, self._marker)

    def kill(self) -> None:
        with self._lock:
            if not self._is_reaped:
                _signal_group(self.pid, signal.SIGKILL)

    def _end(self) -> None:
        _signal_group(self.pid, signal.SIGKILL)
        process_tree.kill_descendants(self.pid, self._marker)
        with self._lock:
            self._process.wait()
            self._is_reaped = True


def _code() -> str:
    """Return the file of the supervisor: its bytecode where Python has written it, 3 ms less."""
    source = Path(__file__).with_name("supervisor.py")
    try:
        _compile(source)  # writes it where that is allowed
        compiled = Path(cache_from_source(str(source)))
    except (ImportError, NotImplementedError, OSError):
        return str(source)
    return str(compiled if is_bytecode_of(compiled, source) else source)


def _compile(source: Path) -> CodeType | None:
    return SourceFileLoader(source.stem, str(source)).get_code(source.stem)


def _in_bytes(order: Order, descriptors: tuple[int, ...]) -> dict[str, object]:
    return {
        "command": [os.fsencode(word) for word in (*order.command, *filter(None, [order.if_read]))],
        "program": os.fsencode(_absolute(order.program or order.command[0])),
        "folder": os.fsencode(order.folder.absolute()),
        "environment": {os.fsencode(name): os.fsencode(value) for name, value in order.environment.items()},
        "output": order.output,
        "errors": order.errors,
        "kept": order.kept,
        "descriptors": descriptors,
        "reads": bool(order.if_read),
        "watch": _compile(Path(__file__).with_name("tree_watch.py")) if order.if_read else None,
        "forks": order.forks,
        "limit": order.limit_bytes,
        "overlays": [tuple(map(os.fsencode, place)) for place in order.overlays],
        "libraries": [os.fsencode(path) for path in order.libraries],
        "covering": _compile(Path(__file__).with_name("overlays.py")) if order.overlays else None,
    }


def _absolute(program: str) -> str:
    """Return a path that means the same in another folder; a bare word is none."""
    return str(Path(program).absolute()) if os.sep in program else program


def _write_all(descriptor: int, data: bytes) -> None:
    while data:
        data = data[os.write(descriptor, data) :]


def _signal_group(pid: int, number: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, number)
