"""What a process held when it was ready is not written to by a call in a fork of it: each canary tells who wrote.

A line names the process that opened what it goes to, and the one that writes: in a fork these are two.
"""

import contextlib
import selectors
import socket
import sqlite3
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from footprint.config.call_texts import parse_call
from footprint.model.runtime import CallRun
from tests.support.machine import on_interpreters
from tests.support.probing import entry, probe, whole, write

HERE = Path(sys.executable)
COMMON = """
import os, socket, sqlite3, subprocess, sys, threading, queue

TCP, UDP, UNIX, DATAGRAM = {addresses}
OPENER = os.getpid()


def line():
    return b"%d %d\\n" % (OPENER, os.getpid())


def connected(kind, *address):
    made = socket.socket(*kind)
    made.connect(*address)
    made.sendall(line())
    return made


"""
SPEAK = """
def call():
    peer.sendall(line())
"""
SILENT = """
def call():
    try:
        peer.sendall(line())
    except OSError:
        pass
"""
# What is held, and the call; whether it is done in a fork. Each is right in a process of its own.
CANARIES = {
    "tcp": ("peer = connected((socket.AF_INET, socket.SOCK_STREAM), TCP)" + SPEAK, False),
    "tcp, a fault is caught": ("peer = connected((socket.AF_INET, socket.SOCK_STREAM), TCP)" + SILENT, True),
    "tcp, of which the peer has closed its half": (
        """
peer = connected((socket.AF_INET, socket.SOCK_STREAM), TCP)
peer.sendall(b"close\\n")
assert peer.recv(1) == b""
"""
        + SPEAK,
        False,
    ),
    "tcp, in a pool": (
        """
pool = queue.Queue()
pool.put(connected((socket.AF_INET, socket.SOCK_STREAM), TCP))


def call():
    peer = pool.get()
    peer.sendall(line())
    pool.put(peer)
""",
        False,
    ),
    "tcp, connected by a thread": (
        """
held = []
thread = threading.Thread(target=lambda: held.append(connected((socket.AF_INET, socket.SOCK_STREAM), TCP)))
thread.start()
thread.join()


def call():
    held[0].sendall(line())
""",
        False,
    ),
    "tcp, duplicated": (
        """
first = connected((socket.AF_INET, socket.SOCK_STREAM), TCP)
peer = socket.socket(fileno=os.dup(first.fileno()))
"""
        + SPEAK,
        False,
    ),
    "tcp, accepted": (
        """
server = socket.create_server(("127.0.0.1", 0))
child = subprocess.Popen([sys.executable, "-c", '''
import socket, sys
made = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
for line in made.makefile():
    opener, writer = line.split()
    made.sendall(b"ok" if opener == writer else b"no")
''', str(server.getsockname()[1])])
peer, _ = server.accept()


def call():
    peer.sendall(line())
    assert peer.recv(2) == b"ok"
""",
        False,
    ),
    "udp": ("peer = connected((socket.AF_INET, socket.SOCK_DGRAM), UDP)" + SPEAK, False),
    "unix": ("peer = connected((socket.AF_UNIX, socket.SOCK_STREAM), UNIX)" + SPEAK, False),
    "unix datagrams": ("peer = connected((socket.AF_UNIX, socket.SOCK_DGRAM), DATAGRAM)" + SPEAK, False),
    "a socket pair with a child": (
        """
peer, other = socket.socketpair()
ECHO = '''
import socket, sys
made = socket.socket(fileno=0)
for line in made.makefile():
    opener, writer = line.split()
    made.sendall(b"ok" if opener == writer else b"no")
'''
child = subprocess.Popen([sys.executable, "-c", ECHO], stdin=other.fileno())
other.close()


def call():
    peer.sendall(line())
    assert peer.recv(2) == b"ok"
""",
        False,
    ),
    "a pipe to a child": (
        """
ECHO = '''
import sys
for line in sys.stdin:
    opener, writer = line.split()
    print("ok" if opener == writer else "no", flush=True)
'''
child = subprocess.Popen([sys.executable, "-c", ECHO], stdin=-1, stdout=-1, bufsize=0)


def call():
    child.stdin.write(line())
    assert child.stdout.readline() == b"ok\\n"
    assert child.poll() is None
""",
        False,
    ),
    "a database": (
        """
store = sqlite3.connect("store.db")


def call():
    with store:
        store.execute("insert into t values (?, ?)", (OPENER, os.getpid()))
""",
        False,
    ),
    "a database with a log": (
        """
store = sqlite3.connect("store.db")
store.execute("pragma journal_mode=wal")
store.execute("select * from t").fetchall()


def call():
    with store:
        store.execute("insert into t values (?, ?)", (OPENER, os.getpid()))
""",
        False,
    ),
    "a database that is read": (
        """
store = sqlite3.connect("store.db")
store.execute("select * from t").fetchall()


def call():
    assert store.execute("select count(*) from t").fetchall() == [(0,)]
""",
        True,
    ),
    "a log": ("file = open('app.log', 'ab', 0)\ndef call():\n    file.write(line())", True),
    "a log that can be read": ("file = open('app.log', 'a+b', 0)\ndef call():\n    file.write(line())", True),
    "a file to be changed": (
        "file = open('store.bin', 'r+b', 0)\ndef call():\n    file.seek(0)\n    file.write(line())",
        False,
    ),
    "a file that is read on": (
        "file = open('rows', 'rb', 0)\nfile.read(4)\ndef call():\n    assert file.read(4) == b'4567'",
        True,
    ),
    "a socket pair within": (
        """
here, there = socket.socketpair()
there.setblocking(False)


def call():
    try:
        there.recv(9)
        raise ValueError
    except BlockingIOError:
        pass
    here.sendall(b"x")
    assert there.recv(9) == b"x"
    here.sendall(b"y")
""",
        True,
    ),
    "a pipe within": (
        """
out, into = os.pipe()


def call():
    os.write(into, b"x")
    assert os.read(out, 9) == b"x"
    os.write(into, b"y")
""",
        True,
    ),
    "an epoll": (
        """
import selectors
here, there = socket.socketpair()
looked = selectors.DefaultSelector()
looked.register(here, 1)
looked.register(there, 1)


def call():
    assert looked.select(0) == []
    there.sendall(b"x")
    (found, _), = looked.select(5)
    assert found.fileobj is here
    looked.unregister(there)
""",
        True,
    ),
    "an eventfd": (
        """
counter = os.eventfd(1) if sys.version_info >= (3, 10) else None


def call():
    if counter is not None:
        os.eventfd_write(counter, 4)
        assert os.eventfd_read(counter) == 5
        os.eventfd_write(counter, 7)
""",
        True,
    ),
    "a listening socket": (
        """
server = socket.create_server(("127.0.0.1", 0))


def call():
    made = socket.create_connection(server.getsockname())
    accepted, _ = server.accept()
    made.sendall(b"x")
    assert accepted.recv(1) == b"x"
""",
        True,
    ),
}


@contextlib.contextmanager
def canaries(folder: Path) -> Iterator[tuple[list[object], list[bytes]]]:
    """Listen; yield the addresses, and the lines that arrive."""
    heard: list[bytes] = []
    sockets = [socket.socket(*kind) for kind in ((2, 1), (2, 2), (1, 1), (1, 2))]
    places: list[tuple[str, int] | str] = [("127.0.0.1", 0), ("127.0.0.1", 0), str(folder / "u"), str(folder / "d")]
    for made, place in zip(sockets, places, strict=True):
        made.bind(place)
        if made.type == socket.SOCK_STREAM:
            made.listen()
    over, told = socket.socketpair()
    selector = selectors.DefaultSelector()
    for made in (*sockets, over):
        selector.register(made, selectors.EVENT_READ)

    def listen() -> None:
        while True:
            for key, _ in selector.select():
                made = key.fileobj
                assert isinstance(made, socket.socket)
                if made is over:
                    return
                if made in sockets and made.type == socket.SOCK_STREAM:
                    selector.register(made.accept()[0], selectors.EVENT_READ)
                    continue
                try:
                    data = made.recv(1000)
                except OSError:
                    data = b""
                if b"close" in data:
                    made.shutdown(socket.SHUT_WR)
                heard.extend(each for each in data.splitlines() if each != b"close")
                if not data:
                    selector.unregister(made)
                    made.close()

    thread = threading.Thread(target=listen)
    thread.start()
    try:
        yield [made.getsockname() for made in sockets], heard
    finally:
        told.send(b"x")
        thread.join()
        for each in [key.fileobj for key in selector.get_map().values()] + [told]:
            assert isinstance(each, socket.socket)
            each.close()


def do(python: Path, folder: Path, code: str) -> tuple[list[CallRun], list[bytes]]:
    """Have it called three times, each alone and then in a row; return that, and the lines of all canaries."""
    write(folder, {"rows": "0123456789", "store.bin": "." * 100, "app.log": ""})
    with sqlite3.connect(folder / "store.db") as store:
        store.execute("create table t (opener, writer)")
    store.close()
    with canaries(folder) as (addresses, heard):
        shown = [repr(tuple(each) if isinstance(each, tuple) else each) for each in addresses]
        write(folder, {"main.py": COMMON.replace("{addresses}", ", ".join(shown)) + code})
        found = whole(probe(python, folder, entry("main"), calls=(parse_call("main:call"),) * 3))
    with sqlite3.connect(folder / "store.db") as store:
        written = [b"%d %d" % row for row in store.execute("select * from t").fetchall()]
        assert store.execute("pragma integrity_check").fetchall() == [("ok",)]
    store.close()
    for name in ("app.log", "store.bin"):
        written += [each for each in (folder / name).read_bytes().splitlines() if not each.startswith(b".")]
    return [*found.calls, *filter(None, [found.calls_together])], [*heard, *written]


@pytest.mark.parametrize("name", CANARIES)
def test_nothing_of_before_is_written_to(name: str, tmp_path: Path) -> None:
    code, is_forked = CANARIES[name]
    calls, lines = do(HERE, tmp_path, code)
    assert [(call.outcome, call.message, call.was_apart) for call in calls] == [("done", None, not is_forked)] * 4
    strangers = [each for each in lines if len(set(each.split())) != 1]
    assert strangers == []


@pytest.mark.parametrize("name", ["tcp", "a pipe to a child", "a database", "a log", "an epoll"])
@pytest.mark.parametrize("python", on_interpreters())
def test_nothing_of_before_is_written_to_by_other_interpreters(python: Path, name: str, tmp_path: Path) -> None:
    code, is_forked = CANARIES[name]
    calls, lines = do(python, tmp_path, code)
    assert [(call.outcome, call.was_apart) for call in calls] == [("done", not is_forked)] * 4
    assert [each for each in lines if len(set(each.split())) != 1] == []
