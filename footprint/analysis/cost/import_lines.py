"""Which lines of the project's own code asked for what was loaded at startup, and what each would save.

Laws: pure. An edge of the observed graph goes away only when every line that explains it is cut; an edge that no
line explains (a computed import) never does, so a saving is rather too small than too large.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping

from footprint.analysis.cost.attribution import UNKNOWN, Owner
from footprint.analysis.cost.avoidable import ROOT, ImportGraph, Saving
from footprint.model.runtime import ImportEdge
from footprint.model.source_modules import ImportSite, Placement, SourceModule
from footprint.names import DistributionName, ModuleName
from footprint.values import dataclass

Function = tuple[str, str]  # path, dotted name


@dataclass(frozen=True, slots=True)
class ExplainedGraph:
    """The graph of one entry's start, and by which statements the project caused which edges."""

    graph: ImportGraph
    owners: Mapping[ModuleName, Owner]
    explained: Mapping[ImportEdge, frozenset[ImportSite]]
    own_edges: Mapping[Owner, frozenset[ImportEdge]]  # from the project's own code, or from the start itself, into what
    loaded: Mapping[Owner, frozenset[ModuleName]]
    asked: Mapping[ImportSite, Collection[ImportEdge]]  # the edges that each statement has a part in

    def lines(self) -> tuple[ImportSite, ...]:
        """Return the statements that asked for something at startup, in the order of the files."""
        sites = {site for sites in self.explained.values() for site in sites}
        return tuple(sorted(sites, key=lambda site: (site.path, site.line, site.module)))

    def asked_by(self, site: ImportSite) -> Collection[ImportEdge]:
        """Return the edges that a statement has a part in."""
        return self.asked.get(site, ())

    def edges_of(self, sites: Collection[ImportSite]) -> frozenset[ImportEdge]:
        """Return the edges that go away when all of `sites` do."""
        chosen = frozenset(sites)
        return frozenset(edge for site in chosen for edge in self.asked.get(site, ()) if self.explained[edge] <= chosen)

    def saving_of(self, sites: Collection[ImportSite]) -> Saving:
        """Return what the start saves when `sites` run later, or not at all."""
        return self.graph.saving(self.edges_of(sites))

    def own_edges_to(self, name: DistributionName) -> frozenset[ImportEdge]:
        """Return every edge from the project's own code, or from the start itself, into a distribution."""
        return self.own_edges.get(Owner("distribution", name), frozenset())

    def modules_of(self, name: DistributionName) -> frozenset[ModuleName]:
        """Return the modules of a distribution in memory."""
        return self.loaded.get(Owner("distribution", name), frozenset())

    def still_needed_by(
        self, modules: Iterable[ModuleName], cut: Collection[ImportEdge], is_lost: Callable[[ModuleName], bool]
    ) -> tuple[str, ...]:
        """Return who keeps `modules` in memory after the cut: distributions, then own files; without themselves.

        `is_lost` tells what falls off by the cut.
        """
        targets = [module for module in self.graph.loaded_among(modules) if not is_lost(module)]
        themselves = {self.owners.get(module, UNKNOWN) for module in targets}
        gone = frozenset(cut)
        names: set[tuple[bool, str]] = set()
        for module in targets:
            for importer in self.graph.importers_of(module):
                owner = self.owners.get(importer, UNKNOWN)
                if owner in themselves or is_lost(importer):
                    continue
                if ImportEdge(importer, module) not in gone and owner.name:
                    names.add((owner.kind != "distribution", owner.name))
        return tuple(name for _, name in sorted(names))


def explain(
    graph: ImportGraph,
    owners: Mapping[ModuleName, Owner],
    sources: Mapping[str, SourceModule],
    startup_functions: Collection[Function],
    lazy: Collection[ImportSite] = frozenset(),
) -> ExplainedGraph:
    """Find the statements behind the edges that leave the project's own code.

    `sources` maps project-relative paths to modules. Code of one file that runs while another loads (a function
    called at import) is looked for in all files.
    """
    running = {path: _running_sites(module, startup_functions, lazy) for path, module in sources.items()}
    by_name: dict[ModuleName, list[ImportSite]] = {}
    for sites in running.values():
        for site in sites:
            for name in _asked_names(site):
                by_name.setdefault(name, []).append(site)
    explained, late = {}, []
    for edge in graph.edges:
        owner = owners.get(edge.importer, UNKNOWN)
        if edge.importer != ROOT and owner.kind != "first-party":
            continue
        candidates = _asking(edge.imported, by_name)
        here = [site for site in candidates if site.path == owner.name]
        sites = here or [site for site in candidates if site.placement is Placement.FUNCTION]
        if sites:
            explained[edge] = frozenset(sites)
        elif edge.importer == ROOT:
            late.append(edge)
    hung = graph.hung_on(_supporters(late, graph, owners))
    by_owner: dict[Owner, set[ModuleName]] = {}
    for module, owner in owners.items():
        by_owner.setdefault(owner, set()).add(module)
    loaded = {owner: frozenset(modules) for owner, modules in by_owner.items()}
    asked: dict[ImportSite, list[ImportEdge]] = {}
    for edge, statements in explained.items():
        for site in statements:
            asked.setdefault(site, []).append(edge)
    return ExplainedGraph(hung, owners, explained, _own_edges(hung, owners), loaded, asked)


def _own_edges(graph: ImportGraph, owners: Mapping[ModuleName, Owner]) -> dict[Owner, frozenset[ImportEdge]]:
    """Return the edges from the project's own code, and from the start itself, by the owner of what they load."""
    found: dict[Owner, set[ImportEdge]] = {}
    for edge in graph.edges:
        owner = owners.get(edge.imported)
        if owner is not None and (edge.importer == ROOT or owners.get(edge.importer, UNKNOWN).kind == "first-party"):
            found.setdefault(owner, set()).add(edge)
    return {owner: frozenset(edges) for owner, edges in found.items()}


def _supporters(
    late: Iterable[ImportEdge], graph: ImportGraph, owners: Mapping[ModuleName, Owner]
) -> dict[ImportEdge, frozenset[ModuleName]]:
    """Return for late imports of a distribution its modules that were there before: it most likely asked itself.

    A model that is fitted in the lifespan imports more of scikit-learn; gone is that too when nothing else needs
    scikit-learn. What came first of its distribution stays with the start.
    """
    by_owner: dict[Owner, list[ModuleName]] = {}
    for module in graph.load_order:
        by_owner.setdefault(owners.get(module, UNKNOWN), []).append(module)
    found = {}
    for edge in late:
        owner = owners.get(edge.imported, UNKNOWN)
        if owner.kind == "distribution":
            siblings = by_owner[owner]
            earlier = siblings[: siblings.index(edge.imported)]
            if earlier:
                found[edge] = frozenset(earlier)
    return found


def _running_sites(
    module: SourceModule, startup_functions: Collection[Function], lazy: Collection[ImportSite]
) -> list[ImportSite]:
    """Return the sites that may have run at startup. A function that static reading did not see called counts too
    when nothing else in its file asks for the same, and so does an import that is only promised."""
    sure = [
        site
        for site in module.sites
        if (site.placement.runs_at_import and site not in lazy)
        or site.placement is Placement.MAIN
        or (site.placement is Placement.FUNCTION and (site.path, site.function or "") in startup_functions)
    ]
    known = {name for site in sure for name in _asked_names(site)}
    may = (site for site in module.sites if site.placement.runs_at_import or site.placement is Placement.FUNCTION)
    others = [site for site in may if site not in sure]
    return sure + [site for site in others if not known.issuperset(_asked_names(site))]


def _asked_names(site: ImportSite) -> tuple[ModuleName, ...]:
    if not site.module:
        return ()
    return (site.module, *(f"{site.module}.{name}" for name in site.names))


def _asking(module: ModuleName, by_name: Mapping[ModuleName, list[ImportSite]]) -> list[ImportSite]:
    found = list(by_name.get(module, ()))
    parent = module.rpartition(".")[0]
    if parent:
        found += [site for site in by_name.get(parent, ()) if site.module == parent and "*" in site.names]
    return found
