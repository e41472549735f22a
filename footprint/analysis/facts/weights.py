"""What every row weighs with all that it requires, and the lines that go with it: one set of figures for all. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from footprint.analysis.facts.index import Joined
from footprint.analysis.facts.roots import Roots
from footprint.analysis.graph.chains import Chain
from footprint.analysis.graph.name_sets import NameSums, RowLists, list_shortened
from footprint.analysis.graph.requirement_graph import RequirementGraph, Share
from footprint.knowledge.groups import is_development
from footprint.model.audit import GoingLine, Shortened
from footprint.model.requirements import DeclaredRequirement, lines_by_name
from footprint.names import ByName, DistributionName, Names
from footprint.values import dataclass


@dataclass(frozen=True, slots=True)
class Weights:
    """The weights by name, and the lists that the rows show of them."""

    graph: RequirementGraph
    shares: ByName[Share]
    sums: NameSums  # of bytes on disk, outside the site folders too
    closures: RowLists
    exclusives: RowLists
    keepers: RowLists

    @classmethod
    def of(cls, names: Sequence[DistributionName], joined: Joined, roots: Roots) -> Weights:
        """Weigh all of `names`, those for production without what only development holds."""
        graph = roots.whole
        shares = {name: roots.graph_for(name).share_of(name) for name in names}
        disk = {name: use.apparent_bytes + use.outside_bytes for name, use in joined.disk.items()}
        return cls(
            graph=graph,
            shares=shares,
            sums=NameSums(graph.names, disk),
            closures=RowLists(graph.names, {name: share.closure for name, share in shares.items()}),
            exclusives=RowLists(graph.names, {name: share.exclusive for name, share in shares.items()}),
            keepers=RowLists(graph.keepers, {name: share.keepers for name, share in shares.items()}),
        )

    def exclusive(self, name: DistributionName) -> tuple[DistributionName, ...]:
        """Return all that leaves with `name`, sorted."""
        return self.graph.names.list(self.shares[name].exclusive)

    def brings(self, name: DistributionName, other: DistributionName) -> bool | None:
        """Whether `name` requires `other`, through others too; None when it is not a distribution."""
        share = self.shares.get(name)
        return None if share is None else bool(share.closure & self.graph.names.bits.get(other, 0))

    def shortened(self, name: DistributionName, chain: Chain) -> tuple[Shortened, ...]:
        """Return which lists of a row do not have all their items."""
        lists = {"closure": self.closures, "exclusive": self.exclusives, "kept_by": self.keepers}
        lengths = {field: (found.names(name), found.count(name)) for field, found in lists.items()}
        return list_shortened({**lengths, "requirement_chain": (chain.names, chain.length)})


@dataclass(frozen=True, slots=True)
class LinesByName:
    """The lines of a project by the distribution that they name."""

    declared: ByName[Sequence[DeclaredRequirement]]
    compiled: ByName[Sequence[DeclaredRequirement]]
    production_names: Names

    @classmethod
    def of(cls, joined: Joined) -> LinesByName:
        """Sort what is declared and what was compiled from it."""
        declared = joined.facts.declared
        written = dict(declared.compiled)
        compiled = (line for line in declared.requirements if line.kind == "constraint" and line.path in written)
        return cls(joined.declared, lines_by_name(compiled), joined.production_names)

    def going(self, names: Sequence[DistributionName], leaving: Iterable[DistributionName]) -> tuple[GoingLine, ...]:
        """Return the lines of `names`, then those of the rest of what is `leaving`, then what is compiled anew.

        Of production go the lines of production: what is declared for development stays.
        """
        rest = sorted(set(leaving) - set(names))
        is_production = not names or any(name in self.production_names for name in names)
        lines = [line for name in names for line in self.declared.get(name, ())]
        pins = (line for name in rest for line in self.declared.get(name, ()))
        lines += [line for line in pins if not is_production or not is_development(line.group)]
        known = dict.fromkeys(GoingLine(line.name, line.path, line.line) for line in lines)
        compiled = (line for name in (*names, *rest) for line in self.compiled.get(name, ()))
        known |= dict.fromkeys(GoingLine(line.name, line.path, line.line, compiled=True) for line in compiled)
        return tuple(known)

    def moving(self, names: Sequence[DistributionName], leaving: Iterable[DistributionName]) -> tuple[GoingLine, ...]:
        """Return the lines of production of `names`, then those of what is `leaving` production with them.

        They move, but for those of what is declared for development already; then comes what is compiled anew.
        """
        found = []
        for name in (*names, *sorted(set(leaving) - set(names))):
            lines = self.declared.get(name, ())
            moves = not any(is_development(line.group) for line in lines)
            main = (line for line in lines if line.group == "main")
            found += [GoingLine(name, line.path, line.line, moves=moves) for line in main]
        return tuple(dict.fromkeys((*found, *(line for line in self.going(names, leaving) if line.compiled))))

    def narrowing(
        self, name: DistributionName, extras: frozenset[str], leaving: Iterable[DistributionName]
    ) -> tuple[GoingLine, ...]:
        """Return the lines of `name` that ask for these extras, and the pins of what is `leaving` with them."""
        own = (
            GoingLine(name, line.path, line.line, extras=asked)
            for line in self.declared.get(name, ())
            if (asked := tuple(extra for extra in line.extras if extra in extras))
        )
        return (*own, *self.going((), leaving))


NO_LINES = LinesByName({}, {}, ())
