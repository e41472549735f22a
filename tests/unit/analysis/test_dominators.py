"""Dominators are what removal shows: a node dominates what the root no longer reaches without it."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footprint.analysis.graph.integer_graphs import find_components, find_dominators, gather_reach, reached_bits
from footprint.analysis.graph.joint_removal import gather_removed

Graph = list[list[int]]


def graphs() -> st.SearchStrategy[Graph]:
    """Graphs of up to nine nodes with cycles, self-loops, repeated edges and unreached parts."""
    return st.integers(1, 9).flatmap(
        lambda count: st.lists(st.lists(st.integers(0, count - 1), max_size=4), min_size=count, max_size=count)
    )


def reach(graph: Graph, start: int, without: int | None = None) -> set[int]:
    """Walk recursively: an oracle that shares nothing with the code under test."""
    found: set[int] = set()

    def visit(node: int) -> None:
        if node not in found and node != without:
            found.add(node)
            for successor in graph[node]:
                visit(successor)

    visit(start)
    return found


def members(bits: int) -> set[int]:
    return {position for position in range(bits.bit_length()) if bits >> position & 1}


@pytest.mark.parametrize(
    ("graph", "parents"),
    [
        ([[]], [None]),
        ([[1], [2], []], [None, 0, 1]),
        ([[1, 2], [3], [3], []], [None, 0, 0, 0]),  # a diamond: neither side holds the tip alone
        ([[1], [2], [1]], [None, 0, 1]),  # a cycle
        ([[1], [2], [1], [2]], [None, 0, 1, None]),  # 3 is not reached, though it leads in
        ([[1, 2], [2], [1]], [None, 0, 0]),  # irreducible: both ways into the cycle
        ([[1, 2], [3], [3, 4], [5], [5], [4, 1]], [None, 0, 0, 0, 0, 0]),
        ([[3, 1], [2, 1], [], [1, 2], []], [None, 0, 0, 0, None]),  # the way up to 2 passes a lower semidominator
    ],
)
def test_immediate_dominators(graph: Graph, parents: list[int | None]) -> None:
    assert list(find_dominators(graph).parents) == parents


@given(graphs())
def test_dominated_set_equals_what_removal_frees(graph: Graph) -> None:
    tree = find_dominators(graph)
    dominated = tree.gather([1 << node for node in range(len(graph))])
    everything = reach(graph, 0)
    assert set(tree.order) == everything
    for node in range(len(graph)):
        freed = everything - reach(graph, 0, without=node) if node in everything else set()
        assert members(dominated[node]) == freed


@given(graphs())
def test_reach_equals_walking(graph: Graph) -> None:
    bits = [1 << node for node in range(len(graph))]
    gathered = gather_reach(graph, bits)
    for node in range(len(graph)):
        assert members(gathered[node]) == reach(graph, node)
        assert members(reached_bits(graph, bits, [0], frozenset([node]))) == reach(graph, 0, without=node)


@given(graphs())
def test_components_reach_each_other_and_come_after_what_they_lead_to(graph: Graph) -> None:
    components = find_components(graph)
    place = {node: number for number, component in enumerate(components) for node in component}
    assert sorted(place) == list(range(len(graph)))
    reached = [reach(graph, node) for node in range(len(graph))]
    for one, two in itertools.product(range(len(graph)), repeat=2):
        assert (place[one] == place[two]) == (one in reached[two] and two in reached[one])
    assert all(place[successor] <= place[node] for node in range(len(graph)) for successor in graph[node])


@given(graphs(), st.lists(st.lists(st.integers(1, 8), max_size=4), max_size=4))
def test_what_a_group_removes_equals_removal(graph: Graph, groups: list[list[int]]) -> None:
    graph = [[], *([node + 1 for node in after] for after in graph)]  # nothing leads to the root
    graph[0] = [1]
    groups = [[node for node in group if node < len(graph)] for group in groups]
    bits = [1 << node for node in range(len(graph))]
    found = gather_removed(graph, find_dominators(graph), bits, groups)
    for group, removed in zip(groups, found, strict=True):
        assert removed == reached_bits(graph, bits, [0], frozenset()) & ~reached_bits(
            graph, bits, [0], frozenset(group)
        )


def test_a_chain_longer_than_the_recursion_limit() -> None:
    count = 20_000
    graph: Graph = [[node + 1] for node in range(count - 1)] + [[]]
    tree = find_dominators(graph)
    assert tree.parents[count - 1] == count - 2
    assert gather_reach(graph, [0] * (count - 1) + [1])[0] == 1
