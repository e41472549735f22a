"""`footprint tune` with real servers: what preload and gc.freeze share, what is asked, and what is left behind."""

import contextlib
import os
import signal
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from footprint.analysis.tuning.axes import PRELOAD
from footprint.analysis.tuning.start_words import read_command
from footprint.config.call_texts import parse_request
from footprint.config.options import Options
from footprint.model.tuning import Factor
from footprint.probe.tuned_start import TuneFailed
from footprint.tune.tuned_project import TuneWish, _find_allocators, tune
from footprint.tune.tuning_bench import TunedCommand, TuningBench
from tests.support.command import EXAMPLE_ENV, answer, command_line, footprint, plain_environment, wait_for
from tests.support.machine import PATIENCE_S, marked_processes, need
from tests.support.probing import inspect, write

MIB = 1 << 20
MARK = "TUNE_TEST_MARK"
PYTHON = EXAMPLE_ENV / "bin" / "python"
# 16 MiB at import, many objects whose pages a collection writes to, and 8 MiB in the first request.
APP = """
    import os
    DATA = b"x" * (16 << 20)
    OBJECTS = [[number] for number in range(200_000)]
    HELD = {}

    def app(environ, start_response):
        if environ["PATH_INFO"] == "/load":
            HELD.setdefault("model", b"m" * (8 << 20))
        if environ["PATH_INFO"] == "/optimised" and not __debug__:
            raise ValueError("asserts are needed")
        start_response("200 OK", [])
        return [str(os.getpid()).encode()]
"""
CONF = (
    "workers = 2\nseen = []\n\n\ndef when_ready(server):\n    seen.append(server)\n    print('own hook', flush=True)\n"
)
FREEZE = Factor("sharing", "freeze", settings=PRELOAD.settings, hooks=("freeze",))
LOAD = Factor("sharing", "load", settings=PRELOAD.settings, hooks=("load", "freeze"))
OPTIMISED = Factor("optimise", "-OO", environment=(("PYTHONOPTIMIZE", "2"),))
pytestmark = pytest.mark.usefixtures("private_temporary_folder")


@contextlib.contextmanager
def tuning(folder: Path, line: str, gunicorn: Path, *requests: str) -> Iterator[TuningBench]:
    """Give a bench on which the command was started once as it is; afterwards no process of it is left."""
    mark = f"{MARK}={os.getpid()}"
    command = TunedCommand(
        *(inspect(PYTHON), read_command(line), folder, {"PYTHONPATH": str(gunicorn), MARK: str(os.getpid())}),
        requests=tuple(map(parse_request, requests)),
        timeout_s=PATIENCE_S,
        free_port=free_port,
    )
    place = folder / "place"
    for name in ("cache", "config"):
        (place / name).mkdir(parents=True)
    bench = TuningBench(command, place, lambda stage: None)
    with bench.start() as warm:
        warm.measure()
        bench.learn(warm)
    bench.compile_optimised()
    with bench.start() as base:
        bench.keep_base(base, [base.measure()])
        yield bench
    assert marked_processes(mark) == []


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def test_what_is_shared_lasts_only_when_it_is_frozen(tmp_path: Path, gunicorn: Path) -> None:
    folder = write(tmp_path, {"app.py": APP, "gunicorn.conf.py": CONF})
    with tuning(folder, "python -m gunicorn app:app", gunicorn, "/load", "/") as bench:
        (base,) = bench.base_readings
        assert (bench.facts.workers, bench.facts.worker_class) == (2, "sync")  # as the file of the user says
        assert (base.worker_count, base.asked_count, base.collected_count) == (2, 2, 2)
        assert base.answers == (("GET /", (200,)), ("GET /load", (200,)))
        assert 12 * MIB < base.after.total_bytes - base.ready.total_bytes < 40 * MIB  # 8 in each worker
        shared, frozen, loaded = (bench.try_factors((each,)) for each in (PRELOAD, FREEZE, LOAD))
    saved = [row.saved_bytes or 0 for row in (shared, frozen, loaded)]
    assert saved[0] > 12 * MIB  # DATA is there once
    assert saved[0] + 8 * MIB < saved[1]  # and so are OBJECTS, though both workers have collected
    assert saved[1] + 6 * MIB < saved[2]  # and so is what the request loads
    assert {row.effect for row in (shared, frozen, loaded)} <= {"saves", "costs"}
    assert frozen.cpu is not None
    assert frozen.cpu.request_count >= 200
    assert sorted(path.name for path in folder.iterdir()) == ["app.py", "gunicorn.conf.py", "place"]  # no bytecode


def test_no_start_with_other_settings_compiles_anything(tmp_path: Path, gunicorn: Path) -> None:
    """Compiling leaves memory behind: cold, -OO took 1 MiB more than without it."""
    folder = write(tmp_path, {"app.py": APP})
    with tuning(folder, "python -m gunicorn -w 2 app:app", gunicorn, "/") as bench:
        before = {path for path in folder.rglob("*.pyc") if "/config/" not in path.as_posix()}
        row = bench.try_factors((OPTIMISED,))
        after = {path for path in folder.rglob("*.pyc") if "/config/" not in path.as_posix()}
    assert any("opt-2" in path.name for path in before)
    assert after == before
    assert row.reading is not None


def test_another_allocator_is_really_loaded(tmp_path: Path, gunicorn: Path) -> None:
    path = dict(_find_allocators()).get("jemalloc", "")
    need(path, "libjemalloc.so.2: apt-get install libjemalloc2")
    other = Factor("allocator", "jemalloc", environment=(("LD_PRELOAD", path),))
    with tuning(write(tmp_path, {"app.py": APP}), "python -m gunicorn app:app", gunicorn, "/") as bench:
        with bench.start((other,)) as server:
            server.measure()
            assert any("jemalloc" in name for name in server.mapped_files())
        with bench.start() as server:
            server.measure()
            assert not any("jemalloc" in name for name in server.mapped_files())


def test_what_answers_otherwise_is_no_saving(tmp_path: Path, gunicorn: Path) -> None:
    folder = write(tmp_path, {"app.py": APP, "conf/own.py": CONF})
    line = "python -m gunicorn -c conf/own.py -b 0.0.0.0:80 app:app"
    with tuning(folder, line, gunicorn, "/optimised") as bench:
        assert bench.facts.workers == 2  # as the file of the user says, which ours stands behind
        row = bench.try_factors((OPTIMISED,))
        assert (row.effect, row.why) == ("failed", "GET /optimised answered 500, 200 as it is")
        broken = bench.try_factors((Factor("allocator", "x", environment=(("PYTHONHOME", "/nowhere"),)),))
        assert broken.effect == "failed"
        assert broken.reading is None
        assert "it ended before it was ready" in broken.why


WORK = """
    import time
    def app(environ, start_response):
        if environ["PATH_INFO"] == "/wait":
            time.sleep(0.05)
        else:
            sum(number * number for number in range(100_000))
        start_response("200 OK", [])
        return [b"ok"]
"""


@pytest.mark.parametrize(("path", "least", "most"), [("/compute", 0.8, 1.0), ("/wait", 0.0, 0.3)])
def test_waiting_is_told_from_computing_on_a_busy_machine(
    path: str, least: float, most: float, tmp_path: Path, gunicorn: Path
) -> None:
    folder = write(tmp_path, {"app.py": WORK})
    busy = [subprocess.Popen([str(PYTHON), "-c", "while True: pass"]) for _ in range(2 * (os.cpu_count() or 1))]
    try:
        with tuning(folder, "python -m gunicorn -w 2 app:app", gunicorn, path) as bench, bench.start() as server:
            server.measure()
            assert least <= server.cpu_share(20) <= most
    finally:
        for each in busy:
            each.kill()
            each.wait()


def test_a_command_that_does_not_start_is_told(tmp_path: Path, gunicorn: Path) -> None:
    folder = write(tmp_path, {"app.py": "raise SystemExit('no database')\n"})
    with pytest.raises(TuneFailed, match="no database"), tuning(folder, "python app.py", gunicorn):
        pass


UVICORN = """
    import asyncio
    async def app(scope, receive, send):
        if scope["type"] == "lifespan":
            while (await receive())["type"] != "lifespan.shutdown":
                await send({"type": "lifespan.startup.complete"})
            return
        await asyncio.sleep(0.02)
        await send({"type": "http.response.start", "status": 200})
        await send({"type": "http.response.body", "body": b"ok"})
"""


ASGI = """
    import os
    DATA = b"x" * (16 << 20)
    HELD = {}
    async def app(scope, receive, send):
        if scope["type"] == "lifespan":
            while (await receive())["type"] != "lifespan.shutdown":
                await send({"type": "lifespan.startup.complete"})
            return
        HELD.setdefault("model", b"m" * (8 << 20))
        await send({"type": "http.response.start", "status": 200})
        await send({"type": "http.response.body", "body": b"ok"})
"""


def test_uvicorns_workers_share_once_gunicorn_forks_them(tmp_path: Path, gunicorn: Path) -> None:
    folder = write(tmp_path, {"main.py": ASGI})
    worker = "uvicorn.workers.UvicornWorker"
    other = Factor("server", "gunicorn", settings=PRELOAD.settings, hooks=("load", "freeze"), worker_class=worker)
    with tuning(folder, "python -m uvicorn --workers 2 main:app", gunicorn, "/") as bench:
        (base,) = bench.base_readings
        assert (base.worker_count, base.asked_count, base.collected_count) == (2, 2, 2)
        row = bench.try_factors((other,))
    assert row.reading is not None, row.why
    assert (row.reading.asked_count, row.reading.collected_count) == (2, 2)
    assert (row.saved_bytes or 0) > 20 * MIB  # DATA and the model are there once


def test_the_command_tunes_what_the_project_states(tmp_path: Path) -> None:
    need(EXAMPLE_ENV.exists(), "the example's environment")
    folder = write(tmp_path, {"main.py": UVICORN, "Procfile": "web: uvicorn --workers 2 --port $PORT main:app\n"})
    told = answer("tune", folder, "--env", EXAMPLE_ENV, "--request", "/", "-o", f"markdown:{tmp_path / 'tune.md'}")
    assert (told["source"], told["capacity"], told["requests"]) == ("Procfile", 2, ["GET /"])
    rows = {row["name"]: row for row in told["rows"]}
    assert rows["as it is"]["reading"]["worker_count"] == rows["as it is"]["reading"]["asked_count"] == 2
    assert rows["MALLOC_ARENA_MAX=2"]["effect"] == "none"
    assert rows["1 worker"]["effect"] == "saves"  # it waits nearly all the time
    assert "1 worker" in told["best"]["name"]
    assert told["files"][0]["text"].endswith("uvicorn --port $PORT main:app --workers 1\n")
    assert {"preload", "gunicorn with uvicorn's worker"} <= {each["name"] for each in told["untried"]}
    assert told["start_count"] <= 14
    assert "no effect here" in (tmp_path / "tune.md").read_text()
    assert sorted(path.name for path in folder.iterdir()) == ["Procfile", "main.py", "tune.md"]


FIXED = """
    import http.server, os
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            "Answer."
            self.send_response(200)
            self.end_headers()
        def log_message(self, *args): pass
    KEPT = [Handler.do_GET.__doc__, *(str(number) * 9 for number in range(50_000))]
    http.server.ThreadingHTTPServer(("127.0.0.1", PORT_HERE), Handler).serve_forever()
"""


def test_a_command_with_a_fixed_port_is_started_alone(tmp_path: Path, port: int) -> None:
    folder = write(tmp_path, {"serve.py": FIXED.replace("PORT_HERE", str(port))})
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("footprint.tune.tuned_project._find_allocators", tuple)
        wish = TuneWish(("python", "serve.py"))
        found = tune(Options.of(project=folder, python=PYTHON, requests=("/",), timeout_s=PATIENCE_S), wish)
    rows = {row.name: row for row in found.rows}
    assert rows.keys() >= {"as it is", "MALLOC_ARENA_MAX=2", "-OO"}
    assert not [row for row in found.rows if row.effect == "failed"]
    assert {row.cpu for row in found.rows} == {None}  # two of them cannot run at the same time
    assert rows["as it is"].reading is not None
    assert rows["as it is"].reading.collected_count == rows["as it is"].reading.worker_count == 1
    assert [(use.kind, use.line) for use in found.optimised_uses] == [("docstring", 9)]
    assert found.best is None or "-OO" not in found.best.name
    assert found.growth is None


def test_no_secret_of_the_command_is_shown(tmp_path: Path) -> None:
    folder = write(
        tmp_path,
        {
            "serve.py": """
        import os
        raise SystemExit(os.environ["API_TOKEN"] + ": cannot reach redis://me:hunter2@db/0")
    """
        },
    )
    given = ("--env", EXAMPLE_ENV, "--set", "API_TOKEN=tokenofmine")
    done = footprint("tune", folder, *given, "--", "python", "serve.py", "tokenofmine")
    assert done.returncode == 3
    assert "cannot reach redis://me:***@db/0" in done.stderr
    assert "hunter2" not in done.stdout + done.stderr
    assert "tokenofmine" not in done.stdout + done.stderr


def test_what_may_write_needs_a_word(tmp_path: Path) -> None:
    folder = write(tmp_path, {"main.py": UVICORN})
    done = footprint("tune", folder, "--env", EXAMPLE_ENV, "--request", "POST /x {}", "--", "uvicorn", "main:app")
    assert done.returncode == 2
    assert "add --allow-writes" in done.stderr
    done = footprint("tune", folder, "--env", EXAMPLE_ENV, "--request", "auto", "--", "uvicorn", "main:app")
    assert done.returncode == 2
    assert "give --request /path" in done.stderr


def test_an_interrupted_tuning_leaves_nothing(tmp_path: Path, gunicorn: Path, private_temporary_folder: Path) -> None:
    folder = write(tmp_path, {"app.py": APP})
    mark = f"{MARK}={os.getpid()}i"
    given = ("--env", EXAMPLE_ENV, "--set", mark, "--set", f"PYTHONPATH={gunicorn}", "--request", "/")
    line = command_line(("tune", folder, *given, "--", "python", "-m", "gunicorn", "-w", "3", "app:app"))
    with subprocess.Popen(line, env=plain_environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        wait_for(lambda: len(marked_processes(mark)) > 3)
        running.send_signal(signal.SIGINT)
        _, errors = running.communicate(timeout=PATIENCE_S)
    assert running.returncode == 130, errors
    assert marked_processes(mark) == []
    assert list(private_temporary_folder.iterdir()) == []
    assert [path.name for path in folder.iterdir()] == ["app.py"]
