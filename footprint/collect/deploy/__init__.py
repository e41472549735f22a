"""Start commands, from the files in which platforms read them: one module per kind of file, one literal table."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from footprint.collect.deploy import dockerfile, procfile
from footprint.model.note import Note
from footprint.model.sources import StartCommand, ToolUse

# In the order of trust: a Procfile is written to be started from, a Dockerfile may serve another purpose.
READERS: Mapping[str, Callable[[str, str], tuple[StartCommand, ...]]] = {
    "Procfile": procfile.read,
    "Dockerfile": dockerfile.read,
}


def read_start_commands(project: Path) -> tuple[tuple[StartCommand, ...], tuple[Note, ...]]:
    """Return the start commands that the deploy files of `project` state, and notes on those that cannot be read.

    Looked for in the project folder and in the folders directly below it: `backend/Dockerfile`.
    """
    commands: list[StartCommand] = []
    notes: list[Note] = []
    for name, read in READERS.items():
        for path in [project / name, *sorted(project.glob(f"[!.]*/{name}"))]:
            try:
                text = path.read_text(encoding="utf-8", errors="replace")
            except FileNotFoundError:
                continue
            except OSError as error:
                why = f"not read: {error.strerror or error}"
                notes.append(Note("unreadable-file", why, path.relative_to(project).as_posix()))
                continue
            commands += read(text, path.relative_to(project).as_posix())
    return tuple(commands), tuple(notes)


def working_dirs(commands: Iterable[StartCommand]) -> tuple[str, ...]:
    """Return the folders from which commands import what they start, distinct: import roots for certain."""
    found = []
    for command in commands:
        if command.launch is not None and (command.launch.module or command.launch.file is None):
            folder = command.launch.import_root or command.launch.working_dir
            found.append(posixpath.normpath(posixpath.join(command.working_dir, folder)))
    return tuple(dict.fromkeys(found))


def tool_uses(commands: tuple[StartCommand, ...]) -> tuple[ToolUse, ...]:
    """Return one value per console tool and command that needs it, in the order stated."""
    return tuple(
        ToolUse(tool, command.path, command.line, command.command)
        for command in commands
        if command.launch is not None
        for tool in command.launch.tools
    )
