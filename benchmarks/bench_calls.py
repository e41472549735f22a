"""Do calls in forks take what they take of a server? Eight applications, asked by footprint and served untouched.

    python benchmarks/bench_calls.py [--only NAME] [--write docs/accuracy.md] [--check]

footprint does the calls in forks of the ready process. The truth is the command of the application itself (uvicorn,
gunicorn, celery) that gets the same request, alone, once it rests: its resident memory and the kernel's mark of the
most, set back before. Held against these is what the server had when it was ready with the growth that footprint told.
And each growth has to be put to its cause. Needs the package index once (1.5 GB on disk, no CUDA, as
bench_first_use.py says). With `--check` the exit status is 1 above a bound of 3 %, and where a cause is wrong.
"""

from __future__ import annotations

import argparse
import json
import re
import socket
import subprocess
import sys
import textwrap
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from called_applications import APPLICATIONS, Application, Called
from environments import provide, requirements
from rounds import ROOT, replace_table

from footprint.units import MIB

CACHE = ROOT / ".cache" / "calls"
TORCH = "torch==2.13.0+cpu"  # a local version is for the processor alone; CUDA's would be gigabytes
BOUND = 0.03
PATIENCE_S = 120
REST_S, MUCH_WORK = 1.5, 3  # a server rests where none of its threads runs and all took fewer ticks meanwhile
ALL = "all in a row"


@dataclass(frozen=True, slots=True)
class Memory:
    """Resident bytes of the process that answers, and the most since the mark was set back."""

    resting: int
    peak: int


@dataclass(frozen=True, slots=True)
class Row:
    """One call of one application: what the server had before and after, and what footprint says that it grows by."""

    application: str
    name: str
    ready: int
    after: Memory
    grown: Memory
    cause: str  # empty: none was expected
    is_right: bool

    @property
    def errors(self) -> tuple[float, float]:
        """Return how much too high the resting and the peak memory are, as shares of the truth."""
        return (
            (self.ready + self.grown.resting - self.after.resting) / self.after.resting,
            (self.ready + self.grown.peak - self.after.peak) / self.after.peak,
        )


def main() -> int:
    """Measure both ways and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="", help="a part of the application's name")
    parser.add_argument("--write", type=Path, help="replace the table between its markers in this file")
    parser.add_argument("--check", action="store_true", help="fail above the bound")
    options = parser.parse_args()
    python = provide("calls", CACHE / "env", TORCH)
    rows = []
    for application in APPLICATIONS:
        if options.only in application.name:
            rows += list(measure(application, python))
    table = show(rows)
    print(table)
    if options.write:
        replace_table(options.write, "calls", table)
    is_good = all(row.is_right and max(map(abs, row.errors)) <= BOUND for row in rows)
    return int(options.check and not is_good)


def measure(application: Application, python: Path) -> Iterator[Row]:
    """Yield a row per call, and one for all of them in a row."""
    folder = CACHE / re.sub(r"\W+", "-", application.name).lower()
    application.write(folder)
    if (folder / "make.py").exists() and not (folder / "made").exists():
        subprocess.run([str(python), "make.py"], cwd=folder, check=True)
        (folder / "made").touch()
    audit = ask_footprint(application, folder, python)
    told = {call["name"]: call for call in audit["calls"]}
    ends = audit["entries"][0]["stages"]
    for calls in (*([call] for call in application.calls), application.calls):
        ready, after = serve(application, folder, python, calls)
        if len(calls) > 1:
            grown, cause, is_right = in_a_row(ends), "", True
        else:
            found = told[name_of(calls[0])]
            assert found["outcome"] == "done", found
            grown = Memory(found["rss_bytes"], found["peak_bytes"])
            cause = " ".join(filter(None, (calls[0].cause, calls[0].name)))
            is_right = is_put_right(calls[0], found, folder)
        row = Row(application.name, ALL if len(calls) > 1 else name_of(calls[0]), ready, after, grown, cause, is_right)
        print(row.application, row.name, *(f"{error:+.2%}" for error in row.errors), row.is_right, file=sys.stderr)
        yield row


def in_a_row(ends: Mapping[str, Any]) -> Memory:
    """Return what all calls in a row added to the last stage before them."""
    before, last = ends["ready"] or ends["import"], ends["calls"]
    return Memory(last["rss_bytes"] - before["rss_bytes"], last["peak_rss_bytes"] - before["rss_bytes"])


def name_of(call: Called) -> str:
    """Return how a report calls it."""
    return f"GET {call.text}" if call.text.startswith("/") else call.text.partition("(")[0]


def ask_footprint(application: Application, folder: Path, python: Path) -> dict[str, Any]:
    """Return the audit with all calls of an application."""
    command = [sys.executable, "-m", "footprint", "audit", str(folder), "--python", str(python), "-f", "json"]
    for call in application.calls:
        command += ["--request" if call.text.startswith("/") else "--call", call.text]
    run = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    if run.returncode not in (0, 1):
        raise SystemExit(f"{' '.join(command)}: exit {run.returncode}\n{run.stderr}")
    report: dict[str, Any] = json.loads(run.stdout)
    return report


def is_put_right(call: Called, found: Mapping[str, Any], folder: Path) -> bool:
    """Say whether a growth is put to the cause that it has: most of it to imports, a file, a line."""
    most = max(found["rss_bytes"], found["peak_bytes"])
    if not call.cause:
        return bool(most < 4 * MIB)
    by_imports = found["import_rss_bytes"] > most / 2
    if call.cause == "import":
        return by_imports and call.name in [item["name"] for item in found["brings"]]
    if call.cause == "file":
        return not by_imports and call.name in [file["path"] for file in found["files"]]
    heaviest = max(found["lines"], key=lambda line: max(line["rss_bytes"], line["peak_bytes"]))
    source = (folder / heaviest["path"]).read_text().splitlines()[heaviest["line"] - 1] if heaviest["path"] else ""
    return bool(not by_imports and heaviest["kind"] == "data" and call.name in source)


def serve(application: Application, folder: Path, python: Path, calls: Sequence[Called]) -> tuple[int, Memory]:
    """Return the RSS of what answers when it is ready, and its memory once it has answered."""
    with started(application, folder, python) as (server, port):
        answering = [server, *children_of(server)][-1]
        ready = read_memory(answering).resting
        Path(f"/proc/{answering}/clear_refs").write_text("5")
        for call in calls:
            if port:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}{call.text}", timeout=PATIENCE_S) as answer:
                    assert answer.status == 200 and answer.read()
            else:
                task = call.text.partition("(")[0].partition(":")[2]
                words = [str(python), "-c", f"import tasks; tasks.{task}.delay(*{call.message!r})"]
                subprocess.run(words, cwd=folder, check=True)
                until(lambda: not list(folder.glob("queue/*.msg")), "nobody takes the message")
        rest([server, answering])
        return ready, read_memory(answering)


@contextmanager
def started(application: Application, folder: Path, python: Path) -> Iterator[tuple[int, int]]:
    """Start the command of an application; yield its process once it rests, and its port: 0 for a worker."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    command = [word.format(port=port) for word in application.command]
    command[0] = str(python.parent / command[0])
    serves = application.command[0] != "celery"
    log = (folder / "served.log").open("w")
    with log, subprocess.Popen(command, cwd=folder, stdout=log, stderr=log) as server:
        try:
            if serves:
                until(lambda: answers(port), f"{application.name} does not listen")
            else:
                until(lambda: "ready" in (folder / "served.log").read_text(), f"{application.name} is not ready")
            rest([server.pid])
            rest([server.pid, *children_of(server.pid)])
            yield server.pid, port if serves else 0
        finally:
            server.terminate()
            try:
                server.wait(30)
            except subprocess.TimeoutExpired:
                server.kill()


def answers(port: int) -> bool:
    """Say whether somebody listens."""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=5).close()
    except OSError:
        return False
    return True


def until(holds: Any, otherwise: str) -> None:
    """Wait until something holds."""
    stop = time.monotonic() + PATIENCE_S
    while not holds():
        if time.monotonic() > stop:
            raise SystemExit(otherwise)
        time.sleep(0.05)


def rest(pids: Sequence[int]) -> None:
    """Wait until no thread of some processes works."""
    stop = time.monotonic() + PATIENCE_S
    while time.monotonic() < stop:
        before = work(pids)
        time.sleep(REST_S)
        now = work(pids)
        if before is not None and now is not None and now - before < MUCH_WORK:
            return
    raise SystemExit(f"{pids} do not come to rest")


def work(pids: Sequence[int]) -> int | None:
    """Return the ticks that processes took; None where a thread runs, or waits for a processor."""
    ticks = 0
    for pid in pids:
        for task in Path(f"/proc/{pid}/task").iterdir():
            words = (task / "stat").read_text().rpartition(")")[2].split()
            if words[0] == "R":
                return None
            ticks += int(words[11]) + int(words[12])
    return ticks


def children_of(pid: int) -> list[int]:
    """Return the children of a process, newest last."""
    return sorted(int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split())


def read_memory(pid: int) -> Memory:
    """Return what a process has."""
    rows = (line.split() for line in Path(f"/proc/{pid}/status").read_text().splitlines())
    found = {words[0]: int(words[1]) << 10 for words in rows if words[0] in ("VmRSS:", "VmHWM:")}
    return Memory(found["VmRSS:"], found["VmHWM:"])


def show(rows: Sequence[Row]) -> str:
    """Return the table in markdown."""
    releases = ", ".join(requirements("calls", TORCH))
    lines = [
        textwrap.fill(f"MiB. {releases}; Python {sys.version.split()[0]}.", 118, break_on_hyphens=False),
        "",
        "| Application | Call | ready | grown: server | fork | error | peak: server | fork | error | Cause |",
        "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | --- |",
    ]
    for row in rows:
        resting, peak = row.errors
        figures = (
            f"{row.ready / MIB:.1f}",
            f"{(row.after.resting - row.ready) / MIB:.1f} | {row.grown.resting / MIB:.1f} | {resting:+.1%}",
            f"{(row.after.peak - row.ready) / MIB:.1f} | {row.grown.peak / MIB:.1f} | {peak:+.1%}",
        )
        cause = f"{row.cause or 'none'}: {'right' if row.is_right else 'WRONG'}" if row.name != ALL else ""
        lines.append(f"| {row.application} | {row.name} | {' | '.join(figures)} | {cause} |")
    worst = max(abs(error) for row in rows for error in row.errors)
    lines += ["", f"Worst error {worst:.2%}; the bound is {BOUND:.0%}."]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
