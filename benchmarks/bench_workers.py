"""Is the estimate for several workers true? Real servers are started with 1 and 4 workers, and all processes read.

    python benchmarks/bench_workers.py [--check | --calls] [--only celery] [--write docs/accuracy.md] [--python PYTHON]

Seven servers and four small applications. The estimate is that of an audit of a Procfile: one probe of the entry, and
the server once with nothing to serve. Truth is the real command at rest, read by all its processes: anonymous pages,
shared ones once, and each mapped file's pages once. No request is sent. Of servers that fork what they have imported
the first state is judged: nothing has made a worker's collector go over everything yet.

With `--check` both states of the four that fork are held against real starts instead, of applications that make
nothing, a buffer, objects, both, objects that are frozen, and objects with the collector off, with 2 to 4 workers: each
range has to hold its truth and be no wider than 1.5 x. The truth of the second state is read after each worker has
collected its garbage in a thread, a second after the fork (of uWSGI, which runs none then, at once); that of the first
with the collector of the workers off. Nothing of footprint takes part in it.

With `--calls` five servers, four of them with preload as well, are held against the estimate after calls that import,
read and map a file, make data and need a lot for a moment: called_workers.py.
"""

from __future__ import annotations

import argparse
import socket
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bench_avoidable import write_application
from bench_live import read_alone
from called_workers import HEAD, judge_called, summary
from environments import provide
from rounds import ROOT

from footprint.audit.run import run_audit
from footprint.collect import interpreter
from footprint.config.options import Options
from footprint.model.service_memory import WorkersRow, WorkerState
from footprint.probe.live_start import LiveOptions, run_live
from footprint.units import MIB

CACHE = ROOT / ".cache" / "workers"
MEAN, WORST = 0.02, 0.05  # of the truth
FILES = {
    "shop.py": "import sqlalchemy.orm\nfrom django.conf import settings\nsettings.configure(ROOT_URLCONF=__name__)\n"
    "import django\ndjango.setup()\nfrom django.core.wsgi import get_wsgi_application\nurlpatterns = []\n"
    "app = get_wsgi_application()\n",
    "service.py": "import email.message, json, pandas\nfrom fastapi import FastAPI\napp = FastAPI()\n",
    "jobs.py": "import sqlalchemy.orm, numpy\nfrom celery import Celery\napp = Celery('jobs', broker='memory://')\n",
    "tasks.py": "import dramatiq, pandas\nfrom dramatiq.brokers.stub import StubBroker\n"
    "dramatiq.set_broker(StubBroker())\n\n\n@dramatiq.actor\ndef work():\n    pass\n",
}
COMMANDS = (
    "gunicorn -b 127.0.0.1:{port} -w {workers} shop:app",
    "gunicorn -b 127.0.0.1:{port} -k uvicorn.workers.UvicornWorker -w {workers} service:app",
    "uvicorn --port {port} --workers {workers} service:app",
    "hypercorn -b 127.0.0.1:{port} -w {workers} service:app",
    "granian --interface asgi --port {port} --workers {workers} service:app",
    "celery -A jobs worker -c {workers}",
    "dramatiq -p {workers} tasks",
    "gunicorn --preload -b 127.0.0.1:{port} -w {workers} shop:app",
)
FORKING = {
    "gunicorn": "gunicorn --preload -b 127.0.0.1:{port} -w {workers} forked:app",
    "celery": "celery -A forked worker -c {workers}",
    "huey": "huey_consumer forked.app -w {workers} -k process",
    "uwsgi": "uwsgi --socket 127.0.0.1:{port} --master --processes {workers} --enable-threads --need-app "
    "--module forked:app",
}
APPLICATIONS = {
    "celery": "from celery import Celery\napp = Celery('forked', broker='memory://')\n",
    "huey": "from huey import MemoryHuey\napp = MemoryHuey()\n",
}
WSGI = "def app(environ, start_response):\n    start_response('200 OK', [])\n    return [b'']\n"
BUFFER, OBJECTS = "kept = bytearray(b'x') * (60 << 20)\n", "rows = [[n] for n in range(200_000)]\n"
KINDS = {
    "nothing": "",
    "a buffer": BUFFER,
    "objects": OBJECTS,
    "both": BUFFER + OBJECTS,
    "frozen": f"{OBJECTS}import gc\ngc.freeze()\n",
    "collector off": f"{OBJECTS}import gc\ngc.disable()\n",
    "libraries": "import sqlalchemy.orm, numpy\n",
}
# What brings the workers of a start into one of their states.
STATES: dict[WorkerState, str] = {
    "ready": "import gc\ndef settle():\n    gc.disable()\n",
    "collected": "import gc, threading\ndef collect():\n    if gc.isenabled():\n        gc.collect()\n"
    "def settle():\n    threading.Timer(1, collect).start()\n",
}
SETTLED = (
    "import state\ntry:\n    import uwsgi\n    uwsgi.post_fork_hook = getattr(state, 'collect', state.settle)\n"
    "except ImportError:\n    import os\n    os.register_at_fork(after_in_child=state.settle)\n"
)
WIDEST = 1.5


@dataclass(frozen=True, slots=True)
class Row:
    """One command: what was estimated, and the truth in bytes."""

    command: str
    estimate: WorkersRow
    truth: int

    @property
    def error(self) -> float:
        """Return the error of the estimate when ready as a share of the truth."""
        fresh = self.estimate.fresh_bytes
        return ((self.estimate.total_bytes if fresh is None else fresh) - self.truth) / self.truth


def main() -> int:
    """Audit and start every command, print the table; 1 when the estimates are further off than their bounds."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--write", type=Path, help="replace the table between its markers in this file")
    parser.add_argument("--python", type=Path, help="of an environment that has the servers: it is made otherwise")
    parser.add_argument("--check", action="store_true", help="hold both states of forked workers against real ones")
    parser.add_argument("--calls", action="store_true", help="hold the estimate after calls against real ones")
    parser.add_argument("--only", default="", help="with --check and --calls: the server of that name")
    options = parser.parse_args()
    CACHE.mkdir(parents=True, exist_ok=True)
    python = options.python or provide("workers", CACHE / "env")
    if options.check:
        outcomes = [is_held for name in FORKING if options.only in name for is_held in check_states(python, name)]
        print(f"{sum(outcomes)} of {len(outcomes)} ranges hold their truth and are no wider than {WIDEST} x")
        return 0 if all(outcomes) else 1
    if options.calls:
        return judge_calls(python, options.only, options.write)
    write_application(CACHE / "project", FILES)
    rows = list(judge(python))
    table = show(rows)
    print(table)
    if options.write:
        replace_table(options.write, table)
    errors = [abs(row.error) for row in rows]
    return 0 if sum(errors) / len(errors) <= MEAN and max(errors) <= WORST else 1


def judge_calls(python: Path, only: str, page: Path | None) -> int:
    """Print a row for each server and set of calls; 1 when the estimates are further off than their bounds."""
    rows = []
    for row in judge_called(python, CACHE / "called", only):
        rows.append(row)
        print(row.show(), flush=True)
    words, is_good = summary(rows)
    print(words)
    if page:
        table = "\n".join([*HEAD, *(row.show() for row in rows), "", f"{words}; one start per row."])
        replace_table(page, table, "called")
    return 0 if is_good else 1


def judge(python: Path) -> Iterator[Row]:
    """Yield a row per command and number of workers."""
    target, project = interpreter.inspect(python), CACHE / "project"
    for template in COMMANDS:
        for workers in (1, 4):
            command = template.format(port=_free_port(), workers=workers)
            (project / "Procfile").write_text(f"web: {command}\n")
            preload = True if "--preload" in command else None
            audit = run_audit(
                Options.of(project=project, python=python, first_use=False, workers=workers, preload=preload)
            )
            found = run_live(target, tuple(command.split()), project, LiveOptions(timeout_s=120))
            assert found.readings, (command, found.message, found.output_tail)
            truth = found.readings[-1].total_bytes
            assert truth is not None
            words = " ".join(word for word in command.split() if not word.startswith("127."))
            row = Row(words, audit.workers[0], truth)
            print(f"{words}: {row.error:+.1%}", file=sys.stderr)
            yield row


def check_states(python: Path, server: str) -> Iterator[bool]:
    """Yield for every application and state of forked workers whether its range holds the truth and is narrow."""
    project = CACHE / "forked"
    for number, (kind, text) in enumerate(KINDS.items()):
        workers = 2 + number % 3
        command = FORKING[server].format(port=_free_port(), workers=workers)
        body = APPLICATIONS.get(server, WSGI) + SETTLED + text
        write_application(project, {"forked.py": body, "state.py": "def settle():\n    pass\n"})
        (project / "Procfile").write_text(f"web: {command}\n")
        (row,) = run_audit(Options.of(project=project, python=python, first_use=False)).workers
        for state in row.states:
            truth = _read_in(state.state, command, project, python)
            span = f"{state.least_bytes / MIB:.1f} to {state.most_bytes / MIB:.1f}"
            width = state.most_bytes / state.least_bytes
            is_held = state.least_bytes <= truth <= state.most_bytes and width <= WIDEST
            error = f"{state.total_bytes / truth - 1:+.1%}"
            told = f"{server}, {workers} workers, {kind}, {state.state}: {state.total_bytes / MIB:.1f} ({span}), "
            print(f"{told}truth {truth / MIB:.1f}, {error}, {width:.2f} x{'' if is_held else ': WRONG'}", flush=True)
            yield is_held


def _read_in(state: WorkerState, command: str, project: Path, python: Path) -> int:
    """Return what a command takes with its workers in one of their states."""
    (project / "state.py").write_text(STATES[state])
    return read_alone(command, 0, project, python, rest_s=5)[0]


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def show(rows: list[Row]) -> str:
    """Return the table in markdown."""
    lines = ["| Command | estimate MiB | truth MiB | error |", "| --- | ---: | ---: | ---: |"]
    for row in rows:
        ends = [f"{state.total_bytes / MIB:.1f} {state.state}" for state in row.estimate.states]
        shown = ", ".join(ends) or f"{row.estimate.total_bytes / MIB:.1f}"
        lines.append(f"| `{row.command}` | {shown} | {row.truth / MIB:.1f} | {row.error:+.1%} |")
    errors = [abs(row.error) for row in rows]
    lines += ["", f"Mean absolute error {sum(errors) / len(errors):.1%}, worst {max(errors):.1%}; one start per row."]
    return "\n".join(lines)


def replace_table(path: Path, table: str, name: str = "workers") -> None:
    """Put the table between the markers of a document."""
    begin, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
    text = path.read_text(encoding="utf-8")
    head, _, rest = text.partition(begin)
    _, _, tail = rest.partition(end)
    path.write_text(f"{head}{begin}\n{table}\n{end}{tail}", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
