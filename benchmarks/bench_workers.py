"""Is the estimate for several workers true? Real servers are started with 1 and 4 workers, and all processes read.

    python benchmarks/bench_workers.py [--write docs/accuracy.md]

Three applications: the example under gunicorn (uvicorn workers) and uvicorn, which the constants of the model were
taken from, and two that they were not: the application of bench_avoidable.py in the same ways, and a small WSGI
application with pandas, SQLAlchemy and boto3 under gunicorn's own workers. The estimate is made from one probe of the
entry, as in an audit. Truth is read from the processes at rest, after four requests per worker:
PSS, and what they would take on a host of their own (anonymous pages, and each file page once), since PSS hands a
part of the interpreter's pages to Python processes that are not part of it.
"""

from __future__ import annotations

import argparse
import re
import socket
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from bench_avoidable import APPLICATION, provide_environment, write_application
from environments import pins, run_pip
from rounds import ROOT, python_in

from footprint.analysis.cost.workers import SinglePart, estimate_workers, find_server
from footprint.audit.measured import measure_entries
from footprint.collect import interpreter
from footprint.config import Options
from footprint.model.hosting import WorkersRow
from footprint.model.live import TreeMemory
from footprint.probe.live import LiveOptions, run_live
from footprint.probe.ready import Readiness
from footprint.probe.requests import Request
from footprint.units import MIB

CACHE = ROOT / ".cache" / "workers"
GUNICORN = "python -m gunicorn -b 127.0.0.1:{port} -w {workers}"
ASYNC_GUNICORN = f"{GUNICORN} -k uvicorn.workers.UvicornWorker"
UVICORN = "python -m uvicorn --port {port} --workers {workers}"
BOUND = 0.10  # of the truth
WSGI = {
    "db.py": APPLICATION["db.py"],
    "storage.py": APPLICATION["storage.py"],
    "main.py": """\
import db
import storage


def app(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [db.pd.__version__.encode(), storage.boto3.__version__.encode()]
""",
}
_MAPPING = re.compile(r"^([0-9a-f]+-[0-9a-f]+) \S+ ([0-9a-f]+) (\S+) (\d+)")


@dataclass(frozen=True, slots=True)
class Application:
    """A project, the interpreter of its environment, its entry, the page to ask for, and its start commands."""

    name: str
    folder: Path
    python: Path
    entry: str
    page: str
    commands: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One command: what was estimated, and the truth in two readings, in bytes.

    With preload the estimate is a range, and an error is the distance from it; `collected` is its upper end.
    """

    application: str
    command: str
    estimate: WorkersRow
    collected: bool
    pss: int
    alone: int
    rss: int

    @property
    def expected(self) -> tuple[int, int]:
        """Return the lower and the upper end of the estimate."""
        total, fresh = self.estimate.total_bytes, self.estimate.fresh_bytes
        return (total if fresh is None or self.collected else fresh), total

    def error(self, truth: int) -> float:
        """Return the error as a share of the truth."""
        below, above = self.expected
        return max(below - truth, 0) / truth or min(above - truth, 0) / truth


def main() -> int:
    """Probe, start every command, print the table; 1 when an estimate is further off than its bound."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--write", type=Path, help="replace the table between its markers in this file")
    parser.add_argument("--processes", action="store_true", help="print every process, too")
    options = parser.parse_args()
    rows = [row for application in applications() for row in judge(application, processes=options.processes)]
    table = show(rows)
    print(table)
    if options.write:
        replace_table(options.write, table)
    return 0 if all(abs(row.error(row.alone)) <= BOUND for row in rows) else 1


def applications() -> Iterator[Application]:
    """Yield the three applications, written and with an environment."""
    CACHE.mkdir(parents=True, exist_ok=True)
    settings = CACHE / "collect.conf.py"
    settings.write_text("import gc\n\n\ndef post_worker_init(worker):\n    gc.collect()\n")
    ways = ("", " --preload", f" --preload -c {settings}")
    both = tuple(f"{ASYNC_GUNICORN}{way}" for way in ways)
    example = ROOT / "examples" / "rag_backend"
    python = Path(python_in(example / ".venv"))
    yield Application("example", example, python, "backend.main:app", "/openapi.json", (*both, UVICORN))
    python = provide_environment()
    for name, files, page, commands in (
        ("seven stacks", APPLICATION, "/openapi.json", (*both, UVICORN)),
        ("WSGI", WSGI, "/", tuple(f"{GUNICORN}{way}" for way in ways)),
    ):
        folder = CACHE / name.replace(" ", "-")
        write_application(folder, files)
        yield Application(name, folder, python, "main:app", page, commands)


def provide_servers(python: Path, name: str) -> Path:
    """Return a folder with the servers that the application's environment may lack, made once."""
    folder = CACHE / f"servers-{name.replace(' ', '-')}"
    if not (folder / "uvicorn").exists():
        lines = ("-r", pins.FOLDER / "bench-servers.in")
        held = pins.FOLDER / "bench-servers.txt"
        run_pip(python, "install", "--no-deps", "--target", folder, *lines, held=held, by=Path(sys.executable))
    return folder


def judge(application: Application, *, processes: bool) -> Iterator[Row]:
    """Yield a row per command and number of workers."""
    (entry,) = measure_entries(
        Options(project=application.folder, python=application.python, entries=(application.entry,), first_use=False)
    ).rows
    single = SinglePart.of(entry)
    assert single is not None, entry
    servers = provide_servers(application.python, application.name)
    for template in application.commands:
        for workers in (1, 4):
            command = f"{template.format(port=_free_port(), workers=workers)} {application.entry}"
            preload = "--preload" in command
            estimate = estimate_workers(single, find_server(command), workers=workers, preload=preload)
            reading, alone = start(application, command, workers, servers)
            collected = " -c " in command
            words = (
                f"{find_server(command)}, {workers}{', preload' if preload else ''}{', collected' if collected else ''}"
            )
            assert reading.pss_bytes is not None
            if processes:
                _print_processes(words, reading)
            yield Row(application.name, words, estimate, collected, reading.pss_bytes, alone, reading.rss_bytes)


def start(application: Application, command: str, workers: int, servers: Path) -> tuple[TreeMemory, int]:
    """Run a command until it answers; return its memory, and what it would take on a host of its own."""
    alone: list[int] = []
    match = re.search(r"(?::|--port )(\d+)", command)
    assert match is not None
    found = run_live(
        interpreter.inspect(application.python),
        tuple(command.split()),
        application.folder,
        LiveOptions(
            timeout_s=120,
            ready=Readiness("quiet", "4"),  # all workers, not only the one that answers first
            requests=(Request("GET", f"http://127.0.0.1:{match[1]}{application.page}", count=workers * 4),),
            env={"PYTHONPATH": str(servers)},
            on_reading=lambda reading: alone.append(read_alone(reading)),
        ),
    )
    assert found.readings, (command, found.message, found.output_tail)
    return found.readings[-1], alone[-1]


def read_alone(reading: TreeMemory) -> int:
    """Return the bytes of all anonymous pages, shared ones once, and of the file pages, each mapping's largest part.

    Which pages of a file two processes have cannot be seen without privileges; those of the process that has most of
    them stand for all.
    """
    anon = 0
    files: dict[tuple[str, str, str], int] = {}
    for process in reading.processes:
        folder = Path("/proc", str(process.pid))
        (share,) = re.findall(r"^Pss_Anon:\s+(\d+) kB", (folder / "smaps_rollup").read_text(), re.MULTILINE)
        anon += int(share)
        place = ("", "", "")
        resident = 0
        for line in (folder / "smaps").read_text(encoding="utf-8", errors="replace").splitlines():
            mapping = _MAPPING.match(line)
            if mapping:
                place = (mapping[2], mapping[3], mapping[4])
            elif line.startswith("Rss:"):
                resident = int(line.split()[1])
            elif line.startswith("Anonymous:") and place[2] != "0":
                files[place] = max(files.get(place, 0), resident - int(line.split()[1]))
    return (anon + sum(files.values())) * 1024


def _print_processes(words: str, reading: TreeMemory) -> None:
    print(words, file=sys.stderr)
    for each in reading.processes:
        figures = " ".join(f"{(value or 0) / MIB:7.1f}" for value in (each.rss_bytes, each.anon_bytes, each.pss_bytes))
        print(f"  RSS, anon, PSS {figures}  {each.command[-80:]}", file=sys.stderr)


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def show(rows: list[Row]) -> str:
    """Return the table in markdown."""
    lines = [
        "One start per row; MiB. Errors with preload are the distance from the range.",
        "",
        "| Application | Server, workers | estimate | alone | error | PSS | error | sum of RSS |",
        "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for row in rows:
        figures = (
            " to ".join(dict.fromkeys(f"{end / MIB:.1f}" for end in row.expected)),
            *(f"{row.alone / MIB:.1f}", f"{row.error(row.alone):+.1%}"),
            *(f"{row.pss / MIB:.1f}", f"{row.error(row.pss):+.1%}"),
            f"{row.rss / MIB:.1f}",
        )
        lines.append(f"| {row.application} | {row.command} | {' | '.join(figures)} |")
    lines.append("")
    for which, wanted in (("that the constants are from", True), ("that they are not from", False)):
        chosen = [row for row in rows if (row.application == "example") is wanted]
        lines.append(f"Of the applications {which}: {_errors(chosen, lambda row: row.alone)}.")
    return "\n".join(lines)


def _errors(rows: list[Row], truth: Callable[[Row], int]) -> str:
    errors = [abs(row.error(truth(row))) for row in rows]
    return f"mean absolute error {sum(errors) / len(errors):.1%}, worst {max(errors):.1%}"


def replace_table(path: Path, table: str) -> None:
    """Put the table between the markers of a document."""
    begin, end = "<!-- workers: begin -->", "<!-- workers: end -->"
    text = path.read_text(encoding="utf-8")
    head, _, rest = text.partition(begin)
    _, _, tail = rest.partition(end)
    path.write_text(f"{head}{begin}\n{table}\n{end}{tail}", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
