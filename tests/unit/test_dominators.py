"""Dominators are what removal shows: a node dominates what the root no longer reaches without it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footprint.analysis.graph.dominators import find_dominators, gather_reach, postorder, reached_bits

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
def test_postorder_has_each_reached_node_once(graph: Graph) -> None:
    order = postorder(graph, [0])
    assert len(order) == len(set(order))
    assert set(order) == reach(graph, 0)
    assert order[-1] == 0


def test_a_chain_longer_than_the_recursion_limit() -> None:
    count = 20_000
    graph: Graph = [[node + 1] for node in range(count - 1)] + [[]]
    tree = find_dominators(graph)
    assert tree.parents[count - 1] == count - 2
    assert gather_reach(graph, [0] * (count - 1) + [1])[0] == 1
