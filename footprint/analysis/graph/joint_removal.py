"""What is reached no more without several nodes together: one distribution is a node for every extra asked of it.

Laws: nodes are integers and mean nothing here. Mostly one node of a group dominates the others, and then the
dominator tree knows. For the rest, the groups that every way to a node passes are followed through the graph, all
of them at once.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable, Mapping, Sequence

from footprint.analysis.graph.digraphs import DominatorTree, Successors, find_components, find_dominators, turn_around
from footprint.analysis.graph.requirement_nodes import Nodes
from footprint.names import ByName, Names

_ROUNDS = 16  # through one knot of cycles; no measured environment needs more than 3
_BLOCK = 1024  # groups transposed at a time, which bounds the memory that it takes


def gather_removed(
    successors: Successors, tree: DominatorTree, bits: Sequence[int], groups: Sequence[Sequence[int]]
) -> list[int]:
    """Return, per group, the union of `bits` over the nodes that every way from the root passes the group for.

    Nothing leads to the root, and `bits` has one bit at most for a node, a bit of its own.
    Never too much. Of a knot of cycles that does not come to rest, what its groups hold inside it may be left out.
    """
    spans, dominated = tree.spans(), tree.gather(bits)
    removed = [0] * len(groups)
    open_groups = []
    for number, group in enumerate(groups):
        present = [node for node in group if spans[node][1]]
        if not present:
            continue
        top = min(present, key=lambda node: spans[node][0])
        begin, end = spans[top]
        if all(begin <= spans[node][0] < end for node in present):
            removed[number] = dominated[top]
        else:
            open_groups.append((number, present))
    if open_groups:
        marks: dict[int, int] = {}
        for position, (_, present) in enumerate(open_groups):
            for node in present:
                marks[node] = marks.get(node, 0) | 1 << position
        passed = _follow(successors, tree.order, marks)
        there = [(bits[node], found) for node, found in zip(tree.order, passed, strict=True)]
        rows = {bit.bit_length() - 1: found for bit, found in there if bit}
        union = _transpose([rows.get(place, 0) for place in range(max(rows, default=0) + 1)], len(open_groups))
        for (number, _), found in zip(open_groups, union, strict=True):
            removed[number] = found
    return removed


def _follow(successors: Successors, order: Sequence[int], marks: Mapping[int, int]) -> list[int]:
    """Return, by `order`, the groups that every way to a node passes, its own among them."""
    number = {node: position for position, node in enumerate(order)}
    inside = [[number[each] for each in successors[node]] for node in order]
    before = turn_around(inside)
    own = [marks.get(node, 0) for node in order]
    passed = list(own)
    for component in reversed(find_components(inside)):  # each after all that leads to it
        if len(component) > 1 and 0 not in component:
            _settle(component, inside, before, own, passed)
        elif component[0]:
            passed[component[0]] |= _common(passed[each] for each in before[component[0]] if each != component[0])
    return passed


def _settle(knot: Sequence[int], inside: Successors, before: Successors, own: Sequence[int], passed: list[int]) -> None:
    """Find what every way into and through a knot of cycles passes: begin with everything, take away what is not so."""
    members = set(knot)
    entries = [each for node in knot for each in before[node] if each not in members]
    outside = _common(passed[each] for each in entries)
    everything = -1
    for node in knot:
        passed[node] = everything
    waiting = deque(sorted(node for node in knot if any(each not in members for each in before[node])))
    steps = _ROUNDS * sum(len(before[node]) for node in knot)
    while waiting and steps > 0:
        node = waiting.popleft()
        steps -= len(before[node])
        found = own[node] | _common(passed[each] for each in before[node])
        if found != passed[node]:
            passed[node] = found
            waiting.extend(each for each in inside[node] if each in members)
    if waiting:
        for node in knot:
            passed[node] = own[node] | outside


def _common(sets: Iterable[int]) -> int:
    common = -1
    for each in sets:
        common &= each
    return common


def _transpose(rows: Sequence[int], width: int) -> list[int]:
    """Return the columns of a matrix of bits, as `rows` has its rows: one text per block, sliced."""
    columns = []
    for begin in range(0, width, _BLOCK):
        block = min(_BLOCK, width - begin)
        mask = (1 << block) - 1
        text = "".join(f"{row >> begin & mask:0{block}b}" for row in reversed(rows))
        columns += [int(text[block - 1 - place :: block], 2) for place in range(block)]
    return columns


_START = 0  # leads to every orphan that nothing requires, and to every such ring


def weigh_orphans(
    nodes: Nodes, bits: Sequence[int], live: Collection[int], orphans: Names, components: Iterable[Sequence[int]]
) -> ByName[int]:
    """Return what leaves with each of `orphans`, as a union of `bits`. `components` are those of the whole graph."""
    if not orphans:
        return {}
    dead = [node for node in range(len(bits)) if node not in live]
    place = {node: number for number, node in enumerate(dead, start=1)}
    successors = [[], *([place[each] for each in nodes.successors[node] if each in place] for node in dead)]
    before = turn_around(successors)
    ring_of: dict[int, int] = {}  # by node of a ring: the node that stands for the ring
    for component in components:
        members = {place[node] for node in component if node in place}
        if not members or any(each not in members for node in members for each in before[node]):
            continue
        if len(members) == 1:
            successors[_START] += members
            continue
        successors.append(sorted(members))
        successors[_START].append(len(successors) - 1)
        ring_of |= dict.fromkeys(members, len(successors) - 1)
    names = sorted(orphans)
    groups = []
    for name in names:
        own = [place[node] for node in nodes.own[name]]
        groups.append([*own, *{ring_of[node] for node in own if node in ring_of}])
    there = [0, *(bits[node] for node in dead)]
    there += [0] * (len(successors) - len(there))
    removed = gather_removed(successors, find_dominators(successors, _START), there, groups)
    return dict(zip(names, removed, strict=True))
