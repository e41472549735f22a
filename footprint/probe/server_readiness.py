"""What a start command is to show when it is ready: where its server listens, with how many workers."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence

from footprint.knowledge.servers import CORES, Server, find_server, values_of
from footprint.values import dataclass

_VARIABLE = re.compile(r"[\"']?\$(?:\{(\w+)(?::?-([^}]*))?\}|(\w+))[\"']?")
_ASSIGNED = re.compile(r"(?:^|(?<=\s))(\w+)=(\S+)")
_ADDRESS = re.compile(r"(?:(?:[\w.-]*|\[[\da-fA-F:.]*\]):)?(\d{1,5})")


@dataclass(frozen=True, slots=True)
class ServerReadiness:
    """What is known of the server in a command; nothing where there is no known one."""

    listens: bool = False
    places: tuple[str, ...] = ()  # "8000", "unix:/run/app.sock"; empty: not known beforehand
    workers: int | None = None  # processes that serve; None: not known, or one process does all
    session: str = ""  # as the server's row says


def line_of(command: Sequence[str], environ: Mapping[str, str]) -> str:
    """Return the command as a line, of a shell's line what it would run: variables filled in."""
    line = command[2] if tuple(command[:2]) == ("/bin/sh", "-c") else " ".join(command)
    return _VARIABLE.sub(lambda found: environ.get(found[1] or found[3]) or found[2] or found[0], line)


def describe_serving(line: str, environ: Mapping[str, str]) -> ServerReadiness:
    """Return what the last server of a command does, by its options, its variables and its defaults."""
    found = find_server(line)
    if found is None:
        return ServerReadiness()
    server, rest = found
    environ = {**environ, **dict(_ASSIGNED.findall(line))}
    listens = server.role == "web"
    places = _places(server, rest, environ) if listens else ()
    return ServerReadiness(listens, places, _workers(server, rest, environ), server.session)


def _places(server: Server, words: Sequence[str], environ: Mapping[str, str]) -> tuple[str, ...]:
    sockets = [f"unix:{path.removeprefix('unix:')}" for path in values_of(words, server.sockets)]
    sockets += [value for value in values_of(words, server.binds) if value.startswith("unix:")]
    addresses = values_of(words, (*server.binds, *server.ports))
    if not server.ports and not server.binds:  # a word of its own
        addresses = [word for word in words if not word.startswith("-")]
    ports = [found[1] for value in addresses if (found := _ADDRESS.fullmatch(value)) and 0 < int(found[1]) < 65536]
    if sockets or ports:
        return (*sockets, *ports)
    if values_of(words, (*server.binds, *server.ports, "--fd")):  # a descriptor, a name of a service
        return ()
    named = (environ[name] for name in server.port_variables if name in environ)
    port = next(named, str(server.port or ""))
    return (port,) if port else ()


def _workers(server: Server, words: Sequence[str], environ: Mapping[str, str]) -> int | None:
    if server.workers is None or (values_of(words, server.pool) or [server.pool_default])[-1] in server.single:
        return None
    named = (environ[name] for name in server.variables if name in environ)
    stated = [*values_of(words, server.options)[-1:], *named]
    if not stated:
        return os.cpu_count() if server.default == CORES else int(server.default)
    return int(stated[0]) if stated[0].isdecimal() and 0 < int(stated[0]) < 10_000 else None
