"""The words of a start command: taken apart, moved to another port, and written with other settings. Pure.

A shell's line is opaque unless variables, assignments in front and `exec` are all that it has: then only variables of
the environment can be tried.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping, Sequence

from footprint.knowledge.servers import Server, find_server, values_of
from footprint.model.tuning import Factor
from footprint.values import dataclass, replace

_ASSIGNED = re.compile(r"[A-Za-z_]\w*=")
_OF_SHELLS = frozenset("$|&;<>`*?(){}\n")
_WITH_VARIABLE = re.compile(r"[\w@%+=:,./-]*\$(?:\w+|\{\w+(?::?-\w*)?\})[\w@%+=:,./-]*")
_HERE = "127.0.0.1"
_GUNICORN = "gunicorn"
_WORDS_OF_BOTH = ("--host", "--port", "--workers")  # of uvicorn, which gunicorn has too


@dataclass(frozen=True, slots=True)
class StartWords:
    """One command. `head` ends with the name of the server, `rest` are its words; all is `head` where none is known."""

    head: tuple[str, ...]
    rest: tuple[str, ...] = ()
    server: Server | None = None
    environment: tuple[tuple[str, str], ...] = ()  # assigned in front of it

    @property
    def words(self) -> tuple[str, ...]:
        """All words as they are started."""
        return (*self.head, *self.rest)

    @property
    def is_gunicorn(self) -> bool:
        """Whether settings are given to it by a file in Python."""
        return self.server is not None and self.server.name == _GUNICORN

    @property
    def can_move(self) -> bool:
        """Whether it can be started at another port, beside itself."""
        return self.server is not None and self.server.role == "web" and bool(self.server.binds or self.server.ports)

    @property
    def is_opaque(self) -> bool:
        """Whether it is a shell's line."""
        return self.head[:2] == ("/bin/sh", "-c")

    def line(self) -> str:
        """Return it as a line of a shell."""
        if self.is_opaque:
            return self.head[2]
        assigned = (f"{name}={quoted(value)}" for name, value in self.environment)
        return " ".join([*assigned, *map(quoted, self.words)])


def quoted(word: str) -> str:
    """Return a word as a shell takes it; a variable in it stays one."""
    return word if _WITH_VARIABLE.fullmatch(word) else shlex.quote(word)


def read_command(line: str, *, variables: bool = False) -> StartWords:
    """Return a line taken apart. `variables`: as it is written; else they are filled in, and a `$` means more."""
    meant = _OF_SHELLS - {"$", "{", "}"} if variables else _OF_SHELLS
    try:
        words = shlex.split(line) if meant.isdisjoint(line) else []
    except ValueError:
        words = []
    if not words:
        return StartWords(("/bin/sh", "-c", line))
    environment: list[tuple[str, str]] = []
    while words and (words[0] in ("exec", "env") or _ASSIGNED.match(words[0])):
        name, equals, value = words.pop(0).partition("=")
        environment += [(name, value)] if equals else []
    found = find_server(words)
    if found is None:
        return StartWords(tuple(words) or ("true",), environment=tuple(environment))
    server, rest = found
    return StartWords(tuple(words[: len(words) - len(rest)]), rest, server, tuple(environment))


def without(words: Sequence[str], options: Sequence[str]) -> tuple[str, ...]:
    """Return the words less these options and their values: `-w 4`, `-w4`, `--workers 4`, `--workers=4`."""
    kept, rest = [], list(reversed(words))
    while rest:
        word = rest.pop()
        if word in options:
            rest[-1:] = []
            continue
        is_joined = any(
            word.startswith(f"{each}=") if each.startswith("--") else word.startswith(each) and word != each
            for each in options
        )
        kept += [] if is_joined else [word]
    return tuple(kept)


def at_port(command: StartWords, port: int) -> StartWords:
    """Return the command at a port of this machine alone, wherever it would listen; as it is where that is unknown."""
    server = command.server
    if server is None or not command.can_move:
        return command
    options = (*server.binds, *server.ports, *server.sockets, "--fd")
    given = [each for each in (*server.binds, *server.ports) if values_of(command.rest, (each,))]
    known = given or [each for each in (*server.binds, *server.ports) if each.startswith("--")] or [*server.ports]
    option = known[0]
    value = f"{_HERE}:{port}" if option in server.binds else str(port)
    added = (f"{option}={value}",) if option.startswith("--") else (option, value)
    return replace(command, rest=(*without(command.rest, options), *added))


def for_requests_at_once(command: StartWords, count: int) -> StartWords:
    """Return the command with as many workers as so many requests at once need, with the threads that its words give.

    As it is where a worker takes any number, or is not known to take more than one.
    """
    server = command.server
    if server is None or server.serves != "wsgi" or not server.options:
        return command
    threads = [int(value) for value in values_of(command.rest, server.threads) if value.isdecimal()]
    workers = -(-count // max(1, *threads, 1))
    return replace(command, rest=(*without(command.rest, server.options), server.options[-1], str(workers)))


def config_of(command: StartWords, environ: Mapping[str, str]) -> str | None:
    """Return the file of settings that gunicorn is told to read; None: it is told none."""
    if command.server is None or command.server.arguments is None:
        return None
    options = command.server.arguments.settings
    more = split_or_none(environ.get(command.server.more_words, ""))
    told = [*values_of(more, options), *values_of(command.rest, options)]
    return told[-1] if told else None


def split_or_none(text: str) -> list[str]:
    """Return the words of a shell's text; none of what is not one."""
    try:
        return shlex.split(text)
    except ValueError:
        return []


def with_factors(
    command: StartWords, factors: Sequence[Factor], environ: Mapping[str, str]
) -> tuple[StartWords, dict[str, str]]:
    """Return the command with the settings that its words and variables say, and those variables.

    What a gunicorn.conf.py says is taken out of the words, which would overrule it.
    """
    variables = dict(environ)
    for factor in factors:
        variables |= dict(factor.environment)
        if factor.worker_class:
            command = as_gunicorn(command, factor.worker_class)
    server = command.server
    if server is None:
        return command, variables
    for factor in factors:
        if command.is_gunicorn:
            names = {name for name, _ in factor.settings}
            command, variables = without_options(command, variables, _options_of(server, names))
        elif factor.workers is not None:
            option = server.options[-1]
            command = replace(command, rest=(*without(command.rest, server.options), option, str(factor.workers)))
    return command, variables


def without_options(
    command: StartWords, environ: Mapping[str, str], options: Sequence[str]
) -> tuple[StartWords, dict[str, str]]:
    """Return the command and the variables less options of its server, which variables may hold as well."""
    variables, more = dict(environ), command.server.more_words if command.server is not None else ""
    if options and more in variables:
        variables[more] = shlex.join(without(split_or_none(variables[more]), options))
    return replace(command, rest=without(command.rest, options)), variables


def _options_of(server: Server, names: set[str]) -> tuple[str, ...]:
    options = {"workers": server.options, "threads": server.threads, "worker_class": server.pool}
    return tuple(option for name in sorted(names) for option in options.get(name, ()))


def why_not_gunicorn(command: StartWords) -> str:
    """Return why a command of uvicorn cannot be one of gunicorn; empty where it can."""
    left = without(command.rest, _WORDS_OF_BOTH)
    if len(left) != 1 or left[0].startswith("-"):
        return f"its words {' '.join(left)} would have to be written for gunicorn"
    return ""


def as_gunicorn(command: StartWords, worker_class: str) -> StartWords:
    """Return a command of uvicorn as one of gunicorn with its worker."""
    assert command.server is not None
    application = without(command.rest, _WORDS_OF_BOTH)
    hosts, ports = values_of(command.rest, ("--host",)), values_of(command.rest, ("--port",))
    workers = values_of(command.rest, command.server.options)
    head = (*command.head[:-1], command.head[-1].replace(command.server.name, _GUNICORN))
    place = f"{(hosts or [_HERE])[-1]}:{(ports or [str(command.server.port)])[-1]}"
    counted = ("--workers", workers[-1]) if workers else ()
    rest = ("-k", worker_class, *counted, "--bind", place, *application)
    found = find_server((*head, *rest))
    assert found is not None
    return replace(command, head=head, rest=rest, server=found[0])
