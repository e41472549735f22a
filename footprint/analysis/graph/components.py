"""Strongly connected components of a directed graph, and what each node reaches.

Laws: nodes are integers 0..n-1 and mean nothing here; nothing recursive, one pass over the edges.
Source: Tarjan, "Depth-First Search and Linear Graph Algorithms" (1972).
"""

from __future__ import annotations

from collections.abc import Sequence

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
