"""Entries as given, as start commands state them, and by common names."""

from dataclasses import replace
from pathlib import Path

import pytest

from footprint.collect.deploy import read_start_commands
from footprint.collect.entries.discovery import discover
from footprint.collect.entries.named_entries import resolve_entry
from footprint.errors import UsageError
from footprint.model.source_modules import EntryPoint
from tests.unit.collect.test_sources import sources_of

SCRIPT = "#!/usr/bin/env python3\n"
APP = "app = object()\n"
PROJECT = {
    "backend/__init__.py": "",
    "backend/main.py": APP + "def create_app(): pass\n",
    "backend/my-tool.py": "",
    "src/pkg/__init__.py": "",
    "src/pkg/__main__.py": "",
    "src/pkg/cli.py": "def main(): pass\n",
    "scripts/run.py": "",
    "manage": "#!/usr/bin/env python3\n",
    "bin/worker": "#!/usr/bin/env python3\n",
    "tool": "#!/usr/bin/env python3\n",
    "service/api.py": "import db\napp = 1\n",
    "service/db.py": "",
}


def short(entry: EntryPoint) -> str:
    """`web backend.main:app in backend path src factory`: name, target and what is not plain."""
    target = f"file {entry.file}" if entry.file else str(entry.module)
    words = [entry.name, target + (f":{entry.attribute}" if entry.attribute else "")]
    words += [f"in {entry.working_dir}"] if entry.working_dir != "." else []
    words += [f"path {entry.import_root}"] if entry.import_root is not None else []
    return " ".join(words + (["factory"] if entry.factory else []))


GIVEN = {
    "backend.main:app": "app backend.main:app",
    "backend.main:create_app": "app backend.main:create_app factory",
    "backend.main:build()": "app backend.main:build factory",
    "backend.main:build('prod', x=1)": "app backend.main:build factory",
    "backend.main": "app backend.main",
    "backend": "app backend",
    "-m pkg": "app pkg path src",
    "-m backend.main": "app backend.main",
    "-mbackend.main": "app backend.main",
    "pkg.cli:main": "app pkg.cli:main path src",
    "scripts/run.py": "app file scripts/run.py path scripts",
    "./scripts/run.py": "app file scripts/run.py path scripts",
    "backend/main.py:app": "app backend.main:app",
    "backend/my-tool.py": "app file backend/my-tool.py path backend",
    "backend/my-tool.py:app": "app file backend/my-tool.py:app path backend",
    "service.api:app": "app service.api:app",
    "api:app": "app api:app in service",
    "manage": "app file manage path .",
    "bin/worker": "app file bin/worker path bin",
    "tool": "tool pkg.cli:main path src",
    "elsewhere": "elsewhere other.mod:run",
    " backend.main:app ": "app backend.main:app",
}

MISTAKES = {
    "backend.mian:app": ["backend.mian", "backend.main"],
    "nothing": ["no module and no console script", "nothing"],
    "too": ["tool"],
    "scripts/rum.py": ["no file scripts/rum.py", "scripts/run.py"],
    "-m pgk": ["pgk", "pkg"],
    "bin/wroker": ["no file bin/wroker", "bin/worker"],
    "a/analysis.ipynb": ["a notebook", "run by hand"],
    "analysis.ipynb": ["a notebook", "run by hand"],
    "flask.app:app": ["flask.app", "import roots"],
}


@pytest.mark.parametrize(("text", "expected"), GIVEN.items(), ids=list(GIVEN))
def test_entry_is_resolved_in_every_form(tmp_path: Path, text: str, expected: str) -> None:
    sources = sources_of(tmp_path, PROJECT)
    scripts = {"tool": "pkg.cli:main", "elsewhere": "other.mod:run"}
    assert short(resolve_entry(text, tmp_path, sources, scripts)) == expected


@pytest.mark.parametrize(("text", "words"), MISTAKES.items(), ids=list(MISTAKES))
def test_mistake_says_what_was_looked_for_and_what_comes_near(tmp_path: Path, text: str, words: list[str]) -> None:
    sources = sources_of(tmp_path, PROJECT)
    with pytest.raises(UsageError) as raised:
        resolve_entry(text, tmp_path, sources, {"tool": "pkg.cli:main"})
    assert [word for word in words if word not in str(raised.value)] == []


def test_module_of_somebody_else_can_be_entered_when_it_is_importable(tmp_path: Path) -> None:
    sources = sources_of(tmp_path, PROJECT)
    found = resolve_entry("mlflow.server:app", tmp_path, sources, {}, importable={"mlflow"})
    assert short(found) == "app mlflow.server:app"


def test_absolute_path_is_made_relative(tmp_path: Path) -> None:
    sources = sources_of(tmp_path, PROJECT)
    entry = resolve_entry(str(tmp_path / "scripts" / "run.py"), tmp_path, sources, {})
    assert entry.file == "scripts/run.py"


COMMANDS = {
    "Procfile types": (
        {
            "Procfile": "web: uvicorn main:app\nworker: celery -A jobs worker\nrelease: python manage.py migrate\n",
            "main.py": APP,
            "jobs.py": "app = 1",
            "manage.py": "",
        },
        "web main:app, worker jobs:app",
    ),
    "script without suffix": (
        {"Procfile": "web: python bin/serve\nworker: cd bin && python work\n", "bin/serve": SCRIPT, "bin/work": SCRIPT},
        "web file bin/serve path bin, worker file bin/work in bin",
    ),
    "cd": ({"Procfile": "web: cd backend && uvicorn main:app", "backend/main.py": APP}, "web main:app in backend"),
    "app-dir": (
        {"Procfile": "web: uvicorn main:app --app-dir backend", "backend/main.py": APP},
        "web main:app path backend",
    ),
    "src layout": (
        {"Procfile": "web: gunicorn pkg.web:app", "src/pkg/__init__.py": "", "src/pkg/web.py": APP},
        "web pkg.web:app path src",
    ),
    "script": ({"Procfile": "web: python server/run.py", "server/run.py": ""}, "web file server/run.py path server"),
    "module as script": ({"Procfile": "web: python -m pkg", "pkg/__init__.py": "", "pkg/__main__.py": ""}, "web pkg"),
    "factory": ({"Procfile": "web: gunicorn 'app:create_app()'", "app.py": ""}, "web app:create_app factory"),
    "flask finds its factory": (
        {"Procfile": "web: flask --app hello run", "hello.py": "def create_app(): pass"},
        "web hello:create_app factory",
    ),
    "fastapi finds its file": ({"Procfile": "web: fastapi run", "app/main.py": "api = 1"}, "web app.main:api"),
    "fastapi with a file": (
        {"Procfile": "web: fastapi run app/main.py", "app/__init__.py": "", "app/main.py": APP},
        "web app.main:app",
    ),
    "Dockerfile that copies a folder": (
        {"Dockerfile": 'FROM p\nWORKDIR /srv\nCOPY backend .\nCMD ["uvicorn", "main:app"]', "backend/main.py": APP},
        "web main:app in backend",
    ),
    "Dockerfile in a folder, built from above": (
        {"api/Dockerfile": 'FROM p\nWORKDIR /srv\nCOPY api .\nCMD ["uvicorn", "main:app"]', "api/main.py": APP},
        "web main:app in api",
    ),
    "the same entry twice": (
        {"Procfile": "web: uvicorn main:app", "Dockerfile": 'FROM p\nCMD ["uvicorn", "main:app"]', "main.py": APP},
        "web main:app",
    ),
    "two services of one name": (
        {
            "Procfile": "web: uvicorn main:app",
            "api/Dockerfile": 'FROM p\nCMD ["uvicorn", "main:app"]',
            "main.py": APP,
            "api/main.py": APP,
        },
        "web main:app, web-2 main:app in api",
    ),
}


@pytest.mark.parametrize(("files", "expected"), COMMANDS.values(), ids=COMMANDS)
def test_entries_come_from_start_commands(tmp_path: Path, files: dict[str, str], expected: str) -> None:
    sources_of(tmp_path, files)
    commands, _ = read_start_commands(tmp_path)
    sources = sources_of(tmp_path, {})
    assert ", ".join(map(short, discover(tmp_path, sources, commands))) == expected


def test_entry_of_a_command_keeps_its_evidence(tmp_path: Path) -> None:
    sources = sources_of(tmp_path, {"Procfile": "# x\nweb: uvicorn main:app --port 80\n", "main.py": APP})
    commands, _ = read_start_commands(tmp_path)
    (entry,) = discover(tmp_path, sources, commands)
    assert (str(entry.source), entry.launcher, entry.target) == ("Procfile:2", "uvicorn", "main:app")
    assert entry.command == "uvicorn main:app --port 80"


NAMES = {
    "main": ({"main.py": APP}, "app main:app"),
    "app before a script": ({"main.py": "", "app.py": APP}, "app app:app"),
    "package": ({"app/__init__.py": "", "app/main.py": APP}, "app app.main:app"),
    "backend": ({"backend/main.py": APP}, "app backend.main:app"),
    "backend that imports from itself": (
        {"backend/main.py": "import db\n" + APP, "backend/db.py": ""},
        "app main:app in backend",
    ),
    "factory": ({"shop/__init__.py": "def create_app(): pass"}, "app shop:create_app factory"),
    "object before factory": (
        {"a/__init__.py": "def create_app(): pass", "wsgi.py": "import a\napp = a.create_app()"},
        "app wsgi:app",
    ),
    "starred object": ({"shop/__init__.py": "from .core import *", "shop/core.py": APP}, "app shop:app"),
    "imported object": ({"wsgi.py": "from shop import app", "shop.py": APP}, "app wsgi:app"),
    "wsgi of Django": (
        {"manage.py": "", "proj/__init__.py": "", "proj/wsgi.py": "application = 1"},
        "app proj.wsgi:application",
    ),
    "script": ({"main.py": "import x"}, "app file main.py path ."),
    "__main__": ({"src/pkg/__init__.py": "", "src/pkg/__main__.py": ""}, "app pkg path src"),
    "not an example": ({"examples/main.py": APP, "pkg/__init__.py": "", "pkg/__main__.py": ""}, "app pkg"),
}


@pytest.mark.parametrize(("files", "expected"), NAMES.values(), ids=NAMES)
def test_entry_without_a_start_command_goes_by_name(tmp_path: Path, files: dict[str, str], expected: str) -> None:
    (entry,) = discover(tmp_path, sources_of(tmp_path, files), ())
    assert short(entry) == expected
    assert str(entry.source).startswith("common name: ")


def test_entries_come_from_project_scripts_last(tmp_path: Path) -> None:
    toml = '[project]\nname = "x"\n[project.scripts]\ntool = "pkg.cli:main"\nother = "elsewhere:main"\n'
    sources = sources_of(tmp_path, {"pyproject.toml": toml, "src/pkg/__init__.py": "", "src/pkg/cli.py": ""})
    entries = discover(tmp_path, sources, ())
    assert [short(entry) for entry in entries] == ["tool pkg.cli:main path src"]
    assert str(entries[0].source) == "console script tool"


UNCALLED = {  # the start command, and what of it a measured start does not call
    "web: tool --port 80": "main()",
    "web: uvicorn pkg.served:app": None,
    "web: uvicorn --factory pkg.served:make": None,
    "web: python -m pkg.cli": None,
    "": "main()",
}


@pytest.mark.parametrize("command", UNCALLED)
def test_the_function_of_a_console_script_is_not_called(tmp_path: Path, command: str) -> None:
    toml = '[project]\nname = "x"\n[project.scripts]\ntool = "pkg.cli:main"\n'
    files = {"pyproject.toml": toml, "Procfile": command, "pkg/__init__.py": "", "pkg/cli.py": "", "pkg/served.py": APP}
    sources = sources_of(tmp_path, files)
    commands, _ = read_start_commands(tmp_path)
    (entry,) = discover(tmp_path, sources, commands)
    assert entry.uncalled == UNCALLED[command]


def test_the_function_of_a_given_console_script_is_not_called_unless_it_serves(tmp_path: Path) -> None:
    entry = resolve_entry("tool", tmp_path, sources_of(tmp_path, PROJECT), {"tool": "pkg.cli:main"})
    assert entry.uncalled == "main()"
    assert replace(entry, serves=entry).uncalled is None


@pytest.mark.parametrize("toml", ["", "[project", "project = 1", "[project]\nscripts = 1"])
def test_noop_library_without_entries(tmp_path: Path, toml: str) -> None:
    sources = sources_of(tmp_path, {"pyproject.toml": toml, "lib/__init__.py": "", "tests/app.py": APP})
    assert discover(tmp_path, sources, ()) == ()


def test_noop_submodule_called_api_is_no_application(tmp_path: Path) -> None:
    files = {"lib/__init__.py": "from lib import api", "lib/api/__init__.py": "", "lib/core.py": ""}
    assert discover(tmp_path, sources_of(tmp_path, files), ()) == ()
