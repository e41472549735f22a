"""A start command to what it imports: wrappers taken off, then one small reader per launcher.

Source of the target rules: the option parsers and documentation of uvicorn, gunicorn, hypercorn, granian, daphne,
fastapi-cli, flask, celery, streamlit, waitress and the Python command line.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from footprint.collect.deploy.processes import with_processes
from footprint.collect.deploy.wrappers import (
    CHARACTERS_AT_MOST,
    PYTHON,
    SHELLS,
    WRAPPERS,
    Command,
    handed_on,
    split_commands,
    unwrap,
)
from footprint.model.sources import Launch

_TARGET = re.compile(r"([A-Za-z_][\w.]*)(?::([A-Za-z_][\w.]*)(\(.*\))?)?", re.DOTALL)
_VARIABLE = re.compile(r"\$\{(\w+):?[-=]([^}]{0,200})\}")  # bounded: one that is open is tried at each of many


def parse_command(command: str, environ: Mapping[str, str] = MappingProxyType({})) -> Launch | None:
    """Return what a start command launches, None when no launcher in it is known.

    Of several commands in one line the last that is a launcher counts: what comes before prepares.
    `${NAME:-default}` is taken as its default, unless `environ`, which the same file sets, has the name.
    """
    if len(command) > CHARACTERS_AT_MOST:
        return None
    line = _VARIABLE.sub(lambda match: environ.get(match[1]) or match[2], command)
    return _parse_line(line, Command([], environ=dict(environ)), depth=0)


def _parse_line(line: str, start: Command, *, depth: int) -> Launch | None:
    found: list[Launch] = []
    current = start
    for words in split_commands(line):
        current = Command(words, current.working_dir, dict(current.environ), list(start.tools))
        if words[0] == "cd" and len(words) > 1:
            current.working_dir = join_folder(current.working_dir, words[-1])
        elif words[0] == "export":
            current.environ |= dict(word.split("=", 1) for word in words[1:] if "=" in word)
        else:
            launch = _parse_simple(_with_words(current, words), depth=depth)
            found += [launch] if launch else []
    if not found:
        return None
    aimed = [launch for launch in found if launch.module or launch.file]
    tools = dict.fromkeys(tool for launch in found for tool in launch.tools)
    return replace((aimed or found)[-1], tools=tuple(tools))


def _with_words(command: Command, words: list[str]) -> Command:
    """Return the same circumstances with other words; what the command itself sets stays its own."""
    return Command(words, command.working_dir, dict(command.environ), list(command.tools))


def _parse_simple(command: Command, *, depth: int) -> Launch | None:
    unwrap(command, _is_known)
    words = command.words
    if not words or depth > 4:
        return None
    name = posixpath.basename(words[0])
    if name in SHELLS:
        script = next((index for index, word in enumerate(words) if re.fullmatch(r"-[a-z]*c", word)), None)
        if script is None or script + 1 >= len(words):
            return None
        return _parse_line(words[script + 1], command, depth=depth + 1)
    if PYTHON.fullmatch(name):
        return _python(command, depth=depth)
    reader = _LAUNCHERS.get(name)
    if reader is not None:
        found = reader(name, words[1:], command)
        return with_processes(found, words[1:], command.environ) if found is not None else None
    rest = handed_on(words)
    return _parse_simple(_with_words(command, rest), depth=depth + 1) if rest else None


def _is_known(word: str) -> bool:
    name = posixpath.basename(word)
    return name in _LAUNCHERS or name in SHELLS or name in WRAPPERS or PYTHON.fullmatch(name) is not None


def _python(command: Command, *, depth: int) -> Launch | None:
    words = command.words[1:]
    while words and words[0].startswith("-") and words[0] not in {"-m", "-c", "-"}:
        if re.fullmatch(r"-m\S+", words[0]):
            words[:1] = ["-m", words[0][2:]]
            break
        option = words.pop(0)
        if option in {"-W", "-X", "--check-hash-based-pycs"} and words:
            words.pop(0)
    if len(words) >= 2 and words[0] == "-m":
        module, rest = words[1], words[2:]
        name = module.partition(".")[0]
        known = _parse_simple(_with_words(command, [name, *rest]), depth=depth + 1)
        if known is not None and known.launcher == name:
            return known  # python -m uvicorn main:app, python -m gunicorn.app.wsgiapp main:app
        launch = _launch("python", command)
        return replace(launch, module=module, is_script=True)
    if words and not words[0].startswith("-"):
        return replace(_launch("python", command), file=words[0], is_script=True)
    return None


def _launch(name: str, command: Command, *more_tools: str) -> Launch:
    own = () if name == "python" else (name,)
    tools = tuple(dict.fromkeys([*command.tools, *own, *more_tools]))
    return Launch(name, tools, None, None, None, command.working_dir, factory=False, is_script=False)


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


def _split_arguments(words: Sequence[str], flags: frozenset[str] = frozenset()) -> _Arguments:
    """Separate options from targets. An option takes the next word unless it is a known flag or has `=`."""
    options: dict[str, str] = {}
    positional: list[str] = []
    index = 0
    while index < len(words):
        word = words[index]
        index += 1
        if not word.startswith("-") or word == "-":
            positional.append(word)
        elif "=" in word:
            key, _, value = word.partition("=")
            options[key] = value
        elif word in flags or word.startswith("--no-") or index >= len(words) or words[index].startswith("-"):
            options[word] = ""
        elif len(word) > 2 and word[1] != "-":
            options[word[:2]] = word[2:]  # -w4, -kuvicorn.workers.UvicornWorker
        else:
            options[word] = words[index]
            index += 1
    return _Arguments(options, tuple(positional))


_FLAGS = frozenset(
    {
        "--reload",
        "--factory",
        "--proxy-headers",
        "--access-log",
        "--use-colors",
        "--preload",
        "--daemon",
        "-D",
        "--debug",
    }
    | {"--help", "--version", "--interactive", "--respawn-failed-workers", "--ws", "--log-access", "--h2c", "-d"}
    | {"--reuse-port", "--capture-output", "--enable-stdio-inheritance", "--server-header", "--date-header", "--call"}
    | {"--expose-tracebacks", "--access-logs"}
)


def _asgi_server(name: str, words: Sequence[str], command: Command) -> Launch:
    found = _split_arguments(words, _FLAGS - ({"--ws", "-d"} if name == "uvicorn" else set()))
    prefix = name.upper()
    target = found.positional[0] if found.positional else command.environ.get(f"{prefix}_APP")
    target = re.sub(r"^(?:asgi|wsgi):", "", target or "") if name == "hypercorn" else target
    launch = _launch(name, command)
    launch = replace(launch, working_dir=join_folder(launch.working_dir, found.get("--working-dir")))
    folder = found.get("--app-dir") or command.environ.get(f"{prefix}_APP_DIR")
    launch = replace(launch, factory="--factory" in found.options, import_root=_root(launch, folder))
    default = "app" if name in {"hypercorn", "granian"} else None
    return aim(launch, target, attribute=default)


def _gunicorn(name: str, words: Sequence[str], command: Command) -> Launch:
    extra = [word for words in split_commands(command.environ.get("GUNICORN_CMD_ARGS", "")) for word in words]
    found = _split_arguments([*extra, *words], _FLAGS - {"-d"})
    worker = found.get("-k", "--worker-class") or ""
    launch = replace(_launch(name, command, *worker_tools(worker)), settings=found.get("-c", "--config"))
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
    launch = _launch(name, command, "uvicorn")
    target = found.get("--entrypoint", "-e") or (found.positional[0] if found.positional else None)
    return aim(launch, target, attribute=found.get("--app"))


def _flask(name: str, words: Sequence[str], command: Command) -> Launch:
    found = _split_arguments(words, frozenset({"--debug", "--no-debug"}))
    target = found.get("--app", "-A") or command.environ.get("FLASK_APP")
    return aim(_launch(name, command), target)


def _uwsgi(name: str, words: Sequence[str], command: Command) -> Launch:
    found = _split_arguments(words, frozenset({"--master", "--enable-threads", "--lazy-apps", "--die-on-term", "-M"}))
    launch = _launch(name, command)
    launch = replace(launch, working_dir=join_folder(launch.working_dir, found.get("--chdir")))
    if (folder := found.get("--pythonpath", "--pp")) is not None:
        launch = replace(launch, import_root=_root(launch, folder))
    attribute = found.get("--callable") or "application"
    return aim(launch, found.get("--module", "-w", "--wsgi", "--wsgi-file"), attribute=attribute)


def _celery(name: str, words: Sequence[str], command: Command) -> Launch:
    found = _split_arguments(words, frozenset({"-E", "-B", "--beat"}))
    folder = found.get("--workdir")
    launch = _launch(name, command)
    target = found.get("-A", "--app") or command.environ.get("CELERY_APP") or command.environ.get("APP")
    return aim(replace(launch, working_dir=join_folder(launch.working_dir, folder)), target)


def _streamlit(name: str, words: Sequence[str], command: Command) -> Launch | None:
    found = _split_arguments(words[1:]) if words and words[0] == "run" else None
    if found is None or not found.positional:
        return None
    return replace(_launch(name, command), file=found.positional[0], is_script=True)


def _runs_target(name: str, words: Sequence[str], command: Command) -> Launch:
    """daphne, waitress-serve, arq, dramatiq, rq: the target is the last positional, or the only one."""
    found = _split_arguments(words, _FLAGS)
    targets = [word for word in found.positional if ":" in word or _TARGET.fullmatch(word)]
    launch = replace(_launch(name, command), factory="--call" in found.options)
    return aim(launch, targets[0] if targets else None)


def _rq(name: str, words: Sequence[str], command: Command) -> Launch:
    """Take the settings of a worker: the jobs themselves are named in the queue."""
    found = _split_arguments(words, frozenset({"--burst", "-b", "--with-scheduler"}))
    launch = replace(_launch(name, command), import_root=_root(_launch(name, command), found.get("--path", "-P")))
    return aim(launch, found.get("--config", "-c"))


def _huey(name: str, words: Sequence[str], command: Command) -> Launch:
    """Take `pkg.tasks.huey`: the last part is the object."""
    found = _split_arguments(words, frozenset({"--no-periodic", "-n", "--verbose", "-v", "--quiet", "-q"}))
    module, _, attribute = (found.positional[0] if found.positional else "").rpartition(".")
    return aim(_launch(name, command), module, attribute=attribute or None)


def _taskiq(name: str, words: Sequence[str], command: Command) -> Launch | None:
    return _runs_target(name, words[1:], command) if words and words[0] in {"worker", "scheduler"} else None


def _named_only(name: str, _words: Sequence[str], command: Command) -> Launch:
    """Take a tool whose target is not on its command line: its distribution is needed all the same."""
    return _launch(name, command)


_LAUNCHERS: Mapping[str, Callable[[str, Sequence[str], Command], Launch | None]] = {
    "uvicorn": _asgi_server,
    "hypercorn": _asgi_server,
    "granian": _asgi_server,
    "gunicorn": _gunicorn,
    "fastapi": _fastapi,
    "flask": _flask,
    "uwsgi": _uwsgi,
    "celery": _celery,
    "streamlit": _streamlit,
    "daphne": _runs_target,
    "waitress-serve": _runs_target,
    "arq": _runs_target,
    "dramatiq": _runs_target,
    "alembic": _named_only,
    "rq": _rq,
    "huey_consumer": _huey,
    "huey_consumer.py": _huey,
    "taskiq": _taskiq,
    "honcho": _named_only,
    "supervisord": _named_only,
    "jupyter": _named_only,
    "mlflow": _named_only,
    "chainlit": _streamlit,
    "gradio": _named_only,
    "litestar": _named_only,
    "django-admin": _named_only,
}


def is_launcher(tool: str) -> bool:
    """Return whether `tool` starts or prepares an application wherever it is named, and is no tool of developers."""
    return tool in _LAUNCHERS and tool not in {"jupyter", "mlflow"}
