"""Does `footprint tune` find what a full grid finds, and are its figures what a repeat by hand gives?

    python benchmarks/bench_tune.py [--check] [--only NAME] [--write docs/accuracy.md]

Five applications are tuned by footprint, and started by this script, which knows nothing of it, once for each of 48
combinations over four axes: what is shared before the fork, `-OO`, the allocator, and threads of libraries. By hand
means: settings written here, each worker asked while the others are stopped, `gc.collect()` by a path of the
application, and the pages of all processes counted by their numbers (/proc/PID/pagemap, which needs root).

--check fails where a figure is more than 4 % off, less than 90 % of the best saving is found, more than a third of the
starts of the grid was needed, or a proposal takes more than the command as it is.
"""

from __future__ import annotations

import argparse
import contextlib
import itertools
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from bench_live import count_mappings, count_pages, tree_of
from environments import provide
from rounds import ROOT

from footprint.config.options import Options
from footprint.model.tuning import TunedRow, Tuning
from footprint.tune.tuned_project import TuneWish, tune
from footprint.units import MIB

CACHE = ROOT / ".cache" / "tune"
MOST_ERROR, LEAST_SHARE = 0.04, 0.9
PATIENCE_S, PASSES = 300.0, 3
LIBRARIES = "/usr/lib/x86_64-linux-gnu"
GC = "\n\n@app.get('/gc')\ndef collect():\n    import gc\n    return str(gc.collect())\n"
PANDAS = """
import io
import flask
app = flask.Flask(__name__)
HELD = {}
OBJECTS = [{"number": number} for number in range(80_000)]


def warm():
    if "model" not in HELD:
        import pandas
        HELD["model"] = pandas.DataFrame({name: range(300_000) for name in "abcdefgh"})
    return HELD["model"]


@app.get("/predict")
def predict():
    return str(warm()["a"].sum())


@app.get("/export")
def export():
    text = io.StringIO()
    warm().head(4000).to_csv(text)
    return text.getvalue()[:100]
"""
NUMPY = """
import fastapi, numpy
app = fastapi.FastAPI()
HELD = {}
TABLE = [str(number) * 3 for number in range(100_000)]


def warm():
    if "weights" not in HELD:
        HELD["weights"] = numpy.ones((1500, 2000))
    return HELD["weights"]


@app.get("/embed")
def embed():
    return {"sum": float((warm() @ numpy.ones(2000)).sum())}


@app.get("/items")
async def items():
    return {"items": list(range(50))}
"""
DJANGO = """
import django
from django.conf import settings
settings.configure(DEBUG=False, ALLOWED_HOSTS=["*"], ROOT_URLCONF="site_of_ours", SECRET_KEY="x", INSTALLED_APPS=[
    "django.contrib.contenttypes", "django.contrib.auth", "django.contrib.sessions", "django.contrib.admin",
    "django.contrib.messages"], DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}})
django.setup()
from django.core.wsgi import get_wsgi_application
from django.http import HttpResponse
from django.urls import path
HELD = {}


def warm():
    if "rows" not in HELD:
        from django.contrib.auth.models import User
        HELD["rows"] = [User(username=str(number), email=str(number)) for number in range(20_000)]
    return HELD["rows"]


def users(request):
    return HttpResponse(",".join(user.username for user in warm()[:30]))


def collect(request):
    import gc
    return HttpResponse(str(gc.collect()))


urlpatterns = [path("users", users), path("gc", collect)]
app = get_wsgi_application()
"""
THREADS = """
import threading, time
import flask
app = flask.Flask(__name__)
HELD = {}
LOCK = threading.Lock()


def warm():
    return None


@app.get("/work")
def work():
    with LOCK:  # else threads that share an arena take turns in it, and what is left differs by a fifth
        made = [b"x" * (3000 + number % 100) for number in range(4000)]
        HELD[threading.get_ident()] = made[::400]
        del made
    time.sleep(0.5)  # so that each of several at once has a thread of its own
    return "ok"
"""
SMALL = """
import flask
app = flask.Flask(__name__)


def warm():
    return None


@app.get("/")
def index():
    return "ok"
"""
SHARING = ("", "preload", "freeze", "load")
ALLOCATORS: Mapping[str, Mapping[str, str]] = {
    "": {},
    "arenas": {"MALLOC_ARENA_MAX": "2"},
    "trim": {"MALLOC_TRIM_THRESHOLD_": "131072"},
    "arenas, trim": {"MALLOC_ARENA_MAX": "2", "MALLOC_TRIM_THRESHOLD_": "131072"},
    "jemalloc": {"LD_PRELOAD": f"{LIBRARIES}/libjemalloc.so.2"},
    "mimalloc": {"LD_PRELOAD": f"{LIBRARIES}/libmimalloc.so.2"},
}
ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}


@dataclass(frozen=True, slots=True)
class Application:
    """One application. `grid`: the levels of sharing, -OO, allocator and one thread that are combined."""

    name: str
    module: str
    text: str
    command: str
    paths: tuple[str, ...]
    workers: int
    threads: int
    grid: tuple[tuple[str, ...], tuple[bool, ...], tuple[str, ...], tuple[bool, ...]]


_ALL, _BOTH = tuple(ALLOCATORS), (False, True)
_FOUR = (SHARING, _BOTH, _ALL, (False,))
APPLICATIONS = (
    Application("Flask, pandas; gunicorn sync x 4", "web", PANDAS + GC, "gunicorn -w 4 -b 127.0.0.1:{port} web:app",
                ("/predict", "/export"), 4, 1, _FOUR),
    Application("FastAPI, numpy; uvicorn x 3", "api", NUMPY + GC, "uvicorn --workers 3 --port {port} api:app",
                ("/embed", "/items"), 3, 1, (("", "freeze", "load"), _BOTH, ("", "arenas", "trim", "jemalloc"), _BOTH)),
    Application("Django; gunicorn gthread 2 x 4", "site_of_ours", DJANGO,
                "gunicorn -w 2 --threads 4 -b 127.0.0.1:{port} site_of_ours:app", ("/users",), 2, 4, _FOUR),
    Application("Flask, threads that allocate; gthread 1 x 8", "work", THREADS + GC,
                "gunicorn --threads 8 -b 127.0.0.1:{port} work:app", ("/work",), 1, 8,
                (("", "preload"), _BOTH, _ALL, _BOTH)),
    Application("small Flask; gunicorn x 1", "small", SMALL + GC, "gunicorn -b 127.0.0.1:{port} small:app", ("/",),
                1, 1, (("", "preload"), _BOTH, _ALL, _BOTH)),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Combination:
    """One point of the grid."""

    sharing: str = ""
    optimised: bool = False
    allocator: str = ""
    one_thread: bool = False

    @classmethod
    def of(cls, row: TunedRow) -> Combination:
        """Return the point at which a row of footprint lies."""
        variables = {name: value for factor in row.factors for name, value in factor.environment}
        hooks = {hook for factor in row.factors for hook in factor.hooks}
        preloads = any(name == "preload_app" for factor in row.factors for name, _ in factor.settings)
        sharing = "load" if "load" in hooks else "freeze" if "freeze" in hooks else "preload" if preloads else ""
        known = {**ALLOCATORS}
        chosen = next((name for name, given in known.items() if given and given.items() <= variables.items()), "")
        return cls(sharing, "PYTHONOPTIMIZE" in variables, chosen, bool(variables.keys() & ONE_THREAD.keys()))

    def __str__(self) -> str:
        words = (self.sharing, "-OO" * self.optimised, self.allocator, "one thread" * self.one_thread)
        return " + ".join(filter(None, words)) or "as it is"


class ByHand:
    """Starts one application by hand, and counts its pages."""

    def __init__(self, application: Application, folder: Path, python: Path) -> None:
        self.application, self.folder, self.python = application, folder, python
        self.known: dict[Combination, int] = {}
        self._warmed: set[bool] = set()

    def read(self, point: Combination) -> int:
        """Return what all processes have after every worker was asked, in bytes; measured once."""
        if point.optimised not in self._warmed:
            self._warmed.add(point.optimised)
            self._read(Combination(optimised=point.optimised))
        if point not in self.known:
            self.known[point] = self._read(point)
        return self.known[point]

    def _read(self, point: Combination) -> int:
        with socket.socket() as found:
            found.bind(("127.0.0.1", 0))
            port = found.getsockname()[1]
        with tempfile.TemporaryDirectory() as home, self._running(point, port, Path(home)) as pid:
            self._await_rest(pid, port)
            workers = self._workers(pid)
            others = [each for each in tree_of(pid) if each not in workers]
            for worker in workers:
                held = [*others, *(each for each in workers if each != worker)]
                with stopped(held, workers):
                    self._ask(port)
            time.sleep(0.5)
            pids = tree_of(pid)
            return count_pages(pids) or count_mappings(pids)

    @contextlib.contextmanager
    def _running(self, point: Combination, port: int, home: Path) -> Iterator[int]:
        words = self.application.command.format(port=port).split()
        if point.sharing:
            if words[0] == "uvicorn":
                words = f"gunicorn -k uvicorn.workers.UvicornWorker -w 3 -b 127.0.0.1:{port} api:app".split()
            (home / "conf.py").write_text(self._config(point.sharing))
            words += ["-c", str(home / "conf.py")]
        if words[0] == "gunicorn":
            words += ["--timeout", "0"]
        env = {
            "PATH": f"{self.python.parent}{os.pathsep}{os.environ['PATH']}", "HOME": str(home), "LANG": "C.UTF-8",
            "PYTHONPYCACHEPREFIX": str(CACHE / "bytecode"), **ALLOCATORS[point.allocator],
            **(ONE_THREAD if point.one_thread else {}), **({"PYTHONOPTIMIZE": "2"} if point.optimised else {}),
        }  # fmt: skip
        nothing = subprocess.DEVNULL
        started = subprocess.Popen(
            words, cwd=self.folder, env=env, stdout=nothing, stderr=nothing, start_new_session=True
        )
        try:
            yield started.pid
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(started.pid, signal.SIGKILL)
            started.wait()

    def _config(self, sharing: str) -> str:
        steps = {"preload": "", "freeze": "    gc.collect()\n    gc.freeze()\n"}
        warm = f"    import {self.application.module}\n    {self.application.module}.warm()\n"
        body = steps.get(sharing, f"{warm}{steps['freeze']}")
        return f"import gc\npreload_app = True\n\n\ndef when_ready(server):\n    pass\n{body}"

    def _workers(self, pid: int) -> list[int]:
        """Return the processes that nobody is below, less what multiprocessing keeps its books with."""
        tree = tree_of(pid)
        below = {each: tree_of(each)[1:] for each in tree}
        return [each for each in tree if not below[each] and "resource_tracker" not in command_of(each)]

    def _await_rest(self, pid: int, port: int) -> None:
        limit, since, most = time.monotonic() + PATIENCE_S, time.monotonic(), 0
        while time.monotonic() - since < 2:
            rss = sum(resident(each) for each in tree_of(pid))
            is_there = answers(port) and len(self._workers(pid)) == self.application.workers
            if rss > most * 1.002 or not is_there:
                since, most = time.monotonic(), max(rss, most)
            assert time.monotonic() < limit, f"{self.application.name} does not come to rest"
            time.sleep(0.1)

    def _ask(self, port: int) -> None:
        for _ in range(PASSES):
            for path in self.application.paths:
                with ThreadPoolExecutor(self.application.threads) as threads:
                    list(threads.map(lambda _, path=path: fetch(port, path), range(self.application.threads)))
        fetch(port, "/gc")


@contextlib.contextmanager
def stopped(pids: list[int], workers: list[int]) -> Iterator[None]:
    """Stop processes meanwhile; workers go on before those that watch over them."""
    try:
        for pid in pids:
            os.kill(pid, signal.SIGSTOP)
        time.sleep(0.1)
        yield
    finally:
        for pid in sorted(pids, key=lambda each: each not in workers):
            os.kill(pid, signal.SIGCONT)
            time.sleep(0.05)


def fetch(port: int, path: str) -> None:
    """Ask, and read the whole answer."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=PATIENCE_S) as answer:
        answer.read()


def command_of(pid: int) -> str:
    """Return the command line of a process."""
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_text(errors="replace")
    return ""


def resident(pid: int) -> int:
    """Return the RSS of a process in pages."""
    with contextlib.suppress(OSError, IndexError):
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return 0


def answers(port: int) -> bool:
    """Say whether something listens at a port."""
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
        return True
    return False


@dataclass(frozen=True, slots=True)
class Result:
    """One application: what footprint says and what the grid says, in bytes."""

    application: Application
    tuning: Tuning
    errors: Mapping[str, float]  # by row, of its figure
    base: int
    found: int  # by hand, with what is proposed
    best: int  # of the grid
    best_point: Combination
    starts: int  # of the grid

    @property
    def share(self) -> float:
        """Return how much of the best saving is found; all of it where the grid saves less than 1 %."""
        saving = self.base - self.best
        return 1.0 if saving < 0.01 * self.base else (self.base - self.found) / saving

    def failures(self) -> Iterator[str]:
        """Yield what is not as it should be."""
        name = self.application.name
        for row, error in self.errors.items():
            if abs(error) > MOST_ERROR:
                yield f"{name}: {row} is {error:+.1%} off"
        if self.share < LEAST_SHARE:
            yield f"{name}: {self.share:.0%} of the best saving ({self.best_point}) is found"
        if self.tuning.start_count * 3 > self.starts:
            yield f"{name}: {self.tuning.start_count} starts, the grid has {self.starts}"
        if self.found > self.base * 1.005:
            yield f"{name}: the proposal takes {(self.found - self.base) / MIB:.1f} MiB more"


def judge(application: Application, python: Path, folder: Path) -> Result:
    """Tune one application, and go through its grid by hand."""
    requests = tuple(application.paths)
    words = tuple(application.command.format(port=8000).split())
    options = Options.of(project=folder, python=python, requests=requests, timeout_s=PATIENCE_S)
    tuning = tune(options, TuneWish(words), lambda stage: print(f"  {stage}", file=sys.stderr, flush=True))
    hand = ByHand(application, folder, python)
    points = [Combination(*values) for values in itertools.product(*application.grid)]
    for point in points:
        print(f"  by hand {point}: {hand.read(point) / MIB:.1f} MiB", file=sys.stderr, flush=True)
    rows = [*tuning.rows, *([tuning.best] if tuning.best else [])]
    errors = {}
    for row in rows:
        if row.reading is not None:
            truth = hand.read(Combination.of(row))
            errors[row.name] = row.reading.after.total_bytes / truth - 1
            print(
                f"  {row.name}: {row.reading.after.total_bytes / MIB:.1f}, by hand {truth / MIB:.1f}", file=sys.stderr
            )
    best = min(points, key=hand.read)
    found = Combination.of(tuning.best) if tuning.best else Combination()
    base = hand.read(Combination())
    return Result(application, tuning, errors, base, hand.read(found), hand.read(best), best, len(points))


HEAD = (
    "| Application | as it is MiB | proposed | MiB | of the best in the grid | worst error | starts | grid |",
    "| --- | ---: | --- | ---: | ---: | ---: | ---: | ---: |",
)


def show(result: Result) -> str:
    """Return the row in markdown."""
    best = result.tuning.best
    cells = [
        result.application.name, f"{result.base / MIB:.1f}", best.name if best else "nothing",
        f"{result.found / MIB:.1f}",
        f"{result.share:.0%} ({result.best_point}: {result.best / MIB:.1f})",
        f"{max(map(abs, result.errors.values())):.1%}", str(result.tuning.start_count), str(result.starts),
    ]  # fmt: skip
    return f"| {' | '.join(cells)} |"


def main() -> int:
    """Tune all applications and print the table; 1 with --check where something is not as it should be."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--only", default="")
    parser.add_argument("--write", type=Path, help="replace the table between its markers in this file")
    given = parser.parse_args()
    python = provide("live", ROOT / ".cache" / "live" / "environment")
    results = []
    for application in APPLICATIONS:
        if given.only in application.name:
            folder = CACHE / application.module
            folder.mkdir(parents=True, exist_ok=True)
            (folder / f"{application.module}.py").write_text(application.text)
            results.append(judge(application, python, folder))
            print(show(results[-1]), flush=True)
    table = "\n".join([*HEAD, *map(show, results)])
    print(table)
    if given.write:
        text = given.write.read_text(encoding="utf-8")
        begin, end = "<!-- tune: begin -->", "<!-- tune: end -->"
        head, tail = text.partition(begin)[0], text.partition(end)[2]
        given.write.write_text(f"{head}{begin}\n{table}\n{end}{tail}", encoding="utf-8")
    failures = [line for result in results for line in result.failures()]
    print(*failures, sep="\n")
    return int(given.check and bool(failures))


if __name__ == "__main__":
    sys.exit(main())
