"""What Linux tells of processes, below /proc. Nothing else in our own process looks there.

Source: proc(5) and its pages proc_pid_stat(5), proc_pid_environ(5), proc_pid_smaps_rollup(5), proc_pid_net(5).
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from ipaddress import ip_address
from pathlib import Path

from footprint.late import late_pattern
from footprint.model.live_readings import ProcessMemory
from footprint.pairs import follow, group_pairs
from footprint.probe.memory import Listener, MemoryReader

_PROC = Path("/proc")
_KILOBYTES = late_pattern(rb"^(\w+):\s+(\d+) kB", re.MULTILINE)
_PART = late_pattern(rb"^(?:[0-9a-f]+-[0-9a-f]+ \S+ ([0-9a-f]+ \S+ \d+)|(Rss|Anonymous): +(\d+) kB)", re.MULTILINE)
_SOCKET = late_pattern(r"socket:\[(\d+)\]")
_LISTENING, _ACCEPTING = "0A", 0x10000
_CPU_LIMIT = late_pattern(rb"^Max cpu time +(\d+) ", re.MULTILINE)
# The kernel judges by ticks and tells the time that was really taken: 0.94 s of 1 s seen, and less on a busy machine.
_SHARE, _SLACK_S = 0.9, 0.5


class LinuxMemory(MemoryReader):
    """Reads /proc."""

    has_proc = True

    @classmethod
    def is_here(cls) -> bool:
        return _PROC.joinpath("self/statm").exists()

    def find_below(self, pid: int) -> set[int]:
        below = group_pairs((parent, child) for child, parent in _parents().items())
        return follow(below.get(pid, ()), lambda each: below.get(each, ())) - {pid}

    def find_marked(self, marker: str) -> set[int]:
        return {pid for pid in _parents() if marker.encode() in _read(pid, "environ").split(b"\0")}

    def is_alive(self, pid: int) -> bool:
        return bool(words := _stat(pid)) and words[0] not in (b"Z", b"X")

    def read_level(self, pid: int) -> tuple[int, int | None] | None:
        status = _sizes(pid, "status")
        return (status[b"VmRSS"], status.get(b"VmHWM")) if b"VmRSS" in status else None

    def watch_rss(self, pid: int) -> int:
        try:
            return os.open(f"/proc/{pid}/statm", os.O_RDONLY)
        except OSError:
            return -1

    def read_watched(self, descriptor: int) -> int | None:
        try:
            fields = os.pread(descriptor, 128, 0).split()
        except OSError:
            return None
        return int(fields[1]) * os.sysconf("SC_PAGE_SIZE") if len(fields) > 1 else None

    def forget_peak(self, pid: int) -> None:
        with suppress(OSError), _PROC.joinpath(str(pid), "clear_refs").open("wb", buffering=0) as file:
            file.write(b"5")

    def read_work(self, pid: int) -> tuple[int, int]:
        """Return for how long the main thread ran and waited for a processor, in nanoseconds; 0 where that is not told.

        Source: Documentation/scheduler/sched-stats.rst of the kernel.
        """
        return _work(str(pid))

    def read_cpu(self, pid: int) -> int:
        """Return the processor time of a process: by ticks with threads that are over, by nanoseconds of those here."""
        words = _stat(pid)
        if len(words) < 13:
            return 0
        ticks = (int(words[11]) + int(words[12])) * 1_000_000_000 // os.sysconf("SC_CLK_TCK")
        return max(ticks, sum(_work(f"{pid}/task/{each}")[0] for each in _threads(pid)))

    def is_runnable(self, pid: int, thread: int | None = None) -> bool:
        threads = _threads(pid) if thread is None else [str(thread)]
        return any(_read(f"{pid}/task/{each}", "stat").rpartition(b") ")[2][:1] == b"R" for each in threads)

    def answers_signal(self, pid: int, number: int) -> bool:
        found = re.search(rb"^SigCgt:\s*([0-9a-f]+)", _read(pid, "status"), re.MULTILINE)
        return found is not None and bool(int(found[1], 16) >> (number - 1) & 1)

    def count_threads(self, pid: int) -> int:
        words = _stat(pid)
        return int(words[17]) if len(words) > 17 else 1

    def mapped_files(self, pid: int) -> frozenset[str]:
        lines = _read(pid, "maps").decode("utf-8", "surrogateescape").splitlines()
        return frozenset(line.rpartition("/")[2] for line in lines if "/" in line)

    def is_cpu_used_up(self, pid: int) -> bool:
        limit, words = _CPU_LIMIT.search(_read(pid, "limits")), _stat(pid)
        if limit is None or len(words) < 13:
            return False
        used_s = (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")
        return used_s >= min(_SHARE * int(limit[1]), int(limit[1]) - _SLACK_S)

    def describe(self, pid: int) -> ProcessMemory | None:
        words, status = _stat(pid), _sizes(pid, "status")
        command = _read(pid, "cmdline").replace(b"\0", b" ").strip()
        try:
            executable = _PROC.joinpath(str(pid), "exe").readlink().name
        except OSError:
            return None
        if not words or words[0] in (b"Z", b"X") or b"VmRSS" not in status:
            return None
        shares = _sizes(pid, "smaps_rollup")
        return ProcessMemory(
            pid=pid,
            parent=int(words[1]),
            command=command.decode("utf-8", "backslashreplace"),
            is_python=executable.startswith(("python", "pypy")),
            rss_bytes=shares.get(b"Rss", status[b"VmRSS"]),
            anon_bytes=shares.get(b"Anonymous", status.get(b"RssAnon")),
            pss_bytes=shares.get(b"Pss"),
        )

    def read_anon(self, pid: int) -> tuple[int, int] | None:
        found = _sizes(pid, "smaps_rollup")
        is_told = found.keys() >= {b"Pss_Anon", b"Private_Dirty"}
        return (found[b"Pss_Anon"], found[b"Private_Dirty"]) if is_told else None

    def count_once(self, processes: Sequence[ProcessMemory]) -> int | None:
        # Anonymous pages are shared by forks of this tree alone, so their PSS adds up. Which pages of a file two
        # processes have is not told without privileges: the process that has most of a mapping stands for all.
        if len(processes) == 1:
            return processes[0].rss_bytes
        anon, files = 0, dict[bytes, int]()
        for process in processes:
            shares = _sizes(process.pid, "smaps_rollup")
            if b"Pss_Anon" not in shares:
                return None
            anon += shares[b"Pss_Anon"]
            for place, resident in _files(process.pid):
                files[place] = max(files.get(place, 0), resident)
        return anon + sum(files.values())

    def read_listeners(self) -> tuple[Listener, ...]:
        found = []
        for name in ("tcp", "tcp6"):
            for words in _lines(name):
                if words[3] == _LISTENING:
                    host, _, port = words[1].partition(":")
                    found.append(Listener(int(port, 16), _address(host), int(words[9])))
        named = (words for words in _lines("unix") if len(words) > 7)
        found += [Listener(0, " ".join(each[7:]), int(each[6])) for each in named if int(each[3], 16) & _ACCEPTING]
        return tuple(sorted(found, key=lambda each: (not each.port, each)))

    def sockets_of(self, pids: Iterable[int]) -> set[int]:
        found = set()
        for pid in pids:
            with suppress(OSError):  # it is over, or has closed one meanwhile
                for link in _PROC.joinpath(str(pid), "fd").iterdir():
                    with suppress(OSError):
                        held = _SOCKET.fullmatch(str(link.readlink()))
                        found |= {int(held[1])} if held else set()
        return found

    def find_holder(self, listener: Listener) -> str:
        for folder in _PROC.glob("[0-9]*"):
            pid = int(folder.name)
            if listener.inode in self.sockets_of([pid]) and (name := _read(pid, "comm")):
                return f"process {pid} ({name.decode('utf-8', 'backslashreplace').strip()})"
        return "another program"


def _threads(pid: int) -> list[str]:
    """Return the numbers of the threads of a process."""
    try:
        return [each.name for each in _PROC.joinpath(str(pid), "task").iterdir()]
    except OSError:
        return []


def _work(place: str) -> tuple[int, int]:
    words = _read(place, "schedstat").split()
    return (int(words[0]), int(words[1])) if len(words) == 3 else (0, 0)


def _parents() -> dict[int, int]:
    """Return the parent of every process that lives."""
    stats = ((int(entry.name), _stat(int(entry.name))) for entry in os.scandir(_PROC) if entry.name.isdigit())
    return {pid: int(words[1]) for pid, words in stats if words and words[0] not in (b"Z", b"X")}


def _stat(pid: int) -> list[bytes]:
    """Return the words from the state on; none of a process that is gone, or another user's."""
    # The command name stands in parentheses and may hold any character, parentheses too.
    return _read(pid, "stat").rpartition(b")")[2].split()


def _sizes(pid: int, name: str) -> dict[bytes, int]:
    """Return the figures of a file in bytes; empty where the kernel has none."""
    return {what: int(value) << 10 for what, value in _KILOBYTES.findall(_read(pid, name))}


def _files(pid: int) -> Iterator[tuple[bytes, int]]:
    """Yield (offset, device and number of a file, bytes of its pages that a mapping holds unchanged)."""
    place, resident = b"", 0
    for found in _PART.finditer(_read(pid, "smaps")):
        if found[1]:
            place = found[1]
        elif found[2] == b"Rss":
            resident = int(found[3]) << 10
        elif not place.endswith(b" 0"):
            yield place, resident - (int(found[3]) << 10)


def _lines(name: str) -> list[list[str]]:
    """Return the words of each line but the first of a list of sockets; none where there is no such file."""
    text = _read("self", f"net/{name}").decode("utf-8", "surrogateescape")
    return [line.split() for line in text.splitlines()[1:]]


def _address(text: str) -> str:
    """Return an address from its words of 32 bits, each in the byte order of this machine."""
    words = (int(text[start : start + 8], 16).to_bytes(4, sys.byteorder) for start in range(0, len(text), 8))
    return str(ip_address(b"".join(words)))


def _read(pid: int | str, name: str) -> bytes:
    try:
        return _PROC.joinpath(str(pid), name).read_bytes()
    except OSError:
        return b""
