"""Files in which hosting platforms read what to start.

Source: Render blueprint specification; Railway and Nixpacks configuration as code; Fly.io app configuration; App Engine
app.yaml reference; Heroku heroku.yml reference; Hugging Face, "Spaces configuration reference".
"""

from __future__ import annotations

import json
import re
import shlex
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType

from footprint.collect.deploy.commands.launchers import parse_command
from footprint.collect.deploy.commands.process_counts import keep_environ
from footprint.collect.deploy.platforms.sizes import compose_size, fly_size
from footprint.collect.deploy.platforms.yaml_values import command_of, environ_of, mapping, node_at, text_of
from footprint.collect.deploy.project_paths import folder_of, join
from footprint.documents.toml import TomlDocument, parse_toml
from footprint.documents.yaml_nodes import parse_yaml
from footprint.model.limits import StatedLimit
from footprint.model.note import Note
from footprint.model.source_modules import Purpose, StartCommand

_RENDER_KINDS = frozenset({"web", "worker", "pserv", "cron"})  # a key-value store has plans of its own
_FRONT_MATTER = re.compile(r"---[ \t]*\n(?:(?!---).*\n)*")
_FRONT_LINE = re.compile(r"^(sdk|app_file)[ \t]*:[ \t]*[\"']?([^\"'\n#]*[^\"'\n#\s])", re.MULTILINE)
_SPACES = {"gradio": "python", "streamlit": "streamlit run"}
_BEFORE = "release"  # what runs once before the application starts, under the name that a Procfile has for it


def read_render(text: str, path: str) -> tuple[StartCommand | StatedLimit, ...]:
    """Return what the services of a render.yaml start, and their plans; the type names one that is alone of its type.

    A service without a plan has no limit here: which plan it gets depends on its type and on when it was made.
    Raises: YamlInvalid.
    """
    if "Command" not in text and "plan" not in text:
        return ()
    services = mapping(parse_yaml(text)).get("services")
    tables = [mapping(item) for item in services.items()] if services is not None else []
    types = Counter(text_of(table.get("type")) for table in tables)
    found: list[StartCommand | StatedLimit] = []
    for table in tables:
        kind, name = text_of(table.get("type")) or "web", text_of(table.get("name"))
        folder = text_of(table.get("rootDir")) or "."
        shown = kind if types[kind] == 1 or name is None else name
        keys: tuple[tuple[str, str, Purpose], ...] = (
            ("startCommand", shown, "start"),
            ("dockerCommand", shown, "start"),
            ("preDeployCommand", _BEFORE, "start"),
            ("buildCommand", "build", "build"),
        )
        environ = environ_of(table.get("envVars"))
        for key, each, purpose in keys:
            command = command_of(table.get(key))
            stated = _command(each, command, path, folder, purpose, environ) if command else None
            found += [replace(stated, role="job") if kind == "cron" else stated] if stated else []
        plan = table.get("plan")
        if kind in _RENDER_KINDS and plan is not None and (slug := text_of(plan)) is not None:
            name_of_plan = f"render:{slug.strip().lower()}"
            here, is_job = _join(path, folder), kind == "cron"
            found.append(StatedLimit(shown, None, None, path, plan.line, "plan", name_of_plan, here, is_job))
    return tuple(found)


def read_app_engine(text: str, path: str) -> tuple[StartCommand | StatedLimit, ...]:
    """Return the entrypoint of an app.yaml and what its instances may take: F1 or, unless scaled automatically, B2.

    Raises: YamlInvalid.
    """
    if "entrypoint" not in text and "runtime" not in text:
        return ()
    keys = mapping(parse_yaml(text))
    entrypoint, runtime = keys.get("entrypoint"), keys.get("runtime")
    command = command_of(entrypoint) or command_of(mapping(entrypoint).get("shell"))
    service = text_of(keys.get("service"))
    name = "web" if service is None or service == "default" else service
    environ = environ_of(keys.get("env_variables"))
    found: list[StartCommand | StatedLimit] = []
    found += [_command(name, command, path, environ=environ)] if command else []
    if runtime is None or not (text_of(runtime) or "").startswith("python"):
        return tuple(found)
    here = folder_of(path)
    size, stated = node_at(keys.get("resources"), "memory_gb"), keys.get("instance_class")
    if text_of(keys.get("env")) in {"flex", "flexible"} or text_of(runtime) == "python":
        memory = compose_size(f"{text_of(size)}g") if size is not None else None
        if size is not None and memory is not None:
            found.append(StatedLimit(name, memory, None, path, size.line, "stated", folder=here))
        return tuple(found)
    default = "b2" if {"manual_scaling", "basic_scaling"} & keys.keys() else "f1"
    plan = f"app-engine:{(text_of(stated) or default).lower()}"
    found.append(StatedLimit(name, None, None, path, (stated or runtime).line, "plan", plan, here))
    return tuple(found)


def read_space(text: str, path: str) -> Iterator[StartCommand]:
    """Yield what a Space of Hugging Face starts, as the front matter of its README says."""
    front = _FRONT_MATTER.match(text) if path == "README.md" else None
    keys = {match[1]: match for match in _FRONT_LINE.finditer(front[0])} if front is not None else {}
    program = _SPACES.get(keys["sdk"][2]) if "sdk" in keys else None
    if program is not None:
        stated = keys.get("app_file")
        command = f"{program} {shlex.quote(stated[2] if stated else 'app.py')}"
        line = text.count("\n", 0, (stated or keys["sdk"]).start()) + 1
        yield StartCommand("web", command, path, line, ".", parse_command(command))


def read_heroku(text: str, path: str) -> tuple[StartCommand, ...]:
    """Return what a heroku.yml runs per process type, and its release command.

    Raises: YamlInvalid.
    """
    if "run" not in text and "release" not in text:
        return ()
    keys = mapping(parse_yaml(text))
    stated = [*mapping(keys.get("run")).items(), *([(_BEFORE, keys["release"])] if "release" in keys else [])]
    found = []
    for name, node in stated:
        command = command_of(mapping(node).get("command")) or command_of(node)
        found += [_command(name, command, path)] if command else []
    return tuple(found)


def read_railway_json(text: str, path: str) -> tuple[StartCommand | StatedLimit, ...]:
    """Return the start command of a railway.json, and the limit that replaces the plan's.

    Raises: ValueError or RecursionError for a text that is not JSON.
    """
    document = json.loads(text)
    deploy = document.get("deploy") if isinstance(document, dict) else None
    commands = tuple(
        _command(name, (_key_line(text, key), deploy[key]), path)
        for key, name in (("startCommand", "web"), ("preDeployCommand", _BEFORE))
        if isinstance(deploy, dict) and isinstance(deploy.get(key), str)
    )
    return (*commands, *_override(deploy, path, _key_line(text, "memoryBytes")))


def _override(deploy: object, path: str, line: int) -> Iterator[StatedLimit]:
    """Yield `limitOverride.containers.memoryBytes`, which Railway's own view of a configuration has."""
    found = deploy
    for key in ("limitOverride", "containers", "memoryBytes"):
        found = found.get(key) if isinstance(found, dict) else None
    if isinstance(found, int) and not isinstance(found, bool) and found > 0:
        here = folder_of(path)
        yield StatedLimit("web", found, None, path, line, "stated", folder=here)


def read_railway_toml(text: str, path: str) -> tuple[StartCommand | StatedLimit, ...]:
    """Return the start command of a railway.toml, and the limit that replaces the plan's.

    Raises: TomlInvalid.
    """
    document = parse_toml(text, path)
    keys = (("startCommand", "web"), ("preDeployCommand", _BEFORE))
    commands = (command for key, name in keys for command in _at(document, name, ("deploy", key), "start"))
    line = document.line("deploy", "limitOverride", "containers", "memoryBytes")
    return (*commands, *_override(document.get("deploy"), path, line))


def read_fly(text: str, path: str) -> tuple[StartCommand | StatedLimit | Note, ...]:
    """Return the processes of a fly.toml, or the command of its one process, its release command, and its machines.

    Raises: TomlInvalid.
    """
    document = parse_toml(text, path)
    found = [each for name in document.table("processes") for each in _at(document, name, ("processes", name), "start")]
    found = found or list(_at(document, "web", ("experimental", "cmd"), "start"))
    names = [command.name for command in found] or ["web"]
    return (*found, *_at(document, _BEFORE, ("deploy", "release_command"), "start"), *_machines(document, names))


def _machines(document: TomlDocument, names: list[str]) -> Iterator[StatedLimit | Note]:
    """Yield what the machines of each process have: `memory` comes before `size`, which alone gives its least.

    Without a [[vm]] nothing is enforced by the file.
    """
    machines = document.get("vm")
    rows = machines if isinstance(machines, list) else [machines]
    for index, row in enumerate(rows):
        if not isinstance(row, dict):
            continue
        where: tuple[str | int, ...] = ("vm", index) if isinstance(machines, list) else ("vm",)
        processes = row.get("processes")
        of = [name for name in names if not isinstance(processes, list) or name in processes]
        key = next((key for key in ("memory", "memory_mb") if key in row), "size")
        line, value = document.line(*where, key), row.get(key)
        here = folder_of(document.path)
        if key == "size" and isinstance(value, str | None):
            plan = f"fly:{value.lower() if value is not None else _preset(row)}"
            line = line if value is not None else document.line(*where, "cpus")
            yield from (StatedLimit(name, None, None, document.path, line, "plan", plan, here) for name in of)
        elif (size := fly_size(value)) is not None:
            yield from (StatedLimit(name, size, None, document.path, line, "stated", folder=here) for name in of)
        elif value is not None:
            message = f"the memory {str(value)[:80]} is not a size that can be read here"
            yield Note("limit-unknown", message, document.path, line)


def _preset(row: Mapping[str, object]) -> str:
    """Return the size that a machine described by its processors alone is of."""
    kind = "performance-" if row.get("cpu_kind") == "performance" else "shared-cpu-"
    return f"{kind}{row.get('cpus', 1)}x"[:40]


def read_nixpacks(text: str, path: str) -> tuple[StartCommand, ...]:
    """Return the start command of a nixpacks.toml, and what its phases run.

    Raises: TomlInvalid.
    """
    document = parse_toml(text, path)
    found = list(_at(document, "web", ("start", "cmd"), "start"))
    for phase in document.table("phases"):
        commands = document.get("phases", phase, "cmds")
        for number in range(len(commands) if isinstance(commands, list) else 0):
            found += _at(document, "build", ("phases", phase, "cmds", number), "build")
    return tuple(found)


def _at(document: TomlDocument, name: str, keys: tuple[str | int, ...], purpose: Purpose) -> Iterator[StartCommand]:
    value = document.get(*keys)
    if isinstance(value, list) and all(isinstance(word, str) for word in value):
        value = shlex.join(value)
    if isinstance(value, str) and value.strip():
        environ = keep_environ({key: str(text) for key, text in document.table("env").items()})
        yield _command(name, (document.line(*keys), value.strip()), document.path, ".", purpose, environ)


def _command(
    name: str,
    stated: tuple[int, str],
    path: str,
    folder: str = ".",
    purpose: Purpose = "start",
    environ: Mapping[str, str] = MappingProxyType({}),
) -> StartCommand:
    line, command = stated
    launch = parse_command(command, environ)
    return StartCommand(name, command, path, line, _join(path, folder), launch, purpose, tuple(environ.items()))


def _join(path: str, folder: str) -> str:
    return join(folder_of(path), folder)


def _key_line(text: str, key: str) -> int:
    found = re.compile(rf'"{key}"\s*:').search(text)
    return text.count("\n", 0, found.start() if found else 0) + 1
