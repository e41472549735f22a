"""Where a process that is measured live grows: in which line of the project, and whether an import was under way."""

from pathlib import Path

import pytest

from footprint.model.requested_calls import Request
from footprint.model.runtime import GrowthLine
from footprint.probe.ready import Readiness
from tests.integration.test_live import MIB, run
from tests.support.machine import on_interpreters, patiently
from tests.support.probing import write

pytestmark = pytest.mark.usefixtures("private_temporary_folder")

# What takes a tenth of a second and more: a shorter statement may be over when the thread looks, and the next is named.
LONG = "bytearray(number & 255 for number in range(20 << 20))"
# One line of work, in a thread of its own where it says so, again and again until it is long enough to be seen.
SERVER = """
    import http.server, sys, threading
    kept = []

    def work():
        WORK

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            work() if "thread" not in self.path else self.wait(threading.Thread(target=work))
            self.send_response(200); self.end_headers()

        def wait(self, thread):
            thread.start(); thread.join()

        def log_message(self, *args): pass

    class Server(http.server.THREADING http.server.HTTPServer): pass

    Server(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
"""
WORK_LINE = 6
# the line, kind, MiB kept, MiB at the peak
WORK = {
    "a buffer": (f"kept.append({LONG})", "data", 20, 20),
    "many objects": ("kept.extend([number] for number in range(400_000))", "data", 35, 35),
    "given back": ("sorted(len(b'x' * (40 << 20)) for _ in range(60))", "data", 0, 40),
    "an import": ("import asyncio, unittest.mock, xmlrpc.client", "import", 4, 4),
    "a call of a module of the project": ("import helper; helper.fill(kept)", "data", 20, 20),
}
PLACES = {"the main thread": ("", "/"), "a thread for each request": ("socketserver.ThreadingMixIn,", "/"),
          "a thread of the application": ("", "/thread")}  # fmt: skip


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("name", WORK)
def test_a_request_names_the_line(name: str, place: str, tmp_path: Path, port: int) -> None:
    work, kind, kept, peak = WORK[name]
    threading, path = PLACES[place]
    code = SERVER.replace("WORK", work).replace("http.server.THREADING", f"http.{threading}" if threading else "")
    code = code.replace("http.socketserver", "http.server.socketserver")
    write(tmp_path, {"serve.py": code, "helper.py": f"def fill(kept):\n    kept.append({LONG})\n"})
    where = ("helper.py", 2) if "helper" in work else ("serve.py", WORK_LINE)
    found = run(tmp_path, "python", "serve.py", str(port), requests=(Request("GET", path),))
    ready, asked = found.readings
    assert found.notes == () and sum(line.rss_bytes for line in ready.lines) < ready.rss_bytes
    line = max(asked.lines, key=lambda line: line.peak_bytes)
    assert line.path is not None and line.line is not None
    assert (line.kind, line.path) == (kind, where[0]) and where[1] <= line.line <= where[1] + 7
    assert 0.6 * kept * MIB <= line.rss_bytes + MIB and line.rss_bytes <= (kept * 1.9 + 1) * MIB
    assert sum(line.rss_bytes for line in asked.lines) <= asked.rss_bytes - ready.rss_bytes + MIB
    assert line.peak_bytes >= 0.6 * peak * MIB


START = {
    "data and an import": (f"import asyncio\ndata = {LONG}\ndata[0]\n", {"import": 1, "data": 2}),
    "in a module": ("import settings\n", {"data": 1}),
    "in a fork": (
        f"import os, time\nif os.fork() == 0:\n    data = {LONG}\n    time.sleep(600)\n",
        {"data": 3},
    ),
}


@pytest.mark.parametrize("name", START)
def test_a_start_names_the_lines(name: str, tmp_path: Path) -> None:
    code, expected = START[name]
    write(tmp_path, {"settings.py": f"TABLE = {LONG}\nlen(TABLE)\n"})
    (tmp_path / "main.py").write_text(f"{code}print('up', flush=True)\nimport time\ntime.sleep(600)\n")
    found, _ = patiently(
        lambda rest_s: run(tmp_path, "python", "main.py", ready=Readiness("quiet", f"{rest_s:g}")),
        lambda found: found.readings[0].rss_bytes > 25 * MIB,
        first_s=0.5,
    )
    (reading,) = found.readings
    lines: dict[str, GrowthLine] = {line.kind: line for line in reversed(reading.lines) if line.path}
    for kind, number in expected.items():
        line = lines[kind]
        assert line.path == ("settings.py" if "settings" in code else "main.py")
        assert line.line is not None and number <= line.line <= number + 2
        assert line.rss_bytes > (15 * MIB if kind == "data" else MIB)


FORKS = """
    import os, sys, threading, time, warnings
    warnings.simplefilter("error")
    assert [thread.name for thread in threading.enumerate()] == ["MainThread"]
    for _ in range(20):
        pid = os.fork()
        if pid == 0:
            os._exit(0)
        os.waitpid(pid, 0)
    os.closerange(3, 4096)
    kept = b"x" * (9 << 20)
    print("up", flush=True)
    time.sleep(600)
"""


@pytest.mark.parametrize("python", on_interpreters())
def test_the_thread_that_looks_is_no_thread_of_the_application(python: Path, tmp_path: Path) -> None:
    """Python warns of a fork of several threads, and an application may have made errors of warnings."""
    write(tmp_path, {"main.py": FORKS})
    found = run(tmp_path, str(python), "main.py", ready=Readiness("log", "up"))
    assert found.message is None, found.output_tail


def test_lines_elsewhere_are_none_of_the_project(tmp_path: Path) -> None:
    write(tmp_path, {"lib/big.py": "DATA = b'x' * (30 << 20)\nlen(DATA)\n"})
    write(tmp_path, {"app/main.py": "import sys\nsys.path.append('../lib')\nimport big\nlen(big.DATA)"})
    code = "import time; import main; time.sleep(600)"
    found = run(tmp_path / "app", "python", "-c", code, ready=Readiness("quiet", "1"))
    paths = {line.path for reading in found.readings for line in reading.lines}
    assert "main.py" in paths or paths == {None}
    assert not any("big" in str(path) for path in paths)
