"""What a set of choices frees, as the stored graphs answer it. Pure; the page computes the same in a browser."""

from __future__ import annotations

from collections.abc import Collection

from footprint.analysis.combinations.falling_graphs import fallen
from footprint.model.combinations import Combinations, Fall, Freed, Saved, StartFall


def free(what_if: Combinations, chosen: Collection[int]) -> Freed:
    """Return what the suggestions at these places free together."""
    gone: set[int] = set()
    for graph in what_if.leaving:
        gone |= _items_off(graph, chosen)
    starts = [_saved(start, chosen, gone) for start in what_if.starts] if chosen else []
    names = tuple(sorted(what_if.distributions[row] for row in gone))
    return Freed(names, sum(what_if.disk_bytes[row] for row in gone), tuple(starts))


def _items_off(
    graph: Fall, chosen: Collection[int], gone: Collection[int] = (), owners: tuple[int, ...] = ()
) -> set[int]:
    def is_taken(node: int) -> bool:
        is_away = bool(owners) and owners[node] in gone
        return is_away or any(each in chosen for each in graph.takers[node])

    off = fallen(graph.successors, is_taken)
    return {graph.items[node] for node, is_off in enumerate(off) if is_off and graph.items[node] >= 0}


def _saved(start: StartFall, chosen: Collection[int], gone: Collection[int]) -> Saved:
    rows = _items_off(start.graph, chosen, gone, start.owners)
    return Saved(start.entry, sum(start.rss_bytes[row] for row in rows), sum(start.time_us[row] for row in rows))
