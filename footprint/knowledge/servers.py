"""The servers and workers of Python that a start command may start: one row each, and what their words mean.

Laws: nobody else names a server's options, variables, ports or workers. A row says what stands in the server's own
documentation or option parser: gunicorn 20 to 27, uvicorn, fastapi-cli, hypercorn, granian, uWSGI, waitress, daphne,
celery, dramatiq, taskiq, huey, rq, Flask, Django, Streamlit, Sanic, Litestar, mod_wsgi.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Literal

from footprint.late import late_pattern
from footprint.names import word_set
from footprint.values import dataclass

# What the workers are made of. application: forks of a process that has imported it; bare: forks of one that has not,
# or that has only with an option; fresh: interpreters of their own; None: one process does all.
Workers = Literal["application", "bare", "fresh"]
# asgi, wsgi: an object that is called; celery, huey: its own application object; script: whatever the file does.
Serves = Literal["asgi", "wsgi", "celery", "huey", "tasks", "script"]
CORES: Literal["cores"] = "cores"  # as many as the machine has


_FLAGS = word_set("""
    --reload --factory --proxy-headers --access-log --use-colors --preload --daemon -D --debug --help --version
    --interactive --respawn-failed-workers --ws --h2c -d --reuse-port --capture-output --enable-stdio-inheritance
    --server-header --date-header --call --expose-tracebacks --access-logs --log-access
""")


@dataclass(frozen=True, slots=True)
class Arguments:
    """What the words of a program say of what it imports. Options are whole words."""

    flags: frozenset[str] = _FLAGS  # options without a value
    first: frozenset[str] = frozenset()  # one of these comes first: `fastapi run`
    target: tuple[str, ...] = ()  # options that name the application: `module:object`
    variables: tuple[str, ...] = ()  # of the environment, that do where the words do not
    # The first word that is not an option, the first that looks like one; it is a file, or may be one; its last part
    # is the object.
    by_place: Literal["first", "target", "file", "file or target", "dotted", ""] = ""
    object: str | None = None  # where nothing names one
    named_object: tuple[str, ...] = ()  # options that do
    folder: tuple[str, ...] = ()  # to go to
    root: tuple[str, ...] = ()  # to import from; the same by a variable
    root_variables: tuple[str, ...] = ()
    settings: tuple[str, ...] = ()
    settings_suffix: str = "\0"  # of a word that is such a file without an option
    worker_class: tuple[str, ...] = ()  # of its workers, which may be of another distribution
    classes: tuple[str, ...] = ()  # options that name other classes
    files: tuple[str, ...] = ()  # where it looks for the application when nothing names one
    brings: tuple[str, ...] = ()  # tools that it starts besides


@dataclass(frozen=True, slots=True)
class ServerNeed:
    """What a value of an option has to have installed. `value` is a pattern of it."""

    value: str
    distributions: tuple[str, ...]  # any of them
    options: tuple[str, ...] = ()  # (): the kind of its workers, wherever that is stated
    extras: tuple[str, ...] = ()  # that bring it: "uvicorn[standard]"


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
    # That process works on once it has forked, so its garbage collector may go over everything, too.
    master_works: bool = False
    other_forks: int = 0  # of it beside its workers, where those are: huey's scheduler
    idle_workers: bool = False  # they run no Python until a request comes: until then they may write to nothing
    threads: tuple[str, ...] = ()
    single: tuple[str, ...] = ()  # pools of one process, as values of `pool`
    pool: tuple[str, ...] = ()
    pool_default: str = ""
    words: frozenset[str] = frozenset()  # one of these makes it serve: `flask run`
    programs: tuple[str, ...] = ()  # other names of its program, and of its module
    role: Literal["web", "worker"] = "web"
    distribution: str = ""  # "": by its name
    also: tuple[str, ...] = ()  # distributions that it needs besides
    needs: tuple[ServerNeed, ...] = ()  # what values of its options need
    is_of_platform: bool = False  # the platform has it, whatever is installed
    port: int | None = None
    ports: tuple[str, ...] = ("--port",)
    binds: tuple[str, ...] = ()  # with a host, or with the path of a socket
    sockets: tuple[str, ...] = ()  # with the path of a socket alone
    port_variables: tuple[str, ...] = ()
    starts: str = ""  # a command that serves `empty`; "": it cannot be started without more
    arguments: Arguments | None = None  # of its program: what it imports
    more_words: str = ""  # a variable that holds words of its command line
    preload: tuple[str, ...] = ()  # options without a value that have it import the application before it forks
    settings_files: tuple[str, ...] = ()  # in Python, imported by nobody: the one that it reads unasked comes first
    own_classes: frozenset[str] = frozenset()  # of workers, which need no other distribution
    worker_module: str = ""  # of another distribution: its workers for gunicorn
    lazy: frozenset[str] = frozenset()  # options that have each worker import the application by itself
    aside: frozenset[str] = frozenset()  # further words with which it runs as long as the application does
    objects: tuple[str, ...] = ()  # names that it looks for in a module before those that all do
    more_modules: bool = False  # all words after the first are modules that it imports, too
    pages: str = ""  # the folder beside the script whose files run when somebody opens them
    session: str = ""  # what of it runs only once a session is open: where to open one, "-" where we cannot

    @property
    def brought_by(self) -> str:
        """The distribution whose version decides what it takes."""
        return self.distribution or self.name

    def forks_it(self, pool: str | None) -> bool:
        """Whether its workers share what the application was imported to, unless they are told not to."""
        return self.workers == "application" and (pool or self.pool_default) not in self.single

    @property
    def unasked_settings(self) -> str:
        """The file of settings in Python that it reads without being told, "" where it reads none."""
        return self.settings_files[0] if len(self.settings_files) > 1 else ""

    @property
    def also_in(self) -> tuple[str, ...]:
        """Other distributions that have its program: uwsgi is in pyuwsgi, too."""
        return self.programs

    @property
    def spellings(self) -> tuple[str, ...]:
        """All names that its program goes by."""
        return (self.name, *self.programs)


_RUN = frozenset({"run", "dev"})

_OF_A_FILE = Arguments(frozenset(), first=frozenset({"run"}), by_place="file")
_SHOWN = Arguments(first=frozenset({"run", "serve"}), by_place="file or target")
_HUEY = Arguments(word_set("--no-periodic -n --verbose -v --quiet -q"), by_place="dotted")
_UVICORN = "-m uvicorn --uds {socket} --workers {workers} empty:app"
_STANDARD = ("uvicorn[standard]", "fastapi[standard]")
_OF_UVICORN = (
    ServerNeed("uvloop", ("uvloop",), ("--loop",), _STANDARD),
    ServerNeed("httptools", ("httptools",), ("--http",), _STANDARD),
    ServerNeed("websockets*", ("websockets",), ("--ws",), _STANDARD),
    ServerNeed("wsproto", ("wsproto",), ("--ws",)),
)
_OF_GUNICORN = (
    ServerNeed("gevent*", ("gevent",), extras=("gunicorn[gevent]",)),
    ServerNeed("gunicorn.workers.ggevent*", ("gevent",), extras=("gunicorn[gevent]",)),
    ServerNeed("eventlet", ("eventlet",), extras=("gunicorn[eventlet]",)),
    ServerNeed("gunicorn.workers.geventlet*", ("eventlet",), extras=("gunicorn[eventlet]",)),
    ServerNeed("tornado", ("tornado",), extras=("gunicorn[tornado]",)),
    ServerNeed("uvicorn.workers.*", ("uvicorn",)),
    ServerNeed("uvicorn_worker.*", ("uvicorn-worker",)),
    ServerNeed("aiohttp.*", ("aiohttp",)),
    ServerNeed("sanic.*", ("sanic",)),
    ServerNeed("meinheld.*", ("meinheld",)),
)
_OF_CELERY = (
    ServerNeed("gevent", ("gevent",), extras=("celery[gevent]",)),
    ServerNeed("eventlet", ("eventlet",), extras=("celery[eventlet]",)),
)
_OF_HYPERCORN = (
    ServerNeed("uvloop", ("uvloop",), ("-k", "--worker-class"), ("hypercorn[uvloop]",)),
    ServerNeed("trio", ("trio",), ("-k", "--worker-class"), ("hypercorn[trio]",)),
)
_OF_GRANIAN = (
    ServerNeed("uvloop", ("uvloop",), ("--loop",), ("granian[uvloop]",)),
    ServerNeed("rloop", ("rloop",), ("--loop",), ("granian[rloop]",)),
)

SERVERS: tuple[Server, ...] = (
    Server("gunicorn", "wsgi", "bare", ("-w", "--workers"), ("WEB_CONCURRENCY",), threads=("--threads",), port=8000,
           ports=(), binds=("-b", "--bind"), port_variables=("PORT",), pool=("-k", "--worker-class"),
           pool_default="sync",
           starts="-m gunicorn -b unix:{socket} -w {workers} -k {kind} empty:app",
           needs=_OF_GUNICORN,
           arguments=Arguments(_FLAGS - {"-d"}, by_place="first", object="application", folder=("--chdir",),
                               root=("--pythonpath",), settings=("-c", "--config"),
                               worker_class=("-k", "--worker-class"), classes=("--logger-class",)),
           own_classes=word_set("sync gthread tornado gunicorn"), more_words="GUNICORN_CMD_ARGS",
           preload=("--preload",), settings_files=("gunicorn.conf.py", "gunicorn*.py")),
    Server("uvicorn", "asgi", "fresh", ("--workers",), ("UVICORN_WORKERS", "WEB_CONCURRENCY"), has_master=False,
           port=8000, sockets=("--uds",), port_variables=("UVICORN_PORT",),
           starts=_UVICORN, needs=_OF_UVICORN, worker_module="uvicorn_worker",
           arguments=Arguments(_FLAGS - {"--ws", "-d"}, by_place="first", variables=("UVICORN_APP",),
                               root=("--app-dir",), root_variables=("UVICORN_APP_DIR",))),
    Server("fastapi", "asgi", "fresh", ("--workers",), ("WEB_CONCURRENCY",), has_master=False, words=_RUN,
           distribution="uvicorn", also=("fastapi", "fastapi-cli"), port=8000, starts=_UVICORN,
           arguments=Arguments(first=_RUN, target=("--entrypoint", "-e"), by_place="first", named_object=("--app",),
                               brings=("uvicorn",),
                               files=("main.py", "app.py", "api.py", "app/main.py", "app/app.py", "app/api.py"))),
    Server("litestar", "asgi", "fresh", ("-W", "--wc", "--web-concurrency"), ("WEB_CONCURRENCY",), has_master=False,
           words=_RUN, distribution="uvicorn", also=("litestar",), port=8000, ports=("-p", "--port"),
           sockets=("-U", "--uds"),
           port_variables=("LITESTAR_PORT",), starts=_UVICORN,
           arguments=Arguments(target=("--app",), variables=("LITESTAR_APP",))),
    Server("hypercorn", "asgi", "fresh", ("-w", "--workers"), port=8000, ports=(),
           binds=("-b", "--bind", "--insecure-bind"), needs=_OF_HYPERCORN,
           starts="-m hypercorn -b unix:{socket} -w {workers} empty:app",
           arguments=Arguments(by_place="first", variables=("HYPERCORN_APP",), object="app", root=("--app-dir",),
                               root_variables=("HYPERCORN_APP_DIR",))),
    Server("granian", "asgi", "bare", ("--workers",), ("GRANIAN_WORKERS",), port=8000, sockets=("--uds",),
           port_variables=("GRANIAN_PORT",),
           needs=_OF_GRANIAN,
           starts="-m granian --interface asgi --uds {socket} --workers {workers} empty:app",
           arguments=Arguments(by_place="first", variables=("GRANIAN_APP",), object="app", folder=("--working-dir",),
                               root=("--app-dir",), root_variables=("GRANIAN_APP_DIR",))),
    Server("uwsgi", "wsgi", "application", ("-p", "--processes", "--workers"), threads=("--threads",), has_master=False,
           programs=("pyuwsgi",), idle_workers=True, lazy=word_set("--lazy-apps --lazy"), ports=(),
           binds=("--http", "--http-socket", "--https", "-s", "--socket"),
           starts="uwsgi --socket {socket} --processes {workers} --need-app --module empty:app",
           arguments=Arguments(word_set("--master --enable-threads --lazy-apps --die-on-term -M"), object="application",
                               target=("--module", "-w", "--wsgi", "--wsgi-file"), named_object=("--callable",),
                               folder=("--chdir",), root=("--pythonpath", "--pp"),
                               settings=("--ini", "--yaml", "--json"), settings_suffix=".ini")),
    Server("waitress-serve", "wsgi", threads=("--threads",), programs=("waitress",), distribution="waitress", port=8080,
           binds=("--listen",), sockets=("--unix-socket",), starts="-m waitress --unix-socket={socket} empty:app",
           arguments=Arguments(by_place="target")),
    Server("daphne", "asgi", port=8000, ports=("-p", "--port"), sockets=("-u", "--unix-socket"),
           starts="-m daphne -u {socket} empty:app", arguments=Arguments(by_place="target")),
    Server("sanic", "asgi", "bare", ("-w", "--workers"), port=8000, ports=("-p", "--port"), sockets=("-u", "--unix"),
           arguments=Arguments(by_place="target")),
    Server("mod_wsgi-express", "wsgi", "bare", ("--processes",), threads=("--threads",), distribution="mod-wsgi",
           words=frozenset({"start-server"}), port=8000),
    Server("flask", "wsgi", words=_RUN, port=5000, ports=("-p", "--port"), port_variables=("FLASK_RUN_PORT",),
           starts="-m flask --app empty run -p 0",
           arguments=Arguments(word_set("--debug --no-debug"), target=("--app", "-A"), variables=("FLASK_APP",),
                               files=("wsgi.py", "app.py"))),
    Server("runserver", "wsgi", programs=("runserver_plus", "runsslserver"), distribution="django", port=8000,
           ports=()),  # the port is a word of its own: `runserver 0.0.0.0:8000`
    Server("streamlit", "script", words=_RUN, port=8501, ports=("--server.port",),
           port_variables=("STREAMLIT_SERVER_PORT",), session="/_stcore/stream", pages="pages",
           arguments=_OF_A_FILE),
    Server("chainlit", "script", words=_RUN, port=8000, ports=("-p", "--port"), port_variables=("CHAINLIT_PORT",),
           arguments=_OF_A_FILE),
    Server("functions-framework", "script", port=8080, port_variables=("PORT",), is_of_platform=True),
    Server("gradio", "script", port=7860, port_variables=("GRADIO_SERVER_PORT",), arguments=Arguments()),
    Server("panel", "script", words=frozenset({"serve"}), port=5006, session="-", arguments=_SHOWN),
    Server("bokeh", "script", words=frozenset({"serve"}), port=5006, session="-", arguments=_SHOWN),
    Server("marimo", "script", words=frozenset({"run", "edit"}), port=2718, ports=("-p", "--port"), session="-",
           arguments=_SHOWN),
    Server("solara", "script", words=_RUN, port=8765, session="-", arguments=_SHOWN),
    Server("shiny", "script", words=_RUN, port=8000, ports=("-p", "--port"), arguments=_SHOWN),
    Server("flet", "script", words=_RUN, ports=("-p", "--port"), arguments=_SHOWN),
    Server("lambda", "script", is_of_platform=True), Server("vercel", "script", is_of_platform=True),
    Server("awslambdaric", "script", is_of_platform=True),
    Server("lambda-entrypoint.sh", "script", is_of_platform=True),
    Server("celery", "celery", "application", ("-c", "--concurrency", "--autoscale"), ("CELERYD_CONCURRENCY",), CORES,
           pool=("-P", "--pool"), single=("solo", "threads", "gevent", "eventlet"), role="worker",
           words=frozenset({"worker", "multi"}), aside=word_set("beat flower"), objects=("app", "celery"),
           pool_default="prefork", master_works=True, needs=_OF_CELERY,
           starts="-m celery -A empty worker -c {workers} -P {kind} --without-gossip --without-mingle",
           arguments=Arguments(word_set("-E -B --beat"), target=("-A", "--app"), variables=("CELERY_APP", "APP"),
                               folder=("--workdir",)), settings_files=("celeryconfig.py",)),
    Server("dramatiq", "tasks", "bare", ("-p", "--processes"), default=CORES, threads=("-t", "--threads"),
           programs=("dramatiq-gevent",), role="worker", starts="-m dramatiq -p {workers} empty",
           more_modules=True, arguments=Arguments(by_place="target")),
    Server("taskiq", "tasks", "bare", ("-w", "--workers"), default=2, words=frozenset({"worker"}), role="worker",
           more_modules=True, aside=frozenset({"scheduler"}),
           arguments=Arguments(first=word_set("worker scheduler"), by_place="target")),
    Server("huey_consumer", "huey", "application", ("-w", "--workers"), pool=("-k", "--worker-type"),
           pool_default="thread", single=("thread", "greenlet", "gevent"), distribution="huey", role="worker",
           master_works=True, other_forks=1, needs=(ServerNeed("g*", ("gevent",)),),
           programs=("huey_consumer.py", "huey.bin.huey_consumer"),
           starts="-m huey.bin.huey_consumer empty.app -w {workers} -k {kind}", arguments=_HUEY),
    Server("rq", "tasks", "bare", ("-n", "--num-workers"), words=frozenset({"worker-pool"}), role="worker",
           aside=word_set("worker cron"),
           arguments=Arguments(word_set("--burst -b --with-scheduler"), target=("--config", "-c"),
                               root=("--path", "-P"))),
    Server("arq", "tasks", role="worker", arguments=Arguments(by_place="target")),
)  # fmt: skip

# Programs that serve nothing, and what their words say.
_OTHERS = {
    **dict.fromkeys(("mcp", "fastmcp"), _SHOWN), "huey_consumer.py": _HUEY,
    **dict.fromkeys(("alembic", "honcho", "supervisord", "jupyter", "mlflow", "django-admin"), Arguments()),
}  # fmt: skip
ARGUMENTS: Mapping[str, Arguments] = {server.name: server.arguments for server in SERVERS if server.arguments} | _OTHERS
SETTINGS_IN_CODE = tuple(dict.fromkeys(name for server in SERVERS for name in server.settings_files[-1:]))
BY_PROGRAM: Mapping[str, Server] = {name: server for server in SERVERS for name in server.spellings}
WITH_PAGES: Mapping[str, str] = {server.name: server.pages for server in SERVERS if server.pages}
# What a module calls its application, and the functions that make one, likeliest first.
OBJECTS = ("app", "application", "api", "server")
FACTORIES = ("create_app", "make_app", "get_app", "build_app", "create_application", "get_application")
# Programs of several processes that the names of few other things are like.
STARTED = tuple(server.name for server in SERVERS if server.starts and server.workers)


def worker_tools(worker: str) -> tuple[str, ...]:
    """Return what a worker class of gunicorn needs: it often lives in another distribution.

    uvicorn.workers.UvicornWorker, uvicorn_worker.UvicornWorker, gevent.
    """
    package = re.match(r"(?:egg:)?(\w+)", worker)
    if package is None or any(package[1] in server.own_classes for server in SERVERS):
        return ()
    return (*(server.name for server in SERVERS if server.worker_module == package[1]), package[1].replace("_", "-"))


def may_preload(program: str | None) -> bool:
    """Whether a server imports the application before it forks only if it is told to."""
    server = BY_PROGRAM.get(program or "")
    return server is not None and bool(server.preload)


_WORD = late_pattern(r"[^\s;&|()\"']+")


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


@dataclass(frozen=True, slots=True)
class ServingCall:
    """One function. `position` and `keyword` say which argument the application is."""

    server: str  # as in model.servers, where it has a row
    position: int = 0
    keyword: str = "app"


CALLS: Mapping[str, ServingCall] = {
    **dict.fromkeys(("uvicorn.run", "uvicorn.main.run", "uvicorn.Config", "uvicorn.config.Config"),
                    ServingCall("uvicorn")),
    **dict.fromkeys(("hypercorn.asyncio.serve", "hypercorn.trio.serve"), ServingCall("hypercorn.asyncio")),
    **dict.fromkeys(("granian.Granian", "granian.server.Granian"), ServingCall("granian", keyword="target")),
    **dict.fromkeys(("waitress.serve", "waitress.create_server"), ServingCall("waitress-serve")),
    **dict.fromkeys(("werkzeug.serving.run_simple", "werkzeug.run_simple"), ServingCall("flask", 2, "application")),
    "daphne.server.Server": ServingCall("daphne", keyword="application"),
    "aiohttp.web.run_app": ServingCall("aiohttp"),
    "gevent.pywsgi.WSGIServer": ServingCall("gevent", 1, "application"),
    "eventlet.wsgi.server": ServingCall("eventlet", 1, "site"),
    "cheroot.wsgi.Server": ServingCall("cheroot", 1, "wsgi_app"),
    "bjoern.run": ServingCall("bjoern", keyword="wsgi_app"),
    "wsgiref.simple_server.make_server": ServingCall("wsgiref", 2),
}  # fmt: skip

# Methods of an application that serve it, by the class that makes one.
RUNS: Mapping[str, str] = {
    "Flask": "flask", "APIFlask": "flask", "OpenAPI": "flask", "Dash": "flask", "Quart": "hypercorn", "Sanic": "sanic",
    "Bottle": "wsgiref", "Litestar": "uvicorn", "FastMCP": "uvicorn", "Robyn": "robyn", "SocketIO": "flask",
    "Celery": "celery", "Flet": "flet",
}  # fmt: skip
METHODS = frozenset({"run", "run_server", "worker_main", "start", "Worker"})
# Classes that an application of one's own is made of, which serves by itself.
BASES: Mapping[str, str] = dict.fromkeys(("BaseApplication", "Application", "WSGIApplication"), "gunicorn")

# Functions that start another program: whether it takes the place of this one.
PROGRAMS: Mapping[str, Literal["exec", "child"]] = {
    **{f"subprocess.{name}": "child" for name in ("run", "Popen", "call", "check_call", "check_output")},
    **{f"asyncio.create_subprocess_{name}": "child" for name in ("exec", "shell")},
    **{f"os.spawn{name}": "child" for name in ("l", "le", "lp", "lpe", "v", "ve", "vp", "vpe")},
    **{f"os.exec{name}": "exec" for name in ("l", "le", "lp", "lpe", "v", "ve", "vp", "vpe")},
    "os.system": "child", "os.popen": "child", "sh": "child", "pty.spawn": "child",
}  # fmt: skip
