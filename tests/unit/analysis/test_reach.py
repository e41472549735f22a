"""What an entry reaches in tiny projects, and what that makes of every import."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from footprint.analysis.names.first_party import FirstParty
from footprint.analysis.names.import_names import ImportNames
from footprint.analysis.reach.entry_walk import classify_sites, walk
from footprint.analysis.reach.reach_rule import status_when_loaded
from footprint.audit.run import run_audit
from footprint.audit.stages.reading_stages import read_imports_of
from footprint.collect.entries.named_entries import resolve_entry
from footprint.config.audit_settings import read_options
from footprint.model.audit import Usage
from footprint.model.source_modules import EntryPoint, ImportSite, Placement, ProjectSources, Reach, SiteUse
from tests.cases.case import Case, audit_of, code, libs
from tests.unit.collect.test_sources import sources_of

Files = Mapping[str, str]


def entry_of(folder: Path, sources: ProjectSources, text: str) -> EntryPoint:
    return resolve_entry(text, folder, sources, {})


def reach_of(folder: Path, files: Files, entry: str = "main", working_dirs: tuple[str, ...] = ()) -> Reach:
    sources = sources_of(folder, files, working_dirs=working_dirs)
    return walk(sources, (entry_of(folder, sources, entry),))[0]


def uses_of(folder: Path, files: Files, *entries: str, lazy_syntax: bool = True) -> dict[str, SiteUse]:
    """Return the use of each third-party module by its name; every name occurs once in these projects."""
    sources = sources_of(folder, files)
    found = [entry_of(folder, sources, text) for text in entries or ("main",)]
    reaches = walk(sources, found, lazy_syntax=lazy_syntax)
    names = ImportNames((), (), sys.stdlib_module_names, first_party=FirstParty(sources))
    uses = classify_sites(sources, reaches, names, lazy_syntax=lazy_syntax)
    assert len({use.site.module for use in uses}) == len(uses)
    return {use.site.module: use for use in uses}


@dataclass(frozen=True)
class Row:
    """One tiny project: its files, where it starts, and what is reached; what is in neither list is not."""

    files: Mapping[str, str]
    startup: str = ""  # paths, separated by blanks; the entry's own file is not repeated
    lazy: str = ""
    entry: str = "main"
    launcher: str | None = None
    command: str | None = None


def row(files: str | Mapping[str, str], reached: str = "", *, init: str = "", **start: str) -> Row:
    """Return a project: main.py of that text, or `files`; what is named in `reached`, and p/__init__.py, is there.

    `reached`: "a.py b.py lazy: c.py never: d.py".
    """
    own = {"main.py": files, **({"p/__init__.py": init} if init else {})} if isinstance(files, str) else files
    there, _, never = reached.partition("never:")
    startup, _, lazy = there.partition("lazy:")
    return Row({**dict.fromkeys(f"{startup} {lazy} {never}".split(), ""), **own}, startup, lazy, **start)


def check_reached(folder: Path, row: Row) -> None:
    """The file of the entry itself runs at startup; nothing is reached that the row does not name."""
    sources = sources_of(folder, row.files)
    entry = entry_of(folder, sources, row.entry)
    (reach,) = walk(sources, (replace(entry, launcher=row.launcher, command=row.command),))
    found = {module.path: module.status for module in reach.modules}
    own = found.keys() & {entry.file, f"{(entry.module or '').replace('.', '/')}.py"}
    named = dict.fromkeys(row.startup.split(), "startup") | dict.fromkeys(row.lazy.split(), "lazy")
    assert found and found == dict.fromkeys(own, "startup") | named


REACHES = {
    "module level": row("import a", "a.py never: b.py"),
    "in a function": row("def f():\n    import a", "lazy: a.py"),
    "module level of a lazy module is lazy": row(
        {"main.py": "def f():\n    import a", "a.py": "import b", "b.py": "def g():\n    import c"},
        "lazy: a.py b.py c.py",
    ),
    "startup wins over lazy": row({"main.py": "def f():\n    import a\nimport b", "b.py": "import a"}, "a.py b.py"),
    "class body": row("class C:\n    import a", "a.py"),
    "TYPE_CHECKING": row("if TYPE_CHECKING:\n    import a", "never: a.py"),
    "main block of an imported module": row('if __name__ == "__main__":\n    import a', "never: a.py"),
    "main block of the script": row('if __name__ == "__main__":\n    import a', "a.py", entry="main.py"),
    "main block of the module run by -m": row('if __name__ == "__main__":\n    import a', "a.py", entry="-m main"),
    "packages above": row("import p.q.r", "p/__init__.py p/q/__init__.py p/q/r.py a.py", init="import a"),
    "packages above the entry": row(
        {"p/__init__.py": "import a"}, "p/__init__.py a.py never: p/main.py", entry="p.main"
    ),
    "submodule by from": row("from p import a, x", "p/__init__.py p/a.py never: p/b.py p/x.py", init="x = 1"),
    "submodule by relative from": row(
        {"p/main.py": "from . import a\nfrom .b import c"}, "p/__init__.py p/a.py p/b.py", entry="p.main"
    ),
    "folder without __init__": row("from p.q import a", "p/q/a.py never: p/q/b.py"),
    "star brings submodules of __all__": row(
        "from p import *", "p/__init__.py p/a.py never: p/b.py", init='__all__ = ["a"]'
    ),
    "circle": row({"main.py": "import a", "a.py": "import b", "b.py": "import a, main"}, "a.py b.py"),
    "guarded": row("try:\n    import a\nexcept ImportError:\n    import b", "a.py b.py"),
    "import_module": row('import importlib\nimportlib.import_module("p.a")', "p/a.py"),
    "PEP 562": row(
        "import p", "p/__init__.py lazy: p/a.py", init="def __getattr__(n):\n    from . import a\n    return a"
    ),
    "lazy keyword": row("lazy import a\nimport b", "b.py lazy: a.py"),
    "lazy keyword, read at once": row("lazy import a\na.x()", "a.py"),
    "broken file": row("import a\nprint 'x'", "a.py"),
    "module named like the standard library": row(
        {"p/main.py": "import time\nfrom .time import x"}, "p/__init__.py p/time.py", entry="p.main"
    ),
    "script beside its modules": row(
        {"tools/run.py": "import helper"}, "tools/helper.py never: helper.py", entry="tools/run.py"
    ),
    "other name through the project folder": row(
        {"backend/main.py": "from backend.a import x\nimport b"},
        "backend/__init__.py backend/a.py b.py",
        entry="backend.main",
    ),
    "src": row({"src/p/main.py": "from p import a"}, "src/p/main.py src/p/__init__.py src/p/a.py", entry="p.main"),
}

CALLED = {
    "factory": row(
        "def create_app():\n    import a\ndef other():\n    import b", "a.py lazy: b.py", entry="main:create_app"
    ),
    "factory that calls": row(
        "def create_app():\n    add_routes()\ndef add_routes():\n    import a", "a.py", entry="main:create_app"
    ),
    "factory behind a re-export": row(
        {"p/__init__.py": "from .factory import create_app", "p/factory.py": "def create_app():\n    import a"},
        "p/__init__.py p/factory.py a.py",
        entry="p:create_app",
    ),
    "called at import": row("def f():\n    import a\nf()", "a.py"),
    "called from another module": row(
        {"main.py": "from b import f\napp = f()", "b.py": "def f():\n    import a\ndef g():\n    import c"},
        "b.py a.py lazy: c.py",
    ),
    "called through its module": row(
        {"main.py": "import p.b\np.b.f()", "p/b.py": "def f():\n    import a"}, "p/b.py a.py"
    ),
    "called through a renamed module": row(
        {"main.py": "from p import b as c\nc.f()", "p/b.py": "def f():\n    import a"}, "p/b.py a.py"
    ),
    "class that is made": row(
        "class C:\n  def __init__(self):\n    self.load()\n  def load(self):\n    import a\nC()", "a.py"
    ),
    "decorator": row({"main.py": "from b import d\n@d\ndef f(): pass", "b.py": "def d(f):\n    import a"}, "b.py a.py"),
    "function of the same name elsewhere": row(
        {"main.py": "from x import f\nf()\nimport b", "b.py": "def f():\n    import a"}, "b.py lazy: a.py"
    ),
    "main function of a script": row(
        'def main():\n    import a\nif __name__ == "__main__":\n    main()', "a.py", entry="main.py"
    ),
    "call in a lambda": row("def f():\n    import a\ng = lambda: f()", "lazy: a.py"),
    "functions that call each other": row("def f():\n    g()\ndef g():\n    f()\n    import a\nf()", "a.py"),
}

NAMED = {
    "uvicorn.run": row(
        {"run.py": 'if __name__ == "__main__":\n    uvicorn.run("app.main:app")', "app/main.py": "app = 1"},
        "app/main.py",
        entry="run.py",
    ),
    "uvicorn.run in a function that is called": row(
        {"run.py": 'def main():\n    uvicorn.run("app:app")\nmain()'}, "app.py", entry="run.py"
    ),
    "string in a table": row(
        {"main.py": 'TABLE = {"x": "p.a", "y": "p.b.Cls", "z": "p.c.nothing"}', "p/b.py": "class Cls: pass"},
        "lazy: p/a.py p/b.py never: p/c.py",
    ),
    "Django": row(
        {
            "proj/wsgi.py": 'os.environ.setdefault("DJANGO_SETTINGS_MODULE", "proj.settings")',
            "proj/settings.py": 'INSTALLED_APPS = ["blog", "x.auth"]\nROOT_URLCONF = "proj.urls"\n'
            'MIDDLEWARE = ["blog.middle.Ware"]',
            "proj/urls.py": 'include("blog.urls")',
            "blog/middle.py": "class Ware: pass",
        },
        "proj/settings.py blog/middle.py blog/__init__.py blog/models.py lazy: proj/urls.py blog/urls.py "
        "blog/admin.py blog/management/commands/job.py blog/migrations/0001_initial.py never: blog/dead.py",
        entry="proj.wsgi",
    ),
    "logger name": row('log = logging.getLogger("p.a")', "never: p/a.py"),
    "file name": row('open("a.py")', "never: a.py"),
    "string in code that never runs": row({"main.py": "", "b.py": 'x = "p.a"'}, "never: p/a.py"),
}


REACHED = {**REACHES, **CALLED, **NAMED}


@pytest.mark.parametrize("row", REACHED.values(), ids=REACHED)
def test_files_are_reached(tmp_path: Path, row: Row) -> None:
    check_reached(tmp_path, row)


def test_chain_leads_from_the_entry_by_file_and_line(tmp_path: Path) -> None:
    files = {
        "main.py": "\nimport a",
        "a.py": "\n\nfrom p import b",
        "p/__init__.py": "",
        "p/b.py": "def f():\n    import x",
    }
    reach = reach_of(tmp_path, files)
    chains = {module.path: [f"{site.path}:{site.line}" for site in module.chain] for module in reach.modules}
    assert chains["main.py"] == []
    assert chains["p/b.py"] == ["main.py:2", "a.py:3"]
    use = uses_of(tmp_path, files)["x"]
    assert [f"{site.path}:{site.line}" for site in use.chain] == ["main.py:2", "a.py:3", "p/b.py:2"]


def test_chain_is_the_shortest(tmp_path: Path) -> None:
    files = {"main.py": "import a\nimport c", "a.py": "import b", "b.py": "import c", "c.py": ""}
    chains = {module.path: len(module.chain) for module in reach_of(tmp_path, files).modules}
    assert chains["c.py"] == 1


def test_working_folder_of_the_entry_decides_what_a_name_means(tmp_path: Path) -> None:
    files = {"backend/main.py": "import db", "backend/db.py": "", "db.py": ""}
    reach = reach_of(tmp_path, files, "main", working_dirs=("backend",))
    assert [module.path for module in reach.modules] == ["backend/db.py", "backend/main.py"]


def test_entry_outside_the_project_reaches_nothing_and_says_so(tmp_path: Path) -> None:
    sources = sources_of(tmp_path, {"main.py": ""})
    entry = resolve_entry("mlflow.server:app", tmp_path, sources, {}, importable={"mlflow"})
    (reach,) = walk(sources, (entry,))
    assert reach.modules == ()
    assert [note.code for note in reach.notes] == ["entry-not-first-party"]


def test_computed_import_in_a_reached_file_is_noted(tmp_path: Path) -> None:
    files = {"main.py": "import importlib\nimportlib.import_module(x)", "b.py": "__import__(y)"}
    notes = reach_of(tmp_path, files).notes
    assert [(note.code, note.path, note.line) for note in notes] == [("dynamic-import", "main.py", 2)]


STATUSES: dict[str, tuple[str, str, Files]] = {
    "placements": (
        "import a\ndef f():\n    import b\nif TYPE_CHECKING:\n    import c\nelse:\n    import d",
        "a startup, b lazy, c typing, d startup",
        {},
    ),
    "guarded": ("try:\n    import a\nexcept ImportError:\n    import b", "a startup, b startup", {}),
    "main block": ('if __name__ == "__main__":\n    import a', "a unreached", {}),
    "dynamic": (
        'import importlib\nimportlib.import_module("a")\nm = __import__("b")\n'
        'def f():\n    return importlib.import_module("c")\nm = importlib.import_module("d")',
        "a startup, b startup, c lazy, d startup",
        {},
    ),
    "dead module": ("", "a unreached, b unreached", {"dead.py": "import a\ndef f():\n    import b"}),
    "stub": ("", "a typing", {"main.pyi": "import a"}),
    "tests": ("", "a tests, b unreached", {"tests/test_a.py": "import a\nimport dead", "dead.py": "import b"}),
    "typing in tests": ("", "a typing", {"tests/test_a.py": "if TYPE_CHECKING:\n    import a"}),
    "lazy chain": ("def f():\n    import m", "a lazy", {"m.py": "import a"}),
    "function that runs": ("def f():\n    import a\nf()", "a startup", {}),
    "lambda": ('f = lambda: __import__("a")', "a lazy", {}),
    "standard library is left out": ("import os, json, a", "a startup", {}),
    "own modules are left out": ("import m\nfrom . import n", "", {"m.py": ""}),
    "lazy": ('__lazy_modules__ = ["a", "b"]\nimport a, b\nb.x', "a lazy, b startup", {}),
    "broken file": ("import a\nprint 'x'", "a startup", {}),
    "migrations in a folder like a distribution": (
        "import a",
        "a startup, alembic unreached",
        {"alembic/env.py": "from alembic import context"},
    ),
}


@pytest.mark.parametrize(("main", "expected", "files"), STATUSES.values(), ids=STATUSES)
def test_import_gets_its_status(tmp_path: Path, main: str, expected: str, files: Files) -> None:
    sources = sources_of(tmp_path, {"main.py": main, **files})
    reaches = walk(sources, (entry_of(tmp_path, sources, "main"),))
    # `alembic` is installed in these projects: a folder of that name does not make it ours.
    owners = {"alembic/__init__.py": "alembic"}
    names = ImportNames((owners,), (), sys.stdlib_module_names, first_party=FirstParty(sources))
    uses = classify_sites(sources, reaches, names)
    assert ", ".join(sorted(f"{use.site.module} {use.status}" for use in uses)) == expected


def test_lazy_modules_are_ordinary_before_3_15(tmp_path: Path) -> None:
    files = {"main.py": '__lazy_modules__ = ["a"]\nimport a'}
    assert uses_of(tmp_path, files, lazy_syntax=True)["a"].status == "lazy"
    assert uses_of(tmp_path, files, lazy_syntax=False)["a"].status == "startup"


def test_strongest_status_over_all_entries_wins_and_names_its_entry(tmp_path: Path) -> None:
    files = {
        "main.py": "def f():\n    import m",
        "worker.py": "import m\nimport b",
        "m.py": "import a",
        "dead.py": "import c",
    }
    sources = sources_of(tmp_path, files)
    entries = [entry_of(tmp_path, sources, "main"), entry_of(tmp_path, sources, "worker.py")]
    reaches = walk(sources, entries)
    uses = {use.site.module: use for use in classify_sites(sources, reaches) if use.site.module in "abc"}
    assert {name: use.status for name, use in uses.items()} == {"a": "startup", "b": "startup", "c": "unreached"}
    assert [site.path for site in uses["a"].chain] == ["worker.py", "m.py"]
    only_web = {use.site.module: use.status for use in classify_sites(sources, reaches[:1])}
    assert (only_web["a"], only_web["b"]) == ("lazy", "unreached")


def test_without_entries_every_module_counts_as_reached(tmp_path: Path) -> None:
    sources = sources_of(tmp_path, {"main.py": "import a"})
    (use,) = classify_sites(sources, walk(sources, ()))
    assert (use.status, use.entry, use.chain) == ("startup", None, (use.site,))


# One definition of reached: what `imports` says of a statement is what the audit makes of it, entry or not

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
