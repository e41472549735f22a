"""Findings and suppressions in a real project with a real environment, through the command line."""

from pathlib import Path
from typing import Any

import pytest

from tests.support.command import audit_json, footprint, rows_of
from tests.support.machine import install
from tests.support.projects import make_env_of, write

PYPROJECT = """\
[project]
name = "shop"
version = "1"
dependencies = [
  "carrier",
  "pillow",
  "argparse",
  "idle",
  "shelved",  # footprint: ignore[FP101]
  "basis",
]
[dependency-groups]
dev = ["debugger"]
[tool.footprint]
entries = ["app"]
probe = false
ignore = {FP101 = ["idle", "gone"], FP105 = ["hidden*"]}
"""
APP = """\
import carrier
import guest
import PIL.Image
import debugger
import hidden_module
import yaml
import silent  # footprint: ignore[FP105]
try:
    import ujson
except ImportError:
    ujson = None
import json  # footprint: ignore[FP105]
try:
    import tomli
except ImportError:
    tomli = None
TEXT = "import nothing  # footprint: ignore"
"""
REQUIREMENTS = "carrier<1\ntomli; python_version < '3.0'\n"
DEAD = "import leftover\nimport yaml\n"
REQUIRES = "Provides-Extra: x\nRequires-Dist: guest; python_version > '3'\nRequires-Dist: basis\n"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("findings")
    write(folder, {"pyproject.toml": PYPROJECT, "app.py": APP, "requirements.txt": REQUIREMENTS, "dead.py": DEAD})
    site = make_env_of(folder / ".venv", "guest basis debugger idle shelved")
    install(site, "carrier", {"carrier.py": b""}, metadata=REQUIRES)
    return folder


@pytest.fixture(scope="module")
def audit(project: Path) -> dict[str, Any]:
    return audit_json(project)


def test_every_finding_and_nothing_else(audit: dict[str, Any]) -> None:
    found = [
        (item["code"], item["severity"], item["distribution"], item["path"], item["line"], item["suppressed"])
        for item in audit["findings"]
    ]
    assert found == [
        ("FP106", "error", "debugger", "app.py", 4, False),
        ("FP108", "error", "carrier", "requirements.txt", 1, False),
        ("FP101", "warning", "idle", "pyproject.toml", 8, True),
        ("FP101", "warning", "shelved", "pyproject.toml", 9, True),
        ("FP105", "warning", "guest", "app.py", 2, False),
        ("FP105", "warning", None, "app.py", 5, True),
        ("FP105", "warning", None, "app.py", 6, False),
        ("FP105", "warning", None, "app.py", 7, True),
        ("FP107", "warning", "argparse", "pyproject.toml", 7, False),
        ("FP104", "info", "basis", "pyproject.toml", 10, False),
        ("FP105", "info", None, "app.py", 9, False),
        ("FP105", "info", None, "dead.py", 1, False),
        ("FP902", "warning", None, "pyproject.toml", 17, False),
        ("FP902", "warning", None, "app.py", 12, False),
    ]


def test_undeclared_imports_say_how_they_may_go_missing(audit: dict[str, Any]) -> None:
    rows = {row["import_name"]: row for row in audit["undeclared"]}
    assert set(rows) == {
        "guest",
        "hidden_module",
        "yaml",
        "silent",
        "ujson",
        "leftover",
    }  # tomli: declared for another target
    assert rows["guest"]["distribution"] == "guest" and rows["guest"]["fragility"] == (
        'only carrier brings it in; carrier requires it only if python_version > "3"'
    )
    assert rows["yaml"]["likely"] == ["pyyaml"]
    assert [name for name, row in rows.items() if row["optional"]] == ["ujson"]
    assert [name for name, row in rows.items() if row["unreached"]] == ["leftover"]


def test_a_declared_line_that_is_not_installed_is_matched_to_its_import(audit: dict[str, Any]) -> None:
    pillow = rows_of(audit)["pillow"]
    assert (pillow["version"], pillow["usage"]) == (None, "startup")
    assert pillow["evidence"][0]["line"] == 3


def test_what_is_suppressed_is_left_out_of_the_sums_and_of_the_text(project: Path, audit: dict[str, Any]) -> None:
    assert {item["distribution"]: item["suppressed"] for item in audit["suggestions"]} == {
        "idle": True,
        "shelved": True,
    }
    assert audit["removable_bytes"] == 0
    done = footprint("audit", project, "--legend")
    assert done.returncode == 0
    assert "4 suppressed" in done.stdout
    assert "unused (ignored)" in done.stdout and "ignored: the project asks" in done.stdout
    assert "remove idle" not in done.stdout
    assert "FP106 app.py:4: debugger" in done.stdout


def test_why_says_what_was_suppressed_and_why_no_stronger_class(project: Path) -> None:
    done = footprint("why", "idle", project)
    assert "Suggested (suppressed): FP101" in done.stdout
    assert "not lazy: no function of reached code imports it" in done.stdout
