"""Which files are the project's own, from which roots they are imported, and what they are called there."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from footprint.analysis.names.first_party import FirstParty
from footprint.collect.imports.walker import read_imports
from footprint.collect.mentions import find_strings
from footprint.collect.sources import Foreign, project_files, read_sources
from footprint.files.project_answers import ProjectAnswers
from footprint.model.source_modules import Placement, ProjectSources
from tests.support.machine import are_permissions_obeyed, need, obey_permissions
from tests.support.projects import write


def sources_of(
    folder: Path, files: Mapping[str, str], *, exclude: tuple[str, ...] = (), working_dirs: tuple[str, ...] = ()
) -> ProjectSources:
    write(folder, files)
    return read_sources(folder, exclude=exclude, read=read_imports, working_dirs=working_dirs)


def names_of(sources: ProjectSources) -> dict[str, str]:
    return {module.path: module.module for module in sources.modules}


NOT_OURS = {
    "virtual environment": {"env/pyvenv.cfg": "", "env/lib/a.py": ""},
    "hidden folder": {".tox/a.py": "", ".git/hooks/b.py": ""},
    "node_modules": {"web/node_modules/gyp/a.py": ""},
    "site-packages": {"vendor/site-packages/a.py": ""},
    "cache": {"__pycache__/a.py": ""},
    "built files": {"build/lib/a.py": "", "dist/a.py": ""},
    "metadata": {"x.egg-info/a.py": "", "y.dist-info/b.py": ""},
    "no Python": {"a.txt": "import a", "b.pyc": "", "py": ""},
}


@pytest.mark.parametrize("files", NOT_OURS.values(), ids=NOT_OURS)
def test_noop_files_of_others_are_left_alone(tmp_path: Path, files: dict[str, str]) -> None:
    sources = sources_of(tmp_path, {**files, "main.py": ""})
    assert names_of(sources) == {"main.py": "main"}
    assert sources.notes == ()


def test_package_called_build_is_ours(tmp_path: Path) -> None:
    assert "build/__init__.py" in names_of(sources_of(tmp_path, {"build/__init__.py": "", "build/x.py": ""}))


EXCLUDES = {
    "folder name": ("migrations", ["app/a.py", "main.py"]),
    "path": ("app/migrations", ["app/a.py", "main.py"]),
    "path with a slash": ("./app/migrations/", ["app/a.py", "main.py"]),
    "pattern": ("app/*.py", ["app/migrations/b.py", "main.py"]),
    "file name": ("main.py", ["app/a.py", "app/migrations/b.py"]),
    "nothing of that name": ("other", ["app/a.py", "app/migrations/b.py", "main.py"]),
}


@pytest.mark.parametrize(("pattern", "left"), EXCLUDES.values(), ids=EXCLUDES)
def test_exclude_takes_names_paths_and_patterns(tmp_path: Path, pattern: str, left: list[str]) -> None:
    files = {"app/a.py": "", "app/migrations/b.py": "", "main.py": ""}
    found = list(names_of(sources_of(tmp_path, files, exclude=(pattern,))))
    if pattern == "app/*.py":  # a star crosses folders, as in fnmatch
        left = ["main.py"]
    assert found == left


Rooted = tuple[dict[str, str], str, str, str]


def rooted(files: dict[str, str], roots: str, names: str, *, empty: str = "", starts_in: str = "") -> Rooted:
    """Return files and `empty` ones, where the launcher stands, the roots, and what files are called: `a/b.py=b`."""
    return {**files, **dict.fromkeys(empty.split(), "")}, starts_in, roots, names


ROOTS = {
    "flat": rooted({}, ".", "app/a.py=app.a", empty="main.py app/__init__.py app/a.py"),
    "src": rooted({}, ". src", "src/pkg/a.py=pkg.a", empty="src/pkg/__init__.py src/pkg/a.py"),
    "src that is imported as src": rooted(
        {"run.py": "from src.main import app"}, ". src", "src/main.py=src.main", empty="src/main.py"
    ),
    "src that is a package": rooted({}, ".", "src/a.py=src.a", empty="src/__init__.py src/a.py"),
    "working folder": rooted(
        {"backend/main.py": "import db"},
        "backend .",
        "backend/main.py=main backend/db.py=db",
        empty="backend/db.py",
        starts_in="backend",
    ),
    "working folder that is a package": rooted(
        {"backend/main.py": "import db"},
        "backend .",
        "backend/main.py=main backend/db.py=db",
        empty="backend/__init__.py backend/db.py",
        starts_in="backend",
    ),
    "folder that its modules import from": rooted(
        {"service/api.py": "from models import User"},
        ". service",
        "service/api.py=api service/models.py=models",
        empty="service/models.py",
    ),
    "folder whose subpackages import from it": rooted(
        {"service/app/a.py": "import app.b\nfrom core import x"},
        ". service",
        "service/app/a.py=app.a service/core/__init__.py=core",
        empty="service/app/__init__.py service/app/b.py service/core/__init__.py",
    ),
    "package whose modules look like installed ones": rooted(
        {"app/cache.py": "import redis"}, ".", "app/redis.py=app.redis", empty="app/__init__.py app/redis.py"
    ),
    "folder with a module named like the standard library": rooted(
        {"app/cache.py": "import time"}, ".", "app/time.py=app.time", empty="app/time.py"
    ),
    "relative imports say nothing about roots": rooted(
        {"app/a.py": "from . import b"}, ".", "app/b.py=app.b", empty="app/b.py"
    ),
}


@pytest.mark.parametrize("name", ROOTS)
def test_roots_and_names_are_those_of_the_launcher(tmp_path: Path, name: str) -> None:
    files, starts_in, roots, names = ROOTS[name]
    sources = sources_of(tmp_path, files, working_dirs=tuple(starts_in.split()))
    assert " ".join(sources.roots) == roots
    assert set(names.split()) <= {f"{path}={module}" for path, module in names_of(sources).items()}


def test_name_offered_by_somebody_else_makes_no_root(tmp_path: Path) -> None:
    files = {"jobs/a.py": "import redis", "jobs/redis.py": ""}
    write(tmp_path, files)
    assert read_sources(tmp_path, read=read_imports, foreign=Foreign({"redis"})).roots == (".",)
    assert read_sources(tmp_path, read=read_imports, foreign=Foreign(())).roots == (".", "jobs")


def test_file_under_two_roots_keeps_both_names(tmp_path: Path) -> None:
    sources = sources_of(tmp_path, {"backend/main.py": "", "backend/core/db.py": ""}, working_dirs=("backend",))
    (db, main) = sources.modules
    assert (db.module, db.other_names) == ("core.db", ("backend.core.db",))
    assert main.root_of("main") == "backend"
    assert main.root_of("backend.main") == "."


def test_relative_imports_follow_the_final_name(tmp_path: Path) -> None:
    files = {
        "backend/__init__.py": "",
        "backend/main.py": "from . import a\nfrom .core import b",
        "run.py": "import backend.main",
    }
    for dirs, name, imported in ((), "backend.main", ["backend", "backend.core"]), (("backend",), "main", ["", "core"]):
        (main,) = (
            each for each in sources_of(tmp_path, files, working_dirs=dirs).modules if each.path == "backend/main.py"
        )
        assert (main.module, [site.module for site in main.sites]) == (name, imported)


def test_name_that_another_file_takes_from_here_is_used_at_import(tmp_path: Path) -> None:
    files = {
        "app/utils.py": "import pandas as pd\nimport numpy as np\ndef f():\n    pd.x, np.y",
        "app/views.py": "def g():\n    from .utils import pd, f",
    }
    utils = sources_of(tmp_path, files).modules[0]
    assert [site.used_at_import_line for site in utils.sites] == [1, None]


ROLES = {
    "tests/test_a.py": "test",
    "tests/helpers.py": "test",
    "app/test_b.py": "test",
    "app/b_test.py": "test",
    "conftest.py": "test",
    "app/Tests/c.py": "test",
    "app/contest.py": "app",
    "app/latest.py": "app",
    "my-script.py": "script",
    "gunicorn.conf.py": "script",
    "main.py": "app",
}


@pytest.mark.parametrize(("path", "role"), ROLES.items(), ids=list(ROLES))
def test_role_is_read_off_the_path(tmp_path: Path, path: str, role: str) -> None:
    (module,) = sources_of(tmp_path, {path: ""}).modules
    assert module.role == role


def test_stub_never_runs(tmp_path: Path) -> None:
    (stub,) = sources_of(tmp_path, {"a.pyi": "import b\nclass C:\n    import d"}).modules
    assert {site.placement for site in stub.sites} == {Placement.TYPE_CHECKING}
    assert all(site.used_at_import_line is None for site in stub.sites)


def test_broken_file_is_there_with_a_note(tmp_path: Path) -> None:
    sources = sources_of(tmp_path, {"a.py": "import b\nprint 'x'", "c.py": "import d"})
    told = [(module.path, module.parsed, len(module.sites)) for module in sources.modules]
    assert told == [("a.py", False, 1), ("c.py", True, 1)]
    assert [(note.code, note.path, note.line) for note in sources.notes] == [("syntax-error", "a.py", 2)]


def test_links_are_harmless(tmp_path: Path) -> None:
    inside, outside = tmp_path / "project", tmp_path / "elsewhere"
    inside.mkdir()
    write(outside, {"b.py": "import no"})
    (inside / "a.py").write_text("import yes")
    (inside / "loop").symlink_to(inside)
    (inside / "out").symlink_to(outside)
    (inside / "out.py").symlink_to(outside / "b.py")
    (inside / "dangling.py").symlink_to(inside / "nothing.py")
    (inside / "circle.py").symlink_to(inside / "circle.py")
    (inside / "again.py").symlink_to(inside / "a.py")
    sources = read_sources(inside, read=read_imports)
    assert list(names_of(sources)) == ["a.py", "again.py"]
    assert sources.notes == ()


READ_AND_PRINT = """
import json, sys
from pathlib import Path
from footprint.collect.imports.walker import read_imports
from footprint.collect.sources import read_sources
found = read_sources(Path(sys.argv[1]), read=read_imports)
print(json.dumps([[module.path for module in found.modules], sorted([note.code, note.path] for note in found.notes)]))
"""


def test_unreadable_folder_and_file_are_notes(tmp_path: Path) -> None:
    need(are_permissions_obeyed(tmp_path), "a user whom permissions bind")
    sources_of(tmp_path, {"a.py": "", "closed/b.py": "", "c.py": ""})
    (tmp_path / "closed").chmod(0)
    (tmp_path / "c.py").chmod(0)
    command = [sys.executable, "-c", READ_AND_PRINT, str(tmp_path)]
    try:
        done = subprocess.run(command, preexec_fn=obey_permissions, capture_output=True, check=True)
    finally:
        (tmp_path / "closed").chmod(0o755)
    modules, notes = json.loads(done.stdout)
    assert modules == ["a.py"]
    assert notes == [["unreadable-file", "c.py"], ["unreadable-folder", "closed"]]


def test_project_that_cannot_be_listed_is_a_note(tmp_path: Path) -> None:
    sources = read_sources(tmp_path / "nowhere", read=read_imports)
    assert sources.modules == ()
    assert [(note.code, note.path) for note in sources.notes] == [("unreadable-folder", ".")]


def test_a_package_that_puts_its_own_folder_on_the_path_is_a_root(tmp_path: Path) -> None:
    files = {
        "src/web/__init__.py": "import sys\nsys.path.insert(0, __path__[0])\nfrom core.main import run\n",
        "src/web/core/__init__.py": "",
        "src/web/core/main.py": "def run(): ...\n",
        "src/web/old.py": "import text\n",
        "src/web/text.py": "",
    }
    write(tmp_path, files)
    found = read_sources(tmp_path, read=read_imports)
    assert "src/web" in found.roots
    (module,) = (module for module in found.modules if module.path == "src/web/core/main.py")
    assert "core.main" in (module.module, *module.other_names)
    (tmp_path / "src/web/__init__.py").write_text("", encoding="utf-8")
    assert "src/web" not in read_sources(tmp_path, read=read_imports).roots  # `import text` alone is no evidence


SHEBANGS = {
    b"#!/usr/bin/env python3\n": True,
    b"#!/usr/bin/env python\n": True,
    b"#! /usr/bin/python3.11 -u\n": True,
    b"#!/opt/venv/bin/python\n": True,
    b"#!python\n": True,
    b"#!/usr/bin/env -S python3 -u\n": True,
    b"#!/usr/bin/env -S DEBUG=1 python3\n": True,
    b"#!/usr/bin/env -S uv run --script\n": True,
    b"#!/usr/bin/env pypy3\n": True,
    b"#!/usr/bin/env python3\r\n": True,
    b"#!/usr/bin/env -S uv pip\n": False,
    b"#!/bin/sh\n": False,
    b"#!/bin/sh python\n": False,
    b"#!/usr/bin/env pythonista\n": False,
    b"#!/usr/bin/env\n": False,
    b"#!\n": False,
    b"# python\n": False,
    b"import python\n": False,
    b"": False,
}


@pytest.mark.parametrize("line", SHEBANGS, ids=[line.decode().strip() or "nothing" for line in SHEBANGS])
def test_script_without_suffix_is_known_by_its_first_line(tmp_path: Path, line: bytes) -> None:
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/manage").write_bytes(line + b"import a\n")  # the executable bit is not asked for
    found = [(module.path, module.role, [site.line for site in module.sites]) for module in read(tmp_path).modules]
    assert found == ([("bin/manage", "script", [2])] if SHEBANGS[line] else [])


def read(folder: Path, **more: Any) -> ProjectSources:
    return read_sources(folder, read=read_imports, **more)


def test_script_without_suffix_cannot_be_imported(tmp_path: Path) -> None:
    script = "#!/usr/bin/env python3\nimport helpers\nfrom . import x\n"
    sources = sources_of(tmp_path, {"bin/manage": script, "bin/helpers.py": "", "main.py": "import bin.manage"})
    (_, manage, main) = sources.modules
    assert (manage.path, manage.other_names) == ("bin/manage", ())
    assert "bin" in sources.roots  # the script's own folder comes first on its path
    assert FirstParty(sources).leads_to(main.sites[0]) == ()


def test_noop_files_without_suffix_that_are_no_scripts(tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/tool").write_bytes(b"\x7fELF" + bytes(5000))
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "bin/link").symlink_to("/etc/hostname")
    os.mkfifo(tmp_path / "pipe")
    assert read(tmp_path) == ProjectSources((".",), (), ())


def test_zip_archive_behind_a_shebang_is_a_note(tmp_path: Path) -> None:
    (tmp_path / "app").write_bytes(b"#!/usr/bin/env python3\nPK\x03\x04" + bytes(5000))
    found = read(tmp_path)
    assert found.modules == ()
    assert [(note.code, note.path) for note in found.notes] == [("unreadable-file", "app")]


def test_enormous_file_is_a_note(tmp_path: Path) -> None:
    with (tmp_path / "a.py").open("wb") as file:
        file.truncate(1 << 30)  # a hole: it takes no room
    found = read(tmp_path)
    assert found.modules == ()
    assert [(note.code, note.path) for note in found.notes] == [("large-file", "a.py")]


# What git ignores


def test_ignored_files_are_left_out_with_one_note(tmp_path: Path) -> None:
    names = ["gen/a.py", "gen/deep/b.py", "gen/c.ipynb", "scratch.py", "old/d.py"]
    files = {**dict.fromkeys(names, "import no"), ".gitignore": "gen/\nscratch.py\n", "old/.gitignore": "*\n"}
    sources = sources_of(tmp_path, {**files, "main.py": "import a", "gen/.venv/e.py": "", "gen/x.txt": ""})
    assert [module.path for module in sources.modules] == ["main.py"]
    (note,) = sources.notes
    assert (note.code, note.path) == ("gitignored", None)
    assert note.message.startswith("5 Python files left out because git ignores them: gen/a.py, gen/c.ipynb, ")
    assert "and 2 more" in note.message
    everything = read(tmp_path, despite_gitignore=None)
    assert [module.path for module in everything.modules] == sorted([*names, "main.py"])
    assert "gitignored" not in {note.code for note in everything.notes}


def test_noop_ignore_file_that_ignores_no_python(tmp_path: Path) -> None:
    sources = sources_of(tmp_path, {".gitignore": "*.log\n.venv/\n!*.py\n", "main.py": "", "a.log": ""})
    assert [module.path for module in sources.modules] == ["main.py"]
    assert sources.notes == ()


NAMED = {
    "path": ("gen/app.py", ["gen/app.py"]),
    "path with an attribute": ("./gen/app.py:app", ["gen/app.py"]),
    "module": ("gen.app:app", ["gen/app.py"]),
    "module to run": ("-m gen.app", ["gen/app.py"]),
    "package": ("gen", ["gen/__init__.py"]),
    "module below another root": ("app", ["gen/app.py"]),
    "something else": ("other", []),
    "end of a name": ("p", []),
}


@pytest.mark.parametrize("name", NAMED)
def test_entry_is_read_though_git_ignores_it(tmp_path: Path, name: str) -> None:
    entry, expected = NAMED[name]
    files = {".gitignore": "gen/\n", "gen/app.py": "", "gen/__init__.py": "", "gen/b.py": "", "main.py": ""}
    write(tmp_path, files)
    found = [module.path for module in read(tmp_path, despite_gitignore=(entry,)).modules]
    assert found == [*expected, "main.py"]


IMPORTED = {
    "generated module": ("import x_pb2", {"x_pb2.py": ""}, ["x_pb2.py"]),
    "name from a package": (
        "from app import version",
        {"app/__init__.py": "", "app/version.py": ""},
        ["app/version.py"],
    ),
    "package with what is above it": (
        "import gen.sub.a",
        {"gen/__init__.py": "", "gen/sub/__init__.py": "", "gen/sub/a.py": "", "gen/sub/version.py": ""},
        ["gen/__init__.py", "gen/sub/__init__.py", "gen/sub/a.py"],
    ),
    "what an ignored one imports": (
        "import x_pb2",
        {"x_pb2.py": "import y_pb2", "y_pb2.py": "from z_pb2 import z", "z_pb2.py": "", "w_pb2.py": ""},
        ["x_pb2.py", "y_pb2.py", "z_pb2.py"],
    ),
    "noop: scratch file named like something installed": ("import redis", {"redis.py": ""}, []),
    "noop: nobody asks": ("import a", {"x_pb2.py": ""}, []),
}  # fmt: skip


@pytest.mark.parametrize("name", IMPORTED)
def test_ignored_module_that_others_import_is_read(tmp_path: Path, name: str) -> None:
    statement, files, expected = IMPORTED[name]
    rules = "*_pb2.py\ngen/\nversion.py\n/redis.py\n"
    write(tmp_path, {**files, ".gitignore": rules, "main.py": statement})
    sources = read(tmp_path, foreign=Foreign({"redis"}))
    ignored = {path for path in files if path != "app/__init__.py"}
    assert [module.path for module in sources.modules if module.path in ignored] == expected
    assert len(sources.notes) == (1 if ignored - set(expected) else 0)


def test_ignored_module_beside_the_one_that_imports_it_makes_a_root(tmp_path: Path) -> None:
    files = {".gitignore": "*_pb2.py\n", "service/api.py": "import x_pb2", "service/x_pb2.py": "import google.protobuf"}
    sources = sources_of(tmp_path, files)
    assert names_of(sources) == {"service/api.py": "api", "service/x_pb2.py": "x_pb2"}
    assert sources.roots == (".", "service")


@pytest.mark.parametrize(("name", "said"), [("a.py", "at least "), ("a.txt", "git ignores folders that are too large")])
def test_ignored_folders_are_searched_as_far_as_is_cheap(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, said: str
) -> None:
    monkeypatch.setattr(project_files, "_IGNORED_AT_MOST", 60)
    files = {f"gen/{number}/{name}": "" for number in range(50)}
    sources = sources_of(tmp_path, {**files, ".gitignore": "gen/\n"})
    (note,) = sources.notes
    assert note.message.startswith(said)


def test_strings_of_a_script_without_suffix_are_those_of_code(tmp_path: Path) -> None:
    text = '#!/usr/bin/env python3\n"""mysql://docstring"""\n# mysql://comment\nurl = "mysql://host"\n'
    sources_of(tmp_path, {"bin/worker": text})
    (use,) = find_strings(ProjectAnswers(tmp_path), ["bin/worker"], schemes={"mysql"}, literals=(), heads=())
    assert (use.line, use.in_code) == (4, True)
