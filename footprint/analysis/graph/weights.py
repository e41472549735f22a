"""What every row weighs with all that it requires: one set of figures for all rows. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from footprint.analysis.graph.chains import Chain
from footprint.analysis.graph.name_sets import NameSums
from footprint.analysis.graph.requirement_graph import RequirementGraph, Share
from footprint.analysis.graph.roots import Roots
from footprint.analysis.join.index import Joined
from footprint.analysis.join.row_lists import RowLists, list_shortened
from footprint.model.audit import Shortened
from footprint.names import DistributionName
from footprint.values import dataclass


@dataclass(frozen=True, slots=True)
class Weights:
    """The weights by name, and the lists that the rows show of them."""

    graph: RequirementGraph
    shares: Mapping[DistributionName, Share]
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
        """Whether `name` requires `other`, through others too; None when it is no distribution."""
        share = self.shares.get(name)
        return None if share is None else bool(share.closure & self.graph.names.bits.get(other, 0))

    def shortened(self, name: DistributionName, chain: Chain) -> tuple[Shortened, ...]:
        """Return which lists of a row do not have all their items."""
        lists = {"closure": self.closures, "exclusive": self.exclusives, "kept_by": self.keepers}
        lengths = {field: (found.names(name), found.count(name)) for field, found in lists.items()}
        return list_shortened({**lengths, "requirement_chain": (chain.names, chain.length)})
