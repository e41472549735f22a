"""Runs the campaign, one input of it, or the mutants.

Usage: python -m benchmarks.fuzz [--inputs 10000] [--seed 1] [--workers 2]      the campaign; faults are told at the end
       python -m benchmarks.fuzz --seed 1 --only locks:17 [--user nobody]       one input, shown; its folder is kept
       python -m benchmarks.fuzz --mutants [NAME...]                            each protection switched off in turn
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.fuzz import room, summary
from benchmarks.fuzz.campaign import Crew, Tally, plan
from benchmarks.fuzz.kinds import KINDS
from benchmarks.fuzz.worker import Order, play


def main() -> int:
    """Return 1 when there was a fault, or a mutant that was not found."""
    options = _parse_options()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that folders are removed
    if options.only:
        return _replay(options)
    if options.mutants is not None:
        from benchmarks.fuzz.mutants import hunt

        return hunt(options.mutants, options.seed, options.workers)
    orders = [
        order for order in plan(options.inputs, light=options.light) if not options.kinds or order.kind in options.kinds
    ]
    begun = time.monotonic()
    tally = Tally()
    with Crew(options.seed, options.workers) as crew:
        for verdict in crew.play(orders):
            tally.add(verdict)
            summary.show_progress(verdict, tally, len(orders), options.seed)
        got = crew.room
    sys.stdout.write(summary.describe(tally, options.seed, got, time.monotonic() - begun))
    return 1 if tally.faulty else 0


def _replay(options: argparse.Namespace) -> int:
    from benchmarks.fuzz.modules import load_everything

    kind, _, index = options.only.partition(":")
    room.adopt_orphans()
    folder = Path(tempfile.mkdtemp(prefix="fuzz-"))
    folder.chmod(0o755)
    if os.geteuid() == 0:
        room.close_the_door(room.needed_folders())
    load_everything()
    verdict = play(Order(kind, int(index), options.user, options.mutant), options.seed, folder, keep=True)
    sys.stdout.write(summary.describe_faults([verdict], options.seed) or "no fault\n")
    sys.stdout.write(f"kept: {folder}\n")
    return 1 if verdict.faults else 0


def _parse_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.fuzz", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--inputs", type=int, default=10_000)
    parser.add_argument("--seed", default="1")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--light", action="store_true", help="fewer inputs that start applications")
    parser.add_argument("--kinds", nargs="*", choices=tuple(KINDS), help="these only")
    parser.add_argument("--only", metavar="KIND:INDEX", help="play one input, and keep its folder")
    parser.add_argument("--user", choices=("own", "nobody"), default="own", help="with --only")
    parser.add_argument("--mutant", default="", help="with --only: switch this protection off")
    parser.add_argument("--mutants", nargs="*", metavar="NAME", help="switch protections off; no name: all of them")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
