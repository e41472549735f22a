"""What psutil tells of processes, where there is no /proc: by parent only, and RSS alone. Not tested on macOS."""

from __future__ import annotations

from importlib.util import find_spec

from footprint.probe.memory import MemoryReader


class PsutilMemory(MemoryReader):
    """macOS and others. Linux has /proc, and no psutil of ours: where even that is closed, memory stays unknown."""

    @classmethod
    def is_here(cls) -> bool:
        return find_spec("psutil") is not None

    def find_below(self, pid: int) -> set[int]:
        import psutil

        try:
            return {child.pid for child in psutil.Process(pid).children(recursive=True)}
        except psutil.Error:
            return set()

    def read_level(self, pid: int) -> tuple[int, int | None] | None:
        import psutil

        try:
            return psutil.Process(pid).memory_info().rss, None
        except psutil.Error:
            return None
