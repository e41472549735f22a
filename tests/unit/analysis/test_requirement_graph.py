"""The requirement graph: what a line brings, what leaves with it, who keeps the rest."""

import itertools
from collections.abc import Iterable, Mapping
from typing import NamedTuple

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from packaging.requirements import InvalidRequirement, Requirement

from footprint.analysis.graph.digraphs import find_components, find_dominators, gather_reach, reached_bits
from footprint.analysis.graph.joint_removal import gather_removed
from footprint.analysis.graph.requirement_graph import RequirementGraph
from footprint.analysis.graph.requires_dist import MarkerTarget, Unparsable, sort_lines
from footprint.analysis.graph.settled_lines import find_own
from footprint.model.installed_environment import Installed
from footprint.model.requirements import DeclaredRequirement, RequirementEdge, RequirementProblem
from footprint.names import normalise
from tests.support.builders import installed, requirement

MARKERS = {
    "implementation_name": "cpython",
    "implementation_version": "3.11.7",
    "os_name": "posix",
    "platform_machine": "x86_64",
    "platform_python_implementation": "CPython",
    "platform_release": "6.1.0",
    "platform_system": "Linux",
    "platform_version": "#1 SMP",
    "python_full_version": "3.11.7",
    "python_version": "3.11",
    "sys_platform": "linux",
}


def graph_of(
    environment: Mapping[str, Iterable[str]], *lines: str | DeclaredRequirement, **markers: str
) -> RequirementGraph:
    """Build from {"a": ["b>=1"]} and declared lines; everything is installed in version 1.0."""
    return RequirementGraph.build(
        [installed(name, *requires) for name, requires in environment.items()],
        [requirement(line) if isinstance(line, str) else line for line in lines],
        MARKERS | markers,
    )


class Weight(NamedTuple):
    closure: frozenset[str]
    exclusive: frozenset[str]
    kept_by: tuple[str, ...]


def weight_of(graph: RequirementGraph, name: str) -> Weight:
    share = graph.share_of(name)
    closure, exclusive = (frozenset(graph.names.list(bits)) for bits in (share.closure, share.exclusive))
    return Weight(closure, exclusive, graph.keepers.list(share.keepers))


def chain_to(graph: RequirementGraph, name: str) -> tuple[str, ...]:
    chain = graph.find_chains(lambda _: 0).get(name)
    return chain.names if chain is not None else ()


def weight(closure: str, exclusive: str, kept_by: str = "") -> Weight:
    return Weight(frozenset(closure.split()), frozenset(exclusive.split()), tuple(kept_by.split()))


CHROMA: Mapping[str, list[str]] = {
    "pandas": ["numpy>=1", "tzdata"],
    "chromadb": ["numpy", "tzdata", "uvicorn[standard]", "httpx"],
    "uvicorn": ["click", 'uvloop ; extra == "standard"', 'colorama ; extra == "standard" and sys_platform == "win32"'],
    "httpx": ["certifi"],
    "numpy": [], "tzdata": [], "click": [], "uvloop": [], "certifi": [],
}  # fmt: skip


BY_EXTRA = {"b": ["lib[fast]"], "c": ["lib"], "lib": ['speed ; extra == "fast"'], "speed": []}
NORMALISED = {"My.Lib": ["Speed_Up ; extra == 'Fast_Mode'"], "speed-up": []}
ALL_EXTRAS = [
    "lib[db,web] ; extra == 'all'",
    "sql ; extra == 'db'",
    "http ; extra == 'web'",
    "lib[all] ; extra == 'all'",
]
TARGETS = {"a": ["w ; sys_platform == 'win32'", "l ; python_version < '3.12'"], "w": [], "l": []}
CYCLES = {"a": ["x"], "x": ["y"], "y": ["x"], "z": ["z"]}
ORPHANS = {"a": ["shared"], "shared": [], "o": ["shared", "p"], "p": ["r"], "q": ["p"], "r": [], "c": ["d"], "d": ["c"]}
TORCH = {"st": ["torch"], "torch": ["sympy"], "sympy": []}

# environment, declared lines, and by name: closure / exclusive / who keeps the rest
WEIGHTS: Mapping[str, tuple[Mapping[str, list[str]], str, Mapping[str, str]]] = {
    "declared names": (CHROMA, "pandas chromadb uvicorn httpx", {
        "pandas": "pandas numpy tzdata / pandas / chromadb", "httpx": "httpx certifi / / chromadb",
        "uvicorn": "uvicorn click / / chromadb",
        "chromadb": "chromadb numpy tzdata uvicorn uvloop click httpx certifi / chromadb uvloop / httpx pandas uvicorn",
    }),
    "transitive names: what hangs on them, with the extra that chromadb asks for": (CHROMA, "pandas chromadb", {
        "httpx": "httpx certifi / httpx certifi", "numpy": "numpy / numpy",
        "uvicorn": "uvicorn click uvloop / uvicorn click uvloop",
    }),
    "extras belong to their requester": (BY_EXTRA, "b c", {
        "b": "b lib speed / b speed / c", "c": "c lib / c / b", "lib": "lib speed / lib speed",
    }),
    "names are normalised": (NORMALISED, "my_lib[fast-mode]", {"my-lib": "my-lib speed-up / my-lib speed-up"}),
    "in any spelling": (NORMALISED, "MY-LIB[FAST.MODE]", {"my-lib": "my-lib speed-up / my-lib speed-up"}),
    "cycles hide nothing": (CYCLES, "a", {"a": "a x y / a x y", "y": "x y / y / a"}),
    "extras that ask for their own distribution": (
        {"lib": ALL_EXTRAS, "sql": [], "http": []}, "lib[all]", {"lib": "lib sql http / lib sql http"},
    ),
    "markers are those of the target": (TARGETS, "a", {"a": "a l / a l"}),
    "a line written twice counts once": ({"a": []}, "a a", {"a": "a / a"}),
    "a declared name that something else requires frees nothing": (
        TORCH, "st torch", {"torch": "torch sympy / / st", "st": "st torch sympy / st / torch"},
    ),
    "orphans hold nothing and are weighed among themselves": (
        ORPHANS, "a", {"a": "a shared / a shared", "o": "o p r shared / o / a", "p": "p r / p r", "c": "c d / c d"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", WEIGHTS)
def test_what_a_name_brings_and_what_leaves_with_it(name: str) -> None:
    environment, lines, expected = WEIGHTS[name]
    graph = graph_of(environment, *lines.split())
    assert {each: weight_of(graph, each) for each in expected} == {
        each: weight(*told.split("/")) for each, told in expected.items()
    }


def test_sets_free_more_than_the_sum() -> None:
    graph = graph_of(CHROMA, "pandas", "chromadb", "uvicorn", "httpx")
    assert graph.exclusive_of(["pandas", "chromadb"]) == {"pandas", "chromadb", "uvloop", "numpy", "tzdata"}
    assert graph.exclusive_of([]) == graph.exclusive_of(["nobody"]) == set()
    assert graph_of(TORCH, "st", "torch").exclusive_of(["st", "torch"]) == {"st", "torch", "sympy"}
    orphans = graph_of(ORPHANS, "a")
    assert orphans.orphans == {"o", "p", "q", "r", "c", "d"}
    assert orphans.exclusive_of(["o", "q"]) == {"o", "p", "q", "r"}
    assert (chain_to(orphans, "o"), orphans.required_by("p")) == ((), ("o", "q"))


def test_holders_and_chains() -> None:
    graph = graph_of(CHROMA, "pandas", "chromadb")
    held = {name: graph.holders(name) for name in ("numpy", "chromadb", "nobody")}
    assert held == {"numpy": ("chromadb", "pandas"), "chromadb": ("chromadb",), "nobody": ()}
    graph = graph_of(BY_EXTRA, "b", "c")
    assert chain_to(graph, "speed") == ("b", "lib", "speed")
    assert RequirementEdge("lib", "fast", "speed", ()) in graph.edges
    graph = graph_of(CYCLES, "a")
    assert graph.required_by("x") == ("a", "y") and not graph.required_by("z")
    assert graph.orphans == {"z"}
    assert graph_of({"lib": ALL_EXTRAS, "sql": [], "http": []}, "lib[all]").required_by("lib") == ()
    graph = graph_of({"far": ["m"], "m": ["n"], "n": ["goal"], "near": ["n"], "goal": []}, "far", "near")
    chains = [chain_to(graph, name) for name in ("goal", "near", "nobody")]  # the shortest from a declared line
    assert chains == [("near", "n", "goal"), ("near",), ()]


def test_an_extra_that_nobody_asks_for_is_not_followed() -> None:
    graph = graph_of({"lib": ['speed ; extra == "fast"', 'broken ( ; extra == "x"'], "speed": []}, "lib")
    assert graph.orphans == {"speed"}
    assert not graph.problems and not graph.required_by("speed")


def test_markers_of_another_target() -> None:
    windows = graph_of(TARGETS, "a", sys_platform="win32", python_version="3.13")
    assert weight_of(windows, "a") == weight("a w", "a w")


def test_a_declared_line_for_another_platform_holds_nothing() -> None:
    line = requirement("a ; sys_platform == 'win32'")
    graph = graph_of({"a": ["b"], "b": []}, line)
    assert not graph.applies(line)
    assert graph.orphans == {"a", "b"}
    assert graph.problems == ()
    assert graph.applies(requirement("never-seen ; sys_platform == 'linux'"))


EXTRA_MARKERS = {
    "either": ("x ; extra == 'e' or python_version < '4'", {"", "e"}),
    "both": ("x ; extra == 'e' and python_version < '4'", {"e"}),
    "two extras": ("x ; extra == 'e' or extra == 'f'", {"e", "f"}),
    "reversed": ("x ; 'e' == extra", {"e"}),
    "not": ("x ; extra != 'e'", {"", "f"}),
    "an extra named extra": ("x ; extra == 'extra'", set()),
    "in a name": ("x-extra ; python_version > '3'", {""}),
    "in a url": ("x @ https://h/a;extra/b.zip ; extra == 'e'", {"e"}),
}


@pytest.mark.parametrize(("line", "asked"), EXTRA_MARKERS.values(), ids=EXTRA_MARKERS)
def test_shapes_of_extra_markers(line: str, asked: set[str]) -> None:
    environment = {"a": [line], "x": [], "x-extra": []}
    for extra in ("", "e", "f"):
        graph = graph_of(environment, f"a[{extra}]")
        reached = weight_of(graph, "a").closure - {"a"}
        assert bool(reached) == (extra in asked or "" in asked), extra


def test_lines_behind_an_extra_are_kept_apart_unparsed() -> None:
    lines = sort_lines(["a", "nonsense ( ; extra == 'X.y'", "b ; extra == 'x-y'"])
    assert lines.base == ("a",)
    assert lines.asked_by("x-y") == ("nonsense ( ; extra == 'X.y'", "b ; extra == 'x-y'")
    assert lines.asked_by("z") == ()


def test_missing_requirements_are_leaves_and_recorded() -> None:
    graph = graph_of({"a": ["gone>=2"]}, "a", "absent[x]", requirement("absent-tool", group="dev"))
    assert graph.problems == (
        RequirementProblem("missing", None, "absent[x]", None),
        RequirementProblem("missing", "a", "gone>=2", None),
    )
    assert weight_of(graph, "a") == weight("a", "a")
    assert weight_of(graph, "absent") == weight("", "")
    assert weight_of(graph, "gone") == weight("", "")
    assert graph.edges == (RequirementEdge("a", "", "gone", ()),)
    assert graph.required_by("gone") == ("a",)
    assert chain_to(graph, "gone") == ("a", "gone")


def test_conflicts_are_recorded_and_the_edge_is_kept() -> None:
    environment = [
        installed("a", "b>=2", "c", "d>=1"),
        installed("b"),
        installed("c"),
        installed("d", version="1.5rc1"),
    ]
    lines = [requirement("a<1"), requirement("c==9", kind="constraint"), requirement("d<1", kind="constraint")]
    graph = RequirementGraph.build(environment, lines, MARKERS)
    assert graph.problems == (
        RequirementProblem("conflict", None, "a<1", "1.0"),
        RequirementProblem("conflict", None, "c==9", "1.0"),
        RequirementProblem("conflict", None, "d<1", "1.5rc1"),
        RequirementProblem("conflict", "a", "b>=2", "1.0"),
    )
    assert weight_of(graph, "a") == weight("a b c d", "a b c d")


def test_versions_that_a_group_wants_are_no_conflict_where_it_is_not_installed() -> None:
    environment = [installed("a", version="2.0"), installed("b", version="2.0")]
    absent = [requirement("a<2", group="test"), requirement("pytest", group="test"), requirement("b<2", group="dev")]
    problems = RequirementGraph.build(environment, absent, MARKERS).problems
    assert problems == (RequirementProblem("conflict", None, "b<2", "2.0"),)
    elsewhere = requirement("pywin32", group="dev", marker="sys_platform == 'win32'")
    assert RequirementGraph.build(environment, [*absent, elsewhere], MARKERS).problems == problems
    main = RequirementGraph.build(environment, [requirement("a<2"), requirement("gone")], MARKERS).problems
    assert [problem.kind for problem in main] == ["conflict", "missing"]


def test_extras_that_only_a_group_asks_for_are_not_missing_where_it_is_not_installed() -> None:
    environment = [
        installed("web", 'watch>=4 ; extra == "reload"', 'fast<2 ; extra == "reload"'),
        installed("fast", version="2.0"),
    ]
    web, absent = requirement("web"), requirement("pytest", group="dev")
    for extra in (requirement("web", extras=("reload",), group="dev"), requirement("all", group="dev")):
        assert RequirementGraph.build(environment, [web, absent, extra], MARKERS).problems == ()
    told = ["conflict", "missing"]
    asked = requirement("web", extras=("reload",))
    for lines in ([asked], [asked, absent], [web, requirement("web", extras=("reload",), group="dev")]):
        problems = RequirementGraph.build(environment, lines, MARKERS).problems
        assert sorted(problem.kind for problem in problems) == told, lines
    nested = [installed("app", "web[reload]"), *environment]
    problems = RequirementGraph.build(nested, [requirement("app"), absent], MARKERS).problems
    assert sorted(problem.kind for problem in problems) == told


def test_a_version_that_cannot_be_compared_is_no_conflict() -> None:
    environment = [installed("a", "b>=2"), installed("b", version="unknown-built")]
    assert RequirementGraph.build(environment, [], MARKERS).problems == ()


@pytest.mark.parametrize("line", ["b (((", "", "b ; python_version", "b ; nonsense == 'x'", "b>=1.*", "b @ "])
def test_unparsable_requires_are_problems_not_the_end(line: str) -> None:
    graph = graph_of({"a": ["first", line, "last"], "first": [], "last": []}, "a")
    assert graph.problems == (RequirementProblem("unparsable", "a", line, None),)
    assert weight_of(graph, "a") == weight("a first last", "a first last")


def test_a_constraint_holds_nothing() -> None:
    graph = graph_of({"a": [], "b": []}, "a", requirement("b<2", kind="constraint"))
    assert graph.orphans == {"b"}
    assert graph.holders("b") == ()


def test_two_lines_of_one_name_are_removed_together() -> None:
    plain, fat = requirement("uvicorn"), requirement("uvicorn[standard]", path="requirements-dev.txt", group="dev")
    graph = graph_of(CHROMA, plain, fat)
    assert weight_of(graph, "uvicorn") == weight("uvicorn click uvloop", "uvicorn click uvloop")


def test_the_first_of_two_installations_of_a_name_counts() -> None:
    graph = RequirementGraph.build(
        [installed("a", "b"), installed("a", "c"), installed("b"), installed("c")], [], MARKERS
    )
    assert graph.required_by("b") == ("a",)
    assert graph.required_by("c") == ()


def test_empty() -> None:
    graph = graph_of({})
    assert (graph.edges, graph.problems, graph.orphans) == ((), (), frozenset())


PIECES = (
    "a", "b-c", "x_y", ".", "-", "[", "]", ",", "(", ")", ">=", "==", "1", "1.*", "<2", "~=1.4", "!=", "===", "1.0rc1",
    "*", " ",
)  # fmt: skip
pieces = st.sampled_from(PIECES)


@given(
    st.lists(pieces, min_size=1, max_size=8).map("".join)
    | st.lists(pieces, max_size=4).map(lambda more: "a>=1" + "".join(more))
)
def test_requirements_are_read_as_packaging_reads_them(text: str) -> None:
    try:
        wanted = Requirement(text)
    except InvalidRequirement:
        with pytest.raises(Unparsable):
            MarkerTarget(MARKERS).asked(text, "")
        return
    asked = MarkerTarget(MARKERS).asked(text, "")
    assert asked is not None
    assert asked.name == normalise(wanted.name)
    assert asked.extras == tuple(sorted({normalise(extra) for extra in wanted.extras}))
    assert str(asked.specifier) == str(wanted.specifier)


# --- any environment, against removal done the slow way

NAMES = ("a", "b", "c", "d", "e", "f")
EXTRAS = ("", "x", "y")

requirements = st.builds(
    lambda name, extra, behind: name + (f"[{extra}]" if extra else "") + (f" ; extra == '{behind}'" if behind else ""),
    st.sampled_from(NAMES),
    st.sampled_from(EXTRAS),
    st.sampled_from(EXTRAS),
)
environments = st.fixed_dictionaries({name: st.lists(requirements, max_size=4) for name in NAMES})
declarations = st.lists(
    st.builds(lambda name, extra: f"{name}[{extra}]", st.sampled_from(NAMES), st.sampled_from(EXTRAS)),
    max_size=5,
    unique=True,
)


def install(
    environment: Mapping[str, list[str]], lines: Iterable[str], without: frozenset[str] = frozenset()
) -> set[str]:
    """Return what installing `lines` brings when `without` cannot be had: a resolver of ten lines."""
    done: set[tuple[str, str]] = set()
    waiting = [(text[0], extra) for text in lines for extra in ("", *Requirement(text).extras)]
    while waiting:
        name, extra = waiting.pop()
        if (name, extra) in done or name in without:
            continue
        done.add((name, extra))
        for text in environment[name]:
            requirement = Requirement(text)
            if requirement.marker is None or requirement.marker.evaluate({"extra": extra}):
                waiting += [(requirement.name, one) for one in ("", *requirement.extras)]
    return {name for name, _ in done}


@given(environments, declarations)
def test_weights_equal_removal(environment: dict[str, list[str]], lines: list[str]) -> None:
    graph = graph_of(environment, *lines)
    everything = install(environment, lines)
    assert graph.orphans == set(NAMES) - everything
    for name in NAMES:
        found = weight_of(graph, name)
        if name in {line[0] for line in lines}:
            others = [line for line in lines if line[0] != name]
            assert found.closure == install(environment, [line for line in lines if line[0] == name])
            assert found.exclusive == everything - install(environment, others)
        elif name in everything:
            assert found.exclusive == everything - install(environment, lines, frozenset(name))
        assert found.exclusive <= found.closure
        assert graph.exclusive_of([name]) == found.exclusive
        rest = found.closure - found.exclusive
        keepers = {line[0] for line in lines if line[0] != name and install(environment, [line]) & rest}
        assert found.kept_by == tuple(sorted(keepers))


@given(environments, declarations)
def test_sets_equal_removal(environment: dict[str, list[str]], lines: list[str]) -> None:
    graph = graph_of(environment, *lines)
    everything = install(environment, lines)
    for names in (NAMES[:2], NAMES[2:5], NAMES):
        gone = frozenset(names) - {line[0] for line in lines}
        kept = install(environment, [line for line in lines if line[0] not in names], gone)
        assert graph.exclusive_of(names) - graph.orphans == everything - kept


@given(environments, declarations)
def test_chains_are_real(environment: dict[str, list[str]], lines: list[str]) -> None:
    graph = graph_of(environment, *lines)
    for name in NAMES:
        chain = chain_to(graph, name)
        assert bool(chain) == (name not in graph.orphans)
        assert graph.holders(name) == tuple(sorted({line[0] for line in lines if name in install(environment, [line])}))
        if chain:
            assert chain[0] in {line[0] for line in lines}
            assert chain[-1] == name
            assert all(one in graph.required_by(two) for one, two in itertools.pairwise(chain))


# e holds by itself, and is in a ring by its extra, which only the ring asks for.
RING_WITH_A_ROOT = {"a": [], "b": ["d"], "c": [], "d": ["e[x]"], "e": ["b ; extra == 'x'"], "f": []}


@example(RING_WITH_A_ROOT, ["b[]", "e[]"], {"a", "b"}, set())
@given(environments, declarations, st.sets(st.sampled_from(NAMES)), st.sets(st.sampled_from(NAMES)))
def test_held_by_some_of_the_lines_the_others_hold_nothing(
    environment: dict[str, list[str]], lines: list[str], pins: set[str], kept: set[str]
) -> None:
    graph = graph_of(environment, *lines)
    roots = sorted({line[0] for line in lines} - pins)
    held = graph.held_by([(name,) for name in roots], sorted(kept))
    stays = install(environment, sorted(kept))

    def reached(names: Iterable[str]) -> set[str]:
        return stays | install(environment, [line for line in lines if line[0] in set(names)])

    everything = reached(roots)
    assert held.orphans == set(NAMES) - everything
    for name in roots:
        others = [other for other in roots if other != name]
        assert weight_of(held, name).exclusive == everything - reached(others)
        rest = weight_of(held, name).closure - weight_of(held, name).exclusive
        assert weight_of(held, name).kept_by == tuple(
            other for other in others if install(environment, [line for line in lines if line[0] == other]) & rest
        )
    for name in {line[0] for line in lines} - set(roots):
        assert weight_of(held, name).exclusive == set()
        assert weight_of(held, name).closure == install(environment, [line for line in lines if line[0] == name])
    if len(roots) > 1:
        assert held.exclusive_of(roots[:2]) == everything - reached(roots[2:])
        group = graph.held_by([tuple(roots[:2]), *((name,) for name in roots[2:])], sorted(kept))
        assert all(weight_of(group, name).exclusive == everything - reached(roots[2:]) for name in roots[:2])
    rings = graph.loose_rings(held)
    again = graph.held_by([*((name,) for name in roots), *rings], sorted(kept))
    assert again.orphans <= graph.orphans  # whatever is declared is held by a root or by a ring
    assert not {name for ring in rings for name in ring} & set(roots)


def test_rings_are_what_nothing_else_holds() -> None:
    environment = {"a": ["b"], "b": ["a", "low"], "low": [], "c": ["d"], "d": ["c"], "top": ["c"], "e": []}
    graph = graph_of(environment, "a", "b", "low", "c", "d", "top", "e")
    assert graph.loose_rings(graph.held_by([("top",), ("e",)])) == (("a", "b"),)
    assert graph.loose_rings(graph.held_by([("e",)])) == (("a", "b"), ("top",))
    assert graph.loose_rings(graph.held_by([("top",), ("e",), ("a",)])) == ()


def test_a_ring_through_an_extra_and_through_what_is_not_declared() -> None:
    environment = {"a": ["hidden"], "hidden": ["b"], "b": ["a[x]"], "x": []}
    graph = graph_of(environment, "a", "b", "x")
    assert graph.loose_rings(graph.held_by([("x",)])) == (("a", "b"),)
    by_extra = environment | {"b": ['a[x] ; extra == "y"']}
    graph = graph_of(by_extra, "a", "b[y]", "x")
    assert graph.loose_rings(graph.held_by([("x",)])) == (("b",),)  # nothing asks for its extra


def test_a_pin_that_asks_for_an_extra_holds_what_nobody_else_asks_for() -> None:
    environment = {"cli": ["server"], "server": ['fast ; extra == "standard"'], "fast": []}
    graph = graph_of(environment, "cli", "server[standard]")
    assert graph.loose_rings(graph.held_by([("cli",)])) == (("server",),)
    graph = graph_of(environment | {"cli": ["server[standard]"]}, "cli", "server[standard]")
    assert graph.loose_rings(graph.held_by([("cli",)])) == ()


# Dominators are what removal shows: a node dominates what the root no longer reaches without it

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


# What is left out of an audit: footprint inside the audited environment, and the project itself


def find(environment: list[Installed], *declared: str) -> tuple[set[str], list[str]]:
    lines = [requirement(name) for name in declared]
    graph = RequirementGraph.build(environment, lines, {})
    own, notes = find_own(environment, frozenset(declared), graph, "/p/my app")
    return set(own), [note.code for note in notes]


FOOTPRINT = installed("footprint-audit", "typer", "rich", "packaging")
OURS = [
    FOOTPRINT, installed("typer", "rich"), installed("rich", "pygments"), installed("pygments"), installed("packaging"),
]  # fmt: skip
PROJECT = installed("my-app", "lib", origin="editable", source_url="file:///p/my%20app")
OTHER = installed("other", origin="editable", source_url="file:///p/other")
ONLY = "footprint-audit typer rich"  # nothing that is declared or installed beside it requires these

# what is installed, what of it is declared; what is left out, and the note
LEFT_OUT: Mapping[str, tuple[list[Installed], str, str, str]] = {
    "all that only footprint holds": (
        [*OURS, installed("app-lib")], "app-lib", f"{ONLY} pygments packaging", "footprint-installed",
    ),
    "what the app requires too stays": (
        [*OURS, installed("black", "packaging")], "black", f"{ONLY} pygments", "footprint-installed",
    ),
    "what is declared stays": (OURS, "rich", "footprint-audit typer packaging", "footprint-installed"),
    "what another one requires that is not declared stays": (
        [*OURS, installed("ipython", "pygments")], "", f"{ONLY} packaging", "footprint-installed",
    ),
    "noop: footprint is declared like any other": (OURS, "footprint-audit", "", ""),
    "noop: no footprint": ([installed("lib")], "", "", ""),
    "the project itself, and it keeps its requirements": (
        [PROJECT, installed("lib")], "lib", "my-app", "project-installed",
    ),
    "noop: another editable install": ([OTHER], "", "", ""),
}  # fmt: skip


@pytest.mark.parametrize("name", LEFT_OUT)
def test_what_is_left_out(name: str) -> None:
    environment, declared, own, code = LEFT_OUT[name]
    assert find(environment, *declared.split()) == (set(own.split()), code.split())
