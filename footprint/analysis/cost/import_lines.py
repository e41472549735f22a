"""Which lines of the project's own code asked for what was loaded at startup, and what each would save.

Laws: pure. An edge of the observed graph goes away only when every line that explains it is cut; an edge that no
line explains (a computed import) never does, so a saving is rather too small than too large. For all lines at once each
is a node between the module that it stands in and what only that line asks for: what the node dominates is what the
line brings. So all lines together take n log n, however deep the imports go.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from itertools import accumulate

from footprint.analysis.cost.attribution import UNKNOWN, Owner
from footprint.analysis.cost.avoidable import ROOT, ImportGraph, LoadSum, Saving
from footprint.analysis.graph.digraphs import find_dominators
from footprint.model.runtime import ImportEdge
from footprint.model.source_modules import ImportSite, Placement, SourceModule
from footprint.names import ByModule, DistributionName, ModuleName
from footprint.pairs import group_pairs
from footprint.values import dataclass

Function = tuple[str, str]  # path, dotted name


@dataclass(frozen=True, slots=True)
class ExplainedGraph:
    """The graph of one entry's start, and by which statements the project caused which edges."""

    graph: ImportGraph
    owners: ByModule[Owner]
    explained: Mapping[ImportEdge, frozenset[ImportSite]]
    own_edges: Mapping[Owner, frozenset[ImportEdge]]  # from the project's own code, or from the start itself, into what
    loaded: Mapping[Owner, frozenset[ModuleName]]
    asked: Mapping[ImportSite, Collection[ImportEdge]]  # the edges that each statement has a part in

    def lines(self) -> tuple[ImportSite, ...]:
        """Return the statements that asked for something at startup, in the order of the files."""
        sites = {site for sites in self.explained.values() for site in sites}
        return tuple(sorted(sites, key=lambda site: (site.path, site.line, site.module)))

    def edges_of(self, sites: Collection[ImportSite]) -> frozenset[ImportEdge]:
        """Return the edges that go away when all of `sites` do."""
        chosen = frozenset(sites)
        return frozenset(edge for site in chosen for edge in self.asked.get(site, ()) if self.explained[edge] <= chosen)

    def saving_of(self, sites: Collection[ImportSite]) -> Saving:
        """Return what the start saves when `sites` run later, or not at all."""
        return self.graph.saving(self.edges_of(sites))

    def modules_of(self, name: DistributionName) -> frozenset[ModuleName]:
        """Return the modules of a distribution in memory."""
        return self.loaded.get(Owner("distribution", name), frozenset())

    def still_needed_by(
        self, modules: Iterable[ModuleName], cut: Collection[ImportEdge], is_lost: Callable[[ModuleName], bool]
    ) -> tuple[str, ...]:
        """Return who keeps `modules` in memory after the cut: distributions, then own files; without themselves.

        `is_lost` tells what falls off by the cut.
        """
        targets = [module for module in frozenset(modules) & self.graph.weights.keys() if not is_lost(module)]
        themselves = {self.owners.get(module, UNKNOWN) for module in targets}
        gone = frozenset(cut)
        names: set[tuple[bool, str]] = set()
        known: set[ModuleName] = set()  # importers that say no more: named already, or nobody who keeps anything
        for module in targets:
            for importer in self.graph.importers[module] - known:
                owner = self.owners.get(importer, UNKNOWN)
                if owner in themselves or not owner.name or is_lost(importer):
                    known.add(importer)
                elif ImportEdge(importer, module) not in gone:
                    known.add(importer)
                    names.add((owner.kind != "distribution", owner.name))
        return tuple(name for _, name in sorted(names))


def explain(
    graph: ImportGraph,
    owners: ByModule[Owner],
    sources: Mapping[str, SourceModule],
    startup_functions: Collection[Function],
    lazy: Collection[ImportSite] = frozenset(),
) -> ExplainedGraph:
    """Find the statements behind the edges that leave the project's own code.

    `sources` maps project-relative paths to modules. Code of one file that runs while another loads (a function
    called at import) is looked for in all files.
    """
    running = {path: _running_sites(module, startup_functions, lazy) for path, module in sources.items()}
    by_name = group_pairs((name, site) for sites in running.values() for site in sites for name in site.asked_names)
    explained, late = {}, []
    for edge in _edges_of_ours(graph, owners):
        owner = owners.get(edge.importer, UNKNOWN)
        candidates = _asking(edge.imported, by_name)
        here = [site for site in candidates if site.path == owner.name]
        sites = here or [site for site in candidates if site.placement is Placement.FUNCTION]
        if sites:
            explained[edge] = frozenset(sites)
        elif edge.importer == ROOT:
            late.append(edge)
    hung = graph.hung_on(_supporters(late, graph, owners))
    by_owner = group_pairs((owner, module) for module, owner in owners.items())
    loaded = {owner: frozenset(modules) for owner, modules in by_owner.items()}
    asked = group_pairs((site, edge) for edge, statements in explained.items() for site in statements)
    return ExplainedGraph(hung, owners, explained, _own_edges(hung, owners), loaded, asked)


def _own_edges(graph: ImportGraph, owners: ByModule[Owner]) -> dict[Owner, frozenset[ImportEdge]]:
    """Return the edges from the project's own code, and from the start itself, by the owner of what they load."""
    ours = _edges_of_ours(graph, owners)
    found = group_pairs((owners[edge.imported], edge) for edge in ours if edge.imported in owners)
    return {owner: frozenset(edges) for owner, edges in found.items()}


def _edges_of_ours(graph: ImportGraph, owners: ByModule[Owner]) -> Iterable[ImportEdge]:
    for importer, imported in graph.imported.items():
        if importer == ROOT or owners.get(importer, UNKNOWN).kind == "first-party":
            yield from (ImportEdge(importer, module) for module in imported)


def _supporters(
    late: Iterable[ImportEdge], graph: ImportGraph, owners: ByModule[Owner]
) -> dict[ImportEdge, frozenset[ModuleName]]:
    """Return for late imports of a distribution its modules that were there before: it most likely asked itself.

    A model that is fitted in the lifespan imports more of scikit-learn; gone is that too when nothing else needs
    scikit-learn. What came first of its distribution stays with the start.
    """
    late, found = tuple(late), {}
    by_owner = group_pairs((owners.get(module, UNKNOWN), module) for module in graph.weights) if late else {}
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
    known = {name for site in sure for name in site.asked_names}
    may = (site for site in module.sites if site.placement.runs_at_import or site.placement is Placement.FUNCTION)
    others = [site for site in may if site not in sure]
    return sure + [site for site in others if not known.issuperset(site.asked_names)]


def _asking(module: ModuleName, by_name: ByModule[Sequence[ImportSite]]) -> list[ImportSite]:
    found = list(by_name.get(module, ()))
    parent = module.rpartition(".")[0]
    if parent:
        found += [site for site in by_name.get(parent, ()) if site.module == parent and "*" in site.names]
    return found


Place = tuple[str, int]  # path, line
# A line whose function ran while several modules loaded is cut out of the graph by itself, which is exact and takes as
# long as what is below it is large. So only the first of these; of the others what falls off for each importer alone.
_CUT_BY_ITSELF_AT_MOST = 100
_NOTHING = LoadSum()


@dataclass(frozen=True, slots=True)
class LineCut:
    """What a start would save without a line, or without one module of it."""

    sums: LoadSum
    is_lost: Callable[[ModuleName], bool]


class LineCuts:
    """The lines of one start, each as what it alone brings."""

    def __init__(self, start: ExplainedGraph) -> None:
        """Build the graph with a node for each line, and for each module of a line that imports several."""
        self._start, self._by_itself = start, 0
        modules = (ROOT, *start.graph.weights)
        numbers = self._numbers = dict[object, int](zip(modules, range(len(modules)), strict=True))
        self._successors: list[list[int]] = [[] for _ in numbers]
        self._nodes: dict[Place | ImportSite, list[int]] = defaultdict(list)
        by_lines = {edge.importer for edge in start.explained}
        for importer, imported in start.graph.imported.items():
            at = numbers[importer]
            if importer not in by_lines:
                self._successors[at] += map(numbers.__getitem__, imported)
                continue
            for module in imported:
                self._successors[self._last_step(ImportEdge(importer, module), at)].append(numbers[module])
        self._spans = find_dominators(self._successors).spans()
        self._weights = self._gather(start.graph)

    def _last_step(self, edge: ImportEdge, at: int) -> int:
        """Return what leads to the end of an edge: its line and its statement where it hangs on these alone."""
        sites = self._start.explained.get(edge, frozenset())
        places = {(site.path, site.line) for site in sites}
        for key in (*(places if len(places) == 1 else ()), *(sites if len(sites) == 1 else ())):
            at = self._step(at, key, edge.importer)
        return at

    def _step(self, at: int, key: Place | ImportSite, importer: ModuleName) -> int:
        number = self._number((key, importer))
        if number not in self._nodes[key]:
            self._nodes[key].append(number)
            self._successors[at].append(number)
        return number

    def _number(self, key: object) -> int:
        number = self._numbers.setdefault(key, len(self._successors))
        if number == len(self._successors):
            self._successors.append([])
        return number

    def _gather(self, graph: ImportGraph) -> list[LoadSum]:
        """Return the sums of all nodes up to each place of the order in which the spans lie."""
        by_place: dict[int, LoadSum] = {}
        for module, weight in graph.weights.items():
            begin, end = self._spans[self._numbers[module]] if module in self._numbers else (0, 0)
            if end > begin:
                by_place[begin] = weight
        weights = (by_place.get(place, _NOTHING) for place in range(1, len(self._spans) + 1))
        return list(accumulate(weights, initial=_NOTHING))

    def avoidable(self) -> dict[ModuleName, int]:
        """Return by module the bytes that fall off when nothing leads to it any more.

        That is what all ways pass it for: lines stand between the same modules, so they change nothing of that.
        """
        spans = ((module, self._spans[self._numbers.get(module, 0)]) for module in self._start.graph.weights)
        sums = self._weights
        return {
            module: sums[end - 1].rss_bytes - sums[begin - 1].rss_bytes
            for module, (begin, end) in spans
            if end > begin and module in self._numbers
        }

    def of(self, key: Place | ImportSite, sites: Collection[ImportSite]) -> LineCut:
        """Return what falls off without `sites`: the statements of a line, or one of them, the others staying."""
        spans = _without_inner([self._spans[node] for node in self._nodes.get(key, ())])
        if len(spans) > 1 and self._by_itself < _CUT_BY_ITSELF_AT_MOST:
            self._by_itself += 1
            saving = self._start.saving_of(sites)
            sums = LoadSum(saving.rss_bytes, saving.anon_bytes, saving.time_us, len(saving.modules))
            return LineCut(sums, saving.modules.__contains__)
        parts = (self._weights[end - 1] + -self._weights[begin - 1] for begin, end in spans)
        return LineCut(sum(parts, _NOTHING), lambda module: self._is_in(module, spans))

    def _is_in(self, module: ModuleName, spans: Collection[tuple[int, int]]) -> bool:
        number = self._numbers.get(module)
        return number is not None and any(begin <= self._spans[number][0] < end for begin, end in spans)


def _without_inner(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the spans that lie in no other; those of nodes that nothing reaches are none."""
    found: list[tuple[int, int]] = []
    for begin, end in sorted(spans, key=lambda span: (span[0], -span[1])):
        if end > begin and not (found and begin < found[-1][1]):
            found.append((begin, end))
    return found
