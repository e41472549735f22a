"""What an entry reaches in tiny projects, and what that makes of every import."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from footprint.analysis.names.first_party import FirstParty
from footprint.analysis.names.import_names import ImportNames
from footprint.analysis.reach.entry_walk import classify_sites, walk
from footprint.collect.entries import resolve_entry
from footprint.model.source_modules import EntryPoint, ProjectSources, Reach, SiteUse
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
    names = ImportNames.build((), (), sys.stdlib_module_names, first_party=FirstParty(sources))
    uses = classify_sites(sources, reaches, names, lazy_syntax=lazy_syntax)
    assert len({use.site.module for use in uses}) == len(uses)
    return {use.site.module: use for use in uses}


# (files, entry, {path: status}); what is missing is not reached
REACHES: dict[str, tuple[Files, str, dict[str, str]]] = {
    "module level": (
        {"main.py": "import a", "a.py": "", "b.py": ""},
        "main",
        {"main.py": "startup", "a.py": "startup"},
    ),
    "in a function": (
        {"main.py": "def f():\n    import a", "a.py": ""},
        "main",
        {"main.py": "startup", "a.py": "lazy"},
    ),
    "module level of a lazy module is lazy": (
        {"main.py": "def f():\n    import a", "a.py": "import b", "b.py": "def g():\n    import c", "c.py": ""},
        "main",
        {"main.py": "startup", "a.py": "lazy", "b.py": "lazy", "c.py": "lazy"},
    ),
    "startup wins over lazy": (
        {"main.py": "def f():\n    import a\nimport b", "a.py": "", "b.py": "import a"},
        "main",
        {"main.py": "startup", "a.py": "startup", "b.py": "startup"},
    ),
    "class body": (
        {"main.py": "class C:\n    import a", "a.py": ""},
        "main",
        {"main.py": "startup", "a.py": "startup"},
    ),
    "TYPE_CHECKING": ({"main.py": "if TYPE_CHECKING:\n    import a", "a.py": ""}, "main", {"main.py": "startup"}),
    "main block of an imported module": (
        {"main.py": 'if __name__ == "__main__":\n    import a', "a.py": ""},
        "main",
        {"main.py": "startup"},
    ),
    "main block of the script": (
        {"main.py": 'if __name__ == "__main__":\n    import a', "a.py": ""},
        "main.py",
        {"main.py": "startup", "a.py": "startup"},
    ),
    "main block of the module run by -m": (
        {"main.py": 'if __name__ == "__main__":\n    import a', "a.py": ""},
        "-m main",
        {"main.py": "startup", "a.py": "startup"},
    ),
    "packages above": (
        {"main.py": "import p.q.r", "p/__init__.py": "import a", "p/q/__init__.py": "", "p/q/r.py": "", "a.py": ""},
        "main",
        dict.fromkeys(["main.py", "p/__init__.py", "p/q/__init__.py", "p/q/r.py", "a.py"], "startup"),
    ),
    "packages above the entry": (
        {"p/__init__.py": "import a", "p/main.py": "", "a.py": ""},
        "p.main",
        dict.fromkeys(["p/__init__.py", "p/main.py", "a.py"], "startup"),
    ),
    "submodule by from": (
        {"main.py": "from p import a, x", "p/__init__.py": "x = 1", "p/a.py": "", "p/b.py": "", "p/x.py": ""},
        "main",
        dict.fromkeys(["main.py", "p/__init__.py", "p/a.py"], "startup"),
    ),
    "submodule by relative from": (
        {"p/__init__.py": "", "p/main.py": "from . import a\nfrom .b import c", "p/a.py": "", "p/b.py": ""},
        "p.main",
        dict.fromkeys(["p/__init__.py", "p/main.py", "p/a.py", "p/b.py"], "startup"),
    ),
    "folder without __init__": (
        {"main.py": "from p.q import a", "p/q/a.py": "", "p/q/b.py": ""},
        "main",
        {"main.py": "startup", "p/q/a.py": "startup"},
    ),
    "star brings submodules of __all__": (
        {"main.py": "from p import *", "p/__init__.py": '__all__ = ["a"]', "p/a.py": "", "p/b.py": ""},
        "main",
        dict.fromkeys(["main.py", "p/__init__.py", "p/a.py"], "startup"),
    ),
    "circle": (
        {"main.py": "import a", "a.py": "import b", "b.py": "import a, main"},
        "main",
        dict.fromkeys(["main.py", "a.py", "b.py"], "startup"),
    ),
    "guarded": (
        {"main.py": "try:\n    import a\nexcept ImportError:\n    import b", "a.py": "", "b.py": ""},
        "main",
        dict.fromkeys(["main.py", "a.py", "b.py"], "startup"),
    ),
    "import_module": (
        {"main.py": 'import importlib\nimportlib.import_module("p.a")', "p/a.py": ""},
        "main",
        {"main.py": "startup", "p/a.py": "startup"},
    ),
    "PEP 562": (
        {
            "main.py": "import p",
            "p/__init__.py": "def __getattr__(n):\n    from . import a\n    return a",
            "p/a.py": "",
        },
        "main",
        {"main.py": "startup", "p/__init__.py": "startup", "p/a.py": "lazy"},
    ),
    "lazy keyword": (
        {"main.py": "lazy import a\nimport b", "a.py": "", "b.py": ""},
        "main",
        {"main.py": "startup", "a.py": "lazy", "b.py": "startup"},
    ),
    "lazy keyword, read at once": (
        {"main.py": "lazy import a\na.x()", "a.py": ""},
        "main",
        {"main.py": "startup", "a.py": "startup"},
    ),
    "broken file": ({"main.py": "import a\nprint 'x'", "a.py": ""}, "main", {"main.py": "startup", "a.py": "startup"}),
    "module named like the standard library": (
        {"p/__init__.py": "", "p/main.py": "import time\nfrom .time import x", "p/time.py": ""},
        "p.main",
        dict.fromkeys(["p/__init__.py", "p/main.py", "p/time.py"], "startup"),
    ),
    "script beside its modules": (
        {"tools/run.py": "import helper", "tools/helper.py": "", "helper.py": ""},
        "tools/run.py",
        {"tools/run.py": "startup", "tools/helper.py": "startup"},
    ),
    "other name through the project folder": (
        {
            "backend/__init__.py": "",
            "backend/main.py": "from backend.a import x\nimport b",
            "backend/a.py": "",
            "b.py": "",
        },
        "backend.main",
        dict.fromkeys(["backend/__init__.py", "backend/main.py", "backend/a.py", "b.py"], "startup"),
    ),
    "src": (
        {"src/p/__init__.py": "", "src/p/main.py": "from p import a", "src/p/a.py": ""},
        "p.main",
        dict.fromkeys(["src/p/__init__.py", "src/p/main.py", "src/p/a.py"], "startup"),
    ),
}

CALLED: dict[str, tuple[Files, str, dict[str, str]]] = {
    "factory": (
        {"main.py": "def create_app():\n    import a\ndef other():\n    import b", "a.py": "", "b.py": ""},
        "main:create_app",
        {"main.py": "startup", "a.py": "startup", "b.py": "lazy"},
    ),
    "factory that calls": (
        {"main.py": "def create_app():\n    add_routes()\ndef add_routes():\n    import a", "a.py": ""},
        "main:create_app",
        {"main.py": "startup", "a.py": "startup"},
    ),
    "factory behind a re-export": (
        {
            "p/__init__.py": "from .factory import create_app",
            "p/factory.py": "def create_app():\n    import a",
            "a.py": "",
        },
        "p:create_app",
        dict.fromkeys(["p/__init__.py", "p/factory.py", "a.py"], "startup"),
    ),
    "called at import": (
        {"main.py": "def f():\n    import a\nf()", "a.py": ""},
        "main",
        {"main.py": "startup", "a.py": "startup"},
    ),
    "called from another module": (
        {
            "main.py": "from b import f\napp = f()",
            "b.py": "def f():\n    import a\ndef g():\n    import c",
            "a.py": "",
            "c.py": "",
        },
        "main",
        {"main.py": "startup", "b.py": "startup", "a.py": "startup", "c.py": "lazy"},
    ),
    "called through its module": (
        {"main.py": "import p.b\np.b.f()", "p/b.py": "def f():\n    import a", "a.py": ""},
        "main",
        {"main.py": "startup", "p/b.py": "startup", "a.py": "startup"},
    ),
    "called through a renamed module": (
        {"main.py": "from p import b as c\nc.f()", "p/b.py": "def f():\n    import a", "a.py": ""},
        "main",
        {"main.py": "startup", "p/b.py": "startup", "a.py": "startup"},
    ),
    "class that is made": (
        {
            "main.py": "class C:\n  def __init__(self):\n    self.load()\n  def load(self):\n    import a\nC()",
            "a.py": "",
        },
        "main",
        {"main.py": "startup", "a.py": "startup"},
    ),
    "decorator": (
        {"main.py": "from b import d\n@d\ndef f(): pass", "b.py": "def d(f):\n    import a", "a.py": ""},
        "main",
        {"main.py": "startup", "b.py": "startup", "a.py": "startup"},
    ),
    "function of the same name elsewhere": (
        {"main.py": "from x import f\nf()\nimport b", "b.py": "def f():\n    import a", "a.py": ""},
        "main",
        {"main.py": "startup", "b.py": "startup", "a.py": "lazy"},
    ),
    "main function of a script": (
        {"main.py": 'def main():\n    import a\nif __name__ == "__main__":\n    main()', "a.py": ""},
        "main.py",
        {"main.py": "startup", "a.py": "startup"},
    ),
    "call in a lambda": (
        {"main.py": "def f():\n    import a\ng = lambda: f()", "a.py": ""},
        "main",
        {"main.py": "startup", "a.py": "lazy"},
    ),
    "functions that call each other": (
        {"main.py": "def f():\n    g()\ndef g():\n    f()\n    import a\nf()", "a.py": ""},
        "main",
        {"main.py": "startup", "a.py": "startup"},
    ),
}

NAMED: dict[str, tuple[Files, str, dict[str, str]]] = {
    "uvicorn.run": (
        {"run.py": 'if __name__ == "__main__":\n    uvicorn.run("app.main:app")', "app/main.py": "app = 1"},
        "run.py",
        {"run.py": "startup", "app/main.py": "startup"},
    ),
    "uvicorn.run in a function that is called": (
        {"run.py": 'def main():\n    uvicorn.run("app:app")\nmain()', "app.py": ""},
        "run.py",
        {"run.py": "startup", "app.py": "startup"},
    ),
    "string in a table": (
        {
            "main.py": 'TABLE = {"x": "p.a", "y": "p.b.Cls", "z": "p.c.nothing"}',
            "p/a.py": "",
            "p/b.py": "class Cls: pass",
            "p/c.py": "",
        },
        "main",
        {"main.py": "startup", "p/a.py": "lazy", "p/b.py": "lazy"},
    ),
    "Django": (
        {
            "proj/wsgi.py": 'os.environ.setdefault("DJANGO_SETTINGS_MODULE", "proj.settings")',
            "proj/settings.py": 'INSTALLED_APPS = ["blog", "x.auth"]\nROOT_URLCONF = "proj.urls"\n'
            'MIDDLEWARE = ["blog.middle.Ware"]',
            "proj/urls.py": 'include("blog.urls")',
            "blog/__init__.py": "",
            "blog/models.py": "",
            "blog/urls.py": "",
            "blog/middle.py": "class Ware: pass",
            "blog/admin.py": "",
            "blog/dead.py": "",
            "blog/management/commands/job.py": "",
            "blog/migrations/0001_initial.py": "",
        },
        "proj.wsgi",
        {
            "proj/wsgi.py": "startup",
            "proj/settings.py": "startup",
            "proj/urls.py": "lazy",
            "blog/middle.py": "startup",
            "blog/__init__.py": "startup",
            "blog/models.py": "startup",
            "blog/urls.py": "lazy",
            "blog/admin.py": "lazy",
            "blog/management/commands/job.py": "lazy",
            "blog/migrations/0001_initial.py": "lazy",
        },
    ),
    "logger name": ({"main.py": 'log = logging.getLogger("p.a")', "p/a.py": ""}, "main", {"main.py": "startup"}),
    "file name": ({"main.py": 'open("a.py")', "a.py": ""}, "main", {"main.py": "startup"}),
    "string in code that never runs": (
        {"main.py": "", "b.py": 'x = "p.a"', "p/a.py": ""},
        "main",
        {"main.py": "startup"},
    ),
}


@pytest.mark.parametrize(
    ("files", "entry", "expected"),
    [*REACHES.values(), *CALLED.values(), *NAMED.values()],
    ids=[*REACHES, *CALLED, *NAMED],
)
def test_files_are_reached(tmp_path: Path, files: Files, entry: str, expected: dict[str, str]) -> None:
    reach = reach_of(tmp_path, files, entry)
    assert {module.path: module.status for module in reach.modules} == expected


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


STATUSES: dict[str, tuple[Files, dict[str, str]]] = {
    "placements": (
        {"main.py": "import a\ndef f():\n    import b\nif TYPE_CHECKING:\n    import c\nelse:\n    import d"},
        {"a": "startup", "b": "lazy", "c": "typing", "d": "startup"},
    ),
    "guarded": (
        {"main.py": "try:\n    import a\nexcept ImportError:\n    import b"},
        {"a": "startup", "b": "startup"},
    ),
    "main block": ({"main.py": 'if __name__ == "__main__":\n    import a'}, {"a": "unreached"}),
    "dynamic": (
        {
            "main.py": 'import importlib\nimportlib.import_module("a")\nm = __import__("b")\n'
            'def f():\n    return importlib.import_module("c")\nm = importlib.import_module("d")'
        },
        {"a": "startup", "b": "startup", "c": "lazy", "d": "startup"},
    ),
    "dead module": (
        {"main.py": "", "dead.py": "import a\ndef f():\n    import b"},
        {"a": "unreached", "b": "unreached"},
    ),
    "stub": ({"main.py": "", "main.pyi": "import a"}, {"a": "typing"}),
    "tests": (
        {"main.py": "", "tests/test_a.py": "import a\nimport dead", "dead.py": "import b"},
        {"a": "tests", "b": "unreached"},
    ),
    "typing in tests": ({"main.py": "", "tests/test_a.py": "if TYPE_CHECKING:\n    import a"}, {"a": "typing"}),
    "lazy chain": ({"main.py": "def f():\n    import m", "m.py": "import a"}, {"a": "lazy"}),
    "function that runs": ({"main.py": "def f():\n    import a\nf()"}, {"a": "startup"}),
    "lambda": ({"main.py": 'f = lambda: __import__("a")'}, {"a": "lazy"}),
    "standard library is left out": ({"main.py": "import os, json, a"}, {"a": "startup"}),
    "own modules are left out": ({"main.py": "import m\nfrom . import n", "m.py": ""}, {}),
    "lazy": ({"main.py": '__lazy_modules__ = ["a", "b"]\nimport a, b\nb.x'}, {"a": "lazy", "b": "startup"}),
    "broken file": ({"main.py": "import a\nprint 'x'"}, {"a": "startup"}),
    "migrations in a folder like a distribution": (
        {"main.py": "import a", "alembic/env.py": "from alembic import context"},
        {"a": "startup", "alembic": "unreached"},
    ),
}


@pytest.mark.parametrize(("files", "expected"), STATUSES.values(), ids=STATUSES)
def test_import_gets_its_status(tmp_path: Path, files: Files, expected: dict[str, str]) -> None:
    sources_of(tmp_path, files)
    sources = sources_of(tmp_path, {})
    reaches = walk(sources, (entry_of(tmp_path, sources, "main"),))
    # `alembic` is installed in these projects: a folder of that name does not make it ours.
    owners = {"alembic/__init__.py": "alembic"}
    names = ImportNames.build((owners,), (), sys.stdlib_module_names, first_party=FirstParty(sources))
    found = {use.site.module: use.status for use in classify_sites(sources, reaches, names)}
    assert found == expected


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
