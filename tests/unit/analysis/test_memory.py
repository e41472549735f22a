"""Costs per distribution and the parts of a start: the arithmetic, on hand-made and on random loads."""

import random
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from footprint.analysis.cost.attribution import LoadTree, Owner, Places, attribute, find_site, locate, locate_chain
from footprint.analysis.cost.memory_parts import (
    break_down,
    break_down_stacks,
    cost_distributions,
    count_loaded,
    distribution_importers,
)
from footprint.model.runtime import ImportCost, ImportEdge, ProbeRun, StageName, StageReading
from footprint.model.source_modules import ImportSite, Placement, SourceModule

MIB = 1 << 20
OWNERS = {
    "app": Owner("first-party", "app.py"),
    "lib": Owner("distribution", "lib"),
    "lib.part": Owner("distribution", "lib"),
    "dep": Owner("distribution", "dep"),
    "json": Owner("stdlib"),
}


def cost(order: int, module: str, importer: str | None, self_: int, total: int, *, ok: bool = True) -> ImportCost:
    return ImportCost(order, module, importer, "import", ok, self_, total, self_, total, self_, total)


def run_of(costs: tuple[ImportCost, ...], *, end: int, baseline: int = 10, stage: StageName = "import") -> ProbeRun:
    orders = {each.module: each.order for each in costs}
    costs = tuple(replace(each, parent=orders.get(each.importer or "")) for each in costs)
    reading = StageReading(stage, end, end, end, 100, 5)
    return ProbeRun((reading,), costs, frozenset(), (), (), 0, baseline)


LOADS = (
    cost(0, "app", None, 1, 100),
    cost(1, "lib", "app", 20, 95),
    cost(2, "dep", "lib", 30, 45),
    cost(3, "lib.part", "dep", 10, 15),
    cost(4, "json", "lib.part", 5, 5),
    cost(5, "gone", "lib", 30, 30, ok=False),
)


def test_self_sums_own_modules_and_cumulative_counts_nested_ones_once() -> None:
    run = run_of(LOADS, end=110)
    costs = cost_distributions(run, OWNERS)
    assert (costs["lib"].self_rss_bytes, costs["lib"].cumulative_rss_bytes) == (30, 95)
    assert (costs["dep"].self_rss_bytes, costs["dep"].cumulative_rss_bytes) == (30, 45)
    assert costs["lib"].module_count == 2
    assert costs["lib"].first_module == "lib"


def test_a_load_that_a_function_of_its_own_distribution_asked_for_from_outside_counts_apart() -> None:
    costs = (cost(0, "lib", None, 20, 20), cost(1, "app", None, 1, 11), cost(2, "lib.part", "app", 10, 10))
    asked = replace(costs[2], importer="lib", asked_by="lib", asked_line=3, parent=1)
    run = replace(run_of(costs, end=41), costs=(*costs[:2], asked))
    assert cost_distributions(run, OWNERS)["lib"].cumulative_rss_bytes == 30


def test_a_distribution_whose_loads_all_failed_is_not_loaded() -> None:
    run = run_of((cost(0, "gone", None, 3, 3, ok=False),), end=13)
    assert cost_distributions(run, {"gone": Owner("distribution", "gone")}) == {}


def test_parts_are_named_and_add_up() -> None:
    parts = break_down(run_of(LOADS, end=120), OWNERS)
    assert {part.name: part.rss_bytes for part in parts} == {
        "lib": 30,
        "dep": 30,
        "interpreter": 10,
        "standard library": 5,
        "own code": 1,
        "rest": 44,  # the failed load of nobody's, and what grew outside all loads
    }


def test_stacks_hold_what_their_distribution_brought_and_add_up() -> None:
    loads = (
        *LOADS,
        cost(6, "dep.more", "app", 7, 7),
        cost(7, "json.tool", "app", 4, 4),
    )
    owners = {**OWNERS, "dep.more": Owner("distribution", "dep"), "json.tool": Owner("stdlib")}
    stacks = break_down_stacks(run_of(loads, end=140), owners)
    assert [(part.name, part.kind, part.rss_bytes) for part in stacks] == [
        ("lib", "distribution", 95),  # with dep and json, which it imported first
        ("interpreter", "interpreter", 10),
        ("dep", "distribution", 7),
        ("standard library", "stdlib", 4),
        ("own code", "first-party", 1),
        ("rest", "rest", 23),
    ]


def test_nothing_to_break_down_before_the_import_ended() -> None:
    assert break_down(run_of(LOADS, end=120, stage="interpreter"), OWNERS) == ()


def test_a_loop_of_names_ends_and_leads_to_the_entry() -> None:
    # sub is asked for by the app; loading its package first loads sub from within
    loads = (
        cost(0, "app", None, 0, 9),
        cost(1, "lib.part", "app", 0, 9),
        cost(2, "lib", "lib.part", 0, 9),
        cost(3, "lib.part", "lib", 0, 9),
        cost(4, "dep", "lib.part", 0, 9),
    )
    tree = LoadTree.of(run_of(loads, end=10))
    assert tree.chain("dep") == ("app", "lib.part", "dep")


def test_own_spans_are_no_step_of_a_chain() -> None:
    loads = (cost(0, "<entry>", None, 0, 9), cost(1, "app", "<entry>", 0, 9), cost(2, "lib", "app", 0, 9))
    assert LoadTree.of(run_of(loads, end=10)).chain("lib") == ("app", "lib")


def test_importers_from_edges_leave_the_distribution_itself_out() -> None:
    edges = frozenset({ImportEdge("app", "lib"), ImportEdge("dep", "lib.part"), ImportEdge("lib", "lib.part")})
    run = ProbeRun((), (), edges, (), (), 0, 0)
    assert distribution_importers(run, OWNERS) == {"lib": {OWNERS["app"], OWNERS["dep"]}}


def test_count_loaded_counts_distributions_not_modules() -> None:
    assert count_loaded(LOADS, OWNERS, "import") == 2
    assert count_loaded(LOADS, OWNERS, "interpreter") == 0


@st.composite
def _random_tree(draw: st.DrawFn) -> tuple[tuple[ImportCost, ...], dict[str, Owner]]:
    """Loads that telescope: cumulative = self + cumulative of the children."""
    count = draw(st.integers(1, 25))
    parents = [None] + [draw(st.integers(0, index - 1)) for index in range(1, count)]
    selves = [draw(st.integers(-3, 50)) for _ in range(count)]
    totals = list(selves)
    for index in range(count - 1, 0, -1):
        parent = parents[index]
        assert parent is not None
        totals[parent] += totals[index]
    kinds = [Owner("stdlib"), Owner("first-party", "a.py"), *(Owner("distribution", name) for name in "xyz")]
    picker = random.Random(draw(st.integers(0, 999)))
    owners = {f"m{index}": picker.choice(kinds) for index in range(count)}
    costs = tuple(
        cost(index, f"m{index}", None if parents[index] is None else f"m{parents[index]}", selves[index], totals[index])
        for index in range(count)
    )
    return costs, owners


@given(_random_tree(), st.integers(0, 500), st.integers(0, 100))
def test_parts_always_add_up_to_the_stage(
    tree: tuple[tuple[ImportCost, ...], dict[str, Owner]], end: int, baseline: int
) -> None:
    costs, owners = tree
    parts = break_down(run_of(costs, end=end, baseline=baseline), owners)
    assert sum(part.rss_bytes for part in parts) == end
    assert parts[-1].name == "rest"


@given(_random_tree())
def test_stacks_add_up_like_the_parts(tree: tuple[tuple[ImportCost, ...], dict[str, Owner]]) -> None:
    costs, owners = tree
    run = run_of(costs, end=5000)
    stacks, parts = break_down_stacks(run, owners), break_down(run, owners)
    assert sum(part.rss_bytes for part in stacks) == 5000 == sum(part.rss_bytes for part in parts)
    assert {part.name for part in stacks} <= {part.name for part in parts}


@given(_random_tree())
def test_cumulative_of_all_loads_is_at_most_counted_once(
    tree: tuple[tuple[ImportCost, ...], dict[str, Owner]],
) -> None:
    costs, owners = tree
    everything = {module: Owner("distribution", "all") for module in owners}
    run = run_of(costs, end=0)
    whole = cost_distributions(run, everything)["all"]
    assert whole.self_rss_bytes == whole.cumulative_rss_bytes == sum(each.self_rss_bytes for each in costs)


PLACES = Places(
    site=(("/p/.venv/lib/python3.11/site-packages/", 0), ("/p/.venv/lib64/python3.11/site-packages/", 0)),
    owners=({"lib/__init__.py": "lib", "lib/part.py": "lib"},),
    project=("/p/",),
    stdlib_names=frozenset({"json"}),
    by_module={"lib": "lib"},
)

LOCATED = {
    "/p/.venv/lib/python3.11/site-packages/lib/part.py": Owner("distribution", "lib"),
    "/p/.venv/lib64/python3.11/site-packages/lib/part.py": Owner("distribution", "lib"),
    "/p/.venv/lib/python3.11/site-packages/stray.py": Owner("unknown"),  # in a site folder, in no RECORD
    "/p/app/main.py": Owner("first-party", "app/main.py"),
    "/usr/lib/python3.11/json/__init__.py": Owner("unknown"),
}


def test_owner_is_by_real_file() -> None:
    assert {path: locate(path, PLACES) for path in LOCATED} == LOCATED


def test_modules_without_a_file_go_to_their_parent_then_to_their_name() -> None:
    loads = tuple(
        cost(order, name, None, 0, 0) for order, name in enumerate(("lib.x", "json.tool", "zzz", "<lifespan>"))
    )
    run = ProbeRun((), loads, frozenset(), (), (), 0, 0)
    kinds = {module: owner.kind for module, owner in attribute(run, PLACES).items()}
    assert kinds == {"lib.x": "distribution", "json.tool": "stdlib", "zzz": "unknown", "<lifespan>": "first-party"}


def _module(*statements: tuple[int, str, tuple[str, ...]]) -> SourceModule:
    sites = tuple(
        ImportSite("app.py", line, module, names, 0, Placement.MODULE, None, False, "from" if names else "import", ())
        for line, module, names in statements
    )
    return SourceModule("app.py", "app", False, "app", sites, True)


SITES = {
    "the module itself": ("lib", 1),
    "a submodule by from-import": ("lib.part", 2),
    "the parent of what is imported": ("deep", 3),
    "inside what is imported": ("other.inner.core", 4),
    "nothing near": ("liberty", None),
}


def test_site_behind_a_load() -> None:
    module = _module((1, "lib", ()), (2, "lib", ("part",)), (3, "deep.down", ()), (4, "other.inner", ("thing",)))
    for name, (asked, line) in SITES.items():
        found = find_site(module, asked)
        assert (found.line if found else None) == line, name


def test_chain_carries_the_first_party_line() -> None:
    owners = {"app": Owner("first-party", "app.py"), "lib": Owner("distribution", "lib")}
    steps = locate_chain(("app", "lib", "dep"), owners, {"app.py": _module((7, "lib", ()))})
    assert [(step.module, step.path, step.line) for step in steps] == [
        ("app", None, None),
        ("lib", "app.py", 7),
        ("dep", None, None),
    ]


def test_what_a_function_loads_hangs_on_it_only_while_code_of_ours_is_loading() -> None:
    """create_engine() at our module level loads a driver; scipy wants numpy.f2py, which a function of numpy loads."""
    costs = (
        cost(0, "app", None, 1, 1),
        cost(1, "lib", "app", 1, 1),
        replace(cost(2, "dep", "app", 1, 1), asked_by="lib", asked_line=7),
        replace(cost(3, "json", "dep", 1, 1), asked_by="lib", asked_line=9),
    )
    tree = LoadTree.of(run_of(costs, end=14), OWNERS)
    assert tree.chain("dep") == ("app", "lib", "dep")
    assert tree.chain("json") == ("app", "lib", "dep", "json")
    steps = locate_chain(tree.chain("json"), OWNERS, {}, tree.costs)
    assert [step.asked_line for step in steps] == [None, None, 7, None]
    assert LoadTree.of(run_of(costs, end=14)).chain("dep") == ("app", "dep")
