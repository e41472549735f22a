"""The shortest way to every distribution from a declared line that stands for itself.

Laws: one pass over the (distribution, extra) nodes, whatever the number of ways: there may be exponentially many.
A line stands for itself when nothing but itself would bring its distribution; any other is a pin on the way.
Ways of the same length are compared as `order` says, then name by name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from footprint.analysis.graph.requirement_nodes import Nodes
from footprint.names import DistributionName
from footprint.values import dataclass, field

_HALF = 25  # no resolved environment that was measured has a chain of more than 15


@dataclass(frozen=True, slots=True)
class Chain:
    """A way from a declared distribution: all of it, or both its ends where it is very long."""

    names: tuple[DistributionName, ...] = ()
    length: int = 0

    def show(self) -> str:
        """Return the way as one line."""
        if self.length <= len(self.names):
            return " -> ".join(self.names)
        return " -> ".join((*self.names[:_HALF], f"({self.length - len(self.names)} more)", *self.names[_HALF:]))


NO_CHAIN = Chain()


@dataclass(slots=True)
class Ways:
    """What `find_ways` has found, by node: the node before it, how far it is, and the first names on the way."""

    nodes: Nodes
    before: dict[int, int | None] = field(default_factory=dict)
    lengths: dict[int, int] = field(default_factory=dict)
    heads: dict[int, tuple[DistributionName, ...]] = field(default_factory=dict)

    def add(self, node: int, before: int | None) -> None:
        """Note that the way to `node` leads through `before`, or begins with it."""
        length = 1 if before is None else self.lengths[before] + 1
        head = () if before is None else self.heads[before]
        self.before[node], self.lengths[node] = before, length
        self.heads[node] = head if length > _HALF else (*head, self.nodes.names[node] or "")

    def chain(self, node: int) -> Chain:
        """Return the distributions on the way to `node`, itself last; empty when no way leads there."""
        length = self.lengths.get(node, 0)
        tail = [""] * max(min(length - _HALF, _HALF), 0)
        at: int | None = node
        for place in range(len(tail) - 1, -1, -1):
            if at is not None:
                tail[place], at = self.nodes.names[at] or "", self.before[at]
        return Chain((*self.heads.get(node, ()), *tail), length)


def find_ways(nodes: Nodes, starts: Iterable[DistributionName], order: Callable[[DistributionName], object]) -> Ways:
    """Return the shortest way to each node that the declared `starts` reach.

    Of equally short ways the one counts whose first distribution `order` puts first, then the first by name.
    """
    ways = Ways(nodes)
    level: list[int] = []
    for name in sorted(starts, key=lambda name: (order(name), name)):
        lines = nodes.successors[nodes.gates[name]]
        level += _reach([(node, None) for line in lines for node in nodes.successors[line]], ways)
    while level:
        best: dict[int, tuple[int, int]] = {}
        for rank, node in enumerate(level):  # ranked: who asks first has the better way
            for successor in nodes.successors[node]:
                if successor not in ways.before:
                    best.setdefault(successor, (rank, node))
        ranked = sorted(best.items(), key=lambda item: (item[1][0], nodes.names[item[0]] or ""))
        level = _reach([(node, before) for node, (_, before) in ranked], ways)
    return ways


def _reach(begun: Iterable[tuple[int, int | None]], ways: Ways) -> list[int]:
    """Note the ways to `begun`, in this order, and to the extras that a distribution asks of itself: as far away."""
    nodes = ways.nodes
    level = []
    for start, before in begun:
        waiting = [start]
        while waiting:
            node = waiting.pop()
            if node in ways.before:
                continue
            ways.add(node, before)
            level.append(node)
            waiting += (each for each in nodes.successors[node] if nodes.names[each] == nodes.names[node])
    return level
