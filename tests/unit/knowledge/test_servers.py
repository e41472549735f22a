"""The table of servers: which one a command starts, and that its rows agree with each other."""

from __future__ import annotations

import pytest

from footprint.knowledge.servers import BY_PROGRAM, SERVERS, find_server, values_of

COMMANDS: dict[str | None, str | None] = {
    "gunicorn -w 4 app:app": "gunicorn",
    "/srv/venv/bin/gunicorn app:app": "gunicorn",
    "python -m gunicorn -k uvicorn.workers.UvicornWorker app:app": "gunicorn",
    "python -m gunicorn.app.wsgiapp app:app": "gunicorn",
    "gunicorn -k uvicorn app:app": "gunicorn",
    "alembic upgrade head && uvicorn main:app": "uvicorn",
    "sh -c 'exec uvicorn main:app --port $PORT'": "uvicorn",
    "poetry run uvicorn app:app --workers 4": "uvicorn",
    "hypercorn app:app -w 2": "hypercorn",
    "fastapi run app.py": "fastapi",
    "flask --app shop run -p 80": "flask",
    "python manage.py runserver 0.0.0.0:8000": "runserver",
    "python -m waitress --port 80 app:app": "waitress-serve",
    "streamlit run home.py": "streamlit",
    "celery -A app worker": "celery",
    "python -m celery -A app worker -P solo": "celery",
    "huey_consumer.py tasks.huey": "huey_consumer",
    "rq worker-pool -n 3": "rq",
    # and none
    "flask db upgrade": None,
    "celery -A app beat": None,
    "fastapi --version": None,
    "python worker.py": None,
    "python my-gunicorn.py": None,
    "python -m http.server": None,
    None: None,
}


@pytest.mark.parametrize("command", COMMANDS)
def test_the_server_is_known_by_its_command(command: str | None) -> None:
    found = find_server(command)
    assert (found[0].name if found else None) == COMMANDS[command]


VALUES = {
    "-w 4": ["4"],
    "-w4": ["4"],
    "--workers 4": ["4"],
    "--workers=4 -w 2": ["4", "2"],
    "--workers-lifetime 4": [],
    "-w": [],
    "app:app": [],
}


@pytest.mark.parametrize("words", VALUES)
def test_values_of_an_option(words: str) -> None:
    assert values_of(words.split(), ("-w", "--workers")) == VALUES[words]


def test_every_name_means_one_server() -> None:
    assert len(BY_PROGRAM) == sum(len(server.spellings) for server in SERVERS)


def test_what_counts_workers_says_what_they_are() -> None:
    for server in SERVERS:
        assert bool(server.options) == (server.workers is not None), server.name
        assert not server.single or server.pool, server.name
        assert all(name.startswith("-") for name in (*server.options, *server.pool, *server.binds)), server.name
