"""The table of use cases, run: each project audited whole against a site folder as installers write it."""

import importlib
import pkgutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

import tests.cases
from footprint.analysis.facts.index import index_facts
from footprint.analysis.facts.run_facts import Collected, SecondLook, group_uses
from footprint.analysis.join.rows import join
from footprint.analysis.questions import findings_at_stake
from footprint.audit.join import judge
from footprint.model.audit import Audit
from footprint.report.languages.catalogue import catalogue_of
from tests.cases.case import NOOP, Case, audit_of, code, collect, differences, lib, options_of
from tests.support.stored_texts import stored_texts, untold

MODULES = sorted(
    info.name for info in pkgutil.iter_modules(tests.cases.__path__) if info.name not in ("case", "libraries")
)
TABLE: Mapping[str, Mapping[str, Mapping[str, Case]]] = {
    name: importlib.import_module(f"tests.cases.{name}").CLAUSES for name in MODULES
}
INSTALLED = {name: getattr(importlib.import_module(f"tests.cases.{name}"), "SITE", {}) for name in MODULES}
CASES: Mapping[str, Case] = {
    f"{module}, {clause}: {name}": replace(case, site=INSTALLED[module] if case.site is None else case.site)
    for module, clauses in TABLE.items()
    for clause, rows in clauses.items()
    for name, case in rows.items()
}


def _param(name: str, case: Case) -> object:
    marks = [pytest.mark.xfail(reason=case.known, strict=True)] if case.known else []
    return pytest.param(case, id=name, marks=marks)


@pytest.mark.parametrize("case", [_param(name, case) for name, case in CASES.items()])
def test_the_truth_is_told(case: Case, tmp_path: Path) -> None:
    facts, target = collect(tmp_path, case), options_of(tmp_path, case).target
    audit = judge(facts, target)
    wrong = [*differences(audit, case), *untold(stored_texts(audit), catalogue_of("es"))]
    wrong += lost_in_check(facts, audit)
    assert not wrong, "\n".join(wrong)


def lost_in_check(facts: Collected, audit: Audit) -> list[str]:
    """Return what a check would say otherwise where it leaves the second look out."""
    joined = index_facts(facts, SecondLook(), (), group_uses(facts))
    if findings_at_stake.may_change(joined):
        return []
    alone = join(facts, joined, SecondLook(), "")
    ours, theirs = ([each for each in of.findings if each.code in findings_at_stake.CODES] for of in (alone, audit))
    return [] if (ours, alone.undeclared) == (theirs, audit.undeclared) else [f"without a second look: {ours}"]


RIGHT = Case(
    code("import web\nimport base", "web", "base==1.0  # footprint: ignore[FP108]"),
    {"web": "startup certain main.py:1", "base": "startup"},
    {"web": lib("web/__init__.py", requires=("base",)), "base": lib("base/__init__.py")},
    says={"web": "imported by main.py:1"},
    declared={"web": "main requirements.txt:1"},
    findings=("FP902 * requirements.txt:2",),
    absent=("lone",),
)
WRONG = {
    "another class": replace(RIGHT, expect={"web": "lazy"}),
    "another confidence": replace(RIGHT, expect={"web": "startup cannot-tell"}),
    "another line": replace(RIGHT, expect={"web": "startup main.py:2"}),
    "one more line": replace(RIGHT, expect={"web": "startup main.py:1 main.py:2"}),
    "other words": replace(RIGHT, says={"web": "imported by main.py:2"}),
    "another group": replace(RIGHT, declared={"web": "dev requirements.txt:1"}),
    "no such row": replace(RIGHT, expect={"lone": "unused"}),
    "a row too many": replace(RIGHT, absent=("web",)),
    "a finding too many": replace(RIGHT, findings=()),
    "a finding that is missing": replace(RIGHT, findings=(*RIGHT.findings, "FP105 base main.py:2")),
    "one that is not silenced": replace(RIGHT, suppressed=("FP902 * requirements.txt:2",)),
    "declared after all": replace(RIGHT, undeclared={"base": ""}),
    "a class whose finding is missing": replace(RIGHT, findings=(*RIGHT.findings, "FP101 web requirements.txt:1")),
}


def test_a_row_that_is_right_holds(tmp_path: Path) -> None:
    assert not differences(audit_of(tmp_path, RIGHT), RIGHT)


@pytest.mark.parametrize("name", WRONG)
def test_a_row_that_is_wrong_does_not_hold(name: str, tmp_path: Path) -> None:
    assert differences(audit_of(tmp_path, WRONG[name]), WRONG[name])


def test_the_table_is_large_and_each_clause_has_rows_of_both_kinds() -> None:
    assert len(CASES) >= 150
    assert sum(NOOP in name for name in CASES) >= 50
    for module, clauses in TABLE.items():
        for clause, rows in clauses.items():
            noops = [name.startswith(NOOP) for name in rows]
            assert any(noops) and not all(noops), f"{module}, {clause}: positive rows and noops, please"
            assert all(_says_something(case) for case in rows.values())


def _says_something(case: Case) -> bool:
    return bool(case.expect or case.findings or case.suppressed or case.absent or case.undeclared)


def test_few_rows_are_known_to_be_wrong() -> None:
    known = [name for name, case in CASES.items() if case.known]
    assert len(known) * 10 < len(CASES), known
