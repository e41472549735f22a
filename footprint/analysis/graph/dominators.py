"""Dominators of a directed graph: which node every path from the root must pass.

Laws: nodes are integers 0..n-1 and mean nothing here; a node that the root does not reach has no dominator.
Nothing recursive, and no more than m log n steps for m edges, whatever the shape.
Source: Lengauer, Tarjan, "A Fast Algorithm for Finding Dominators in a Flowgraph" (1979), its simple version.
"""

from __future__ import annotations

from collections.abc import Sequence

from footprint.analysis.graph.components import Successors
from footprint.values import dataclass


@dataclass(frozen=True, slots=True)
class DominatorTree:
    """`parents[node]` is the immediate dominator; None for the root and for what it does not reach."""

    order: tuple[int, ...]  # reached nodes, each after its dominators; the root first
    parents: tuple[int | None, ...]

    def gather(self, bits: Sequence[int]) -> list[int]:
        """Return, per node, the union of `bits` over the nodes that it dominates, itself among them."""
        gathered = [0] * len(bits)
        for node in reversed(self.order):
            gathered[node] |= bits[node]
            parent = self.parents[node]
            if parent is not None:
                gathered[parent] |= gathered[node]
        return gathered

    def spans(self) -> list[tuple[int, int]]:
        """Return an interval per node, (0, 0) where the root does not lead: inside it lies what the node dominates."""
        sizes = [0] * len(self.parents)
        for node in reversed(self.order):
            sizes[node] += 1
            parent = self.parents[node]
            if parent is not None:
                sizes[parent] += sizes[node]
        spans = [(0, 0)] * len(self.parents)
        free = [0] * len(self.parents)  # where the next child begins
        for node in self.order:
            parent = self.parents[node]
            begin = 1 if parent is None else free[parent]
            if parent is not None:
                free[parent] += sizes[node]
            spans[node], free[node] = (begin, begin + sizes[node]), begin + 1
        return spans


def find_dominators(successors: Successors, root: int = 0) -> DominatorTree:
    """Return the dominator tree of everything that `root` reaches."""
    order, above = _search(successors, root)
    number = {node: position for position, node in enumerate(order)}
    predecessors: list[list[int]] = [[] for _ in order]  # by number, as is all below
    for node in order:
        for successor in successors[node]:
            predecessors[number[successor]].append(number[node])
    dominators = _settle(predecessors, above)
    parents: list[int | None] = [None] * len(successors)
    for position, node in enumerate(order[1:], start=1):
        parents[node] = order[dominators[position]]
    return DominatorTree(tuple(order), tuple(parents))


def _search(successors: Successors, root: int) -> tuple[list[int], list[int]]:
    """Return the nodes in the order of a depth-first search, and the number of the node that each was met from."""
    order, above = [root], [0]
    seen = [False] * len(successors)
    seen[root] = True
    stack = [(0, iter(successors[root]))]
    while stack:
        position, rest = stack[-1]
        for successor in rest:
            if not seen[successor]:
                seen[successor] = True
                stack.append((len(order), iter(successors[successor])))
                order.append(successor)
                above.append(position)
                break
        else:
            stack.pop()
    return order, above


def _settle(predecessors: Sequence[Sequence[int]], above: Sequence[int]) -> list[int]:
    """Return each node's immediate dominator, by number; the root's is itself."""
    count = len(predecessors)
    forest = _Forest(count)
    semi, dominators = forest.semi, [0] * count
    waiting: list[list[int]] = [[] for _ in range(count)]  # by semidominator
    for node in range(count - 1, 0, -1):
        for predecessor in predecessors[node]:
            semi[node] = min(semi[node], semi[forest.lowest(predecessor)])
        waiting[semi[node]].append(node)
        parent = forest.parents[node] = above[node]
        for other in waiting[parent]:
            lowest = forest.lowest(other)
            dominators[other] = lowest if semi[lowest] < semi[other] else parent
        waiting[parent] = []
    for node in range(1, count):
        if dominators[node] != semi[node]:
            dominators[node] = dominators[dominators[node]]
    return dominators


class _Forest:
    """The part of the search tree that is linked already; paths in it get shorter whenever they are walked."""

    def __init__(self, count: int) -> None:
        self.semi, self.best = list(range(count)), list(range(count))
        self.parents = [-1] * count  # -1: not linked yet

    def lowest(self, node: int) -> int:
        """Return the node with the lowest semidominator on the way up from `node`, the tree's root left out."""
        semi, best, parents = self.semi, self.best, self.parents
        if parents[node] < 0:
            return best[node]
        path = []
        at = node
        while parents[parents[at]] >= 0:
            path.append(at)
            at = parents[at]
        for each in reversed(path):
            parent = parents[each]
            if semi[best[parent]] < semi[best[each]]:
                best[each] = best[parent]
            parents[each] = parents[parent]
        return best[node]


def reached_bits(successors: Successors, bits: Sequence[int], starts: Sequence[int], without: frozenset[int]) -> int:
    """Return the union of `bits` over what `starts` reach when the nodes `without` are gone."""
    seen = set(without)
    stack = [start for start in starts if start not in seen]
    seen.update(stack)
    union = 0
    while stack:
        node = stack.pop()
        union |= bits[node]
        for successor in successors[node]:
            if successor not in seen:
                seen.add(successor)
                stack.append(successor)
    return union
