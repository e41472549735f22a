"""Calls of a ready application, in forks: what each takes, by which cause, what it wrote, and what fails."""

import socket
import sqlite3
import sys
import threading
from pathlib import Path

import pytest

from footprint.config.call_texts import parse_call, parse_request
from footprint.model.runtime import CallRun, EntryRuntime
from tests.support.machine import on_interpreters
from tests.support.probing import entry, probe, whole, write

MIB = 1 << 20
HERE = Path(sys.executable)
PYTHONS = on_interpreters()
ASGI = """
held = []


def hold(count):
    held.append(b"x" * (count << 20))


def read(path):
    with open(path, "rb") as file:
        held.append(file.read())
    return str(len(held[-1])).encode()


def answer(path, method, body, state):
    if path == "/hold":
        hold(20)
    elif path == "/peak":
        return str(len(bytes(60 << 20) + b"z")).encode()
    elif path == "/import":
        import lazy
    elif path == "/file":
        return read("weights.bin")
    elif path == "/write":
        with open("written.txt", "w") as file:
            file.write("x")
    elif path == "/raise":
        raise RuntimeError("no good")
    elif path == "/hang":
        import threading
        threading.Event().wait()
    elif path == "/leave":
        import os
        os._exit(7)
    elif path == "/echo":
        return body
    return b"%d" % state.get("ready", 0)


async def app(scope, receive, send):
    if scope["type"] == "lifespan":
        while (await receive())["type"] != "lifespan.startup":
            pass
        scope["state"]["ready"] = 5
        await send({"type": "lifespan.startup.complete"})
        await receive()
        return
    asked = await receive()
    body = answer(scope["path"], scope["method"], asked["body"], scope["state"])
    length = len(body) + (7 if scope["path"] == "/short" else 0)
    status = 404 if scope["path"] == "/none" else 200
    head = [(b"content-length", str(length).encode())]
    await send({"type": "http.response.start", "status": status, "headers": head})
    await send({"type": "http.response.body", "body": body})


async def later(event):
    held.append(bytes(event["size"] << 20).replace(b"\\0", b"y"))


def handler(event, context):
    hold(event["size"])
"""
WSGI = """
from main import answer


def app(environ, start_response):
    path, body = environ["PATH_INFO"], environ["wsgi.input"].read()
    body = answer(path, environ["REQUEST_METHOD"], body, {"ready": 5})
    length = len(body) + (7 if path == "/short" else 0)
    start_response("404 Not Found" if path == "/none" else "200 OK", [("Content-Length", str(length))])
    return iter([body])
"""
FILES = {
    "main.py": ASGI,
    "wsgi.py": WSGI,
    "lazy.py": "import lazy_data\n",
    "lazy_data.py": "x = b'x' * (8 << 20)\n",
    "event.json": '{"size": 9}',
}


def do(python: Path, folder: Path, *texts: str, app: str = "main", **options: object) -> EntryRuntime:
    write(folder, FILES)
    (folder / "weights.bin").write_bytes(b"w" * (12 << 20))
    asked = [parse_request(text) if "/" in text[:6] else parse_call(text, folder) for text in texts]
    return probe(python, folder, entry(app, "app"), calls=tuple(asked), **options)


def calls(runtime: EntryRuntime) -> dict[str, CallRun]:
    return {call.name: call for call in whole(runtime).calls}


def mib(value: int | None) -> float:
    assert value is not None
    return value / MIB


def lines(call: CallRun) -> list[tuple[str, str | None]]:
    """Return what is said of a growth, by file alone where the line is one of several that may be named."""
    return [(line.kind, line.path) for line in call.lines if max(line.rss_bytes, line.peak_bytes) >= 4 * MIB]


@pytest.mark.parametrize("app", ["main", "wsgi"])
@pytest.mark.parametrize("python", PYTHONS)
def test_what_requests_take(python: Path, app: str, tmp_path: Path) -> None:
    texts = ("GET /x", "GET /hold", "/peak", "/import", "/file")
    runtime = do(python, tmp_path, *texts, app=app)
    found = calls(runtime)
    assert {name: (call.outcome, call.status, call.message) for name, call in found.items()} == {
        f"GET {path}": ("done", 200, None) for path in ("/x", "/hold", "/peak", "/import", "/file")
    }
    assert found["GET /x"].sent_bytes == 1 and -0.2 < mib(found["GET /x"].rss_bytes) < 0.5
    assert 20 <= mib(found["GET /hold"].rss_bytes) < 20.7 and 20 <= mib(found["GET /hold"].anon_bytes) < 20.7
    assert mib(found["GET /peak"].rss_bytes) < 1 and 59 < mib(found["GET /peak"].peak_bytes) < 62
    assert 12 <= mib(found["GET /file"].rss_bytes) < 12.7
    assert [cost.module for cost in found["GET /import"].costs] == ["<call>", "lazy", "lazy_data"]
    assert 8 <= mib(found["GET /import"].rss_bytes) < 8.7
    assert lines(found["GET /hold"]) == lines(found["GET /file"]) == lines(found["GET /peak"]) == [("data", "main.py")]
    assert lines(found["GET /import"])[0][1] in ("main.py", "lazy.py", "lazy_data.py")
    (file,) = found["GET /file"].files
    assert (file.path, file.size_bytes, file.how) == ("weights.bin", 12 << 20, "read")
    start, last = whole(runtime).stages[-2:]
    assert last.stage == "calls" and 40 <= mib(last.rss_bytes - start.rss_bytes) < 42
    assert last.peak_rss_bytes is not None and mib(last.peak_rss_bytes - start.rss_bytes) > 79


@pytest.mark.parametrize("app", ["main", "wsgi"])
def test_answers_that_are_not_as_expected(app: str, tmp_path: Path) -> None:
    texts = ("/raise", "/none", "/none -> 404", "/x -> 201", "/short", "HEAD /short", "POST /echo hello", "/leave")
    found = whole(do(HERE, tmp_path, *texts, app=app)).calls
    told = [(call.outcome, call.message) for call in found]
    assert told == [
        ("failed", "RuntimeError: no good"),
        ("failed", "it answered 404"),
        ("done", None),
        ("failed", "it answered 200, not 201"),
        ("failed", "it promised 8 bytes in Content-Length and sent 1"),
        ("done", None),
        ("done", None),
        ("crashed", "exited with status 7"),
    ]
    assert (found[0].path, found[0].line) == ("main.py", 28)
    assert found[6].sent_bytes == 5 and found[7].was_apart
    # a start of its own told the same of what raised: the figures are those on top of the ready process
    assert not any(call.was_apart for call in found[:7]) and found[0].rss_bytes is not None


@pytest.mark.parametrize("python", PYTHONS)
def test_functions(python: Path, tmp_path: Path) -> None:
    found = calls(do(python, tmp_path, "main:hold(6)", "main:handler @event.json", "main:later @event.json", "main:no"))
    assert [call.outcome for call in found.values()] == ["done", "done", "done", "failed"]
    grown = [mib(found[name].rss_bytes) for name in ("main:hold", "main:handler", "main:later")]
    assert all(expected <= each < expected + 0.8 for each, expected in zip(grown, (6, 9, 9), strict=True)), grown
    assert found["main:no"].message is not None and "has no attribute 'no'" in found["main:no"].message


def test_what_a_call_wrote_is_listed(tmp_path: Path) -> None:
    found = calls(do(HERE, tmp_path, "/write", "/x"))
    assert (found["GET /write"].written, found["GET /x"].written) == (("written.txt",), ())


@pytest.mark.parametrize("python", PYTHONS)
def test_what_hangs_is_ended_and_told_with_its_line(python: Path, tmp_path: Path) -> None:
    runtime = do(python, tmp_path, "/hang", "/hold", first_use_limit_s=6)
    found = calls(runtime)
    hung = found["GET /hang"]
    assert (hung.outcome, hung.path, hung.was_apart, hung.rss_bytes) == ("hung", "main.py", True, None)
    assert found["GET /hold"].outcome == "done" and whole(runtime).stages[-1].stage == "calls"


COLD = "def work():\n    import cold\n"


def test_bytecode_is_there_before_a_call_is_measured(tmp_path: Path) -> None:
    text = "".join(f"def f{number}(a, b):\n    return [a, b, {number}, 'text {number}']\n" for number in range(20_000))
    write(tmp_path, {"work.py": COLD, "cold.py": text})
    first, second = (
        whole(probe(HERE, tmp_path, entry("work"), calls=(parse_call("work:work"),))).calls[0] for _ in range(2)
    )
    assert abs(mib(first.rss_bytes) - mib(second.rss_bytes)) < 0.6


CONNECTED = """
import socket, sqlite3, sys
from main import app as inner
peer = socket.create_connection(("127.0.0.1", %d))
peer.sendall(b"hello")


def shout():
    peer.sendall(b"FROM A CALL")


def careful():
    try:
        peer.sendall(b"FROM A CALL")
    except OSError:
        pass


app = inner
"""


def test_a_call_never_speaks_on_a_connection_of_before(tmp_path: Path) -> None:
    heard = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

        def listen() -> None:
            while True:
                try:
                    connected, _ = server.accept()
                except OSError:
                    return
                data = b""
                while piece := connected.recv(100):
                    data += piece
                heard.append(data)

        thread = threading.Thread(target=listen, daemon=True)
        thread.start()
        write(tmp_path, FILES | {"connected.py": CONNECTED % port})
        asked = (parse_call("connected:careful"), parse_call("connected:careful"))
        runtime = probe(HERE, tmp_path, entry("connected", "app"), calls=asked)
        run = whole(runtime)
        assert "connections-closed" in [note.code for note in runtime.notes]
        assert [call.outcome for call in run.calls] == ["done", "done"]
        assert run.connections == (f"tcp 127.0.0.1:{port}",)
        assert set(heard) == {b"hello"}
        # one that fails for it is done again in a start of its own, whose connection is its own
        run = whole(probe(HERE, tmp_path, entry("connected", "app"), calls=(parse_call("connected:shout"),)))
        assert [(call.outcome, call.was_apart) for call in run.calls] == [("done", True)]
    assert b"helloFROM A CALL" in heard


STORED = """
import sqlite3
store = sqlite3.connect("store.db", check_same_thread=False)


def add():
    with store:
        store.execute("insert into t values (1)")
"""


def test_a_database_that_was_open_before_is_told_as_written(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "store.db") as store:
        store.execute("create table t (a)")
    store.close()
    write(tmp_path, {"stored.py": STORED})
    run = whole(probe(HERE, tmp_path, entry("stored"), calls=(parse_call("stored:add"),)))
    assert "store.db" in run.calls[0].written


POOLED = """
import asyncio, concurrent.futures, queue, threading
from main import app as inner
pool = concurrent.futures.ThreadPoolExecutor(1)
pool.submit(len, "").result()
asked, answered = queue.Queue(), queue.Queue()


def work():
    while True:
        answered.put(asked.get())


threading.Thread(target=work, daemon=True).start()


async def app(scope, receive, send):
    if scope["type"] == "lifespan":
        await asyncio.get_running_loop().run_in_executor(None, len, "")
        return await inner(scope, receive, send)
    if scope["path"] == "/pool":
        pool.submit(len, "").result()
    elif scope["path"] == "/thread":
        asked.put(1)
        answered.get()
    else:
        await asyncio.get_running_loop().run_in_executor(None, len, "")
    return await inner(scope, receive, send)
"""


@pytest.mark.parametrize("python", PYTHONS)
def test_threads_of_before_do_not_make_a_call_hang(python: Path, tmp_path: Path) -> None:
    write(tmp_path, FILES | {"pooled.py": POOLED})
    asked = tuple(map(parse_request, ("/executor", "/pool", "/thread")))
    run = whole(probe(python, tmp_path, entry("pooled", "app"), calls=asked))
    assert [(call.outcome, call.was_apart) for call in run.calls] == [("done", False), ("done", False), ("done", True)]
    assert run.calls_together is not None and run.calls_together.was_apart


def test_a_start_without_calls_loads_nothing_for_them(tmp_path: Path) -> None:
    write(tmp_path, {"plain.py": "app = object()\n"})
    run = whole(probe(HERE, tmp_path, entry("plain", "app")))
    assert run.calls == () and [reading.stage for reading in run.stages] == ["interpreter", "import"]


BODIES = """
async def app(scope, receive, send):
    if scope["type"] == "lifespan":
        raise RuntimeError
    parts, more = [], True
    while more:
        message = await receive()
        parts.append(message["body"])
        more = message["more_body"]
    body = b"".join(parts)
    await send({"type": "http.response.start", "status": 200, "headers": []})
    answer = b"y" * (24 << 20) if scope["path"] == "/large" else str(len(body)).encode()
    await send({"type": "http.response.body", "body": answer})


def wsgi(environ, start_response):
    stream, path = environ["wsgi.input"], environ["PATH_INFO"]
    if path == "/read":
        found = stream.read(), stream.read()
    elif path == "/lines":
        found = list(stream), stream.readline()
    else:
        found = stream.readline(), stream.readline(3), stream.read(4), stream.readlines(), stream.read(1)
    start_response("200 OK", [])
    if path == "/read":
        return [str([len(part) for part in found]).encode()]
    return [repr(found).encode()]
"""


def test_bodies_take_memory_as_those_of_a_server_do(tmp_path: Path) -> None:
    write(tmp_path, {"bodies.py": BODIES})
    body = f"POST /x {'q' * (20 << 20)}"
    asked = (parse_request("/large"), parse_request("POST /x"), parse_request(body))
    large, empty, sent = whole(probe(HERE, tmp_path, entry("bodies", "app"), calls=asked)).calls
    # up to 3.11 the loop copies what the kernel does not take of an answer, twice
    copies = 40 if sys.version_info < (3, 12) else 0
    assert 23 + copies < mib(large.peak_bytes) < 26 + copies
    assert empty.sent_bytes == 1 and 39 < mib(sent.peak_bytes) < 42
    (sent,) = whole(
        probe(HERE, tmp_path, entry("bodies", "wsgi"), calls=(parse_request(f"POST /read{body[7:]}"),))
    ).calls
    assert sent.sent_bytes == len(str([20 << 20, 0])) and 19 < mib(sent.peak_bytes) < 24


@pytest.mark.parametrize(
    ("path", "body", "expected"),
    [
        ("/lines", "a\nbc\n\nd", ([b"a\n", b"bc\n", b"\n", b"d"], b"")),
        ("/lines", "a" * 3000 + "\nb\n", ([b"a" * 3000 + b"\n", b"b\n"], b"")),
        ("/mixed", "ab\ncdefghi\nj\n", (b"ab\n", b"cde", b"fghi", [b"\n", b"j\n"], b"")),
        ("/mixed", "", (b"", b"", b"", [], b"")),
    ],
)
def test_the_input_of_a_wsgi_application_is_read_as_a_file_is(
    path: str, body: str, expected: tuple[object, ...], tmp_path: Path
) -> None:
    write(tmp_path, {"bodies.py": BODIES})
    (tmp_path / "body").write_text(body)
    request = parse_request(f"POST {path} @body" if body else f"POST {path}", tmp_path)
    (call,) = whole(probe(HERE, tmp_path, entry("bodies", "wsgi"), calls=(request,))).calls
    assert (call.outcome, call.sent_bytes) == ("done", len(repr(expected)))


STARTS = """
import os, subprocess, sys, time
kept = b"x" * (20 << 20)


def over():
    work = "import time; kept = b'x' * (30 << 20); time.sleep(0.5)"
    subprocess.run([sys.executable, "-S", "-c", work], check=True)


def forked():
    pid = os.fork()
    if pid == 0:
        grown = b"x" * (30 << 20)
        time.sleep(0.5)
        os._exit(0)
    os.waitpid(pid, 0)


def nothing():
    subprocess.run(["true"], check=True)
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="children are followed on Linux")
@pytest.mark.parametrize("function", ["over", "forked"])
def test_the_peak_has_what_a_call_starts_and_waits_for(function: str, tmp_path: Path) -> None:
    write(tmp_path, {"starts.py": STARTS})
    asked = (parse_call(f"starts:{function}"), parse_call("starts:nothing"))
    run = whole(probe(HERE, tmp_path, entry("starts"), calls=asked))
    found, nothing = run.calls
    assert 30 < mib(found.peak_bytes) < 44 and mib(found.rss_bytes) < 3
    assert mib(nothing.peak_bytes) < 6
    start, last = run.stages[-2:]
    assert last.highest_bytes is not None and 30 < mib(last.highest_bytes - start.rss_bytes) < 44
