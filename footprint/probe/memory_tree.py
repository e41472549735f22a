"""The memory of a command's whole process tree, read from outside. Linux only: /proc."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

from footprint.model.live_readings import ProcessMemory

_KILOBYTES = re.compile(rb"^(Rss|Pss|Pss_Anon|Anonymous|Private_Dirty):\s+(\d+) kB", re.MULTILINE)
_PART = re.compile(rb"^(?:[0-9a-f]+-[0-9a-f]+ \S+ ([0-9a-f]+ \S+ \d+)|(Rss|Anonymous): +(\d+) kB)", re.MULTILINE)
_STATUS = re.compile(rb"^(VmRSS|RssAnon):\s+(\d+) kB", re.MULTILINE)


def read_tree(pid: int, found: set[int]) -> tuple[ProcessMemory, ...]:
    """Return those of `found` that live, the command that was started as `pid` first, then by process number."""
    processes = (_read(each) for each in sorted(found, key=lambda each: (each != pid, each)))
    return tuple(process for process in processes if process is not None)


def count_once(processes: Sequence[ProcessMemory]) -> int | None:
    """Return what all hold together as a host of their own would count it: a page that several have, once.

    Anonymous pages are shared by forks of this tree alone, so their PSS adds up. Which pages of a file two processes
    have is not told without privileges: the process that has most of a mapping stands for all. None: not told.
    """
    if len(processes) == 1:
        return processes[0].rss_bytes
    anon, files = 0, dict[bytes, int]()
    for process in processes:
        folder = Path("/proc", str(process.pid))
        shares = _read_shares(folder)
        if b"Pss_Anon" not in shares:
            return None
        anon += shares[b"Pss_Anon"]
        for place, resident in _read_files(folder):
            files[place] = max(files.get(place, 0), resident)
    return anon + sum(files.values())


def _read_files(folder: Path) -> Iterator[tuple[bytes, int]]:
    """Yield (offset, device and number of a file, bytes of its pages that a mapping holds unchanged)."""
    place, resident = b"", 0
    try:
        data = folder.joinpath("smaps").read_bytes()
    except OSError:  # it is over
        return
    for found in _PART.finditer(data):
        if found[1]:
            place = found[1]
        elif found[2] == b"Rss":
            resident = int(found[3]) << 10
        elif not place.endswith(b" 0"):
            yield place, resident - (int(found[3]) << 10)


def find_serving(processes: Sequence[ProcessMemory], holders: Collection[int], workers: int | None) -> tuple[int, ...]:
    """Return the processes that take requests or jobs, of a server with `workers` of them (None: not known).

    Of those that hold the socket, or where there is none of all Python processes, they are the ones that have none
    below them. Without a socket and workers it is the first.
    """
    found = [each for each in processes if each.pid in holders]
    if not found:
        found = [each for each in processes if each.is_python and "_tracker import main" not in each.command]
        found = found if workers else found[:1]
    above = {each.parent for each in found}
    return tuple(each.pid for each in found if each.pid not in above)


def _read(pid: int) -> ProcessMemory | None:
    """Return one process; None when it is over, or a zombie."""
    folder = Path("/proc", str(pid))
    try:
        state, parent, *_ = folder.joinpath("stat").read_bytes().rpartition(b")")[2].split(None, 2)
        if state in (b"Z", b"X"):
            return None
        words = folder.joinpath("cmdline").read_bytes().replace(b"\0", b" ").strip()
        status = {name: int(value) * 1024 for name, value in _STATUS.findall(folder.joinpath("status").read_bytes())}
        if b"VmRSS" not in status:
            return None
        executable = folder.joinpath("exe").readlink().name
    except (OSError, ValueError):
        return None
    shares = _read_shares(folder)
    return ProcessMemory(
        pid=pid,
        parent=int(parent),
        command=words.decode("utf-8", "backslashreplace"),
        is_python=executable.startswith(("python", "pypy")),
        rss_bytes=shares.get(b"Rss", status[b"VmRSS"]),
        anon_bytes=shares.get(b"Anonymous", status.get(b"RssAnon")),
        pss_bytes=shares.get(b"Pss"),
    )


def read_anon(pid: int) -> tuple[int, int] | None:
    """Return the share of anonymous pages that a process has, and how much no other has; None: not told."""
    found = _read_shares(Path("/proc", str(pid)))
    return (found[b"Pss_Anon"], found[b"Private_Dirty"]) if found.keys() >= {b"Pss_Anon", b"Private_Dirty"} else None


def _read_shares(folder: Path) -> dict[bytes, int]:
    """Return the sums of smaps_rollup in bytes; empty where the kernel has none."""
    try:
        data = folder.joinpath("smaps_rollup").read_bytes()
    except OSError:
        return {}
    return {name: int(value) * 1024 for name, value in _KILOBYTES.findall(data)}
