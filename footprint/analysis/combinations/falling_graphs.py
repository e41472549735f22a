"""A graph from which nodes fall off: drawn, cut down to what can fall at all, and asked. Pure.

Laws: nodes are integers and mean nothing here; 0 is the root. Cutting down changes no answer: what stays when all is
chosen stays with any choice, and nodes that always fall together are one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Sequence

from footprint.analysis.graph.digraphs import find_components
from footprint.model.combinations import Fall
from footprint.values import dataclass, field

_ROUNDS = 30  # of joining nodes; each can only make the graph smaller


@dataclass(slots=True)
class DrawnGraph:
    """A graph as it is drawn: `takers` by node, the choices that take it away; `items` by node."""

    successors: list[list[int]] = field(default_factory=lambda: [[]])
    takers: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    items: list[int] = field(default_factory=lambda: [-1])

    def node(self, item: int = -1) -> int:
        """Add a node and return its number."""
        self.successors.append([])
        self.items.append(item)
        return len(self.items) - 1

    def fallen(self, is_taken: Callable[[int], bool]) -> list[bool]:
        """Return by node whether it falls off when these are taken away."""
        return fallen(self.successors, is_taken)


def fallen(successors: Sequence[Sequence[int]], is_taken: Callable[[int], bool]) -> list[bool]:
    """Return by node whether no way leads to it without a node that is taken."""
    off = [True] * len(successors)
    off[0] = False
    waiting = [0]
    while waiting:
        for each in successors[waiting.pop()]:
            if off[each] and not is_taken(each):
                off[each] = False
                waiting.append(each)
    return off


def cut_down(draft: DrawnGraph, is_taken: Callable[[int], bool]) -> tuple[Fall, list[int]]:
    """Return the graph of what falls off when all that can be taken is, and by its nodes those of the draft."""
    off = draft.fallen(is_taken)
    kept = [0, *(node for node in range(1, len(off)) if off[node])]
    place = {node: number for number, node in enumerate(kept)}
    successors: list[list[int]] = [[] for _ in kept]
    for node, after in enumerate(draft.successors):
        successors[place.get(node, 0)] += [place[each] for each in after if each in place and each]
    fall = Fall(
        tuple(tuple(sorted(set(after))) for after in successors),
        tuple(tuple(sorted(draft.takers.get(node, ()))) for node in kept),
        tuple(draft.items[node] for node in kept),
    )
    return fall, kept


def join_alike(fall: Fall, marks: Sequence[Hashable]) -> tuple[Fall, list[int]]:
    """Return the graph with nodes made one that always fall together, and by old node the new one.

    Only nodes of one mark are joined; `items` of the result number its nodes. Nodes fall together that hold each other,
    that hang on the same, or of which one hangs on the other alone.
    """
    classes = list(range(len(fall.successors)))
    own = [(fall.takers[node], marks[node]) for node in classes]
    for component in find_components(_alike_only(fall.successors, own)):
        for node in component:
            classes[node] = min(component)
    for _ in range(_ROUNDS):
        before = _predecessors(fall.successors, classes)
        merged = _hang_on(classes, before, own)
        if merged == classes:
            break
        classes = merged
    numbers = {each: number for number, each in enumerate(sorted(set(classes)))}
    after: list[set[int]] = [set() for _ in numbers]
    for node, following in enumerate(fall.successors):
        at = numbers[classes[node]]
        after[at] |= {numbers[classes[each]] for each in following} - {at, 0}
    takers = {numbers[classes[node]]: fall.takers[node] for node in range(len(classes))}
    joined = Fall(
        tuple(tuple(sorted(each)) for each in after),
        tuple(takers[number] for number in range(len(numbers))),
        tuple(range(len(numbers))),
    )
    return joined, [numbers[each] for each in classes]


def _alike_only(successors: Sequence[Sequence[int]], own: Sequence[Hashable]) -> list[list[int]]:
    return [[each for each in after if node and own[each] == own[node]] for node, after in enumerate(successors)]


def _predecessors(successors: Sequence[Sequence[int]], classes: Sequence[int]) -> dict[int, frozenset[int]]:
    found: dict[int, set[int]] = {each: set() for each in classes}
    for node, after in enumerate(successors):
        for each in after:
            if classes[each] != classes[node]:
                found[classes[each]].add(classes[node])
    return {node: frozenset(before) for node, before in found.items()}


def _hang_on(classes: Sequence[int], before: dict[int, frozenset[int]], own: Sequence[Hashable]) -> list[int]:
    """Join what hangs on the same with the first of it, and what hangs on one of its kind with that."""
    first: dict[Hashable, int] = {}
    to: dict[int, int] = {}
    for node in sorted(before):
        alone = next(iter(before[node])) if len(before[node]) == 1 else 0
        if node and alone and own[alone] == own[node] and to.get(alone, alone) == alone:
            to[node] = alone
        elif node:
            to[node] = first.setdefault((before[node], own[node]), node)
    return [_end_of(each, to) for each in classes]


def _end_of(node: int, to: dict[int, int]) -> int:
    while to.get(node, node) != node:
        node = to[node]
    return node
