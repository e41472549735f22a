"""Where a command is going to listen and with how many workers, as far as its words and variables say."""

import os

import pytest

from footprint.probe.ready import ServerReadiness, describe_serving, line_of

PORT = {"PORT": "8000"}
CORES = os.cpu_count()
COMMANDS: dict[str, ServerReadiness] = {
    "uvicorn app:app": ServerReadiness(True, ("8000",), 1),
    "uvicorn app:app --port 18080 --workers 4": ServerReadiness(True, ("18080",), 4),
    "uvicorn app:app --uds /run/app.sock": ServerReadiness(True, ("unix:/run/app.sock",), 1),
    "uvicorn app:app --fd 3": ServerReadiness(True, (), 1),
    "uvicorn app:app --port $PORT": ServerReadiness(True, ("8000",), 1),
    "uvicorn app:app --port ${PORT:-9000}": ServerReadiness(True, ("8000",), 1),
    "uvicorn app:app --port ${OTHER:-9000}": ServerReadiness(True, ("9000",), 1),
    'sh -c "exec uvicorn app:app --port $PORT"': ServerReadiness(True, ("8000",), 1),
    "uvicorn app:app --port 0": ServerReadiness(True, (), 1),
    "uvicorn app:app --port 99999": ServerReadiness(True, (), 1),
    "uvicorn app:app --port \u00b2": ServerReadiness(True, (), 1),
    "gunicorn app:app": ServerReadiness(True, ("8000",), 1),
    "gunicorn -w4 -b 127.0.0.1:18081 app:app": ServerReadiness(True, ("18081",), 4),
    "gunicorn -b :18081 -b unix:app.sock app:app": ServerReadiness(True, ("unix:app.sock", "18081"), 1),
    "gunicorn --bind=[::1]:18082 app:app": ServerReadiness(True, ("18082",), 1),
    "gunicorn --bind unix:/tmp/x.sock app:app": ServerReadiness(True, ("unix:/tmp/x.sock",), 1),
    "gunicorn --bind fd://3 app:app": ServerReadiness(True, (), 1),
    "hypercorn -b 0.0.0.0:18083 app:app -w 2": ServerReadiness(True, ("18083",), 2),
    "python manage.py runserver 127.0.0.1:18114": ServerReadiness(True, ("18114",)),
    "python manage.py runserver 18115 --noreload": ServerReadiness(True, ("18115",)),
    "python manage.py runserver [::1]:18116": ServerReadiness(True, ("18116",)),
    "python manage.py runserver localhost:18117": ServerReadiness(True, ("18117",)),
    "python manage.py runserver": ServerReadiness(True, ("8000",)),
    "flask run -p 18118": ServerReadiness(True, ("18118",)),
    "flask run --port=18119": ServerReadiness(True, ("18119",)),
    "FLASK_RUN_PORT=18120 flask run": ServerReadiness(True, ("18120",)),
    "flask run": ServerReadiness(True, ("5000",)),
    "streamlit run app.py --server.port 18121": ServerReadiness(True, ("18121",), session="/_stcore/stream"),
    "streamlit run app.py": ServerReadiness(True, ("8501",), session="/_stcore/stream"),
    "celery -A tasks worker -c 3": ServerReadiness(False, (), 3),
    "celery -A tasks worker": ServerReadiness(False, (), CORES),
    "celery -A tasks worker -P solo": ServerReadiness(),
    "huey_consumer tasks.huey -w 4": ServerReadiness(),
    "huey_consumer tasks.huey -w 4 -k process": ServerReadiness(False, (), 4),
    "python main.py": ServerReadiness(),
    "python -m http.server 8000": ServerReadiness(),
}


@pytest.mark.parametrize("line", COMMANDS)
def test_commands(line: str) -> None:
    command = ("/bin/sh", "-c", line) if "$" in line or "=" in line.split(maxsplit=1)[0] else tuple(line.split())
    assert describe_serving(line_of(command, PORT), PORT) == COMMANDS[line]


VARIABLES = {
    "WEB_CONCURRENCY": ("uvicorn app:app", {"WEB_CONCURRENCY": "3"}, ServerReadiness(True, ("8000",), 3)),
    "an option wins": ("uvicorn app:app --workers 2", {"WEB_CONCURRENCY": "3"}, ServerReadiness(True, ("8000",), 2)),
    "UVICORN_PORT": ("uvicorn app:app", {"UVICORN_PORT": "18090"}, ServerReadiness(True, ("18090",), 1)),
    "PORT of gunicorn": ("gunicorn app:app", {"PORT": "18091"}, ServerReadiness(True, ("18091",), 1)),
    "PORT is nothing to uvicorn": ("uvicorn app:app", {"PORT": "18091"}, ServerReadiness(True, ("8000",), 1)),
    "FLASK_RUN_PORT": ("flask run", {"FLASK_RUN_PORT": "18092"}, ServerReadiness(True, ("18092",))),
    "streamlit": (
        "streamlit run a.py",
        {"STREAMLIT_SERVER_PORT": "18093"},
        ServerReadiness(True, ("18093",), session="/_stcore/stream"),
    ),
    "a variable in the line": ("gunicorn -w $N app:app", {"N": "5"}, ServerReadiness(True, ("8000",), 5)),
    "what only a shell knows": ("gunicorn -w $(nproc) app:app", {}, ServerReadiness(True, ("8000",), None)),
}


@pytest.mark.parametrize("name", VARIABLES)
def test_variables(name: str) -> None:
    line, environ, expected = VARIABLES[name]
    assert describe_serving(line_of(("/bin/sh", "-c", line), environ), environ) == expected
