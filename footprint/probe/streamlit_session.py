"""A session of a server that runs its script once a browser has connected: Streamlit's, by WebSocket."""

from __future__ import annotations

import base64
import secrets
import socket
import threading
from contextlib import suppress

from footprint.probe.requests import Connect

_OPEN_S = 10.0
# A BackMsg with an empty ClientState in its field 11, rerun_script: what a browser sends once it has connected.
# Source: proto/streamlit/proto/BackMsg.proto of Streamlit.
_RUN_SCRIPT = b"\x5a\x00"


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
    with suppress(OSError):
        while connected.recv(1 << 16):
            pass
