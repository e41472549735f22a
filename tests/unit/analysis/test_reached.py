"""One definition of reached: what `imports` says of a statement is what the audit makes of it, entry or not."""

from __future__ import annotations

from pathlib import Path

import pytest

from footprint.analysis.reach.reach_rule import status_when_loaded
from footprint.audit.run import run_audit
from footprint.audit.stages.reading_stages import read_imports_of
from footprint.config.audit_settings import read_options
from footprint.model.audit import Usage
from footprint.model.source_modules import ImportSite, Placement
from tests.cases.case import Case, audit_of, code, libs

SITE = libs("a b c d")
LIBRARY = {
    "lib/__init__.py": "import a\n",
    "lib/x.py": "def f():\n    import b\n",
    "lib/y.py": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import c\n",
    "tests/test_x.py": "import d\n",
    "requirements.txt": "a\nb\nc\nd\n",
}
ALL = {"a": "startup", "b": "lazy", "c": "typing", "d": "tests"}
PROJECTS: dict[str, tuple[dict[str, str], dict[str, str]]] = {
    "no entry": (LIBRARY, ALL),
    "an entry that reaches all": (
        {**LIBRARY, "main.py": "import lib.x, lib.y\napp = 1\n", "Procfile": "web: uvicorn main:app\n"},
        ALL,
    ),
    "an entry that reaches nothing of it": (
        {**LIBRARY, **code("", "a", "b", "c", "d", Procfile="web: uvicorn main:app\n")},
        {"a": "unreached", "b": "unreached", "c": "typing", "d": "tests"},
    ),
    "a package with __main__": (
        {**LIBRARY, "lib/__main__.py": "from lib import x, y\n", "Procfile": "web: python -m lib\n"},
        ALL,
    ),
    "a script under __main__": (
        {
            "run.py": "if __name__ == '__main__':\n    import a\n",
            "requirements.txt": "a\n",
            "Procfile": "job: python run.py\n",
        },
        {"a": "startup"},
    ),
}


@pytest.mark.parametrize("name", PROJECTS)
@pytest.mark.parametrize("installed", [True, False])
def test_imports_and_audit_say_the_same(name: str, installed: bool, tmp_path: Path) -> None:
    files, expected = PROJECTS[name]
    audit = audit_of(tmp_path, Case(files, site=SITE, installed=installed))
    flags = {"site_packages": (tmp_path / "site",)} if installed else {"no_env": True}
    found = read_imports_of(read_options({**flags, "probe": False}, tmp_path / "project"))
    assert {use.site.module: use.status for use, _ in found.uses if use.site.module in expected} == expected
    rows = {row.name: row.usage for row in audit.distributions}
    assert {name: rows[name].value for name in expected} == expected


def test_no_command_says_unreached_where_no_entry_is_known(tmp_path: Path) -> None:
    audit = audit_of(tmp_path, Case(LIBRARY, site=SITE))
    assert "every module counts as reached" in " ".join(note.message for note in audit.notes)
    assert Usage.UNREACHED not in {row.usage for row in audit.distributions}
    found = read_imports_of(read_options({"site_packages": (tmp_path / "site",)}, tmp_path / "project"))
    assert "unreached" not in {use.status for use, _ in found.uses}
    assert run_audit(read_options({"no_env": True, "probe": False}, tmp_path / "project")).undeclared == ()


@pytest.mark.parametrize(
    ("placement", "status"),
    [
        (Placement.MODULE, "startup"),
        (Placement.CLASS, "startup"),
        (Placement.FUNCTION, "lazy"),
        (Placement.MAIN, "unreached"),
        (Placement.ELSEWHERE, "elsewhere"),
    ],
)
def test_a_file_that_was_loaded_has_not_run_as_a_script(placement: Placement, status: str) -> None:
    site = ImportSite("main.py", 1, "a", (), 0, placement, None, False, "import", ("a",))
    assert status_when_loaded(site) == status
