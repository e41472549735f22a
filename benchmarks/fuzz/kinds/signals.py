"""Signals at any moment of any command: one line, a stable exit code, nothing left."""

from __future__ import annotations

import signal
from random import Random

from benchmarks.fuzz.case import Blow, Case, Runner
from benchmarks.fuzz.hostile import chance, pick
from benchmarks.fuzz.kinds import ground
from benchmarks.fuzz.kinds.entries import APPLICATION_MAY, ENV_MAY
from benchmarks.fuzz.oracles import SIGNAL_CODES
from benchmarks.fuzz.place import Place

_LEAVES_A_DAEMON = """
import os, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.execve("/bin/sleep", ["sleep", "97"], {})
    os._exit(0)
time.sleep(0.3)
"""
_APPLICATIONS = (
    "import json, asyncio, unittest\n",
    "import time\ntime.sleep(0.3)\n",
    "import time\ntime.sleep(0.1)\ndef later():\n    import idna\n    import requests\n",
    "import subprocess\np = subprocess.Popen(['sleep', '97'])\nimport time\ntime.sleep(0.2)\n",
    "import tempfile, time\ntempfile.mkdtemp()\ntime.sleep(0.2)\n",
    _LEAVES_A_DAEMON,
)


def make(place: Place, random: Random) -> Case:
    """Return a command, and when to send it what."""
    ground.plain_project(place, main=pick(random, _APPLICATIONS))
    ground.plain_environment(place.project / ".venv")
    project = str(place.project)
    starts = {
        "audit": ("audit", project, "--runs", "1"),
        "audit as JSON": ("audit", project, "-f", "json", "--runs", "2"),
        "check": ("check", project, "--runs", "1"),
        "probe": ("probe", project),
        "live": ("probe", project, "--live", "--ready", "quiet:0.3", "--", ".venv/bin/python", "main.py"),
    }
    reads = {
        "scan": ("scan", project),
        "imports": ("imports", project),
        "static check": ("check", "--static", project),
        "static audit": ("audit", "--no-probe", project),
        "explain": ("explain",),
    }
    name = pick(random, tuple(starts) if chance(random, 0.6) else tuple(reads))
    number = pick(random, (signal.SIGINT, signal.SIGTERM, signal.SIGHUP))
    runner: Runner = "process" if chance(random, 0.5) else "warm"
    from_ready = runner == "warm" or chance(random, 0.5)
    longest_s = (0.9 if name in starts else 0.25) + (0.0 if from_ready else 0.2)
    delays_s = [random.uniform(0.004, longest_s) if chance(random, 0.7) else random.uniform(0.004, 0.08)]
    delays_s += [random.uniform(0.001, 0.05) for _ in range(pick(random, (0, 0, 0, 1, 3)))]
    return Case(
        starts.get(name, reads.get(name, ())),
        place.project,
        f"{number.name} after {', '.join(f'{delay_s:.3f}' for delay_s in delays_s)} s to {name}",
        runner=runner,
        static=name in reads,
        may_change=(*APPLICATION_MAY, *ENV_MAY) if name in starts else (),
        blow=Blow(number, tuple(delays_s), from_ready),
        exit_codes=frozenset({0, 1, 3}) | SIGNAL_CODES,
        json="audit" if name == "audit as JSON" else "",
    )
