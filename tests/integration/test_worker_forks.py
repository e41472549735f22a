"""What a forked worker writes to, seen in a fork of the measured process, and held against real workers."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from footprint.audit.run import run_audit
from footprint.config.call_texts import parse_call
from footprint.config.options import Options
from footprint.model.runtime import Statement
from tests.support.called_workers import give_each
from tests.support.installer import kept, require_pinned, uv
from tests.support.machine import on_interpreters, patiently
from tests.support.probing import entry, probe, whole, write
from tests.support.projects import make_env, site_of

MIB = 1 << 20
HERE = Path(sys.executable)
pytestmark = pytest.mark.skipif(not Path("/proc/self/smaps_rollup").exists(), reason="the kernel tells no shares")

BUFFER = "kept = bytearray(b'x') * (60 << 20)\n"
OBJECTS = "rows = [[n] for n in range(200_000)]\n"  # 24 MiB of them or more, with a header of the collector each
# what is imported; what a fork of it has of its own after a collection, in MiB, at least and at most
KINDS = {
    "nothing": ("", 0, 5),
    "buffer": (BUFFER, 0, 5),
    "objects": (OBJECTS, 10, 40),
    "mixed": (BUFFER + OBJECTS, 10, 40),
    "objects that are frozen": (f"{OBJECTS}import gc\ngc.freeze()\n", 0, 5),
    "the collector is off": (f"{OBJECTS}import gc\ngc.disable()\n", 0, 5),
    "what forks write to at once": (
        f"{BUFFER}import os\ndef touch():\n    for at in range(0, 20 << 20, 4096): kept[at] = 1\n"
        "os.register_at_fork(after_in_child=touch)\n",
        20,
        25,
    ),
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_fork_has_what_it_wrote_to(kind: str, tmp_path: Path) -> None:
    text, least, most = KINDS[kind]
    found = whole(
        probe(HERE, write(tmp_path, {"main.py": f"{text}app = object()\n"}), entry("main", "app"), forks=True)
    )
    assert found.fork is not None
    assert least * MIB < found.fork.collected_bytes < most * MIB
    assert found.fork.fresh_bytes <= found.fork.collected_bytes
    assert found.fork.fresh_bytes < 5 * MIB or kind == "what forks write to at once"


@pytest.mark.parametrize("python", on_interpreters())
def test_every_python_tells_it_and_the_process_is_as_without(python: Path, tmp_path: Path) -> None:
    project = write(tmp_path, {"main.py": f"{OBJECTS}app = object()\n", "late.py": BUFFER})
    late = (Statement("late"),)
    plain, forked = (whole(probe(python, project, entry(), first_use=late, forks=forks)) for forks in (False, True))
    assert plain.fork is None
    assert forked.fork is not None and 10 * MIB < forked.fork.collected_bytes < 40 * MIB
    assert [stage.stage for stage in plain.stages] == [stage.stage for stage in forked.stages]
    for one, other in zip(plain.stages[:-1], forked.stages[:-1], strict=True):
        assert one.anon_bytes == pytest.approx(other.anon_bytes, abs=MIB // 4)
        assert one.peak_rss_bytes == pytest.approx(other.peak_rss_bytes, abs=MIB // 2)
        assert (one.tree and one.tree.process_count) == (other.tree and other.tree.process_count) == 1
    grown = [use.rss_bytes for run in (plain, forked) for use in run.first_uses]
    assert grown[0] == pytest.approx(grown[1], abs=MIB // 4)


BODIES = {
    "nothing": ("pass", 0, 2),
    "what is there": ("for at in range(0, 20 << 20, 4096): kept[at] = 1", 20, 22),
    "what it makes itself": ("rows.append(b'x' * (20 << 20))", 0, 2),
    "what a module of its own makes": ("import late", 0, 3),
}


@pytest.mark.parametrize(("body", "least", "most"), BODIES.values(), ids=BODIES)
@pytest.mark.parametrize("python", on_interpreters())
def test_what_calls_write_to_of_what_is_shared(python: Path, body: str, least: int, most: int, tmp_path: Path) -> None:
    text = f"{BUFFER}{OBJECTS}app = object()\n\n\ndef work():\n    {body}\n"
    project = write(tmp_path, {"main.py": text, "late.py": BUFFER})
    for texts in (("main:work",), ("main:work", "main:work")):
        asked = tuple(parse_call(each) for each in texts)
        run = whole(probe(python, project, entry("main", "app"), calls=asked, forks=True))
        only, *others = [call.fork for call in (run.calls_together, *run.calls) if call is not None and call.fork]
        assert not others, "the last fork alone is read"
        assert only is not None and run.stages[-1].stage == "calls"
        assert least <= only.fresh_bytes / MIB < most
        assert 10 * MIB + only.fresh_bytes * (least > 0) < only.collected_bytes < only.fresh_bytes + 40 * MIB
    plain = whole(probe(python, project, entry("main", "app"), calls=asked))
    assert plain.calls_together is not None and plain.calls_together.fork is None


def test_a_collector_that_hangs_or_crashes_takes_nothing_from_calls(tmp_path: Path) -> None:
    for end in ("time.sleep(600)", "os._exit(7)"):
        text = f"import gc, os, time\n\n\ndef work():\n    gc.callbacks.append(lambda *_: {end})\n\n\napp = object()\n"
        asked = (parse_call("main:work"),)
        run = whole(probe(HERE, write(tmp_path, {"main.py": text}), entry("main", "app"), calls=asked, forks=True))
        (call,) = run.calls
        assert (call.outcome, call.fork, call.was_apart) == ("done", None, False)


SPOILT = {
    "it hangs": "time.sleep(600)",
    "it crashes": "os.kill(os.getpid(), signal.SIGSEGV)",
    "it leaves": "os._exit(0)",
}


@pytest.mark.parametrize("case", SPOILT)
def test_a_fork_that_cannot_be_read_is_not_measured_and_the_start_is(case: str, tmp_path: Path) -> None:
    hook = f"import os, signal, time\nos.register_at_fork(after_in_child=lambda: {SPOILT[case]})\napp = object()\n"
    runtime = probe(HERE, write(tmp_path, {"main.py": hook}), entry("main", "app"), forks=True)
    assert runtime.failure is None
    assert whole(runtime).fork is None
    assert [stage.stage for stage in whole(runtime).stages] == ["interpreter", "import"]


def test_a_rehearsal_has_no_fork(tmp_path: Path) -> None:
    project = write(tmp_path, {"main.py": OBJECTS, "late.py": ""})
    late = (Statement("late"),)
    assert whole(probe(HERE, project, entry(), first_use=late, first_use_here=True, forks=True)).fork is None


APP = "def app(environ, start_response):\n    start_response('200 OK', [])\n    return [b'']\n"
COLLECTING = "import gc\ndef post_worker_init(worker):\n    if gc.isenabled():\n        gc.collect()\n"
WORKERS = {
    "nothing": 2,
    "buffer": 3,
    "objects": 2,
    "mixed": 4,
    "objects that are frozen": 3,
    "the collector is off": 2,
    "what forks write to at once": 2,
}


@pytest.fixture(scope="module")
def served() -> Path:
    """An interpreter that has gunicorn."""

    def fill(folder: Path) -> None:
        python = make_env(folder) / "bin" / "python"
        into = ("--compile-bytecode", "--python", python)  # the first start of real workers is as every later one
        uv("pip", "install", "--quiet", "--no-deps", *into, "gunicorn", "packaging")
        require_pinned(site_of(folder))

    return kept("served", fill, "compiled") / "bin" / "python"


@pytest.mark.parametrize(("kind", "workers"), WORKERS.items(), ids=WORKERS)
def test_each_state_of_real_workers_lies_in_its_range(kind: str, workers: int, tmp_path: Path, served: Path) -> None:
    project = write(tmp_path / "project", {"main.py": APP + KINDS[kind][0], "hooks.py": COLLECTING})
    command = f"gunicorn --preload -w {workers} main:app"
    (project / "Procfile").write_text(f"web: {command}\n")
    audit = run_audit(Options.of(project=project, python=served, first_use=False))
    (row,) = audit.workers
    assert (row.workers, row.preload, row.measured, row.fork_measured) == (workers, True, True, True)
    assert row.fresh_bytes is not None
    words = [str(served), "-m", *command.split(), "-b", f"unix:{tmp_path}/s"]
    (ready,) = _read_from_outside(words, project, workers + 1)
    (collected,) = _read_from_outside([*words, "-c", "hooks.py"], project, workers + 1)
    for state, truth in zip(row.states, (ready, collected), strict=True):
        assert state.least_bytes < truth < state.most_bytes
        assert state.total_bytes == pytest.approx(truth, rel=0.04)
        assert state.most_bytes < 1.5 * state.least_bytes
    assert row.decides == "collected" and row.total_bytes == row.states[1].total_bytes


CALLED = """
import gc, mmap, os

held = {}


def work(path):
    if path == "/import":
        import late
    elif path == "/file":
        with open("weights.bin", "rb") as file:
            held["file"] = file.read()
            held["map"] = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        held["sum"] = sum(held["map"][at] for at in range(0, len(held["map"]), 4096))
    elif path == "/make":
        held["data"] = b"x" * (9 << 20)
        len(b"x" * (40 << 20) + b"y")
    elif path == "/collect":
        gc.collect()


def app(environ, start_response):
    work(environ["PATH_INFO"])
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [str(os.getpid()).encode()]
"""
ASKED = ("/import", "/file", "/make")
WAYS = {"plain": ("-w 3", 3), "threads": ("-w 2 -k gthread --threads 3", 2), "preload": ("--preload -w 4", 4)}


@pytest.mark.parametrize(("words", "workers"), WAYS.values(), ids=WAYS)
def test_what_calls_take_every_worker_takes(words: str, workers: int, tmp_path: Path, served: Path, port: int) -> None:
    project = write(tmp_path / "project", {"main.py": CALLED + OBJECTS, "late.py": f"import decimal\n{OBJECTS}"})
    (project / "weights.bin").write_bytes(b"w" * (16 << 20))
    command = f"gunicorn --timeout 1000 {words} main:app"
    (project / "Procfile").write_text(f"web: {command}\n")
    requests = tuple(f"GET {path}" for path in ASKED)
    audit = run_audit(Options.of(project=project, python=served, first_use=False, requests=requests))
    row = audit.workers[0]
    start, calls = row.stages
    assert (row.workers, calls.stage, [call.outcome for call in audit.calls]) == (workers, "calls", ["done"] * 3)
    assert calls.peak_bytes is not None and calls.peak_bytes - calls.total_bytes > workers * 25 * MIB

    def ask(*paths: str) -> Callable[[], None]:
        return lambda: give_each(port, paths, workers)

    words_of_it = [str(served), "-m", *command.split(), "-b", f"127.0.0.1:{port}"]
    ready, called, collected = _read_from_outside(words_of_it, project, workers + 1, ask(*ASKED), ask("/collect"))
    if not calls.states:
        grown = calls.total_bytes - start.total_bytes
        assert ready + grown == pytest.approx(called, rel=0.03)
        assert calls.total_bytes == pytest.approx(called, rel=0.06)  # so small a start is 5 % off by itself
        return
    assert calls.states[0].least_bytes < called < calls.states[1].most_bytes
    assert calls.states[1].least_bytes < collected < calls.states[1].most_bytes
    assert calls.total_bytes == pytest.approx(collected, rel=0.04)


def test_the_peak_is_the_one_of_all_workers_at_one_moment(tmp_path: Path, served: Path, port: int) -> None:
    project = write(tmp_path / "project", {"main.py": CALLED, "hooks.py": HIGHEST})
    command = "gunicorn --timeout 1000 -w 3 main:app"
    (project / "Procfile").write_text(f"web: {command}\n")
    (row,) = run_audit(
        Options.of(project=project, python=served, first_use=False, preload=False, requests=("GET /make",))
    ).workers
    start, calls = row.stages
    words = [str(served), "-m", *command.split(), "-b", f"127.0.0.1:{port}", "-c", "hooks.py"]
    _read_from_outside(words, project, 4, lambda: give_each(port, ("/make",), 3))
    grown = [int((project / f"grown-{number}").read_text()) for number in range(3)]
    assert calls.peak_bytes is not None and min(grown) > 49 * MIB
    assert calls.peak_bytes - start.total_bytes == pytest.approx(sum(grown), rel=0.03)


# of a worker of gunicorn, in files: how much higher it was at the most during its first request than before it
HIGHEST = """
import re


def read(name):
    with open("/proc/self/status") as file:
        return int(re.search(name + r":\\s+(\\d+)", file.read())[1]) << 10


def pre_request(worker, request):
    with open("/proc/self/clear_refs", "w") as file:
        file.write("5")
    worker.before = read("VmRSS")


def post_request(worker, request, environ, response):
    with open(f"grown-{worker.age - 1}", "w") as file:
        file.write(str(read("VmHWM") - worker.before))
"""


def _read_from_outside(words: list[str], folder: Path, count: int, *then: Callable[[], None]) -> list[int]:
    """Return what a command of `count` processes takes at rest: anonymous pages once, file pages of the largest.

    And again after each of `then`.
    """
    with subprocess.Popen(words, cwd=folder, start_new_session=True, stderr=subprocess.DEVNULL) as program:
        readings = []
        try:
            for each in (lambda: None, *then):
                each()
                found, _ = patiently(
                    lambda limit_s: _at_rest(program.pid, count, limit_s), lambda found: found is not None, first_s=20
                )
                assert found is not None
                readings.append(found)
        finally:
            os.killpg(program.pid, signal.SIGKILL)
    return readings


def _at_rest(session: int, count: int, limit_s: float) -> int | None:
    until, before, since = time.monotonic() + limit_s, -1, time.monotonic()
    while time.monotonic() < until:
        now = _take(session, count)
        if now is None or abs(now - before) > MIB // 8:
            before, since = now or -1, time.monotonic()
        elif time.monotonic() - since > 2:
            return now
        time.sleep(0.1)
    return None


def _take(session: int, count: int) -> int | None:
    shares = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if int((folder / "stat").read_text().rpartition(")")[2].split()[3]) == session:
                rows = re.findall(r"(Rss|Anonymous|Pss_Anon): +(\d+) kB", (folder / "smaps_rollup").read_text())
                shares.append({name: int(value) << 10 for name, value in rows})
        except OSError:
            continue
    if len(shares) != count:
        return None
    return sum(each["Pss_Anon"] for each in shares) + max(each["Rss"] - each["Anonymous"] for each in shares)
