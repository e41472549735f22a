"""The table of use cases, run: each project audited whole against a site folder as installers write it."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from pathlib import Path

import pytest

import tests.cases
from tests.cases.case import NOOP, Case, audit_of, differences

MODULES = sorted(
    info.name for info in pkgutil.iter_modules(tests.cases.__path__) if info.name not in ("case", "libraries")
)
TABLE: Mapping[str, Mapping[str, Mapping[str, Case]]] = {
    name: importlib.import_module(f"tests.cases.{name}").CLAUSES for name in MODULES
}
CASES: Mapping[str, Case] = {
    f"{module}, {clause}: {name}": case
    for module, clauses in TABLE.items()
    for clause, rows in clauses.items()
    for name, case in rows.items()
}


def _param(name: str, case: Case) -> object:
    marks = [pytest.mark.xfail(reason=case.known, strict=True)] if case.known else []
    return pytest.param(case, id=name, marks=marks)


@pytest.mark.parametrize("case", [_param(name, case) for name, case in CASES.items()])
def test_the_truth_is_told(case: Case, tmp_path: Path) -> None:
    wrong = differences(audit_of(tmp_path, case), case)
    assert not wrong, "\n".join(wrong)


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
