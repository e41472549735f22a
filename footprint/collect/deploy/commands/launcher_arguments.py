"""What each launcher imports: one small reader of its arguments per launcher, in one literal table.

Source of the target rules: the option parsers and documentation of uvicorn, gunicorn, hypercorn, granian, daphne,
fastapi-cli, flask, celery, streamlit, waitress, sanic, litestar, panel, marimo, shiny and fastmcp.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from footprint.collect.deploy.commands.wrappers import Command, split_commands
from footprint.model.source_modules import Launch
from footprint.values import dataclass

_TARGET = re.compile(r"([A-Za-z_][\w.]*)(?::([A-Za-z_][\w.]*)(\(.*\))?)?", re.DOTALL)
_HANDLER = re.compile(r"[\w./-]*\w\.\w+")


def begin(name: str, command: Command, *more_tools: str) -> Launch:
    """Return the launch of a tool before its arguments are read."""
    own = () if name == "python" else (name,)
    tools = tuple(dict.fromkeys([*command.tools, *own, *more_tools]))
    return Launch(name, tools, working_dir=command.working_dir)


def aim(launch: Launch, target: str | None, *, attribute: str | None = None) -> Launch:
    """Return `launch` aimed at `module:attr`, `module:attr("x")` or `path/to/file.py:attr`."""
    if not target:
        return launch
    path, colon, name = target.partition(":")
    if path.endswith(".py") or "/" in path:
        return replace(launch, file=path, attribute=name if colon else attribute)
    match = _TARGET.fullmatch(target)
    if match is None:
        return launch
    factory = launch.factory or match[3] is not None
    return replace(launch, module=match[1], attribute=match[2] or attribute, factory=factory)


def join_folder(folder: str, more: str | None) -> str:
    """Return the folder after `cd more`; an absolute path says nothing about the project and counts as its top."""
    if not more:
        return folder
    if more.startswith(("/", "~", "$")):
        tail = re.sub(r"^(?:/app|/code|/src|/srv|/opt/\w+|/usr/src/\w+|/workspace|\$\w+|~)/?", "", more)
        return posixpath.normpath(tail) if tail and not tail.startswith("/") else "."
    return posixpath.normpath(posixpath.join(folder, more))


def _root(launch: Launch, folder: str | None) -> str | None:
    return join_folder(launch.working_dir, folder) if folder else None


@dataclass(frozen=True, slots=True)
class _Arguments:
    options: Mapping[str, str]  # the last value of each option; "" for a flag
    positional: tuple[str, ...]

    def get(self, *names: str) -> str | None:
        return next((self.options[name] for name in names if name in self.options), None)


def _is_option(word: str) -> bool:
    return word.startswith("-") and word != "-"  # which stands for the standard streams


def _split_arguments(words: Sequence[str], flags: frozenset[str] = frozenset()) -> _Arguments:
    """Separate options from targets. An option takes the next word unless it is a known flag or has `=`."""
    options: dict[str, str] = {}
    positional: list[str] = []
    index = 0
    while index < len(words):
        word = words[index]
        index += 1
        if not _is_option(word):
            positional += [word] if word != "-" else []
        elif "=" in word:
            key, _, value = word.partition("=")
            options[key] = value
        elif word in flags or word.startswith("--no-") or index >= len(words) or _is_option(words[index]):
            options[word] = ""
        elif len(word) > 2 and word[1] != "-":
            options[word[:2]] = word[2:]  # -w4, -kuvicorn.workers.UvicornWorker
        else:
            options[word] = words[index]
            index += 1
    return _Arguments(options, tuple(positional))


_FLAGS = frozenset(
    {"--reload", "--factory", "--proxy-headers", "--access-log", "--use-colors", "--preload", "--daemon", "-D"}
    | {"--debug", "--help", "--version", "--interactive", "--respawn-failed-workers", "--ws", "--h2c", "-d"}
    | {"--reuse-port", "--capture-output", "--enable-stdio-inheritance", "--server-header", "--date-header", "--call"}
    | {"--expose-tracebacks", "--access-logs", "--log-access"}
)


def _asgi_server(name: str, words: Sequence[str], command: Command) -> Launch:
    found = _split_arguments(words, _FLAGS - ({"--ws", "-d"} if name == "uvicorn" else set()))
    prefix = name.upper()
    target = found.positional[0] if found.positional else command.environ.get(f"{prefix}_APP")
    target = re.sub(r"^(?:asgi|wsgi):(?=.*:)", "", target or "") if name == "hypercorn" else target
    launch = begin(name, command)
    launch = replace(launch, working_dir=join_folder(launch.working_dir, found.get("--working-dir")))
    folder = found.get("--app-dir") or command.environ.get(f"{prefix}_APP_DIR")
    launch = replace(launch, factory="--factory" in found.options, import_root=_root(launch, folder))
    default = "app" if name in {"hypercorn", "granian"} else None
    return aim(launch, target, attribute=default)


def _gunicorn(name: str, words: Sequence[str], command: Command) -> Launch:
    extra = [word for words in split_commands(command.environ.get("GUNICORN_CMD_ARGS", "")) for word in words]
    found = _split_arguments([*extra, *words], _FLAGS - {"-d"})
    worker = found.get("-k", "--worker-class") or ""
    launch = replace(begin(name, command, *worker_tools(worker)), settings=found.get("-c", "--config"))
    launch = replace(launch, working_dir=join_folder(launch.working_dir, found.get("--chdir")))
    launch = replace(launch, import_root=_root(launch, (found.get("--pythonpath") or "").partition(",")[0]))
    return aim(launch, found.positional[0] if found.positional else None, attribute="application")


def worker_tools(worker: str) -> tuple[str, ...]:
    """Return what a worker class of gunicorn needs: it often lives in another distribution.

    uvicorn.workers.UvicornWorker, uvicorn_worker.UvicornWorker, gevent.
    """
    package = re.match(r"(?:egg:)?(\w+)", worker)
    more = [package[1]] if package and package[1] not in {"sync", "gthread", "gunicorn", "tornado"} else []
    more = ["uvicorn", *more] if more == ["uvicorn_worker"] else more
    return tuple(tool.replace("_", "-") for tool in more)


def _fastapi(name: str, words: Sequence[str], command: Command) -> Launch | None:
    if not words or words[0] not in {"run", "dev"}:
        return None
    found = _split_arguments(words[1:], _FLAGS)
    launch = begin(name, command, "uvicorn")
    target = found.get("--entrypoint", "-e") or (found.positional[0] if found.positional else None)
    return aim(launch, target, attribute=found.get("--app"))


def _flask(name: str, words: Sequence[str], command: Command) -> Launch:
    found = _split_arguments(words, frozenset({"--debug", "--no-debug"}))
    target = found.get("--app", "-A") or command.environ.get("FLASK_APP")
    return aim(begin(name, command), target)


def _uwsgi(name: str, words: Sequence[str], command: Command) -> Launch:
    found = _split_arguments(words, frozenset({"--master", "--enable-threads", "--lazy-apps", "--die-on-term", "-M"}))
    launch = begin(name, command)
    launch = replace(launch, working_dir=join_folder(launch.working_dir, found.get("--chdir")))
    if (folder := found.get("--pythonpath", "--pp")) is not None:
        launch = replace(launch, import_root=_root(launch, folder))
    attribute = found.get("--callable") or "application"
    named = found.get("--ini", "--yaml", "--json") or next((w for w in found.positional if w.endswith(".ini")), None)
    launch = replace(launch, settings=named)
    return aim(launch, found.get("--module", "-w", "--wsgi", "--wsgi-file"), attribute=attribute)


def _celery(name: str, words: Sequence[str], command: Command) -> Launch:
    found = _split_arguments(words, frozenset({"-E", "-B", "--beat"}))
    folder = found.get("--workdir")
    launch = begin(name, command)
    target = found.get("-A", "--app") or command.environ.get("CELERY_APP") or command.environ.get("APP")
    if target is None and "flower" in words:  # it watches the queue, and needs no application
        return replace(launch, launcher="flower")
    return aim(replace(launch, working_dir=join_folder(launch.working_dir, folder)), target)


def _streamlit(name: str, words: Sequence[str], command: Command) -> Launch | None:
    found = _split_arguments(words[1:]) if words and words[0] == "run" else None
    if found is None or not found.positional:
        return None
    return replace(begin(name, command), file=found.positional[0], is_script=True)


def _file_or_target(name: str, words: Sequence[str], command: Command) -> Launch | None:
    """panel, bokeh, marimo, solara, shiny, flet, mcp, fastmcp: a file after `run` or `serve`, or `module:attr`."""
    found = _split_arguments(words[1:], _FLAGS) if words and words[0] in {"run", "serve"} else None
    target = found.positional[0] if found is not None and found.positional else ""
    if target.endswith(".py"):
        return replace(begin(name, command), file=target, is_script=True)
    return aim(begin(name, command), target) if ".py:" in target or ":" in target else None


def _litestar(name: str, words: Sequence[str], command: Command) -> Launch:
    found = _split_arguments(words, _FLAGS)
    return aim(begin(name, command), found.get("--app") or command.environ.get("LITESTAR_APP"))


def _runs_target(name: str, words: Sequence[str], command: Command) -> Launch:
    """daphne, waitress-serve, arq, dramatiq, rq: the target is the last positional, or the only one."""
    found = _split_arguments(words, _FLAGS)
    targets = [word for word in found.positional if ":" in word or _TARGET.fullmatch(word)]
    launch = replace(begin(name, command), factory="--call" in found.options)
    return aim(launch, targets[0] if targets else None)


def _rq(name: str, words: Sequence[str], command: Command) -> Launch:
    """Take the settings of a worker: the jobs themselves are named in the queue."""
    found = _split_arguments(words, frozenset({"--burst", "-b", "--with-scheduler"}))
    launch = replace(begin(name, command), import_root=_root(begin(name, command), found.get("--path", "-P")))
    return aim(launch, found.get("--config", "-c"))


def _huey(name: str, words: Sequence[str], command: Command) -> Launch:
    """Take `pkg.tasks.huey`: the last part is the object."""
    found = _split_arguments(words, frozenset({"--no-periodic", "-n", "--verbose", "-v", "--quiet", "-q"}))
    module, _, attribute = (found.positional[0] if found.positional else "").rpartition(".")
    return aim(begin(name, command), module, attribute=attribute or None)


def _taskiq(name: str, words: Sequence[str], command: Command) -> Launch | None:
    return _runs_target(name, words[1:], command) if words and words[0] in {"worker", "scheduler"} else None


def handler_launch(handler: str) -> Launch | None:
    """Return what a handler names: `src/api.handle` and `src.api.handle` are the function of one module."""
    if _HANDLER.fullmatch(handler) is None:
        return None
    module, _, attribute = handler.removeprefix("./").rpartition(".")
    module = module.replace("/", ".")
    if not all(part.isidentifier() for part in module.split(".")):
        return None
    return Launch("lambda", (), module, attribute)


def _lambda(name: str, words: Sequence[str], command: Command) -> Launch | None:
    """Take the handler that the runtime of Lambda is given: `python -m awslambdaric app.handler`."""
    found = handler_launch(words[0]) if words else None
    tools = begin(name, command).tools if name == "awslambdaric" else command.tools
    return replace(found, tools=tuple(tools), working_dir=command.working_dir) if found is not None else None


def _functions_framework(name: str, words: Sequence[str], command: Command) -> Launch:
    """Take the function of a Google Cloud function; it lies in main.py unless said otherwise."""
    found = _split_arguments(words, _FLAGS)
    target, source = found.get("--target"), found.get("--source") or "main.py"
    launch = aim(begin(name, command), posixpath.splitext(source)[0].replace("/", "."))
    return replace(launch, attribute=target)


def _named_only(name: str, _words: Sequence[str], command: Command) -> Launch:
    """Take a tool whose target is not on its command line: its distribution is needed all the same."""
    return begin(name, command)


LAUNCHERS: Mapping[str, Callable[[str, Sequence[str], Command], Launch | None]] = {
    **dict.fromkeys(("uvicorn", "hypercorn", "granian"), _asgi_server),
    "gunicorn": _gunicorn,
    "fastapi": _fastapi,
    "flask": _flask,
    "uwsgi": _uwsgi,
    "celery": _celery,
    "rq": _rq,
    "taskiq": _taskiq,
    "litestar": _litestar,
    "functions-framework": _functions_framework,
    **dict.fromkeys(("streamlit", "chainlit"), _streamlit),
    **dict.fromkeys(("awslambdaric", "lambda-entrypoint.sh"), _lambda),
    **dict.fromkeys(("daphne", "waitress-serve", "arq", "dramatiq", "sanic"), _runs_target),
    **dict.fromkeys(("huey_consumer", "huey_consumer.py"), _huey),
    **dict.fromkeys(("panel", "bokeh", "marimo", "solara", "shiny", "flet", "mcp", "fastmcp"), _file_or_target),
    **dict.fromkeys(("alembic", "honcho", "supervisord", "jupyter", "mlflow", "gradio", "django-admin"), _named_only),
}


def is_launcher(tool: str) -> bool:
    """Return whether `tool` starts or prepares an application wherever it is named, and is no tool of developers."""
    return tool in LAUNCHERS and tool not in {"jupyter", "mlflow"}
