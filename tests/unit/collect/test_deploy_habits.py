"""Habits of starts and images, by one table: what is told, with its line, and at least as often what must not be.

Every row is a small project that is written to disk and read. Noop rows have the same words where they cost nothing.
"""

from pathlib import Path

import pytest

from footprint.collect.deploy import read_deploy_files
from tests.support.projects import write

APP = {"main.py": "app = object()\n", "manage.py": "import django\n"}
DEV = '[dependency-groups]\ndev = ["pytest"]\n'
POETRY = '[tool.poetry.group.dev.dependencies]\npytest = "*"\n'
FROM = "FROM python:3.12\nWORKDIR /app\n"
CMD = 'CMD ["uvicorn", "main:app"]\n'
PIP = "RUN pip install -r requirements.txt\n"
PIP_DEV = "RUN pip install -r requirements-dev.txt\n"
UNWRITTEN = "ENV PYTHONDONTWRITEBYTECODE=1\n"
TEST = "FROM python:3.12 AS test\n"
PROD = {"compose.prod.yaml": "services:\n  web:\n    build: .\n    command: uvicorn main:app\n    mem_limit: 1g\n"}
WEB = "services:\n  web:\n    build: .\n"
DB = "  db:\n    image: postgres:16\n"


def image(*lines: str, cmd: str = CMD) -> dict[str, str]:
    return {"Dockerfile": FROM + "".join(f"{line}\n" for line in lines) + cmd}


def procfile(command: str) -> dict[str, str]:
    return {"Procfile": f"web: {command}\n"}


STARTS = {
    "uvicorn --reload": (procfile("uvicorn main:app --reload"), "development Procfile:1 uvicorn watches"),
    "gunicorn --reload": (procfile("gunicorn --reload main:app"), "development Procfile:1 gunicorn watches"),
    "hypercorn": (procfile("hypercorn --reload main:app"), "development Procfile:1 hypercorn watches"),
    "flask run": (procfile("flask --app main run --host 0.0.0.0"), "development Procfile:1 flask"),
    "flask --debug": (procfile("flask --app main --debug run"), "development Procfile:1 flask watches"),
    "FLASK_DEBUG": (procfile("FLASK_DEBUG=1 flask --app main run"), "development Procfile:1 flask watches"),
    "by a module": (procfile("python -m flask --app main run"), "development Procfile:1 flask"),
    "runserver": (procfile("python manage.py runserver 0.0.0.0:8000"), "development Procfile:1 runserver watches"),
    "runserver --noreload": (procfile("python manage.py runserver --noreload"), "development Procfile:1 runserver"),
    "fastapi dev": (procfile("fastapi dev main.py"), "development Procfile:1 fastapi watches"),
    "watchmedo": (procfile("watchmedo auto-restart -- celery -A main worker"),
                  "development Procfile:1 watchmedo watches"),
    "the last stage": (image(cmd="CMD uvicorn main:app --reload\n"), "development Dockerfile:3 uvicorn watches"),
    "ENV of the image": (image("ENV FLASK_DEBUG=true", cmd="CMD flask --app main run\n"),
                         "development Dockerfile:4 flask watches"),
    "a script": (image(cmd='CMD ["./start.sh"]\n') | {"start.sh": "#!/bin/sh\nset -e\nexec uvicorn a:b --reload\n"},
                 "development start.sh:3 uvicorn watches"),
    "a service": ({"compose.yaml": f"{WEB}    command: uvicorn main:app --reload\n"},
                  "development compose.yaml:4 uvicorn watches"),
    "render": ({"render.yaml": "services:\n  - type: web\n    name: web\n    startCommand: flask --app main run\n"},
               "development render.yaml:4 flask"),
}  # fmt: skip
NO_STARTS = {
    "uvicorn": procfile("uvicorn main:app --host 0.0.0.0"),
    "gunicorn with FLASK_DEBUG": procfile("FLASK_DEBUG=1 gunicorn main:app"),
    "no value of an option": procfile("gunicorn main:app --name --reload-me"),
    "reload is its name": procfile("uvicorn reload:app"),
    "fastapi run": procfile("fastapi run main.py"),
    "fastapi run, --no-reload": procfile("fastapi run main.py --no-reload"),
    "a comment": {"Procfile": "# web: uvicorn main:app --reload\nweb: uvicorn main:app\n"},
    "a process for developers": {"Procfile": "web: uvicorn main:app\ndev: uvicorn main:app --reload\n"},
    "a Procfile for developers": procfile("uvicorn main:app") | {"Procfile.dev": "web: uvicorn main:app --reload\n"},
    "a target of make": procfile("uvicorn main:app") | {"Makefile": "dev:\n\tuvicorn main:app --reload\n"},
    "an override": {"compose.yaml": f"{WEB}    command: uvicorn main:app\n",
                    "compose.override.yaml": "services:\n  web:\n    command: uvicorn main:app --reload\n"},
    "a file for developers": image() | {"docker-compose.dev.yml": f"{WEB}    command: uvicorn main:app --reload\n"},
    "the folder is mounted": image() | {
        "compose.yaml": f"{WEB}    volumes: ['.:/app']\n    command: uvicorn main:app --reload\n"},
    "a profile": image() | {"compose.yaml": f"{WEB}    profiles: [debug]\n    command: uvicorn main:app --reload\n"},
    "a service for developers": image() | {
        "compose.yaml": "services:\n  web-dev:\n    build: .\n    command: uvicorn main:app --reload\n"},
    "beside one for production": {
        "compose.yaml": f"{WEB}    command: uvicorn main:app --reload\n", **PROD},
    "overruled by the service": image(cmd="CMD uvicorn main:app --reload\n") | {
        "compose.yaml": f"{WEB}    command: uvicorn main:app\n"},
    "an image for developers": image() | {"Dockerfile.dev": f"{FROM}CMD uvicorn main:app --reload\n"},
    "an earlier stage": {"Dockerfile": f"FROM python:3.12 AS dev\nCMD uvicorn main:app --reload\n{FROM}{CMD}"},
    "an earlier CMD": {"Dockerfile": f"{FROM}CMD uvicorn main:app --reload\n{CMD}"},
    "a platform has another command": image(cmd="CMD uvicorn main:app --reload\n") | procfile("uvicorn main:app"),
    ".flaskenv": {".flaskenv": "FLASK_APP=main\nFLASK_DEBUG=1\n"} | procfile("gunicorn main:app"),
    "switched off": procfile("FLASK_DEBUG=0 gunicorn main:app"),
    "a devcontainer": image() | {".devcontainer/Dockerfile": f"{FROM}CMD uvicorn main:app --reload\n"},
    "a test": image() | {"tests/Dockerfile": f"{FROM}CMD flask --app main run\n"},
    "celery": procfile("celery -A main worker"),
}  # fmt: skip
IMAGES = {
    "PYTHONDONTWRITEBYTECODE": (image("ENV PYTHONDONTWRITEBYTECODE=1", PIP),
                                "unwritten Dockerfile:3 PYTHONDONTWRITEBYTECODE=1 written"),
    "several variables": (image("ENV PYTHONUNBUFFERED=1 \\\n    PYTHONDONTWRITEBYTECODE=1", PIP),
                          "unwritten Dockerfile:3 PYTHONDONTWRITEBYTECODE=1 written"),
    "the older form": (image("ENV PYTHONDONTWRITEBYTECODE 1", PIP),
                       "unwritten Dockerfile:3 PYTHONDONTWRITEBYTECODE=1 written"),
    "poetry compiles nothing": (image("ENV PYTHONDONTWRITEBYTECODE=1", "RUN poetry install --only main"),
                                "unwritten Dockerfile:3 PYTHONDONTWRITEBYTECODE=1"),
    "pip --no-compile": (image("RUN pip install --no-compile -r requirements.txt"),
                         "uncompiled Dockerfile:3 pip install --no-compile -r requirements.txt"),
    "by a module": (image("RUN python -m pip install --no-compile flask"),
                    "uncompiled Dockerfile:3 pip install --no-compile flask"),
    "uv sync": (image("RUN --mount=type=cache,target=/cache uv sync --frozen --no-dev"),
                "uncompiled Dockerfile:3 uv sync --frozen --no-dev"),
    "uv pip": (image("RUN uv pip install --system -r requirements.txt"),
               "uncompiled Dockerfile:3 uv pip install --system -r requirements.txt"),
    "uv of the stage that is copied": (
        {"Dockerfile": "FROM python:3.12 AS builder\nWORKDIR /app\nRUN uv sync --no-dev\n"
                       f"{FROM}COPY --from=builder /app/.venv /app/.venv\n{CMD}"},
        "uncompiled Dockerfile:3 uv sync --no-dev"),
    "find -delete": (image(PIP, "RUN find / -name __pycache__ -prune -exec rm -rf {} +"),
                     "uncompiled Dockerfile:5 find / -name __pycache__ -prune -exec rm -rf {} +"),
    "find of files": (image(PIP + "RUN find /usr/local -name '*.pyc' -delete"),
                      "uncompiled Dockerfile:4 find /usr/local -name '*.pyc' -delete"),
    "requirements-dev.txt": (image("RUN pip install -r requirements-dev.txt"),
                             "developers Dockerfile:3 requirements-dev.txt"),
    "both files": (image("RUN pip install -r requirements.txt -r requirements/dev.txt"),
                   "developers Dockerfile:3 requirements/dev.txt"),
    "an extra": (image('RUN pip install ".[dev]"'), "developers Dockerfile:3 group dev"),
    "poetry": (image("RUN poetry install --no-root") | {"pyproject.toml": POETRY}, "developers Dockerfile:3 group dev"),
    "uv takes dev": (image("ENV UV_COMPILE_BYTECODE=1", "RUN uv sync --frozen") | {"pyproject.toml": DEV},
                     "developers Dockerfile:4 group dev"),
    "pipenv": (image("RUN pipenv install --dev --system"), "developers Dockerfile:3 group dev-packages"),
    "pdm": (image("RUN pdm sync") | {"pyproject.toml": DEV}, "developers Dockerfile:3 group dev"),
}  # fmt: skip
NO_IMAGES = {
    "plain pip": image(PIP),
    "an empty value": image("ENV PYTHONDONTWRITEBYTECODE=", PIP),
    "of a stage that reaches nothing": {
        "Dockerfile": f"{FROM}{UNWRITTEN}{PIP}RUN find . -name __pycache__ -delete\n{FROM}{PIP}{CMD}"},
    "of the builder alone": {
        "Dockerfile": f"FROM python:3.12 AS builder\n{UNWRITTEN}{PIP}"
                      f"{FROM}COPY --from=builder /usr/local/lib /usr/local/lib\n{CMD}"},
    "compiled later": image("ENV PYTHONDONTWRITEBYTECODE=1", PIP, "RUN python -m compileall -q /app"),
    "a comment": image("# ENV PYTHONDONTWRITEBYTECODE=1", "# RUN pip install --no-compile flask", PIP),
    "for one command": image("RUN PYTHONDONTWRITEBYTECODE=1 pip install flask"),
    "uv --compile-bytecode": image("RUN uv sync --no-dev --compile-bytecode"),
    "UV_COMPILE_BYTECODE": image("ENV UV_COMPILE_BYTECODE=1", "RUN uv sync --no-dev"),
    "UV_COMPILE_BYTECODE in line": image("RUN UV_COMPILE_BYTECODE=1 uv sync --no-dev"),
    "a setting of uv": image("RUN uv sync --no-dev") | {"pyproject.toml": "[tool.uv]\ncompile-bytecode = true\n"},
    "uv.toml": image("RUN uv sync --no-dev") | {"uv.toml": "compile-bytecode = true\n"},
    "uv, for a tool": image("RUN uv tool install ruff", PIP),
    "uv exports": image("RUN uv export -o requirements.txt", PIP),
    "find something else": image(PIP, "RUN find / -name '*.log' -delete"),
    "an image for developers": image(PIP) | {"Dockerfile.dev": f"{FROM}{PIP_DEV}{CMD}"},
    "a last stage for tests": {"Dockerfile": f"{TEST}{PIP_DEV}{CMD}"},
    "an earlier stage for tests": {
        "Dockerfile": f"{TEST}{PIP_DEV}{FROM}{PIP}{CMD}"},
    "the builder hands on a wheel": {
        "Dockerfile": 'FROM python:3.12 AS builder\nWORKDIR /src\nRUN pip install ".[dev]"\n'
                      f"{FROM}COPY --from=builder /src/dist/app.whl /tmp/\n{CMD}"},
    "a condition": image('RUN if [ "$DEV" = 1 ]; then pip install -r requirements-dev.txt; fi', PIP),
    "a short condition": image('RUN [ -n "$DEV" ] && pip install -r requirements-dev.txt || true'),
    "a variable": image("RUN poetry install $(test $ENV = prod && echo --no-dev)") | {"pyproject.toml": POETRY},
    "a file in a variable": image("RUN pip install -r requirements-$ENV.txt"),
    "poetry --only main": image("RUN poetry install --only main") | {"pyproject.toml": POETRY},
    "poetry --without=dev": image("RUN poetry install --without=dev") | {"pyproject.toml": POETRY},
    "poetry, no such group": image("RUN poetry install") | {"pyproject.toml": "[tool.poetry]\nname = 'x'\n"},
    "poetry, an optional group": image("RUN poetry install") | {
        "pyproject.toml": "[tool.poetry.group.dev]\noptional = true\n" + POETRY},
    "uv --no-dev": image("ENV UV_COMPILE_BYTECODE=1", "RUN uv sync --no-dev") | {"pyproject.toml": DEV},
    "UV_NO_DEV": image("ENV UV_COMPILE_BYTECODE=1 UV_NO_DEV=1", "RUN uv sync") | {"pyproject.toml": DEV},
    "uv syncs once more": image("ENV UV_COMPILE_BYTECODE=1", "RUN uv sync", "RUN uv sync --no-dev") | {
        "pyproject.toml": DEV},
    "uv, other default groups": image("ENV UV_COMPILE_BYTECODE=1", "RUN uv sync") | {
        "pyproject.toml": f"{DEV}[tool.uv]\ndefault-groups = []\n"},
    "uv, no such group": image("ENV UV_COMPILE_BYTECODE=1", "RUN uv sync") | {"pyproject.toml": "[project]\n"},
    "constraints": image("RUN pip install -c constraints-dev.txt -r requirements.txt"),
    "another target": image("RUN pip install -r requirements-dev.txt") | {
        "compose.yaml": "services:\n  web:\n    build:\n      context: .\n      target: prod\n    command: x\n"},
    "mounted": image("RUN pip install -r requirements-dev.txt") | {
        "compose.yaml": f"{WEB}    volumes: ['./:/app']\n    command: uvicorn main:app\n"},
}  # fmt: skip
RUN = "    command: uvicorn main:app\n"
HOSTS = {
    "web and database": ({"compose.yaml": WEB + RUN + DB}, "unlimited compose.yaml:2 web db"),
    "three": ({"docker-compose.yml": WEB + RUN + DB + "  redis:\n    image: redis\n"},
              "unlimited docker-compose.yml:2 web db redis"),
    "a reservation is none": (
        {"compose.yaml": f"{WEB}{RUN}    deploy: {{resources: {{reservations: {{memory: 1g}}}}}}\n{DB}"},
        "unlimited compose.yaml:2 web db"),
    "an optional one does not count": (
        {"compose.yaml": f"{WEB}{RUN}{DB}  adminer:\n    image: adminer\n    profiles: [tools]\n"},
        "unlimited compose.yaml:2 web db"),
    "without a command": (image() | {"compose.yaml": WEB + DB}, "unlimited compose.yaml:2 web db"),
}  # fmt: skip
NO_HOSTS = {
    "one service": {"compose.yaml": WEB + RUN},
    "a limit": {"compose.yaml": f"{WEB}{RUN}    mem_limit: 512m\n{DB}"},
    "a limit of the other": {"compose.yaml": f"{WEB}{RUN}{DB}    mem_limit: 512m\n"},
    "a limit of deploy": {"compose.yaml": f"{WEB}{RUN}    deploy: {{resources: {{limits: {{memory: 1g}}}}}}\n{DB}"},
    "a limit by an anchor": {
        "compose.yaml": f"x-base: &base\n  mem_limit: 512m\nservices:\n  web:\n    <<: *base\n    build: .\n{RUN}{DB}"},
    "a limit in another file": {
        "compose.yaml": WEB + RUN + DB, "compose.limits.yaml": "services:\n  db:\n    mem_limit: 1g\n"},
    "none is ours": {"compose.yaml": f"services:\n{DB}  redis:\n    image: redis\n    command: redis-server\n"},
    "for developers": {"docker-compose.dev.yml": WEB + RUN + DB},
    "mounted": {"compose.yaml": f"{WEB}{RUN}    volumes: ['.:/app']\n{DB}"},
    "deployed elsewhere": {"compose.yaml": WEB + RUN + DB} | procfile("uvicorn main:app"),
    "beside one for production": {"compose.yaml": WEB + RUN + DB} | PROD,
    "an optional one": {"compose.yaml": f"{WEB}{RUN}{DB}    profiles: [db]\n"},
}  # fmt: skip


def found(folder: Path, files: dict[str, str]) -> list[str]:
    """Return what is told of a project: kind, place, words."""
    told = []
    for each in read_deploy_files(write(folder, {**APP, **files})).habits:
        words = " ".join(each.names) or each.shown
        marks = " watches" * each.watches + " written" * each.is_written
        told.append(f"{each.kind} {each.path}:{each.line} {words}{marks}")
    return told


@pytest.mark.parametrize("name", STARTS)
def test_a_start_for_developers(name: str, tmp_path: Path) -> None:
    files, expected = STARTS[name]
    assert found(tmp_path, files) == [expected]


@pytest.mark.parametrize("name", IMAGES)
def test_what_an_image_has_or_lacks(name: str, tmp_path: Path) -> None:
    files, expected = IMAGES[name]
    assert found(tmp_path, files) == [expected]


@pytest.mark.parametrize("name", HOSTS)
def test_services_without_a_limit(name: str, tmp_path: Path) -> None:
    files, expected = HOSTS[name]
    assert found(tmp_path, files) == [expected]


# Texts that nobody wrote by hand, each of which is soon over.
HOSTILE = {
    "many words": f"FROM a\nRUN {'find __pycache__ ' * 5000}\nCMD uvicorn a:b\n",
    "many stages": "".join(f"FROM s{number} AS s{number + 1}\n" for number in range(1000)) + "CMD uvicorn a:b\n",
    "copies of copies": "".join(
        f"FROM x AS s{number + 1}\n" + f"COPY --from=s{number} / /\n" * 50 for number in range(60)
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_text_is_soon_read(name: str, tmp_path: Path) -> None:
    assert found(tmp_path, {"Dockerfile": HOSTILE[name]}) == []


NOTHING = {**NO_STARTS, **{f"image: {name}": files for name, files in NO_IMAGES.items()},
           **{f"host: {name}": files for name, files in NO_HOSTS.items()}}  # fmt: skip


@pytest.mark.parametrize("name", NOTHING)
def test_nothing_is_told(name: str, tmp_path: Path) -> None:
    assert found(tmp_path, NOTHING[name]) == []
