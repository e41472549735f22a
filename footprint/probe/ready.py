"""When a started command counts as ready: it listens, a URL answers, its output says so, or it has come to rest.

Where it is to listen, and with how many workers, its server's row in knowledge/servers.py tells.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Literal

from footprint.config.call_texts import is_address
from footprint.errors import UsageError
from footprint.knowledge.servers import CORES, Server, find_server, values_of
from footprint.model.requested_calls import Request
from footprint.probe.memory import Listener, system
from footprint.probe.process_tree import Rest
from footprint.probe.requests import Connect, ask, port_of
from footprint.values import dataclass

# Where a request to this machine goes when nothing else is said, and what takes the port there from everybody.
_EVERYWHERE = ("127.0.0.1", "0.0.0.0", "::")
_QUIET_S = 2.0  # at least, of a command that listens nowhere
_VARIABLE = re.compile(r"[\"']?\$(?:\{(\w+)(?::?-([^}]*))?\}|(\w+))[\"']?")
_ASSIGNED = re.compile(r"(?:^|(?<=\s))(\w+)=(\S+)")
_ADDRESS = re.compile(r"(?:(?:[\w.-]*|\[[\da-fA-F:.]*\]):)?(\d{1,5})")


@dataclass(frozen=True, slots=True)
class Readiness:
    """What to wait for. `value`: a URL, a port, a regular expression, seconds without growth.

    serving: a socket of its own that accepts connections, or rest where nothing says that it is a server.
    """

    kind: Literal["url", "port", "log", "quiet", "serving"]
    value: str = ""


@dataclass(frozen=True, slots=True)
class Ready:
    """How it showed that it is ready."""

    by: str


@dataclass(frozen=True, slots=True)
class Taken:
    """Why it cannot be measured: somebody else accepts connections where it should."""

    message: str


def parse_readiness(text: str) -> Readiness:
    """Return what `--ready` asks for: `http://...`, `port:8000`, `log:REGEX` or `quiet:SECONDS`.

    Raises: UsageError for anything else.
    """
    if text.startswith(("http://", "https://")):
        if not is_address(text):
            raise UsageError(f"--ready {text}: a URL needs a host, such as http://127.0.0.1:8000/health")
        return Readiness("url", text)
    kind, colon, value = text.partition(":")
    if colon and kind == "port" and _is_port(value):
        return Readiness("port", value)
    if colon and kind == "log" and value:
        try:
            re.compile(value)
        except re.error as error:
            raise UsageError(f"--ready {text}: not a regular expression: {error}") from error
        return Readiness("log", value)
    if colon and kind == "quiet":
        try:
            if 0 < float(value) < 3600:
                return Readiness("quiet", value)
        except ValueError:
            pass
    raise UsageError(f"--ready {text}: give a URL, port:8000, log:REGEX or quiet:SECONDS")


def _is_port(text: str) -> bool:
    return text.isdecimal() and 0 < int(text[:6]) < 65536


class ReadyWatch:
    """Looks again and again whether a command is ready, and whose the sockets are.

    `folder` is its own, `output` gives what it printed.
    """

    def __init__(self, wanted: Readiness, serving: ServerReadiness, folder: Path, output: Callable[[], str]) -> None:
        self.serving, self.rest = serving, Rest()
        self.listeners: tuple[Listener, ...] = ()  # of the command, at the last look; where it should listen first
        self._wanted, self._folder, self._output = wanted, folder, output
        self._places = {"port": (wanted.value,), "url": (str(port_of(wanted.value)),)}.get(wanted.kind, serving.places)
        self._pids: Collection[int] = ()
        self._others: Collection[Listener] = ()
        self._listened_s: float | None = None  # seconds from its start to the first look that saw one

    def look(self, pids: Collection[int]) -> Ready | Taken | None:
        """Return how the command showed that it is ready, or who is in its way; None while neither is so.

        `pids` are all its processes.
        """
        self._pids = pids
        self.rest.look(pids)
        others = self._find_others()
        # A socket may change hands while we look.
        if taken := [each for each in others if each in self._others]:
            return Taken(_describe_taken(taken[0]))
        self._others = others
        by = _WAYS[self._wanted.kind](self)
        return None if by is None else Ready(by)

    def taken(self) -> str | None:
        """Return, before the start, who has already taken the place of the command."""
        others = self._find_others()
        return _describe_taken(others[0]) if others else None

    @property
    def awaited(self) -> str:
        """What was waited for: "port 8000", and where the command listens instead."""
        what = f"{self._wanted.kind} {self._wanted.value}"
        if self._wanted.kind == "serving":
            what = f"it to listen at {' or '.join(self._places) or 'any port'}" if self.serving.listens else "rest"
        return f"{what}; it listens at {', '.join(map(str, self.listeners))}" if self.listeners else what

    @property
    def rest_s(self) -> float:
        """For how long it has to rest: twice as long as it took to listen, or else to grow."""
        return 2 * (self.rest.since - self.rest.began if self._listened_s is None else self._listened_s)

    def holders(self) -> set[int]:
        """Return the processes of the command that hold a socket at the place where it serves."""
        place = self.listeners[0] if self.listeners else None
        inodes = {
            each.inode for each in self.listeners if place and (each.port or each.host) == (place.port or place.host)
        }
        return {pid for pid in self._pids if inodes & system().sockets_of([pid])}

    def way_to(self, request: Request) -> Connect | None:
        """Return how a request is sent; None where no process of the command listens there."""
        port = port_of(request.url)
        found = next((each for each in self.listeners if port in (None, each.port)), None)
        return None if found is None else partial(found.connect, self._folder)

    def _find_others(self) -> list[Listener]:
        """Look at all sockets; return those of others where the command's own should be."""
        held, seen = system().sockets_of(self._pids), system().read_listeners()
        own = [each for each in seen if each.inode in held]
        # Beside a port, a socket of the file system that nobody named is for control: gunicorn's.
        ports = [each for each in own if each.port or self._is_wanted(each)]
        self.listeners = tuple(sorted(ports or own, key=lambda each: not self._is_wanted(each)))
        if own and self._listened_s is None:
            self._listened_s = time.monotonic() - self.rest.began
        return [each for each in seen if each.inode not in held and self._is_in_the_way(each)]

    def _is_wanted(self, listener: Listener) -> bool:
        return any(listener.is_at(place, self._folder) for place in self._places)

    def _is_in_the_way(self, other: Listener) -> bool:
        if not self._is_wanted(other):
            return False
        same = [own for own in self.listeners if own.port == other.port]
        return any(own.host == other.host for own in same) if same else not other.port or other.host in _EVERYWHERE

    def _serves(self) -> str | None:
        """Return where it listens: at once where it was expected to, else when it has come to rest with that."""
        if self.listeners:
            if self._is_wanted(self.listeners[0]) or self.rest.is_for(self.rest_s):
                return f"listens at {', '.join(map(str, self.listeners))}"
        elif not self.serving.listens and self.rest.is_for(max(_QUIET_S, self.rest_s)):
            return f"listens nowhere, and has not grown for {time.monotonic() - self.rest.since:.1f} s"
        return None

    def _answers(self) -> str | None:
        url = self._wanted.value
        way = self.way_to(request := Request("GET", url))
        status = None if way is None else ask(request, way)
        return f"{url} answered {status}" if status is not None and 200 <= status < 400 else None

    def _accepts(self) -> str | None:
        found = [str(each) for each in self.listeners if self._is_wanted(each)]
        return f"listens at {', '.join(found)}" if found else None

    def _says(self) -> str | None:
        found = re.search(self._wanted.value, self._output(), re.MULTILINE)
        return f"its output says {found[0].strip()[:100]!r}" if found else None

    def _is_quiet(self) -> str | None:
        is_at_rest = self.rest.rss and time.monotonic() - self.rest.since >= float(self._wanted.value)
        return f"it has not grown for {float(self._wanted.value):g} s" if is_at_rest else None


_WAYS: dict[str, Callable[[ReadyWatch], str | None]] = {
    "url": ReadyWatch._answers,
    "port": ReadyWatch._accepts,
    "log": ReadyWatch._says,
    "quiet": ReadyWatch._is_quiet,
    "serving": ReadyWatch._serves,
}


def _describe_taken(listener: Listener) -> str:
    who = system().find_holder(listener)
    return f"{listener} is taken by {who}, which is not of this command: stop it, or give the command another place"


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
    port = next((environ[name] for name in server.port_variables if name in environ), str(server.port or ""))
    return (port,) if port else ()


def _workers(server: Server, words: Sequence[str], environ: Mapping[str, str]) -> int | None:
    if server.workers is None or (values_of(words, server.pool) or [server.pool_default])[-1] in server.single:
        return None
    named = (environ[name] for name in server.variables if name in environ)
    stated = [*values_of(words, server.options)[-1:], *named]
    if not stated:
        return os.cpu_count() if server.default == CORES else int(server.default)
    return int(stated[0]) if stated[0].isdecimal() and 0 < int(stated[0]) < 10_000 else None
