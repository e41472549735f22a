"""Is what `--live` reads what stands there later? Real servers on a machine that is kept busy, read twice.

    python benchmarks/bench_live.py [--rounds 3] [--only gunicorn] [--write docs/accuracy.md]

One process per processor does nothing but count. Each server is started once by footprint, and once by this script
in ways that know nothing of it: it waits until nothing has grown for 20 seconds, and then counts the pages that all
processes have together, each once, by their numbers (/proc/PID/pagemap, which needs root; else by smaps, the pages of
a file that the process has that has most of them). A reading counts as right within 2 %, or where it says itself that
it still grew. PSS stands beside both: it leaves a share of what strangers have, too, so it depends on them.
"""

from __future__ import annotations

import argparse
import array
import contextlib
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from environments import provide
from rounds import ROOT

from footprint.audit.listener import silent
from footprint.audit.stages.probe_stage import measure_live
from footprint.config.options import Options
from footprint.probe.live_start import LiveOptions
from footprint.units import MIB

CACHE = ROOT / ".cache" / "live"
BOUND = 0.02
REST_S, REST_SHARE, PATIENCE_S = 20.0, 0.002, 400.0
FILES = {
    # What takes a while to load, by way of a thread in part, and data of its own.
    "stack.py": "import pandas\nTABLE = pandas.DataFrame({'a': range(400_000)})\nDATA = b'x' * (12 << 20)\n",
    "web.py": "import flask, stack\napp = flask.Flask(__name__)\n\n@app.get('/')\ndef index():\n    return 'ok'\n",
    "main.py": "import fastapi, stack\napp = fastapi.FastAPI()\n\n@app.get('/')\ndef index():\n    return 'ok'\n",
    "tasks.py": "import celery, stack\napp = celery.Celery('tasks', broker='memory://')\n",
    "page.py": "import streamlit, stack\nstreamlit.dataframe(stack.TABLE.head())\n",
    "manage.py": (
        "import os, sys\nos.environ['DJANGO_SETTINGS_MODULE'] = 'settings'\n"
        "from django.core.management import execute_from_command_line\nexecute_from_command_line(sys.argv)\n"
    ),
    "settings.py": "import stack\nSECRET_KEY = 'x'\nROOT_URLCONF = 'urls'\nALLOWED_HOSTS = ['*']\nDEBUG = True\n",
    "urls.py": "urlpatterns = []\n",
}
COMMANDS = {
    "gunicorn, 4 workers": "gunicorn -w 4 -b 127.0.0.1:{port} web:app",
    "gunicorn, 4 workers, preload": "gunicorn -w 4 --preload -b unix:{folder}/app.sock web:app",
    "uvicorn": "uvicorn --port {port} main:app",
    "uvicorn, 2 workers": "uvicorn --workers 2 --port {port} main:app",
    "hypercorn, 2 workers": "hypercorn -w 2 -b 127.0.0.1:{port} main:app",
    "celery, 2 processes": "celery -A tasks worker -c 2",
    "flask run": "flask --app web run -p {port}",
    "runserver": "python manage.py runserver 127.0.0.1:{port}",
    "streamlit": "streamlit run page.py --server.port {port} --server.headless true",
}
SESSION = (
    "import sys, time\nfrom websockets.sync.client import connect\n"
    "found = connect(f'ws://127.0.0.1:{sys.argv[1]}/_stcore/stream', subprotocols=['streamlit'])\n"
    "found.send(bytes([0x5a, 0]))\nprint('open', flush=True)\n"
    "while True: found.recv()\n"
)


@dataclass(frozen=True, slots=True)
class Row:
    """One server, read by footprint and by this script, in bytes."""

    name: str
    ours: int
    ours_pss: int
    truth: int
    truth_pss: int
    growing: bool
    ready_ms: int
    read_ms: int

    @property
    def error(self) -> float:
        """Return the error of the total as a share of the truth."""
        return self.ours / self.truth - 1

    @property
    def is_right(self) -> bool:
        """Return whether a reader is not misled."""
        return self.growing or abs(self.error) <= BOUND


def main() -> int:
    """Start everything, print the table; 1 when a reading is further off than its bound and does not say so."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", default="")
    parser.add_argument("--write", type=Path, help="replace the table between its markers in this file")
    options = parser.parse_args()
    python = provide("live", CACHE / "environment")
    folder = CACHE / "project"
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in FILES.items():
        (folder / name).write_text(text)
    rows = []
    with kept_busy():
        for name in [name for name in COMMANDS if options.only in name] * options.rounds:
            rows.append(judge(name, folder, python))
            print(show(rows[-1]), flush=True)
    table = "\n".join([*HEAD, *map(show, rows), "", summary(rows)])
    print(summary(rows))
    if options.write:
        text = options.write.read_text(encoding="utf-8")
        begin, end = "<!-- live: begin -->", "<!-- live: end -->"
        head, tail = text.partition(begin)[0], text.partition(end)[2]
        options.write.write_text(f"{head}{begin}\n{table}\n{end}{tail}", encoding="utf-8")
    return 0 if all(row.is_right for row in rows) else 1


HEAD = (
    "| Server | ready ms | read ms | footprint | truth | error | PSS | truth | |",
    "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | --- |",
)


def show(row: Row) -> str:
    """Return the row in markdown; MiB."""
    figures = [f"{row.ready_ms:,}", f"{row.read_ms:,}", f"{row.ours / MIB:.1f}", f"{row.truth / MIB:.1f}"]
    figures += [f"{row.error:+.2%}", f"{row.ours_pss / MIB:.1f}", f"{row.truth_pss / MIB:.1f}"]
    return f"| {row.name} | {' | '.join(figures)} | {'still growing, said' if row.growing else ''} |"


def summary(rows: list[Row]) -> str:
    """Return what all rows come to."""
    errors = [abs(row.error) for row in rows if not row.growing]
    mean = f"mean absolute error {sum(errors) / len(errors):.2%}, worst {max(errors):.2%}; " if errors else ""
    said = sum(row.growing for row in rows)
    return f"{sum(row.is_right for row in rows)} of {len(rows)} right: {mean}{said} said to grow."


@contextlib.contextmanager
def kept_busy() -> Iterator[None]:
    """Keep every processor busy meanwhile."""
    counting = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(os.cpu_count() or 1)]
    try:
        yield
    finally:
        for each in counting:
            each.kill()
            each.wait()


def judge(name: str, folder: Path, python: Path) -> Row:
    """Start one server in both ways."""
    command = COMMANDS[name].format(port=_free_port(), folder=folder).split()
    measured = measure_live(Options.of(project=folder, python=python), command, LiveOptions(timeout_s=240), silent)
    run = measured.run
    assert run.readings, (command, run.message, run.output_tail)
    reading = run.readings[-1]
    truth, truth_pss = read_alone(
        COMMANDS[name].format(port=(port := _free_port()), folder=folder), port, folder, python
    )
    total = reading.total_bytes if len(reading.processes) > 1 else reading.rss_bytes
    assert total is not None and reading.pss_bytes is not None and run.ready_after_us is not None
    growing = reading.growing_bytes is not None
    times = (run.ready_after_us // 1000, reading.after_us // 1000)
    return Row(name, total, reading.pss_bytes, truth, truth_pss, growing, *times)


def read_alone(command: str, port: int, folder: Path, python: Path, rest_s: float = REST_S) -> tuple[int, int]:
    """Start a command as anybody would, and return what its processes have once they rest: pages once, and PSS."""
    words = command.split()
    path = f"{python.parent}{os.pathsep}{os.environ['PATH']}"
    home = tempfile.mkdtemp()
    env = {"PATH": path, "HOME": home, "LANG": "C.UTF-8"}
    output = subprocess.DEVNULL
    started = subprocess.Popen(words, cwd=folder, env=env, stdout=output, stderr=output, start_new_session=True)
    session = None
    try:
        wait_for_rest(started.pid, rest_s)
        if words[0] == "streamlit":
            asking = [str(python), "-c", SESSION, str(port)]
            session = subprocess.Popen(asking, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
            assert session.stdout is not None and session.stdout.readline() == "open\n"
            wait_for_rest(started.pid, rest_s)
        pids = tree_of(started.pid)
        pss = sum(_sum(pid, "smaps_rollup", "Pss") for pid in pids)
        return count_pages(pids) or count_mappings(pids), pss
    finally:
        for each in (session, started):
            if each is not None:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(each.pid, signal.SIGKILL) if each is started else each.kill()
                each.wait()
        shutil.rmtree(home, ignore_errors=True)


def wait_for_rest(pid: int, rest_s: float) -> None:
    """Return once the sum of all RSS has not grown for so long."""
    limit, since, most = time.monotonic() + PATIENCE_S, time.monotonic(), 0
    while time.monotonic() - since < rest_s:
        rss = sum(_sum(each, "status", "VmRSS") for each in tree_of(pid))
        if rss > most * (1 + REST_SHARE):
            since, most = time.monotonic(), rss
        assert time.monotonic() < limit, f"{pid} does not come to rest"
        time.sleep(0.5)
    assert most, f"{pid} is over"


def tree_of(pid: int) -> list[int]:
    """Return a process and all below it."""
    found = [pid]
    for each in found:  # grows
        with contextlib.suppress(OSError):
            for task in Path(f"/proc/{each}/task").iterdir():
                found += map(int, (task / "children").read_text().split())
    return found


def count_pages(pids: list[int]) -> int | None:
    """Return the bytes of all pages in memory, by their numbers, each once; None without the privilege to see them."""
    numbers: set[int] = set()
    page = os.sysconf("SC_PAGE_SIZE")
    for pid in pids:
        with Path(f"/proc/{pid}/pagemap").open("rb", buffering=0) as pagemap:
            for start, end in _resident(pid):
                entries = array.array("Q", os.pread(pagemap.fileno(), (end - start) // page * 8, start // page * 8))
                numbers |= {entry & ((1 << 55) - 1) for entry in entries if entry >> 63}
    numbers.discard(0)
    return len(numbers) * page or None


def _resident(pid: int) -> Iterator[tuple[int, int]]:
    place = (0, 0)
    for line in Path(f"/proc/{pid}/smaps").read_text(errors="replace").splitlines():
        if found := re.match(r"([0-9a-f]+)-([0-9a-f]+) ", line):
            place = (int(found[1], 16), int(found[2], 16))
        elif line.startswith("Rss:") and line.split()[1] != "0":
            yield place


def count_mappings(pids: list[int]) -> int:
    """Return the same without privileges."""
    files: dict[str, int] = {}
    anon, place, rss = 0, "", 0
    for pid in pids:
        anon += _sum(pid, "smaps_rollup", "Pss_Anon")
        for line in Path(f"/proc/{pid}/smaps").read_text(errors="replace").splitlines():
            if found := re.match(r"[0-9a-f]+-[0-9a-f]+ \S+ (\S+ \S+ \d+)", line):
                place = found[1]
            elif line.startswith("Rss:"):
                rss = int(line.split()[1])
            elif line.startswith("Anonymous:") and not place.endswith(" 0"):
                files[place] = max(files.get(place, 0), rss - int(line.split()[1]))
    return anon + sum(files.values()) * 1024


def _sum(pid: int, name: str, field: str) -> int:
    try:
        text = Path(f"/proc/{pid}/{name}").read_text(errors="replace")
    except OSError:
        return 0
    return sum(map(int, re.findall(rf"^{field}:\s+(\d+) kB", text, re.MULTILINE))) * 1024


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


if __name__ == "__main__":
    sys.exit(main())
