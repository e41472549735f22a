"""What Heroku and Dokku read: Procfile, heroku.yml, app.json.

Source: the Procfile format of the Heroku documentation, heroku.yml reference, app.json schema.
"""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Iterator

from footprint.collect.deploy.commands.launchers import parse_command
from footprint.collect.deploy.files.locations import folder_of
from footprint.collect.deploy.platforms.stated import (
    BEFORE,
    COMMANDS_AT_MOST,
    command_of,
    line_of,
    mapping,
    stated_command,
    table_of,
)
from footprint.documents.yaml_nodes import parse_yaml
from footprint.model.source_modules import Purpose, StartCommand

_LINE = re.compile(r"([A-Za-z0-9_-]+):\s*(\S.*)")
_FOR_DEVELOPERS = re.compile(r"\.(?:dev\w*|local|windows|tests?|debug)$")


def read_procfile(text: str, path: str) -> tuple[StartCommand, ...]:
    """Return the start command of every process type in file order, `release` and the like among them."""
    folder = posixpath.dirname(path) or "."
    purpose: Purpose = "development" if _FOR_DEVELOPERS.search(posixpath.basename(path).lower()) else "start"
    commands = []
    for number, line in enumerate(text.splitlines(), start=1):
        match = _LINE.fullmatch(line.strip())
        if match:
            name, command = match[1], match[2]
            commands.append(StartCommand(name, command, path, number, folder, parse_command(command), purpose))
    return tuple(commands)


def read_yaml(text: str, path: str) -> tuple[StartCommand, ...]:
    """Return what a heroku.yml runs per process type, and its release command.

    Raises: YamlInvalid.
    """
    if "run" not in text and "release" not in text:
        return ()
    keys = mapping(parse_yaml(text))
    stated = [*mapping(keys.get("run")).items(), *([(BEFORE, keys["release"])] if "release" in keys else [])]
    found = []
    for name, node in stated:
        command = command_of(mapping(node).get("command")) or command_of(node)
        found += [stated_command(name, command, path, folder_of(path))] if command else []
    return tuple(found)


def read_app_json(text: str, path: str) -> Iterator[StartCommand]:
    """Yield the scripts of an app.json and its cron jobs. Raises: ValueError or RecursionError for no JSON."""
    document = json.loads(text)
    if not isinstance(document, dict):
        return
    scripts, crons = table_of(document.get("scripts")), document.get("cron")
    found = [*{**scripts, **table_of(scripts.get("dokku"))}.items()]
    found += [("cron", table_of(each).get("command")) for each in crons] if isinstance(crons, list) else []
    for name, command in [each for each in found if isinstance(each[1], str)][:COMMANDS_AT_MOST]:
        yield stated_command(name, (line_of(text, command), command), path, role="job")
