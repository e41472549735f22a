"""railway.json and railway.toml. Source: Railway, configuration as code."""

from __future__ import annotations

import json
from collections.abc import Iterator

from footprint.collect.deploy.files.deploy_files import folder_of
from footprint.collect.deploy.platforms.stated import BEFORE, line_of, stated_command, toml_commands
from footprint.documents.plain_values import table_of
from footprint.documents.toml import parse_toml
from footprint.model.limits import StatedLimit
from footprint.model.source_modules import StartCommand

_COMMANDS = (("startCommand", "web"), ("preDeployCommand", BEFORE))


def read_json(text: str, path: str) -> tuple[StartCommand | StatedLimit, ...]:
    """Return the start command of a railway.json, and the limit that replaces the plan's.

    Raises: ValueError or RecursionError for a text that is not JSON.
    """
    deploy = table_of(table_of(json.loads(text)).get("deploy"))
    commands = (
        stated_command(name, (line_of(text, key), deploy[key]), path, folder_of(path))
        for key, name in _COMMANDS
        if isinstance(deploy.get(key), str)
    )
    return (*commands, *_override(deploy, path, line_of(text, "memoryBytes")))


def read_toml(text: str, path: str) -> tuple[StartCommand | StatedLimit, ...]:
    """Return the start command of a railway.toml, and the limit that replaces the plan's.

    Raises: TomlInvalid.
    """
    document = parse_toml(text, path)
    commands = (command for key, name in _COMMANDS for command in toml_commands(document, name, ("deploy", key)))
    line = document.line("deploy", "limitOverride", "containers", "memoryBytes")
    return (*commands, *_override(document.get("deploy"), path, line))


def _override(deploy: object, path: str, line: int) -> Iterator[StatedLimit]:
    """Yield `limitOverride.containers.memoryBytes`, which Railway's own view of a configuration has."""
    found = table_of(table_of(table_of(deploy).get("limitOverride")).get("containers")).get("memoryBytes")
    if isinstance(found, int) and not isinstance(found, bool) and found > 0:
        yield StatedLimit("web", found, None, path, line, "stated", folder=folder_of(path))
