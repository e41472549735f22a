"""How the command ends at any moment: what it started and made is gone, what it was writing is whole, one line is said.

The command works in a thread of its own while the main thread only waits (`run`). So a signal, which Python takes in
the main thread, interrupts nothing: no exception falls into an import or a clean-up, and whoever holds a lock goes on.
What must not be left behind is held (`hold`) from the moment it is made, and made `undisturbed`. The rest of the
package does not know who calls it: without `run` nothing here does anything but keep a list.

Imported before everything else: light, and nothing of it is imported when a signal has come.
"""

from __future__ import annotations

import _signal  # type: ignore[import-not-found]  # what `signal` is made of, without its enumerations: 3 ms
import os
import sys
import time
from _thread import RLock, allocate_lock, get_ident

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType
    from typing import NoReturn

_WORDS = {
    "SIGINT": "interrupted",
    "SIGTERM": "ended by SIGTERM",
    "SIGHUP": "ended by SIGHUP, the terminal has gone",
    "SIGXCPU": "ended by SIGXCPU, its limit of processor time is used up",
}
_SIGNALS = {getattr(_signal, name): words for name, words in _WORDS.items() if hasattr(_signal, name)}
_BY_SIGNAL = 128  # exit codes as a shell gives them: 130, 143, 129, 152
_STACK_BYTES = 16 << 20  # a thread has 8 MiB at most, and where the C library is musl 128 KiB
_MAKING = ("subprocess.Popen", "os.rename", "os.mkdir")  # audit events; and `open` for writing
_WRITES = os.O_WRONLY | os.O_RDWR
_STARTING = ("_execute_child", "_fork_exec")  # of subprocess: between its audit event and the new process
NO_MEMORY = "there is not enough memory: give it more (ulimit -v, -u), or a smaller project (--exclude)"
# As the linker and the interpreter say it.
_NO_ROOM = (
    "failed to map segment from shared object",
    "cannot allocate memory",
    "can't allocate ",
)  # a lock, any other
_KILL = 9
_LIMIT_S = 60  # for the end: a disk that does not answer must not hold the one who pressed Ctrl-C

_taken: list[int] = []
_making = RLock()
_for_good = allocate_lock()
_held: list[Held] = []
_undoing: list[int] = []  # threads


class Held:
    """What has to be undone, by whoever comes first and once: who comes second waits until it is."""

    def __init__(self, action: Callable[[], object]) -> None:
        self._action, self._lock, self._is_done = action, RLock(), False

    def undo(self) -> None:
        """Undo it now; harmless when it is done."""
        with self._lock:
            if not self._is_done:
                self._is_done = True
                _undoing.append(get_ident())
                try:
                    self._action()
                finally:
                    _undoing.remove(get_ident())
                    if self in _held:
                        _held.remove(self)


def hold(held: Held) -> Held:
    """Have it undone if the command ends before somebody calls `undo`. Call it `undisturbed`, with what made it."""
    _held.append(held)
    return held


def undisturbed() -> RLock:
    """Return what to be in (`with`) while the command may not end. Once it is ending, nobody comes in any more."""
    return _making


def take_signals() -> None:
    """Answer the signals that ask for an end, those that nobody ignores: nohup does one, `&` of a shell another."""
    for number in _SIGNALS:
        if _signal.getsignal(number) in (_signal.SIG_DFL, _signal.default_int_handler):
            _signal.signal(number, _end)
            _taken.append(number)


def run(work: Callable[[], int]) -> int:
    """Do `work` in a thread of its own and return its exit code. Once it is over a signal changes nothing."""
    import threading

    result: list[int] = []
    before = threading.excepthook
    threading.excepthook = lambda failed: None if failed.thread is worker else before(failed)
    threading.stack_size(_STACK_BYTES)
    worker = threading.Thread(target=_do, args=(work, result), name="command", daemon=True)
    try:
        worker.start()
    except RuntimeError:  # no thread can be had: RLIMIT_AS or RLIMIT_NPROC
        _do(work, result)
    finally:
        threading.stack_size(0)
    while worker.is_alive():
        worker.join(1.0)  # where another thread took the signal, it is seen by then
    for number in _taken:
        _signal.signal(number, _signal.SIG_IGN)
    if not result:  # there was not even enough to say so
        _say(NO_MEMORY, 2)
    return result[0] if result else 3


def leave(code: int) -> None:
    """End the process with a code, once all is done, without taking apart what Python has made: 2 to 3 ms of it.

    Whoever asked to be called at the end is called. Nothing happens where a thread has to be waited for.
    """
    import atexit
    import threading

    if any(not each.daemon for each in threading.enumerate() if each is not threading.main_thread()):
        return
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        try:
            if stream is not None:
                stream.flush()
        except (OSError, ValueError):  # nobody can be told
            pass
    os._exit(code)


def _do(work: Callable[[], int], result: list[int]) -> None:
    try:
        result.append(work())
    except SystemExit as leaving:
        result.append(leaving.code if isinstance(leaving.code, int) else int(leaving.code is not None))
    except (MemoryError, SystemError):  # the second where Python itself got no memory for the first
        _say(NO_MEMORY, 2)
        result.append(3)
    except (ImportError, RuntimeError) as error:
        is_lack = str(error).lower().rpartition(": ")[2].startswith(_NO_ROOM)
        _say(NO_MEMORY, 2) if is_lack else sys.excepthook(*sys.exc_info())
        result.append(3 if is_lack else 1)
    except BaseException:
        sys.excepthook(*sys.exc_info())
        result.append(1)


def _end(number: int, frame: FrameType | None) -> NoReturn:
    """End the command: nothing new is made, what is half made is waited for, what is held is undone."""
    for each in _taken:
        _signal.signal(each, _signal.SIG_IGN)  # a second one would cut this short
    said = _silence()  # the work fails now wherever it is, and that is nobody's business

    def give_up(*_: object) -> NoReturn:
        _say(_SIGNALS[number], said)
        os._exit(_BY_SIGNAL + number)

    if hasattr(_signal, "alarm"):
        _signal.signal(_signal.SIGALRM, give_up)
        _signal.alarm(_LIMIT_S)
    _making.acquire()
    _for_good.acquire()
    _hold_up_others()
    try:
        for held in reversed([*_held]):
            _undo(held)
        _end_children()
    finally:
        give_up()


def _silence() -> int:
    """Let nothing more be printed, and return a descriptor of what standard error was; -1 where it is closed."""
    try:
        said = os.dup(2)
    except OSError:
        said = -1
    try:
        nothing = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nothing, 1)
        os.dup2(nothing, 2)
    except OSError:
        pass
    return said


def _hold_up_others() -> None:
    """Have every other thread wait for good where it would start, make or write something: no report of half a run."""
    main = get_ident()

    def hold_up(event: str, arguments: tuple[object, ...]) -> None:
        if get_ident() in (main, *_undoing):  # a removal renames, and we wait for it
            return
        writes = event == "open" and isinstance(arguments[2], int) and arguments[2] & _WRITES
        if (writes or event in _MAKING) and "__pycache__" not in str(arguments[0]):  # an import holds a lock
            _for_good.acquire()

    sys.addaudithook(hold_up)


def _undo(held: Held) -> None:
    try:  # noqa: SIM105  # contextlib is not light
        held.undo()
    except Exception:  # the next one has to be undone all the same
        pass


def _end_children() -> None:
    """End interpreters that were only asked something, and wait until they are gone. Linux only: /proc."""
    while (children := _children()) or _is_starting():
        for child in children:
            try:
                os.kill(child, _KILL)
                os.waitpid(child, 0)
            except OSError:  # another thread was faster
                pass
        time.sleep(0.001)


def _children() -> list[int]:
    found: list[int] = []
    try:
        for task in os.listdir("/proc/self/task"):  # noqa: PTH208  # pathlib may not be loaded yet
            with open(f"/proc/self/task/{task}/children") as file:  # noqa: PTH123
                found += map(int, file.read().split())
    except OSError:
        return []
    return found


def _is_starting() -> bool:
    """Say whether another thread is about to start a process: it was there before it could be held up."""
    for frame in sys._current_frames().values():
        step: FrameType | None = frame
        while step is not None:
            if step.f_code.co_name in _STARTING and not _is_held_up(frame):
                return True
            step = step.f_back
    return False


def _is_held_up(frame: FrameType) -> bool:
    return frame.f_code.co_name == "hold_up"


def _say(words: str, descriptor: int) -> None:
    """Write the one line; on a terminal over the line that tells of the progress."""
    try:
        wipe = "\r\x1b[2K" if os.isatty(descriptor) else ""
        os.write(descriptor, f"{wipe}footprint: {words}\n".encode())
    except OSError:
        pass
