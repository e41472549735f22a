"""Whose socket it is that accepts connections, when the processes behind it have come to rest, and who was reached."""

import os
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from footprint.model.live_readings import LiveRun
from footprint.model.requested_calls import Request
from footprint.probe.ready import Readiness
from footprint.probe.requests import ask
from tests.integration.test_live import MIB, run
from tests.support.probing import write

# Listens as it is told, and answers every request.
SERVER = """
    import os, socket, sys, time
    kind, place = sys.argv[1:3]
    family = socket.AF_INET6 if kind == "6" else socket.AF_UNIX if kind == "unix" else socket.AF_INET
    server = socket.socket(family)
    host = {"6": "::1", "any": "0.0.0.0"}.get(kind, "127.0.0.1")
    if kind == "shared": server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    server.bind(place.replace("@", chr(0)) if kind == "unix" else (host, int(place)))
    server.listen()
    for _ in range(int(("".join(sys.argv[3:4])).isdigit() and sys.argv[3])):
        if os.fork() == 0: break
    while True:
        connection, _ = server.accept()
        connection.recv(9999)
        connection.sendall(b"HTTP/1.1 204 x\\r\\n\\r\\n")
        connection.close()
"""
PLACES = {
    "an address": ("4", "{port}", "127.0.0.1:{port}"),
    "all addresses": ("any", "{port}", "0.0.0.0:{port}"),
    "IPv6": ("6", "{port}", "[::1]:{port}"),
    "a socket in the folder": ("unix", "app.sock", "unix:app.sock"),
    "a socket elsewhere": ("unix", "{folder}/x.sock", "unix:{folder}/x.sock"),
    "a name": ("unix", "@{port}.footprint", "unix:@{port}.footprint"),
}


@pytest.mark.parametrize("name", PLACES)
def test_whatever_a_command_listens_at_is_found_and_asked(name: str, tmp_path: Path, port: int) -> None:
    write(tmp_path, {"serve.py": SERVER})
    kind, place, expected = (word.format(port=port, folder=tmp_path) for word in PLACES[name])
    found = run(tmp_path, "python", "serve.py", kind, place, requests=(Request("GET", "/x"),))
    assert (found.message, found.listening, found.notes) == (None, (expected,), ())
    assert found.ready_by == f"listens at {expected}"
    assert [reading.request for reading in found.readings] == ["", "GET /x"]


def test_a_server_that_listens_elsewhere_than_its_command_says(tmp_path: Path, port: int) -> None:
    """As a file of settings makes it."""
    write(tmp_path, {"uvicorn": _plain(SERVER)})
    found = run(tmp_path, "./uvicorn", "4", str(port), requests=(Request("GET", f"http://localhost:{port}/"),))
    assert (found.listening, found.notes) == ((f"127.0.0.1:{port}",), ())


def _plain(text: str) -> str:
    return f"#!{sys.executable}\n{dedent(text)}"


FOREIGN = {
    "the same address": ("4", socket.AF_INET, "127.0.0.1", False),
    "all addresses": ("4", socket.AF_INET, "0.0.0.0", False),
    "both share it": ("shared", socket.AF_INET, "127.0.0.1", True),
    "IPv6, all addresses": ("4", socket.AF_INET6, "::", False),
}


def _foreign(family: int, host: str, number: int) -> socket.socket:
    found = socket.socket(family)
    found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    found.bind((host, number))
    found.listen()
    return found


@pytest.mark.parametrize("name", FOREIGN)
def test_what_others_hold_before_the_start_is_refused(name: str, tmp_path: Path, port: int) -> None:
    write(tmp_path, {"serve.py": SERVER})
    kind, family, host, _ = FOREIGN[name]
    with _foreign(family, host, port):
        found = run(tmp_path, "python", "serve.py", kind, str(port), ready=Readiness("port", str(port)))
    assert (found.end, found.readings) == ("not-started", ())
    assert found.message is not None and f":{port} is taken by process {os.getpid()} (" in found.message
    assert "stop it" in found.message


@pytest.mark.parametrize("name", FOREIGN)
@pytest.mark.parametrize("ready", ["port", "url", "serving"])
def test_what_others_open_later_is_refused(name: str, ready: str, tmp_path: Path, port: int) -> None:
    """They answer, too: an address that is open is no sign of the command."""
    kind, family, host, is_shared = FOREIGN[name]
    late = "pass" if is_shared else "time.sleep(600)"
    write(tmp_path, {"uvicorn": _plain(SERVER).replace("server =", f"{late}; server =", 1)})
    wanted = {"port": Readiness("port", str(port)), "url": Readiness("url", f"http://127.0.0.1:{port}/x")}
    opened: list[socket.socket] = []
    timer = threading.Timer(0.5, lambda: opened.append(_foreign(family, host, port)))
    timer.start()
    try:
        command = ("./uvicorn", kind, str(port), "0", "--port", str(port))
        found = run(tmp_path, *command, ready=wanted.get(ready))
    finally:
        timer.join()
        opened[0].close()
    if found.readings:  # both share it, and the command was ready first
        assert is_shared and found.listening == (f"127.0.0.1:{port}",)
    else:
        assert found.end == "not-ready" and f":{port} is taken by process {os.getpid()} (" in (found.message or "")


def test_a_socket_of_the_file_system_that_is_in_use_is_not_taken_over(tmp_path: Path) -> None:
    """Servers unlink what stands there, and whoever listens is cut off."""
    write(tmp_path, {"uvicorn": f"#!{sys.executable}\nraise SystemExit('it was started')\n"})
    with socket.socket(socket.AF_UNIX) as other:
        other.bind(str(tmp_path / "app.sock"))
        other.listen()
        found = run(tmp_path, "./uvicorn", "app:app", "--uds", "app.sock")
    assert found.end == "not-started"
    assert found.message is not None and f"app.sock is taken by process {os.getpid()}" in found.message


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_a_request_never_goes_to_another_program(host: str, tmp_path: Path, port: int) -> None:
    write(tmp_path, {"serve.py": SERVER})
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with _foreign(family, host, 0) as other:
        number = other.getsockname()[1]
        other.setblocking(False)
        asked = Request("GET", f"http://localhost:{number}/private")
        found = run(tmp_path, "python", "serve.py", "4", str(port), requests=(asked,))
        with pytest.raises(BlockingIOError):
            other.accept()
    (note,) = found.notes
    assert note.message == f"GET {asked.url}: not sent, since no process of the command listens at port {number}"


def test_no_request_is_sent_where_nothing_listens(tmp_path: Path) -> None:
    write(tmp_path, {"main.py": "import time\ntime.sleep(600)\n"})
    found = run(tmp_path, "python", "main.py", requests=(Request("GET", "/x"),))
    assert [note.message for note in found.notes] == [
        "GET /x: not sent, since no process of the command listens at any port"
    ]
    assert found.ready_by is not None and found.ready_by.startswith("listens nowhere, and has not grown for ")


# A server that forks: its socket is open long before its workers have what they need.
FORKS = """
    import os, socket, sys, time
    server = socket.create_server(("127.0.0.1", int(sys.argv[1])))
    kept, own = [], None
    for number in range(WORKERS):
        if os.fork() == 0:
            WORK
            while True:
                connection, _ = server.accept()
                asked = connection.recv(9999)
                if b"/grow" in asked and own is None: own = b"x" * (20 << 20); time.sleep(0.3)
                connection.sendall(b"HTTP/1.1 204 x\\r\\n\\r\\n")
                connection.close()
    time.sleep(600)
"""
WORK = {
    "all the time": "for _ in range(80): kept.append(b'x' * (1 << 18)); time.sleep(0.02)",
    "with work in between": """
            for _ in range(4):
                kept.append(b'x' * (5 << 20)); until = time.process_time() + 1.2
                while time.process_time() < until: pass""",
    "one after the other": "time.sleep(0.5 * number); kept.append(b'x' * (20 << 20))",
}


def _forking(folder: Path, count: int, work: str, number: int, *words: str, **options: Any) -> LiveRun:
    code = FORKS.replace("WORKERS", str(count)).replace("WORK", work)
    write(folder, {"serve.py": code, "uvicorn": f'#!/bin/sh\nexec "{sys.executable}" serve.py "$@"\n'})
    return run(folder, "./uvicorn", str(number), "--port", str(number), *words, **options)


@pytest.mark.parametrize("name", WORK)
def test_all_workers_are_read_at_rest(name: str, tmp_path: Path, port: int) -> None:
    found = _forking(tmp_path, 2, WORK[name], port, "--workers", "2")
    (reading,) = found.readings
    own = [each.rss_bytes for each in reading.processes if each.pid in reading.serving]
    assert len(own) == 2 and min(own) > 20 * MIB and reading.growing_bytes is None
    assert reading.total_bytes is not None and 2 * 20 * MIB < reading.total_bytes < reading.rss_bytes


def test_what_does_not_come_to_rest_is_said(tmp_path: Path, port: int) -> None:
    work = "for _ in range(400): kept.append(b'x' * (1 << 20)); time.sleep(0.1)"
    found = _forking(tmp_path, 1, work, port, timeout_s=4)
    (reading,) = found.readings
    assert reading.growing_bytes is not None and MIB < reading.growing_bytes < 60 * MIB


@pytest.mark.parametrize("stated", [("--workers", "3"), ()])
def test_workers_that_never_come_are_waited_for_and_missed(
    stated: tuple[str, ...],
    tmp_path: Path,
    port: int,
) -> None:
    """What a file of settings says of them counts as much."""
    found = _forking(tmp_path, 2, "pass", port, *stated, timeout_s=4, workers=None if stated else 3)
    (reading,) = found.readings
    assert (len(reading.serving), found.workers, reading.growing_bytes) == (2, 3, None)


def test_a_request_is_sent_until_every_worker_has_grown(tmp_path: Path, port: int) -> None:
    asked = (Request("GET", "/"), Request("GET", "/grow"))
    found = _forking(tmp_path, 3, "pass", port, "--workers", "3", requests=asked)
    assert found.notes == ()
    _, quiet, reading = found.readings
    assert quiet.grown == ()
    assert len(reading.serving) == 3 and set(reading.grown) == set(reading.serving)
    assert reading.rss_bytes - quiet.rss_bytes > 58 * MIB


def test_what_may_change_something_is_sent_no_more_often_than_asked(tmp_path: Path, port: int) -> None:
    found = _forking(tmp_path, 3, "pass", port, "--workers", "3", requests=(Request("POST", "/grow"),))
    reading = found.readings[-1]
    assert (len(reading.serving), len(reading.grown)) == (3, 1)


def test_the_peak_on_the_way_is_that_of_the_way(tmp_path: Path, port: int) -> None:
    """Of the start, and of the request apart."""
    high = "more = b'x' * (60 << 20); more = None"
    found = _forking(tmp_path, 1, high, port, requests=(Request("GET", "/grow"),))
    ready, asked = found.readings
    assert 55 * MIB < ready.excess_bytes < 75 * MIB
    assert asked.excess_bytes < 5 * MIB


def test_where_a_long_answer_is_waited_for(tmp_path: Path, port: int) -> None:
    code = FORKS.replace("time.sleep(0.3)", "time.sleep(11)").replace("WORKERS", "1").replace("WORK", "pass")
    write(tmp_path, {"serve.py": code})
    found = run(tmp_path, "python", "serve.py", str(port), requests=(Request("GET", "/grow"),))
    assert found.notes == () and len(found.readings[-1].grown) == 1


@pytest.mark.parametrize(
    ("said", "is_noted"),
    [
        (
            "consumer: Cannot connect to amqp://guest:pa55word-x9@127.0.0.1:5672//: [Errno 111] Connection refused.",
            True,
        ),
        ("could not connect to server: Connection refused", True),
        ("connected to redis", False),
    ],
)
def test_a_worker_that_keeps_trying_to_connect_is_said(said: str, is_noted: bool, tmp_path: Path) -> None:
    write(tmp_path, {"main.py": f"import time\nprint({said!r}, flush=True)\ntime.sleep(600)\n"})
    found = run(tmp_path, "python", "main.py")
    assert [note.code for note in found.notes] == ["live-not-connected"] * is_noted
    assert "pa55word" not in str(found) and len(found.readings) == 1


# As Streamlit does: the script runs when a browser has connected and asks for it.
SESSIONS = """
    import base64, hashlib, socket, sys, time
    server = socket.create_server(("127.0.0.1", int(sys.argv[sys.argv.index("--server.port") + 1])))
    kept, held = [], []
    while True:
        connection, _ = server.accept()
        asked = connection.recv(9999)
        if not asked.startswith(b"GET PATH ") or b"Sec-WebSocket-Protocol: streamlit" not in asked:
            connection.sendall(b"HTTP/1.1 404 Not Found\\r\\n\\r\\n"); connection.close(); continue
        key = asked.partition(b"Sec-WebSocket-Key: ")[2].split()[0] + b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
        accept = base64.b64encode(hashlib.sha1(key).digest())
        connection.sendall(b"HTTP/1.1 101 Switching Protocols\\r\\nUpgrade: websocket\\r\\nConnection: Upgrade\\r\\n"
                           b"Sec-WebSocket-Accept: " + accept + b"\\r\\nSec-WebSocket-Protocol: streamlit\\r\\n\\r\\n")
        frame = connection.recv(9999)
        mask, payload = frame[2:6], frame[6:]
        if frame[0] == 0x82 and bytes(byte ^ mask[n] for n, byte in enumerate(payload)) == bytes([0x5a, 0]):
            time.sleep(0.5); kept.append(b"x" * (30 << 20))
        held.append(connection)
        connection.sendall(bytes([0x82, 126, 0x0f, 0xff]) + bytes(0xfff))
"""


@pytest.mark.parametrize(("path", "note"), [("/_stcore/stream", None), ("/other", "HTTP/1.1 404 Not Found")])
def test_a_session_is_opened_or_it_is_said_that_none_was(
    path: str,
    note: str | None,
    tmp_path: Path,
    port: int,
) -> None:
    write(tmp_path, {"streamlit": _plain(SESSIONS.replace("PATH", path))})
    found = run(tmp_path, "./streamlit", "run", "app.py", "--server.port", str(port))
    (reading,) = found.readings
    assert (reading.rss_bytes > 35 * MIB) is (note is None)
    assert (", with one session open" in (found.ready_by or "")) is (note is None)
    assert [each.message for each in found.notes] == [
        f"no session was opened ({note}): its script has not run, and is in no figure"
    ] * bool(note)


def test_a_session_that_nobody_here_can_open_is_said(tmp_path: Path, port: int) -> None:
    write(tmp_path, {"panel": _plain(SERVER)})
    found = run(tmp_path, "./panel", "4", str(port), "serve", "--port", str(port))
    assert [each.code for each in found.notes] == ["live-no-session"]


# Asking a server that a strange command started: whatever it answers, there is an end to it

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
