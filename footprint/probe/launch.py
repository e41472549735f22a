"""How an entry is started: its command line, folder and environment, as its own launcher would set them."""

from __future__ import annotations

import itertools
import marshal
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from footprint.config import call_texts
from footprint.model.installed_environment import Interpreter
from footprint.model.requested_calls import REFUSED, Call, FunctionCall, Request
from footprint.model.runtime import Statement
from footprint.model.source_modules import LAZY_VARIABLE, EntryPoint
from footprint.names import top_level
from footprint.probe.child_bytecode import ChildCode
from footprint.probe.output_tail import TAIL_BYTES
from footprint.probe.shadow import Shadow
from footprint.secrets import Secrets
from footprint.values import dataclass, field, replace

# Ours, not the application's: they would change what is measured. `env` may set them on purpose.
_DROPPED_VARIABLES = (
    "PYTHONDONTWRITEBYTECODE",
    "PYTHONINSPECT",
    "PYTHONPROFILEIMPORTTIME",
    "PYTHONTRACEMALLOC",
    "COVERAGE_PROCESS_START",
)
_PATH = "PYTHONPATH"
# What an application writes without being told where goes into a private folder of ours, which has these: HOME lies one
# level inside, so that it stays there when it is given another name.
PRIVATE_FOLDERS = ("home", "tmp", "run")
_PRIVATE_PATHS = {
    "HOME": "home",
    "XDG_CACHE_HOME": "home/.cache",
    "XDG_CONFIG_HOME": "home/.config",
    "XDG_DATA_HOME": "home/.local/share",
    "XDG_STATE_HOME": "home/.local/state",
    "XDG_RUNTIME_DIR": "run",
    "TMPDIR": "tmp",
    "TEMP": "tmp",
    "TMP": "tmp",
}


@dataclass(frozen=True, slots=True)
class ProbeOptions:
    """How to run an entry. `env` wins over our own environment."""

    runs: int = 1
    timeout_s: float = 120
    lifespan: bool = True
    env: Mapping[str, str] = field(default_factory=dict)
    first_use: tuple[Statement, ...] = ()  # lazy imports to try once the entry is ready
    first_use_here: bool = False  # in the process itself instead of a fork
    first_use_limit_s: float = 60  # for each of them, and as much again for all together
    calls: tuple[Call, ...] = ()  # to do once it is ready, each in a fork
    calls_here: bool = False  # in the process itself; with a memory limit all of them until one passes it
    asks_routes: bool = False  # and every GET route without parameters
    repeat: int | None = None  # so often each of them in one more fork
    forks: bool = False  # see once what a forked worker writes to; not in a rehearsal
    memory_limit_bytes: int | None = None  # rehearsal: stop it when its RSS passes this
    hook: Literal["find_and_load", "meta_path", "none"] = "find_and_load"  # the first that works, from here on
    memory: Literal["statm", "parent"] = "statm"  # "parent" is taken anyway where there is no /proc
    shadow: Shadow | None = None  # to start it in
    output_bytes: int = TAIL_BYTES  # to keep of what it prints


@dataclass(frozen=True, slots=True)
class PreparedStart:
    """One entry, ready to be started any number of times."""

    interpreter: Path
    working_dir: Path
    arguments: Mapping[str, str]  # of the recorder
    env: Mapping[str, str]
    flags: tuple[str, ...] = ()  # of the interpreter

    def command(self, code: ChildCode, events_fd: int, tag: str) -> list[str]:
        """Return the command line that writes its records to `events_fd`, marked with `tag`."""
        place = {"folder": str(code.folder), "suffix": code.suffix}
        settings = {**self.arguments, "fd": str(events_fd), "tag": tag, **place}
        return [
            str(self.interpreter),
            *self.flags,
            str(code.recorder),
            *(f"{key}={value}" for key, value in settings.items()),
        ]


class CannotStart(Exception):
    """The entry cannot be started; the text says why. Becomes a Failure, never leaves the probe."""


def plan(interpreter: Interpreter, entry: EntryPoint, project: Path, options: ProbeOptions) -> PreparedStart:
    """Return how to start `entry`.

    Raises: CannotStart when there is no interpreter, folder or file, or the factory call is not literal.
    """
    executable = _executable_of(interpreter)
    working_dir = Path(os.path.realpath(project / entry.working_dir))
    if not working_dir.is_dir():
        raise CannotStart(f"the working folder {entry.working_dir} does not exist")
    served = entry.serves or entry
    attribute, call = split_call(served.attribute or "", factory=served.factory)
    kind, target, folders = _locate(served, project, working_dir)
    before, script, own = _locate(entry, project, working_dir) if entry.serves_by == "call" else ("", "", ())
    folders = tuple(dict.fromkeys((*own, *folders)))
    arguments = {
        "hook": options.hook,
        "memory": options.memory,
        "lifespan": "1" if options.lifespan else "",
        "first_use": "\x1e".join(
            f"{each.module}\x1f{','.join(each.names)}\x1f{','.join(each.promises)}" for each in options.first_use
        ),
        "first_use_here": "1" if options.first_use_here else "",
        **dict.fromkeys(("calls", "last", "repeat"), ""),
        "calls_here": "" if not options.calls_here else "limit" if options.memory_limit_bytes else "1",
        "forks": "1" if options.forks and not options.first_use_here else "",
        "first_use_limit": f"{options.first_use_limit_s:g}",
        "kind": kind,
        "target": target,
        "before": before,
        "script": script,
        "attribute": attribute,
        "call": call,
        "argv0": entry.target,
        "main": target if kind == "file" else _launcher_script(executable, entry.launcher),
        "search": folders[0],
        "also": os.pathsep.join(folders[1:]),
        "own": "\x1e".join(dict.fromkeys(f"{path}/" for path in (project.absolute(), project.resolve()))),
    }
    lazy = {LAZY_VARIABLE: entry.lazy_imports} if entry.lazy_imports else {}
    return PreparedStart(executable, working_dir, arguments, with_path(entry.import_path, {**lazy, **options.env}))


def with_calls(
    planned: PreparedStart, options: ProbeOptions, folders: Sequence[str], place: Path, *, is_last: bool
) -> PreparedStart:
    """Return a planned start with what is to be called, which a file in the folder `place` holds.

    `folders` of the project are watched meanwhile. Unless it `is_last` nothing is called where the start compiled.
    """
    from footprint.files.link_tree import write_new  # for few starts only

    calls = [_order_of(call) for call in options.calls]
    bodies = [call.body or b"" if isinstance(call, Request) else b"" for call in options.calls]
    ends = itertools.accumulate(map(len, bodies))
    for call, body, end in zip(calls, bodies, ends, strict=True):
        call["body"] = end - len(body), end  # where in their file: the process that is measured holds none of them
    file = place / f"calls-{len(calls)}-{os.urandom(4).hex()}"
    orders = {
        "calls": calls,
        "folders": list(folders),
        "refused": sorted(REFUSED) if options.asks_routes else None,
        "plain": {**_order_of(Request("GET", "/")), "body": (0, 0)},
        "bodies": f"{file}-bodies",
    }
    write_new(str(file), marshal.dumps(orders, 2))
    write_new(f"{file}-bodies", b"".join(bodies))
    repeats = {"repeat": str(options.repeat or ""), "repeat_limit": f"{options.timeout_s:g}"}
    more = {"calls": str(file), "last": "1" if is_last else "", **repeats}
    return replace(planned, arguments={**planned.arguments, **more})


def _order_of(call: Call) -> dict[str, object]:
    """Return a call in the words of child/calls.py."""
    if isinstance(call, FunctionCall):
        return {
            "kind": "function",
            "module": call.module,
            "attribute": call.attribute,
            "count": 1,
            "arguments": call.arguments,
            "event": call.event,
        }
    parts, body = urlsplit(call.url), call.body or b""
    headers = [("Host", parts.netloc or "localhost"), ("Accept", "*/*")]
    if call.body is not None:
        kind = "application/json" if body[:1] in (b"{", b"[") else "application/octet-stream"
        headers += [("Content-Type", kind), ("Content-Length", str(len(body)))]
    given = {name.lower() for name, _ in call.headers}
    return {
        "kind": "request",
        "method": call.method,
        "path": parts.path or "/",
        "query": parts.query,
        "headers": [each for each in headers if each[0].lower() not in given] + [*call.headers],
        "count": call.count,
    }


def _executable_of(interpreter: Interpreter) -> Path:
    if os.name != "posix":
        raise CannotStart("starting an entry needs Linux or another POSIX system")
    if interpreter.executable is None:
        raise CannotStart("there is no interpreter to run it: only a site-packages folder was given")
    # absolute, but not resolved: a virtual environment is known by the path of its link
    return interpreter.executable.absolute()


def with_path(folders: Sequence[str], given: Mapping[str, str]) -> Mapping[str, str]:
    """Return what is given, with the import path that deploy files state for a start in front of our own."""
    there = [folder for folder in folders if os.path.isdir(folder)]  # noqa: PTH112 - an image may have more
    if not there or _PATH in given:
        return given
    return {**given, _PATH: os.pathsep.join([*there, *filter(None, [os.environ.get(_PATH)])])}


def plan_of_hooks(planned: PreparedStart) -> PreparedStart:
    """Return how to start the same interpreter without start-up hooks, and then these as the entry."""
    emptied = dict.fromkeys(
        ("target", "attribute", "call", "first_use", "calls", "repeat", "forks", "lifespan", "main"), ""
    )
    return replace(planned, arguments={**planned.arguments, **emptied, "kind": "site"}, flags=("-S",))


def split_call(attribute: str, *, factory: bool) -> tuple[str, str]:
    """Return ("app.make", "((1,), {})") for `app.make(1)`; the second is empty when nothing is called.

    Raises: CannotStart for arguments that are not literals.
    """
    try:
        name, arguments = call_texts.split_call(attribute)
    except ValueError as error:
        raise CannotStart(str(error)) from error
    return name, arguments or ("((), {})" if factory else "")


def _locate(entry: EntryPoint, project: Path, working_dir: Path) -> tuple[str, str, tuple[str, ...]]:
    """Return (kind, target, folders): a script brings its own folder to the path, all else the working one.

    The folder that the launcher is told besides (`--app-dir app`) comes last, where an installed copy of the project
    goes before it; first where the working folder has something else by the name of the entry.
    """
    if entry.file is None:
        kind = "-m" if entry.target.startswith("-m") else "module"
        folders = [working_dir]
        if entry.import_root is not None:
            folders.append(Path(os.path.realpath(project / entry.import_root)))
            top = working_dir / top_level(entry.module or "")
            if top.with_suffix(".py").is_file() or (top / "__init__.py").is_file():
                folders.reverse()
        return kind, entry.module or "", tuple(map(str, dict.fromkeys(folders)))
    for folder in (working_dir, project):
        path = Path(os.path.realpath(folder / entry.file))
        if path.is_file():
            return "file", str(path), (str(path.parent),)
    raise CannotStart(f"the file {entry.file} does not exist")


def _launcher_script(executable: Path, launcher: str | None) -> str:
    """Return the console script that would be `__main__`: applications ask for its `__file__`. Empty if not known."""
    script = executable.parent / launcher if launcher else None
    return str(script) if script is not None and script.is_file() else ""


def child_environment(given: Mapping[str, str], place: Path, cache: Path | None) -> dict[str, str]:
    """Return our environment with a home and a temporary folder that are thrown away, then `given` on top.

    `place` has PRIVATE_FOLDERS. `cache`: where bytecode goes when the environment cannot be written.
    """
    env = {name: value for name, value in os.environ.items() if name not in _DROPPED_VARIABLES}
    env |= {name: str(place / path) for name, path in _PRIVATE_PATHS.items()}
    if cache is not None:
        env["PYTHONPYCACHEPREFIX"] = str(cache)
    return env | dict(given)


def secrets_of(given: Mapping[str, str]) -> Secrets:
    """Return what the started process knows and nobody may read: of its own settings and of our environment."""
    return Secrets.of(given, os.environ)
