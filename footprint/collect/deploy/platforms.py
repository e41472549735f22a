"""Files in which hosting platforms read what to start.

Source: Render blueprint specification; Railway and Nixpacks configuration as code; Fly.io app configuration; App Engine
app.yaml reference; Heroku heroku.yml reference.
"""

from __future__ import annotations

import json
import posixpath
import re
import shlex
from collections import Counter
from collections.abc import Iterator

from footprint.collect.deploy.launchers import parse_command
from footprint.collect.deploy.yaml_values import command_of, mapping, text_of
from footprint.documents.toml import TomlDocument, parse_toml
from footprint.documents.yaml_nodes import parse_yaml
from footprint.model.sources import Purpose, StartCommand

_BEFORE = "release"  # what runs once before the application starts, under the name that a Procfile has for it


def read_render(text: str, path: str) -> tuple[StartCommand, ...]:
    """Return what the services of a render.yaml start; the type names a service that is alone of its type.

    Raises: YamlInvalid.
    """
    if "Command" not in text:
        return ()
    services = mapping(parse_yaml(text)).get("services")
    tables = [mapping(item) for item in services.items()] if services is not None else []
    types = Counter(text_of(table.get("type")) for table in tables)
    found = []
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
        for key, each, purpose in keys:
            command = command_of(table.get(key))
            found += [_command(each, command, path, folder, purpose)] if command else []
    return tuple(found)


def read_app_engine(text: str, path: str) -> tuple[StartCommand, ...]:
    """Return the entrypoint of an app.yaml.

    Raises: YamlInvalid.
    """
    if "entrypoint" not in text:
        return ()
    keys = mapping(parse_yaml(text))
    entrypoint = keys.get("entrypoint")
    command = command_of(entrypoint) or command_of(mapping(entrypoint).get("shell"))
    name = text_of(keys.get("service"))
    return (_command("web" if name in {None, "default"} else str(name), command, path),) if command else ()


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


def read_railway_json(text: str, path: str) -> tuple[StartCommand, ...]:
    """Return the start command of a railway.json.

    Raises: ValueError or RecursionError for a text that is no JSON.
    """
    document = json.loads(text)
    deploy = document.get("deploy") if isinstance(document, dict) else None
    return tuple(
        _command(name, (_key_line(text, key), deploy[key]), path)
        for key, name in (("startCommand", "web"), ("preDeployCommand", _BEFORE))
        if isinstance(deploy, dict) and isinstance(deploy.get(key), str)
    )


def read_railway_toml(text: str, path: str) -> tuple[StartCommand, ...]:
    """Return the start command of a railway.toml.

    Raises: TomlInvalid.
    """
    document = parse_toml(text, path)
    keys = (("startCommand", "web"), ("preDeployCommand", _BEFORE))
    return tuple(command for key, name in keys for command in _at(document, name, ("deploy", key), "start"))


def read_fly(text: str, path: str) -> tuple[StartCommand, ...]:
    """Return the processes of a fly.toml, or the command of its one process, and its release command.

    Raises: TomlInvalid.
    """
    document = parse_toml(text, path)
    found = [each for name in document.table("processes") for each in _at(document, name, ("processes", name), "start")]
    found = found or list(_at(document, "web", ("experimental", "cmd"), "start"))
    return (*found, *_at(document, _BEFORE, ("deploy", "release_command"), "start"))


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
        yield _command(name, (document.line(*keys), value.strip()), document.path, ".", purpose)


def _command(
    name: str, stated: tuple[int, str], path: str, folder: str = ".", purpose: Purpose = "start"
) -> StartCommand:
    line, command = stated
    here = posixpath.normpath(posixpath.join(posixpath.dirname(path) or ".", folder))
    return StartCommand(name, command, path, line, here, parse_command(command), purpose)


def _key_line(text: str, key: str) -> int:
    found = re.compile(rf'"{key}"\s*:').search(text)
    return text.count("\n", 0, found.start() if found else 0) + 1
