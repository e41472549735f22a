"""What the probe asks the system about processes, and the choice of the reader: a new system is a file and a row."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from importlib import import_module

from footprint.model.live_readings import ProcessMemory
from footprint.probe.listeners import Listener

# The first that finds itself at home is taken.
_READERS = (("linux_memory", "LinuxMemory"), ("psutil_memory", "PsutilMemory"))


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
