"""The real command started, read as the sum of its processes, and stopped: nothing outlives it."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from footprint.config.call_texts import parse_request
from footprint.errors import UsageError
from footprint.model.live_readings import LiveRun, TreeMemory
from footprint.model.requested_calls import Request
from footprint.probe.live_start import LiveOptions, run_live, split_command
from footprint.probe.ready import Readiness, parse_readiness
from tests.support.command import EXAMPLE, EXAMPLE_ENV, footprint
from tests.support.machine import PATIENCE_S, marked_processes, need, patiently
from tests.support.probing import inspect, versions, write

MIB = 1 << 20
HERE = Path(sys.executable)
MARK = "LIVE_TEST_MARK"
OURS = f"{MARK}={os.getpid()}"
SLOW = pytest.mark.slow_check
pytestmark = pytest.mark.usefixtures("private_temporary_folder")


def run(
    folder: Path, *command: str, python: Path = HERE, env: dict[str, str] | None = None, **options: object
) -> LiveRun:
    """Run a command live; fail when a process of it is left."""
    values = {"timeout_s": PATIENCE_S, **options}
    chosen = LiveOptions(env={MARK: str(os.getpid()), **(env or {})}, **values)  # type: ignore[arg-type]
    found = run_live(inspect(python), command, folder, chosen)
    assert marked_processes(OURS) == []
    return found


SERVER = """
    import http.server, json, sys
    kept = bytearray(20 << 20)
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            global more
            if self.path == "/grow": more = bytearray(15 << 20)
            self.send_response(500 if self.path == "/bad" else 200); self.end_headers()
        def log_message(self, *args): pass
    server = http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Handler)
    print("listening now", flush=True)
    server.serve_forever()
"""


@pytest.mark.parametrize("kind", ["url", "port", "log", "quiet"])
def test_ready_in_every_way(kind: str, tmp_path: Path, port: int) -> None:
    values = {"url": f"http://127.0.0.1:{port}/health", "port": str(port), "log": "listening \\w+"}
    write(tmp_path, {"serve.py": SERVER})
    found, _ = patiently(  # how long nothing may grow before the server is up depends on the machine
        lambda rest_s: run(
            tmp_path,
            *("python", "serve.py", str(port)),
            ready=Readiness(kind, values.get(kind, f"{rest_s:g}")),  # type: ignore[arg-type]
        ),
        lambda found: kind != "quiet" or found.readings[0].rss_bytes > 20 * MIB,
        first_s=0.5,
    )
    assert (found.end, found.message) == ("stopped", None)
    assert found.ready_by
    (reading,) = found.readings
    (process,) = reading.processes
    assert process.is_python and 20 * MIB < process.rss_bytes < 60 * MIB
    assert process.pss_bytes is not None and process.pss_bytes <= process.rss_bytes


def test_requests_are_sent_and_the_memory_is_read_again(tmp_path: Path, port: int) -> None:
    write(tmp_path, {"serve.py": SERVER})
    base = f"http://127.0.0.1:{port}"
    found = run(
        tmp_path,
        *("python", "serve.py", str(port)),
        ready=Readiness("port", str(port)),
        requests=(Request("GET", f"{base}/grow", count=3), Request("GET", f"{base}/bad")),
    )
    ready, grown, after = found.readings
    assert [(each.when, each.request) for each in found.readings] == [
        ("ready", ""),
        ("requests", f"GET {base}/grow"),
        ("requests", f"GET {base}/bad"),
    ]
    assert 14 * MIB < grown.rss_bytes - ready.rss_bytes < 20 * MIB
    assert abs(after.rss_bytes - grown.rss_bytes) < MIB
    assert [note.message for note in found.notes] == [f"GET {base}/bad: status 500 in 1 of 1"]


def test_every_python_process_is_recorded_with_its_own_loads(tmp_path: Path) -> None:
    files = {
        "main.py": """
            import os, subprocess, sys, time, json
            done, said = os.pipe()
            if os.fork() == 0:
                import decimal
                os.write(said, b"x")
                time.sleep(600)
            other = subprocess.Popen([sys.executable, "other.py"], stdout=subprocess.PIPE)
            os.read(done, 1), other.stdout.readline()
            print("all are up", flush=True)
            time.sleep(600)
        """,
        "other.py": "import sqlite3, time\nprint('up', flush=True)\ntime.sleep(600)",
    }
    found = run(write(tmp_path, files), "python", "main.py", ready=Readiness("log", "all are up"))
    assert len(found.readings[-1].processes) == len(found.runs) == 3
    loads = {
        frozenset(cost.module for cost in run.costs) & {"json", "decimal", "sqlite3"}: dict(run.origins)
        for _, run in found.runs
    }
    assert set(loads) == {frozenset({"json"}), frozenset({"decimal"}), frozenset({"sqlite3"})}
    assert loads[frozenset({"json"})]["json"].endswith("json/__init__.py")


def test_the_sitecustomize_and_path_of_the_user_are_kept(tmp_path: Path) -> None:
    files = {
        "theirs/sitecustomize.py": "import sys\nsys.their_own = 'here'\n",
        "theirs/helper.py": "",
        "main.py": """
            import os, sys, time
            import helper
            print("OWN", sys.their_own, [path for path in sys.path if "child/live" in path], flush=True)
            time.sleep(600)
        """,
    }
    folder = write(tmp_path, files)
    found = run(folder, "python", "main.py", env={"PYTHONPATH": str(folder / "theirs")}, ready=Readiness("log", "OWN"))
    assert "OWN here []" in found.output_tail
    assert "helper" in {cost.module for cost in found.runs[0][1].costs}


@pytest.mark.parametrize("version", ["3.8", "3.9", "3.10", "3.11", "3.12", "3.13"])
def test_another_python_than_the_target_is_recorded_too(version: str, tmp_path: Path) -> None:
    """The recorder's bytecode is the target's: another version that ran it would crash."""
    need(version in versions(), f"needs Python {version}")
    write(tmp_path, {"main.py": "import json, time\nprint('up', flush=True)\ntime.sleep(600)\n"})
    found = run(tmp_path, str(versions()[version]), "main.py", ready=Readiness("log", "up"))
    assert (found.end, found.message, found.notes) == ("stopped", None, ())
    assert "json" in {cost.module for cost in found.runs[0][1].costs}


DEAF = """
import signal, time
for number in range(1, 32):
    try: signal.signal(number, signal.SIG_IGN)
    except (OSError, ValueError): pass
"""
ENDS = {
    "exits at once": (
        "import sys\nprint('no config')\nsys.exit(4)",
        "exited",
        "exited with status 4 before it was ready",
    ),
    "is killed": ("import os\nos.kill(os.getpid(), 9)", "exited", "killed by SIGKILL"),
    "never gets ready": ("import time\ntime.sleep(600)", "not-ready", "not ready within 2 s (waited for port 1)"),
    "ignores every signal it can": (DEAF + "time.sleep(600)", "not-ready", "not ready within 2 s"),
}


@pytest.mark.parametrize("name", ENDS)
def test_what_never_gets_ready_ends_cleanly(name: str, tmp_path: Path) -> None:
    code, end, message = ENDS[name]
    limit_s = 2 if end == "not-ready" else PATIENCE_S
    found = run(
        write(tmp_path, {"main.py": code}), "python", "main.py", ready=Readiness("port", "1"), timeout_s=limit_s
    )
    assert found.end == end
    assert found.message is not None and message in found.message
    assert (found.readings, found.runs) == ((), ())
    if end == "exited" and "sys.exit" in code:
        assert "no config" in found.output_tail


def test_what_ignores_the_signal_is_killed(tmp_path: Path) -> None:
    code = (
        "import signal, time\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\nprint('up', flush=True)\ntime.sleep(600)"
    )
    found = run(write(tmp_path, {"main.py": code}), "python", "main.py", ready=Readiness("log", "up"), stop_s=0.5)
    assert found.end == "killed" and len(found.readings) == 1


def test_no_such_command(tmp_path: Path) -> None:
    found = run(tmp_path, "no-such-command-at-all")
    assert (found.end, found.message) == (
        "not-started",
        "cannot start no-such-command-at-all: it is neither in the environment nor in PATH; "
        "a script of the project is there once the project is installed",
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("uvicorn app:app --port 80", ("uvicorn", "app:app", "--port", "80")),
        ("python 'my app.py'", ("python", "my app.py")),
        ("uvicorn app:app --port $PORT", ("/bin/sh", "-c", "uvicorn app:app --port $PORT")),
        ("cd a && python b.py", ("/bin/sh", "-c", "cd a && python b.py")),
    ],
)
def test_commands_of_deploy_files(text: str, expected: tuple[str, ...]) -> None:
    assert split_command(text) == expected


# Real servers


def read_independently(pid: int) -> dict[str, int]:
    """Read a process by another way than the package: smaps, mapping by mapping."""
    text = Path(f"/proc/{pid}/smaps").read_text(encoding="utf-8", errors="replace")
    names = {"Rss": "Rss", "Anonymous": "Anonymous", "Private": "Private_(?:Clean|Dirty)"}
    return {
        name: sum(map(int, re.findall(rf"^{field}:\s+(\d+) kB", text, re.MULTILINE))) * 1024
        for name, field in names.items()
    }


GUNICORN = ("python", "-m", "gunicorn", "-k", "uvicorn.workers.UvicornWorker", "-b", "127.0.0.1:{port}")
APP = "backend.main:app"
SERVERS = {
    "uvicorn": ("uvicorn", APP, "--port", "{port}"),
    "gunicorn, 1 worker": (*GUNICORN, "-w", "1", APP),
    "gunicorn, 4 workers": (*GUNICORN, "-w", "4", APP),
    "gunicorn, 1 worker, preload": (*GUNICORN, "-w", "1", "--preload", APP),
    "gunicorn, 4 workers, preload": (*GUNICORN, "-w", "4", "--preload", APP),
}


@pytest.mark.parametrize(
    # The others are slow and rarely break: they differ in the number of processes alone.
    "name",
    [pytest.param(one, marks=() if one in ("uvicorn", "gunicorn, 4 workers, preload") else SLOW) for one in SERVERS],
)
def test_real_servers_are_read_as_the_kernel_says(name: str, gunicorn: Path, port: int) -> None:
    truth: dict[str, int] = {}

    def read_again(reading: TreeMemory) -> None:
        for process in reading.processes:
            for key, value in read_independently(process.pid).items():
                truth[key] = truth.get(key, 0) + value

    command = [word.format(port=port) for word in SERVERS[name]]
    found = run(
        EXAMPLE,
        *command,
        python=EXAMPLE_ENV / "bin" / "python",
        env={"PYTHONPATH": str(gunicorn)} if "gunicorn" in command else {},
        ready=Readiness("url", f"http://127.0.0.1:{port}/openapi.json"),
        on_reading=read_again,
    )
    assert found.end == "stopped", (found.message, found.output_tail)
    (reading,) = found.readings
    workers = 4 if "4" in command else 1
    assert len(reading.processes) == (1 if command[0] == "uvicorn" else 1 + workers)
    assert reading.pss_bytes is not None and reading.anon_bytes is not None
    for mine, theirs in ((reading.rss_bytes, "Rss"), (reading.anon_bytes, "Anonymous")):
        assert abs(mine - truth[theirs]) <= 0.02 * truth[theirs], theirs
    # Of a page that others map too, PSS has a share, and others come and go: what is private is in it in any case.
    assert 0.98 * truth["Private"] <= reading.pss_bytes
    assert len(found.runs) == len(reading.processes)
    modules = [{cost.module for cost in run.costs} for _, run in found.runs]
    assert any("sklearn" in loaded for loaded in modules)
    assert reading.pss_bytes <= reading.rss_bytes


# The command line


def test_the_command_after_two_dashes(tmp_path: Path, port: int) -> None:
    write(tmp_path, {"serve.py": SERVER})
    url = f"http://127.0.0.1:{port}"
    arguments = ["--live", "--python", sys.executable, "--ready", url, "--request", f"{url}/grow*2"]
    done = footprint("probe", tmp_path, *arguments, "--", "python", "serve.py", str(port), "--help")
    assert done.returncode == 0, done.stderr
    assert f"Command: python serve.py {port} --help (from the command line)" in done.stdout
    assert f"{url} answered 200" in done.stdout
    assert f"after GET {url}/grow, read at rest: RSS" in done.stdout
    assert "sitecustomize" not in done.stdout + done.stderr


def test_the_start_command_of_the_deploy_files_and_json(tmp_path: Path, port: int) -> None:
    write(tmp_path, {"serve.py": SERVER, "Procfile": "web: python serve.py $PORT\nworker: python nothing.py\n"})
    done = footprint("probe", tmp_path, "--live", "--python", sys.executable, "--set", f"PORT={port}",
               "--ready", f"port:{port}", "-f", "json")  # fmt: skip
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert (found["source"], found["end"], found["left_over"]) == ("Procfile:1", "stopped", [])
    (reading,) = found["readings"]
    assert reading["rss_bytes"] == sum(process["rss_bytes"] for process in reading["processes"]) > 20 * MIB


def test_exit_code_of_what_was_not_measured(tmp_path: Path) -> None:
    command = ("--live", "--timeout", "1", "--ready", "port:1", "--", "sleep", "60")
    done = footprint("probe", tmp_path, "--python", sys.executable, *command)
    assert (done.returncode, "Traceback" in done.stderr) == (3, False), (done.stdout, done.stderr)
    assert "not ready within" in done.stdout


def test_a_second_interrupt_does_not_cut_short_the_ending(tmp_path: Path) -> None:
    """What left the group is found by reading /proc, which takes a while."""
    code = """
        import subprocess, sys, time
        subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], start_new_session=True)
        open("started", "w").close()
        time.sleep(600)
    """
    write(tmp_path, {"main.py": code})
    command = [sys.executable, "-m", "footprint", "probe", ".", "--live", "--python", sys.executable]
    env = {**os.environ, MARK: str(os.getpid()), "TMPDIR": os.environ["TMPDIR"]}
    for pause_s in (0.002, 0.005, 0.01):
        words = [*command, "--ready", "quiet:60", "--", "python", "main.py"]
        with subprocess.Popen(words, cwd=tmp_path, env=env, stderr=subprocess.PIPE) as running:
            while not (tmp_path / "started").exists() and running.poll() is None:
                time.sleep(0.01)
            running.send_signal(signal.SIGINT)
            time.sleep(pause_s)
            running.send_signal(signal.SIGINT)
            _, errors = running.communicate(timeout=PATIENCE_S)
        (tmp_path / "started").unlink()
        assert (running.returncode, errors.splitlines()[1:]) == (130, [b"footprint: interrupted"])
        assert marked_processes(OURS) == []


def test_what_dies_once_it_is_ready_gives_no_reading_of_nothing(tmp_path: Path) -> None:
    write(tmp_path, {"main.py": "import time\nprint('up', flush=True)\ntime.sleep(0.3)\nraise SystemExit(5)\n"})
    found = run(tmp_path, "python", "main.py", ready=Readiness("log", "up"))
    assert (found.end, found.readings) == ("exited", ())
    assert found.message == "exited with status 5 before its memory was read"


def test_what_dies_of_a_request_keeps_the_reading_before_it(tmp_path: Path, port: int) -> None:
    write(tmp_path, {"serve.py": SERVER.replace("global more", "import os; os._exit(5)")})
    asked = (Request("GET", f"http://127.0.0.1:{port}/"),)
    found = run(tmp_path, "python", "serve.py", str(port), ready=Readiness("port", str(port)), requests=asked)
    assert [reading.when for reading in found.readings] == ["ready"]
    assert found.readings[0].rss_bytes > 20 * MIB
    assert "exited with status 5 during the requests" in [note.message for note in found.notes]


BAD_ADDRESSES = ["http://h:99999/", "http://h:port/", "http://[::1/", "http://", "http://127.0.0.1:1/*\u00b2"]


@pytest.mark.parametrize("text", BAD_ADDRESSES)
def test_addresses_that_are_none(text: str) -> None:
    with pytest.raises(UsageError):
        parse_request(text)
    if "*" not in text:
        with pytest.raises(UsageError):
            parse_readiness(text)
