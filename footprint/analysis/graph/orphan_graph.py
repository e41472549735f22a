"""Orphans weighed among themselves: what leaves with one, needed by no declared line and by no other orphan.

Laws: nodes that a declared line reaches are not looked at. Orphans that require each other in a ring, and that
nothing else requires, stand and fall together: each of them frees all that only the ring needs.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from footprint.analysis.graph.components import turn_around
from footprint.analysis.graph.dominators import find_dominators
from footprint.analysis.graph.joint_removal import gather_removed
from footprint.analysis.graph.requirement_nodes import Nodes
from footprint.names import DistributionName

_START = 0  # leads to every orphan that nothing requires, and to every such ring


def weigh_orphans(
    nodes: Nodes,
    bits: Sequence[int],
    live: Collection[int],
    orphans: Collection[DistributionName],
    components: Iterable[Sequence[int]],
) -> Mapping[DistributionName, int]:
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
