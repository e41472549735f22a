"""Is the estimate for several workers true? Real servers are started with 1 and 4 workers, and all processes read.

    python benchmarks/bench_workers.py [--write docs/accuracy.md] [--python PYTHON]

Seven servers and four small applications. The estimate is that of an audit of a Procfile: one probe of the entry, and
the server once with nothing to serve. Truth is the real command at rest, read by all its processes: anonymous pages,
shared ones once, and each mapped file's pages once. No request is sent. Of servers that fork what they have imported
the lower end of the range is judged: nothing has made a worker's collector go over everything yet.
"""

from __future__ import annotations

import argparse
import socket
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bench_avoidable import write_application
from environments import provide
from rounds import ROOT

from footprint.audit.run import run_audit
from footprint.collect import interpreter
from footprint.config.options import Options
from footprint.model.service_memory import WorkersRow
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
    options = parser.parse_args()
    CACHE.mkdir(parents=True, exist_ok=True)
    python = options.python or provide("workers", CACHE / "env")
    write_application(CACHE / "project", FILES)
    rows = list(judge(python))
    table = show(rows)
    print(table)
    if options.write:
        replace_table(options.write, table)
    errors = [abs(row.error) for row in rows]
    return 0 if sum(errors) / len(errors) <= MEAN and max(errors) <= WORST else 1


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


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def show(rows: list[Row]) -> str:
    """Return the table in markdown."""
    lines = ["| Command | estimate MiB | truth MiB | error |", "| --- | ---: | ---: | ---: |"]
    for row in rows:
        ends = dict.fromkeys([row.estimate.fresh_bytes or row.estimate.total_bytes, row.estimate.total_bytes])
        shown = " to ".join(f"{end / MIB:.1f}" for end in ends)
        lines.append(f"| `{row.command}` | {shown} | {row.truth / MIB:.1f} | {row.error:+.1%} |")
    errors = [abs(row.error) for row in rows]
    lines += ["", f"Mean absolute error {sum(errors) / len(errors):.1%}, worst {max(errors):.1%}; one start per row."]
    return "\n".join(lines)


def replace_table(path: Path, table: str) -> None:
    """Put the table between the markers of a document."""
    begin, end = "<!-- workers: begin -->", "<!-- workers: end -->"
    text = path.read_text(encoding="utf-8")
    head, _, rest = text.partition(begin)
    _, _, tail = rest.partition(end)
    path.write_text(f"{head}{begin}\n{table}\n{end}{tail}", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
