"""The suggestions that can be combined, drawn as graphs of what they take away. Pure.

Each set is answered as `Roots.leaving_with` and `ImportGraph.saving` answer it; tests hold every set against these.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from footprint.analysis.combinations.falling_graphs import DrawnGraph, cut_down, join_alike
from footprint.analysis.cost.avoidable import ROOT
from footprint.analysis.cost.import_lines import ExplainedGraph
from footprint.analysis.cost.savings import Starts
from footprint.analysis.facts.roots import Roots
from footprint.analysis.graph.requirement_graph import RequirementGraph
from footprint.model.audit import Suggestion
from footprint.model.combinations import Combinations, Fall, StartFall
from footprint.model.runtime import ImportEdge
from footprint.model.source_modules import ImportSite
from footprint.names import ByName, DistributionName, ModuleName
from footprint.values import dataclass

COMBINED = ("remove", "move", "narrow", "uninstall", "defer")
_Weigh = Callable[[Iterable[DistributionName]], int | None]


@dataclass(frozen=True, slots=True)
class Choices:
    """What each choice takes away, by what it takes: places in the list of suggestions."""

    removed: Mapping[DistributionName, frozenset[int]]  # with what goes as one with it
    moved: Mapping[DistributionName, frozenset[int]]
    dropped: Mapping[tuple[DistributionName, str], frozenset[int]]
    named: Mapping[DistributionName, frozenset[int]]  # that the suggestion itself says leave
    deferred: Mapping[ImportSite, frozenset[int]]
    places: tuple[int, ...]

    @classmethod
    def of(cls, suggestions: Sequence[Suggestion], roots: Roots, sites_of: ByName[Sequence[ImportSite]]) -> Choices:
        """Sort what the suggestions take away; `sites_of`: the imports that a deferral moves, by distribution."""
        sets: dict[str, defaultdict[Any, set[int]]] = {kind: defaultdict(set) for kind in _KINDS}
        places = [place for place, each in enumerate(suggestions) if not each.suppressed and each.action in COMBINED]
        for place in places:
            for kind, key in _taken_by(suggestions[place], roots, sites_of):
                sets[kind][key].add(place)
        whole = {kind: {key: frozenset(found) for key, found in sets[kind].items()} for kind in _KINDS}
        return cls(**whole, places=tuple(places))


_KINDS = ("removed", "moved", "dropped", "named", "deferred")


def _taken_by(each: Suggestion, roots: Roots, sites_of: ByName[Sequence[ImportSite]]) -> Iterator[tuple[str, object]]:
    """Yield what one suggestion takes away, each with its kind."""
    if each.action == "defer":
        yield from (("deferred", site) for site in sites_of.get(each.distribution, ()))
        return
    yield from (("named", name) for name in each.distributions)
    if each.action == "remove":
        yield from (("removed", name) for name in roots.with_rings([each.distribution]))
    if each.action == "move":
        yield "moved", each.distribution
    if each.action == "narrow":
        yield from (("dropped", (each.distribution, extra)) for extra in each.extras)


def draw_combinations(choices: Choices, roots: Roots, starts: Starts, weigh: _Weigh) -> Combinations | None:
    """Return the graphs of what every set of choices frees; None where there is nothing to choose."""
    if not choices.places:
        return None
    production = {name: places for name, places in choices.removed.items() if name in roots.production_names}
    moved = {name: places for name, places in choices.moved.items() if name in roots.production_names}
    both = {name: production.get(name, frozenset()) | moved.get(name, frozenset()) for name in (*production, *moved)}
    drawn = [
        *_draw_graph(roots.whole, choices.removed, choices),
        *_draw_graph(roots.production, both, choices),
    ]
    falls = [_cut(draft) for draft in drawn]
    names: dict[DistributionName, int] = {name: row for row, name in enumerate(sorted(choices.named))}
    graphs = [_named(choices.named, names)]
    for fall, owners in falls:
        items = tuple(-1 if name is None else names.setdefault(name, len(names)) for name in owners)
        graphs.append(Fall(fall.successors, fall.takers, items))
    kept = [graph for graph in graphs if any(item >= 0 for item in graph.items)]
    return Combinations(
        choices=choices.places,
        distributions=tuple(names),
        disk_bytes=tuple(weigh([name]) or 0 for name in names),
        leaving=tuple(kept),
        starts=tuple(_draw_start(entry, start, choices, names) for entry, start in starts.entries.items()),
    )


_Named = tuple[DrawnGraph, list[DistributionName | None]]  # the name that goes with each node


def _cut(drawn: _Named) -> tuple[Fall, list[DistributionName | None]]:
    draft, names = drawn
    fall, kept = cut_down(draft, lambda node: bool(draft.takers.get(node)))
    return fall, [names[node] for node in kept]


def _named(named: Mapping[DistributionName, frozenset[int]], rows: Mapping[DistributionName, int]) -> Fall:
    takers = [tuple(sorted(named[name])) for name in rows if name in named]
    return Fall(((*range(1, len(takers) + 1),), *(() for _ in takers)), ((), *takers), (-1, *range(len(takers))))


def _draw_graph(
    graph: RequirementGraph, gone: Mapping[DistributionName, frozenset[int]], choices: Choices
) -> Iterable[_Named]:
    """Yield the graph held by declared lines, and that of what nothing declared leads to, where any of it may go."""
    nodes = graph.nodes
    draft = DrawnGraph([list(after) for after in nodes.successors], defaultdict(set), [-1] * len(nodes.names))
    names: list[DistributionName | None] = [None] * len(nodes.names)
    for name in graph.names.names:
        names[nodes.own[name][0]] = name
    for name, places in gone.items():
        gates = (
            [nodes.holding[name]] if name in nodes.holding else [] if name in nodes.gates else nodes.own.get(name, [])
        )
        for node in gates:
            draft.takers[node] |= places
    for line, node in nodes.lines.items():
        for extra in line.extras:
            places = choices.dropped.get((line.name, extra), frozenset())
            if places:
                _lead_through(draft, names, (node, nodes.numbers[line.name, extra]), places)
    orphans = {name: places for name, places in gone.items() if name in graph.orphans and name not in nodes.gates}
    yield _reached_only(draft, names)
    if orphans:
        yield _draw_orphans(graph, orphans, names)


def _lead_through(
    draft: DrawnGraph, names: list[DistributionName | None], edge: tuple[int, int], places: frozenset[int]
) -> None:
    """Put a node into an edge that these choices take away."""
    at, to = edge
    between = draft.node()
    names.append(None)
    draft.successors[at] = [each for each in draft.successors[at] if each != to] + [between]
    draft.successors[between] = [to]
    draft.takers[between] |= places


def _reached_only(draft: DrawnGraph, names: list[DistributionName | None]) -> _Named:
    """Take the names off what the root does not reach to begin with: it cannot leave."""
    off = draft.fallen(lambda node: False)
    return draft, [None if is_off else name for name, is_off in zip(names, off, strict=True)]


def _draw_orphans(
    graph: RequirementGraph, gone: Mapping[DistributionName, frozenset[int]], names: list[DistributionName | None]
) -> _Named:
    """Return the graph of what nothing declared reaches: each holds itself as long as it is in no closure that goes."""
    nodes = graph.nodes
    draft = DrawnGraph([list(after) for after in nodes.successors], defaultdict(set), [-1] * len(nodes.names))
    live = [number for number, is_off in enumerate(draft.fallen(lambda node: False)) if not is_off]
    known = list(names[: len(nodes.names)])
    draft.successors[0] = [node for node in live if node]
    for node in live:
        known[node] = None
    for name, places in gone.items():
        for node in nodes.own.get(name, ()):
            draft.takers[node] |= places
    closures = {name: _closure(draft.successors, nodes.own[name]) for name in gone}
    for name in graph.orphans:
        base = nodes.own[name][0]
        holder = draft.node()
        known.append(None)
        draft.successors[0].append(holder)
        draft.successors[holder] = [base]
        draft.takers[holder] |= {place for each, places in gone.items() if base in closures[each] for place in places}
    return draft, known


def _closure(successors: Sequence[Sequence[int]], begins: Sequence[int]) -> set[int]:
    seen, waiting = set(begins), list(begins)
    while waiting:
        fresh = set(successors[waiting.pop()]) - seen
        seen |= fresh
        waiting += fresh
    return seen


def _draw_start(entry: str, start: ExplainedGraph, choices: Choices, rows: Mapping[DistributionName, int]) -> StartFall:
    draft, numbers = DrawnGraph(), {ROOT: 0}
    numbers |= {module: draft.node(row) for row, module in enumerate(start.graph.weights)}
    steps: dict[tuple[int, ImportSite], int] = {}
    for at, to, sites in _edges_in_order(start, numbers):
        if not sites or any(site not in choices.deferred for site in sites):
            draft.successors[at].append(to)
            continue
        for site in sites:  # gone when all of them are
            if (at, site) not in steps:
                steps[at, site] = draft.node()
                draft.takers[steps[at, site]] |= choices.deferred[site]
                draft.successors[at].append(steps[at, site])
            draft.successors[steps[at, site]].append(to)
    owners = [-1] * len(draft.items)
    for name, row in rows.items():
        for module in start.modules_of(name):
            if module in numbers:
                owners[numbers[module]] = row
    fall, kept = cut_down(draft, lambda node: owners[node] >= 0 or bool(draft.takers.get(node)))
    joined, classes = join_alike(fall, [owners[node] for node in kept])
    weights = list(start.graph.weights.values())
    rss, time, marks = ([0] * len(joined.items) for _ in range(3))
    for old, new in enumerate(classes):
        marks[new] = owners[kept[old]] if kept[old] else -1
        item = fall.items[old]
        if item >= 0:
            rss[new] += weights[item].rss_bytes
            time[new] += weights[item].time_us
    return StartFall(entry, joined, tuple(marks), tuple(rss), tuple(time))


def _edges_in_order(
    start: ExplainedGraph, numbers: Mapping[ModuleName, int]
) -> Iterator[tuple[int, int, Sequence[ImportSite]]]:
    """Yield the edges of a start in the order of the numbers of their ends, each with the statements behind it."""
    by_lines = {edge.importer for edge in start.explained}
    for at, importer in sorted((numbers[importer], importer) for importer in start.graph.imported):
        for to, module in sorted((numbers[module], module) for module in start.graph.imported[importer]):
            found = start.explained.get(ImportEdge(importer, module), ()) if importer in by_lines else ()
            yield at, to, sorted(found, key=lambda site: (site.path, site.line, site.module, site.names))
