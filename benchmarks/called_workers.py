"""Is the estimate for several workers still true when each has done the calls? For `bench_workers.py --calls`.

The estimate is that of an audit of a Procfile with the calls. Truth is the real command: each of its workers is really
given every call, the others held still meanwhile (celery's, which get tasks by pipes, are all kept busy), and
then all processes are read, each page once. Then every worker collects its garbage in the same way, and they are read
again. Of servers that fork what they have imported the first has to lie between both states of the estimate, the second
within that of the second; of the others the first is judged.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from bench_avoidable import write_application
from bench_live import count_mappings, count_pages, tree_of, wait_for_rest

from footprint.audit.run import run_audit
from footprint.config.options import Options
from footprint.model.service_memory import WorkersStage
from footprint.units import MIB
from tests.support.called_workers import PATIENCE_S, give_each

MEAN, WORST, HELD = 0.03, 0.06, 0.9
WORK = """
import gc, mmap, os

held = {}


def imports():
    import pandas
    held["frame"] = pandas.DataFrame({"a": range(1000)}).describe()


def reads():
    if "read" not in held:
        with open("weights.bin", "rb") as file:
            held["read"] = file.read()


def maps():
    if "mapped" not in held:
        with open("weights.bin", "rb") as file:
            held["mapped"] = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    held["sum"] = sum(held["mapped"][at] for at in range(0, len(held["mapped"]), 4096))


def makes():
    held["data"] = b"x" * (20 << 20)
    held["rows"] = [[n] for n in range(100_000)]


def peaks():
    return len(bytes(60 << 20) + b"z")


def collect():
    gc.collect()


WAYS = {each.__name__: each for each in (imports, reads, maps, makes, peaks, collect)}
"""
OBJECTS = "rows = [[n] for n in range(150_000)]\ndata = b'x' * (30 << 20)\n"
FILES = {
    "work.py": WORK,
    "shop.py": f"""
import os, sqlalchemy.orm
from django.conf import settings
settings.configure(ROOT_URLCONF=__name__, ALLOWED_HOSTS=["*"])
import django
django.setup()
from django.core.wsgi import get_wsgi_application
from django.http import HttpResponse
from django.urls import path
import work

{OBJECTS}

def do(request, way):
    work.WAYS[way]()
    return HttpResponse(str(os.getpid()))


urlpatterns = [path("<str:way>", do)]
app = get_wsgi_application()
""",
    "service.py": f"""
import os
from fastapi import FastAPI
import work

app = FastAPI()
{OBJECTS}

@app.get("/{{way}}")
def do(way: str):
    work.WAYS[way]()
    return os.getpid()
""",
    "jobs.py": f"""
import os, time, sqlalchemy.orm
from celery import Celery
import work

app = Celery("jobs", broker="filesystem://")
app.conf.broker_transport_options = dict.fromkeys(("data_folder_in", "data_folder_out"), os.environ.get("QUEUE", "."))
{OBJECTS}

def do(way):
    work.WAYS[way]()
    if "QUEUE" in os.environ:
        time.sleep(1)
        open(f"{{os.environ['QUEUE']}}-done/{{way}}-{{os.getpid()}}", "w").close()


@app.task
def imports(): do("imports")
@app.task
def reads(): do("reads")
@app.task
def maps(): do("maps")
@app.task
def makes(): do("makes")
@app.task
def peaks(): do("peaks")
@app.task
def collect(): do("collect")
""",
}
BIND = "-b 127.0.0.1:{port} -w {workers}"
COMMANDS = {
    "gunicorn sync": f"gunicorn --timeout 1000 {BIND} shop:app",
    "gunicorn gthread": f"gunicorn --timeout 1000 -k gthread --threads 4 {BIND} shop:app",
    "gunicorn uvicorn worker": f"gunicorn --timeout 1000 -k uvicorn.workers.UvicornWorker {BIND} service:app",
    "uvicorn": "uvicorn --timeout-worker-healthcheck 1000 --port {port} --workers {workers} service:app",
    "hypercorn": f"hypercorn {BIND} service:app",
    "gunicorn sync, preload": f"gunicorn --timeout 1000 --preload {BIND} shop:app",
    "gunicorn gthread, preload": f"gunicorn --timeout 1000 --preload -k gthread --threads 4 {BIND} shop:app",
    "gunicorn uvicorn worker, preload": (
        f"gunicorn --timeout 1000 --preload -k uvicorn.workers.UvicornWorker {BIND} service:app"
    ),
    "celery": "celery -A jobs worker -c {workers}",
}
CALLS = {
    "imports": ("imports",),
    "reads and maps": ("reads", "maps"),
    "makes and peaks": ("makes", "peaks"),
    "all": ("imports", "reads", "maps", "makes", "peaks"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One command after its calls: what was estimated, and the truth before and after a collection, in bytes."""

    name: str
    workers: int
    calls: str
    estimate: WorkersStage
    called: int
    collected: int

    @property
    def error(self) -> float | None:
        """Return the error as a share of the truth; None of forked workers, which have ranges."""
        return None if self.estimate.states else self.estimate.total_bytes / self.called - 1

    @property
    def held(self) -> tuple[bool, ...]:
        """Return whether each of the ranges holds its truth."""
        if not self.estimate.states:
            return ()
        ready, collected = self.estimate.states
        return (
            ready.least_bytes <= self.called <= collected.most_bytes,
            collected.least_bytes <= self.collected <= collected.most_bytes,
        )

    def show(self) -> str:
        """Return the row in markdown; MiB."""
        estimate = f"{self.estimate.total_bytes / MIB:.1f}"
        verdict = f"{self.error:+.1%}" if self.error is not None else ""
        if self.estimate.states:
            ready, collected = self.estimate.states
            estimate = " and ".join(
                f"{each.total_bytes / MIB:.1f} ({each.least_bytes / MIB:.1f} to {each.most_bytes / MIB:.1f})"
                for each in (ready, collected)
            )
            verdict = ", ".join("held" if each else "**not held**" for each in self.held)
            verdict += f", {collected.total_bytes / self.collected - 1:+.1%}"
        truth = f"{self.called / MIB:.1f}, {self.collected / MIB:.1f} collected"
        return f"| {self.name}, {self.workers} workers | {self.calls} | {estimate} | {truth} | {verdict} |"


def judge_called(python: Path, folder: Path, only: str) -> Iterator[Row]:
    """Yield a row for each command and set of calls."""
    write_application(folder, FILES)
    (folder / "weights.bin").write_bytes(b"w" * (24 << 20))
    for number, (name, template) in enumerate(COMMANDS.items()):
        for place, (calls, ways) in enumerate(CALLS.items()):
            if only in f"{name}: {calls}":
                workers = 2 + (number + place) % 3
                command = template.format(port=free_port(), workers=workers)
                stage = _estimate(command, workers, ways, folder, python)
                yield Row(name, workers, calls, stage, *read_called(command, workers, ways, folder, python))


def _estimate(command: str, workers: int, ways: tuple[str, ...], folder: Path, python: Path) -> WorkersStage:
    (folder / "Procfile").write_text(f"web: {command}\n")
    asked = tuple(f"jobs:{way}" if "celery" in command else f"GET /{way}" for way in ways)
    requests, calls = ((), asked) if "celery" in command else (asked, ())
    options = Options.of(
        project=folder, python=python, first_use=False, workers=workers, requests=requests, calls=calls
    )
    audit = run_audit(options)
    failed = [call for call in audit.calls if call.outcome != "done"]
    assert not failed and len(audit.calls) == len(ways), (failed, audit.notes)
    row = next(each for each in audit.workers if each.preload == ("preload" in command or "celery" in command))
    stage = row.stages[-1]
    assert stage.stage == "calls" and row.workers == workers
    return stage


def read_called(command: str, workers: int, ways: tuple[str, ...], folder: Path, python: Path) -> tuple[int, int]:
    """Return what a command takes once each worker has done every call, and once each has collected its garbage."""
    place = Path(tempfile.mkdtemp())
    home, queue = place / "home", place / "queue"
    for each in (home, queue, place / "queue-done"):
        each.mkdir()
    path = f"{python.parent}{os.pathsep}{os.environ['PATH']}"
    env = {"PATH": path, "HOME": str(home), "LANG": "C.UTF-8", "QUEUE": str(queue)}
    output = subprocess.DEVNULL
    words = command.split()
    started = subprocess.Popen(words, cwd=folder, env=env, stdout=output, stderr=output, start_new_session=True)
    ask = _by_queue(python, folder, env, workers) if words[0] == "celery" else _by_port(command, workers)
    try:
        wait_for_rest(started.pid, 3)
        found = []
        for some in (ways, ("collect",)):
            for way in some:
                ask(way)
            wait_for_rest(started.pid, 2)
            pids = tree_of(started.pid)
            found.append(count_pages(pids) or count_mappings(pids))
        return found[0], found[1]
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(started.pid, signal.SIGKILL)
        started.wait()
        shutil.rmtree(place, ignore_errors=True)


def _by_port(command: str, workers: int) -> Callable[[str], None]:
    """Return what has each worker answer a request."""
    words = command.split()
    port = words[words.index("--port") + 1] if "--port" in words else command.partition("127.0.0.1:")[2].split()[0]
    return lambda way: give_each(int(port), (f"/{way}",), workers)


def _by_queue(python: Path, folder: Path, env: dict[str, str], workers: int) -> Callable[[str], None]:
    """Return what has each worker of celery do a task: each takes a second, so that no worker takes two."""

    def ask(way: str) -> None:
        send = f"import jobs\nfor _ in range({workers}): jobs.{way}.delay()\n"
        until = time.monotonic() + PATIENCE_S
        done: set[str] = set()
        while len(done) < workers:
            assert time.monotonic() < until, (way, done)
            subprocess.run([str(python), "-c", send], cwd=folder, env=env, check=True)
            time.sleep(4)
            done = {each.name for each in Path(f"{env['QUEUE']}-done").glob(f"{way}-*")}

    return ask


def free_port() -> int:
    """Return a port that nobody has."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


HEAD = ("| Command | calls | estimate MiB | truth MiB | error |", "| --- | --- | ---: | ---: | ---: |")


def summary(rows: list[Row]) -> tuple[str, bool]:
    """Return what all rows come to, and whether it is good enough."""
    errors = [abs(row.error) for row in rows if row.error is not None]
    held = [each for row in rows for each in row.held]
    words = []
    if errors:
        words.append(f"mean absolute error {sum(errors) / len(errors):.1%}, worst {max(errors):.1%} of {len(errors)}")
    if held:
        words.append(f"{sum(held)} of {len(held)} ranges of forked workers hold their truth")
    is_good = not errors or (sum(errors) / len(errors) <= MEAN and max(errors) <= WORST)
    return "; ".join(words), is_good and (not held or sum(held) >= HELD * len(held))
