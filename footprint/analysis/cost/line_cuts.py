"""What falls off when one line of imports is gone, for every line of a start at once.

Laws: pure. Each line is a node between the module that it stands in and what only that line asks for: what the node
dominates is what the line brings. So all lines together take n log n, however deep the imports go.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable

from footprint.analysis.cost.avoidable import ROOT, ImportGraph, Saving
from footprint.analysis.cost.import_lines import ExplainedGraph
from footprint.analysis.graph.dominators import find_dominators
from footprint.model.runtime import ImportEdge
from footprint.model.source_modules import ImportSite
from footprint.names import ModuleName
from footprint.values import dataclass

Place = tuple[str, int]  # path, line
# A line whose function ran while several modules loaded is cut out of the graph by itself, which is exact and takes as
# long as what is below it is large. So only the first of these; of the others what falls off for each importer alone.
_CUT_BY_ITSELF_AT_MOST = 100


@dataclass(frozen=True, slots=True)
class LineCut:
    """What a start would save without a line, or without one module of it."""

    rss_bytes: int
    anon_bytes: int | None
    time_us: int
    module_count: int
    is_lost: Callable[[ModuleName], bool]


class LineCuts:
    """The lines of one start, each as what it alone brings."""

    def __init__(self, start: ExplainedGraph) -> None:
        """Build the graph with a node for each line, and for each module of a line that imports several."""
        self._start, self._by_itself = start, 0
        self._numbers: dict[object, int] = {ROOT: 0}
        self._successors: list[list[int]] = [[]]
        self._nodes: dict[Place | ImportSite, list[int]] = defaultdict(list)
        for edge in start.graph.edges:
            self._add(edge)
        tree = find_dominators(self._successors)
        self._spans = tree.spans()
        self._weights = self._gather(start.graph)

    def of_line(self, place: Place, sites: Collection[ImportSite]) -> LineCut:
        """Return what falls off without the line at `place`, which has the statements `sites`."""
        return self._of(self._nodes.get(place, []), sites)

    def of_site(self, site: ImportSite) -> LineCut:
        """Return what falls off without one statement of a line, the others staying."""
        return self._of(self._nodes.get(site, []), [site])

    def _add(self, edge: ImportEdge) -> None:
        """Add an edge, by way of its line and of its statement where it hangs on these alone."""
        at, to = self._number(edge.importer), self._number(edge.imported)
        sites = self._start.explained.get(edge, frozenset())
        places = {(site.path, site.line) for site in sites}
        if len(places) == 1:
            at = self._step(at, next(iter(places)), edge.importer)
        if len(sites) == 1:
            at = self._step(at, next(iter(sites)), edge.importer)
        self._successors[at].append(to)

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

    def _gather(self, graph: ImportGraph) -> list[tuple[int, int | None, int, int]]:
        """Return the sums of all nodes up to each place of the order in which the spans lie."""
        by_place: dict[int, Saving] = {}
        for module in graph.load_order:
            begin, end = self._spans[self._numbers[module]] if module in self._numbers else (0, 0)
            if end > begin:
                by_place[begin] = graph.weight_of(module)
        sums: list[tuple[int, int | None, int, int]] = [(0, 0, 0, 0)]
        for place in range(1, len(self._spans) + 1):
            rss, anon, time, count = sums[-1]
            weight = by_place.get(place)
            if weight is not None:
                anon = None if anon is None or weight.anon_bytes is None else anon + weight.anon_bytes
                rss, time, count = rss + weight.rss_bytes, time + weight.time_us, count + 1
            sums.append((rss, anon, time, count))
        return sums

    def _of(self, nodes: Iterable[int], sites: Collection[ImportSite]) -> LineCut:
        spans = _without_inner([self._spans[node] for node in nodes])
        if len(spans) > 1 and self._by_itself < _CUT_BY_ITSELF_AT_MOST:
            self._by_itself += 1
            saving = self._start.saving_of(sites)
            lost = saving.modules
            return LineCut(saving.rss_bytes, saving.anon_bytes, saving.time_us, len(lost), lost.__contains__)
        rss = time = count = 0
        anon: int | None = 0
        for begin, end in spans:
            before, after = self._weights[begin - 1], self._weights[end - 1]
            rss, time, count = rss + after[0] - before[0], time + after[2] - before[2], count + after[3] - before[3]
            anon = None if anon is None or before[1] is None or after[1] is None else anon + after[1] - before[1]
        return LineCut(rss, anon, time, count, lambda module: self._is_in(module, spans))

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
