"""What deploy files say of a start or a host that costs something for nothing. Nothing is run.

Laws: a habit is told where a deployment has it for certain (`production`), and where its words say it: of what a
variable or a condition decides nothing is told.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable, Iterator

from footprint.collect.deploy.commands.launchers import read_programs
from footprint.collect.deploy.commands.shell_lines import split_commands
from footprint.collect.deploy.production import Production, is_compose
from footprint.knowledge.development_starts import ROWS, WATCHERS, watches
from footprint.knowledge.servers import find_server
from footprint.model.source_modules import StartCommand
from footprint.model.start_habits import StartHabit

SHOWN_AT_MOST = 120  # characters of a command
ReadText = Callable[[str], str | None]  # the text of a file of the project, by its path


def find_habits(
    production: Production, runs: Iterable[tuple[StartCommand, StartCommand]], read: ReadText
) -> Iterator[StartHabit]:
    """Yield the habits of a deployment. `runs` are start commands, each with the program that it comes to."""
    for stated, main in runs:
        if production.is_deployed(stated):
            yield from _of_start(stated, main)
    for path in production.paths:
        if is_compose(path):
            yield from _of_host(production, path)
        elif (text := read(path)) is not None:
            from footprint.collect.deploy.image_habits import find_image_habits

            yield from find_image_habits(production, path, text, read)


def _of_start(stated: StartCommand, main: StartCommand) -> Iterator[StartHabit]:
    """Yield what of a start is for developers: a server that is for them, or one that watches the files."""
    shown = (main.path, main.line, main.command[:SHOWN_AT_MOST])
    environ = dict(stated.environ) | dict(main.environ)
    begins = [posixpath.basename(words[words[0] == "exec"]) for words in split_commands(main.command) if words[1:]]
    if watcher := next((name for name in begins if name in WATCHERS), None):
        yield StartHabit("development", *shown, (watcher,), watches=True)
        return
    programs = [program for _, program in read_programs([(main.line, main.command)], environ)]
    found = [(known, program) for program in programs if (known := find_server(program.words)) is not None]
    for (server, words), program in found[-1:]:
        row = ROWS.get(server.name)
        does_watch = row is not None and watches(row, words, environ | dict(program.environ))
        if row is not None and (does_watch or row.is_always):
            yield StartHabit("development", *shown, (server.name,), watches=does_watch)


def _of_host(production: Production, path: str) -> Iterator[StartHabit]:
    """Yield that several services share a host and none of them has a limit, wherever it might stand."""
    services = production.deployed_services(path)
    if len(services) < 2 or any(each.has_limit for each in production.services):
        return
    first = min(services, key=lambda each: each.line)
    yield StartHabit("unlimited", path, first.line, first.name, tuple(each.name for each in services))
