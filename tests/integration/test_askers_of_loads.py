"""Who asked for what a start loads: the module and line whose code ran, not what happened to be loading around it."""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from footprint.model.runtime import ImportCost, Statement
from tests.support.command import audit_json, rows_of
from tests.support.machine import install, on_interpreters
from tests.support.probing import costs, entry, probe, whole, write
from tests.support.projects import make_env_of

FILES = {
    "main.py": """\
        import importlib
        import engine
        import plain
        from other import helper
        engine.connect("dri" + "ver")
        helper()
        importlib.import_module("pla" + "in2")
        class Settings:
            import inclass
        async def app(scope, receive, send):
            await receive()
            engine.connect("late")
            import own
            await send({"type": "lifespan.startup.complete"})
    """,
    "engine.py": """\
        from importlib import import_module
        def connect(name):
            return import_module(name)
    """,
    "other.py": "import plain\ndef helper():\n    import helped.below\n",
    "helped/__init__.py": "",
    "helped/below.py": "import json.tool\n",
    "driver.py": "import driver2\n",
    **dict.fromkeys(("plain.py", "plain2.py", "inclass.py", "late.py", "own.py", "driver2.py"), ""),
}
# module -> importer, asked_by, asked_line
ASKED: Mapping[str, tuple[str | None, str | None, int | None]] = {
    "main": (None, None, None),
    "engine": ("main", None, None),
    "plain": ("main", None, None),
    "driver": ("main", "engine", 3),
    "driver2": ("driver", None, None),
    "helped.below": ("main", "other", 3),
    "helped": ("helped.below", "other", 3),
    "plain2": ("main", "main", 7),
    "inclass": ("main", "main", 9),
    "late": ("engine", "engine", 3),
    "own": ("main", "main", 13),
}


def asked(cost: ImportCost) -> tuple[str | None, str | None, int | None]:
    return cost.importer, cost.asked_by, cost.asked_line


@pytest.mark.parametrize("python", on_interpreters())
def test_the_function_that_asks_is_known(python: Path, tmp_path: Path) -> None:
    run = whole(probe(python, write(tmp_path, FILES), entry("main", "app")))
    found = costs(run)
    assert {name: asked(found[name]) for name in ASKED} == ASKED
    assert sum(cost.self_rss_bytes for cost in run.costs) == run.stages[-1].rss_bytes - run.baseline_rss_bytes
    assert {stage.stage for stage in run.stages} == {"interpreter", "import", "ready"}


def test_a_thread_that_does_nothing_but_import_asks_for_nobody(tmp_path: Path) -> None:
    files = {
        "main.py": """\
            import _thread, importlib, sys, time
            _thread.start_new_thread(__import__, ("one",))
            _thread.start_new_thread(importlib._bootstrap._find_and_load, ("two", __import__))
            while not {"one", "two"} <= sys.modules.keys():
                time.sleep(0.01)
            time.sleep(0.1)
        """,
        "one.py": "import three\n",
        "two.py": "",
        "three.py": "",
    }
    found = costs(whole(probe(Path(sys.executable), write(tmp_path, files), entry("main"))))
    assert {name: asked(found[name]) for name in ("one", "two", "three")} == {
        "one": (None, None, None),
        "two": (None, None, None),
        "three": ("one", None, None),
    }


@pytest.mark.parametrize("hook", ["find_and_load", "meta_path"])
def test_either_hook_sees_who_asks(hook: str, tmp_path: Path) -> None:
    found = costs(whole(probe(Path(sys.executable), write(tmp_path, FILES), entry("main", "app"), hook=hook)))
    assert {name: asked(found[name]) for name in ("driver", "late", "own", "plain")} == {
        name: ASKED[name] for name in ("driver", "late", "own", "plain")
    }


def test_in_a_first_use_too(tmp_path: Path) -> None:
    files = {"main.py": "import engine\napp = 1\n", "engine.py": FILES["engine.py"], "driver.py": "",
             "lazy.py": "import engine\nengine.connect('driver')\n"}  # fmt: skip
    runtime = probe(Path(sys.executable), write(tmp_path, files), entry("main", "app"), first_use=(Statement("lazy"),))
    (use,) = whole(runtime).first_uses
    assert {cost.module: (cost.asked_by, cost.asked_line) for cost in use.costs}["driver"] == ("engine", 3)


# The same in an environment, with what a reader is told.
APP = """\
import engine
import plugins
async def app(scope, receive, send):
    await receive()
    engine.connect("driver")
    plugins.load()
    await send({"type": "lifespan.startup.complete"})
"""


@pytest.fixture(scope="module")
def audited(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("askers")
    write(
        folder,
        {
            "main.py": APP,
            "plugins.py": "import importlib\nNAME = 'detupmoc'[::-1]\ndef load():\n    importlib.import_module(NAME)\n",
            "late.py": "def f():\n    import early\n",
            "Procfile": "web: uvicorn main:app\n",
            "requirements.txt": "engine\ndriver\ncomputed\nearly\n",
        },
    )
    site = make_env_of(folder / ".venv", "below")
    install(site, "engine", {"engine/__init__.py": b"from engine.core import connect\nimport early\n",
                             "engine/core.py": b"def connect(name):\n    return __import__(name)\n"})  # fmt: skip
    install(site, "driver", {"driver.py": b"import below\n"})
    install(site, "computed", {"computed.py": b""})
    install(site, "early", {"early.py": b""})
    text = (folder / "main.py").read_text() + "def route():\n    import late\n    late.f()\n"
    (folder / "main.py").write_text(text)
    return audit_json(folder)


def test_what_third_party_code_loads_in_the_lifespan_shows_the_module_and_line(audited: dict[str, Any]) -> None:
    row = rows_of(audited)["driver"]
    assert row["usage"] == "implied"
    assert "engine.core:2" in row["reason"]
    assert row["loaded_at_stage"] == "ready"
    assert row["load_chain"][-2:] == [
        {"module": "engine.core", "path": None, "line": None, "asked_line": None},
        {"module": "driver", "path": None, "line": None, "asked_line": 2},
    ]


def test_what_it_brings_hangs_on_it(audited: dict[str, Any]) -> None:
    row = rows_of(audited)["below"]
    assert [step["module"] for step in row["load_chain"]] == ["main", "engine", "engine.core", "driver", "below"]


def test_a_computed_name_of_ours_shows_the_line(audited: dict[str, Any]) -> None:
    row = rows_of(audited)["computed"]
    assert row["reason"] == "loaded at startup by plugins.py:4, by a dynamic import"
    assert [(item["path"], item["line"]) for item in row["evidence"]] == [("plugins.py", 4)]


def test_no_row_says_that_the_entry_loads_it_by_a_dynamic_import(audited: dict[str, Any]) -> None:
    assert not [row["name"] for row in audited["distributions"] if "by the entry" in row["reason"]]


def test_c8_a_class_raised_by_the_measurement_cites_the_line_that_loaded_it(audited: dict[str, Any]) -> None:
    row = rows_of(audited)["early"]
    assert row["usage"] == "startup"
    assert [(item["path"], item["line"]) for item in row["evidence"]] == [("main.py", 1)]
    assert "late.py:2" not in row["reason"]


@pytest.mark.parametrize("probed", [True, False])
def test_b4_what_the_start_found_in_the_project_is_the_projects_own(probed: bool, tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "main.py": "import sys\nNAME = ''.join(map(chr, (111, 100, 100)))\n"
            "sys.path.insert(0, __file__[:-7] + NAME)\nimport helper\napp = 1\n",
            "odd/__init__.py": "",
            "odd/helper.py": "import used\n",
            "Procfile": "web: uvicorn main:app\n",
            "requirements.txt": "used\n",
        },
    )
    make_env_of(tmp_path / ".venv", "used")
    document = audit_json(tmp_path, *([] if probed else ["--no-probe"]))
    assert [item["code"] for item in document["findings"] if item["code"] == "FP105"] == ([] if probed else ["FP105"])
    assert (rows_of(document)["used"]["usage"] == "startup") is probed
