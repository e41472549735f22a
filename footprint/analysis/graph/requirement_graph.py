"""What a requirement brings, what leaves with it and who keeps the rest.

Laws: names only, no bytes; exact for the versions installed, silent about what a new resolution would pick.
Only declared lines hold anything: what is installed and reached from none of them (an orphan) holds nothing.
In the graph as it is built all of them do; `held_by` gives the same graph held by some of them.
Verified against pipdeptree and against environments built without a line: tests/integration/test_graph_oracle.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property

from footprint.analysis.graph import digraphs
from footprint.analysis.graph.chains import Chain, find_ways
from footprint.analysis.graph.joint_removal import gather_removed, weigh_orphans
from footprint.analysis.graph.name_sets import NameSets
from footprint.analysis.graph.requirement_nodes import ROOT, Nodes, applies, build_nodes
from footprint.analysis.graph.requires_dist import MarkerTarget
from footprint.model.installed_environment import Installed
from footprint.model.requirements import DeclaredRequirement, RequirementEdge, RequirementProblem
from footprint.names import ByName, DistributionName, Names, NameSet
from footprint.pairs import follow, group_pairs
from footprint.values import dataclass, replace

Dropped = frozenset[tuple[DistributionName, str]]  # names with an extra


@dataclass(frozen=True, slots=True)
class Share:
    """What a distribution weighs with all it requires: sets of `RequirementGraph.names`."""

    closure: int  # reached from it
    exclusive: int  # reached from nothing else that is declared
    keepers: int  # a set of `RequirementGraph.keepers`: who holds the rest of the closure


@dataclass(frozen=True)  # no slots: what is asked for is worked out once, then kept
class RequirementGraph:
    """The requirement graph of one environment under one set of declared lines.

    Sets of distributions are integers inside, and every exclusive weight comes from one dominator tree.
    """

    edges: tuple[RequirementEdge, ...]  # sorted; of everything installed and of the extras asked for
    problems: tuple[RequirementProblem, ...]  # sorted; a missing line of another group than "main" is none
    orphans: NameSet  # installed, reached from no declared line
    names: NameSets  # installed
    _target: MarkerTarget
    _nodes: Nodes
    _bits: tuple[int, ...]  # by node: its distribution, for the base nodes of installed ones
    _live: frozenset[int]  # the nodes that the root reaches
    _requirers: ByName[tuple[DistributionName, ...]]

    @classmethod
    def build(
        cls, installed: Sequence[Installed], declared: Sequence[DeclaredRequirement], markers: Mapping[str, str]
    ) -> RequirementGraph:
        """Join what is installed and what is declared into one graph.

        `markers` is the target's PEP 508 environment without `extra`. Constraints among `declared` are
        checked against the installed versions and hold nothing.
        """
        target = MarkerTarget(markers)
        nodes = build_nodes(installed, declared, target)
        names = NameSets(one.name for one in installed)
        bits = [0] * len(nodes.names)
        for name in names.names:
            # Only the base node stands for the distribution: whoever reaches an extra reaches it as well, and
            # a requirer that alone asks for the extra does not thereby hold the distribution alone.
            bits[nodes.own[name][0]] = names.bits[name]
        live = frozenset(follow([ROOT], nodes.successors.__getitem__))
        return cls(
            edges=tuple(sorted(nodes.edges, key=_edge_order)),
            problems=tuple(sorted(nodes.problems, key=_problem_order)),
            orphans=frozenset(name for name in names.names if nodes.own[name][0] not in live),
            names=names,
            _target=target,
            _nodes=nodes,
            _bits=tuple(bits),
            _live=live,
            _requirers=_requirers(nodes.edges),
        )

    @property
    def nodes(self) -> Nodes:
        """The nodes that the graph is made of."""
        return self._nodes

    def held_by(self, groups: Iterable[Sequence[DistributionName]], kept: Names = ()) -> RequirementGraph:
        """Return the graph in which only these declared names hold anything, each group of them as one.

        `kept` is there whoever is declared. Any other declared name is a pin: it holds nothing, its own distribution
        neither. It can be asked for like the others.
        """
        nodes = self._nodes.held_by(groups, kept)
        live = frozenset(follow([ROOT], nodes.successors.__getitem__))
        return replace(
            self,
            orphans=frozenset(name for name in self.names.names if nodes.own[name][0] not in live),
            _nodes=nodes,
            _bits=(*self._bits, *[0] * (len(nodes.names) - len(self._bits))),
            _live=live,
        )

    def loose_rings(self, held: RequirementGraph) -> tuple[tuple[DistributionName, ...], ...]:
        """Return the declared names that hold only each other, and thereby nothing in `held`: a group for each ring.

        `held` is this graph, held by some of its declared names. What the groups bring is not among them.
        """
        before = digraphs.turn_around(self._nodes.successors)
        loose = self._live - held._live - {ROOT}
        # What holds may be in a ring all the same, by an extra that only the ring asks for.
        pins: dict[int, list[DistributionName]] = {}  # by each of their nodes
        for name in self._nodes.gates.keys() - held._nodes.holding.keys():
            for node in self._nodes.own[name]:
                pins.setdefault(node, []).append(name)
        groups = []
        for component in self._components:
            members = set(component)
            if not members <= loose or all(self._nodes.names[node] is None for node in component):
                continue
            others = (each for node in component for each in before[node] if each not in members and each in loose)
            if all(self._nodes.names[each] is None for each in others):
                groups.append(tuple(sorted({name for node in component for name in pins.get(node, ())})))
        return tuple(sorted(groups))

    def applies(self, requirement: DeclaredRequirement) -> bool:
        """Return whether the marker of a declared line is true for the target."""
        return applies(requirement, self._target)

    def share_of(self, name: DistributionName) -> Share:
        """Return what `name` brings and what leaves with it. The question depends on whether it is declared.

        Declared: all its lines are removed. `closure` is what the lines reach; `exclusive` what no other
        declared name reaches, so it lacks `name` itself while something else requires it.
        Not declared: the distribution itself would be gone, as when its requirers drop it. `closure` is what
        it reaches with the extras asked of it; `exclusive` what is reached only through it, itself first of all.
        An orphan is weighed among orphans: `exclusive` is what neither a declared line nor another orphan needs.
        """
        gate = self._nodes.gates.get(name)
        own = self._counted_nodes(name) if gate is None else [gate]
        exclusive = self._exclusive(name)
        closure = _union(self._reach[node] for node in own)
        itself = self._holders[self._nodes.holding[name]] if name in self._nodes.holding else 0  # with its group
        return Share(closure, exclusive, self._keepers_of(own, closure & ~exclusive) & ~itself)

    def _exclusive(self, name: DistributionName) -> int:
        if name in self._nodes.holding:
            return self._dominated[self._nodes.holding[name]]
        if name in self._nodes.gates:
            return 0  # a pin: what brings it holds it
        return (self._orphan_weights if name in self.orphans else self._removed).get(name, 0)

    def _keepers_of(self, own: Sequence[int], rest: int) -> int:
        """Return who reaches anything of `rest`: what `own` reach, and not only through `own` is reached."""
        if not rest:
            return 0
        leading = [node for node in own if self._reach[node] & rest]
        through = _union(self._holders[node] for node in leading)
        found = _union(self._keepers[node] for node in leading)
        # Whoever asks for it without the extras that lead to the rest may not reach the rest.
        plain = _union(self._holders[node] for node in own) & ~through
        for name in self.keepers.list(found & plain):
            if not self._reach[self._nodes.gates[name]] & rest:
                found &= ~self.keepers.bits[name]
        return found

    def exclusive_of(self, names: Iterable[DistributionName], dropped: Dropped = frozenset()) -> NameSet:
        """Return what leaves when all of `names` go together, each as `share_of` removes it.

        More than the sum of the single sets when they share something that nobody else holds. `dropped` are extras
        that no line of their name asks for any more.
        """
        return self._set(self._gone(list(names), dropped))

    def closure_of(self, names: Iterable[DistributionName]) -> NameSet:
        """Return what any of `names` brings: the union of their closures."""
        gates = self._nodes.gates
        starts = [node for name in names for node in ([gates[name]] if name in gates else self._counted_nodes(name))]
        return self._set(digraphs.reached_bits(self._nodes.successors, self._bits, starts, frozenset()))

    def required_by(self, name: DistributionName) -> tuple[DistributionName, ...]:
        """Return the installed distributions that require `name` directly, reached or not, sorted."""
        return self._requirers.get(name, ())

    def independent_requirers(self, name: DistributionName) -> tuple[DistributionName, ...]:
        """Return who requires `name` for reasons other than `name` itself, dependencies in a cycle left out.

        Nor who requires it by an extra that only orphans ask for: an installed copy of the project asks once more for
        what its own lines ask for.
        """
        loose = self._orphan_bits | self._exclusive(name)
        found = (each for each in self.required_by(name) if not self.names.bits[each] & loose)
        return tuple(each for each in found if (each, name) in self._asked)

    @cached_property
    def _asked(self) -> frozenset[tuple[DistributionName, DistributionName]]:
        """Who requires whom, of what the root reaches: with an extra only where something reached asks for that."""
        numbers = self._nodes.numbers
        reached = (edge for edge in self.edges if numbers[edge.requirer, edge.extra] in self._live)
        return frozenset((edge.requirer, edge.required) for edge in reached)

    def find_chains(self, order: Callable[[DistributionName], object]) -> ByName[Chain]:
        """Return the shortest chain to each name from a declared one that holds something.

        Of equally short ones the one counts whose first distribution `order` puts first.
        """
        ways = find_ways(self._nodes, self._nodes.holding, order)
        return {name: ways.chain(own[0]) for name, own in self._nodes.own.items() if own[0] in ways.before}

    def holders(self, name: DistributionName) -> tuple[DistributionName, ...]:
        """Return the declared names that hold `name`, itself among them if it holds anything, sorted."""
        return self.keepers.list(self.holders_of(name))

    def holders_of(self, name: DistributionName) -> int:
        """Return `holders` as a set of `keepers`."""
        own = self._nodes.own.get(name, [])
        return self._holders[own[0]] if own else 0

    @cached_property
    def keepers(self) -> NameSets:
        """The declared names that apply: those of every graph that is held by some of them."""
        return NameSets(self._nodes.gates)

    @cached_property
    def _orphan_bits(self) -> int:
        return _union(self.names.bits[name] for name in self.orphans)

    @cached_property
    def _components(self) -> list[list[int]]:
        return digraphs.find_components(self._nodes.successors)

    @cached_property
    def _reach(self) -> list[int]:
        """By node: the distributions reached from it."""
        return digraphs.gather_reach(self._nodes.successors, self._bits, self._components)

    @cached_property
    def _tree(self) -> digraphs.DominatorTree:
        return digraphs.find_dominators(self._nodes.successors, ROOT)

    @cached_property
    def _dominated(self) -> list[int]:
        """By node: the distributions that every way from the root to them passes it for."""
        return self._tree.gather(self._bits)

    @cached_property
    def _removed(self) -> ByName[int]:
        """By undeclared name that the root reaches: what leaves with it."""
        names = [name for name in self.names.names if name not in self._nodes.gates and name not in self.orphans]
        groups = [self._counted_nodes(name) for name in names]
        return dict(zip(names, gather_removed(self._nodes.successors, self._tree, self._bits, groups), strict=True))

    @cached_property
    def _orphan_weights(self) -> ByName[int]:
        return weigh_orphans(self._nodes, self._bits, self._live, self.orphans, self._components)

    @cached_property
    def _holders(self) -> list[int]:
        """By node: the declared names that reach it."""
        gates = [0] * len(self._bits)
        for name, gate in self._nodes.holding.items():
            gates[gate] |= self.keepers.bits[name]
        return digraphs.gather_reach(digraphs.turn_around(self._nodes.successors), gates, self._components[::-1])

    @cached_property
    def _keepers(self) -> list[int]:
        """By node: the declared names that reach any distribution reached from it."""
        there = [holders if bits else 0 for holders, bits in zip(self._holders, self._bits, strict=True)]
        return digraphs.gather_reach(self._nodes.successors, there, self._components)

    def _gone(self, names: Sequence[DistributionName], dropped: Dropped) -> int:
        """Return what is reached no more without the lines of the declared and the nodes of the other names."""
        gates = frozenset(self._nodes.holding[name] for name in names if name in self._nodes.holding)
        others = [name for name in names if name not in self._nodes.gates]
        without = gates.union(*(self._nodes.own.get(name, ()) for name in others))
        successors = self._nodes.without_extras(dropped)
        gone = self._reach[ROOT] & ~digraphs.reached_bits(successors, self._bits, [ROOT], without)
        orphans = [name for name in others if name in self.orphans]
        if orphans:
            closure = _union(self._reach[node] for name in orphans for node in self._nodes.own[name])
            apart = [base for name in self.orphans if not self._bits[base := self._nodes.own[name][0]] & closure]
            kept = self._reach[ROOT] | digraphs.reached_bits(successors, self._bits, apart, without)
            gone |= closure & ~kept
        return gone

    def _counted_nodes(self, name: DistributionName) -> list[int]:
        """Return the nodes of `name` that declared lines reach; all of them for an orphan."""
        own = self._nodes.own.get(name, [])
        return own if name in self.orphans else [node for node in own if node in self._live]

    def _set(self, bits: int) -> NameSet:
        return frozenset(self.names.list(bits))


def _union(sets: Iterable[int]) -> int:
    union = 0
    for each in sets:
        union |= each
    return union


def _requirers(edges: Iterable[RequirementEdge]) -> ByName[tuple[DistributionName, ...]]:
    # `all = ["mypkg[db]"]` is not somebody else asking
    found = group_pairs((edge.required, edge.requirer) for edge in edges if edge.requirer != edge.required)
    return {name: tuple(sorted(set(requirers))) for name, requirers in found.items()}


def _edge_order(edge: RequirementEdge) -> tuple[str, str, str, tuple[str, ...]]:
    return (edge.requirer, edge.extra, edge.required, edge.required_extras)


def _problem_order(problem: RequirementProblem) -> tuple[str, str, str]:
    return (problem.kind, problem.required_by or "", problem.requirement)
