"""What the reading of the records keeps of memory, time and loads. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from footprint.model.runtime import ImportCost, LineCost, StageName
from footprint.names import ByModule, ModuleName
from footprint.probe.records import Place
from footprint.values import dataclass, field, replace

Sums = tuple[int, int, int]  # RSS, its file pages or its anonymous ones, time
# Rows that wrap a stage: what the probe did itself between two readings.
STAGE_SPANS: ByModule[StageName] = {
    "<entry>": "import",
    "<factory>": "import",
    "<lifespan>": "ready",
    "<first-use>": "first_use",
    "<call>": "calls",
}


@dataclass(frozen=True, slots=True)
class Raised:
    """What the entry raised. `frames` are (path, line), outermost first."""

    kind: Literal["exception", "exit"]
    message: str
    frames: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class RecordedMemory:
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
    place: Place | None = None  # that runs in it
    begun_at: Place | None = None  # the place of `parent` by then
    by_place: dict[Place, Sums] = field(default_factory=dict)  # RSS, file, time

    def line_under_way(self) -> Place | None:
        """Return the line of the project that runs in this load, or in the one around it; None: not known."""
        around: Span | None = self
        while around is not None and around.place is None:
            around = around.parent
        return around.place if around is not None and around.place and around.place[1] else None

    def charge(self, earlier: RecordedMemory, later: RecordedMemory) -> None:
        """Add the growth between two readings to what this load cost itself."""
        rss, file = later.rss_bytes - earlier.rss_bytes, later.file_bytes - earlier.file_bytes
        time = later.time_us - earlier.time_us
        self.rss, self.file, self.time = self.rss + rss, self.file + file, self.time + time
        if self.place is not None:
            before = self.by_place.get(self.place, (0, 0, 0))
            self.by_place[self.place] = (before[0] + rss, before[1] + file, before[2] + time)


def moved(cost: ImportCost, by: int, first: int = 0) -> ImportCost:
    """Return a load with its place among those of another run; what stood before the `first` there is not around it."""
    around = None if cost.parent is None or cost.parent + by < first else cost.parent + by
    return replace(cost, order=cost.order + by, parent=around)


def add_up(parents: Sequence[int | None], own: Sequence[Sums]) -> list[Sums]:
    """Return what each load took with all that it loaded; `parents` are places in the list, each before its own."""
    sums = list(own)
    for place in range(len(own) - 1, -1, -1):
        above = parents[place]
        if above is not None:
            (rss, other, time), inner = sums[above], sums[place]
            sums[above] = rss + inner[0], other + inner[1], time + inner[2]
    return sums


def cost_of(order: int, span: Span, total: Sums, around: int | None) -> ImportCost:
    """Return what a load came to: `total` with all inside it, `around` the order of the load that it is inside of."""
    return ImportCost(
        order=order,
        module=span.name,
        importer=span.importer,
        stage=span.stage,
        ok=span.ended == "1",
        self_rss_bytes=span.rss,
        cumulative_rss_bytes=total[0],
        self_anon_bytes=span.rss - span.file,
        cumulative_anon_bytes=total[0] - total[1],
        self_time_us=span.time,
        cumulative_time_us=total[2],
        parent=around,
        asked_by=span.asked_by,
        asked_line=span.asked_line,
        begun_at=span.begun_at,
        lines=tuple(
            LineCost(path, line, rss, rss - file, time) for (path, line), (rss, file, time) in span.by_place.items()
        ),
    )
