"""Real starts that fail for want of something: what that is, where examples lie, and that what is then typed helps."""

import json
import re
import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.support.command import footprint
from tests.support.installer import kept, make_environment
from tests.support.projects import make_env, write

LINES = ("pydantic-settings", "django-environ", "python-decouple")
READ = {"main.py": "import os\nA = os.environ['A_ID']\nB = os.environ['B_KEY']\napp = object()\n"}

# Files, kind of the cause, what it is about, and the settings with the place where each is asked for.
CAUSES: Mapping[str, tuple[Mapping[str, str], str, str, Mapping[str, str | None]]] = {
    "read one after the other": (READ, "settings", "", {"A_ID": "main.py:2", "B_KEY": "main.py:3"}),
    "raised by the project": (
        {"main.py": "import os, sys\na = os.getenv('A_ID')\nb = os.getenv('B_KEY')\n"
         "if not (a and b):\n    sys.exit('no')\n"},
        "settings", "", {"A_ID": "main.py:2", "B_KEY": "main.py:3"},
    ),
    "in a lifespan": (
        {"main.py": "import os\nclass App:\n    async def __call__(self, scope, receive, send):\n"
         "        await receive()\n        try:\n            self.a = os.environ['A_ID'], os.environ['B_KEY']\n"
         "        except KeyError as error:\n"
         "            await send({'type': 'lifespan.startup.failed', 'message': repr(error)})\n            raise\n"
         "app = App()\n"},
        "settings", "", {"A_ID": "main.py:6", "B_KEY": "main.py:6"},
    ),
    "a name that only the error tells": (
        {"main.py": "raise RuntimeError('set the OTHER_KEY environment variable')\n"},
        "settings", "", {"OTHER_KEY": None},
    ),
    "an empty setting, by the variable behind it": (
        {"settings.py": "import os\nSECRET_KEY = os.environ.get('WEB_SECRET', '')\n",
         "main.py": "import settings\nif not settings.SECRET_KEY:\n"
         "    raise ValueError('The SECRET_KEY setting must not be empty.')\n"},
        "settings", "", {"WEB_SECRET": None},
    ),
    "a server that does not answer": (
        {"main.py": "import asyncio\nasyncio.run(asyncio.open_connection('127.0.0.1', 11))\n"},
        "server", "127.0.0.1:11", {},
    ),
    "a server without a name": (
        {"main.py": "import socket\nsocket.create_connection(('127.0.0.1', 1))\n"}, "server", "", {}
    ),
    "a file": ({"main.py": "open('conf/app.toml')\n", "conf/app.example.toml": ""}, "file", "conf/app.toml", {}),
    "a file of another folder": (
        {"api/__init__.py": "", "api/main.py": "open('data/words.txt')\napp = 1\n", "api/data/words.txt": "",
         "Procfile": "web: uvicorn api.main:app\n"},
        "folder", "data/words.txt", {},
    ),
    "a module of another folder": (
        {"api/__init__.py": "", "api/main.py": "import helpers\napp = 1\n", "api/helpers.py": "",
         "Procfile": "web: uvicorn api.main:app\n"},
        "folder", "helpers", {},
    ),
    "what a module of ours is named like, and imports (mopidy)": (
        {"api/__init__.py": "", "api/main.py": "import api.gi\napp = 1\n", "api/gi.py": "import gi\n",
         "Procfile": "web: uvicorn api.main:app\n"},
        "distribution", "gi", {},
    ),
    "what a module of ours is named like, which others import from its package": (
        {"api/__init__.py": "", "api/main.py": "from api import tags\napp = 1\n", "api/tags.py": "import gi\n",
         "api/deep/__init__.py": "", "api/deep/gi.py": "", "api/more.py": "from .deep.gi import x\n",
         "Procfile": "web: uvicorn api.main:app\n"},
        "distribution", "gi", {},
    ),
    "what is not installed": ({"main.py": "import numpy\n"}, "distribution", "numpy", {}),
}  # fmt: skip
LIBRARIES: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "pydantic-settings: all of six": (
        "from pydantic_settings import BaseSettings, SettingsConfigDict\nclass Settings(BaseSettings):\n"
        "    model_config = SettingsConfigDict(env_prefix='APP_')\n    one: str\n    two: str\n    three: str\n"
        "    four: str\n    five: str\n    six: str\n    debug: bool = False\nSettings()\n",
        ("APP_ONE", "APP_TWO", "APP_THREE", "APP_FOUR", "APP_FIVE", "APP_SIX"),
    ),
    "django-environ": (
        "import environ\nenv = environ.Env()\nA = env('A_KEY')\nB = env.db()\n", ("A_KEY", "DATABASE_URL"),
    ),
    "decouple": ("from decouple import config\nA = config('A_KEY')\nB = config('B_KEY')\n", ("A_KEY", "B_KEY")),
}  # fmt: skip
NOOPS = {
    "a key of something else": "import os\na = os.environ.get('A_ID')\ndef f():\n    os.environ['B_ID']\n{}['x']\n",
    "a value that is wrong": "import os\nint('abc')\n",
    "a module that is missing in a package of ours": "import json\nimport api.gone\n",
    "a bug in a file that reads what is set": "import os\nos.environ['PATH']\nNone.x\n",
}


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_env(tmp_path_factory.mktemp("bare") / "env")


def failure_of(project: Path, env: Path, *options: str) -> dict[str, Any] | None:
    entry = () if (project / "Procfile").exists() else ("--entry", "main:app")
    done = footprint("audit", project, "--env", env, *entry, *options, "-f", "json")
    (found,) = json.loads(done.stdout)["entries"]
    assert done.returncode == (3 if found["failure"] else 0), done.stderr
    failure: dict[str, Any] | None = found["failure"]
    return failure


@pytest.mark.parametrize("name", CAUSES)
def test_what_a_start_has_not_got(name: str, tmp_path: Path, bare: Path) -> None:
    files, kind, subject, settings = CAUSES[name]
    failure = failure_of(write(tmp_path, files), bare)
    assert failure is not None
    cause = failure["cause"]
    assert (cause["kind"], cause["subject"]) == (kind, subject)
    found = {each["name"]: f"{each['path']}:{each['line']}" if each["path"] else None for each in cause["settings"]}
    assert found == settings


@pytest.mark.parametrize("name", NOOPS)
def test_noop_nothing_is_made_up(name: str, tmp_path: Path, bare: Path) -> None:
    failure = failure_of(write(tmp_path, {"main.py": NOOPS[name], "api/__init__.py": ""}), bare)
    assert failure is not None and failure["cause"] is None


def test_what_is_typed_then_measures_it(tmp_path: Path, bare: Path) -> None:
    write(tmp_path, {**READ, ".env.example": "A_ID=1\nB_KEY=\n", "compose.yaml": "services:\n  web:\n    environment:\n"
                     "      B_KEY: hunter2hunter2\n"})  # fmt: skip
    done = footprint("audit", tmp_path, "--env", bare, "--entry", "main:app")
    assert "needs 2 settings that it has not got: A_ID (main.py:2), B_KEY (main.py:3)" in done.stdout
    assert "examples: A_ID .env.example:1, B_KEY .env.example:2, compose.yaml:4" in done.stdout
    assert "hunter2" not in done.stdout + done.stderr  # names alone are told
    typed = re.search(r"to measure it: `footprint (.+)`", done.stdout)
    assert typed is not None and typed[1] == "audit --env-file .env.example --set B_KEY=..."
    words = [word.replace("...", "some-value") for word in shlex.split(typed[1])]
    again = footprint(*words, "--env", bare, "--entry", "main:app", "--top", "0", cwd=tmp_path)
    assert "stopped" not in again.stdout and "imported: RSS" in again.stdout


@pytest.mark.slow
@pytest.mark.network
@pytest.mark.parametrize("name", LIBRARIES)
def test_libraries_of_settings(name: str, tmp_path: Path) -> None:
    text, expected = LIBRARIES[name]
    folder = kept("settings", lambda folder: make_environment(folder / "env", *LINES), LINES)
    project = write(tmp_path, {"main.py": f"{text}app = object()\n"})
    failure = failure_of(project, folder / "env")
    assert failure is not None
    assert tuple(each["name"] for each in failure["cause"]["settings"]) == expected
    values = [word for name in expected for word in ("--set", f"{name}=sqlite:///x")]
    assert failure_of(project, folder / "env", *values) is None


def test_another_python_is_said_before_what_it_brings_about(tmp_path: Path, bare: Path) -> None:
    project = {"main.py": "def f(:\n", "pyproject.toml": "[project]\nname = 'x'\nrequires-python = '>=3.99'\n"}
    for kind in ("table", "markdown"):
        done = footprint("audit", write(tmp_path, project), "--env", bare, "--entry", "main.py", "-f", kind)
        text = done.stdout.replace("\\", "")
        assert text.index("The project wants Python >=3.99 (pyproject.toml)") < text.index("SyntaxError")
    for command in ("probe", "check"):
        done = footprint(command, tmp_path, "--env", bare, "--entry", "main.py")
        assert done.stdout.index("The project wants Python >=3.99") < done.stdout.index("SyntaxError")
