"""Calls of applications that hold what a fork does not bear: is any hung, is any called a fault of the application?

    check_hazards.py [--tries 50] [--only WORD] [--check] [--write docs/accuracy.md]

For each (hazards/applications.py) a real server answers one request; then the real command does as many as `--tries`
says, 10 in each audit. All have to be done, with what they keep in memory as in the server, and nothing may be
written to a connection of another process. --check ends with 1 where one was not. Needs the package index (1 GB).
"""

from __future__ import annotations

import argparse
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
from bench_first_use import TORCH
from environments import provide
from hazards.applications import HAZARDS, Hazard
from rounds import ROOT, replace_table

COLUMNS = (
    *("held when ready", "tries", "in a fork", "in a start of its own", "not done"),
    *("longest audit, s", "kept, MiB: server, fork, own start"),
)
EACH = 10  # calls in one audit
WITHIN_BYTES, WITHIN_RATIO = 1 << 20, 0.03  # of the growth, or of what the server has then
READY_S = 60
LIMIT_S = 900  # of one audit
MIB = 1 << 20


@dataclass(slots=True)
class Tries:
    """What the tries of one application came to."""

    served_bytes: int  # what a real server grew by
    server_bytes: int  # what it had then
    outcomes: Counter[str] = field(default_factory=Counter)
    grown: dict[bool, list[int]] = field(default_factory=lambda: {False: [], True: []})  # by whether it was apart
    faults: list[str] = field(default_factory=list)
    longest_s: float = 0.0

    def add(self, call: dict[str, Any]) -> None:
        """Count a call."""
        self.outcomes[call["outcome"]] += 1
        if call["outcome"] == "done":
            self.grown[call["was_apart"]].append(call["rss_bytes"])
            return
        self.faults.append(f"{call['name']}: {call['outcome']}: {call['message']}")

    def judge(self, more_bytes: int) -> None:
        """See whether all kept what the server kept."""
        bound = max(WITHIN_BYTES, WITHIN_RATIO * self.server_bytes, more_bytes)
        for grown in self.grown.values():
            off = [each - self.served_bytes for each in grown if abs(each - self.served_bytes) > bound]
            if off:
                self.faults.append(
                    f"{len(off)} kept another amount than the server, by {max(off, key=abs) / MIB:+.1f} MiB"
                )


def main() -> None:
    """Try all and print what came of them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tries", type=int, default=50)
    parser.add_argument("--only", default="")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--write", type=Path)
    wanted = parser.parse_args()
    python = provide("hazards", ROOT / ".cache" / "hazards", TORCH)
    faults = 0
    rows = [f"| {' | '.join(COLUMNS)} |", "|---" * len(COLUMNS) + "|"]
    print("\n".join(rows))
    with tempfile.TemporaryDirectory() as place, peers(python, Path(place)) as (ports, strangers):
        for hazard in HAZARDS:
            if wanted.only not in hazard.name:
                continue
            found = try_one(hazard, python, Path(place), ports, wanted.tries)
            rows.append(show(hazard, found))
            print(rows[-1], flush=True)
            for fault in found.faults[:5]:
                print(f"  {fault}", file=sys.stderr, flush=True)
            faults += len(found.faults)
        print(
            f"{len(strangers())} lines were written to connections of others"
            + "".join(f"\n  {each}" for each in strangers())
        )
        faults += len(strangers())
    if wanted.write:
        replace_table(wanted.write, "hazards", "\n".join(rows))
    sys.exit(bool(wanted.check and faults))


def try_one(hazard: Hazard, python: Path, place: Path, ports: dict[str, object], tries: int) -> Tries:
    """Serve it, then have it called."""
    folder = Path(tempfile.mkdtemp(dir=place))
    (folder / "main.py").write_text(hazard.source(ports))
    (folder / "requirements.txt").write_text("")
    serve(python, folder)  # compiles, and makes what it makes once
    found = Tries(*serve(python, folder))
    left = tries
    while left > 0:
        began = time.monotonic()
        for call in audit(python, folder, range(left, max(left - EACH, 0), -1)):
            found.add(call)
        found.longest_s = max(found.longest_s, time.monotonic() - began)
        left -= EACH
    if missing := tries - found.outcomes.total():
        found.faults.append(f"{missing} calls were not told of")
    found.judge(hazard.more_bytes)
    return found


def audit(python: Path, folder: Path, numbers: range) -> list[dict[str, Any]]:
    """Return what an audit says of its calls."""
    asked = [word for number in numbers for word in ("--request", f"GET /x?n={number}")]
    command = [sys.executable, "-m", "footprint", "audit", str(folder), "--python", str(python), "--entry", "main:app"]
    command += ["--no-first-use", "--runs", "1", "--timeout", str(LIMIT_S // 2), "-f", "json", *asked]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT_S, check=False, cwd=ROOT)
    except subprocess.TimeoutExpired:
        return [{"name": "audit", "outcome": "hung the audit", "message": ""} for _ in numbers]
    if not done.stdout:
        return [{"name": "audit", "outcome": "no audit", "message": done.stderr[-300:]} for _ in numbers]
    calls: list[dict[str, Any]] = json.loads(done.stdout)["calls"]
    return calls


def serve(python: Path, folder: Path) -> tuple[int, int]:
    """Return what a real server grew by with one request, and what it had then."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [str(python), "-m", "uvicorn", "main:app", "--port", str(port), "--log-level", "warning"]
    server = subprocess.Popen(command, cwd=folder)
    try:
        until = time.monotonic() + READY_S
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                if time.monotonic() > until or server.poll() is not None:
                    sys.exit(f"{folder}: the server does not start")
                time.sleep(0.05)
        time.sleep(0.3)
        before = psutil.Process(server.pid).memory_info().rss
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/x", timeout=READY_S) as answer:
            assert answer.status == 200
        after = psutil.Process(server.pid).memory_info().rss
    finally:
        for child in psutil.Process(server.pid).children(recursive=True):
            child.kill()
        server.kill()
        server.wait()
    return after - before, after


@contextmanager
def peers(python: Path, place: Path) -> Iterator[tuple[dict[str, object], Any]]:
    """Run what the applications connect to; yield the ports, and what returns the lines of strangers at the end."""
    command = [str(python), str(ROOT / "benchmarks" / "hazards" / "peers.py"), str(place / "socket")]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env={**os.environ})
    assert process.stdin is not None and process.stdout is not None
    told: list[list[str]] = []

    def strangers() -> list[str]:
        if not told:
            process.stdin.close()  # type: ignore[union-attr]
            told.append(json.loads(process.stdout.readline()))  # type: ignore[union-attr]
        return told[0]

    try:
        yield json.loads(process.stdout.readline()), strangers
    finally:
        process.kill()
        process.wait()


def show(hazard: Hazard, found: Tries) -> str:
    """Return the row of a hazard."""
    lost = ", ".join(f"{count} {name}" for name, count in sorted(found.outcomes.items()) if name != "done") or "0"
    kept = [f"{found.served_bytes / MIB:.1f}"]
    kept += [f"{statistics.median(grown) / MIB:.1f}" if grown else "-" for grown in found.grown.values()]
    cells = (hazard.name, found.outcomes.total(), len(found.grown[False]), len(found.grown[True]), lost)
    return f"| {' | '.join(map(str, cells))} | {found.longest_s:.0f} | {', '.join(kept)} |"


if __name__ == "__main__":
    main()
