"""What is sent to a listener of a command that was started: the requests that `--request` asks for, and a session of
a server that runs its script once a browser has connected (Streamlit's, by WebSocket).
"""

from __future__ import annotations

import base64
import contextlib
import secrets
import socket
import threading
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

from footprint.model.requested_calls import Request

_ANSWER_S = 10.0
_OPEN_S = 10.0
# A BackMsg with an empty ClientState in its field 11, rerun_script: what a browser sends once it has connected.
# Source: proto/streamlit/proto/BackMsg.proto of Streamlit.
_RUN_SCRIPT = b"\x5a\x00"

Connect = Callable[[float], socket.socket]  # within so many seconds; raises OSError


def port_of(url: str) -> int | None:
    """Return the port that a URL means; None for a path."""
    parts = urlsplit(url)
    return (parts.port or (443 if parts.scheme == "https" else 80)) if parts.scheme else None


def ask(request: Request, connect: Connect, within_s: float = _ANSWER_S, *, alone: bool = False) -> int | None:
    """Return the status of an answer, None when there is none, or none in time: it may come byte by byte.

    `alone`: without a thread that watches the time, for whoever measures; each wait has the limit then.
    """
    import http.client  # with ssl and email: much to load for an audit that starts no server

    parts = urlsplit(request.url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    headers = {"Content-Type": "application/json"} if (request.body or b"")[:1] in (b"{", b"[") else {}
    headers |= dict(request.headers)
    connection = http.client.HTTPConnection(parts.hostname or "localhost", parts.port)
    try:
        connection.sock = connect(within_s)
        if parts.scheme == "https":
            import ssl

            connection.sock = ssl.create_default_context().wrap_socket(connection.sock, server_hostname=parts.hostname)
        with contextlib.nullcontext() if alone else _given_up_after(connection.sock, within_s):
            connection.request(request.method, target, request.body, headers)
            answer = connection.getresponse()
            while answer.read1(1 << 16):  # a stream of events has no end
                pass
            return answer.status
    except (OSError, http.client.HTTPException, ValueError):  # ValueError: a host or path that cannot be sent
        return None
    finally:
        connection.close()


def ask_at_once(request: Request, connect: Connect, within_s: float, count: int) -> list[int | None]:
    """Return the statuses of the same request sent `count` times at the same moment: a busy worker takes one only."""
    from concurrent.futures import ThreadPoolExecutor  # for few commands only

    with ThreadPoolExecutor(count) as threads:
        return [*threads.map(lambda _: ask(request, connect, within_s), range(count))]


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


def open_session(path: str, connect: Connect) -> socket.socket | str:
    """Return a connection that keeps a session open, its script asked for; or why there is none. Source: RFC 6455."""
    key = base64.b64encode(secrets.token_bytes(16)).decode()
    lines = (
        f"GET {path} HTTP/1.1",
        "Host: localhost",
        "Connection: Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Version: 13",
        f"Sec-WebSocket-Key: {key}",
        "Sec-WebSocket-Protocol: streamlit",
    )
    try:
        found = connect(_OPEN_S)
    except OSError as error:
        return str(error)
    try:
        found.sendall("\r\n".join((*lines, "", "")).encode())
        answer = found.recv(4096)
        if answer.startswith(b"HTTP/1.1 101"):
            mask = secrets.token_bytes(4)
            masked = bytes(byte ^ mask[index] for index, byte in enumerate(_RUN_SCRIPT))
            found.sendall(bytes((0x82, 0x80 | len(masked))) + mask + masked)
            threading.Thread(target=_take_all, args=(found,), daemon=True).start()
            return found
        why = answer.partition(b"\r\n")[0][:100].decode("ascii", "replace")
    except OSError as error:
        why = str(error)
    found.close()
    return why or "no answer"


def _take_all(connected: socket.socket) -> None:
    """Take what the server sends, as a browser would, until the connection is closed."""
    connected.settimeout(None)
    with contextlib.suppress(OSError):
        while connected.recv(1 << 16):
            pass
