"""Findings about declarations: one row per situation, also for what must not be said."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.specifiers import SpecifierSet
from packaging.version import Version

from footprint.analysis.findings.clashes import exclude_each_other, find_clashes
from footprint.analysis.findings.rules import FindingContext, find_candidates, find_undecided
from footprint.analysis.names.import_names import declared_providers, usual_providers
from footprint.model.audit import DistributionRow, UndeclaredRow, Usage
from footprint.model.requirements import DeclaredRequirement
from footprint.model.runtime import Statement
from footprint.model.source_modules import SiteUse
from tests.support.builders import (
    call,
    declared_at,
    distribution,
    evidence,
    first_use,
    requirement,
    site_use,
    suggestion,
)

EMPTY = FindingContext(
    rows=(),
    suggestions=(),
    undeclared=(),
    declared={"main": (requirement("main"),)},
    reached={},
    imported=frozenset(),
    holders=lambda name: (),
    stdlib_names=frozenset({"argparse", "dataclasses", "_thread"}),
    python=(3, 11, 7),
    entries_known=True,
    measured=True,
)


def row(name: str, usage: Usage = Usage.UNUSED, *groups: str, required_by: tuple[str, ...] = ()) -> DistributionRow:
    at = tuple(declared_at(name, line=number, group=group) for number, group in enumerate(groups or ("main",), start=4))
    return distribution(name, usage, declared=at, required_by=required_by)


def undeclared(name: str, distribution_: str | None = None, **changes: object) -> UndeclaredRow:
    value = UndeclaredRow(name, distribution_, (), (evidence("app.py", 2),))
    return replace(value, **changes)  # type: ignore[arg-type]


def with_dev(*uses: SiteUse, groups: tuple[str, ...] = ("dev",), **changes: object) -> FindingContext:
    value = replace(EMPTY, rows=(row("ipdb", Usage.STARTUP, *groups),), reached={"ipdb": uses})
    return replace(value, **changes)  # type: ignore[arg-type]


USE = site_use("ipdb", path="app.py", line=7)
GUARDED = site_use("ipdb", path="app.py", line=9, guarded=True)

BROKEN = first_use(line=14, outcome="failed", message="ImportError: no", rss_bytes=None, anon_bytes=None)

GONE = replace(BROKEN, statement=Statement("gone"), distributions=(), missing="gone")
GONE_USE = site_use("gone", "lazy", path="app.py", line=14)
CAUGHT_USE = site_use("gone", path="utils.py", line=3, guarded=True)


def extra(name: str) -> DeclaredRequirement:
    return requirement("gone", group=f"optional:{name}", group_name=name)


# context; code, severity and place; a part of the message
CASES = {
    "a suggestion is a finding": (
        replace(EMPTY, suggestions=(suggestion("nltk"),)), "FP101 warning requirements.txt:1", "remove nltk",
    ),
    "a pin": (
        replace(EMPTY, rows=(row("urllib3", Usage.TRANSITIVE, required_by=("requests",)),)),
        "FP104 info requirements.txt:4", "required by requests anyway",
    ),
    "undeclared, installed": (
        replace(EMPTY, undeclared=(undeclared("yaml", "pyyaml", fragility="only uvicorn brings it in"),)),
        "FP105 warning app.py:2", "yaml (pyyaml) is imported and not declared; only uvicorn brings it in",
    ),
    "undeclared, brought in by several": (
        replace(EMPTY, undeclared=(undeclared("yaml", "pyyaml", brought_by=("a", "b")),)),
        "FP105 warning app.py:2", "brought in by a, b",
    ),
    "undeclared, not installed, known": (
        replace(EMPTY, undeclared=(undeclared("PIL", likely=("pillow",)),)),
        "FP105 warning app.py:2", "PIL is imported and not declared; not installed, usually pillow",
    ),
    "undeclared, optional": (
        replace(EMPTY, undeclared=(undeclared("ujson", optional=True),)), "FP105 info app.py:2", "optional",
    ),
    "undeclared, in dead code": (
        replace(EMPTY, undeclared=(undeclared("torch", unreached=True),)),
        "FP105 info app.py:2", "by modules that nothing reaches",
    ),
    "development, imported by the app": (
        with_dev(USE, GUARDED), "FP106 error app.py:7", "requirements.txt:4) and imported by app.py:7 and 1 more",
    ),
    "development, under a guard": (with_dev(GUARDED), "FP106 info app.py:9", "optional"),
    "development, in an extra": (with_dev(USE, groups=("optional:test",)), "FP106 error app.py:7", "ipdb"),
    "development, no entry known": (
        with_dev(USE, entries_known=False), "FP106 info app.py:7", "cannot be told without an entry",
    ),
    "development, brought in by another": (
        with_dev(USE, holders=lambda name: ("ipdb", "main")), "FP106 warning app.py:7", "only main brings it in",
    ),
    "standard library": (
        replace(EMPTY, rows=(row("argparse"),)), "FP107 warning requirements.txt:4", "standard library of Python 3.11",
    ),
    "backport": (
        replace(EMPTY, rows=(row("enum34"),)),
        "FP107 warning requirements.txt:4", "enum, in the standard library since Python 3.4",
    ),
    "lines that exclude each other": (
        replace(
            EMPTY,
            declared={
                "a": (requirement("a", specifier="<2"), requirement("a", specifier=">=2", path="pyproject.toml"))
            },
        ),
        "FP108 error pyproject.toml:1",
        "exclude each other",
    ),
    "a lazy import that is not there": (
        replace(EMPTY, first_uses=(BROKEN,)),
        "FP201 error app.py:14",
        "`import heavy` in run() fails when it runs: ImportError: no; the app starts without it",
    ),
    "lazy imports of what is not installed, told once": (
        replace(EMPTY, first_uses=(GONE, replace(GONE, line=20, statement=Statement("gone.x", ("y",))))),
        "FP201 error app.py:14", "gone is imported when app.py:14 and 1 more runs, and is not installed",
    ),
    "a lazy import of what an extra declares (octoprint)": (
        replace(EMPTY, first_uses=(GONE,), reached={"gone": (GONE_USE,)}, declared={"gone": (extra("plugins"),)}),
        "FP201 info app.py:14", "that path fails; gone is declared for the extra plugins (requirements.txt:1)",
    ),
    "a lazy import of what an extra declares, and another": (
        replace(
            EMPTY, first_uses=(GONE,), reached={"gone": (GONE_USE,)}, declared={"gone": (extra("plugins"), extra("x"))}
        ),
        "FP201 info app.py:14", "gone is declared for the extra plugins",
    ),
    "a lazy import of what an extra declares, and the project as well": (
        replace(
            EMPTY, first_uses=(GONE,), reached={"gone": (GONE_USE,)},
            declared={"gone": (extra("plugins"), requirement("gone"))},
        ),
        "FP201 error app.py:14", "that path fails",
    ),
    "a lazy import of which another extra is declared": (
        replace(EMPTY, first_uses=(GONE,), reached={"gone": (GONE_USE,)}, declared={"other": (extra("plugins"),)}),
        "FP201 error app.py:14", "that path fails",
    ),
    "a lazy import that is caught elsewhere (nikola)": (
        replace(EMPTY, first_uses=(GONE,), reached={"gone": (GONE_USE, CAUGHT_USE)}),
        "FP201 info app.py:14", "that path fails; utils.py:3 catches that it is missing",
    ),
    "undeclared, to which only a computed name leads": (
        replace(EMPTY, undeclared=(undeclared("gone", computed_at="load.py:3"),)),
        "FP105 info app.py:2", "by modules that only the import of a computed name in load.py:3 may load",
    ),
    "a lazy import of which another is caught": (
        replace(
            EMPTY, first_uses=(GONE,), reached={"gone": (GONE_USE,), "more": (CAUGHT_USE,)}
        ),
        "FP201 error app.py:14", "that path fails",
    ),
    "a lazy import of what is declared for another platform": (
        replace(
            EMPTY, first_uses=(GONE,),
            declared_elsewhere=lambda module: requirement("gone", marker="sys_platform == 'win32'") if module == "gone"
            else None,
        ),
        "FP201 info app.py:14",
        "that path fails; requirements.txt:1 declares it only for `sys_platform == 'win32'`",
    ),
    "a lazy import of what an installed release has not": (
        replace(EMPTY, first_uses=(replace(GONE, distributions=("gone",), missing="gone.aio"),)),
        "FP201 error app.py:14", "gone.aio is imported when app.py:14 runs, and there is no such module in gone: the",
    ),
    "a lazy import that hangs": (
        replace(EMPTY, first_uses=(replace(BROKEN, outcome="hung", under_way=("a", "b")),)),
        "FP201 error app.py:14",
        "hangs when it runs: ImportError: no, while importing a > b; the app starts without it",
    ),
    "a request that fails": (
        replace(EMPTY, calls=(call(outcome="failed", message="OSError: no", path="app.py", line=3), call())),
        "FP202 error app.py:3",
        "GET /x fails once the app is ready: OSError: no",
    ),
    "a request that hangs": (
        replace(EMPTY, calls=(call(outcome="hung", message="it did not come to an end", path="app.py", line=3),)),
        "FP202 error app.py:3",
        "GET /x hangs once the app is ready",
    ),
    "a request that crashes beside one that is undecided": (
        replace(
            EMPTY,
            calls=(call(outcome="undecided", message="?"), call(outcome="crashed", message="no", path="a.py", line=3)),
        ),
        "FP202 error a.py:3",
        "GET /x crashes once the app is ready: no",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_what_is_found(case: str) -> None:
    context, expected, words = CASES[case]
    (candidate,) = find_candidates(context)
    finding = candidate.finding
    assert f"{finding.code} {finding.severity} {finding.path}:{finding.line}" == expected
    assert words in finding.message
    assert (finding.path, finding.line) in candidate.places


NOOPS = {
    "nothing": EMPTY,
    "transitive, not declared": replace(EMPTY, rows=(distribution("x", Usage.TRANSITIVE, required_by=("y",)),)),
    "declared and used": replace(EMPTY, rows=(row("x", Usage.STARTUP, required_by=("y",)),)),
    "development, imported by nothing that is reached": with_dev(),
    "development and main": with_dev(USE, groups=("dev", "main")),
    "an extra of another kind": with_dev(USE, groups=("optional:pdf",)),
    "namesake of a standard module that provides another import": replace(
        EMPTY, rows=(row("argparse"),), imported=frozenset({"argparse"})
    ),
    "private standard module": replace(EMPTY, rows=(row("_thread"),)),
    "standard name, not declared": replace(EMPTY, rows=(distribution("argparse", Usage.ORPHAN),)),
    "backport that the target needs": replace(EMPTY, rows=(row("tomli"),), python=(3, 10, 2)),
    "backport that is imported": replace(EMPTY, rows=(row("tomli"),), imported=frozenset({"tomli"})),
    "a lazy import that works": replace(EMPTY, first_uses=(first_use(),)),
    "a lazy import in memory already": replace(EMPTY, first_uses=(first_use(outcome="loaded"),)),
    "a guarded lazy import that is not there": replace(EMPTY, first_uses=(replace(BROKEN, guarded=True),)),
    "one line": replace(EMPTY, declared={"a": (requirement("a", specifier="<2"),)}),
}


@pytest.mark.parametrize("case", NOOPS)
def test_what_is_not_found(case: str) -> None:
    assert find_candidates(NOOPS[case]) == ()


def test_grave_findings_come_first() -> None:
    context = replace(
        with_dev(USE),
        suggestions=(suggestion("b"), suggestion("a")),
        undeclared=(undeclared("u", optional=True),),
    )
    found = [(item.finding.code, item.finding.distribution) for item in find_candidates(context)]
    assert found == [("FP106", "ipdb"), ("FP101", "a"), ("FP101", "b"), ("FP105", None)]


def test_what_a_run_cannot_decide() -> None:
    assert find_undecided(EMPTY).codes == frozenset()
    unmeasured = find_undecided(replace(with_dev(USE), measured=False, entries_known=False, declared={}))
    assert unmeasured.codes == {
        *("FP102", "FP103", "FP105", "FP106", "FP112", "FP122", "FP126", "FP201", "FP202"),
    }
    assert ("FP103", ("app.py", 7)) in unmeasured.places
    unsure = replace(row("nltk"), confidence="cannot tell")
    assert ("FP101", "nltk") in find_undecided(replace(EMPTY, rows=(unsure,))).names


# Lines of one requirement


def line(specifier: str, number: int, path: str = "requirements.txt", **changes: object) -> DeclaredRequirement:
    found = requirement("lib", specifier=specifier, line=number, path=path, raw=f"lib{specifier}")
    return replace(found, **changes)  # type: ignore[arg-type]


CLASHES = {
    "two pins": ((line("==1.0", 1), line("==2.0", 1, "b.txt")), None, ["exclude each other"]),
    "pin and range": ((line("==1.10.18", 1), line(">=2", 1, "b.txt")), None, ["exclude each other"]),
    "ranges that meet in nothing": ((line("<2", 1), line(">=2", 2)), None, ["exclude each other"]),
    "compatible release and later": ((line("~=1.4", 1), line(">=2.1", 2)), None, ["exclude each other"]),
    "installed fits one only": ((line(">=1", 1), line(">=3", 1, "b.txt")), "2.0", ["installed 2.0 satisfies only one"]),
    "said twice in one file": ((line(">=1", 1), line(">=1", 5)), "2.0", ["say the same twice"]),
    "noop: the same in two files": ((line(">=1", 1), line(">=1", 1, "b.txt")), "2.0", []),
    "noop: the same line read twice": ((line(">=1", 1), line(">=1", 1)), "2.0", []),
    "noop: twice with other extras": ((line(">=1", 1), line(">=1", 2, extras=("x",))), "2.0", []),
    "noop: ranges that overlap": ((line(">=1", 1), line("<3", 2)), "2.0", []),
    "noop: pin within a range": ((line("==1.5", 1), line(">=1,<2", 1, "b.txt")), "1.5", []),
    "noop: wildcard": ((line("==1.*", 1), line(">1.2", 1, "b.txt")), None, []),
    "noop: overlap above an exclusion": ((line(">1,!=1.0.0.1", 1), line("<1.1", 2)), None, []),
    "noop: installed fits neither": ((line(">=3", 1), line(">=4", 2)), "2.0", []),
    "noop: another group": ((line("==1", 1), line("==2", 2, group="dev")), None, []),
    "noop: an address": ((line("==1", 1), line("", 2, url="https://example.org/lib.whl")), None, []),
    "noop: no specifier of ours": ((line("==1", 1), line("latest", 2)), None, []),
    "three lines, one pair apart": (
        (line(">=1", 1), line("<2", 2), line(">=2", 3)), None, ["lib<2 (requirements.txt:2) and lib>=2"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CLASHES)
def test_lines_of_one_requirement(case: str) -> None:
    lines, installed, expected = CLASHES[case]
    found = find_clashes(lines, installed)
    assert len(found) == len(expected)
    for clash, words in zip(found, expected, strict=True):
        assert words in clash.message


def test_very_many_lines_are_compared_as_far_as_it_goes_in_linear_time() -> None:
    same = [line(">=1", number) for number in range(1, 501)]
    found = find_clashes(same, "2.0")
    assert [clash.lines[1].line for clash in found] == list(range(2, 501))
    assert {clash.lines[0].line for clash in found} == {1}
    pins = [line(f"=={number}", number) for number in range(1, 501)]
    *clashes, left = find_clashes(pins, None)
    assert len(clashes) == 190
    assert all(clash.is_conflict for clash in clashes)
    assert left.message.startswith("500 lines ask for lib in different versions, from lib==21 (requirements.txt:21) on")
    assert not left.is_conflict


RELEASES = st.lists(st.integers(0, 4), min_size=1, max_size=3).map(lambda parts: ".".join(map(str, parts)))
CLAUSES = st.builds(lambda sign, release: sign + release, st.sampled_from(["==", "!=", "<", "<=", ">", ">="]), RELEASES)
SETS = st.lists(CLAUSES, max_size=3).map(lambda clauses: SpecifierSet(",".join(clauses)))


def keep(version: Version, clauses: SpecifierSet) -> SpecifierSet:
    """Return the clauses that allow a version."""
    return SpecifierSet(",".join(str(clause) for clause in clauses if clause.contains(version)))


@given(SETS, SETS, RELEASES)
def test_sets_that_share_a_version_do_not_exclude_each_other(
    first: SpecifierSet, second: SpecifierSet, text: str
) -> None:
    version = Version(text)
    assert not exclude_each_other(keep(version, first), keep(version, second))


@given(SETS, SETS, st.lists(RELEASES, max_size=20))
def test_sets_that_exclude_each_other_share_no_version(
    first: SpecifierSet, second: SpecifierSet, versions: list[str]
) -> None:
    shared = [text for text in versions if Version(text) in first and Version(text) in second]
    assert not (shared and exclude_each_other(first, second))


# Names of what is not installed

KNOWN = {
    "PIL": ("pillow",), "cv2": ("opencv-python", "opencv-python-headless"),
    "google.cloud.storage": ("google-cloud-storage",)
}  # fmt: skip


@pytest.mark.parametrize(
    ("module", "usual"),
    [
        ("PIL.Image", ("pillow",)),
        ("google.cloud.storage.blob", ("google-cloud-storage",)),
        ("google.cloud", ()),
        ("pil", ()),
        ("cv2", ("opencv-python", "opencv-python-headless")),
    ],
)
def test_usual_providers(module: str, usual: tuple[str, ...]) -> None:
    assert usual_providers(module, KNOWN) == usual


@pytest.mark.parametrize(
    ("module", "declared", "meant"),
    [
        ("PIL", {"pillow"}, ("pillow",)),
        ("cv2", {"opencv-python-headless", "numpy"}, ("opencv-python-headless",)),
        ("Flask_Login", {"flask-login"}, ("flask-login",)),
        ("PIL", {"pil", "pillow"}, ("pil",)),
        ("PIL", {"numpy"}, ()),
        ("unknown", {"pillow"}, ()),
        # the distribution's own name, at full depth for what shares a namespace
        ("acme.tools.db", {"acme-tools", "other"}, ("acme-tools",)),
        ("sqlalchemy.utils", {"sqlalchemy", "sqlalchemy-utils"}, ("sqlalchemy",)),
        ("google.cloud.storage.blob", {"google", "google-cloud-storage"}, ("google-cloud-storage",)),
        ("google.cloud", {"google-cloud-storage"}, ()),
        ("fileio.fast", {"file-io", "other"}, ("file-io",)),
    ],
)
def test_declared_providers(module: str, declared: set[str], meant: tuple[str, ...]) -> None:
    assert declared_providers(module, KNOWN, declared) == meant


def test_a_lazy_import_that_a_line_of_an_extra_may_bring_is_a_remark() -> None:
    said = "gone-fork, which may bring it, is declared for the extra x (pyproject.toml:3) and not installed"
    for row, severity in ((undeclared("gone", may_come_with=said), "info"), (undeclared("gone"), "error")):
        found = find_candidates(replace(EMPTY, first_uses=(GONE,), undeclared=(row,)))
        finding = next(each.finding for each in found if each.finding.code == "FP201")
        assert finding.severity == severity and (said in finding.message) is (severity == "info")


@pytest.mark.parametrize(
    ("row", "severity"),
    [
        (undeclared("gone", computed_at="load.py:3"), "info"),
        (undeclared("other", computed_at="load.py:3"), "error"),
        (undeclared("gone"), "error"),
    ],
    ids=["supysonic", "of another", "imported plainly"],
)
def test_a_lazy_import_to_which_only_a_computed_name_leads_is_a_remark(row: UndeclaredRow, severity: str) -> None:
    found = find_candidates(replace(EMPTY, first_uses=(GONE,), undeclared=(row,)))
    finding = next(each.finding for each in found if each.finding.code == "FP201")
    assert finding.severity == severity
    assert ("the import of a computed name in load.py:3" in finding.message) is (severity == "info")
