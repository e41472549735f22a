"""Start commands completed by files that their launchers read: gunicorn.conf.py, uwsgi.ini, [tool.fastapi]."""

from __future__ import annotations

import ast
import posixpath
import shlex
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from footprint.collect.deploy.commands.launcher_arguments import aim, count_of, join_folder, whole_number
from footprint.collect.deploy.commands.launchers import parse_command
from footprint.collect.deploy.files.deploy_files import Unreadable, folder_of, is_file_of, join, read_text, text_at
from footprint.collect.deploy.platforms import of_platform
from footprint.documents.python_trees import assigned, dotted_name, parse_python
from footprint.documents.toml import try_toml
from footprint.knowledge.servers import BY_PROGRAM, worker_tools
from footprint.model.note import Note
from footprint.model.source_modules import Launch, StartCommand
from footprint.values import dataclass, replace


def complete_commands(
    project: Path, commands: tuple[StartCommand, ...]
) -> tuple[tuple[StartCommand, ...], tuple[Note, ...]]:
    """Return the commands with what their settings files add, and notes on what these leave open."""
    notes: dict[tuple[str | None, str], Note] = {}
    done = []
    for command in commands:
        launch = command.launch
        if launch is not None and _unasked(launch):
            launch, found = _with_gunicorn(project, command, launch)
            notes |= {(note.path, note.message): note for note in found}
        elif launch is not None and launch.launcher in _WITH_TARGET and launch.module is None and launch.file is None:
            launch = _WITH_TARGET[launch.launcher](project, command, launch)
        done.append(replace(command, launch=launch) if launch is not command.launch else command)
    return tuple(done), tuple(notes.values())


def _unasked(launch: Launch) -> str:
    """Return the file of settings in Python that a launcher reads without being told, "" where it reads none."""
    server = BY_PROGRAM.get(launch.launcher)
    return server.unasked_settings if server is not None else ""


def _with_gunicorn(project: Path, command: StartCommand, launch: Launch) -> tuple[Launch, list[Note]]:
    path = _settings_file(project, command, launch)
    if path is None:
        return launch, []
    try:
        settings = read_settings(read_text(project, path), dict(command.environ))
    except (Unreadable, ValueError) as why:
        return launch, [Note("unreadable-file", str(why), path)]
    launch, notes = _with_workers(launch, settings, path)
    if hooks := [name for name in HOOKS if name in settings]:
        message = f"{', '.join(hooks)} run in the real command only: what they take, only --live can tell"
        notes.append(Note("start-hooks-not-run", message, path, settings[hooks[0]].line))
    if launch.preload is None and isinstance(preload := _value(settings, "preload_app"), bool):
        launch = replace(launch, preload=preload)
    worker = _value(settings, "worker_class")
    if isinstance(worker, str):
        tools = tuple(dict.fromkeys([*launch.tools, *worker_tools(worker)]))
        launch = replace(launch, tools=tools, pool=launch.pool or worker)
    for key in ("chdir", "pythonpath"):
        folder = _value(settings, key)
        if isinstance(folder, str):
            joined = join_folder(launch.working_dir, folder.partition(",")[0])
            if key == "chdir" and launch.working_dir == ".":
                launch = replace(launch, working_dir=joined)
            elif key == "pythonpath" and launch.import_root is None:
                launch = replace(launch, import_root=joined)
    target = _value(settings, "wsgi_app")
    if launch.module is None and launch.file is None and isinstance(target, str):
        launch = aim(launch, target, attribute="application")
    return launch, notes


def _with_uwsgi(project: Path, command: StartCommand, launch: Launch) -> Launch:
    """Return the launch with what its file of settings says; options of the command are few beside it."""
    name = (launch.settings or "uwsgi.ini").lstrip("/")
    tails = ["/".join(name.split("/")[start:]) for start in range(name.count("/") + 1)]
    for folder in _folders(command, launch):
        for tail in tails:
            text = text_at(project, join(folder, tail))
            words = of_platform("uwsgi", "read_options")(text) if text else ()
            served = parse_command(shlex.join(["uwsgi", *words])) if words else None
            if served is not None and (served.module or served.file):
                tools = tuple(dict.fromkeys([*launch.tools, *served.tools]))
                return replace(served, tools=tools, settings=launch.settings)
    return launch


def _with_workers(launch: Launch, settings: Mapping[str, GunicornSetting], path: str) -> tuple[Launch, list[Note]]:
    """Return the launch with the file's workers and threads: options come before them, the environment after."""
    notes = []
    setting = settings.get("workers")
    if setting is not None and launch.workers_from != "option":
        count = count_of(setting.value)
        launch = replace(launch, workers=count, workers_from="settings")
        if count is None:
            message = f"the number of workers is only known where it runs: workers = {setting.text}"
            notes.append(Note("workers-unknown", message, path, setting.line))
    if launch.threads is None:
        launch = replace(launch, threads=count_of(_value(settings, "threads")))
    return launch, notes


def _value(settings: Mapping[str, GunicornSetting], name: str) -> Value | None:
    return settings[name].value if name in settings else None


def _settings_file(project: Path, command: StartCommand, launch: Launch) -> str | None:
    """Return the settings file, looked for where the command runs and where an image may have it from."""
    named = launch.settings or _unasked(launch)
    if named.startswith("python:"):
        named = named.removeprefix("python:").replace(".", "/") + ".py"
    named = named.removeprefix("file:").removeprefix("./")
    places = [join_folder(".", posixpath.dirname(named)), "."] if named.startswith(("/", "$", "~")) else ["."]
    name = posixpath.basename(named) if len(places) > 1 else named
    for folder in _folders(command, launch):
        for place in places:
            path = join(folder, place, name)
            if is_file_of(project, path):
                return path
    return None


def _with_fastapi(project: Path, command: StartCommand, launch: Launch) -> Launch:
    for folder in _folders(command, launch):
        path = join(folder, "pyproject.toml")
        entrypoint = try_toml(text_at(project, path) or "", path).get("tool", "fastapi", "entrypoint")
        if isinstance(entrypoint, str):
            return aim(launch, entrypoint)
    return launch


_WITH_TARGET = {"uwsgi": _with_uwsgi, "fastapi": _with_fastapi}


def _folders(command: StartCommand, launch: Launch) -> Iterator[str]:
    joined = join(command.working_dir, launch.working_dir)
    yield from dict.fromkeys([joined, command.working_dir, *command.folders, folder_of(command.path), "."])


# Functions of the file that run in the real command while it starts, in the process above the workers or in each.
HOOKS = ("on_starting", "when_ready", "pre_fork", "post_fork", "post_worker_init")
CHARACTERS_AT_MOST = 64 * 1024
WANTED = frozenset(HOOKS) | frozenset(
    {"workers", "threads", "preload_app", "worker_class", "bind", "wsgi_app", "chdir", "pythonpath", "max_requests"}
)


@dataclass(frozen=True, slots=True)
class GunicornSetting:
    """One assignment; `value` is None for what is only known where it runs: `multiprocessing.cpu_count() * 2 + 1`."""

    value: Value | None
    line: int
    text: str  # the right side, as written


def read_settings(text: str, environ: Mapping[str, str]) -> Mapping[str, GunicornSetting]:
    """Return the settings and hooks that a file states, by name; a later one counts, one under a condition is unknown.

    `os.environ.get("WEB_CONCURRENCY", 2)` is what `environ` has, else the default.
    Raises: ValueError for a text that is not Python.
    """
    if len(text) > CHARACTERS_AT_MOST:
        raise ValueError(f"larger than {CHARACTERS_AT_MOST // 1024} KiB: not read")
    try:
        tree = parse_python(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise ValueError(f"not valid Python: {str(error)[:200]}") from None
    known: dict[str, GunicornSetting] = {}

    def value_of(node: ast.expr) -> Value | None:
        return known[node.id].value if isinstance(node, ast.Name) and node.id in known else None

    for statement in tree.body:
        if isinstance(statement, (ast.If, ast.Try, ast.For, ast.While, ast.With)):
            _forget(statement, known)
            continue
        if isinstance(statement, ast.FunctionDef) and not all(map(_only_tells, statement.body)):
            known[statement.name] = GunicornSetting(None, statement.lineno, "")
        for name, value in _assigned(statement):
            known[name] = GunicornSetting(evaluate(value, environ, value_of), statement.lineno, _words(value))
    return {name: setting for name, setting in known.items() if name in WANTED}


def _only_tells(statement: ast.stmt) -> bool:
    """Return whether a statement of a hook does nothing but write to a log."""
    call = statement.value if isinstance(statement, ast.Expr) else None
    is_log = isinstance(call, ast.Call) and "log" in _words(call.func) and call.args and not call.keywords
    return isinstance(statement, ast.Pass) or isinstance(call, ast.Constant) or bool(is_log)


def _assigned(statement: ast.stmt) -> list[tuple[str, ast.expr]]:
    if isinstance(statement, ast.AugAssign) and isinstance(name := statement.target, ast.Name):
        return [(name.id, ast.BinOp(ast.Name(name.id, ast.Load()), ast.Add(), statement.value))]
    return [(target.id, value) for target, value in assigned(statement) if isinstance(target, ast.Name)]


def _forget(block: ast.stmt, known: dict[str, GunicornSetting]) -> None:
    for node in ast.walk(block):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            known[node.id] = GunicornSetting(None, node.lineno, "assigned under a condition")


def _words(node: ast.expr) -> str:
    try:
        return ast.unparse(node)[:100]
    except (RecursionError, ValueError, AttributeError):
        return "an expression"


_DEPTH_AT_MOST = 20

Value = str | int | bool
Names = Callable[[ast.expr], "Value | None"]  # what a name or an attribute stands for


def evaluate(node: ast.AST | None, environ: Mapping[str, str], names: Names, depth: int = 0) -> Value | None:
    """Return the value of an expression, None for what is only known where it runs: `os.cpu_count()`.

    `os.environ.get("WEB_CONCURRENCY", 2)` is what `environ` has, else the default.
    """
    if depth > _DEPTH_AT_MOST:
        return None
    match node:
        case ast.Constant(value=str() | int() as value):
            return value
        case ast.Call(func=ast.Name(id="int" | "str" | "bool" as kind), args=[inner], keywords=[]):
            return _convert(kind, evaluate(inner, environ, names, depth + 1))
        case ast.Call(args=[ast.Constant(value=str() as name), *rest], keywords=keywords) if _is_getenv(node.func):
            rest = [*rest, *(each.value for each in keywords if each.arg == "default")]
            return environ.get(name, evaluate(rest[0], environ, names, depth + 1) if len(rest) == 1 else None)
        case ast.Subscript(slice=ast.Constant(value=str() as name)) if dotted_name(node.value) == "os.environ":
            return environ.get(name)
        case ast.BoolOp(op=ast.Or(), values=[first, second]):
            # the first is false, or a variable that is not set here
            return evaluate(first, environ, names, depth + 1) or evaluate(second, environ, names, depth + 1)
        case ast.Name() | ast.Attribute():
            return names(node)
    return None


def _is_getenv(function: ast.expr) -> bool:
    return dotted_name(function) in {"os.environ.get", "os.getenv", "getenv", "environ.get"}


def _convert(kind: str, value: Value | None) -> Value | None:
    if value is None or kind == "str":
        return None if value is None else str(value)
    if kind == "bool":
        return bool(value)
    return whole_number(value)
