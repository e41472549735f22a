"""Asking a server that a strange command started: whatever it answers, there is an end to it."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

import pytest

from footprint.probe.requests import Request, ask

# What is sent first, and then again and again, until whoever asked has gone.
DRIPS = {
    "a status line without end": (b"HTTP/1.1 20", b"0"),
    "headers without end": (b"HTTP/1.1 200 OK\r\nX: ", b"x"),
    "a body without end": (b"HTTP/1.1 200 OK\r\n\r\n", b"x"),
    "pieces without end": (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
}


@contextmanager
def dripping(first: bytes, more: bytes) -> Iterator[tuple[int, threading.Event]]:
    """Give a server's port, and what is set once its client has gone."""
    gone = threading.Event()

    def serve() -> None:
        connection, _ = server.accept()
        with connection:
            try:
                connection.sendall(first)
                while True:
                    connection.sendall(more)
                    threading.Event().wait(0.05)
            except OSError:
                gone.set()

    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=serve, daemon=True).start()
        yield server.getsockname()[1], gone


@pytest.mark.parametrize("drip", [pytest.param(drip, id=name) for name, drip in DRIPS.items()])
def test_an_answer_that_comes_byte_by_byte_is_given_up(drip: tuple[bytes, bytes]) -> None:
    with dripping(*drip) as (port, gone):
        way = partial(socket.create_connection, ("127.0.0.1", port))
        assert ask(Request("GET", "/"), way, 0.5) in (None, 200)
        assert gone.wait(30)
