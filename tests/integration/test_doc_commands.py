"""Every command of ours in README and docs is executed, in a small project that has all that they speak of."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import jsonschema
import pytest

from footprint.report.audit.schema import KINDS, make_schema
from tests.support.command import plain_environment
from tests.support.doc_commands import MENTIONS, all_commands, commands, filled
from tests.support.image_archives import make_docker_archive, make_layer
from tests.support.installer import kept, require_pinned, uv
from tests.support.projects import make_env, site_of, write

COMMANDS = all_commands()
# What takes many starts, or installs; each kind is tried by a test of its own as well.
LONG = (
    "footprint cost flask",
    "footprint cost pandas",
    "footprint tune",
    "footprint trim --install-check",
    "footprint check --update",
    "footprint diff main..HEAD",
)
LONG_WORDS = ("pytest", "--runs 7", "--verify")
FINDINGS = 1
MAIN = """\
import json
import jinja2


async def app(scope, receive, send):
    if scope["type"] == "lifespan":
        while True:
            message = await receive()
            await send({"type": message["type"] + ".complete"})
            if message["type"] == "lifespan.shutdown":
                return
    import six
    body = json.dumps([six.__name__, jinja2.Template("1").render()]).encode()
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": body})
"""
APP = """\
def app(environ, start_response):
    import six
    start_response("200 OK", [])
    return [six.__name__.encode()]
"""
FILES: Mapping[str, str] = {
    "main.py": MAIN,
    "app.py": APP,
    "tests/test_main.py": "import main\n\n\ndef test_it():\n    assert callable(main.app)\n",
    "requirements.txt": "uvicorn\ngunicorn\njinja2\nsix\nidna\n",
    "requirements-dev.txt": "-r requirements.txt\npytest\n",
    "pyproject.toml": '[tool.pytest.ini_options]\npythonpath = ["."]\n',
    "Procfile": "web: uvicorn main:app --port $PORT\n",
    "compose.yaml": "services:\n  web:\n    build: .\n    command: uvicorn main:app\n    mem_limit: 512m\n",
    "package/idna/__init__.py": "",
    ".gitignore": "*.json\n.venv\nbackend\n__pycache__\n",
}


@pytest.fixture(scope="session")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a project in git with an environment, two commits and stored audits; every command gets a copy of it."""

    def fill(folder: Path) -> None:
        python = make_env(folder / "env") / "bin/python"
        lines = ("uvicorn", "gunicorn", "jinja2", "six", "idna", "pytest")
        uv("pip", "install", "--quiet", "--compile-bytecode", "--python", python, *lines)
        require_pinned(site_of(folder / "env"))

    folder = tmp_path_factory.mktemp("docs") / "shop"
    write(folder, FILES)
    (folder / ".venv").symlink_to(kept("docs-commands", fill, 2) / "env")
    git = ("git", "-c", "user.name=a", "-c", "user.email=a@b", "-C", str(folder))
    for words in (("init", "-q", "-b", "main"), ("add", "-A"), ("commit", "-qm", "one"), ("checkout", "-qb", "work")):
        subprocess.run([*git, *words], check=True)
    write(folder, {"more.py": "import idna\n"})
    for words in (("add", "-A"), ("commit", "-qm", "two")):
        subprocess.run([*git, *words], check=True)
    done = run(folder, "footprint audit --store -o json:audit.json")
    assert done.returncode == 0, done.stderr
    done = run(folder, "footprint fleet . --no-probe -o jsonl:kept.jsonl")
    assert done.returncode == 0, done.stderr
    make_docker_archive(folder / "old.tar", [make_layer({"etc/name": b"1"})])
    make_docker_archive(folder / "app.tar", [make_layer({"etc/name": b"1"}), make_layer({"srv/app.py": b"2"})])
    for name in ("before", "after", "footprint"):
        shutil.copy(folder / "audit.json", folder / f"{name}.json")
    return folder


def run(folder: Path, command: str) -> subprocess.CompletedProcess[str]:
    """Run a command as a shell does that has footprint on its path."""
    tools = folder.parent / "bin"
    write(
        tools,
        {
            "footprint": f'#!/bin/sh\nexec "{sys.executable}" -m footprint "$@"\n',
            "poetry": f'#!/bin/sh\necho "{folder}/.venv"\n',  # poetry env info --path
        },
    )
    path = f"{tools}{os.pathsep}{folder / '.venv/bin'}{os.pathsep}{os.environ['PATH']}"
    env = plain_environment(
        PATH=path, PORT="0", BROWSER="true", HOME=str(folder.parent), XDG_RUNTIME_DIR=str(folder.parent)
    )
    return subprocess.run(
        ["bash", "-c", command],
        cwd=folder, env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=600,
    )  # fmt: skip


def is_long(command: str) -> bool:
    return command.startswith(LONG) or any(word in command for word in LONG_WORDS)


@pytest.mark.slow
@pytest.mark.network
@pytest.mark.parametrize(
    "command",
    [pytest.param(each, marks=pytest.mark.slow_check) if is_long(each) else each for each in COMMANDS],
)
def test_a_command_of_the_docs_does_what_it_says(stage: Path, tmp_path: Path, command: str) -> None:
    """It ends well, or with findings; a mistake in it, and what it cannot measure, end otherwise."""
    folder = tmp_path / "shop"
    shutil.copytree(stage, folder, symlinks=True)
    (folder / "backend").symlink_to(folder)
    done = run(folder, command)
    said = f"{COMMANDS[command]}: {command}\n{done.stdout[-1500:]}\n{done.stderr[-1500:]}"
    assert done.returncode in (0, FINDINGS), said
    assert "Traceback" not in done.stderr, said
    kind = command.split()[1]
    if command.endswith("-f json") and kind in KINDS:
        jsonschema.Draft202012Validator(make_schema(kind)).validate(json.loads(done.stdout))


def test_commands_are_found_in_blocks_and_in_sentences() -> None:
    text = "`footprint scan`, `footprint\nwhy NAME`\n```sh\n$ footprint audit   # all\ncd x && footprint trim\n"
    text += "other footprint\n```\n```yaml\n- run: footprint check\n```\n"
    assert [filled(command) for command in commands(text)] == [
        "footprint audit", "cd x && footprint trim", "footprint scan", "footprint why jinja2",
    ]  # fmt: skip


def test_the_json_of_every_command_with_a_schema_is_shown() -> None:
    assert {command.split()[1] for command in COMMANDS if command.endswith("-f json")} >= set(KINDS)


def test_a_mention_stands_somewhere() -> None:
    assert len(COMMANDS) > 60
    assert not set(MENTIONS) & COMMANDS.keys()
