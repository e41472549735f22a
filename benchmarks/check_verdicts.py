"""Does "fits" mean what a host does? 22 services near a limit, run by a judge, then audited with the same limit.

    python benchmarks/check_verdicts.py [--calls] [--only KIND] [--seed N]

The judge (benchmarks/verdicts/judge.py) knows nothing of footprint: it runs the real command of each service once
without a limit, and then with one that lies 3 to 10 % above or below what the service took. A limit above is one above
all that the service takes on a host of its own; one below is below what was charged to it: in between, a host has
pages of files to give back. An audit that says itself that only `--live` can tell is repeated with it.

With `--calls` ten other services, 20 cases: they start well within either limit, and pass the lower one when they are
asked, half of them for a moment. The audit is told of the requests by `--request` and starts no server. A killed
service of which it says that it fits is wrong; one that lives and of which it says the contrary is counted apart.
"""

from __future__ import annotations

import argparse
import json
import random
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from environments import provide
from rounds import ROOT
from verdicts.applications import SERVICES, Service
from verdicts.called import CALLED
from verdicts.judge import Outcome, judge

from footprint.units import MIB

CACHE = ROOT / ".cache" / "verdicts"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an audit said of one service: of every stage that it judged, and how it was asked."""

    fits: bool | None
    detail: str
    live: bool


@dataclass(frozen=True, slots=True)
class Case:
    """One service in one limit: what the audit said, and what became of it."""

    said: bool | None
    lived: bool
    starts: bool  # what was killed had started well, and answered its first page


def main() -> int:
    """Judge and audit every service; return 1 when any verdict is wrong."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="", help="a part of the kind's name")
    parser.add_argument("--seed", type=int, default=20261128)
    parser.add_argument("--calls", action="store_true", help="services that die when they are asked")
    asked = parser.parse_args()
    python = provide("verdicts", CACHE / "env")
    chance = random.Random(asked.seed)
    found: list[Case] = []
    for service in CALLED if asked.calls else SERVICES:
        ratios = (1 + chance.uniform(0.03, 0.1), 1 - chance.uniform(0.03, 0.1))
        if asked.only in service.kind:
            found += _check(service, python, ratios, calls=asked.calls)
    right = [case for case in found if case.said is case.lived]
    print(f"{len(right)} of {len(found)} verdicts are what the host did", end="")
    if not asked.calls:
        print()
        return int(len(right) < len(found))
    late = [case for case in found if case.starts and not case.lived]
    false = [case for case in found if case.said is not False and not case.lived]
    print(f"; {len(late)} were killed only when they were asked; {len(false)} that were killed are said to fit")
    return int(bool(false))


def _check(service: Service, python: Path, ratios: tuple[float, float], *, calls: bool) -> Iterator[Case]:
    """Yield what the audit said and what the judge saw, for a limit above and one below."""
    _judge(service, python, None)  # what it reads once is charged to the first run alone
    free = _judge(service, python, None)
    bytes_ = (max(free.peak_bytes, free.alone_bytes), min(free.peak_bytes, free.alone_bytes))
    alone = f"on a host of its own {free.alone_bytes / MIB:.1f}"
    print(f"{service.kind}: {free.peak_bytes / MIB:.1f} MiB charged ({free.by}), {alone}", flush=True)
    if not free.answered:
        raise SystemExit(f"{service.kind} did not run without a limit:\n{free.output}")
    for taken, ratio in zip(bytes_, ratios, strict=True):
        limit = int(taken * ratio)
        outcome = _judge(service, python, limit)
        verdict = _audit(service, python, limit, calls=calls)
        lived = outcome.answered and not outcome.killed
        if lived != (ratio > 1):
            print(f"  the judge itself: {ratio:.3f} of it, and it {'lived' if lived else 'died'}\n{outcome.output}")
        is_right = verdict.fits is lived
        how = " --live" if verdict.live else ""
        said = {True: "fits", False: "does not fit", None: "cannot tell"}[verdict.fits]
        print(
            f"  {'right' if is_right else 'WRONG'}: {ratio:.3f} x, limit {limit / MIB:.1f} MiB: "
            f"it {'lived' if lived else 'was killed'}; audit{how}: {said} ({verdict.detail})",
            flush=True,
        )
        starts = calls and not lived and _judge(service, python, limit, service.pages[:1]).answered
        yield Case(verdict.fits, lived, starts)


def _folder(service: Service) -> Path:
    return CACHE / service.kind.replace(" ", "-")


def _judge(service: Service, python: Path, limit: int | None, pages: Sequence[str] | None = None) -> Outcome:
    port = _free_port()
    command = service.write(_folder(service), port)
    words = [str(python.parent / command[0]), *command[1:]]
    return judge(_folder(service), words, port=port, pages=service.pages if pages is None else pages, limit=limit)


def _audit(service: Service, python: Path, limit: int, *, calls: bool) -> Verdict:
    if calls:
        found = _run(service, python, limit, "--allow-writes", *_requests(service))
        is_asked = any(row["stage"] == "calls" for row in found["fits"])
        return Verdict(*_read(found) if is_asked else (None, "no verdict after the calls"), live=False)
    found = _run(service, python, limit)
    live = any("--live" in note["message"] for note in found["notes"]) or not found["fits"]
    if live:
        found = _run(service, python, limit, "--live", *_requests(service))
    return Verdict(*_read(found), live)


def _requests(service: Service) -> list[str]:
    return [word for page in dict.fromkeys(service.pages) for word in ("--request", page)]


def _read(found: Mapping[str, Any]) -> tuple[bool | None, str]:
    """Return whether all stages fit, and the figures of each."""
    rows: list[Mapping[str, Any]] = found["fits"]
    detail = "; ".join(
        f"{row['stage']} {row.get('decides', '')} "
        f"{(row.get('resting_bytes') or row['rss_bytes']) / MIB:.1f}/{(row.get('peak_bytes') or 0) / MIB:.1f}"
        for row in rows
    )
    return all(row["fits"] for row in rows) if rows else None, detail


def _run(service: Service, python: Path, limit: int, *more: str) -> dict[str, Any]:
    service.write(_folder(service), _free_port())
    command = [sys.executable, "-m", "footprint", "audit", str(_folder(service)), "--python", str(python)]
    command += ["--limit", f"{limit}B", "-f", "json", *more]
    run = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    if run.returncode not in (0, 1):
        raise SystemExit(f"{' '.join(command)}: exit {run.returncode}\n{run.stderr}")
    report: dict[str, Any] = json.loads(run.stdout)
    return report


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


if __name__ == "__main__":
    sys.exit(main())
