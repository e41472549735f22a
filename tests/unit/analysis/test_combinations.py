"""What a set of suggestions frees, from the stored graphs, against the functions that answer it at large: every set."""

import random
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import chain, combinations

import pytest

from footprint.analysis.combinations.freed_by import free
from footprint.analysis.combinations.suggestion_choices import Choices, draw_combinations
from footprint.analysis.cost.attribution import Owner
from footprint.analysis.cost.avoidable import ROOT, ImportGraph, LoadSum
from footprint.analysis.cost.import_lines import ExplainedGraph
from footprint.analysis.cost.savings import Starts
from footprint.analysis.facts.roots import Roots
from footprint.analysis.graph.requirement_graph import RequirementGraph
from footprint.model.audit import Suggestion
from footprint.model.combinations import Combinations
from footprint.model.requirements import DeclaredRequirement
from footprint.model.runtime import ImportEdge
from footprint.model.source_modules import ImportSite
from footprint.names import DistributionName
from footprint.pairs import group_pairs
from tests.support.builders import installed, requirement, site, suggestion

NAMES = tuple("abcdefghij")
SIZES = {name: 1 << place for place, name in enumerate(NAMES)}  # a set is told by its sum


def weigh(names: Iterable[str]) -> int:
    return sum(SIZES[name] for name in names)


def make_roots(chance: random.Random) -> Roots:
    """Return some distributions with extras, lines for production and for development, a ring of pins, guests."""
    requires = {name: set[str]() for name in NAMES}
    for name in NAMES:
        for other in chance.sample(NAMES, chance.randrange(4)):
            extra = f"; extra == '{chance.choice('xy')}'" if chance.random() < 0.3 else ""
            requires[name].add(f"{other}{chance.choice(['', '', '[x]'])}{extra}")
    there = [installed(name, *sorted(lines)) for name, lines in requires.items()]
    declared = [
        requirement(f"{name}{chance.choice(['', '[x]', '[x,y]'])}", group=chance.choice(["main", "main", "dev"]))
        for name in chance.sample(NAMES, chance.randrange(2, 8))
    ]
    graph = RequirementGraph.build(there, declared, {})
    main = [line for line in declared if line.group == "main"]
    production = RequirementGraph.build(there, main, {})
    held = [line.name for line in declared if chance.random() < 0.8]
    groups: list[tuple[DistributionName, ...]] = [(name,) for name in held]
    ring = tuple(sorted(line.name for line in main if line.name not in held))[:2]
    groups += [ring] if len(ring) == 2 else []
    names = frozenset(line.name for line in main)
    kept = tuple(chance.sample(NAMES, chance.randrange(2)))
    return Roots(
        verdicts={},
        chains={},
        rings=dict.fromkeys(ring, ring) if len(ring) == 2 else {},
        groups=tuple(each for each in groups if names.issuperset(each)),
        kept=kept,
        production_names=names,
        production=production.held_by([each for each in groups if names.issuperset(each)], kept),
        whole=graph.held_by(groups, kept),
    )


def make_start(chance: random.Random) -> tuple[ExplainedGraph, list[ImportSite]]:
    """Return the start of an app of three modules, which import modules of distributions and each other's."""
    modules = [f"{name}{number}" for name in NAMES for number in range(chance.randrange(4))]
    known = ["app", "app.one", "app.two", *modules]
    weights = {name: LoadSum(1 << place, 0, 3 << place, 1) for place, name in enumerate(known)}
    edges = {(ROOT, "app"), ("app", "app.one"), ("app.one", "app.two")}
    for module in modules:
        for importer in chance.sample(known, min(len(known), chance.randrange(3))):
            if importer != module:
                edges.add((importer, module))
    sites = [site(module, path="app.py", line=line) for line, module in enumerate(modules, start=1)]
    explained = {
        ImportEdge(*edge): frozenset(chance.sample(sites, min(len(sites), chance.randrange(1, 3))))
        for edge in sorted(edges)
        if edge[0].startswith("app") and not edge[1].startswith("app")
    }
    asked = group_pairs((each, edge) for edge, found in explained.items() for each in found)
    loaded = group_pairs((Owner("distribution", module[0]), module) for module in modules)
    imported = {importer: set(found) for importer, found in group_pairs(edges).items()}
    graph = ImportGraph(weights, imported)
    start = ExplainedGraph(
        graph, {}, explained, {}, {owner: frozenset(found) for owner, found in loaded.items()}, asked
    )
    return start, sites


def make_suggestions(chance: random.Random, roots: Roots, sites: list[ImportSite]) -> list[Suggestion]:
    gates, orphans = sorted(roots.whole.nodes.holding), sorted(roots.whole.orphans)
    found = [suggestion(name, action="remove") for name in gates if chance.random() < 0.4]
    found += [suggestion(name, action="move", code="FP111") for name in gates if chance.random() < 0.2]
    lines: list[DeclaredRequirement] = sorted(roots.whole.nodes.lines, key=lambda line: line.raw)
    found += [
        suggestion(line.name, action="narrow", extras=line.extras[:1])
        for line in lines
        if line.extras and chance.random() < 0.5
    ]
    found += [suggestion(name, action="uninstall") for name in orphans if chance.random() < 0.3]
    found += [suggestion(name, action="remove") for name in orphans if chance.random() < 0.2]
    found += [suggestion(each.module, action="defer") for each in sites if chance.random() < 0.2]
    found.append(suggestion("a", action="split", rss_bytes=5))
    return [replace(each, distributions=() if each.action != "uninstall" else each.distributions) for each in found][:8]


def every_set(places: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    return chain.from_iterable(combinations(places, size) for size in range(1, len(places) + 1))


def really(
    chosen: tuple[int, ...], suggestions: list[Suggestion], roots: Roots, start: ExplainedGraph, sites: list[ImportSite]
) -> tuple[set[str], int, int]:
    """Return what leaves and what the start saves, by the functions that the advice and the trials ask."""
    of = {action: [suggestions[each] for each in chosen if suggestions[each].action == action] for action in ACTIONS}
    dropped = frozenset((each.distribution, extra) for each in of["narrow"] for extra in each.extras)
    leaving = set(
        roots.leaving_with(
            roots.with_rings(each.distribution for each in of["remove"]),
            [each.distribution for each in of["move"]],
            dropped,
        )
    ).union(*(each.distributions for each in of["uninstall"]))
    moved = {each.distribution for each in of["defer"]}
    cut = start.edges_of([each for each in sites if each.module in moved])
    saving = start.graph.saving(cut, frozenset[str]().union(*map(start.modules_of, leaving)))
    return leaving, saving.rss_bytes, saving.time_us


ACTIONS = ("remove", "move", "narrow", "uninstall", "defer")


@pytest.mark.parametrize("seed", range(400))
def test_every_set_frees_what_the_graphs_at_large_say(seed: int) -> None:
    chance = random.Random(seed)
    roots = make_roots(chance)
    start, sites = make_start(chance)
    suggestions = make_suggestions(chance, roots, sites)
    by_name = {each.module: [each] for each in sites}
    choices = Choices.of(suggestions, roots, by_name)
    what_if = draw_combinations(choices, roots, Starts({"web": start}), weigh)
    assert (what_if is None) == (not choices.places)
    if what_if is None:
        return
    assert all(suggestions[place].action in ACTIONS for place in what_if.choices)
    for chosen in every_set(what_if.choices):
        leaving, rss, time = really(chosen, suggestions, roots, start, sites)
        freed = free(what_if, chosen)
        assert (set(freed.distributions), freed.disk_bytes) == (leaving, weigh(leaving)), chosen
        assert [(each.rss_bytes, each.time_us) for each in freed.starts or ()] == [(rss, time)], chosen


def test_nothing_chosen_frees_nothing() -> None:
    what_if = Combinations((0,), (), (), ())
    assert free(what_if, ()).starts == ()


def test_a_set_frees_more_than_its_parts_where_they_share_something() -> None:
    there = [installed("a", "c"), installed("b", "c"), installed("c")]
    graph = RequirementGraph.build(there, [requirement("a"), requirement("b")], {})
    roots = Roots({}, {}, {}, (("a",), ("b",)), (), frozenset("ab"), graph, graph)
    suggestions = [suggestion("a"), suggestion("b", suppressed=False)]
    what_if = draw_combinations(Choices.of(suggestions, roots, {}), roots, Starts({}), weigh)
    assert what_if is not None
    assert [free(what_if, each).distributions for each in ((0,), (1,), (0, 1))] == [("a",), ("b",), ("a", "b", "c")]


def test_what_the_project_does_not_want_to_be_told_is_no_choice() -> None:
    graph = RequirementGraph.build([installed("a")], [requirement("a")], {})
    roots = Roots({}, {}, {}, (("a",),), (), frozenset("a"), graph, graph)
    assert (
        draw_combinations(Choices.of([suggestion("a", suppressed=True)], roots, {}), roots, Starts({}), weigh) is None
    )
