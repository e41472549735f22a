"""The memory of a command's whole process tree, read from outside. Linux only: /proc."""

from __future__ import annotations

import re
from pathlib import Path

from footprint.model.live import ProcessMemory

_KILOBYTES = re.compile(rb"^(Rss|Pss|Anonymous):\s+(\d+) kB", re.MULTILINE)
_STATUS = re.compile(rb"^(VmRSS|RssAnon):\s+(\d+) kB", re.MULTILINE)


def read_tree(pid: int, found: set[int]) -> tuple[ProcessMemory, ...]:
    """Return those of `found` that live, the command that was started as `pid` first, then by process number."""
    processes = (_read(each) for each in sorted(found, key=lambda each: (each != pid, each)))
    return tuple(process for process in processes if process is not None)


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


def _read_shares(folder: Path) -> dict[bytes, int]:
    """Return the sums of smaps_rollup in bytes; empty where the kernel has none."""
    try:
        data = folder.joinpath("smaps_rollup").read_bytes()
    except OSError:
        return {}
    return {name: int(value) * 1024 for name, value in _KILOBYTES.findall(data)}
