"""What a requirement brings, what leaves with it and who keeps the rest.

Laws: names only, no bytes; exact for the versions installed, silent about what a new resolution would pick.
Only declared lines hold anything: what is installed and reached from none of them (an orphan) holds nothing.
Verified against pipdeptree and against environments built without a line: tests/integration/test_graph_oracle.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from footprint.analysis.graph.dominators import find_dominators, gather_reach, reached_bits
from footprint.analysis.graph.requirement_nodes import ROOT, Nodes, applies, build_nodes, chain_parents
from footprint.analysis.graph.requires_dist import Target
from footprint.model.environment import Installed
from footprint.model.requirements import (
    DeclaredRequirement,
    RequirementEdge,
    RequirementProblem,
    RequirementWeight,
)
from footprint.names import DistributionName

_NOTHING = RequirementWeight(frozenset(), frozenset(), ())


@dataclass(frozen=True, slots=True)
class RequirementGraph:
    """The requirement graph of one environment under one set of declared lines.

    Sets of distributions are integers inside, one bit per installed name: a union over hundreds of
    distributions is one operation then, and every exclusive weight comes from one dominator tree.
    """

    edges: tuple[RequirementEdge, ...]  # sorted; of everything installed and of the extras asked for
    problems: tuple[RequirementProblem, ...]  # sorted; a missing line of another group than "main" is none
    orphans: frozenset[DistributionName]  # installed, reached from no declared line
    _target: Target
    _nodes: Nodes
    _names: tuple[DistributionName, ...]  # by bit
    _bits: tuple[int, ...]  # by node: its distribution, for the base nodes of installed ones
    _reach: tuple[int, ...]  # by node: the distributions reached from it
    _dominated: tuple[int, ...]  # by node: the distributions that every way from the root to them passes it for
    _parents: Mapping[int, int]
    _requirers: Mapping[DistributionName, tuple[DistributionName, ...]]

    @classmethod
    def build(
        cls,
        installed: Sequence[Installed],
        declared: Sequence[DeclaredRequirement],
        markers: Mapping[str, str],
    ) -> RequirementGraph:
        """Join what is installed and what is declared into one graph.

        `markers` is the target's PEP 508 environment without `extra`. Constraints among `declared` are
        checked against the installed versions and hold nothing.
        """
        target = Target(markers)
        nodes = build_nodes(installed, declared, target)
        names = tuple(dict.fromkeys(one.name for one in installed))
        bit_of = {name: 1 << position for position, name in enumerate(names)}
        bits = [0] * len(nodes.names)
        for name in names:
            # Only the base node stands for the distribution: whoever reaches an extra reaches it as well, and
            # a requirer that alone asks for the extra does not thereby hold the distribution alone.
            bits[nodes.own[name][0]] = bit_of[name]
        reach = tuple(gather_reach(nodes.successors, bits))
        dominated = tuple(find_dominators(nodes.successors, ROOT).gather(bits))
        return cls(
            edges=tuple(sorted(nodes.edges, key=_edge_order)),
            problems=tuple(sorted(nodes.problems, key=_problem_order)),
            orphans=frozenset(name for name in names if not bit_of[name] & reach[ROOT]),
            _target=target,
            _nodes=nodes,
            _names=names,
            _bits=tuple(bits),
            _reach=reach,
            _dominated=dominated,
            _parents=chain_parents(nodes),
            _requirers=_requirers(nodes.edges),
        )

    def applies(self, requirement: DeclaredRequirement) -> bool:
        """Return whether the marker of a declared line is true for the target."""
        return applies(requirement, self._target)

    def weight_of_line(self, requirement: DeclaredRequirement) -> RequirementWeight:
        """Return what removing this one line does; the other lines, of the same name too, stay.

        `kept_by` has the line's own name when another line of that name keeps something. Nothing at all
        for a constraint and for a line whose marker is false.
        """
        node = self._nodes.lines.get(requirement)
        if node is None:
            return _NOTHING
        closure, exclusive = self._reach[node], self._dominated[node]
        siblings = [other for other in self._nodes.successors[self._nodes.gates[requirement.name]] if other != node]
        kept_by = list(self._keepers(closure & ~exclusive, requirement.name))
        if any(self._reach[other] & closure & ~exclusive for other in siblings):
            kept_by.append(requirement.name)
        return RequirementWeight(self._set(closure), self._set(exclusive), tuple(sorted(kept_by)))

    def weight_of(self, name: DistributionName) -> RequirementWeight:
        """Return what `name` brings and what leaves with it. The question depends on whether it is declared.

        Declared: all its lines are removed. `closure` is what the lines reach; `exclusive` what no other
        declared name reaches, so it lacks `name` itself while something else requires it.
        Not declared: the distribution itself would be gone, as when its requirers drop it. `closure` is what
        it reaches with the extras asked of it; `exclusive` what is reached only through it, itself first of all.
        An orphan is weighed among orphans: `exclusive` is what neither a declared line nor another orphan needs.
        """
        gate = self._nodes.gates.get(name)
        if gate is not None:
            closure, exclusive = self._reach[gate], self._dominated[gate]
        else:
            own = self._live_nodes(name)
            closure = self._union(self._reach, own)
            # One node: what it dominates. Several go together, and no tree answers for a set.
            exclusive = self._dominated[own[0]] if len(own) == 1 and name not in self.orphans else self._gone([name])
        return RequirementWeight(self._set(closure), self._set(exclusive), self._keepers(closure & ~exclusive, name))

    def exclusive_of(self, names: Iterable[DistributionName]) -> frozenset[DistributionName]:
        """Return what leaves when all of `names` go together, each as `weight_of` removes it.

        More than the sum of the single sets when they share something that nobody else holds.
        """
        return self._set(self._gone(list(names)))

    def exclusive_of_extras(self, requirement: DeclaredRequirement) -> frozenset[DistributionName]:
        """Return what leaves when a declared line drops its extras: `uvicorn[standard]` becomes `uvicorn`."""
        node = self._nodes.lines.get(requirement)
        if node is None:
            return frozenset()
        starts = [ROOT, self._nodes.own[requirement.name][0]]
        kept = reached_bits(self._nodes.successors, self._bits, starts, frozenset([node]))
        return self._set(self._reach[ROOT] & ~kept)

    def required_by(self, name: DistributionName) -> tuple[DistributionName, ...]:
        """Return the installed distributions that require `name` directly, reached or not, sorted."""
        return self._requirers.get(name, ())

    def chain_to(self, name: DistributionName) -> tuple[DistributionName, ...]:
        """Return a shortest chain from a declared distribution to `name`, both included; () if there is none."""
        if name in self._nodes.gates:
            return (name,)
        found = self._nodes.own.get(name, [])
        node = found[0] if found else ROOT  # the base node: whoever asks for an extra asks for it as well
        chain: list[DistributionName] = []
        while node in self._parents:
            here = self._nodes.names[node]
            if here is not None and here not in chain[-1:]:
                chain.append(here)
            node = self._parents[node]
        return tuple(reversed(chain))

    def holders(self, name: DistributionName) -> tuple[DistributionName, ...]:
        """Return the declared names that reach `name`, itself among them if it is declared, sorted."""
        own = self._nodes.own.get(name, [])
        if not own:
            return ()
        bit = self._bits[own[0]]
        return tuple(sorted(one for one, gate in self._nodes.gates.items() if one == name or self._reach[gate] & bit))

    def _keepers(self, rest: int, name: DistributionName) -> tuple[DistributionName, ...]:
        """Return the declared names other than `name` that reach anything of `rest`, sorted."""
        if not rest:
            return ()
        gates = self._nodes.gates.items()
        return tuple(sorted(other for other, gate in gates if other != name and self._reach[gate] & rest))

    def _gone(self, names: Sequence[DistributionName]) -> int:
        """Return what is reached no more without the lines of the declared and the nodes of the other names."""
        gates = frozenset(self._nodes.gates[name] for name in names if name in self._nodes.gates)
        others = [name for name in names if name not in self._nodes.gates]
        without = gates.union(*(self._nodes.own.get(name, ()) for name in others))
        successors = self._nodes.successors
        gone = self._reach[ROOT] & ~reached_bits(successors, self._bits, [ROOT], without)
        orphans = [name for name in others if name in self.orphans]
        if orphans:
            closure = self._union(self._reach, [node for name in orphans for node in self._nodes.own[name]])
            apart = [base for name in self.orphans if not self._bits[base := self._nodes.own[name][0]] & closure]
            kept = self._reach[ROOT] | reached_bits(successors, self._bits, apart, without)
            gone |= closure & ~kept
        return gone

    def _live_nodes(self, name: DistributionName) -> list[int]:
        """Return the nodes of `name` that declared lines reach; all of them for an orphan."""
        own = self._nodes.own.get(name, [])
        return own if name in self.orphans else [node for node in own if node in self._parents]

    def _union(self, sets: Sequence[int], nodes: Iterable[int]) -> int:
        union = 0
        for node in nodes:
            union |= sets[node]
        return union

    def _set(self, bits: int) -> frozenset[DistributionName]:
        found = []
        while bits:
            low = bits & -bits
            found.append(self._names[low.bit_length() - 1])
            bits ^= low
        return frozenset(found)


def _requirers(edges: Iterable[RequirementEdge]) -> Mapping[DistributionName, tuple[DistributionName, ...]]:
    found: dict[DistributionName, set[DistributionName]] = {}
    for edge in edges:
        if edge.requirer != edge.required:  # `all = ["mypkg[db]"]` is not somebody else asking
            found.setdefault(edge.required, set()).add(edge.requirer)
    return {name: tuple(sorted(requirers)) for name, requirers in found.items()}


def _edge_order(edge: RequirementEdge) -> tuple[str, str, str, tuple[str, ...]]:
    return (edge.requirer, edge.extra, edge.required, edge.required_extras)


def _problem_order(problem: RequirementProblem) -> tuple[str, str, str]:
    return (problem.kind, problem.required_by or "", problem.requirement)
