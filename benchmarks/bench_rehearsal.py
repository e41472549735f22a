"""How far beyond its memory limit an entry comes before it is stopped, alone and beside busy processes.

    python benchmarks/bench_rehearsal.py [--rounds N] [--busy N] [--check]

Two entries: one grows in steps of 1 MiB over eight modules, one by 700 MiB at once. The watched process is looked at
every 0.3 to 2 ms, so the figure depends on what else the machine does: no test asserts it. `--busy` starts so many
processes that do nothing but compute. With `--check` the exit status is 1 where one run comes more than 10 MB beyond.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from rounds import ROOT

sys.path.insert(0, str(ROOT))
from tests.integration.test_rehearsal import LIMIT, rehearse

ENTRIES = ("steps", "single")
MOST_BYTES = 10_000_000
MB = 1_000_000


def main() -> int:
    """Rehearse again and again, print how far each entry came."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--busy", type=int, default=0, help="processes that compute meanwhile")
    parser.add_argument("--check", action="store_true", help="fail where a run comes more than 10 MB beyond")
    options = parser.parse_args()
    worst = 0
    with ExitStack() as stack:
        for _ in range(options.busy):
            busy = stack.enter_context(subprocess.Popen([sys.executable, "-c", "while True: pass"]))
            stack.callback(busy.kill)
        for module in ENTRIES:
            beyond = [_overshoot(module) for _ in range(options.rounds)]
            worst = max(worst, *beyond)
            middle, most = statistics.median(beyond) / MB, max(beyond) / MB
            print(f"{module:8} {options.rounds} runs beside {options.busy}: median {middle:.2f} MB, most {most:.2f} MB")
    return int(options.check and worst > MOST_BYTES)


def _overshoot(module: str) -> int:
    """Return by how many bytes one run passed the limit."""
    with tempfile.TemporaryDirectory() as folder:
        failure = rehearse(Path(folder), module).failure
    if failure is None or failure.kind != "limit" or failure.rss_bytes is None:
        sys.exit(f"{module} was not stopped at the limit: {failure}")
    return failure.rss_bytes - LIMIT


if __name__ == "__main__":
    sys.exit(main())
