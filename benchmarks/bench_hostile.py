"""What hostile text costs in time: ten times the text has to take about ten times as long, not a hundred times.

    python benchmarks/bench_hostile.py [--check]

The texts are those of the tests, which count calls: work that a regular expression does in one call is seen here
alone. Of three readings the quickest counts, in processor time. With `--check` the exit status is 1 where one grows
by more than half of what the square would.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial

from rounds import ROOT

sys.path.insert(0, str(ROOT))
from tests.support.scanning import by_scan
from tests.unit import test_linear
from tests.unit.collect import test_scanner

LONGER = 8
MOST_GROWTH = LONGER * LONGER / 2
FLOOR_SECONDS = 0.0005  # what is quicker than this is no trouble, and no clock tells it from nothing
SCANNED_BYTES = 30_000


def main() -> int:
    """Read everything twice, print how the time grows."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="fail where the time grows nearly as the square")
    options = parser.parse_args()
    worst = 0.0
    print(f"{'text':68} {'ms':>9} {f'{LONGER} x as long':>14} {'growth':>7}")
    for name, read in _readings():
        shorter, longer = _seconds(partial(read, 1)), _seconds(partial(read, LONGER))
        growth = longer / max(shorter, FLOOR_SECONDS)
        worst = max(worst, growth)
        print(f"{name:68} {shorter * 1000:9.2f} {longer * 1000:14.2f} {growth:7.1f}")
    return int(options.check and worst > MOST_GROWTH)


def _readings() -> Iterator[tuple[str, Callable[[int], object]]]:
    for name, (read, unit, count) in test_linear.HOSTILE.items():
        yield name, partial(_read, read, unit * count)
    for name, (head, middle, tail) in test_scanner.HOSTILE.items():
        count = SCANNED_BYTES // len(middle)
        yield f"scanner: {name}", partial(_scan, head, middle * count, tail)


def _read(read: Callable[[str], object], text: str, times: int) -> object:
    return read(text * times)


def _scan(head: str, middle: str, tail: str, times: int) -> object:
    return by_scan((head + middle * times + tail).encode())


def _seconds(read: Callable[[], object]) -> float:
    taken = []
    for _ in range(3):
        start = time.process_time()
        read()
        taken.append(time.process_time() - start)
    return min(taken)


if __name__ == "__main__":
    sys.exit(main())
