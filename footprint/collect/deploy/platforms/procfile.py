"""Procfile: one `type: command` per line. Source: the Procfile format of the Heroku documentation."""

from __future__ import annotations

import posixpath
import re

from footprint.collect.deploy.commands.launchers import parse_command
from footprint.model.source_modules import Purpose, StartCommand

_LINE = re.compile(r"([A-Za-z0-9_-]+):\s*(\S.*)")

_FOR_DEVELOPERS = re.compile(r"\.(?:dev\w*|local|windows|tests?|debug)$")


def read(text: str, path: str) -> tuple[StartCommand, ...]:
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
