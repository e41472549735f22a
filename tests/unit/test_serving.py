"""Where a command is going to listen and with how many workers, as far as its words and variables say."""

from __future__ import annotations

import os

import pytest

from footprint.probe.serving import Serving, describe_serving, line_of

PORT = {"PORT": "8000"}
CORES = os.cpu_count()
COMMANDS: dict[str, Serving] = {
    "uvicorn app:app": Serving(True, ("8000",), 1),
    "uvicorn app:app --port 18080 --workers 4": Serving(True, ("18080",), 4),
    "uvicorn app:app --uds /run/app.sock": Serving(True, ("unix:/run/app.sock",), 1),
    "uvicorn app:app --fd 3": Serving(True, (), 1),
    "uvicorn app:app --port $PORT": Serving(True, ("8000",), 1),
    "uvicorn app:app --port ${PORT:-9000}": Serving(True, ("8000",), 1),
    "uvicorn app:app --port ${OTHER:-9000}": Serving(True, ("9000",), 1),
    'sh -c "exec uvicorn app:app --port $PORT"': Serving(True, ("8000",), 1),
    "uvicorn app:app --port 0": Serving(True, (), 1),
    "uvicorn app:app --port 99999": Serving(True, (), 1),
    "uvicorn app:app --port \u00b2": Serving(True, (), 1),
    "gunicorn app:app": Serving(True, ("8000",), 1),
    "gunicorn -w4 -b 127.0.0.1:18081 app:app": Serving(True, ("18081",), 4),
    "gunicorn -b :18081 -b unix:app.sock app:app": Serving(True, ("unix:app.sock", "18081"), 1),
    "gunicorn --bind=[::1]:18082 app:app": Serving(True, ("18082",), 1),
    "gunicorn --bind unix:/tmp/x.sock app:app": Serving(True, ("unix:/tmp/x.sock",), 1),
    "gunicorn --bind fd://3 app:app": Serving(True, (), 1),
    "hypercorn -b 0.0.0.0:18083 app:app -w 2": Serving(True, ("18083",), 2),
    "python manage.py runserver 127.0.0.1:18114": Serving(True, ("18114",)),
    "python manage.py runserver 18115 --noreload": Serving(True, ("18115",)),
    "python manage.py runserver [::1]:18116": Serving(True, ("18116",)),
    "python manage.py runserver localhost:18117": Serving(True, ("18117",)),
    "python manage.py runserver": Serving(True, ("8000",)),
    "flask run -p 18118": Serving(True, ("18118",)),
    "flask run --port=18119": Serving(True, ("18119",)),
    "FLASK_RUN_PORT=18120 flask run": Serving(True, ("18120",)),
    "flask run": Serving(True, ("5000",)),
    "streamlit run app.py --server.port 18121": Serving(True, ("18121",), session="/_stcore/stream"),
    "streamlit run app.py": Serving(True, ("8501",), session="/_stcore/stream"),
    "celery -A tasks worker -c 3": Serving(False, (), 3),
    "celery -A tasks worker": Serving(False, (), CORES),
    "celery -A tasks worker -P solo": Serving(),
    "huey_consumer tasks.huey -w 4": Serving(),
    "huey_consumer tasks.huey -w 4 -k process": Serving(False, (), 4),
    "python main.py": Serving(),
    "python -m http.server 8000": Serving(),
}


@pytest.mark.parametrize("line", COMMANDS)
def test_commands(line: str) -> None:
    command = ("/bin/sh", "-c", line) if "$" in line or "=" in line.split(maxsplit=1)[0] else tuple(line.split())
    assert describe_serving(line_of(command, PORT), PORT) == COMMANDS[line]


VARIABLES = {
    "WEB_CONCURRENCY": ("uvicorn app:app", {"WEB_CONCURRENCY": "3"}, Serving(True, ("8000",), 3)),
    "an option wins": ("uvicorn app:app --workers 2", {"WEB_CONCURRENCY": "3"}, Serving(True, ("8000",), 2)),
    "UVICORN_PORT": ("uvicorn app:app", {"UVICORN_PORT": "18090"}, Serving(True, ("18090",), 1)),
    "PORT of gunicorn": ("gunicorn app:app", {"PORT": "18091"}, Serving(True, ("18091",), 1)),
    "PORT is nothing to uvicorn": ("uvicorn app:app", {"PORT": "18091"}, Serving(True, ("8000",), 1)),
    "FLASK_RUN_PORT": ("flask run", {"FLASK_RUN_PORT": "18092"}, Serving(True, ("18092",))),
    "streamlit": (
        "streamlit run a.py",
        {"STREAMLIT_SERVER_PORT": "18093"},
        Serving(True, ("18093",), session="/_stcore/stream"),
    ),
    "a variable in the line": ("gunicorn -w $N app:app", {"N": "5"}, Serving(True, ("8000",), 5)),
    "what only a shell knows": ("gunicorn -w $(nproc) app:app", {}, Serving(True, ("8000",), None)),
}


@pytest.mark.parametrize("name", VARIABLES)
def test_variables(name: str) -> None:
    line, environ, expected = VARIABLES[name]
    assert describe_serving(line_of(("/bin/sh", "-c", line), environ), environ) == expected
