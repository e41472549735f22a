"""What all removals together free, by which lines, and what of it the development groups hold here."""

from __future__ import annotations

from pathlib import Path

from footprint.model.audit import Audit
from footprint.report.audit import table
from footprint.units import size
from tests.cases.case import Case, audit_of, code
from tests.cases.frozen_files import FLASK_PINS, SITE, frozen


def weight(audit: Audit, *names: str) -> int:
    return sum((row.apparent_bytes or 0) + (row.outside_bytes or 0) for row in audit.distributions if row.name in names)


def test_a_set_frees_what_its_lines_share_and_names_those_pins(tmp_path: Path) -> None:
    names = ("topics", "umap", "numba", "llvm", "keywords", "rich-text", "learn", "joblib", "numbers-lib")
    audit = audit_of(tmp_path, Case(frozen(*names, *FLASK_PINS), site=SITE))
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
