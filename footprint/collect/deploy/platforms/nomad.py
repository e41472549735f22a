"""Jobs of Nomad: the tasks of its docker and exec drivers."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator

from footprint.collect.deploy.platforms.stated import COMMANDS_AT_MOST, stated_command
from footprint.model.source_modules import Role, StartCommand

_NOMAD_TASK = re.compile(r"^\s*task\s+\"([\w.-]+)\"\s*\{")
_NOMAD_BATCH = re.compile(r"^\s*type\s*=\s*\"(?:batch|sysbatch)\"", re.MULTILINE)
_NOMAD_COMMAND = re.compile(r"^\s*command\s*=\s*\"([^\"\n]*)\"")
_NOMAD_WORDS = re.compile(r"^\s*(?:args|entrypoint)\s*=\s*\[([^\]]{0,2000})\]")
_STRING = re.compile(r"\"((?:[^\"\\]|\\.)*)\"")


def read(text: str, path: str) -> Iterator[StartCommand]:
    """Yield the command of every task: HCL is read by its lines."""
    name = "web"
    role: Role | None = "job" if _NOMAD_BATCH.search(text) else None
    command: tuple[int, str] | None = None
    found: list[StartCommand] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if (task := _NOMAD_TASK.match(line)) is not None:
            name, command = task[1], None
        elif (match := _NOMAD_COMMAND.match(line)) is not None:
            command = (number, match[1])
            found.append(stated_command(name, command, path, role=role))
        elif command is not None and (match := _NOMAD_WORDS.match(line)) is not None:
            words = shlex.join([command[1], *_STRING.findall(match[1])])
            found[-1] = stated_command(name, (command[0], words), path, role=role)
    yield from found[:COMMANDS_AT_MOST]
