"""What `footprint` alone takes in a project, against `footprint scan` and `footprint imports` together.

    python benchmarks/bench_bare.py [--rounds N] [--project FOLDER] [--check]

The target is one of processor time: at most both of them.
"""

from __future__ import annotations

import argparse
import shlex
import sys
from pathlib import Path

from rounds import ROOT, Command, compare

TARGET_RATIO = 1.0


def main() -> None:
    """Compare, and with --check end with 1 where the target is missed."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--project", type=Path, default=ROOT / "examples" / "rag_backend")
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    footprint = [sys.executable, "-m", "footprint"]
    both = "; ".join(shlex.join([*footprint, stage]) for stage in ("scan", "imports"))
    median = compare(
        Command("footprint", footprint, options.project),
        Command("scan and imports", ["sh", "-c", both], options.project),
        rounds=options.rounds,
        target_ratio=TARGET_RATIO,
    )
    if options.check and median.processor > TARGET_RATIO:
        sys.exit(1)


if __name__ == "__main__":
    main()
