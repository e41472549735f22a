"""What the probe sees of entries that start: on every interpreter, in every form, without changing what they see."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from footprint.model.runtime import ImportEdge
from footprint.probe import child_bytecode, launch, snapshot
from footprint.probe.psutil_memory import PsutilMemory
from footprint.units import MIB
from tests.support.machine import need, on_interpreters
from tests.support.probing import adds_up, costs, entry, failed, probe, versions, whole, write

PYTHONS = on_interpreters()
HERE = Path(sys.executable)

ASGI = """
    import asyncio
    import json
    from pkg import sub

    class Application:
        async def __call__(self, scope, receive, send):
            assert scope["type"] == "lifespan"
            message = await receive()
            assert message == {"type": "lifespan.startup"}
            import pkg.late
            await send({"type": "lifespan.startup.complete"})
            await receive()
            import pkg.shutdown

    app = Application()
"""
PACKAGE = {
    "main.py": ASGI,
    "pkg/__init__.py": "",
    "pkg/sub.py": "from . import other\nfrom .other import x\nimport json",
    "pkg/other.py": "x = b'x' * (20 << 20)",
    "pkg/late.py": "y = b'y' * (10 << 20)",
    "pkg/shutdown.py": "",
}


def test_there_is_an_interpreter_of_every_version() -> None:
    need(len(PYTHONS) == 6, "CPython 3.8 to 3.13")


@pytest.mark.parametrize("python", PYTHONS)
def test_an_application_is_followed_until_it_is_ready(python: Path, tmp_path: Path) -> None:
    project = write(tmp_path, PACKAGE)
    first = probe(python, project, entry("main", "app"))
    runtime = probe(python, project, entry("main", "app"))
    run = whole(runtime)
    assert (first.discarded_count, runtime.discarded_count) == (1, 0)
    assert (runtime.hook, runtime.notes, runtime.written, run.compiled_count) == ("find_and_load", (), (), 0)
    assert [reading.stage for reading in run.stages] == ["interpreter", "import", "ready"]
    bare, imported, ready = run.stages
    assert bare.anon_bytes and imported.anon_bytes and ready.anon_bytes
    assert imported.anon_bytes - bare.anon_bytes >= 20 * MIB
    assert 10 * MIB <= ready.anon_bytes - imported.anon_bytes < 11 * MIB
    assert (ready.peak_rss_bytes or 0) >= ready.rss_bytes
    assert ready.module_count > imported.module_count > bare.module_count == len(run.preloaded)
    assert runtime.rss_runs_bytes == (ready.rss_bytes,)
    assert adds_up(run)
    found = costs(run)
    assert 20 * MIB <= found["pkg.other"].self_rss_bytes < 21 * MIB
    assert found["pkg.sub"].cumulative_rss_bytes - found["pkg.sub"].self_rss_bytes >= 20 * MIB
    assert (found["pkg.other"].importer, found["pkg.late"].stage) == ("pkg.sub", "ready")
    assert found["main"].importer is None
    assert "pkg.shutdown" not in found
    assert run.edges >= {
        ImportEdge("main", "pkg"),
        ImportEdge("main", "pkg.sub"),
        ImportEdge("pkg.sub", "pkg.other"),
        ImportEdge("pkg.sub", "json"),
        ImportEdge("pkg.sub", "pkg"),
        ImportEdge("<lifespan>", "pkg.late"),
        ImportEdge("<entry>", "main"),
    }
    assert dict(run.origins)["pkg.sub"] == str(tmp_path.resolve() / "pkg/sub.py")


REPORT = """
    import json, os, sys, __main__
    seen = {
        "name": __name__, "path": sys.path, "argv": sys.argv, "cwd": os.getcwd(), "home": os.path.expanduser("~"),
        "main": sorted(vars(__main__)), "environment": dict(os.environ), "modules": sorted(sys.modules),
        "file": globals().get("__file__"), "cached": "__cached__" in globals(), "package": __package__,
    }
    open(os.environ["REPORT"], "w").write(json.dumps(seen))
"""


def report(python: Path, project: Path, point: Any, **options: Any) -> dict[str, Any]:
    """Run an entry that says what it sees."""
    target = project.parent / f"{project.name}.report"
    env = {**options.pop("env", {}), "REPORT": str(target)}
    whole(probe(python, project, point, env=env, **options))
    seen: dict[str, Any] = json.loads(target.read_text())
    return seen


@pytest.mark.parametrize("python", PYTHONS)
def test_a_module_sees_what_its_launcher_would_show(
    python: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "elsewhere"))
    project = write(tmp_path / "project", {"backend/app/main.py": REPORT, "backend/app/__init__.py": ""})
    seen = report(python, project, entry("app.main", target="app.main:app", working_dir="backend"))
    backend = str((project / "backend").resolve())
    assert (seen["name"], seen["cwd"], seen["argv"]) == ("app.main", backend, ["app.main:app"])
    assert seen["path"][:2] == [backend, str(tmp_path / "elsewhere")]
    assert not any("footprint" in folder for folder in seen["path"] if "probe" in folder)
    assert seen["home"] != str(Path.home())
    assert not Path(seen["home"]).exists()
    assert seen["environment"]["XDG_CACHE_HOME"].startswith(seen["home"])
    assert "PYTHONDONTWRITEBYTECODE" not in seen["environment"]
    assert seen["main"] == ["__builtins__", "__doc__", "__loader__", "__name__", "__package__", "__spec__"]
    assert not [name for name in seen["modules"] if "recorder" in name or "footprint" in name]


@pytest.mark.parametrize("python", PYTHONS)
def test_a_script_is_imported_under_its_name(python: Path, tmp_path: Path) -> None:
    project = write(tmp_path / "project", {"bin/run-it.py": REPORT + "    if __name__ == '__main__': 1 / 0"})
    seen = report(python, project, entry(None, file="bin/run-it.py", target="bin/run-it.py"))
    script = project.resolve() / "bin/run-it.py"
    assert (seen["name"], seen["path"][0], seen["file"]) == ("run-it", str(script.parent), str(script))
    assert (seen["cwd"], seen["cached"]) == (str(project.resolve()), False)
    assert not (project / "bin/__pycache__").exists()


@pytest.mark.parametrize(
    ("point", "name"),
    [
        (entry("tool", target="-m tool"), "tool.__main__"),
        (entry("tool.work", target="-m tool.work"), "tool.work"),
    ],
)
def test_dash_m_takes_the_main_module_of_a_package(point: Any, name: str, tmp_path: Path) -> None:
    files = {"tool/__init__.py": "", "tool/__main__.py": REPORT, "tool/work.py": REPORT}
    assert report(HERE, write(tmp_path / "p", files), point)["name"] == name


def test_a_server_is_what_main_points_to(tmp_path: Path) -> None:
    for launcher, known in (("python", True), ("nowhere", False), (None, False)):
        point = replace(entry(), launcher=launcher)
        seen = report(HERE, write(tmp_path / f"{launcher}", {"main.py": REPORT}), point)
        assert ("__file__" in seen["main"]) == known


def test_a_safe_path_is_kept_for_scripts_only(tmp_path: Path) -> None:
    need("3.11" in versions(), "CPython 3.11")
    python = versions()["3.11"]
    project = write(tmp_path / "p", {"main.py": REPORT})
    folder = str(project.resolve())
    assert folder in report(python, project, entry(), env={"PYTHONSAFEPATH": "1"})["path"]
    assert folder not in report(python, project, entry(None, file="main.py"), env={"PYTHONSAFEPATH": "1"})["path"]


def test_settings_given_win_over_ours(tmp_path: Path) -> None:
    project = write(tmp_path / "p", {"main.py": REPORT + "    import other", "other.py": ""})
    given = {"PYTHONDONTWRITEBYTECODE": "1", "HOME": "/nowhere"}
    seen = report(HERE, project, entry(), env=given)
    assert seen["environment"]["HOME"] == "/nowhere"
    assert not (project / "__pycache__").exists()


FACTORY = """
    def make(*args, **kwargs):
        import decimal
        assert (args, kwargs) == EXPECTED, (args, kwargs)
        return object()

    class Space:
        make = staticmethod(make)
"""


@pytest.mark.parametrize(
    ("attribute", "factory", "expected"),
    [
        ("make", True, ((), {})),
        ("make()", False, ((), {})),
        ("make()", True, ((), {})),
        ("Space.make('prod(', [1], debug=True)", False, (("prod(", [1]), {"debug": True})),
    ],
)
def test_a_factory_is_called(attribute: str, factory: bool, expected: Any, tmp_path: Path) -> None:
    project = write(tmp_path, {"main.py": FACTORY.replace("EXPECTED", repr(expected))})
    run = whole(probe(HERE, project, entry("main", attribute, factory=factory)))
    found = costs(run)
    assert found["decimal"].stage == "import"
    assert ImportEdge("<factory>", "decimal") in run.edges
    assert adds_up(run)


LOAD = """
async def load(receive, send):
    await receive()
    import decimal
    await send({"type": "lifespan.startup.complete"})
"""
WITH_LIFESPAN = {
    "function": "async def app(scope, receive, send):\n    await load(receive, send)",
    "double callable": """
        class app:
            def __init__(self, scope):
                pass
            async def __call__(self, receive, send):
                await load(receive, send)
    """,
    "method": """
        class Application:
            async def start(self, scope, receive, send):
                await load(receive, send)
        app = Application().start
    """,
    "returns a coroutine": """
        class Application:
            def __call__(self, scope, receive, send):
                return load(receive, send)
        app = Application()
    """,
    "partial": """
        import functools
        async def inner(extra, scope, receive, send):
            await load(receive, send)
        app = functools.partial(inner, 1)
    """,
    "raises": "async def app(scope, receive, send):\n    import decimal\n    raise ValueError(scope['type'])",
    "returns at once": "async def app(scope, receive, send):\n    import decimal",
}
WITHOUT = {
    "wsgi function": "def app(environ, start_response):\n    import decimal",
    "wsgi object": """
        class App:
            def __call__(self, environ, start_response):
                import decimal
        app = App()
    """,
    "no application": "app = 5",
    "built-in": "app = len",
    "class": "class app:\n    def __init__(self, name): import decimal",
    "attribute of everything": "class App:\n    def __getattr__(self, name): return self\napp = App()",
}


@pytest.mark.parametrize("name", [*WITH_LIFESPAN, *WITHOUT])
def test_only_asgi_applications_have_a_lifespan(name: str, tmp_path: Path) -> None:
    project = write(tmp_path, {"main.py": LOAD + dedent((WITH_LIFESPAN | WITHOUT)[name])})
    run = whole(probe(HERE, project, entry("main", "app")))
    stages = [reading.stage for reading in run.stages]
    assert stages == ["interpreter", "import", "ready"][: 3 if name in WITH_LIFESPAN else 2]
    assert ("decimal" in costs(run)) == (name in WITH_LIFESPAN)
    assert adds_up(run)


def test_an_application_without_lifespan_is_noted(tmp_path: Path) -> None:
    project = write(tmp_path, {"main.py": "async def app(scope, receive, send):\n    raise ValueError()"})
    assert [note.code for note in probe(HERE, project, entry("main", "app")).notes] == ["lifespan-unsupported"]


def test_the_lifespan_can_be_left_out(tmp_path: Path) -> None:
    run = whole(probe(HERE, write(tmp_path, PACKAGE), entry("main", "app"), lifespan=False))
    assert [reading.stage for reading in run.stages] == ["interpreter", "import"]


@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize(
    "statement",
    [
        "import decimal",
        "from decimal import Decimal",
        "import importlib; importlib.import_module('decimal')",
        "__import__('decimal')",
        "import ctypes; ctypes.pythonapi.PyImport_ImportModule(b'decimal')",
        "import pickle; pickle.loads(b'cdecimal\\nDecimal\\n.')",
    ],
)
def test_every_way_to_import_is_seen(statement: str, python: Path, tmp_path: Path) -> None:
    run = whole(probe(python, write(tmp_path, {"main.py": "import one", "one.py": statement})))
    found = costs(run)
    assert found["decimal"].ok
    assert found["decimal"].importer == "one"
    assert adds_up(run)


# name -> files, and of some of them all that each asks for
EDGES: Mapping[str, tuple[Mapping[str, str], Mapping[str, str]]] = {
    "what is loaded already": (
        {
            "main.py": "import pkg.a.b, pkg.c\nimport user",
            "user.py": """
                import importlib
                import pkg.a.b
                from pkg import c
                from pkg.a import *
                importlib.import_module("json")
                try:
                    import nowhere
                except ImportError:
                    pass
                """,
            "pkg/__init__.py": "import json",
            "pkg/a/__init__.py": "__all__ = ['b']",
            "pkg/a/b.py": "from .. import c\nfrom ..c import x",
            "pkg/c.py": "x = 1",
        },
        {"user": "importlib pkg.a.b pkg pkg.c pkg.a json nowhere", "pkg.a.b": "pkg pkg.c pkg.a"},
    ),
    # Opening any source asks for `_io`, which no module does; one of a package is another.
    **{
        f"called like a module of the interpreter: {statement}": (
            {
                "main.py": "import pkg._io, pkg.user",
                "pkg/__init__.py": "",
                "pkg/_io.py": "x = 1",
                "pkg/user.py": statement,
            },
            {"pkg.user": "pkg pkg._io", "pkg._io": "pkg"},
        )
        for statement in ("from ._io import x", "from . import _io", "import pkg._io")
    },
    "what another has just loaded": (
        {
            "main.py": "import one\nimport one\nimport two\nimport three\nexec('import four\\nimport one')",
            "one.py": "",
            "two.py": "import one\nimport five\nimport one",
            "three.py": "import five, two, four",
            "four.py": "def late():\n    import six, one\nlate()\nimport six",
            "five.py": "try:\n    import broken\nexcept ValueError:\n    import one",
            "six.py": "import importlib\nimportlib.import_module('seven')\nimport seven, one",
            "seven.py": "",
            "broken.py": "import one\nraise ValueError",
        },
        {
            "main": "one two three four",
            "one": "",
            "two": "one five",
            "three": "five two four",
            "four": "six one",
            "five": "broken one",
            "six": "importlib seven one",
            "seven": "",
            "broken": "one",
        },
    ),
}


@pytest.mark.parametrize("name", EDGES)
def test_what_a_module_asks_for_is_an_edge(name: str, tmp_path: Path) -> None:
    files, wanted = EDGES[name]
    edges = whole(probe(HERE, write(tmp_path, files))).edges
    found = {importer: {edge.imported for edge in edges if edge.importer == importer} for importer in wanted}
    assert found == {importer: set(names.split()) for importer, names in wanted.items()}


# What an entry does before it imports; more of it, and where it stays done: test_probe_robust.py.
TRICKS = {
    "changes the folder": "import os\nos.chdir('/')",
    "deletes itself and comes back": """
        import sys
        me = sys.modules.pop(__name__)
        import decimal
        sys.modules[__name__] = me
    """,
    "fills sys.modules with oddities": """
        import sys
        sys.modules["odd"] = 5
        sys.modules["none"] = None
        sys.modules["tab\\tline\\n"] = type(sys)("x")
    """,
    "patches what we use": """
        import builtins, os, time
        time.monotonic_ns = os.write = os.pread = os.kill = os.listdir = os.path.join = None
        builtins.open = None
    """,
    "changes standard streams": "import sys\nsys.stdout = sys.stderr = 7",
    "closes standard streams": "import os\nos.closerange(0, 3)",
}


@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize("code", [pytest.param(code, id=name) for name, code in TRICKS.items()])
def test_what_an_entry_does_to_the_import_system_changes_nothing(code: str, python: Path, tmp_path: Path) -> None:
    files = {"main.py": "import trick\n", "trick.py": f"{dedent(code)}\nimport decimal\n"}
    runtime = probe(python, write(tmp_path, files))
    run = whole(runtime)
    found = costs(run)
    assert (found["decimal"].importer, found["trick"].importer) == ("trick", "main")
    assert adds_up(run)
    assert [note for note in runtime.notes if note.code != "bytecode-compiled"] == []


@pytest.mark.parametrize("python", PYTHONS)
def test_a_warning_names_the_line_that_it_would_name_without_us(python: Path, tmp_path: Path) -> None:
    files = {
        "main.py": "import os, sys, warnings\nwarnings.simplefilter('always')\nimport old\nraise SystemExit(1)",
        "old.py": "import warnings\nwarnings.warn('old', DeprecationWarning, stacklevel=2)",
    }
    failure = failed(probe(python, write(tmp_path, files)))
    assert "main.py:3: DeprecationWarning: old" in failure.stderr_tail


def test_what_an_entry_writes_into_the_project_is_listed(tmp_path: Path) -> None:
    files = {
        "main.py": """
            import os, json
            os.makedirs("logs", exist_ok=True)
            os.makedirs("venv/lib", exist_ok=True)
            for name in ("logs/app.log", "data.db", "venv/lib/new.py"):
                open(name, "a").write("x")
            open(os.path.expanduser("~/cache"), "w").write("x")
        """,
        "data.db": "",
        "kept.txt": "",
        "venv/pyvenv.cfg": "",
    }
    runtime = probe(HERE, write(tmp_path, files))
    assert runtime.written == ("data.db", "logs/app.log")


def test_a_project_that_is_too_large_is_noted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshot, "FILES_LIMIT", 3)
    files = {f"data/{number}": "" for number in range(5)}
    runtime = probe(HERE, write(tmp_path, {"main.py": "open('new', 'w')", **files}))
    assert (runtime.written, runtime.failure) == ((), None)
    assert [note.code for note in runtime.notes] == ["written-unknown"]


@pytest.mark.parametrize("name", ["{n}/", "a/{n}/", "{n}"])
def test_no_number_of_folders_is_looked_at_without_end(name: str, tmp_path: Path) -> None:
    for number in range(12):
        path = tmp_path / name.format(n=number)
        path.mkdir(parents=True) if name.endswith("/") else path.touch()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(snapshot, "FILES_LIMIT", 10)
        assert snapshot.take(tmp_path) is None
    assert snapshot.take(tmp_path) is not None


def test_several_runs_give_the_median(tmp_path: Path) -> None:
    """The n-th run allocates 30, 10, 20, ... MiB."""
    counter = tmp_path / "counter"
    code = f"""
        path = {str(counter)!r}
        try:
            count = int(open(path).read())
        except OSError:
            count = 0
        open(path, "w").write(str(count + 1))
        block = b"x" * ([30, 10, 20][count % 3] << 20)
    """
    project = write(tmp_path / "p", {"main.py": code})
    runtime = probe(HERE, project, runs=3)
    run = whole(runtime)
    assert len(runtime.rss_runs_bytes) == 3
    assert runtime.discarded_count == 1
    assert run.stages[-1].rss_bytes == sorted(runtime.rss_runs_bytes)[1]
    assert max(runtime.rss_runs_bytes) - min(runtime.rss_runs_bytes) >= 19 * MIB


def test_a_later_run_that_fails_is_noted(tmp_path: Path) -> None:
    marker = tmp_path / "marker"
    code = f"import os\nif os.path.exists({str(marker)!r}): 1 / 0\nopen({str(marker)!r}, 'w')"
    project = write(tmp_path / "p", {"main.py": code})
    runtime = probe(HERE, project, env={"PYTHONDONTWRITEBYTECODE": "1"}, runs=3)
    assert whole(runtime).stages[-1].stage == "import"
    assert len(runtime.rss_runs_bytes) == 1
    assert [(note.code, "ZeroDivisionError" in note.message) for note in runtime.notes] == [("run-failed", True)]


@pytest.mark.parametrize("python", PYTHONS)
def test_bytecode_that_cannot_be_written_goes_elsewhere(python: Path, tmp_path: Path) -> None:
    # A file in the place of the folder stops everybody; permissions would not stop root.
    project = write(tmp_path, {"main.py": "import other", "other.py": "", "__pycache__": "in the way"})
    runtime = probe(python, project, runs=2)
    run = whole(runtime)
    assert (run.compiled_count, runtime.discarded_count, len(runtime.rss_runs_bytes)) == (0, 2, 2)
    assert [note.code for note in runtime.notes] == ["bytecode-redirected"]


def test_an_entry_that_always_compiles_is_counted_with_a_note(tmp_path: Path) -> None:
    code = """
        import os, sys
        with open("made.py", "w") as file:
            file.write("x = %d" % os.getpid())
        os.utime("made.py", (os.getpid(), os.getpid()))
        sys.path_importer_cache.clear()
        import made
    """
    runtime = probe(HERE, write(tmp_path, {"main.py": code}))
    assert whole(runtime).compiled_count == 1
    assert runtime.discarded_count == 1
    assert [note.code for note in runtime.notes] == ["bytecode-compiled"]


@pytest.mark.parametrize("python", PYTHONS)
def test_the_fallback_hook_sees_modules_that_execute(python: Path, tmp_path: Path) -> None:
    runtime = probe(python, write(tmp_path, PACKAGE), entry("main", "app"), hook="meta_path")
    run = whole(runtime)
    found = costs(run)
    assert runtime.hook == "meta_path"
    assert {"main", "pkg", "pkg.sub", "pkg.other", "pkg.late", "json"} <= found.keys()
    assert found["pkg.other"].importer == "pkg.sub"
    assert found["pkg.other"].self_rss_bytes >= 20 * MIB
    assert adds_up(run)


@pytest.mark.parametrize("missing", ["memfd_create", "pidfd_open", "waitid"])
def test_what_the_platform_may_not_have(missing: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, missing)
    run = whole(probe(HERE, write(tmp_path, PACKAGE), entry("main", "app")))
    assert run.stages[-1].stage == "ready"
    assert adds_up(run)


def test_descendants_are_found_without_proc() -> None:
    with subprocess.Popen(["sleep", "1000"]) as sleeper:
        assert PsutilMemory().find_below(os.getpid()) >= {sleeper.pid}
        sleeper.kill()
    assert PsutilMemory().find_below(sleeper.pid) == set()


def test_memory_read_from_outside_agrees(tmp_path: Path) -> None:
    project = write(tmp_path, PACKAGE)
    inside = whole(probe(HERE, project, entry("main", "app")))
    runtime = probe(HERE, project, entry("main", "app"), memory="parent")
    outside = whole(runtime)
    for one, other in zip(inside.stages, outside.stages, strict=True):
        assert abs(one.rss_bytes - other.rss_bytes) < 2 * MIB
        assert (other.anon_bytes, one.stage) == (None, other.stage)
    assert outside.costs == ()
    assert [note.code for note in runtime.notes] == ["import-memory-unknown"]


@pytest.mark.parametrize("python", PYTHONS[:1])
def test_the_recorder_works_from_a_folder_that_cannot_be_written(
    python: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    child = tmp_path / "child"
    shutil.copytree(child_bytecode.CHILD_FOLDER, child, ignore=shutil.ignore_patterns("__pycache__"))
    (child / "__pycache__").write_text("in the way")
    monkeypatch.setattr(child_bytecode, "CHILD_FOLDER", child)
    run = whole(probe(python, write(tmp_path / "p", {"main.py": "import json"})))
    assert adds_up(run)


def test_an_environment_is_complete(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KEPT", "1")
    monkeypatch.setenv("PYTHONTRACEMALLOC", "1")
    env = launch.child_environment({"GIVEN": "2"}, tmp_path, tmp_path / "cache")
    assert (env["KEPT"], env["GIVEN"]) == ("1", "2")
    private = {name: Path(env[name]).relative_to(tmp_path).parts[0] for name in ("HOME", "TMPDIR", "XDG_RUNTIME_DIR")}
    assert private == {"HOME": "home", "TMPDIR": "tmp", "XDG_RUNTIME_DIR": "run"}
    assert {Path(env[name]).parent.name for name in env if name.startswith("XDG_") and name.endswith("_HOME")} <= {
        "home",
        ".local",
    }
    assert "PYTHONTRACEMALLOC" not in env
    assert env["PYTHONPYCACHEPREFIX"] == str(tmp_path / "cache")


@pytest.mark.parametrize("attribute", ["f(x)", "f(", "f()()", "f(*[1])", "f(**{})", "a[0]()", "(lambda: 1)()"])
def test_calls_that_are_not_literal_are_refused(attribute: str) -> None:
    with pytest.raises(launch.CannotStart):
        launch.split_call(attribute, factory=False)
