"""Which lazy imports are tried, and how what they did is put beside the places that have them."""

from dataclasses import replace

import pytest

from footprint.analysis.cost.attribution import Places
from footprint.analysis.cost.entry_rows import ObservedEntry
from footprint.analysis.cost.first_use_rows import growths, lazy_statements, list_first_uses
from footprint.model.runtime import FirstUse, ImportCost, ProbeRun, Statement
from footprint.model.source_modules import ImportSite, Placement, SiteUse
from tests.support.builders import first_use, site_use
from tests.unit.analysis.test_avoidable import run

MIB = 1 << 20
PLACES = Places((("/site/", 0),), ({"heavy/core.py": "heavy", "base.py": "base"},), ("/app/",), frozenset(), {})


def lazy(module: str, *names: str, line: int = 1, guarded: bool = False) -> SiteUse:
    return site_use(
        module, "lazy", line=line, names=names, guarded=guarded, placement=Placement.FUNCTION, function="run"
    )


STATEMENTS = {
    "an import": ([lazy("heavy")], [Statement("heavy")]),
    "names are part of it": ([lazy("heavy", "a", "b")], [Statement("heavy", ("a", "b"))]),
    "twice is once": ([lazy("heavy", line=1), lazy("heavy", line=9)], [Statement("heavy")]),
    "guarded too: it costs when it is there": ([lazy("heavy", guarded=True)], [Statement("heavy")]),
    "noop: one of several names that may be loaded": (
        [replace(lazy("heavy"), site=replace(lazy("heavy").site, form="string"))],
        [],
    ),
    "noop: standard library": ([lazy("json.tool")], []),
    "noop: startup": ([site_use("heavy", "startup")], []),
    "noop: unreached": ([site_use("heavy", "unreached")], []),
    "noop: types only": ([site_use("heavy", "typing")], []),
}


@pytest.mark.parametrize("name", STATEMENTS)
def test_what_is_tried(name: str) -> None:
    uses, expected = STATEMENTS[name]
    assert list(lazy_statements(uses, {"json"})) == expected


def observed(*uses: FirstUse) -> ObservedEntry:
    whole: ProbeRun = replace(run(("main", None, 1)), first_uses=uses)
    return ObservedEntry("web", whole, None, {}, {}, {}, True)  # type: ignore[arg-type]


def imported(module: str, *loads: tuple[str, int]) -> FirstUse:
    costs = tuple(
        ImportCost(order, name, None, "first_use", True, mib * MIB, 0, mib * MIB, 0, 1, 1)
        for order, (name, mib) in enumerate((("<first-use>", 0), *loads))
    )
    total = sum(mib for _, mib in loads) * MIB
    origins = (("heavy.core", "/site/heavy/core.py"), ("base", "/site/base.py"), ("json.tool", "/lib/json/tool.py"))
    return FirstUse(Statement(module), "imported", None, total, total, 5, costs, frozenset(), origins)


def owner_of(site: ImportSite) -> tuple[str, ...]:
    return (site.module,)


def test_what_came_with_it_is_named_heaviest_first() -> None:
    use = imported("heavy", ("heavy.core", 3), ("base", 9), ("json.tool", 1), ("heavy.core", 2))
    (row,) = list_first_uses([observed(use)], [lazy("heavy", line=4)], PLACES, owner_of)
    assert [(item.name, item.rss_bytes // MIB) for item in row.brings] == [("base", 9), ("heavy", 5)]
    assert (row.path, row.line, row.function, row.distributions) == ("app.py", 4, "run", ("heavy",))
    assert (row.rss_bytes, row.further_count) == (15 * MIB, 0)


def test_places_with_the_same_statement_are_one_row_and_an_unguarded_one_leads() -> None:
    sites = [lazy("heavy", line=2, guarded=True), lazy("heavy", line=8)]
    broken = replace(imported("heavy"), outcome="failed", message="ImportError: no", rss_bytes=None)
    (row,) = list_first_uses([observed(broken)], sites, PLACES, owner_of)
    assert (row.line, row.further_count, row.guarded) == (8, 1, False)
    (quiet,) = list_first_uses([observed(broken)], sites[:1], PLACES, owner_of)
    assert quiet.guarded is True
    above = [sites[0], replace(sites[1], caught_above=True)]  # who imports its file catches it
    assert list_first_uses([observed(broken)], above, PLACES, owner_of)[0].guarded is True


def test_broken_ones_lead_then_the_largest() -> None:
    broken = replace(imported("z"), outcome="failed", message="no", rss_bytes=None)
    entry = observed(imported("small", ("base", 1)), imported("large", ("base", 7)), broken)
    rows = list_first_uses([entry], [lazy("small"), lazy("large"), lazy("z")], PLACES, owner_of)
    assert [str(row.statement) for row in rows] == ["import z", "import large", "import small"]


LEFT = {"a": 3, "b": 9, "c": 1}  # what they left in memory when they failed


def test_broken_ones_keep_the_order_of_the_sources_whatever_they_left_in_memory() -> None:
    broken = [replace(imported(name, ("base", left)), outcome="failed", message="no") for name, left in LEFT.items()]
    rows = list_first_uses([observed(*broken)], [lazy(name, line=at) for at, name in enumerate(LEFT)], PLACES, owner_of)
    assert [str(row.statement) for row in rows] == ["import a", "import b", "import c"]


def test_growth_is_the_largest_that_was_measured_and_none_where_none_was() -> None:
    rows = [first_use(rss_bytes=3), first_use(rss_bytes=9), first_use(rss_bytes=None), first_use(distributions=("x",))]
    assert growths(rows) == {"heavy": 9, "x": growths(rows[3:])["x"]}
    assert growths([first_use(distributions=("x",), rss_bytes=None)]) == {}


# What is imported, the error, and what is not there.
MESSAGES = {
    "its own package": ("heavy", "ModuleNotFoundError: No module named 'heavy'", "heavy"),
    "its own package, of a module": ("heavy.core", "ModuleNotFoundError: No module named 'heavy'", "heavy"),
    "a part of a namespace (kinto: zope.sqlalchemy)": (
        "zope.sql", "ModuleNotFoundError: No module named 'zope.sql'", "zope.sql"),
    "a part of it further out": (
        "google.cloud.storage.blob", "ModuleNotFoundError: No module named 'google.cloud.storage'",
        "google.cloud.storage"),
    "a module of a newer release": (
        "redis.asyncio", "ModuleNotFoundError: No module named 'redis.asyncio'", "redis.asyncio"),
    "noop: what its package lacks of itself": ("heavy", "ModuleNotFoundError: No module named 'heavy.core'", None),
    "noop: what a part of a namespace needs of another": (
        "google.cloud.storage", "ModuleNotFoundError: No module named 'google.api_core'", None),
    "noop: named alike": ("heavy.core", "ModuleNotFoundError: No module named 'heavy.co'", None),
    "noop: what it needs in turn": ("heavy", "ModuleNotFoundError: No module named 'base'", None),
    "noop: another failure": ("heavy", "ImportError: cannot load library 'heavy'", None),
    "noop: no package": (
        "heavy.core", "ModuleNotFoundError: No module named 'heavy.core'; 'heavy' is not a package", None),
}  # fmt: skip


@pytest.mark.parametrize("name", MESSAGES)
def test_what_is_only_not_installed_is_told_from_what_is_broken(name: str) -> None:
    module, message, missing = MESSAGES[name]
    broken = replace(imported(module), outcome="failed", message=message, rss_bytes=None)
    (row,) = list_first_uses([observed(broken)], [lazy(module)], PLACES, owner_of)
    assert row.missing == missing


def nested(*loads: tuple[str, int, int]) -> FirstUse:
    """Return a use by (module, order of the load around it, cumulative MiB)."""
    costs = tuple(
        ImportCost(order, name, None, "first_use", True, 0, mib * MIB, 0, mib * MIB, 1, 1, parent)
        for order, (name, parent, mib) in enumerate((("<first-use>", None, loads[0][2]), *loads))
    )
    places = ("heavy/core.py", "heavy/more.py", "base.py", "side.py")
    origins = tuple((path.removesuffix(".py").replace("/", "."), f"/site/{path}") for path in places)
    return FirstUse(Statement("heavy.core"), "imported", None, 1, 1, 5, costs, frozenset(), origins)


OWNERS = {"heavy/core.py": "heavy", "heavy/more.py": "heavy", "base.py": "base", "side.py": "side"}
CHAINS = {
    "down to the heaviest": ([("heavy.core", 0, 40), ("side", 1, 10), ("base", 1, 25)], ("heavy", "base")),
    "a distribution once": ([("heavy.core", 0, 40), ("heavy.more", 1, 30), ("base", 2, 25)], ("heavy", "base")),
    "what nobody owns is passed over": ([("ours", 0, 40), ("base", 1, 40)], ("base",)),
    "it ends where none holds half": ([("heavy.core", 0, 40), ("base", 1, 19), ("side", 1, 18)], ("heavy",)),
    "noop: nothing grew": ([("heavy.core", 0, 0)], ()),
}


@pytest.mark.parametrize("name", CHAINS)
def test_chain_to_the_heaviest(name: str) -> None:
    loads, expected = CHAINS[name]
    use = nested(*loads)
    places = replace(PLACES, owners=(OWNERS,))
    (row,) = list_first_uses([observed(use)], [lazy("heavy.core")], places, owner_of)
    assert row.chain == expected


def test_noop_chain_of_what_failed() -> None:
    broken = FirstUse(Statement("heavy"), "failed", "ImportError: no", None, None, None, (), frozenset(), ())
    (row,) = list_first_uses([observed(broken)], [lazy("heavy")], PLACES, owner_of)
    assert row.chain == ()
