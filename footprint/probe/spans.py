"""What the reading of the records keeps of memory, time and loads. Pure."""

from __future__ import annotations

from footprint.model.runtime import StageName
from footprint.names import ModuleName
from footprint.values import dataclass


@dataclass(frozen=True, slots=True)
class Reading:
    """The process at one record."""

    time_us: int
    rss_bytes: int
    file_bytes: int


@dataclass(slots=True, eq=False)
class Span:
    """One load, open or ended."""

    name: ModuleName
    thread: int
    parent: Span | None
    stage: StageName
    ended: str = ""  # "1", or the identity of what it raised; empty while open
    rss: int = 0
    file: int = 0
    time: int = 0
    asked_by: ModuleName | None = None  # the module whose function asked, or that asked by name
    asked_line: int | None = None
    importer: ModuleName | None = None  # the load around it, else asked_by where its own load is known

    def charge(self, earlier: Reading, later: Reading) -> None:
        """Add the growth between two readings to what this load cost itself."""
        self.rss += later.rss_bytes - earlier.rss_bytes
        self.file += later.file_bytes - earlier.file_bytes
        self.time += later.time_us - earlier.time_us
