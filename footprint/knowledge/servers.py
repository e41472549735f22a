"""The servers and workers of Python that a start command may start: one row each, and what their words mean.

Laws: nobody else names a server's options, variables, ports or workers. A row says what stands in the server's own
documentation or option parser: gunicorn 20 to 27, uvicorn, fastapi-cli, hypercorn, granian, uWSGI, waitress, daphne,
celery, dramatiq, taskiq, huey, rq, Flask, Django, Streamlit, Sanic, Litestar, mod_wsgi.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Literal

from footprint.values import dataclass

# What the workers are made of. application: forks of a process that has imported it; bare: forks of one that has not,
# or that has only with an option; fresh: interpreters of their own; None: one process does all.
Workers = Literal["application", "bare", "fresh"]
# asgi, wsgi: an object that is called; celery, huey: its own application object; script: whatever the file does.
Serves = Literal["asgi", "wsgi", "celery", "huey", "tasks", "script"]
CORES: Literal["cores"] = "cores"  # as many as the machine has


@dataclass(frozen=True, slots=True)
class Server:
    """One server. Options are whole words; `None` as a default says that there is none."""

    name: str  # of its program: the launcher of an entry
    serves: Serves
    workers: Workers | None = None
    options: tuple[str, ...] = ()  # that say how many workers
    variables: tuple[str, ...] = ()  # that do
    default: int | Literal["cores"] = 1
    has_master: bool = True  # a process stands above one worker, too
    threads: tuple[str, ...] = ()
    single: tuple[str, ...] = ()  # pools of one process, as values of `pool`
    pool: tuple[str, ...] = ()
    pool_default: str = ""
    words: frozenset[str] = frozenset()  # one of these makes it serve: `flask run`
    programs: tuple[str, ...] = ()  # other names of its program, and of its module
    role: Literal["web", "worker"] = "web"
    distribution: str = ""  # "": by its name
    port: int | None = None
    ports: tuple[str, ...] = ("--port",)
    binds: tuple[str, ...] = ()  # with a host, or with the path of a socket
    sockets: tuple[str, ...] = ()  # with the path of a socket alone
    port_variables: tuple[str, ...] = ()
    starts: str = ""  # a command that serves `empty`; "": it cannot be started without more
    session: str = ""  # what of it runs only once a session is open: where to open one, "-" where we cannot

    @property
    def brought_by(self) -> str:
        """The distribution whose version decides what it takes."""
        return self.distribution or self.name

    def forks_it(self, pool: str | None) -> bool:
        """Whether its workers share what the application was imported to, unless they are told not to."""
        return self.workers == "application" and (pool or self.pool_default) not in self.single

    @property
    def spellings(self) -> tuple[str, ...]:
        """All names that its program goes by."""
        return (self.name, *self.programs)


_RUN = frozenset({"run", "dev"})

_UVICORN = "-m uvicorn --uds {socket} --workers {workers} empty:app"

SERVERS: tuple[Server, ...] = (
    Server("gunicorn", "wsgi", "bare", ("-w", "--workers"), ("WEB_CONCURRENCY",), threads=("--threads",), port=8000,
           ports=(), binds=("-b", "--bind"), port_variables=("PORT",), pool=("-k", "--worker-class"),
           pool_default="sync",
           starts="-m gunicorn -b unix:{socket} -w {workers} -k {kind} empty:app"),
    Server("uvicorn", "asgi", "fresh", ("--workers",), ("UVICORN_WORKERS", "WEB_CONCURRENCY"), has_master=False,
           port=8000, sockets=("--uds",), port_variables=("UVICORN_PORT",),
           starts=_UVICORN),
    Server("fastapi", "asgi", "fresh", ("--workers",), ("WEB_CONCURRENCY",), has_master=False, words=_RUN,
           distribution="uvicorn", port=8000, starts=_UVICORN),
    Server("litestar", "asgi", "fresh", ("-W", "--wc", "--web-concurrency"), ("WEB_CONCURRENCY",), has_master=False,
           words=_RUN, distribution="uvicorn", port=8000, ports=("-p", "--port"), sockets=("-U", "--uds"),
           port_variables=("LITESTAR_PORT",), starts=_UVICORN),
    Server("hypercorn", "asgi", "fresh", ("-w", "--workers"), port=8000, ports=(),
           binds=("-b", "--bind", "--insecure-bind"), starts="-m hypercorn -b unix:{socket} -w {workers} empty:app"),
    Server("granian", "asgi", "bare", ("--workers",), ("GRANIAN_WORKERS",), port=8000, sockets=("--uds",),
           port_variables=("GRANIAN_PORT",),
           starts="-m granian --interface asgi --uds {socket} --workers {workers} empty:app"),
    Server("uwsgi", "wsgi", "application", ("-p", "--processes", "--workers"), threads=("--threads",), has_master=False,
           programs=("pyuwsgi",), ports=(), binds=("--http", "--http-socket", "--https", "-s", "--socket"),
           starts="uwsgi --socket {socket} --processes {workers} --need-app --module empty:app"),
    Server("waitress-serve", "wsgi", threads=("--threads",), programs=("waitress",), distribution="waitress", port=8080,
           binds=("--listen",), sockets=("--unix-socket",), starts="-m waitress --unix-socket={socket} empty:app"),
    Server("daphne", "asgi", port=8000, ports=("-p", "--port"), sockets=("-u", "--unix-socket"),
           starts="-m daphne -u {socket} empty:app"),
    Server("sanic", "asgi", "bare", ("-w", "--workers"), port=8000, ports=("-p", "--port"), sockets=("-u", "--unix")),
    Server("mod_wsgi-express", "wsgi", "bare", ("--processes",), threads=("--threads",), distribution="mod-wsgi",
           words=frozenset({"start-server"}), port=8000),
    Server("flask", "wsgi", words=_RUN, port=5000, ports=("-p", "--port"), port_variables=("FLASK_RUN_PORT",),
           starts="-m flask --app empty run -p 0"),
    Server("runserver", "wsgi", programs=("runserver_plus", "runsslserver"), distribution="django", port=8000,
           ports=()),  # the port is a word of its own: `runserver 0.0.0.0:8000`
    Server("streamlit", "script", words=_RUN, port=8501, ports=("--server.port",),
           port_variables=("STREAMLIT_SERVER_PORT",), session="/_stcore/stream"),
    Server("chainlit", "script", words=_RUN, port=8000, ports=("-p", "--port"), port_variables=("CHAINLIT_PORT",)),
    Server("functions-framework", "script", port=8080, port_variables=("PORT",)),
    Server("gradio", "script", port=7860, port_variables=("GRADIO_SERVER_PORT",)),
    Server("panel", "script", words=frozenset({"serve"}), port=5006, session="-"),
    Server("bokeh", "script", words=frozenset({"serve"}), port=5006, session="-"),
    Server("marimo", "script", words=frozenset({"run", "edit"}), port=2718, ports=("-p", "--port"), session="-"),
    Server("solara", "script", words=_RUN, port=8765, session="-"),
    Server("shiny", "script", words=_RUN, port=8000, ports=("-p", "--port")),
    Server("flet", "script", words=_RUN, ports=("-p", "--port")),
    Server("lambda", "script"), Server("vercel", "script"),
    Server("awslambdaric", "script"), Server("lambda-entrypoint.sh", "script"),
    Server("celery", "celery", "application", ("-c", "--concurrency", "--autoscale"), ("CELERYD_CONCURRENCY",), CORES,
           pool=("-P", "--pool"), single=("solo", "threads", "gevent", "eventlet"), role="worker",
           words=frozenset({"worker", "multi"}), pool_default="prefork",
           starts="-m celery -A empty worker -c {workers} -P {kind} --without-gossip --without-mingle"),
    Server("dramatiq", "tasks", "bare", ("-p", "--processes"), default=CORES, threads=("-t", "--threads"),
           programs=("dramatiq-gevent",), role="worker", starts="-m dramatiq -p {workers} empty"),
    Server("taskiq", "tasks", "bare", ("-w", "--workers"), default=2, words=frozenset({"worker"}), role="worker"),
    Server("huey_consumer", "huey", "application", ("-w", "--workers"), pool=("-k", "--worker-type"),
           pool_default="thread", single=("thread", "greenlet", "gevent"), distribution="huey", role="worker",
           programs=("huey_consumer.py", "huey.bin.huey_consumer"),
           starts="-m huey.bin.huey_consumer empty.app -w {workers} -k {kind}"),
    Server("rq", "tasks", "bare", ("-n", "--num-workers"), words=frozenset({"worker-pool"}), role="worker"),
    Server("arq", "tasks", role="worker"),
)  # fmt: skip

BY_PROGRAM: Mapping[str, Server] = {name: server for server in SERVERS for name in server.spellings}
_WORD = re.compile(r"[^\s;&|()\"']+")


def find_server(command: str | Sequence[str] | None) -> tuple[Server, tuple[str, ...]] | None:
    """Return the server that a command starts, and the words after its name; None where it starts no known one.

    The last one counts: what comes before prepares. A word is a program by its last part: `/venv/bin/gunicorn`.
    """
    words = _WORD.findall(command) if isinstance(command, str) else list(command or ())
    for index in range(len(words) - 1, -1, -1):
        server = BY_PROGRAM.get(words[index].rpartition("/")[2])
        if server is None and words[index - 1 : index] == ["-m"]:  # gunicorn.app.wsgiapp
            server = BY_PROGRAM.get(words[index].partition(".")[0])
        rest = tuple(words[index + 1 :])
        if server is not None and _is_program(words, index) and (not server.words or server.words.intersection(rest)):
            return server, rest
    return None


def _is_program(words: Sequence[str], index: int) -> bool:
    """Whether a word is what runs, and no value of an option: `-k uvicorn`, `--name celery`."""
    before = words[index - 1] if index else ""
    return before == "-m" or not before.startswith("-")


def values_of(words: Sequence[str], options: Sequence[str]) -> list[str]:
    """Return every value that one of the options is given: `-w 4`, `-w4`, `--workers 4`, `--workers=4`."""
    found = []
    for index, word in enumerate(words):
        for name in options:
            if word == name and index + 1 < len(words):
                found.append(words[index + 1])
            elif word.startswith(f"{name}=") and name.startswith("--"):
                found.append(word[len(name) + 1 :])
            elif not name.startswith("--") and word.startswith(name) and word != name:
                found.append(word[len(name) :].removeprefix("="))
    return found
