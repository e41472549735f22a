"""A start command taken apart, moved to another port and written with other settings."""

import pytest

from footprint.analysis.tuning.axes import PRELOAD
from footprint.analysis.tuning.gunicorn_text import measured_text, proposed_text
from footprint.analysis.tuning.proposed_files import StatedCommand, propose_files
from footprint.analysis.tuning.start_words import (
    at_port,
    config_of,
    for_requests_at_once,
    read_command,
    with_factors,
    without,
    without_options,
)
from footprint.model.requested_calls import Request
from footprint.model.tuning import Factor

THREADS = Factor(
    "processes", "1 x 4", settings=(("workers", "1"), ("threads", "4"), ("worker_class", '"gthread"')), workers=1
)
FREEZE = Factor("sharing", "freeze", settings=(("preload_app", "True"),), hooks=("freeze",))
LOAD = Factor("sharing", "load", settings=(("preload_app", "True"),), hooks=("load", "freeze"))
OPTIMISED = Factor("optimise", "-OO", environment=(("PYTHONOPTIMIZE", "2"),))
OTHER = Factor("server", "gunicorn", worker_class="uvicorn.workers.UvicornWorker")


@pytest.mark.parametrize(
    ("line", "server", "head", "rest"),
    [
        ("gunicorn -w 4 app:app", "gunicorn", ("gunicorn",), ("-w", "4", "app:app")),
        ("exec env A=b /v/bin/gunicorn app:app", "gunicorn", ("/v/bin/gunicorn",), ("app:app",)),
        ("python -m uvicorn main:app", "uvicorn", ("python", "-m", "uvicorn"), ("main:app",)),
        ("python serve.py", None, ("python", "serve.py"), ()),
        ("cd x && gunicorn a:a", None, ("/bin/sh", "-c", "cd x && gunicorn a:a"), ()),
        ("gunicorn 'half", None, ("/bin/sh", "-c", "gunicorn 'half"), ()),
    ],
)  # fmt: skip
def test_a_command_is_taken_apart(line: str, server: str | None, head: tuple[str, ...], rest: tuple[str, ...]) -> None:
    found = read_command(line)
    assert (found.server.name if found.server else None, found.head, found.rest) == (server, head, rest)


@pytest.mark.parametrize(
    ("line", "moved"),
    [
        ("gunicorn app:app", "gunicorn app:app --bind=127.0.0.1:9"),
        ("gunicorn -b 0.0.0.0:80 -b unix:x app:app", "gunicorn app:app -b 127.0.0.1:9"),
        ("gunicorn --bind=0.0.0.0:80 app:app", "gunicorn app:app --bind=127.0.0.1:9"),
        ("uvicorn main:app --host 0.0.0.0 --port 80", "uvicorn main:app --host 0.0.0.0 --port=9"),
        ("uvicorn --uds x.sock main:app", "uvicorn main:app --port=9"),
        ("flask --app web run -p 5000", "flask --app web run -p 9"),
        ("celery -A tasks worker", "celery -A tasks worker"),  # nobody asks it
        ("python serve.py", "python serve.py"),  # where it listens is not known
        ("python manage.py runserver 0.0.0.0:80", "python manage.py runserver 0.0.0.0:80"),
    ],
)
def test_a_command_is_moved_to_a_port(line: str, moved: str) -> None:
    assert at_port(read_command(line), 9).line() == moved


@pytest.mark.parametrize(
    ("line", "count", "after"),
    [
        ("gunicorn -w 4 a:a", 2, "gunicorn a:a --workers 2"),
        ("gunicorn a:a", 8, "gunicorn a:a --workers 8"),
        ("gunicorn --threads 4 -w 1 a:a", 10, "gunicorn --threads 4 a:a --workers 3"),
        ("uvicorn --workers 4 a:a", 9, "uvicorn --workers 4 a:a"),  # one of them takes any number
        ("python serve.py", 9, "python serve.py"),
    ],
)
def test_workers_for_so_many_requests_at_once(line: str, count: int, after: str) -> None:
    assert for_requests_at_once(read_command(line), count).line() == after


@pytest.mark.parametrize(
    ("words", "options", "kept"),
    [
        ("-w 4 a:a", ("-w", "--workers"), "a:a"),
        ("-w4 a:a", ("-w", "--workers"), "a:a"),
        ("--workers=4 --worker-class gthread a:a", ("-w", "--workers"), "--worker-class gthread a:a"),
        ("--workers-of x a:a", ("--workers",), "--workers-of x a:a"),
        ("a:a -w", ("-w",), "a:a"),
    ],
)
def test_options_are_taken_out(words: str, options: tuple[str, ...], kept: str) -> None:
    assert " ".join(without(words.split(), options)) == kept


@pytest.mark.parametrize(
    ("line", "factors", "after", "variables"),
    [
        ("gunicorn -w 4 --threads 2 a:a", (PRELOAD,), "gunicorn -w 4 --threads 2 a:a", {}),
        ("gunicorn -w 4 --threads=2 -k sync a:a", (THREADS,), "gunicorn a:a", {}),
        ("uvicorn --workers 4 a:a", (THREADS,), "uvicorn a:a --workers 1", {}),
        ("uvicorn --workers 4 a:a", (OTHER,),
         "gunicorn -k uvicorn.workers.UvicornWorker --workers 4 --bind 127.0.0.1:8000 a:a", {}),
        ("python -m uvicorn a:a --host 0.0.0.0 --port=80 --workers 4", (OTHER, FREEZE),
         "python -m gunicorn -k uvicorn.workers.UvicornWorker --workers 4 --bind 0.0.0.0:80 a:a", {}),
        ("python serve.py", (OPTIMISED, PRELOAD), "python serve.py", {"PYTHONOPTIMIZE": "2"}),
    ],
)  # fmt: skip
def test_settings_are_put_into_words(
    line: str, factors: tuple[Factor, ...], after: str, variables: dict[str, str]
) -> None:
    found, given = with_factors(read_command(line), factors, {})
    assert (found.line(), given) == (after, variables)


def test_words_of_a_variable_do_not_overrule_the_settings() -> None:
    _, given = with_factors(read_command("gunicorn a:a"), (THREADS,), {"GUNICORN_CMD_ARGS": "-w 4 --preload"})
    assert given == {"GUNICORN_CMD_ARGS": "--preload"}
    command, given = without_options(read_command("gunicorn -t 9 a:a"), {"GUNICORN_CMD_ARGS": "--timeout=9 -w 2"},
                                     ("--timeout", "-t"))  # fmt: skip
    assert (command.line(), given) == ("gunicorn a:a", {"GUNICORN_CMD_ARGS": "-w 2"})


@pytest.mark.parametrize(
    ("line", "environ", "config"),
    [
        ("gunicorn a:a", {}, None),
        ("gunicorn -c one.py a:a", {}, "one.py"),
        ("gunicorn a:a", {"GUNICORN_CMD_ARGS": "--config two.py"}, "two.py"),
        ("gunicorn --config=one.py a:a", {"GUNICORN_CMD_ARGS": "-c two.py"}, "one.py"),
        ("gunicorn -c one.py --config three.py a:a", {}, "three.py"),
    ],
)
def test_the_file_of_settings_is_found(line: str, environ: dict[str, str], config: str | None) -> None:
    assert config_of(read_command(line), environ) == config


class _Server:
    """What a hook of gunicorn gets."""

    def __init__(self, asked: list[str]) -> None:
        self.asked = asked
        self.app = self

    def wsgi(self) -> object:
        def app(environ: dict[str, object], start: object) -> list[bytes]:
            self.asked.append(f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}?{environ['QUERY_STRING']}")
            return [b"ok"]

        return app


def test_the_proposed_file_asks_and_freezes_after_the_own_hook() -> None:
    import gc

    asked: list[str] = []
    text = proposed_text((LOAD,), (Request("GET", "/a?b=c"),), asgi=False)
    names: dict[str, object] = {"when_ready": lambda server: asked.append("own")}
    frozen = gc.get_freeze_count()
    try:
        exec(compile(text, "gunicorn.conf.py", "exec"), names)
        names["when_ready"](_Server(asked))  # type: ignore[operator]
        assert gc.get_freeze_count() > frozen
    finally:
        gc.unfreeze()
    assert (asked, names["preload_app"]) == (["own", "GET /a?b=c"], True)


def test_the_proposed_file_asks_an_asgi_application() -> None:
    asked = []

    async def app(scope: dict[str, object], receive: object, send: object) -> None:
        asked.append((scope["method"], scope["path"], scope["query_string"]))

    text = proposed_text((LOAD,), (Request("GET", "/a?b=c"),), asgi=True)
    names: dict[str, object] = {}
    exec(compile(text, "gunicorn.conf.py", "exec"), names)
    names["_ask"](app, "GET", "/a", "b=c", [])  # type: ignore[operator]
    assert asked == [("GET", "/a", b"b=c")]


def test_hooks_take_one_argument_as_gunicorn_demands() -> None:
    import inspect

    for text in (
        measured_text("/x/conf.py", proposed_text((FREEZE,), (), asgi=False), "/told"),
        measured_text("python:conf", "", "/told"),
    ):
        names: dict[str, object] = {}
        kept = text.partition("timeout = 0")[2].partition("\n")[2]  # what is there without the file of the user
        exec(compile(kept, "x", "exec"), names)
        assert len(inspect.signature(names["when_ready"]).parameters) == 1  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "path", "factors", "files"),
    [
        ("gunicorn -w 4 a:a", None, (PRELOAD,), {"gunicorn.conf.py": "preload_app = True\n"}),
        ("gunicorn -w 4 a:a", "Procfile", (OPTIMISED,), {"Procfile": "web: PYTHONOPTIMIZE=2 gunicorn -w 4 a:a\n"}),
        ("gunicorn -b 0.0.0.0:$PORT -w 4 a:a", "Procfile", (THREADS,),
         {"gunicorn.conf.py": 'workers = 1\nthreads = 4\nworker_class = "gthread"\n',
          "Procfile": "web: gunicorn -b 0.0.0.0:$PORT a:a\n"}),
        ("gunicorn -w 4 a:a", "Dockerfile", (OPTIMISED,), {"Dockerfile": "ENV PYTHONOPTIMIZE=2\n"}),
        ("gunicorn -w 4 a:a", "Dockerfile", (THREADS,),
         {"gunicorn.conf.py": 'workers = 1\nthreads = 4\nworker_class = "gthread"\n',
          "Dockerfile": 'CMD ["gunicorn", "a:a"]\n'}),
        ("gunicorn -w 4 a:a", "compose.yaml", (OPTIMISED,),
         {"compose.yaml": ' services:\n   web:\n+    environment:\n+      PYTHONOPTIMIZE: "2"\n'}),
        ("cd x && gunicorn -w 4 a:a", "Procfile", (OPTIMISED,),
         {"Procfile": "web: export PYTHONOPTIMIZE=2; cd x && gunicorn -w 4 a:a\n"}),
    ],
)  # fmt: skip
def test_what_is_proposed_has_the_form_of_the_project(
    text: str, path: str | None, factors: tuple[Factor, ...], files: dict[str, str]
) -> None:
    found = propose_files(StatedCommand(text, "web", path), factors, (), asgi=False)
    assert {file.name: file.text for file in found} == files


def test_a_server_without_settings_is_told_where_to_freeze() -> None:
    (file,) = propose_files(StatedCommand("celery -A a worker"), (FREEZE,), (), asgi=False)
    assert "os.register_at_fork" in file.text
