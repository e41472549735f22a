"""Build the nodes of the requirement graph: who requires whom, for the target, extra by extra.

Laws: a node is one distribution with one extra ("" for none) and never the union of what several requirers
ask for; (name, extra) leads to (name, ""). Every declared line is a node of its own, below a gate for its
name, below the root. What is required and not installed is a leaf.
"""

from __future__ import annotations

from collections.abc import Collection, Container, Iterable, Iterator, Sequence

from packaging.specifiers import SpecifierSet
from packaging.version import InvalidVersion, Version

from footprint.analysis.graph.requires_dist import AskedRequirement, LinesByExtra, MarkerTarget, Unparsable, sort_lines
from footprint.model.installed_environment import Installed
from footprint.model.requirements import DeclaredRequirement, RequirementEdge, RequirementProblem
from footprint.names import DistributionName
from footprint.pairs import follow
from footprint.values import dataclass, field, replace

ROOT = 0


@dataclass(slots=True)
class Nodes:
    """Nodes by number. `names[node]` is None for the root, the gates and the declared lines."""

    names: list[DistributionName | None] = field(default_factory=lambda: [None])
    successors: list[list[int]] = field(default_factory=lambda: [[]])
    gates: dict[DistributionName, int] = field(default_factory=dict)  # declared and applicable
    holding: dict[DistributionName, int] = field(default_factory=dict)  # below the root: the gate, or that of a group
    lines: dict[DeclaredRequirement, int] = field(default_factory=dict)
    own: dict[DistributionName, list[int]] = field(default_factory=dict)  # the base node first, then extras
    numbers: dict[tuple[DistributionName, str], int] = field(default_factory=dict)  # by name and extra
    edges: set[RequirementEdge] = field(default_factory=set)
    problems: set[RequirementProblem] = field(default_factory=set)

    def new(self, name: DistributionName | None) -> int:
        """Add a node and return its number."""
        self.names.append(name)
        self.successors.append([])
        return len(self.names) - 1

    def held_by(self, groups: Iterable[Sequence[DistributionName]], kept: Iterable[DistributionName]) -> Nodes:
        """Return the same nodes below a root that leads only to the declared `groups`, and to what is `kept` anyway.

        The names of a group have one gate in common: they stand and fall together.
        """
        names, successors = list(self.names), list(self.successors)
        holding: dict[DistributionName, int] = {}
        for group in groups:
            gates = [self.gates[name] for name in group]
            node = gates[0]
            if len(gates) > 1:
                node = len(names)
                names.append(None)
                successors.append(gates)
            holding |= dict.fromkeys(group, node)
        successors[ROOT] = [*dict.fromkeys(holding.values()), *(self.own[name][0] for name in kept if name in self.own)]
        return replace(self, names=names, successors=successors, holding=holding)

    def without_extras(self, dropped: Collection[tuple[DistributionName, str]]) -> list[list[int]]:
        """Return the successors as they are when no line asks for these extras of its name."""
        if not dropped:
            return self.successors
        successors = list(self.successors)
        for line, node in self.lines.items():
            gone = {self.numbers[line.name, extra] for extra in line.extras if (line.name, extra) in dropped}
            successors[node] = [each for each in successors[node] if each not in gone]
        return successors


def build_nodes(installed: Sequence[Installed], declared: Sequence[DeclaredRequirement], target: MarkerTarget) -> Nodes:
    """Return the graph of everything installed, of the extras that are asked for, and of the declared lines."""
    return _Builder(installed, target).build(declared)


class _Builder:
    def __init__(self, installed: Sequence[Installed], target: MarkerTarget) -> None:
        self.target = target
        self.nodes = Nodes()
        self.installed: dict[DistributionName, Installed] = {}
        for one in installed:
            self.installed.setdefault(one.name, one)  # the first of a name shadows the others on sys.path
        self.numbers = self.nodes.numbers
        self.lines: dict[DistributionName, LinesByExtra] = {}
        self.versions: dict[DistributionName, Version | None] = {}
        self.waiting: list[tuple[DistributionName, str]] = []
        self.left_out: set[str] = set()  # groups that are not installed here, or not wholly
        self.not_met: list[tuple[int, RequirementProblem]] = []  # with the node that asks

    def build(self, declared: Sequence[DeclaredRequirement]) -> Nodes:
        self.left_out = {
            line.group
            for line in declared
            if line.group != "main" and line.kind == "requirement" and line.name not in self.installed
            if applies(line, self.target)
        }
        for line in declared:
            self.declare(line)
        for name in self.installed:
            self.number(name, "")
        self.expand_all()
        for line in self.nodes.lines:
            self.require_as_annotated(line)
        self.expand_all()
        self.nodes.problems.update(self.problems_here())
        return self.nodes

    def problems_here(self) -> Iterator[RequirementProblem]:
        """Return what is not met of what was to be installed: extras that only a group left out asks for were not."""
        wanted: Container[int] = range(len(self.nodes.names))
        if self.left_out and self.not_met:
            lines = (node for line, node in self.nodes.lines.items() if line.group not in self.left_out)
            installed = (self.numbers[name, ""] for name in self.installed)
            wanted = follow([ROOT, *lines, *installed], lambda node: self.nodes.successors[node] if node else ())
        return (problem for node, problem in self.not_met if node in wanted)

    def expand_all(self) -> None:
        while self.waiting:
            self.expand(*self.waiting.pop())

    def require_as_annotated(self, line: DeclaredRequirement) -> None:
        """Add who requires a line by the word of the tool that wrote it: extras were asked for that it left out."""
        required = self.numbers[line.name, ""]
        for name in line.via:
            requirer = self.numbers.get((name, ""))
            if requirer is not None and name in self.installed and required not in self.nodes.successors[requirer]:
                self.nodes.successors[requirer].append(required)
                self.nodes.edges.add(RequirementEdge(name, "", line.name, ()))

    def number(self, name: DistributionName, extra: str) -> int:
        """Return the node of (name, extra), made and queued when it is met for the first time."""
        key = (name, extra)
        known = self.numbers.get(key)
        if known is not None:
            return known
        node = self.numbers[key] = self.nodes.new(name)
        if extra:
            self.nodes.successors[node].append(self.number(name, ""))
        self.nodes.own.setdefault(name, []).append(node)
        if name in self.installed:
            self.waiting.append(key)
        return node

    def declare(self, line: DeclaredRequirement) -> None:
        if not applies(line, self.target):
            self.check_marker(line)
            return
        problem = self.check(None, line.name, SpecifierSet(line.specifier), line.raw)
        # Of a group that is left out nobody asked for the versions here.
        is_told = line.group == "main" or (problem is not None and problem.kind != "missing")
        if problem is not None and is_told and line.group not in self.left_out:
            self.not_met.append((ROOT, problem))
        if line.kind == "constraint" or line in self.nodes.lines:
            return
        gate = self.nodes.gates.get(line.name)
        if gate is None:
            gate = self.nodes.gates[line.name] = self.nodes.holding[line.name] = self.nodes.new(None)
            self.nodes.successors[ROOT].append(gate)
        node = self.nodes.lines[line] = self.nodes.new(None)
        self.nodes.successors[gate].append(node)
        self.nodes.successors[node] += [self.number(line.name, extra) for extra in ("", *line.extras)]

    def check_marker(self, line: DeclaredRequirement) -> None:
        try:
            self.target.holds(line.marker or "")
        except Unparsable:
            self.nodes.problems.add(RequirementProblem("unparsable", None, line.raw, None))

    def expand(self, name: DistributionName, extra: str) -> None:
        lines = self.lines.get(name)
        if lines is None:
            lines = self.lines[name] = sort_lines(self.installed[name].requires)
        successors = self.nodes.successors[self.numbers[name, extra]]
        for line in lines.asked_by(extra):
            try:
                asked = self.target.asked(line, extra)
            except Unparsable:
                self.nodes.problems.add(RequirementProblem("unparsable", name, line, None))
                continue
            if asked is not None:
                successors += self.require(name, extra, asked, line)

    def require(self, name: DistributionName, extra: str, asked: AskedRequirement, line: str) -> list[int]:
        """Record one edge and what is wrong with it; return the nodes that it leads to."""
        self.nodes.edges.add(RequirementEdge(name, extra, asked.name, asked.extras))
        problem = self.check(name, asked.name, asked.specifier, line)
        if problem is not None:
            self.not_met.append((self.numbers[name, extra], problem))
        return [self.number(asked.name, one) for one in ("", *asked.extras)]

    def check(
        self, requirer: DistributionName | None, required: DistributionName, specifier: SpecifierSet, text: str
    ) -> RequirementProblem | None:
        """Return what is wrong with a requirement: it is missing, or installed in another version."""
        found = self.installed.get(required)
        if found is None:
            return RequirementProblem("missing", requirer, text, None)
        version = self.version(found) if specifier else None
        if version is None or specifier.contains(version, prereleases=True):
            return None
        return RequirementProblem("conflict", requirer, text, found.version)

    def version(self, one: Installed) -> Version | None:
        """Return the version to compare, None for one that the specification does not know."""
        if one.name not in self.versions:
            try:
                self.versions[one.name] = Version(one.version)
            except InvalidVersion:
                self.versions[one.name] = None
        return self.versions[one.name]


def applies(line: DeclaredRequirement, target: MarkerTarget) -> bool:
    """Return whether the marker of a declared line is true for the target; one that cannot be read is not."""
    try:
        return not line.marker or target.holds(line.marker)
    except Unparsable:
        return False
