"""What a script really serves: the call of a server in it, followed to the application and to its workers.

Laws: nothing is run. What the top level, the main block and functions called from there do counts, five calls deep;
where that leads to no server, the only such call of the script does.
"""

from __future__ import annotations

import ast
import posixpath
import shlex
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from footprint.collect.deploy.commands.launcher_arguments import count_of, with_processes
from footprint.collect.deploy.commands.launchers import parse_command
from footprint.collect.deploy.files.deploy_files import Locations
from footprint.collect.entries.meanings import Codes, Meanings, ScriptCode, ScriptScope, names_of
from footprint.collect.entries.targets import lookup_of
from footprint.documents.python_trees import argument_of, last_name, text_of
from footprint.knowledge import servers
from footprint.model.source_modules import EntryPoint, Launch, ProjectSources, StartCommand
from footprint.values import dataclass, replace

_DEPTH_AT_MOST = 5
_CALLS_AT_MOST = 2_000
_QUEUE = servers.RUNS["Celery"]
_DJANGO = "runserver"
_DEVELOPMENT = servers.RUNS["Flask"]  # Werkzeug's own server: taken where the script starts no other


@dataclass(frozen=True, slots=True)
class _Call:
    """One call with the code that it stands in, and what it means there."""

    node: ast.Call
    scope: ScriptScope
    name: str  # absolute: "uvicorn.run"


def with_servers(
    entries: Iterable[EntryPoint], project: Path, sources: ProjectSources, commands: Sequence[StartCommand]
) -> Iterator[EntryPoint]:
    """Yield entries with the server that each is served by, and those that are scripts with what they serve."""
    codes = Codes(lookup_of(sources), Locations(project))
    environs: dict[object, dict[str, str]] = {command.origin: dict(command.environ) for command in commands}
    for entry in entries:
        yield _followed(entry, codes, environs.get(entry.source, {}))


def _followed(entry: EntryPoint, codes: Codes, environ: Mapping[str, str]) -> EntryPoint:
    """Return an entry with what it serves, by which server and how many workers; as it is where that is not seen.

    `environ` is what its start sets.
    """
    known = servers.find_server(entry.command)
    entry = replace(entry, server=known[0].name) if known is not None else entry
    is_script = entry.is_script or entry.runs_function
    if not is_script and (known is not None or entry.launcher is not None):
        return entry
    code = codes.of(entry)
    if code is None:
        return entry
    if known is not None and known[0].name == _DJANGO:
        return _with_django(entry, codes, code, known[1])
    found = _Reading(Meanings(codes, entry, environ)).read(code)
    if found is None or is_script:
        return found or entry
    served = found.serves  # a module by its name, run as a script it would serve itself
    is_same = served is not None and served.attribute == entry.attribute
    return replace(found, serves=None, serves_by=None) if is_same else entry


def _with_django(entry: EntryPoint, codes: Codes, code: ScriptCode, words: tuple[str, ...]) -> EntryPoint:
    """Take the application that the settings name, else the one that lies beside them."""
    stated = next((word.partition("=")[2] for word in words if word.startswith("--settings=")), None)
    named = stated or next(
        (text_of(call.args[1]) for call in code.calls if len(call.args) == 2 and _names_settings(call)), ""
    )
    settings = codes.module(named)
    target = text_of(settings.assigned.get("WSGI_APPLICATION")) if settings is not None else ""
    above = named.rpartition(".")[0].removesuffix(".settings")
    targets = [target.rpartition(".")[0], f"{above}.wsgi", f"{above}.asgi"]
    module = next((name for name in targets if name and codes.module(name) is not None), None)
    if module is None:
        return entry
    served = codes.entry_of(Launch(_DJANGO, (), module, "application"), entry, entry.working_dir)
    count = 1 if "--noreload" in words else 2
    return replace(entry, serves=served, serves_by="call", workers=count, workers_from="option", server=_DJANGO)


def _names_settings(call: ast.Call) -> bool:
    return text_of(call.args[0]) == "DJANGO_SETTINGS_MODULE"


class _Reading:
    """One script, read for what it serves."""

    def __init__(self, meanings: Meanings) -> None:
        self._means, self._entry, self._environ = meanings, meanings.entry, meanings.environ
        self._left = _CALLS_AT_MOST
        self._entered: set[tuple[str, str]] = set()

    def read(self, code: ScriptCode) -> EntryPoint | None:
        begin = ScriptScope(code, None)
        called = self._entry.attribute or "" if self._entry.runs_function else ""
        start = ScriptScope(code, code.functions[called]) if called in code.functions else begin
        calls = list(self._run(start, 0))
        found = [served for call in calls if (served := self._served(call)) is not None]
        if not found:
            inner = [ScriptScope(code, function) for function in code.functions.values()]
            calls = [call for scope in inner for call in self._calls(scope)]
            found = [served for call in calls if (served := self._served(call)) is not None][:2]
            found = found if len(found) == 1 else []
        return next((each for each in found if each.server != _DEVELOPMENT), found[0] if found else None)

    def _run(self, scope: ScriptScope, depth: int) -> Iterator[_Call]:
        """Yield the calls of a scope and of the functions of the project that it calls."""
        for call in self._calls(scope):
            yield call
            for name in (call.name, *(scope.absolute(given) for given in call.node.args)):
                inner = self._means.function_of(name, scope) if depth < _DEPTH_AT_MOST else None
                if inner is not None and (key := (inner.code.path, name.rpartition(".")[2])) not in self._entered:
                    self._entered.add(key)
                    yield from self._run(inner, depth + 1)

    def _calls(self, scope: ScriptScope) -> Iterator[_Call]:
        for node in scope.calls():
            self._left -= 1
            if self._left < 0:
                return
            yield _Call(node, scope, scope.absolute(node.func))

    # What one call serves

    def _served(self, call: _Call) -> EntryPoint | None:
        known = servers.CALLS.get(call.name)
        if known is not None:
            return self._by_server(call, known)
        if call.name in servers.PROGRAMS:
            return self._by_program(call)
        word = call.name.rpartition(".")[2] or last_name(call.node.func)
        if word in servers.METHODS and isinstance(call.node.func, ast.Attribute):
            return self._by_method(call, call.node.func.value, word)
        return None

    def _by_server(self, call: _Call, known: servers.ServingCall) -> EntryPoint | None:
        served = self._means.target(argument_of(call.node, known.position, known.keyword), call.scope)
        counts: dict[str, ast.expr] = {each.arg: each.value for each in call.node.keywords if each.arg is not None}
        launch = self._with_workers(Launch(known.server, ()), call.scope, counts)
        if served is not None and "factory" in counts and self._means.value(counts["factory"], call.scope) is True:
            served = replace(served, factory=True)
        return self._result(launch, served, call) if served is not None else None

    def _by_method(self, call: _Call, receiver: ast.expr, word: str) -> EntryPoint | None:
        """Take `app.run()`, `StandaloneApplication(app, options).run()` and `celery.worker_main([...])`."""
        named, receiver = receiver, call.scope.value_of(receiver)
        name = call.scope.absolute(receiver.func) if isinstance(receiver, ast.Call) else ""
        own = self._means.class_of(name, call.scope)
        if isinstance(receiver, ast.Call) and own is not None and names_of(own.bases) & servers.BASES.keys():
            return self._by_own_class(call, receiver, own)
        served = self._means.target(named, call.scope) or self._means.target(receiver, call.scope)
        kind = self._means.kind(receiver, served, call.scope)
        server = servers.RUNS.get(kind)
        if word in {"worker_main", "start", "Worker"}:
            server = _QUEUE if servers.RUNS.get(kind) == _QUEUE or word in {"worker_main", "Worker"} else None
        elif (
            server is None
            and word == "run"
            and served is not None
            and served.attribute in (*servers.OBJECTS, *servers.FACTORIES)
        ):
            server = _DEVELOPMENT if {each.arg for each in call.node.keywords} & _WERKZEUG else None
        if server is None or served is None:
            return None
        launch = Launch(server, ())
        if server == _QUEUE:
            words = call.scope.words(call.node.args[0] if call.node.args else None, self._means.text)
            launch = with_processes(launch, ["worker", *words], self._environ)
        counts = {each.arg: each.value for each in call.node.keywords if each.arg is not None}
        return self._result(self._with_workers(launch, call.scope, counts), served, call)

    def _by_own_class(self, call: _Call, made: ast.Call, own: ast.ClassDef) -> EntryPoint | None:
        given = [*made.args, *(each.value for each in made.keywords)]
        tables = [value for each in given if isinstance(value := call.scope.value_of(each), ast.Dict)]
        targets = [self._means.target(each, call.scope) for each in given if call.scope.value_of(each) not in tables]
        load = next((each for each in own.body if isinstance(each, ast.FunctionDef) and each.name == "load"), None)
        inner = ScriptScope(call.scope.code, load) if load is not None else None
        returned = [each.value for each in ast.walk(load) if isinstance(each, ast.Return)] if load is not None else []
        targets += [self._means.target(each, inner) for each in returned if inner is not None]
        served = next((each for each in targets if each is not None), None)
        counts = {
            text_of(key): value for table in tables for key, value in zip(table.keys, table.values, strict=True) if key
        }
        server = next(servers.BASES[name] for name in names_of(own.bases) if name in servers.BASES)
        launch = self._with_workers(Launch(server, ()), call.scope, counts)
        preload = self._means.value(counts.get("preload_app"), call.scope)
        pool = self._means.value(counts.get("worker_class"), call.scope)
        pool = pool if isinstance(pool, str) else None
        launch = replace(launch, preload=preload if isinstance(preload, bool) else None, pool=pool)
        return self._result(launch, served, call) if served is not None else None

    def _by_program(self, call: _Call) -> EntryPoint | None:
        given = call.node.args
        name = call.name.rpartition(".")[2]
        if name.startswith(("exec", "spawn")):  # the program comes before its words, the mode before both
            given = given[2 if name.startswith("spawn") else 1 :]
            given = [ast.Tuple(given, ast.Load())] if "l" in name.removeprefix("spawn") else given[:1]
        elif name == "create_subprocess_exec":
            given = [ast.Tuple(given, ast.Load())]
        words = call.scope.words(given[0] if given else None, self._means.text)
        launch = parse_command(shlex.join(words), self._environ) if words else None
        if launch is None or launch.launcher not in servers.BY_PROGRAM:
            return None
        places = (self._entry.working_dir, posixpath.dirname(call.scope.code.path) or ".")
        served = next(filter(None, (self._means.codes.entry_of(launch, self._entry, each) for each in places)), None)
        return self._result(launch, served, call) if served is not None else None

    def _result(self, launch: Launch, served: EntryPoint, call: _Call) -> EntryPoint:
        server = servers.BY_PROGRAM.get(launch.launcher)
        return replace(
            self._entry,
            serves=replace(served, name=self._entry.name, launcher=launch.launcher),
            serves_by=servers.PROGRAMS.get(call.name, "call"),
            served_at=f"{call.scope.code.path}:{call.node.lineno}",
            server=launch.launcher,
            workers=launch.workers,
            workers_from=launch.workers_from,
            preload=launch.preload,
            pool=launch.pool,
            role=server.role if server is not None else self._entry.role,
        )

    def _with_workers(self, launch: Launch, scope: ScriptScope, counts: Mapping[str, ast.expr]) -> Launch:
        """Return a launch with the workers that arguments or options state; those of variables as for the command."""
        given = next((counts[name] for name in ("workers", "processes", "concurrency") if name in counts), None)
        if launch.launcher not in servers.BY_PROGRAM:
            return replace(launch, workers=1, workers_from="option")
        if given is None and launch.workers_from:
            return launch
        if given is None:
            return with_processes(launch, tuple(servers.BY_PROGRAM[launch.launcher].words), self._environ)
        return replace(launch, workers=count_of(self._means.value(given, scope)), workers_from="settings")


_WERKZEUG = frozenset({"host", "port", "debug", "threaded", "use_reloader"})
