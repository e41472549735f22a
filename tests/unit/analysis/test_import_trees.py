"""The loads of a start as columns: whose they are, around what they ran, and what would fall off without each."""

from dataclasses import replace

from footprint.analysis.cost.attribution import STDLIB, LoadTree, Owner
from footprint.analysis.cost.entry_rows import ObservedEntry
from footprint.analysis.cost.import_trees import list_import_trees
from footprint.model.runtime import ImportCost, ImportEdge, StageName
from tests.unit.analysis.test_memory import run_of


def load(order: int, module: str, parent: int | None, rss: int, stage: StageName = "import") -> ImportCost:
    return ImportCost(order, module, None, stage, True, rss, rss, rss, rss, rss * 2, rss * 2, parent)


#   app -> a.core -> json, <span> -> b; then, between import and ready: c, which a.core had asked for, too
LOADS = (
    load(0, "<factory>", None, 1),
    replace(load(1, "app", 0, 10), begun_at=("/srv/other.py", 4)),
    replace(load(2, "a", 1, 100), importer="app", begun_at=("/srv/app.py", 3)),
    replace(load(3, "json", 2, 1000), importer="a"),
    replace(load(4, "b", 2, 10_000), importer="a"),
    replace(load(5, "c", None, 100_000, "ready"), importer="b"),
    load(6, "late", None, 9, "first_use"),
)
OWNERS = {
    "<factory>": Owner("first-party"),
    "app": Owner("first-party", "app.py"),
    "a": Owner("distribution", "a-lib"),
    "json": STDLIB,
    "b": Owner("distribution", "b-lib"),
    "c": Owner("distribution", "a-lib"),
}
EDGES = frozenset({ImportEdge("app", "json"), ImportEdge("app", "c")})


def observed() -> ObservedEntry:
    run = replace(run_of(LOADS, end=200_000), edges=EDGES, costs=LOADS)
    return ObservedEntry("web", run, LoadTree.of(run, OWNERS), OWNERS, {}, {}, True, {"/srv/app.py": "app.py"})


def test_columns_have_the_start_without_the_spans_of_the_probe() -> None:
    (tree,) = list_import_trees([observed()], {})
    assert tree.modules == ("app", "a", "json", "b", "c")
    assert tree.parents == (-1, 0, 1, 1, -1)
    assert tree.self_rss_bytes == (10, 100, 1000, 10_000, 100_000)
    assert tree.self_time_us == (20, 200, 2000, 20_000, 200_000)
    assert [(tree.distributions[row] if row >= 0 else row) for row in tree.owners] == [
        -1,
        "a-lib",
        -2,
        "b-lib",
        "a-lib",
    ]
    assert [tree.places[row] if row >= 0 else None for row in tree.lines] == [None, "app.py:3", None, None, None]
    assert tree.ready_from == 4


def test_avoidable_is_what_nothing_else_asks_for() -> None:
    (tree,) = list_import_trees([observed()], {})
    saved = dict(zip(tree.modules, tree.avoidable_rss_bytes, strict=True))
    assert saved == {"app": 111_110, "a": 10_100, "json": 1000, "b": 10_000, "c": 100_000}


def test_an_entry_that_loaded_nothing_has_no_tree() -> None:
    nothing = replace(observed(), run=run_of((), end=20))
    assert list_import_trees([nothing], {}) == ()
