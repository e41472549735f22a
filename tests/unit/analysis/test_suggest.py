"""What is suggested, and above all what is not."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from footprint.analysis.cost.avoidable import Saving
from footprint.analysis.suggest import SuggestionContext, Worth, names_to_defer, suggest
from footprint.collect.texts import find_taken_names
from footprint.model.audit import Audit, DeclaredAt, DistributionRow, Limiting, Usage
from footprint.model.deferrals import DeferralForm
from footprint.model.memory_rows import Fit, Limit, LoadStep
from footprint.model.source_modules import ImportForm, ImportSite, Placement, SiteUse
from footprint.report.audit import table
from footprint.units import MIB, size
from tests.cases.case import Case, audit_of, code
from tests.cases.frozen_files import SITE, frozen
from tests.support.builders import distribution, suggestion


def row(
    name: str = "lib", usage: Usage = Usage.STARTUP, *, declared: bool = True, rss: int | None = 9 * MIB
) -> DistributionRow:
    at = (DeclaredAt("requirements.txt", 4, "main", "", name),) if declared else ()
    return distribution(
        name,
        usage,
        declared=at,
        apparent_bytes=5 * MIB,
        closure_bytes=8 * MIB,
        exclusive_bytes=7 * MIB,
        closure=(name, "dep"),
        exclusive=(name, "dep"),
        startup_self_rss_bytes=rss,
        startup_self_anon_bytes=rss,
        startup_cumulative_rss_bytes=rss,
        import_time_us=1,
        import_cumulative_time_us=2,
    )


def use(
    *,
    placement: Placement = Placement.MODULE,
    guarded: bool = False,
    form: ImportForm = "import",
    functions: tuple[str, ...] = ("export",),
    at_import: int | None = None,
) -> SiteUse:
    site = ImportSite("app/main.py", 3, "lib", (), 0, placement, None, guarded, form, ("lib",), functions, at_import)
    return SiteUse(site, "startup", "web", (site,))


def context(
    rows: tuple[DistributionRow, ...],
    *uses: SiteUse,
    borrowed: frozenset[tuple[str, str]] = frozenset(),
    saved: int | None = 4 * MIB,
) -> SuggestionContext:
    def predict(what: Iterable[object]) -> Saving | None:
        return Saving(frozenset(map(str, what)), saved, saved, 5) if saved is not None else None

    names = {"app/main.py": ("app.main", "main")}
    return SuggestionContext(rows, {"lib": uses} if uses else {}, names, borrowed, predict, predict)


REMOVED = {
    "unused": (row(usage=Usage.UNUSED), ["FP101"]),
    "unreached": (row(usage=Usage.UNREACHED), ["FP102"]),
    "noop: it cannot be told": (replace(row(usage=Usage.UNREACHED), confidence="cannot tell"), []),
    "noop: not declared": (row(usage=Usage.UNUSED, declared=False), []),
    "noop: not installed": (replace(row(usage=Usage.UNUSED), version=None), []),
    "tests": (row(usage=Usage.TESTS), ["FP111"]),  # moved, not removed
    "typing": (row(usage=Usage.TYPING), ["FP111"]),
    "noop: tests, not declared": (row(usage=Usage.TESTS, declared=False), []),
    **{
        f"noop: {usage.value}": (row(usage=usage), [])
        for usage in Usage
        if usage not in (Usage.UNUSED, Usage.UNREACHED, Usage.TESTS, Usage.TYPING)
    },
}


@pytest.mark.parametrize("name", REMOVED)
def test_only_lines_without_use_are_to_be_removed(name: str) -> None:
    given, codes = REMOVED[name]
    assert [suggestion.code for suggestion in suggest(context((given,)))] == codes


def lent(module: str, name: str) -> SuggestionContext:
    """A movable import whose name another file takes from the `module`."""
    return context((row(),), use(), borrowed=frozenset({(module, name)}))


def started(path: str) -> SuggestionContext:
    """A movable import, where export() of `path` runs while the application starts."""
    return replace(context((row(),), use()), startup_functions=frozenset({(path, "export")}))


DEFERRED = {
    "used in functions only": (context((row(),), use()), True),
    "two imports, both movable": (context((row(),), use(), use(functions=("other",))), True),
    "class body counts like the module": (context((row(),), use(placement=Placement.CLASS)), True),
    "noop: used while imported": (context((row(),), use(at_import=9)), False),
    "noop: one of two cannot move": (context((row(),), use(), use(at_import=9)), False),
    "noop: never used: imported for its effect": (context((row(),), use(functions=())), False),
    "noop: guarded": (context((row(),), use(guarded=True)), False),
    "noop: in a function already": (context((row(),), use(placement=Placement.FUNCTION)), False),
    "noop: import_module": (context((row(),), use(form="import_module")), False),
    "noop: lazy already": (context((row(),), use(form="lazy")), False),
    "noop: another module takes the name": (lent("app.main", "lib"), False),
    "noop: taken under another root": (lent("main", "lib"), False),
    "noop: star import of the module": (lent("app.main", "*"), False),
    "another name is taken": (lent("app.main", "app"), True),
    "noop: its function runs while the app starts": (started("app/main.py"), False),
    "a function of that name elsewhere runs": (started("app/other.py"), True),
    "noop: too small to be told from noise": (context((row(rss=MIB),), use(), saved=MIB), False),
    "noop: not measured": (context((row(rss=None),), use()), False),
    "noop: something else loads it all the same": (context((row(),), use(), saved=0), False),
    "noop: what it alone loads is too small": (context((row(),), use(), saved=2 * MIB - 1), False),
    "noop: nothing to predict from": (context((row(),), use(), saved=None), False),
    "noop: lazy": (context((row(usage=Usage.LAZY),), use()), False),
}


@pytest.mark.parametrize("name", DEFERRED)
def test_only_imports_that_can_move_are_to_be_deferred(name: str) -> None:
    given, expected = DEFERRED[name]
    assert [suggestion.code for suggestion in suggest(given)] == (["FP103"] if expected else [])


def test_deferring_is_predicted_and_names_lines_and_functions() -> None:
    (found,) = suggest(context((row(),), use(functions=("Report.export", "main"))))
    assert (found.rss_bytes, found.rss_kind, found.disk_bytes) == (4 * MIB, "predicted", None)
    assert "app/main.py:3 into Report.export(), main()" in found.detail
    assert (found.verdict, found.measured_rss_bytes) == ("not verified", None)


FORMS: dict[DeferralForm, str] = {
    "move": "where it is used: ", "lazy": "by `lazy import`, ", "listed": "in `__lazy_modules__`, "
}  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
def test_a_deferral_names_the_form_that_all_supported_pythons_understand(form: DeferralForm) -> None:
    (found,) = suggest(replace(context((row(),), use()), form=form))
    assert FORMS[form] in found.detail and "app/main.py:3" in found.detail


# name -> (what each module loads first, and what else it asks for; MiB by module; suggested with saving and partners)
TOGETHER: dict[str, tuple[dict[str, list[str]], dict[str, float], dict[str, tuple[float, tuple[str, ...]]]]] = {
    "small alone, with another it frees what both need": (
        {"gcs": ["crypto"], "jwt": ["crypto"]},
        {"gcs": 6, "jwt": 0.5, "crypto": 9},
        {"gcs": (6, ()), "jwt": (9.5, ("gcs",))},
    ),
    "both small alone": (
        {"a": ["core"], "b": ["core"]},
        {"a": 1, "b": 1, "core": 30},
        {"a": (31, ("b",)), "b": (31, ("a",))},
    ),
    "three hold one": (
        {"a": ["core"], "b": ["core"], "c": ["core"]},
        {"a": 1, "b": 1, "c": 1, "core": 30},
        {"a": (31, ("b", "c")), "b": (31, ("a", "c")), "c": (31, ("a", "b"))},
    ),
    "noop: small, and shares nothing": ({"a": [], "b": []}, {"a": 1, "b": 8}, {"b": (8, ())}),
    "noop: what both need is small": ({"a": ["core"], "b": ["core"]}, {"a": 0.5, "b": 6, "core": 1}, {"b": (6, ())}),
    "noop: something that cannot move needs it, too": (
        {"a": ["core"], "b": ["core"], "fixed": ["core"]},
        {"a": 1, "b": 6, "core": 30, "fixed": 1},
        {"b": (6, ())},
    ),
}


@pytest.mark.parametrize("name", TOGETHER)
def test_a_set_may_need_a_line_that_is_small_alone(name: str) -> None:
    asks, sizes, wanted = TOGETHER[name]

    def predict(sites: Iterable[ImportSite]) -> Saving:
        gone = {site.module for site in sites}
        needed = {target for asker in asks.keys() - gone for target in asks[asker]}
        lost = gone | ({target for asker in gone for target in asks[asker]} - needed)
        saved = int(sum(sizes[each] for each in lost) * MIB)
        return Saving(frozenset(lost), saved, saved, 5)

    movable = [each for each in asks if each != "fixed"]
    sites = {each: replace(use().site, module=each, bound=(each,), line=at) for at, each in enumerate(movable, 1)}
    uses = {each: (SiteUse(site, "startup", "web", (site,)),) for each, site in sites.items()}
    rows = tuple(replace(row(), name=each, startup_cumulative_rss_bytes=int(sizes[each] * MIB)) for each in movable)
    given = SuggestionContext(rows, uses, {"app/main.py": ("app.main",)}, frozenset(), predict, lambda _: None)
    found = {each.distribution: each for each in suggest(given)}
    assert {each: suggestion.rss_bytes for each, suggestion in found.items()} == {
        each: int(saved * MIB) for each, (saved, _) in wanted.items()
    }
    for each, (_, others) in wanted.items():
        assert (f"together with {', '.join(others)}:" in found[each].detail) is bool(others)


def test_removing_a_guest_predicts_what_the_start_saves() -> None:
    guest = replace(row(usage=Usage.UNREACHED), load_chain=(LoadStep("sklearn", "app/main.py", 2),))
    (found,) = suggest(context((guest,)))
    assert (found.rss_bytes, found.rss_kind) == (4 * MIB, "predicted")
    assert found.distributions == ("lib", "dep")
    (plain,) = suggest(context((row(usage=Usage.UNREACHED),)))
    assert (plain.rss_bytes, plain.rss_kind) == (None, None)


def ordered(worth: Worth) -> list[str]:
    small = replace(row("small", Usage.UNUSED), exclusive_bytes=MIB)
    found = suggest(context((row(), small, row("big", Usage.UNREACHED)), use()), worth)
    return [suggestion.distribution for suggestion in found]


ORDERS = {
    "memory is close to its limit": (Worth("memory", 100 * MIB, 700 * MIB), ["lib", "big", "small"]),
    "disk is close to its limit": (Worth("disk", 100 * MIB, 700 * MIB), ["big", "small", "lib"]),
    "no limit: the larger part of a light start": (Worth(None, 40 * MIB, 700 * MIB), ["lib", "big", "small"]),
    "no limit: the larger part of a small disk": (Worth(None, 400 * MIB, 70 * MIB), ["big", "small", "lib"]),
    "nothing was measured": (Worth(None, None, 70 * MIB), ["big", "small", "lib"]),
    "nothing is known": (Worth(), ["big", "lib", "small"]),
}


@pytest.mark.parametrize("name", ORDERS)
def test_what_is_worth_most_to_the_figure_that_limits_comes_first(name: str) -> None:
    worth, expected = ORDERS[name]
    assert ordered(worth) == expected


def test_a_saving_within_the_error_of_a_prediction_is_worth_no_memory() -> None:
    worth, plain = Worth("memory", 100 * MIB, 700 * MIB), suggestion(rss_kind="predicted")
    small = replace(plain, distribution="small", rss_bytes=2 * MIB - 1)
    heavy = replace(plain, distribution="heavy", rss_bytes=None, disk_bytes=60 * MIB)
    large = replace(plain, distribution="large", rss_bytes=2 * MIB)
    measured = replace(plain, distribution="measured", rss_bytes=MIB, rss_kind="measured")
    found = sorted((small, heavy, large, measured), key=worth.order)
    assert [each.distribution for each in found] == ["large", "measured", "heavy", "small"]


def fit(rss: int, limit: int) -> Fit:
    return Fit("web", "import", limit * MIB, rss * MIB, None, (limit - rss) * MIB, rss <= limit, None, None, None)


LIMITING: dict[str, tuple[Limit | None, tuple[Fit, ...], int | None, Limiting | None]] = {
    "memory, exceeded": (Limit(512 * MIB, None, "x"), (fit(600, 512),), 100 * MIB, "memory"),
    "memory, half of it": (Limit(512 * MIB, None, "x"), (fit(256, 512),), 100 * MIB, "memory"),
    "memory, of the entry that is closest": (None, (fit(10, 512), fit(300, 512)), 100 * MIB, "memory"),
    "disk, closer than memory": (Limit(512 * MIB, 250 * MIB, "x"), (fit(300, 512),), 240 * MIB, "disk"),
    "memory, closer than disk": (Limit(512 * MIB, 250 * MIB, "x"), (fit(500, 512),), 200 * MIB, "memory"),
    "disk alone": (Limit(None, 250 * MIB, "x"), (), 240 * MIB, "disk"),
    "noop: room enough": (Limit(512 * MIB, 250 * MIB, "x"), (fit(60, 512),), 20 * MIB, None),
    "noop: not measured": (Limit(512 * MIB, None, "x"), (), 240 * MIB, None),
    "noop: not weighed": (Limit(None, 250 * MIB, "x"), (), None, None),
    "noop: no limit": (None, (), 240 * MIB, None),
}


@pytest.mark.parametrize("name", LIMITING)
def test_the_figure_that_limits_is_the_closest_to_its_limit(name: str) -> None:
    limit, fits, disk_bytes, expected = LIMITING[name]
    assert Worth.of(limit, fits, (), disk_bytes).limiting == expected


def test_deferrals_together_are_those_that_are_suggested() -> None:
    items = (suggestion("a", action="defer"), suggestion("b", action="defer", suppressed=True), suggestion("c"))
    assert names_to_defer(items) == ("a",)


# What all removals together free, by which lines, and what of it the development groups hold here


def weight(audit: Audit, *names: str) -> int:
    return sum((row.apparent_bytes or 0) + (row.outside_bytes or 0) for row in audit.distributions if row.name in names)


def test_a_set_frees_what_its_lines_share_and_names_those_pins(tmp_path: Path) -> None:
    names = ["topics", "umap", "numba", "llvm", "keywords", "rich-text", "learn", "joblib", "numbers-lib"]
    audit = audit_of(tmp_path, Case(frozen(" ".join(names)), site=SITE))
    assert audit.removable_bytes == weight(audit, *names)
    assert {(line.name, line.line) for line in audit.removable_lines} == {
        (name, number) for number, name in enumerate(names, start=1)
    }
    assert audit.removable_bytes > sum(item.disk_bytes or 0 for item in audit.suggestions)
    assert "by 9 lines (requirements.txt:1-9)" in table.render(audit)


def test_what_development_holds_leaves_production_and_stays_here(tmp_path: Path) -> None:
    files = {**code("import flask", "flask", "joblib", "lone"), "requirements-dev.txt": "learn\n"}
    audit = audit_of(tmp_path, Case(files, site=SITE))
    assert audit.removable_bytes == weight(audit, "joblib", "lone")
    assert audit.removable_kept_bytes == weight(audit, "joblib")
    assert f", {size(audit.removable_kept_bytes)} of it only without the development groups" in table.render(audit)


def test_nothing_to_remove_frees_nothing(tmp_path: Path) -> None:
    audit = audit_of(tmp_path, Case(code("import flask", "flask"), site=SITE))
    assert (audit.removable_bytes, audit.removable_lines, audit.removable_kept_bytes) == (0, (), 0)


# Names that tests patch and other modules speak of: what a deferral would take away from them

NAMES, MODULES = frozenset({"requests", "pycurl"}), frozenset({"app.store", "hc.lib.curl"})
TAKEN = {
    "E8 a patch": ('patch("hc.lib.curl.pycurl.Curl")', ("hc.lib.curl", "pycurl")),
    "E8 sibling: of the name itself": ("@mock.patch('app.store.requests')", ("app.store", "requests")),
    "E8 sibling: by monkeypatch": ('monkeypatch.setattr("app.store.requests.get", f)', ("app.store", "requests")),
    "E8 sibling: by mocker": ("mocker.patch('app.store.requests.post', return_value=1)", ("app.store", "requests")),
    "E8 sibling: of an object": ('patch.object(app.store, "requests")', ("app.store", "requests")),
    "E8 sibling: of an object by another name": ('patch.object(store, "requests")', ("app.store", "requests")),
    "E8 sibling: over lines": (
        'monkeypatch.setattr(\n    store,\n    "requests",\n    fake,\n)',
        ("app.store", "requests"),
    ),
    "E8 sibling: an attribute": ("store.requests.get = fake", ("app.store", "requests")),
    "E8 sibling: of a part of a package": (
        "with patch.object(lib.curl.pycurl, 'Curl'): ...",
        ("hc.lib.curl", "pycurl"),
    ),
    "noop: another module": ('patch("app.other.requests.get")', None),
    "noop: another name": ('patch("app.store.httpx.get")', None),
    "noop: a longer name": ('patch("app.store.requests_cache.get")', None),
    "noop: what is no module": ("self.requests.get()", None),
    "noop: where it comes from": ('patch("requests.get")', None),
}


@pytest.mark.parametrize(("text", "expected"), TAKEN.values(), ids=TAKEN)
def test_what_is_taken(text: str, expected: tuple[str, str] | None, tmp_path: Path) -> None:
    (tmp_path / "test_x.py").write_text(text)
    files = {"test_x.py": {"store": "app.store", "lib": "hc.lib"}, "gone.py": {}}
    found = find_taken_names(tmp_path, files, NAMES, MODULES)
    assert found == (frozenset() if expected is None else {expected})
