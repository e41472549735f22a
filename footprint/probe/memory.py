"""What the probe asks the system about processes, and the choice of the reader: a new system is a file and a row."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from importlib import import_module
from ipaddress import IPv6Address, ip_address
from pathlib import Path
from typing import TYPE_CHECKING

from footprint.model.live_readings import ProcessMemory
from footprint.values import dataclass

if TYPE_CHECKING:
    import socket

# The first that finds itself at home is taken.
_READERS = (("linux_memory", "LinuxMemory"), ("psutil_memory", "PsutilMemory"))


@dataclass(frozen=True, slots=True, order=True)
class Listener:
    """One socket that accepts connections: at a port, or at a path of its own ("@name": at a name only)."""

    port: int  # 0: a socket of the file system
    host: str  # its address, or its path
    inode: int

    def __str__(self) -> str:
        if not self.port:
            return f"unix:{self.host}"
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    def is_at(self, place: str, folder: Path) -> bool:
        """Say whether this is the place that is meant: "8000" at whatever address, or "unix:app.sock" in `folder`."""
        if place.startswith("unix:"):
            return not self.port and folder / self.host == folder / place.removeprefix("unix:")
        return bool(self.port) and str(self.port) == place

    def connect(self, folder: Path, timeout_s: float) -> socket.socket:
        """Return a connection to it; a path may be one in `folder`. Raises: OSError."""
        import socket  # for the live measurement of a command alone

        if self.port:
            address = ip_address(self.host)
            mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
            address = mapped or address
            local = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(str(address), str(address))
            return socket.create_connection((local, self.port), timeout_s)
        found = socket.socket(socket.AF_UNIX)
        found.settimeout(timeout_s)
        name = self.host
        try:
            found.connect(f"\0{name[1:]}" if name[:1] == "@" else str(folder / name))
        except OSError:
            found.close()
            raise
        return found


class MemoryReader:
    """Tells of processes by their numbers. What a system does not tell is None, 0 or empty, as here."""

    has_proc = False  # a process can read its own memory for little, and a supervisor can find its processes

    @classmethod
    def is_here(cls) -> bool:
        """Whether this system is the one."""
        return True

    def find_below(self, pid: int) -> set[int]:
        """Return every living descendant of a process."""
        return set()

    def find_marked(self, marker: str) -> set[int]:
        """Return every process whose environment holds `marker`."""
        return set()

    def is_alive(self, pid: int) -> bool:
        """Say whether a process runs; one that only waits to be reaped is nobody's burden."""
        return False

    def read_level(self, pid: int) -> tuple[int, int | None] | None:
        """Return RSS and its high-water mark in bytes; None when the process is over: a zombie has none."""
        return None

    def watch_rss(self, pid: int) -> int:
        """Return a descriptor for `read_watched`; -1 where there is none."""
        return -1

    def read_watched(self, descriptor: int) -> int | None:
        """Return the RSS of a process by what is kept open: a third of what opening costs. None: it is over."""
        return None

    def forget_peak(self, pid: int) -> None:
        """Set the high-water mark to what the process has now."""

    def read_work(self, pid: int) -> tuple[int, int]:
        """Return for how long the main thread ran and waited for a processor, in nanoseconds."""
        return 0, 0

    def read_cpu(self, pid: int) -> int:
        """Return the processor time that a process took so far, with all its threads, in nanoseconds."""
        return 0

    def is_runnable(self, pid: int, thread: int | None = None) -> bool:
        """Say whether a thread of a process, or this one, runs or only waits for a processor."""
        return False

    def answers_signal(self, pid: int, number: int) -> bool:
        """Say whether a process has a handler for a signal: without one it would be ended."""
        return False

    def count_threads(self, pid: int) -> int:
        """Return how many threads a process has."""
        return 1

    def mapped_files(self, pid: int) -> frozenset[str]:
        """Return the names of all files that a process has mapped, without their folders."""
        return frozenset()

    def is_cpu_used_up(self, pid: int) -> bool:
        """Say whether a process that is over, and not reaped yet, had used up its limit of processor time."""
        return False

    def describe(self, pid: int) -> ProcessMemory | None:
        """Return one process; None when it is over, or a zombie."""
        return None

    def read_anon(self, pid: int) -> tuple[int, int] | None:
        """Return the share of anonymous pages that a process has, and how much no other has."""
        return None

    def count_once(self, processes: Sequence[ProcessMemory]) -> int | None:
        """Return what all hold together as a host of their own would count it: a page that several have, once."""
        return processes[0].rss_bytes if len(processes) == 1 else None

    def read_listeners(self) -> tuple[Listener, ...]:
        """Return all sockets that accept connections and that we can see, ports first."""
        return ()

    def sockets_of(self, pids: Iterable[int]) -> set[int]:
        """Return the inodes of all sockets that the processes hold."""
        return set()

    def find_holder(self, listener: Listener) -> str:
        """Return whose a socket is, in words. The name only: a command line may hold secrets."""
        return "another program"


@cache
def system() -> MemoryReader:
    """Return the reader of this system."""
    kinds = (getattr(import_module(f"footprint.probe.{module}"), name) for module, name in _READERS)
    reader: type[MemoryReader] = next((kind for kind in kinds if kind.is_here()), MemoryReader)
    return reader()
