"""Dominators of a directed graph: which node every path from the root must pass.

Laws: nodes are integers 0..n-1 and mean nothing here; a node that the root does not reach has no dominator.
Source: Cooper, Harvey, Kennedy, "A Simple, Fast Dominance Algorithm" (2001).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

Successors = Sequence[Sequence[int]]


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


def find_dominators(successors: Successors, root: int = 0) -> DominatorTree:
    """Return the dominator tree of everything that `root` reaches."""
    order = postorder(successors, [root])
    order.reverse()
    rank = {node: position for position, node in enumerate(order)}
    predecessors: list[list[int]] = [[] for _ in order]  # by rank, as are the dominators
    for node in order:
        for successor in successors[node]:
            predecessors[rank[successor]].append(rank[node])
    dominators = _settle(predecessors)
    parents: list[int | None] = [None] * len(successors)
    for position, node in enumerate(order[1:], start=1):
        parents[node] = order[dominators[position]]
    return DominatorTree(tuple(order), tuple(parents))


def _settle(predecessors: Sequence[Sequence[int]]) -> list[int]:
    """Return each node's immediate dominator, by rank in reverse postorder; the root's is itself."""
    dominators = [-1] * len(predecessors)  # -1: not known yet
    dominators[0] = 0
    changed = True
    while changed:
        changed = False
        for node in range(1, len(predecessors)):
            found = -1
            for other in predecessors[node]:
                if dominators[other] < 0:
                    continue
                if found < 0:
                    found = other
                while found != other:  # climb until both fingers meet
                    if found > other:
                        found = dominators[found]
                    else:
                        other = dominators[other]  # noqa: PLW2901  a finger of the algorithm
            if dominators[node] != found:
                dominators[node] = found
                changed = True
    return dominators


def postorder(successors: Successors, starts: Sequence[int]) -> list[int]:
    """Return every node reached from `starts`, each after its successors except along cycles."""
    seen = [False] * len(successors)
    order: list[int] = []
    for start in starts:
        if seen[start]:
            continue
        seen[start] = True
        stack = [(start, iter(successors[start]))]
        while stack:
            node, rest = stack[-1]
            for successor in rest:
                if not seen[successor]:
                    seen[successor] = True
                    stack.append((successor, iter(successors[successor])))
                    break
            else:
                order.append(node)
                stack.pop()
    return order


def gather_reach(successors: Successors, bits: Sequence[int]) -> list[int]:
    """Return, per node, the union of `bits` over the nodes that it reaches, itself among them."""
    order = postorder(successors, range(len(successors)))
    reach = list(bits)
    changed = True
    while changed:  # once more for every cycle inside a cycle; twice in all where there is none
        changed = False
        for node in order:
            union = reach[node]
            for successor in successors[node]:
                union |= reach[successor]
            if union != reach[node]:
                reach[node] = union
                changed = True
    return reach


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
