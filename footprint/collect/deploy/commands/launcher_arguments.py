"""What the words after a launcher mean: what it imports, from where, with how many workers.

The rows stand in `knowledge/servers.py`.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Mapping, Sequence

from footprint.collect.deploy.commands.shell_lines import Command, split_commands
from footprint.credentials import is_odd, is_secret_name
from footprint.knowledge.servers import ARGUMENTS, BY_PROGRAM, Arguments, Server, values_of, worker_tools
from footprint.late import late_pattern
from footprint.model.source_modules import Launch
from footprint.values import dataclass, replace

_TARGET = late_pattern(r"([A-Za-z_][\w.]*)(?::([A-Za-z_][\w.]*)(\(.*\))?)?", re.DOTALL)
_FACTORY = frozenset({"--factory", "--call"})
_HANDLER = late_pattern(r"[\w./-]*\w\.\w+")


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


def read_launch(name: str, words: Sequence[str], command: Command) -> Launch | None:
    """Return what a program launches, by the row that says what its arguments mean; None where it launches nothing."""
    row = ARGUMENTS[name]
    if row.first:
        if not words or words[0] not in row.first:
            return None
        words = words[1:]
    found = _split_arguments([*more_words(name, command.environ), *words], row.flags)
    root = found.get(*row.root) or _variable(row.root_variables, command) or ""
    launch = begin(name, command, *row.brings, *worker_tools(found.get(*row.worker_class) or ""))
    launch = replace(launch, working_dir=join_folder(launch.working_dir, found.get(*row.folder)))
    folder = root.partition(",")[0]
    settings = next((word for word in found.positional if word.endswith(row.settings_suffix)), None)
    import_root = join_folder(launch.working_dir, folder) if folder else None
    launch = replace(launch, import_root=import_root, settings=found.get(*row.settings) or settings)
    launch = replace(launch, factory=not _FACTORY.isdisjoint(found.options))
    placed = _placed(row, found.positional)
    if row.by_place == "file" or (row.by_place == "file or target" and placed.endswith(".py")):
        return replace(launch, file=placed, is_script=True) if placed else None
    if row.by_place == "file or target" and ":" not in placed:
        return None
    if row.by_place == "dotted":  # pkg.tasks.huey
        placed, _, attribute = placed.rpartition(".")
        return aim(launch, placed, attribute=attribute or None)
    target = found.get(*row.target) or placed or _variable(row.variables, command)
    target = re.sub(r"^(?:asgi|wsgi):(?=.*:)", "", target or "")  # as hypercorn takes it
    if not target and "flower" in words:  # it watches the queue of celery, and needs no application
        return replace(launch, launcher="flower")
    return aim(launch, target, attribute=found.get(*row.named_object) or row.object)


def more_words(name: str, environ: Mapping[str, str]) -> list[str]:
    """Return the words that a variable adds to the command line of a server."""
    server = BY_PROGRAM.get(name)
    line = environ.get(server.more_words, "") if server is not None else ""
    return [word for words in split_commands(line) for word in words]


def _variable(names: Sequence[str], command: Command) -> str | None:
    return next(filter(None, map(command.environ.get, names)), None)


def _placed(row: Arguments, words: Sequence[str]) -> str:
    """Return the word that names the application by its place, "" for none."""
    if row.by_place == "target":
        words = [word for word in words if ":" in word or _TARGET.fullmatch(word)]
    return words[0] if words and row.by_place else ""


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
    found = _split_arguments(words, Arguments().flags)
    target, source = found.get("--target"), found.get("--source") or "main.py"
    return replace(aim(begin(name, command), posixpath.splitext(source)[0].replace("/", ".")), attribute=target)


LAUNCHERS: Mapping[str, Callable[[str, Sequence[str], Command], Launch | None]] = {
    **dict.fromkeys(ARGUMENTS, read_launch),
    "functions-framework": _functions_framework,
    **dict.fromkeys(("awslambdaric", "lambda-entrypoint.sh"), _lambda),
}


def is_launcher(tool: str) -> bool:
    """Return whether `tool` starts or prepares an application wherever it is named, and is no tool of developers."""
    return tool in LAUNCHERS and tool not in {"jupyter", "mlflow"}


# Of the variables that a deploy file sets these are kept, and words under names that say no secret: others may be
# passwords.
_WANTED = late_pattern(
    r"GUNICORN_CMD_ARGS|PYTHONPATH|PYTHON_LAZY_IMPORTS|FLASK_APP|CELERY_APP|(?:UVICORN|GRANIAN)_[A-Z_]+|[A-Z_]*(?:WORKERS|CONCURRENCY|THREADS|PRELOAD)"
)
_NAME = late_pattern(r"\$\{?(\w+)\}?")
_WORD = late_pattern(r"[A-Za-z0-9][\w.+-]{0,39}")


def keep_environ(pairs: Mapping[str, str | None]) -> dict[str, str]:
    """Return the variables that say how to start, and between what the code chooses: PROVIDER=openai."""
    return {
        name: value for name, value in pairs.items() if value and (_WANTED.fullmatch(name) or _is_word(name, value))
    }


def _is_word(name: str, value: str) -> bool:
    return _WORD.fullmatch(value) is not None and not is_secret_name(name) and not is_odd(value)


def with_processes(launch: Launch, words: Sequence[str], environ: Mapping[str, str]) -> Launch:
    """Return `launch` with its workers, threads and whether they share the application's pages, where that is stated.

    `words` follow the launcher's name.
    """
    server = BY_PROGRAM.get(launch.launcher)
    if server is None or not server.options or (server.words and not server.words.intersection(words)):
        return launch
    words = [*more_words(launch.launcher, environ), *words]
    launch = replace(launch, pool=_last(words, server.pool))
    threads = _count(_last(words, server.threads), environ)
    stated = _last(words, server.options)
    if stated is not None:
        launch = replace(launch, workers=_count(stated, environ), workers_from="option")
    else:
        workers = _count(next((environ[name] for name in server.variables if name in environ), None), environ)
        launch = replace(launch, workers=workers, workers_from="environment" if workers is not None else None)
    return _forks(replace(launch, threads=threads), server, words)


def _forks(launch: Launch, server: Server, words: Sequence[str]) -> Launch:
    """Say whether the application is imported before the workers are forked."""
    pool = _last(words, server.pool) or server.pool_default
    if pool in server.single:
        return replace(launch, workers=1, workers_from="option", threads=launch.workers, preload=None)
    if not set(server.preload).isdisjoint(words):
        return replace(launch, preload=True)
    if not server.forks_it(pool) or (not server.has_master and launch.workers is None):
        return launch
    return replace(launch, preload=server.lazy.isdisjoint(words))


def _last(words: Sequence[str], options: Sequence[str]) -> str | None:
    return next(reversed(values_of(words, options)), None)


def _count(text: str | None, environ: Mapping[str, str]) -> int | None:
    """Return a count, the value of a variable among them; None for what only the machine knows: `$(nproc)`."""
    text = (text or "").partition(",")[0]  # celery --autoscale=8,2
    match = _NAME.fullmatch(text)
    return count_of(environ.get(match[1]) if match else text)


def count_of(value: object, most: int = 10_000) -> int | None:
    """Return a number above 0, which may be written as a text; None for anything else."""
    found = whole_number(value)
    return found if found is not None and 0 < found <= most else None


def whole_number(value: object) -> int | None:
    """Return a number that may be written as a text; None for anything else."""
    text = str(int(value)) if isinstance(value, bool) else str(value)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
