"""What a started program and all that came of it take, followed from outside while they run. Linux only.

Runs in the supervisor, which gets its code with the order, and imports nothing but what that has. A process that comes
and goes between two looks is not seen. What one grew to between two looks is: the kernel keeps its high-water mark.
"""

from __future__ import annotations

import posix
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from footprint.probe.supervisor import call_c, read_file  # which the supervisor gives

SAMPLE_S, ALONE_S = 0.005, 0.01  # with other processes, and until one is seen
STEP = 1 << 20  # a sum has to be so much higher to be looked at closely
CALM_S, BUSY_S, REST_AT_MOST_S = 0.25, 1.0, 10.0  # at rest: asleep for so long, or not grown for so long
KCMP_VM = 1  # kcmp(2)

_kcmp = {"x86_64": 312, "aarch64": 272}.get(posix.uname().machine)
_page = posix.sysconf("SC_PAGE_SIZE")


class TreeWatch:
    """What the program and all that came of it take: looked at while they run, read closely when it has stopped."""

    def __init__(self, pid: int, limit: int) -> None:
        self.pid, self.limit = pid, limit  # in bytes, of all together; 0: none
        self.is_exact = True  # the kernel's mark of the program is of this stage alone
        self.mark = 0  # where it stood when it could not be set back
        self.most = self.peak = self.shared = 0  # of the program; of all together; what several of them share
        self.next_close = 0.0  # when to look closely again
        self.highest = 0  # of all together, since the start
        self.levels: dict[int, tuple[int, int]] = {}  # (RSS, its mark) of each when there were several
        self.seen: set[int] = set()
        self.first_fork = 0  # of ours, which may be a worker; others try lazy imports: the start is over
        self.fork: TreeWatch | None = None  # of the fork that was read last: what it starts may be over when it stops
        own = posix.getpid()
        self._only_us = b"%d" % own
        paths = ("%d/statm" % pid, "%d/task/%d/children" % (pid, pid), "%d/task/%d/children" % ((posix.getppid(),) * 2))
        self._kept = [posix.open("/proc/" + path, posix.O_RDONLY) for path in paths]  # a third of what opening costs

    def begin_stage(self, pid: int) -> None:
        """Set the kernel's mark of a process back, as far as we may; forget what was seen of it."""
        try:
            descriptor = posix.open("/proc/%d/clear_refs" % pid, posix.O_WRONLY)
            try:
                posix.write(descriptor, b"5")
            finally:
                posix.close(descriptor)
            is_exact = True
        except OSError:
            is_exact = False
        if pid != self.pid:
            self._follow_fork(pid)
        else:
            self.is_exact, self.mark = is_exact, 0 if is_exact else read_level(pid)[1]
            self.most = self.peak = 0
            self.levels, self.seen = {}, set()

    def _follow_fork(self, pid: int) -> None:
        if self.fork is not None:
            for descriptor in self.fork._kept:
                posix.close(descriptor)
        self.fork = None
        try:
            self.fork = TreeWatch(pid, 0)
        except OSError:
            pass  # it is over

    def take_excess(self) -> int:
        """Return what all together took when they passed the limit, once; else 0."""
        found, self.limit = (self.highest, 0) if 0 < self.limit < self.highest else (0, self.limit)
        return found

    def find(self) -> dict[int, int]:
        """Return all that came of the program, with the parent of each; what only borrows memory is left out."""
        found = {posix.getppid(): 0}
        for pid in list_below(found):
            if shares_memory(pid, found[pid]):
                del found[pid]
        return {pid: parent for pid, parent in found.items() if parent and pid not in (self.pid, posix.getpid())}

    def sample(self) -> float:
        """Look once; return how long to wait until the next look, in seconds."""
        if self.first_fork:
            return self.fork.sample_below() if self.fork is not None else REST_AT_MOST_S
        began = time.process_time()
        try:
            statm, *children = (posix.pread(descriptor, 64, 0) for descriptor in self._kept)
            self.most = max(self.most, int(statm.split()[1]) * _page)
            if children[0] or children[1].split() != [self._only_us] or self._has_threads():
                self._look([self.pid, *self.find()])
        except (OSError, ValueError, IndexError):
            pass  # it is over
        return self._pause_after(began)

    def sample_below(self) -> float:
        """Look once at what the program itself has started; return how long to wait until the next look."""
        began, found = time.process_time(), {self.pid: 0}
        below = [pid for pid in list_below(found) if not shares_memory(pid, found[pid])]
        if below:
            self._look([self.pid, *below])
        return self._pause_after(began)

    def _pause_after(self, began: float) -> float:
        """Return how long to wait after a look: a tenth of a processor at most, whatever it had to wait for."""
        return max(SAMPLE_S if self.levels else ALONE_S, 10 * (time.process_time() - began))

    def _has_threads(self) -> bool:
        return posix.stat("/proc/%d/task" % self.pid).st_nlink > 3  # two and one for each

    def _look(self, pids: list[int]) -> None:
        """Take what they have now, with what each of them had at its highest since the last look."""
        levels = {pid: level for pid in pids if (level := read_level(pid))[0]} if len(pids) > 1 else {}
        self.seen.update(levels)
        if len(levels) > 1:
            before = self.levels
            upper = 0
            for pid, (rss, mark) in levels.items():
                rss_before, mark_before = before.get(pid, (0, 0))
                upper += mark if mark > mark_before else max(rss, rss_before)
            began = time.process_time()
            # what a fork writes to is no longer shared, and its RSS the same
            is_due = levels.keys() != before.keys() or time.monotonic() > self.next_close
            if is_due or upper - self.shared > self.peak + STEP:
                shares = read_shares(list(levels))
                if any(read_level(pid)[0] < rss - STEP for pid, (rss, _) in levels.items()):
                    return  # one was over meanwhile, or became another program: what it shared is not known
                self.shared = max(0, shares[0] - total_of(shares))
                self.next_close = time.monotonic() + 6 * (time.process_time() - began)
            self.peak = max(self.peak, upper - self.shared)
            self.highest = max(self.highest, self.peak)
        self.levels = levels

    def describe(self, pid: int, without: list[int] | tuple[int, ...]) -> str:
        """Return the words of line `t` from the peak on, of the stopped program or a fork of it, in bytes:

        peak is-exact most-seen        of itself since it went on before; -1: not known, the mark never set back
        processes rss pss private shared        of it and all below it, shared: the most of one
        most ended growing rss,rss     of all together and by looks; processes that are over; of each child
        """
        is_program = pid == self.pid
        is_calm = (is_program and bool(without)) or self._await_rest(pid, without)
        self.first_fork = self.first_fork or next(iter(without), 0)
        below = self._below(pid, without)
        rss, pss, own, shared = read_shares([pid, *below]) if below or pid == self.first_fork else (0, 0, 0, 0)
        children = sorted((read_level(each)[0] for each in below), reverse=True)
        if is_program:
            self._look([pid, *below])
        ended = len(self.seen - {pid, *below}) if is_program else 0
        mark = read_level(pid)[1]
        is_exact = not is_program or self.is_exact or mark > self.mark
        fork_peak = self.fork.peak if self.fork is not None and self.fork.pid == pid else 0
        most, peak = (self.most, self.peak) if is_program else (0, fork_peak)
        if is_program and is_exact:
            self.highest = max(self.highest, mark)
        figures = (mark or -1, is_exact, most, 1 + len(below), rss, pss, own, shared, peak, ended, not is_calm)
        return " ".join([*("%d" % figure for figure in figures), ",".join(map(str, children[:20]))])

    def _below(self, pid: int, without: list[int] | tuple[int, ...]) -> list[int]:
        """Return what came of the program, or of a fork, that lives, forks of ours left out."""
        if pid != self.pid:
            return [each for each in list_below({pid: 0}) if read_level(each)[0]]
        return [each for each in self.find() if each not in without and read_level(each)[0]]

    def _await_rest(self, pid: int, without: list[int] | tuple[int, ...]) -> bool:
        """Wait until what a stopped process has started is at rest; say whether it is."""
        began = calm = marked = time.monotonic()
        before: object = None
        earlier = (0, 0)
        while below := self._below(pid, without):
            states = {each: read_work(each) for each in below}
            now = time.monotonic()
            total = sum(read_level(each)[0] for each in below)
            if states != before or any(state[0] in b"RD" for state in states.values()):
                before, calm = states, now
            if now - calm > CALM_S:
                return True
            if now - marked > BUSY_S:
                if earlier[0] == len(below) and abs(total - earlier[1]) < min(STEP, total // 100):
                    return True
                marked, earlier = now, (len(below), total)
            if now - began > REST_AT_MOST_S:
                return False
            if pid == self.pid:
                self.sample()
            time.sleep(SAMPLE_S)
        return True


def list_below(found: dict[int, int]) -> list[int]:
    """Return all below the processes in `found`, which gets each with its parent. Source: proc_pid_task(5)."""
    pending = list(found)
    below: list[int] = []
    for parent in pending:  # grows
        try:
            for task in posix.listdir("/proc/%d/task" % parent):
                for child in map(int, read_file("/proc/%d/task/%s/children" % (parent, task)).split()):
                    if child not in found:
                        found[child] = parent
                        pending.append(child)
                        below.append(child)
        except (OSError, ValueError):
            continue
    return below


def shares_memory(pid: int, parent: int) -> bool:
    """Say whether a process only borrows the memory of its parent until it becomes a program (vfork)."""
    answer = -1 if _kcmp is None else call_c("syscall", _kcmp, pid, parent, KCMP_VM, 0, 0)
    return _read_sizes(pid) == _read_sizes(parent) if answer < 0 else answer == 0


def _read_sizes(pid: int) -> bytes:
    """Return all that the kernel says of a memory: no two that are apart agree in every figure."""
    try:
        return read_file("/proc/%d/status" % pid).partition(b"VmPeak:")[2].partition(b"Threads:")[0]
    except OSError:
        return b"%d" % pid


def read_level(pid: int) -> tuple[int, int]:
    """Return RSS and the high-water mark of a process in bytes; 0 where it is over, or the kernel does not say."""
    try:
        text = read_file("/proc/%d/status" % pid)
        marks = (text.partition(name)[2].split(None, 1)[:1] for name in (b"VmRSS:", b"VmHWM:"))
        rss, mark = (int(words[0]) << 10 if words else 0 for words in marks)
    except (OSError, ValueError):
        return 0, 0
    return rss, mark


def read_work(pid: int) -> tuple[bytes, ...]:
    """Return what tells whether a process is at work: its state, processor time and resident pages."""
    try:
        words = read_file("/proc/%d/stat" % pid).rpartition(b")")[2].split()
        return words[0], words[11], words[12], words[21]
    except (OSError, IndexError):
        return (b"",)


def read_shares(pids: list[int]) -> tuple[int, int, int, int]:
    """Return the sums of RSS, PSS and private pages of processes, and the most shared pages of one, in bytes.

    Where the kernel does not tell the shares of one, PSS and private pages are 0. Source: proc_pid_smaps_rollup(5).
    """
    rss = pss = own = shared = 0
    is_known = True
    for pid in pids:
        try:
            lines = (line.split() for line in read_file("/proc/%d/smaps_rollup" % pid).splitlines()[1:])
            figures = {words[0]: int(words[1]) << 10 for words in lines}
            rss += figures[b"Rss:"]
            pss += figures[b"Pss:"]
            own += figures[b"Private_Clean:"] + figures[b"Private_Dirty:"]
            shared = max(shared, figures[b"Shared_Clean:"] + figures[b"Shared_Dirty:"])
        except (OSError, ValueError, KeyError, IndexError):
            rss += read_level(pid)[0]
            is_known = False
    return (rss, pss, own, shared) if is_known else (rss, 0, 0, 0)


def total_of(shares: tuple[int, int, int, int]) -> int:
    """Return what processes take with shared pages once. Both ways fall short, where strangers or only some share."""
    rss, pss, own, shared = shares
    return max(pss, own + shared) or rss
