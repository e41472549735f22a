"""When a started command counts as ready: a URL answers, a port accepts, its output says so, or it has come to rest."""

from __future__ import annotations

import contextlib
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from footprint.errors import UsageError
from footprint.model.servers import find_server

_CONNECT_S = 1.0
_ANSWER_S = 10.0
_PORT_OPTIONS = re.compile(r"(?:--port|-p|--server\.port|--server-port)(?:=|$)")
_BIND_OPTIONS = re.compile(r"(?:--bind|-b|--listen|--host-port)(?:=|$)")


@dataclass(frozen=True, slots=True)
class Readiness:
    """What to wait for. `value`: a URL, a port, a regular expression, or seconds without growth."""

    kind: Literal["url", "port", "log", "quiet"]
    value: str


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


def is_address(url: str) -> bool:
    """Say whether a URL names a host, and a port that there is."""
    try:
        parts = urlsplit(url)
        return bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port that is no number or too large, half an IPv6 address
        return False


def _is_port(text: str) -> bool:
    return text.isdecimal() and 0 < int(text[:6]) < 65536


def guess_readiness(command: Sequence[str]) -> Readiness:
    """Return what fits a command: the port that it names or that its server uses, else two seconds without growth."""
    for index, word in enumerate(command):
        value = word.partition("=")[2] if "=" in word else (command[index + 1] if index + 1 < len(command) else "")
        if _PORT_OPTIONS.match(word) and _is_port(value):
            return Readiness("port", value)
        if _BIND_OPTIONS.match(word):
            port = value.rpartition(":")[2]
            if _is_port(port):
                return Readiness("port", port)
    found = find_server(command)
    if found is not None and found[0].port is not None:
        return Readiness("port", str(found[0].port))
    return Readiness("quiet", "2")


class Watch:
    """Asks again and again whether a command is ready; `output` gives what it printed, `memory` its RSS in bytes."""

    def __init__(self, wanted: Readiness, output: Callable[[], str], memory: Callable[[], int]) -> None:
        self._wanted, self._output, self._memory = wanted, output, memory
        self._largest = 0
        self._grown_at = time.monotonic()

    def answer(self) -> str | None:
        """Return how it showed that it is ready, None while it is not."""
        value = self._wanted.value
        match self._wanted.kind:
            case "url":
                status = ask(value)
                return f"{value} answered {status}" if status is not None and 200 <= status < 400 else None
            case "port":
                return f"port {value} accepts connections" if accepts(int(value)) else None
            case "log":
                found = re.search(value, self._output(), re.MULTILINE)
                return f"its output says {found[0].strip()[:100]!r}" if found else None
            case "quiet":
                return self._rest(float(value))

    def _rest(self, seconds: float) -> str | None:
        now, rss = time.monotonic(), self._memory()
        if rss > self._largest * 1.002:
            self._largest, self._grown_at = rss, now
        return f"it has not grown for {seconds:g} s" if rss and now - self._grown_at >= seconds else None


def ask(url: str, method: str = "GET", body: bytes | None = None) -> int | None:
    """Return the status of an answer, None when there is none, or none in time: it may come byte by byte."""
    import http.client  # with ssl and email: much to load for an audit that starts no server

    parts = urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=_ANSWER_S)
    try:
        connection.connect()
        with _given_up_after(connection.sock, _ANSWER_S):
            connection.request(method, (parts.path or "/") + (f"?{parts.query}" if parts.query else ""), body)
            answer = connection.getresponse()
            while answer.read1(1 << 16):  # a stream of events has no end
                pass
            return answer.status
    except (OSError, http.client.HTTPException, ValueError):  # ValueError: a host or path that cannot be sent
        return None
    finally:
        connection.close()


@contextlib.contextmanager
def _given_up_after(connected: socket.socket, seconds: float) -> Iterator[None]:
    """End a connection after so long: a limit of its own holds for each wait, not for all of them."""

    def give_up() -> None:
        with contextlib.suppress(OSError):
            socket.socket.shutdown(connected, socket.SHUT_RDWR)

    timer = threading.Timer(seconds, give_up)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def accepts(port: int) -> bool:
    """Say whether something on this machine accepts connections on a port."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=_CONNECT_S):
            return True
    except OSError:
        return False
