"""What falls off when imports are cut: on hand-made starts, and laws that hold for any start."""

import itertools
from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footprint.analysis.cost.attribution import Owner
from footprint.analysis.cost.avoidable import ROOT, ImportGraph
from footprint.analysis.cost.import_lines import LineCuts, explain
from footprint.analysis.cost.savings import Starts, list_import_lines
from footprint.model.audit import Audit
from footprint.model.runtime import ImportCost, ImportEdge, ProbeRun, StageName, StageReading
from footprint.model.source_modules import ImportSite, Placement, SourceModule
from footprint.report.audit.memory_sentences import import_line_rows
from footprint.units import MIB
from tests.support.builders import site
from tests.support.growing import LINEAR, counted_exponent

OWNERS = {
    "main": Owner("first-party", "main.py"),
    "views": Owner("first-party", "views.py"),
    "models": Owner("first-party", "models.py"),
    **{name: Owner("distribution", "pandas") for name in ("pandas", "pandas.core")},
    **{name: Owner("distribution", "sklearn") for name in ("sklearn", "sklearn.late")},
    "numpy": Owner("distribution", "numpy"),
    "json": Owner("stdlib"),
}


def run(
    *loads: tuple[str, str | None, int], edges: tuple[tuple[str, str], ...] = (), stage: StageName = "import"
) -> ProbeRun:
    """A start: (module, importer, self MiB) in load order, and further edges between them."""
    costs = tuple(
        ImportCost(order, module, importer, stage, True, mib * MIB, 0, mib * MIB, 0, mib, 0)
        for order, (module, importer, mib) in enumerate(loads)
    )
    reading = StageReading(stage, 0, 0, 0, 0, 0)
    return ProbeRun((reading,), costs, frozenset(ImportEdge(*edge) for edge in edges), (), (), 0, 0)


def file(path: str, *sites: ImportSite) -> SourceModule:
    named = tuple(replace(each, path=path) for each in sites)
    return SourceModule(path, path.removesuffix(".py"), False, "app", named, True)


SHARED = run(
    ("main", None, 1),
    ("views", "main", 1),
    ("pandas", "views", 10),
    ("pandas.core", "pandas", 20),
    ("numpy", "pandas.core", 8),
    ("models", "main", 1),
    ("sklearn", "models", 30),
    edges=(("sklearn", "numpy"), ("models", "numpy")),
)
SOURCES = {
    "main.py": file("main.py", site("views", line=1), site("models", line=2)),
    "views.py": file("views.py", site("pandas", line=3)),
    "models.py": file("models.py", site("numpy", line=4), site("sklearn", line=5)),
}

CUTS = {
    "what nothing else needs goes with its importer": (SHARED, ["views.py:3"], 30),
    "shared stays while one needs it": (SHARED, ["models.py:5"], 30),
    "shared goes with its last importer": (SHARED, ["views.py:3", "models.py:4", "models.py:5"], 68),
    "a line of our own takes all behind it": (SHARED, ["main.py:1"], 31),
    "noop: someone else loads it first": (SHARED, ["models.py:4"], 0),
    "noop: no line": (SHARED, [], 0),
    "a guest of another distribution saves nothing": (
        run(("main", None, 1), ("views", "main", 1), ("pandas", "views", 9), edges=(("numpy", "pandas"),)),
        ["views.py:3"],
        9,
    ),
    "noop: imported by a distribution that stays": (
        run(
            *(("main", None, 1), ("views", "main", 1), ("pandas", "views", 9), ("models", "main", 1)),
            *(("sklearn", "models", 5),),
            edges=(("sklearn", "pandas"),),
        ),
        ["views.py:3"],
        0,
    ),
    "a circle falls off as a whole": (
        run(
            *(("main", None, 1), ("views", "main", 1), ("pandas", "views", 9), ("pandas.core", "pandas", 2)),
            edges=(("pandas.core", "pandas"),),
        ),
        ["views.py:3"],
        11,
    ),
}


@pytest.mark.parametrize("name", CUTS)
def test_what_a_cut_saves(name: str) -> None:
    start, lines, mib = CUTS[name]
    explained = explain(ImportGraph.of(start), OWNERS, SOURCES, frozenset())
    sites = [each for each in explained.lines() if f"{each.path}:{each.line}" in lines]
    assert len(sites) == len(lines)
    saving = explained.saving_of(sites)
    assert (saving.rss_bytes, saving.anon_bytes, saving.time_us) == (mib * MIB, mib * MIB, mib)


def test_a_package_goes_with_the_module_that_was_asked_for() -> None:
    start = run(("main", None, 1), ("a.b.c", "main", 1), ("a.b", "a.b.c", 2), ("a", "a.b", 4))
    sources = {"main.py": file("main.py", site("a.b.c", line=1))}
    owners = {"main": Owner("first-party", "main.py")}
    explained = explain(ImportGraph.of(start), owners, sources, frozenset())
    assert explained.saving_of(explained.lines()).rss_bytes == 7 * MIB


def test_a_second_line_for_the_same_module_keeps_it() -> None:
    start = run(("main", None, 1), ("pandas", "main", 9))
    twice = file("main.py", site("pandas", line=1), site("pandas", line=7, names=("read_csv",)))
    explained = explain(ImportGraph.of(start), OWNERS, {"main.py": twice}, frozenset())
    first, second = explained.lines()
    assert explained.saving_of([first]).rss_bytes == explained.saving_of([second]).rss_bytes == 0
    assert explained.saving_of([first, second]).rss_bytes == 9 * MIB


def test_a_line_in_a_function_that_does_not_run_keeps_nothing() -> None:
    start = run(("main", None, 1), ("pandas", "main", 9))
    lazily = site("pandas", line=7, placement=Placement.FUNCTION, function="export")
    sources = {"main.py": file("main.py", site("pandas", line=1), lazily)}
    explained = explain(ImportGraph.of(start), OWNERS, sources, frozenset())
    assert [each.line for each in explained.lines()] == [1]
    called = explain(ImportGraph.of(start), OWNERS, sources, frozenset({("main.py", "export")}))
    assert [each.line for each in called.lines()] == [1, 7]


def test_a_function_called_while_another_file_loads_is_found() -> None:
    start = run(("main", None, 1), ("views", "main", 1), ("pandas", "main", 9))
    inside = site("pandas", line=4, placement=Placement.FUNCTION, function="make")
    sources = {"main.py": file("main.py", site("views", line=1)), "views.py": file("views.py", inside)}
    explained = explain(ImportGraph.of(start), OWNERS, sources, frozenset({("views.py", "make")}))
    (line,) = (each for each in explained.lines() if each.path == "views.py")
    assert explained.saving_of([line]).rss_bytes == 9 * MIB


def test_what_runs_late_belongs_to_the_distribution_that_it_concerns() -> None:
    """A model fitted in the lifespan imports more of its library, with nothing loading at that time."""
    start = run(("main", None, 1), ("sklearn", "main", 30), ("sklearn.late", None, 5), ("numpy", None, 8))
    sources = {"main.py": file("main.py", site("sklearn", line=1))}
    explained = explain(ImportGraph.of(start), OWNERS, sources, frozenset())
    assert explained.saving_of(explained.lines()).rss_bytes == 35 * MIB  # numpy: whose it was is not known
    assert explained.saving_of([]).rss_bytes == 0


def test_first_use_is_no_part_of_the_start() -> None:
    start = run(("main", None, 1), ("pandas", "main", 9), edges=(("<first-use>", "pandas"),))
    explained = explain(ImportGraph.of(start), OWNERS, {"main.py": file("main.py", site("pandas"))}, frozenset())
    assert explained.saving_of(explained.lines()).rss_bytes == 9 * MIB


def test_who_still_needs_it_is_named() -> None:
    explained = explain(ImportGraph.of(SHARED), OWNERS, SOURCES, frozenset())
    starts = Starts({"web": explained})
    found = starts.saving_of_distribution("numpy", "web")
    assert found is not None
    assert (found.saving.rss_bytes, found.still_needed_by) == (0, ("pandas", "sklearn"))
    pandas = starts.saving_of_distribution("pandas", "web")
    assert pandas is not None
    assert (pandas.saving.rss_bytes, pandas.still_needed_by) == (30 * MIB, ())
    assert starts.saving_of_distribution("pandas", "worker") is None


def test_removal_cuts_every_importer() -> None:
    starts = Starts({"web": explain(ImportGraph.of(SHARED), OWNERS, SOURCES, frozenset())})
    removed = starts.saving_of_removal(["numpy"])
    assert removed is not None
    assert removed.rss_bytes == 8 * MIB


def test_lines_of_distributions_are_all_listed_and_own_ones_only_when_they_save() -> None:
    starts = Starts({"web": explain(ImportGraph.of(SHARED), OWNERS, SOURCES, frozenset())})

    def owner_of(statement: ImportSite) -> tuple[str, ...]:
        owner = OWNERS[statement.module]
        return (owner.name,) if owner.kind == "distribution" else ()

    rows = list_import_lines(starts, owner_of)
    shown = [(f"{row.path}:{row.line}", row.rss_bytes // MIB, row.still_needed_by) for row in rows]
    assert shown == [
        ("main.py:1", 31, ()),
        ("main.py:2", 31, ()),
        ("models.py:5", 30, ()),
        ("views.py:3", 30, ()),
        ("models.py:4", 0, ("pandas", "sklearn")),
    ]


# Laws


@st.composite
def starts(draw: st.DrawFn) -> ProbeRun:
    """Any start: a load tree with further edges, every module reachable."""
    names = [f"m{number}" for number in range(draw(st.integers(1, 12)))]
    loads = [
        (name, draw(st.sampled_from([None, *names[:index]])), draw(st.integers(-2, 9)))
        for index, name in enumerate(names)
    ]
    pairs = st.tuples(st.sampled_from(names), st.sampled_from(names))
    return run(*loads, edges=tuple(draw(st.lists(pairs, max_size=20))))


@given(starts(), st.data())
def test_laws_of_cutting(start: ProbeRun, data: st.DataObject) -> None:
    graph = ImportGraph.of(start)
    edges = sorted(graph.edges, key=lambda edge: (edge.importer, edge.imported))
    cut = data.draw(st.sets(st.sampled_from(edges)))
    more = cut | data.draw(st.sets(st.sampled_from(edges)))
    assert graph.saving().modules == frozenset()
    assert graph.saving(cut).modules <= graph.saving(more).modules
    everything = graph.saving([edge for edge in edges if edge.importer == ROOT])
    assert everything.modules == {each.module for each in start.costs}
    assert everything.rss_bytes == sum(each.self_rss_bytes for each in start.costs)
    saving = graph.saving(cut)
    by_module = {each.module: each.self_rss_bytes for each in start.costs}
    assert saving.rss_bytes == sum(by_module[module] for module in saving.modules)
    left = graph.reach(cut)
    assert all(edge.imported in left for edge in edges if edge not in cut and edge.importer in left | {ROOT})


@given(starts(), st.data())
def test_what_stays_is_what_a_plain_walk_meets(start: ProbeRun, data: st.DataObject) -> None:
    graph = ImportGraph.of(start)
    edges = sorted(graph.edges, key=lambda edge: (edge.importer, edge.imported))
    cut = data.draw(st.sets(st.sampled_from(edges)))
    without = data.draw(st.sets(st.sampled_from([edge.imported for edge in edges])))
    seen, pending = {ROOT}, [ROOT]
    while pending:
        importer = pending.pop()
        following = {edge.imported for edge in edges if edge.importer == importer and edge not in cut} - without - seen
        seen |= following
        pending += following
    assert graph.reach(cut, without) == seen - {ROOT}


def test_a_line_of_several_imports_names_the_one_that_costs_most() -> None:
    start = run(("main", None, 1), ("json", "main", 1), ("numpy", "main", 30))
    sites = (site("json", "main.py", 1), site("numpy", "main.py", 1))
    (main,) = [module for module in SOURCES.values() if module.path == "main.py"]
    sources = {"main.py": replace(main, sites=sites)}
    starts = Starts({"web": explain(ImportGraph.of(start), OWNERS, sources, frozenset())})
    (line,) = list_import_lines(starts, lambda one: ("numpy",) if one.module == "numpy" else ())
    assert (line.module, line.rss_bytes) == ("numpy", 31 * MIB)


def several(*modules: tuple[str, int]) -> Starts:
    """A start whose only line imports all of these modules."""
    start = run(("main", None, 1), *((name, "main", mib) for name, mib in modules))
    sources = {"main.py": file("main.py", *(site(name, "main.py", 1) for name, _ in modules))}
    owners = {**OWNERS, "chromadb": Owner("distribution", "chromadb")}
    return Starts({"web": explain(ImportGraph.of(start), owners, sources, frozenset())})


def test_c6_a_line_of_several_imports_says_each() -> None:
    loads = (("json", 1), ("sklearn", 30), ("pandas", 40), ("chromadb", 50), ("numpy", 1))
    (line,) = list_import_lines(several(*loads), lambda one: (one.module,) if one.module != "json" else ())
    assert line.rss_bytes == 122 * MIB
    assert [(part.module, part.rss_bytes // MIB) for part in line.imports] == [
        ("chromadb", 50),
        ("pandas", 40),
        ("sklearn", 30),
        ("numpy", 1),
    ]
    assert line.distributions == ("chromadb", "numpy", "pandas", "sklearn")
    assert line.module == "chromadb"


def test_c6_in_words() -> None:
    loads = (("sklearn", 30), ("pandas", 40), ("chromadb", 50), ("numpy", 1))
    lines = list_import_lines(several(*loads), lambda one: (one.module,))
    audit = cast(Audit, SimpleNamespace(import_lines=lines, entries=()))
    (words,) = import_line_rows(audit)
    assert words.endswith("main.py:1 imports chromadb ~50.0, pandas ~40.0, sklearn ~30.0, numpy <2")


def test_noop_c6_a_line_of_one_import_has_no_parts() -> None:
    (line,) = list_import_lines(several(("pandas", 40)), lambda one: (one.module,))
    assert (line.imports, line.module) == ((), "pandas")


@given(starts(), st.data())
def test_every_line_at_once_is_what_cutting_each_gives(start: ProbeRun, data: st.DataObject) -> None:
    """Modules m0 ... of ours: files that import each other, some lines of several modules, some edges of two lines."""
    edges = sorted(
        {(cost.importer or "m0", cost.module) for cost in start.costs}
        | {(edge.importer, edge.imported) for edge in start.edges}
    )
    by_file: dict[str, list[ImportSite]] = {}
    for importer, imported in edges:
        for line in data.draw(st.sets(st.integers(1, 4), min_size=1, max_size=2)):
            by_file.setdefault(importer, []).append(site(imported, line=line))
    sources = {f"{name}.py": file(f"{name}.py", *sites) for name, sites in by_file.items()}
    owners = {cost.module: Owner("first-party", f"{cost.module}.py") for cost in start.costs}
    explained = explain(ImportGraph.of(start), owners, sources, frozenset())
    cuts = LineCuts(explained)
    lines: dict[tuple[str, int], list[ImportSite]] = {}
    for each in explained.lines():
        lines.setdefault((each.path, each.line), []).append(each)
        expected, found = explained.saving_of([each]), cuts.of(each, [each])
        assert (found.sums.rss_bytes, found.sums.module_count) == (expected.rss_bytes, len(expected.modules))
    for place, sites in lines.items():
        saving, cut = explained.saving_of(sites), cuts.of(place, sites)
        assert (cut.sums.rss_bytes, cut.sums.anon_bytes, cut.sums.time_us) == (
            saving.rss_bytes,
            saving.anon_bytes,
            saving.time_us,
        )
        assert {cost.module for cost in start.costs if cut.is_lost(cost.module)} == saving.modules
    graph = explained.graph
    unreached = graph.saving()
    without = {module: graph.saving(without={module}).rss_bytes for module in graph.weights.keys() - unreached.modules}
    assert cuts.avoidable() == {module: lost - unreached.rss_bytes for module, lost in without.items()}


def test_lines_of_imports_that_go_deep_are_told_in_less_than_the_square() -> None:
    def work(count: int) -> Callable[[], object]:
        names = [f"m{number}" for number in range(count)]
        deep = run(*((name, names[number - 1] if number else None, 3) for number, name in enumerate(names)))
        sources = {f"{a}.py": file(f"{a}.py", site(b, line=1)) for a, b in itertools.pairwise(names)}
        owners = {name: Owner("first-party", f"{name}.py") for name in names}
        found = Starts({"web": explain(ImportGraph.of(deep), owners, sources, frozenset())})
        return lambda: list_import_lines(found, lambda _: ())

    assert counted_exponent(work, 40, fixed=True) <= LINEAR
