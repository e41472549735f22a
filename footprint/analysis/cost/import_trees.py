"""The start of each entry as a tree of loads, as reports draw it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate

from footprint.analysis.cost.attribution import UNKNOWN as NOBODY
from footprint.analysis.cost.attribution import OwnerKind
from footprint.analysis.cost.avoidable import ROOT, ImportGraph
from footprint.analysis.cost.entry_rows import ObservedEntry
from footprint.analysis.cost.import_lines import LineCuts
from footprint.analysis.cost.memory_parts import startup_costs
from footprint.analysis.graph.digraphs import find_dominators
from footprint.model.import_tree import OWN, STDLIB, UNKNOWN, ImportTree
from footprint.model.runtime import ImportCost
from footprint.names import ByModule, DistributionName

_KINDS: Mapping[OwnerKind, int] = {"first-party": OWN, "stdlib": STDLIB, "unknown": UNKNOWN}


def list_import_trees(observed: Iterable[ObservedEntry], cuts: Mapping[str, LineCuts]) -> tuple[ImportTree, ...]:
    """Return the tree of every entry that loaded something, whole or as far as its start came.

    `cuts`: the lines of the starts that came to their end, by entry.
    """
    trees = []
    for entry in observed:
        lines = cuts.get(entry.name)
        tree = _tree_of(entry, lines.avoidable() if lines is not None else _avoidable(ImportGraph.of(entry.run)))
        trees += [tree] if tree.modules else []
    return tuple(trees)


def _tree_of(entry: ObservedEntry, avoidable: ByModule[int]) -> ImportTree:
    costs = startup_costs(entry.run)
    spans = {cost.order: cost.parent for cost in costs if cost.module.startswith("<")}
    loads = [cost for cost in costs if cost.order not in spans]
    rows = {cost.order: row for row, cost in enumerate(loads)}
    owners, distributions = _owners(loads, entry)
    lines, places = _lines(loads, entry)
    return ImportTree(
        entry=entry.name,
        modules=tuple(cost.module for cost in loads),
        parents=tuple(rows.get(_around(cost.parent, spans), -1) for cost in loads),
        self_rss_bytes=tuple(cost.self_rss_bytes for cost in loads),
        self_time_us=tuple(cost.self_time_us for cost in loads),
        avoidable_rss_bytes=tuple(avoidable.get(cost.module, 0) for cost in loads),
        owners=owners,
        distributions=distributions,
        lines=lines,
        places=places,
        ready_from=next((row for row, cost in enumerate(loads) if cost.stage == "ready"), len(loads)),
    )


def _around(order: int | None, spans: Mapping[int, int | None]) -> int:
    """Return the order of the load around one, the probe's spans passed over; -1 where nothing is."""
    while order is not None and order in spans:
        order = spans[order]
    return -1 if order is None else order


def _owners(loads: Sequence[ImportCost], entry: ObservedEntry) -> tuple[tuple[int, ...], tuple[DistributionName, ...]]:
    numbers: dict[DistributionName, int] = {}
    found = []
    for cost in loads:
        owner = entry.owners.get(cost.module, NOBODY)
        is_theirs = owner.kind == "distribution"
        found.append(numbers.setdefault(owner.name, len(numbers)) if is_theirs else _KINDS[owner.kind])
    return tuple(found), tuple(numbers)


def _lines(loads: Sequence[ImportCost], entry: ObservedEntry) -> tuple[tuple[int, ...], tuple[str, ...]]:
    numbers: dict[str, int] = {}
    found = []
    for cost in loads:
        path = entry.files.get(cost.begun_at[0]) if cost.begun_at is not None else None
        known = path is not None and cost.begun_at is not None and cost.begun_at[1]
        found.append(numbers.setdefault(f"{path}:{known}", len(numbers)) if known else -1)
    return tuple(found), tuple(numbers)


def _avoidable(graph: ImportGraph) -> dict[str, int]:
    """Return by module what falls off when nothing leads to it any more: all that every way passes it for."""
    names = [ROOT, *graph.weights]
    numbers = {name: number for number, name in enumerate(names)}
    successors: list[list[int]] = [[] for _ in names]
    for importer, imported in graph.imported.items():
        if importer in numbers:
            successors[numbers[importer]] = [numbers[module] for module in imported if module in numbers]
    spans = find_dominators(successors).spans()
    by_place = {spans[numbers[name]][0]: weight.rss_bytes for name, weight in graph.weights.items()}
    sums = list(accumulate((by_place.get(place, 0) for place in range(1, len(names) + 2)), initial=0))
    ends = ((name, spans[numbers[name]]) for name in graph.weights)
    return {name: sums[end - 1] - sums[begin - 1] for name, (begin, end) in ends if end > begin}
