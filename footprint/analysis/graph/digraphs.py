"""Directed graphs of integers: strongly connected components, what each node reaches, and dominators.

A node dominates what every path from the root to it must pass it for. Laws: nodes are integers 0..n-1 and mean nothing
here; a node that the root does not reach has no dominator. Nothing recursive: components in one pass over the edges,
dominators in no more than m log n steps for m edges, whatever the shape.
Sources: Tarjan, "Depth-First Search and Linear Graph Algorithms" (1972); Lengauer, Tarjan, "A Fast Algorithm for
Finding Dominators in a Flowgraph" (1979), its simple version.
"""

from __future__ import annotations

from collections.abc import Sequence

from footprint.values import dataclass

Successors = Sequence[Sequence[int]]


def find_components(successors: Successors) -> list[list[int]]:
    """Return the components, each after all that it leads to."""
    count = len(successors)
    found: list[list[int]] = []
    number, lowest = [0] * count, [0] * count  # 0: not met yet
    is_open = [False] * count
    path: list[int] = []
    met = 0
    for start in range(count):
        if number[start]:
            continue
        stack = [(start, iter(successors[start]))]
        met += 1
        number[start] = lowest[start] = met
        is_open[start] = True
        path.append(start)
        while stack:
            node, rest = stack[-1]
            for successor in rest:
                if not number[successor]:
                    met += 1
                    number[successor] = lowest[successor] = met
                    is_open[successor] = True
                    path.append(successor)
                    stack.append((successor, iter(successors[successor])))
                    break
                if is_open[successor]:
                    lowest[node] = min(lowest[node], number[successor])
            else:
                stack.pop()
                if stack:
                    lowest[stack[-1][0]] = min(lowest[stack[-1][0]], lowest[node])
                if lowest[node] == number[node]:
                    found.append(_close(node, path, is_open))
    return found


def _close(first: int, path: list[int], is_open: list[bool]) -> list[int]:
    """Take the component that was entered at `first` off the path."""
    component = []
    while True:
        node = path.pop()
        is_open[node] = False
        component.append(node)
        if node == first:
            return component


def gather_reach(successors: Successors, bits: Sequence[int], components: Sequence[Sequence[int]] = ()) -> list[int]:
    """Return, per node, the union of `bits` over the nodes that it reaches, itself among them.

    `components` are those of `successors`, where they are known already.
    """
    reach = [0] * len(successors)
    for component in components or find_components(successors):
        union = 0
        for node in component:
            union |= bits[node]
            for successor in successors[node]:
                union |= reach[successor]
        for node in component:
            reach[node] = union
    return reach


def turn_around(successors: Successors) -> list[list[int]]:
    """Return the predecessors of every node."""
    predecessors: list[list[int]] = [[] for _ in successors]
    for node, after in enumerate(successors):
        for successor in after:
            predecessors[successor].append(node)
    return predecessors


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
    semi, parents, dominators = forest.semi, forest.parents, [0] * count
    waiting: list[list[int]] = [[] for _ in range(count)]  # by semidominator
    for node in range(count - 1, 0, -1):
        least = node
        for each in predecessors[node]:
            found = each if parents[each] < 0 else semi[forest.lowest(each)]  # what is not linked yet is its own
            least = min(least, found)
        semi[node] = least
        waiting[least].append(node)
        parent = parents[node] = above[node]
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
