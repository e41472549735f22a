"""What two requests of the example add to its audit, as a share of it.

    python benchmarks/bench_call_cost.py [--rounds 4] [--check]

One does next to nothing, one searches and writes a workbook. The audit is the same without them, in turns: on the clock
and of the processors, all that it started included. With `--check` the exit status is 1 where either is above 0.3.
"""

from __future__ import annotations

import argparse
import sys

from rounds import ROOT, Command, compare, python_in

TARGET_RATIO = 1.3
EXAMPLE = ROOT / "examples" / "rag_backend"
REQUESTS = ("GET /health", "GET /export.xlsx?question=storage")


def main() -> int:
    """Compare and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--check", action="store_true", help="fail above 0.3 times the audit")
    options = parser.parse_args()
    environment = EXAMPLE / ".venv"
    python_in(environment)
    audit = (sys.executable, "-m", "footprint", "audit", str(EXAMPLE), "--env", str(environment))
    asked = (word for request in REQUESTS for word in ("--request", request))
    found = compare(
        Command("footprint audit with two requests", (*audit, *asked)),
        Command("footprint audit", audit),
        rounds=options.rounds,
        target_ratio=TARGET_RATIO,
    )
    return int(options.check and max(found) > TARGET_RATIO)


if __name__ == "__main__":
    sys.exit(main())
