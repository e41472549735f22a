"""Start commands and the files that state them, by tables."""

from pathlib import Path
from textwrap import dedent

import pytest

from footprint.audit.source_marks import read_source_marks
from footprint.collect.deploy import read_start_commands, working_dirs
from footprint.collect.deploy.commands.launchers import parse_command
from footprint.collect.deploy.platforms import dockerfile, heroku
from footprint.collect.deploy.tools import command_uses
from footprint.model.source_modules import Launch


def short(launch: Launch | None) -> str | None:
    """`uvicorn main:app in backend`: what the command launches, and what is not plain about it."""
    if launch is None:
        return None
    target = launch.file or launch.module or "?"
    words = [f"{launch.launcher} {target}" + (f":{launch.attribute}" if launch.attribute else "")]
    words += [f"in {launch.working_dir}"] if launch.working_dir != "." else []
    words += [f"path {launch.import_root}"] if launch.import_root is not None else []
    words += [word for word, holds in (("factory", launch.factory), ("script", launch.is_script)) if holds]
    return " ".join(words)


TARGETS = {
    # uvicorn
    "uvicorn main:app": "uvicorn main:app",
    "uvicorn app.main:app --host 0.0.0.0 --port $PORT --workers 4": "uvicorn app.main:app",
    "uvicorn --host 0.0.0.0 --port 8000 app.main:app": "uvicorn app.main:app",
    "uvicorn --reload app.main:app": "uvicorn app.main:app",
    "uvicorn --factory app:create_app": "uvicorn app:create_app factory",
    "uvicorn main:app --app-dir backend": "uvicorn main:app path backend",
    "uvicorn main:app --app-dir=backend/src": "uvicorn main:app path backend/src",
    "uvicorn main:container.app": "uvicorn main:container.app",
    "UVICORN_APP=main:app uvicorn": "uvicorn main:app",
    "/venv/bin/uvicorn main:app": "uvicorn main:app",
    "python -m uvicorn main:app --port 80": "uvicorn main:app",
    "python3.11 -u -m uvicorn main:app": "uvicorn main:app",
    "python -m gunicorn.app.wsgiapp -c conf.py shop.wsgi:app": "gunicorn shop.wsgi:app",
    "s6-setuidgid app uvicorn main:app": "uvicorn main:app",
    "./wait-for-it.sh db:5432 -- uvicorn main:app": "uvicorn main:app",
    "/entrypoint.sh uvicorn main:app": "uvicorn main:app",
    "uv run --frozen uvicorn main:app": "uvicorn main:app",
    # gunicorn
    "gunicorn app:app": "gunicorn app:app",
    "gunicorn proj.wsgi": "gunicorn proj.wsgi:application",
    "gunicorn 'app:create_app()'": "gunicorn app:create_app factory",
    "gunicorn \"app:create_app('prod', debug=False)\"": "gunicorn app:create_app factory",
    "gunicorn -w 4 -k uvicorn.workers.UvicornWorker app.main:app": "gunicorn app.main:app",
    "gunicorn -w4 -b :8000 app:app": "gunicorn app:app",
    "gunicorn --preload --workers=2 app:app": "gunicorn app:app",
    "gunicorn --chdir backend main:app": "gunicorn main:app in backend",
    "gunicorn --pythonpath src,lib main:app": "gunicorn main:app path src",
    "gunicorn -c gunicorn.conf.py": "gunicorn ?",
    "gunicorn --access-logfile - --error-logfile - --log-level info app:app": "gunicorn app:app",
    "gunicorn -c gunicorn.conf.py app:app": "gunicorn app:app",
    "GUNICORN_CMD_ARGS='--chdir api' gunicorn app:app": "gunicorn app:app in api",
    # other servers
    "hypercorn main:app --bind 0.0.0.0:80": "hypercorn main:app",
    "hypercorn asgi:main": "hypercorn asgi:main",
    "hypercorn asgi:main:app": "hypercorn main:app",
    "hypercorn wsgi:main:application": "hypercorn main:application",
    "granian --interface asgi main:app": "granian main:app",
    "granian --interface asgi --factory main:build": "granian main:build factory",
    "daphne -b 0.0.0.0 -p 8001 proj.asgi:application": "daphne proj.asgi:application",
    "waitress-serve --port=8080 app:app": "waitress-serve app:app",
    "waitress-serve --call app:create_app": "waitress-serve app:create_app factory",
    "fastapi run app/main.py --port 80": "fastapi app/main.py",
    "fastapi run": "fastapi ?",
    "fastapi dev main.py --app api": "fastapi main.py:api",
    "flask --app hello run --debug": "flask hello",
    "flask --app hello:create_app run": "flask hello:create_app",
    "FLASK_APP=hello.py flask run --host=0.0.0.0": "flask hello.py",
    "export FLASK_APP=hello && flask run": "flask hello",
    "streamlit run ui/app.py --server.port 8501": "streamlit ui/app.py script",
    "uwsgi --http :80 --master --module proj.wsgi": "uwsgi proj.wsgi:application",
    "uwsgi -w app:app --chdir /app/backend": "uwsgi app:app in backend",
    "uwsgi --wsgi-file=web.py --callable app": "uwsgi web.py:app",
    "uwsgi uwsgi.ini": "uwsgi ?",
    # workers
    "celery -A proj worker -l info": "celery proj",
    "celery --app=proj.celery:app worker -B": "celery proj.celery:app",
    "celery -A proj beat": "celery proj",
    "arq worker.WorkerSettings": "arq worker.WorkerSettings",
    "dramatiq tasks": "dramatiq tasks",
    "dramatiq app.tasks app.more --processes 2": "dramatiq app.tasks",
    "rq worker -c app.settings high low": "rq app.settings",
    "rq worker --with-scheduler high": "rq ?",
    "rq worker --path src -c settings": "rq settings path src",
    "huey_consumer app.tasks.huey -w 4": "huey_consumer app.tasks:huey",
    "huey_consumer.py --no-periodic tasks.huey": "huey_consumer.py tasks:huey",
    "taskiq worker app.broker:broker app.tasks": "taskiq app.broker:broker",
    # python
    "python main.py": "python main.py script",
    "python -u scripts/run.py --verbose": "python scripts/run.py script",
    "python -X dev -W ignore main.py": "python main.py script",
    "python -m worker": "python worker script",
    "python -m app.worker --queue high": "python app.worker script",
    "python manage.py runserver 0.0.0.0:8000": "python manage.py script",
    # wrappers
    "exec uvicorn main:app": "uvicorn main:app",
    "env A=b C=d uvicorn main:app": "uvicorn main:app",
    "PORT=80 exec uvicorn main:app": "uvicorn main:app",
    "sh -c 'uvicorn main:app --port ${PORT:-8000}'": "uvicorn main:app",
    'bash -lc "cd backend && uvicorn main:app"': "uvicorn main:app in backend",
    "dumb-init -- uvicorn main:app": "uvicorn main:app",
    "tini -g -- python main.py": "python main.py script",
    "/usr/bin/tini -- /bin/sh -c 'exec gunicorn app:app'": "gunicorn app:app",
    "poetry run uvicorn main:app": "uvicorn main:app",
    "uv run uvicorn main:app": "uvicorn main:app",
    "uv run --no-dev --frozen gunicorn app:app": "gunicorn app:app",
    "uv run --project backend main.py": "python main.py script",
    "uv run -m app.worker": "python app.worker script",
    "uv --quiet run python main.py": "python main.py script",
    "pipenv run gunicorn app:app": "gunicorn app:app",
    "pdm run uvicorn main:app": "uvicorn main:app",
    "rye run uvicorn main:app": "uvicorn main:app",
    "hatch run uvicorn main:app": "uvicorn main:app",
    "doppler run -- gunicorn app:app": "gunicorn app:app",
    "newrelic-admin run-program gunicorn app:app": "gunicorn app:app",
    "ddtrace-run uvicorn main:app": "uvicorn main:app",
    "opentelemetry-instrument --traces_exporter console uvicorn main:app": "uvicorn main:app",
    "gosu app uvicorn main:app": "uvicorn main:app",
    "timeout 60 python main.py": "python main.py script",
    # several commands
    "cd backend && uvicorn main:app": "uvicorn main:app in backend",
    "cd /app/backend; python -m uvicorn main:app": "uvicorn main:app in backend",
    "cd backend && cd api && uvicorn main:app": "uvicorn main:app in backend/api",
    "alembic upgrade head && uvicorn main:app": "uvicorn main:app",
    "python manage.py migrate && gunicorn proj.wsgi": "gunicorn proj.wsgi:application",
    "python seed.py; uvicorn main:app": "uvicorn main:app",
    "uvicorn main:app | tee log": "uvicorn main:app",
    "npm run build && uvicorn main:app": "uvicorn main:app",
}

UNKNOWN = [
    "",
    "npm start",
    "./start.sh",
    "bash start.sh",
    "node server.js",
    "python",
    "python -c 'import x'",
    "uv sync",
    "poetry install",
    "fastapi --help",
    "echo 'unbalanced",
    "streamlit hello",
    "&&",
    "cd backend",
]

TOOLS = {
    "uvicorn main:app": ["uvicorn"],
    "gunicorn -k uvicorn.workers.UvicornWorker app:app": ["gunicorn", "uvicorn"],
    "gunicorn --worker-class=uvicorn_worker.UvicornWorker app:app": ["gunicorn", "uvicorn", "uvicorn-worker"],
    "gunicorn -k gevent app:app": ["gunicorn", "gevent"],
    "gunicorn -k gthread app:app": ["gunicorn"],
    "fastapi run": ["fastapi", "uvicorn"],
    "newrelic-admin run-program gunicorn app:app": ["newrelic-admin", "gunicorn"],
    "alembic upgrade head && uvicorn main:app": ["alembic", "uvicorn"],
    "sh -c 'alembic upgrade head && ddtrace-run python main.py'": ["alembic", "ddtrace-run"],
    "python main.py": [],
    "python -m gunicorn app:app": ["gunicorn"],
    "poetry run celery -A proj worker": ["celery"],
}


@pytest.mark.parametrize(("command", "expected"), TARGETS.items(), ids=list(TARGETS))
def test_command_is_understood(command: str, expected: str) -> None:
    assert short(parse_command(command)) == expected


@pytest.mark.parametrize("command", UNKNOWN)
def test_noop_command_without_a_known_launcher(command: str) -> None:
    assert parse_command(command) is None


@pytest.mark.parametrize(("command", "tools"), TOOLS.items(), ids=list(TOOLS))
def test_every_console_tool_is_named(command: str, tools: list[str]) -> None:
    launch = parse_command(command)
    assert launch is not None
    assert list(launch.tools) == tools


def test_procfile_gives_every_process_type_with_its_line() -> None:
    text = "# comment\nweb: uvicorn main:app\n\nworker:python -m worker\nnot a line\nclock: ./tick\n"
    found = [(item.name, item.line, short(item.launch)) for item in heroku.read_procfile(text, "backend/Procfile")]
    assert found == [("web", 2, "uvicorn main:app"), ("worker", 4, "python worker script"), ("clock", 6, None)]
    assert heroku.read_procfile(text, "backend/Procfile")[0].working_dir == "backend"


DOCKERFILES = {
    "exec form": ('FROM python\nCMD ["uvicorn", "main:app"]', "2 uvicorn main:app"),
    "shell form": ("FROM python\nCMD uvicorn main:app --port $PORT", "2 uvicorn main:app"),
    "lower case": ('from python\ncmd ["uvicorn", "main:app"]', "2 uvicorn main:app"),
    "last CMD": ('FROM a\nCMD ["python", "a.py"]\nCMD ["python", "b.py"]', "3 python b.py script"),
    "ENTRYPOINT alone": ('FROM a\nENTRYPOINT ["uvicorn", "main:app"]', "2 uvicorn main:app"),
    "ENTRYPOINT and CMD": ('FROM a\nENTRYPOINT ["uvicorn"]\nCMD ["main:app", "--port", "80"]', "3 uvicorn main:app"),
    "CMD before ENTRYPOINT": ('FROM a\nCMD ["main:app"]\nENTRYPOINT ["uvicorn"]', "2 uvicorn main:app"),
    "shell ENTRYPOINT ignores CMD": ('FROM a\nENTRYPOINT uvicorn main:app\nCMD ["x"]', "2 uvicorn main:app"),
    "continuation with comment": (
        "FROM a\nRUN x && \\\n  # why\n  y\nCMD uvicorn \\\n  main:app",
        "5 uvicorn main:app",
    ),
    "heredoc": ("FROM a\nRUN <<EOF\nCMD no\nEOF\nCMD uvicorn main:app", "5 uvicorn main:app"),
    "last stage only": (
        'FROM a AS build\nCMD ["python", "no.py"]\nFROM b\nCMD ["uvicorn", "main:app"]',
        "4 uvicorn main:app",
    ),
    "stage on a stage": (
        'FROM a AS base\nWORKDIR /app\nCOPY backend .\nFROM base\nCMD ["uvicorn", "main:app"]',
        "5 uvicorn main:app in backend",
    ),
    "ENTRYPOINT empties the CMD of its base": (
        'FROM a AS base\nCMD ["no:app"]\nFROM base\nENTRYPOINT ["uvicorn", "main:app"]',
        "4 uvicorn main:app",
    ),
    "work folder is a copy": (
        'FROM a\nWORKDIR /app\nCOPY backend/ .\nCMD ["uvicorn", "main:app"]',
        "4 uvicorn main:app in backend",
    ),
    "work folder below a copy": (
        'FROM a\nWORKDIR /app\nCOPY . .\nWORKDIR backend\nCMD ["uvicorn", "main:app"]',
        "5 uvicorn main:app in backend",
    ),
    "files and other stages are no work folder": (
        'FROM a\nWORKDIR /app\nCOPY requirements.txt .\nCOPY --from=b /x .\nCOPY . .\nCMD ["uvicorn", "main:app"]',
        "6 uvicorn main:app",
    ),
    "package copied by name": (
        'FROM a\nWORKDIR /code\nCOPY ./app /code/app\nCMD ["uvicorn", "app.main:app"]',
        "4 uvicorn app.main:app",
    ),
    "single quotes are the shell form": ("FROM a\nCMD ['uvicorn', 'main:app']", "2 ?"),
}


@pytest.mark.parametrize(("text", "expected"), DOCKERFILES.values(), ids=DOCKERFILES)
def test_dockerfile_gives_what_its_last_stage_starts(text: str, expected: str) -> None:
    (command,) = dockerfile.read(text, "Dockerfile")
    where = f" in {command.working_dir}" if command.working_dir != "." else ""
    assert f"{command.line} {short(command.launch) or '?'}{where}" == expected


@pytest.mark.parametrize("text", ["", "FROM python", "# nothing", "FROM a AS b\nCMD x\nFROM c"])
def test_noop_dockerfile_that_starts_nothing(text: str) -> None:
    assert dockerfile.read(text, "Dockerfile") == ()


def test_files_are_found_in_the_project_and_one_folder_down(tmp_path: Path) -> None:
    (tmp_path / "Procfile").write_text("web: uvicorn main:app\n")
    for folder in ("backend", ".hidden", "a/b"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "Dockerfile").write_text(
            dedent("""\
            FROM python
            CMD ["gunicorn", "-k", "uvicorn.workers.UvicornWorker", "main:app"]
            """)
        )
    commands, notes = read_start_commands(tmp_path)
    assert [(item.path, item.working_dir) for item in commands] == [
        ("Procfile", "."),
        ("backend/Dockerfile", "backend"),
    ]
    assert notes == ()
    used = [(use.tool, use.path, use.line) for use in command_uses(commands)]
    assert used == [
        ("uvicorn", "Procfile", 1),
        ("gunicorn", "backend/Dockerfile", 2),
        ("uvicorn", "backend/Dockerfile", 2),
    ]


def test_unreadable_file_is_a_note(tmp_path: Path) -> None:
    (tmp_path / "Procfile").mkdir()
    commands, notes = read_start_commands(tmp_path)
    assert commands == ()
    assert [(note.code, note.path) for note in notes] == [("unreadable-file", "Procfile")]


def test_working_folders_are_those_that_modules_are_imported_from() -> None:
    text = "web: cd backend && uvicorn main:app\napi: uvicorn main:app --app-dir lib\njob: cd x && python job.py\n"
    assert working_dirs(heroku.read_procfile(text, "service/Procfile")) == ("service/backend", "service/lib")


# Which files can be run

CASES = {
    "guard": ("a.py", 'import x\nif __name__ == "__main__":\n    x.run()\n', True),
    "guard in brackets": ("a.py", "if (__name__ == '__main__'):\n    pass\n", True),
    "guard the other way round": ("a.py", "if '__main__' == __name__:\n    pass\n", True),
    "shebang": ("a.py", "#!/usr/bin/env python\nimport x\n", True),
    "package's own start": ("pkg/__main__.py", "import x\n", True),
    "a notebook as text": ("a.py", "# ---\n# jupyter:\n#   jupytext:\n# ---\nimport x\n", True),
    "cells of an editor": ("a.py", "import x\n# %%\nx.run()\n", True),
    "noop: a percent sign": ("a.py", "x = 1\n# 50 %% of all\n", False),
    "noop: plain module": ("a.py", "import x\n", False),
    "noop: guard inside a function": ("a.py", "def f():\n    if __name__ == '__main__':\n        pass\n", False),
    "noop: in a comment": ("a.py", "# if __name__ == '__main__':\n", False),
    "noop: not that name": ("a.py", "if __name__ == 'a':\n    pass\n", False),
}


@pytest.mark.parametrize("name", CASES)
def test_what_can_be_started_by_itself(name: str, tmp_path: Path) -> None:
    path, text, expected = CASES[name]
    (tmp_path / path).parent.mkdir(exist_ok=True)
    (tmp_path / path).write_text(text, encoding="utf-8")
    assert read_source_marks(tmp_path, [path]).runnable == ({path} if expected else frozenset())


def test_a_file_that_is_gone_cannot_be_started(tmp_path: Path) -> None:
    assert read_source_marks(tmp_path, ["gone.py"]).runnable == frozenset()
