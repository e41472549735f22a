"""Start commands in the files of platforms, by tables: name, line, command and folder."""

from pathlib import Path

import pytest

from footprint.collect.deploy import read_start_commands, working_dirs
from footprint.collect.deploy.tools import command_uses
from footprint.collect.entries.discovery import discover
from footprint.collect.imports.walker import read_imports
from footprint.collect.sources import read_sources
from tests.support.probing import write


def web(service: str) -> str:
    return f"services:\n  web:\n    {service}"


# by line and name: launcher and target, and the folder where it is another
COMPOSE = {
    "command as text": (web("build: .\n    command: uvicorn main:app --port 80\n"), "4 web: uvicorn main:app"),
    "command as flow list": (web('command: ["uvicorn", "main:app"]\n'), "3 web: uvicorn main:app"),
    "command as block list": (web("command:\n      - gunicorn\n      - main:app\n"), "4 web: gunicorn main:app"),
    "folded text": (web("command: >\n      gunicorn\n      main:app\n"), "3 web: gunicorn main:app"),
    "entrypoint alone": (web("entrypoint: [gunicorn, main:app]\n"), "3 web: gunicorn main:app"),
    "entrypoint and command": (web("entrypoint: gunicorn\n    command: main:app -w 2\n"), "4 web: gunicorn main:app"),
    "entrypoint script and command": (
        web("entrypoint: [/entrypoint.sh]\n    command: [gunicorn, main:app]\n"),
        "4 web: gunicorn main:app",
    ),
    "two services": (
        web("command: uvicorn main:app\n  worker:\n    command: celery -A jobs worker\n"),
        "3 web: uvicorn main:app, 5 worker: celery jobs",
    ),
    "built from a folder": (
        "services:\n  api:\n    build: ./backend\n    command: uvicorn main:app\n",
        "4 api: uvicorn main:app in backend",
    ),
    "built from a context": (
        "services:\n  api:\n    build: {context: backend}\n    command: uvicorn main:app\n",
        "4 api: uvicorn main:app in backend",
    ),
    "built from an address": (
        "services:\n  api:\n    build: https://example.com/x.git\n    command: uvicorn main:app\n",
        "4 api: uvicorn main:app",
    ),
    "folder mounted": (
        "services:\n  api:\n    working_dir: /code/src\n    volumes: ['./backend:/code']\n    command: uvicorn m:app\n",
        "5 api: uvicorn m:app in backend/src",
    ),
    "merged anchor": (
        "x-app: &app\n  build: backend\nservices:\n  web:\n    <<: *app\n    command: uvicorn main:app\n",
        "6 web: uvicorn main:app in backend",
    ),
    "variable with a default": (web("command: uvicorn ${APP:-main:app} --port $$PORT\n"), "3 web: uvicorn main:app"),
    "noop: another program": ("services:\n  db:\n    command: redis-server --appendonly yes\n", "3 db: ?"),
    "noop: null command": (web("command:\n    entrypoint: null\n"), ""),
    "noop: no services": ("volumes:\n  command: {}\n", ""),
    "noop: services are a list": ("services: [command]\n", ""),
    "noop: commented out": (web("# command: uvicorn main:app\n    image: x\n"), ""),
}

PLATFORMS = {
    "render.yaml": (
        "services:\n  - type: web\n    name: shop\n    startCommand: uvicorn main:app\n",
        "4 web: uvicorn main:app",
    ),
    "render.yaml with several": (
        "services:\n- type: worker\n  name: mail\n  startCommand: celery -A a worker\n"
        "- type: worker\n  name: bill\n  startCommand: celery -A b worker\n  rootDir: jobs\n"
        "- type: cron\n  name: night\n  startCommand: python night.py\n",
        "4 mail: celery a, 7 bill: celery b in jobs, 11 cron: python night.py",
    ),
    "render.yaml before deploying": (
        "services:\n- type: web\n  preDeployCommand: alembic upgrade head\n  dockerCommand: gunicorn main:app\n",
        "4 web: gunicorn main:app, 3 release: alembic ?",
    ),
    "railway.json": (
        '{\n  "build": {"builder": "NIXPACKS"},\n  "deploy": {\n    "startCommand": "uvicorn main:app"\n  }\n}\n',
        "4 web: uvicorn main:app",
    ),
    "railway.toml": (
        '[build]\nbuilder = "nixpacks"\n\n[deploy]\nstartCommand = "uvicorn main:app"\n',
        "5 web: uvicorn main:app",
    ),
    "fly.toml": (
        'app = "x"\n[processes]\nweb = "uvicorn main:app"\njobs = "celery -A jobs worker"\n'
        '[deploy]\nrelease_command = "alembic upgrade head"\n',
        "3 web: uvicorn main:app, 4 jobs: celery jobs, 6 release: alembic ?",
    ),
    "fly.toml with one command": ('[experimental]\ncmd = ["gunicorn", "main:app"]\n', "2 web: gunicorn main:app"),
    "app.yaml": ("runtime: python312\nentrypoint: gunicorn -b :$PORT main:app\n", "2 web: gunicorn main:app"),
    "app.yaml of a service": ("service: api\nentrypoint: gunicorn main:app\n", "2 api: gunicorn main:app"),
    "heroku.yml": (
        "build:\n  docker:\n    web: Dockerfile\nrun:\n  web: gunicorn main:app\n"
        "  worker:\n    command:\n      - celery -A jobs worker\n    image: web\n",
        "5 web: gunicorn main:app, 8 worker: ?",
    ),
    "nixpacks.toml": ('[start]\ncmd = "gunicorn main:app"\n', "2 web: gunicorn main:app"),
    "nixpacks.toml noop": ('[phases.setup]\nnixPkgs = ["gunicorn"]\n', ""),
    "fly.toml noop": ('app = "gunicorn"\n[http_service]\ninternal_port = 80\n', ""),
    "app.yaml noop": ("name: uvicorn\n", ""),
    "railway.json noop": ('["startCommand"]', ""),
    "render.yaml noop": ("databases:\n- name: gunicorn\n", ""),
}


def shown(project: Path) -> str:
    commands, notes = read_start_commands(project)
    assert notes == ()
    found = []
    for command in commands:
        launch = command.launch
        target = (launch.file or launch.module or "?") if launch else ""
        attribute = f":{launch.attribute}" if launch and launch.attribute else ""
        text = f"{launch.launcher} {target}{attribute}" if launch else "?"
        where = f" in {command.working_dir}" if command.working_dir != "." else ""
        found.append(f"{command.line} {command.name}: {text}{where}")
    return ", ".join(found)


@pytest.mark.parametrize(("text", "expected"), COMPOSE.values(), ids=COMPOSE)
def test_compose_services_state_what_they_start(tmp_path: Path, text: str, expected: str) -> None:
    write(tmp_path, {"docker-compose.yml": text})
    assert shown(tmp_path) == expected


@pytest.mark.parametrize("name", PLATFORMS)
def test_platform_files_state_what_they_start(tmp_path: Path, name: str) -> None:
    text, expected = PLATFORMS[name]
    write(tmp_path, {name.split(maxsplit=1)[0]: text})
    assert shown(tmp_path) == expected


@pytest.mark.parametrize(
    ("name", "folder"),
    [
        ("compose.yaml", "."),
        ("docker-compose.prod.yml", "."),
        ("backend/compose.yml", "backend"),
        ("deploy/docker/compose.yml", "deploy/docker"),
    ],
)
def test_compose_files_go_by_many_names(tmp_path: Path, name: str, folder: str) -> None:
    write(tmp_path, {name: "services:\n  web:\n    command: uvicorn main:app\n"})
    assert shown(tmp_path) == "3 web: uvicorn main:app" + f" in {folder}" * (folder != ".")


@pytest.mark.parametrize("name", ["Containerfile", "Dockerfile.prod", "api.Dockerfile", "docker/Dockerfile"])
def test_dockerfiles_go_by_many_names(tmp_path: Path, name: str) -> None:
    write(tmp_path, {name: 'FROM p\nENTRYPOINT ["/entrypoint.sh"]\nCMD ["gunicorn", "main:app"]\n'})
    assert shown(tmp_path).startswith("3 web: gunicorn main:app")


def test_line_of_an_instruction_below_comments(tmp_path: Path) -> None:
    write(tmp_path, {"Dockerfile": "FROM p\n# one\n# two\nCMD gunicorn main:app\n"})
    assert shown(tmp_path) == "4 web: gunicorn main:app"


def test_one_target_is_one_entry_and_every_file_is_evidence(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "render.yaml": "services:\n- type: web\n  startCommand: uvicorn app.main:app\n",
            "compose.yaml": "services:\n  backend:\n    build: .\n    command: uvicorn app.main:app\n",
            "Procfile": "web: uvicorn app.main:app --port $PORT\n",
            "app/main.py": "app = object()\n",
        },
    )
    commands, _ = read_start_commands(tmp_path)
    sources = read_sources(tmp_path, read=read_imports, working_dirs=working_dirs(commands))
    entries = discover(tmp_path, sources, commands)
    shown = [(entry.name, entry.target, str(entry.source)) for entry in entries]
    assert shown == [("web", "app.main:app", "Procfile:1")]
    uses = [(use.path, use.line, use.purpose) for use in command_uses(commands) if use.tool == "uvicorn"]
    assert uses == [("Procfile", 1, "start"), ("compose.yaml", 4, "start"), ("render.yaml", 3, "start")]


def test_what_builds_or_tests_is_no_entry(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "render.yaml": "services:\n- type: web\n  buildCommand: python manage.py collectstatic\n",
            "compose.yaml": "services:\n  e2e-tests:\n    command: python checks.py\n",
            "manage.py": "",
            "checks.py": "",
        },
    )
    commands, _ = read_start_commands(tmp_path)
    assert [(command.name, command.purpose) for command in commands] == [
        ("e2e-tests", "development"),
        ("build", "build"),
    ]
    sources = read_sources(tmp_path, read=read_imports, working_dirs=working_dirs(commands))
    entries = discover(tmp_path, sources, commands)
    assert [str(entry.source) for entry in entries] == ["common name: manage.py"]


BROKEN = {
    "compose.yaml": ("services:\n  command: [", "yaml-unparsable"),
    "render.yaml": ("startCommand: a\n---\nstartCommand: b\n", "yaml-unparsable"),
    "heroku.yml": ("run: " + "[" * 500, "yaml-unparsable"),
    "app.yaml": ("entrypoint: &a [*a]\n" + "x: *a\n" * 300, "yaml-unparsable"),
    "fly.toml": ("[processes\nweb = 1", "toml-unparsable"),
    "railway.toml": ("deploy = {", "toml-unparsable"),
    "railway.json": ('{"deploy": ', "json-unparsable"),
    "nixpacks.toml": ("x = " + "[" * 5000, "toml-unparsable"),
    "Procfile": ("web: \0", "unreadable-file"),
    "docker-compose.yml": ("command: x\n" + "#" * (1 << 20), "unreadable-file"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_file_that_cannot_be_read_is_a_note(tmp_path: Path, name: str) -> None:
    text, code = BROKEN[name]
    write(tmp_path, {name: text})
    commands, notes = read_start_commands(tmp_path)
    assert commands == ()
    assert [(note.code, note.path) for note in notes] == [(code, name)]


@pytest.mark.parametrize("name", ["railway.json", "railway.toml", "fly.toml", "nixpacks.toml", "compose.yaml"])
def test_values_of_other_types_state_nothing(tmp_path: Path, name: str) -> None:
    texts = {
        "railway.json": '{"deploy": {"startCommand": ["a", 1]}}',
        "railway.toml": "deploy = 1",
        "fly.toml": "processes = [1]\n[experimental]\ncmd = 3",
        "nixpacks.toml": "start = 'x'\n[phases.a]\ncmds = [1]",
        "compose.yaml": "services: {web: {command: {a: b}, volumes: command, build: [x]}}",
    }
    write(tmp_path, {name: texts[name]})
    assert read_start_commands(tmp_path) == ((), ())


def test_link_out_of_the_project_is_not_followed(tmp_path: Path) -> None:
    write(tmp_path, {"outside/Procfile": "web: gunicorn a:b\n", "project/x.py": "", "project/api/Inner": "web: x y\n"})
    project = tmp_path / "project"
    (project / "Procfile").symlink_to(tmp_path / "outside/Procfile")
    (project / "linked").symlink_to(tmp_path / "outside")
    (project / "api/Procfile").symlink_to(project / "api/Inner")
    commands, _ = read_start_commands(project)
    assert [command.path for command in commands] == ["api/Procfile"]


def test_merges_of_merges_end(tmp_path: Path) -> None:
    levels = "".join(f"  a{n}: &a{n}\n    <<: [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12))
    write(tmp_path, {"compose.yaml": f"services:\n  a0: &a0\n    command: gunicorn a:b\n{levels}"})
    commands, notes = read_start_commands(tmp_path)  # unbounded, the twelve levels would be 9 ** 11 mappings
    assert [command.name for command in commands] == [*(f"a{n}" for n in range(4))]
    assert notes == ()
