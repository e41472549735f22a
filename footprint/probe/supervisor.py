"""Stands between footprint and one started program, so that nothing of it outlives the measurement. Linux only.

Run as `python -I -S supervisor.py` (footprint/probe/started_program.py), in a process of its own. Two in truth:

    footprint -> supervisor -> stand-in -> the program

The supervisor is a child subreaper: whatever the program starts becomes its child when it loses its parent, whatever
it did to its environment, session or group. When footprint says so, or is over, it ends all of them; it is done when
the kernel says that it has no child left. The stand-in is what the program knows as its parent, and may stop or kill.
It tells how the program ends, and reads its memory from outside whenever it has stopped itself.

On standard input comes the order (length, then marshal), then nothing: its end, or any byte, is the word to end all.
On standard output go lines:

    p pid stand-in                         it runs
    e errno folder|program                 it cannot be started
    t ns pid rss shared tree               it, or a fork of it, has stopped; bytes of /proc/PID/statm, then its peak and
                                           all that came of it (tree_watch.py)
    o bytes                                it and all that came of it passed the limit of the order, or had passed it
    x status                               it is over; negative for a signal
    g                                      the stand-in is over before its time
    l count                                all is ended but `count` processes; the last line
"""

from __future__ import annotations

import _signal  # type: ignore[import-not-found]  # what `signal` is made of, without its enumerations: 3 ms
import marshal
import posix
import select
import sys
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from footprint.probe.tree_watch import TreeWatch

CONTROL, REPORT = 0, 1
SUBREAPER, PARENT_DEATH = 36, 1  # prctl(2)
KILL, STOP, CONTINUE, CHILD = 9, _signal.SIGSTOP, _signal.SIGCONT, _signal.SIGCHLD
THOROUGH_EACH = 4  # looks at what is left; some are over a moment after they are killed
FREEZE_ROUNDS = 50  # what forks faster than we look is stopped before it is killed
END_S = 5.0
LOOK_S = 1.0

_page = posix.sysconf("SC_PAGE_SIZE")


def main() -> None:
    """Start what the order says, and end it with all that it started."""
    order = marshal.loads(_take(int.from_bytes(_take(8), "little")))
    mask = _signal.pthread_sigmask(_signal.SIG_BLOCK, set(range(1, _signal.NSIG)) - {KILL, STOP})
    _signal.signal(CHILD, _signal.SIG_DFL)  # ignored, as some shells hand it on, nobody's end would be told
    _forbid_core()
    if call_c("prctl", SUBREAPER, 1, 0, 0, 0):
        posix._exit(1)
    alive, held = posix.pipe()
    stand_in = posix.fork()
    if stand_in == 0:
        posix.close(alive)
        _die_with_parent(posix.getppid())
        try:
            stand_in_for_us(order, mask)
        finally:
            posix._exit(1)
    posix.close(held)
    for descriptor in order["descriptors"]:
        posix.close(descriptor)
    _wait_for_the_word(alive, stand_in)
    _tell("l %d" % end_all())
    posix._exit(0)


def stand_in_for_us(order: dict[str, object], mask: set[int]) -> None:
    """Start the program, tell how it ends, and stay: until we are over too nobody else gets its number."""
    told, held = posix.pipe()
    parent = posix.getpid()
    pid = posix.fork()
    if pid == 0:
        become(order, mask, parent, held)
    posix.close(held)
    for descriptor in order["descriptors"]:  # type: ignore[attr-defined]
        posix.close(descriptor)
    problem = posix.read(told, 100)
    if problem:
        _tell("e " + problem.decode())
        return
    posix.close(told)
    _tell("p %d %d" % (pid, parent))
    watch = start_watch(order, pid) if order["reads"] else None
    pause_s = LOOK_S
    while True:
        found = posix.waitid(posix.P_PID, pid, posix.WEXITED | posix.WSTOPPED | posix.WNOWAIT | posix.WNOHANG)
        if found is None:
            if watch is not None:
                pause_s = watch.sample()
                tell_excess(watch)
            _signal.sigtimedwait({CHILD}, pause_s)
            continue
        if found.si_code in (posix.CLD_STOPPED, posix.CLD_TRAPPED):
            posix.waitid(posix.P_PID, pid, posix.WSTOPPED | posix.WNOHANG)
            if watch is not None:
                read_and_go_on(watch, forks=bool(order["forks"]))
            continue
        _tell("x %d" % (found.si_status if found.si_code == posix.CLD_EXITED else -found.si_status))
        while True:  # the program stays unreaped
            time.sleep(1000)


def become(order: dict[str, object], mask: set[int], parent: int, held: int) -> None:
    """Turn this fork into the program, as subprocess would: a session of its own, no input, default signals."""
    what = "program"
    try:
        posix.setsid()
        _die_with_parent(parent)
        output, errors = order["output"], order["errors"]
        null = posix.open("/dev/null", posix.O_RDONLY)
        for descriptor, number in ((null, 0), (output, 1), (errors, 2)):
            posix.dup2(descriptor, number)  # type: ignore[arg-type]
        for descriptor in order["descriptors"]:  # type: ignore[attr-defined]
            if descriptor not in order["kept"]:  # type: ignore[operator]
                posix.close(descriptor)
        for number in (_signal.SIGPIPE, _signal.SIGXFSZ):  # ignored by every Python
            _signal.signal(number, _signal.SIG_DFL)
        if order["overlays"]:
            space: dict[str, object] = {"__name__": "overlays", "call_c": call_c}
            exec(order["covering"], space)  # type: ignore[arg-type]
            space["cover_all"](order["overlays"], order["libraries"])  # type: ignore[operator]
        what = "folder"
        posix.chdir(order["folder"])  # type: ignore[arg-type]
        what = "program"
        _signal.pthread_sigmask(_signal.SIG_SETMASK, mask)
        posix.execve(order["program"], order["command"], order["environment"])  # type: ignore[arg-type]
    except OSError as error:
        posix.write(held, ("%d %s" % (error.errno or 0, what)).encode())
    except ValueError:  # a NUL in a word
        posix.write(held, b"22 " + what.encode())
    finally:
        posix._exit(127)


def tell_excess(watch: TreeWatch) -> bool:
    """Tell that all together have passed their limit, if they have, and return whether they have."""
    excess = watch.take_excess()
    if excess:
        _tell("o %d" % excess)
    return bool(excess)


def start_watch(order: dict[str, object], pid: int) -> TreeWatch:
    """Return what follows the memory of the program: tree_watch.py, which comes with the order."""
    space: dict[str, object] = {"__name__": "tree_watch", "read_file": read_file, "call_c": call_c}
    exec(order["watch"], space)  # type: ignore[arg-type]
    return space["TreeWatch"](pid, order["limit"])  # type: ignore[operator, no-any-return]


def read_and_go_on(watch: TreeWatch, *, forks: bool) -> None:
    """Tell the memory of the program that has stopped, and of forks of it that have, and let them go on."""
    pid = watch.pid
    stopped = [each for each, parent, state in processes() if parent == pid and state in b"Tt"] if forks else []
    for each in (*stopped, pid):
        try:
            tree = watch.describe(each, without=stopped)
            if tell_excess(watch):
                return  # who set the limit ends it here
            now = time.monotonic_ns()
            _, resident, shared, *_ = read_file("/proc/%d/statm" % each).split()
            _tell("t %d %d %d %d %s" % (now, each, int(resident) * _page, int(shared) * _page, tree))
        except (OSError, ValueError):
            pass
        watch.begin_stage(each)
        _send(each, CONTINUE)


def end_all() -> int:
    """End every process below this one, however fast it forks; return how many would not go."""
    until = time.monotonic() + END_S
    pause_s = 0.0005
    look = 0
    while True:
        look += 1
        found = freeze_descendants(posix.getpid(), thorough=look % THOROUGH_EACH == 0)
        for pid in found:
            _send(pid, KILL)
        if _reap_all():
            return 0
        if time.monotonic() > until:
            return len(find_descendants(posix.getpid()))
        time.sleep(pause_s)
        pause_s = min(0.02, 2 * pause_s)


def freeze_descendants(pid: int, *, thorough: bool) -> set[int]:
    """Stop all descendants, again until a look finds no new one; return them."""
    seen: set[int] = set()
    for _ in range(FREEZE_ROUNDS):
        new = ((not thorough and find_listed(pid)) or find_descendants(pid)) - seen
        if not new:
            break
        for each in new:
            _send(each, STOP)
        seen |= new
    return seen


def find_listed(pid: int) -> set[int]:
    """Return what the kernel lists below a process: quick, but it may miss some of those that come and go.

    Source: proc_pid_task(5), children.
    """
    found: set[int] = set()
    pending = [pid]
    while pending:
        tasks = "/proc/%d/task/" % pending.pop()
        try:
            for task in posix.listdir(tasks):
                text = read_file(tasks + task + "/children")
                new = set(map(int, text.rpartition(b" ")[0].split())) - found  # what follows the last blank is cut off
                found |= new
                pending += new
        except (OSError, ValueError):
            continue
    return found


def find_descendants(pid: int) -> set[int]:
    """Return all below a process; zombies too, since one whose first thread is over may run on."""
    children: dict[int, list[int]] = {}
    for each, parent, _ in processes():
        children.setdefault(parent, []).append(each)
    found: set[int] = set()
    pending = [pid]
    while pending:
        for child in children.get(pending.pop(), ()):
            if child not in found:
                found.add(child)
                pending.append(child)
    return found


def processes() -> list[tuple[int, int, bytes]]:
    """Return (number, parent, state) of every process. Source: proc_pid_stat(5)."""
    found = []
    for name in posix.listdir("/proc"):
        if name.isdigit():
            try:
                # The command name stands in parentheses and may hold any character, parentheses too.
                state, parent = read_file("/proc/" + name + "/stat").rpartition(b")")[2].split(None, 2)[:2]
                found.append((int(name), int(parent), state))
            except (OSError, ValueError):
                continue
    return found


def _wait_for_the_word(alive: int, stand_in: int) -> None:
    """Wait until footprint says so or is over, or the stand-in is."""
    poller = select.poll()
    poller.register(CONTROL, select.POLLIN)
    poller.register(alive, select.POLLIN)
    while True:
        ready = [descriptor for descriptor, _ in poller.poll(LOOK_S * 1000)]
        if CONTROL in ready:
            return
        if alive in ready:
            _tell("g")
            poller.unregister(alive)
        _send(stand_in, CONTINUE)  # the program may have stopped what it takes for its parent


def _reap_all() -> bool:
    """Take the status of all that is over; say whether there is no child left."""
    try:
        while posix.waitpid(-1, posix.WNOHANG)[0]:
            pass
    except ChildProcessError:
        return True
    return False


def _die_with_parent(parent: int) -> None:
    call_c("prctl", PARENT_DEATH, KILL, 0, 0, 0)
    if posix.getppid() != parent:  # it was over before we said so
        posix._exit(1)


def _forbid_core() -> None:
    """A crash must not write a core file into the user's project."""
    import resource

    try:
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    except (OSError, ValueError):
        pass


def _send(pid: int, number: int) -> None:
    try:
        posix.kill(pid, number)
    except OSError:  # it is over, or has become another user's
        pass


def _tell(line: str) -> None:
    try:
        posix.write(REPORT, (line + "\n").encode())
    except OSError:  # nobody listens any more
        pass


def _take(count: int) -> bytes:
    """Return exactly `count` bytes of the order."""
    parts = b""
    while len(parts) < count:
        part = posix.read(CONTROL, count - len(parts))
        if not part:
            posix._exit(0)
        parts += part
    return parts


def call_c(name: str, *arguments: object) -> int:
    """Return what a function of the C library returns."""
    try:
        from _ctypes import call_function, dlopen, dlsym  # what `ctypes` is made of, without its types: 5 ms
    except ImportError:
        import ctypes

        return int(getattr(ctypes.CDLL(None), name)(*arguments))
    return int(call_function(dlsym(dlopen(None, 0), name), arguments))  # type: ignore[arg-type]  # None: all there is


def read_file(path: str) -> bytes:
    """Return the start of a file, more than any below /proc that is read here has."""
    descriptor = posix.open(path, posix.O_RDONLY)
    try:
        return posix.read(descriptor, 8192)
    finally:
        posix.close(descriptor)


if __name__ == "__main__":
    sys.setrecursionlimit(200)
    main()
