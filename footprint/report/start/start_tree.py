"""A measured start as the exporters take it: its loads as a tree, and what a reader calls its modules."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from operator import attrgetter
from typing import Literal

from footprint.model.runtime import ImportCost, ProbeRun
from footprint.names import ByModule, DistributionName
from footprint.pairs import group_pairs
from footprint.report.text.safe import printable
from footprint.values import dataclass, replace

Unit = Literal["bytes", "microseconds"]
# What a load cost itself.
WEIGHTS: Mapping[Unit, Callable[[ImportCost], int]] = {
    "bytes": attrgetter("self_rss_bytes"),
    "microseconds": attrgetter("self_time_us"),
}
_SEPARATORS = re.compile(r"[\s;|]")


@dataclass(frozen=True, slots=True)
class StartTree:
    """One entry that was measured, to its end or not. Modules of the project and the standard library have no
    distribution; `files` are relative to the project or to the folder that the module was found in.
    """

    entry: str
    target: str  # what it starts, as --entry takes it
    run: ProbeRun
    distributions: ByModule[DistributionName]
    files: ByModule[str]


@dataclass(frozen=True, slots=True)
class Step:
    """One end of a load on the way through the tree. `depth` is 0 for what nothing is around."""

    entering: bool
    depth: int
    cost: ImportCost


def walk(costs: Iterable[ImportCost]) -> Iterator[Step]:
    """Yield each load when it begins and when it ends, what it loads between the two, in load order.

    Without recursion: a chain of imports may be longer than Python's own stack.
    """
    inside = children(costs)
    open_: list[tuple[ImportCost | None, Iterator[ImportCost]]] = [(None, iter(inside.get(None, ())))]
    while open_:
        around, rest = open_[-1]
        cost = next(rest, None)
        if cost is not None:
            yield Step(True, len(open_) - 1, cost)
            open_.append((cost, iter(inside.get(cost.order, ()))))
            continue
        open_.pop()
        if around is not None:
            yield Step(False, len(open_) - 1, around)


def children(costs: Iterable[ImportCost]) -> dict[int | None, tuple[ImportCost, ...]]:
    """Return the loads by the `order` of the one around them, in load order; None: nothing is around them."""
    return group_pairs((cost.parent, cost) for cost in costs)


def modules_alone(costs: Iterable[ImportCost]) -> tuple[ImportCost, ...]:
    """Return the loads without the probe's spans: what the entry does outside of imports, around all others."""
    known = tuple(costs)
    spans = {cost.order for cost in known if cost.module.startswith("<")}
    return tuple(
        replace(cost, parent=None) if cost.parent in spans else cost for cost in known if cost.order not in spans
    )


def given_back(costs: Iterable[ImportCost]) -> int:
    """Return how many bytes loads gave back: formats whose weights cannot be negative leave them out."""
    return -sum(min(cost.self_rss_bytes, 0) for cost in costs)


def one_word(name: str) -> str:
    """Return a module's name as formats take it that end a name at a space, a semicolon or a bar."""
    return _SEPARATORS.sub(lambda match: f"\\x{ord(match[0]):02x}", printable(name)) or "?"
