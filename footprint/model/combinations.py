"""What any set of suggestions would free together, as graphs that answer for every set of them exactly.

Laws: a choice is a place in `Audit.suggestions`. Figures of a set are no sum of single ones: what two share goes with
the second, what both take goes once. So the graphs are kept, cut down to what can fall at all. Field names are JSON.
"""

from __future__ import annotations

from footprint.names import DistributionName
from footprint.values import dataclass


@dataclass(frozen=True, slots=True)
class Fall:
    """A graph whose nodes fall off when no way leads to them. Node 0 stands for all that stays whatever is chosen.

    `successors` leads on from each node. `takers`: by node, the choices of which each takes it away.
    `items`: by node, the row of what goes with it; -1: nothing does.
    """

    successors: tuple[tuple[int, ...], ...]
    takers: tuple[tuple[int, ...], ...]
    items: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class StartFall:
    """The start of one entry: `items` of its graph are rows of both columns of figures.

    `owners`: by node, the row of `Combinations.distributions` with which it leaves; -1: with none.
    """

    entry: str
    graph: Fall
    owners: tuple[int, ...]
    rss_bytes: tuple[int, ...]
    time_us: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Combinations:
    """What every set of `choices` frees. `leaving`: items are rows of `distributions`; what falls off in any leaves."""

    choices: tuple[int, ...]  # of the suggestions those that can be combined
    distributions: tuple[DistributionName, ...]
    disk_bytes: tuple[int, ...]
    leaving: tuple[Fall, ...]
    starts: tuple[StartFall, ...] = ()  # none: no start was measured


@dataclass(frozen=True, slots=True)
class Saved:
    """What the start of one entry saves."""

    entry: str
    rss_bytes: int
    time_us: int


@dataclass(frozen=True, slots=True)
class Freed:
    """What a set frees: the distributions that leave, their bytes on disk, and what each start saves."""

    distributions: tuple[DistributionName, ...]
    disk_bytes: int
    starts: tuple[Saved, ...] | None  # None: no start is known of which that could be told
