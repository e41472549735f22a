"""Is what trials say true? Their verdicts and figures against what really removing and really moving does.

    python benchmarks/bench_trials.py [removals] [savings] [suites] [--rounds 2] [--write docs/accuracy.md] [--check]

removals: distributions of real applications, each tried in a shadow, and each really uninstalled from a copy; both
are judged by the start and by tests of the application. savings: the deferrals of bench_avoidable.py and six removals,
promised by a trial and then really made. suites: `footprint defer --write` and `footprint trim --write` in copies of
real applications, whose own tests have to end as before. Needs the package index once (1.5 GB on disk).
"""

from __future__ import annotations

import argparse
import statistics
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

from rounds import replace_table
from trials.removals import Judged, judge_removals
from trials.savings import Saved, measure_savings
from trials.suites import Taken, take_advice

from footprint.units import MIB

PARTS = ("removals", "savings", "suites")
MEAN_BOUND, WORST_BOUND = 0.5 * MIB, 1.5 * MIB
FEWEST = 8  # needed, and not needed


def main() -> int:
    """Measure the parts that are asked for; 1 with --check where a verdict is wrong or a bound is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", choices=PARTS, help="all of them where none is named")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--engine", choices=("overlay", "links"), help="of the trials of removals")
    parser.add_argument("--write", type=Path, help="replace the tables between their markers in this file")
    parser.add_argument("--check", action="store_true", help="exit 1 beyond a bound")
    asked = parser.parse_args()
    good = True
    for part in asked.parts or PARTS:
        if part == "removals":
            judged = list(_shown(judge_removals(asked.engine)))
            table, met = _show_removals(judged)
        elif part == "savings":
            saved = list(_shown(measure_savings(asked.rounds)))
            table, met = _show_savings(saved)
        else:
            taken = list(_shown(take_advice(asked.rounds)))
            table, met = _show_suites(taken)
        print(f"{table}\n\n{part}: {'met' if met else 'MISSED'}", flush=True)
        good = good and met
        if asked.write:
            replace_table(asked.write, f"trials-{part}", table)
    return int(asked.check and not good)


_Row = TypeVar("_Row")


def _shown(rows: Iterable[_Row]) -> Iterator[_Row]:
    for row in rows:
        print(row, file=sys.stderr, flush=True)
        yield row


def _show_removals(rows: Sequence[Judged]) -> tuple[str, bool]:
    needed = sum(bool(row.needed) for row in rows)
    right = sum(row.is_right for row in rows)
    lines = ["| Application | Without | How it is used | Really | The trial says |", "| --- | --- | --- | --- | --- |"]
    for row in rows:
        cells = (row.application, row.distribution, row.kind, row.needed or "works", row.verdict)
        lines.append(f"| {' | '.join(cells)} |")
    lines += ["", f"{right} of {len(rows)} right: {needed} needed, {len(rows) - needed} not."]
    return "\n".join(lines), right == len(rows) and min(needed, len(rows) - needed) >= FEWEST


def _show_savings(rows: Sequence[Saved]) -> tuple[str, bool]:
    lines = [
        "| Change | promised RSS | got | error | promised disk | got |",
        "| --- | ---: | ---: | ---: | ---: | ---: |",
    ]
    for row in rows:
        disk = ("", "") if row.disk_promised is None else (f"{row.disk_promised:,}", f"{row.disk_got:,}")
        lines.append(
            f"| {row.name} | {_mib(row.promised)} | {_mib(row.got)} | {_mib(row.error, '+')} | {disk[0]} | {disk[1]} |"
        )
    errors = [abs(row.error) for row in rows]
    mean, worst = statistics.mean(errors), max(errors)
    off = [row.name for row in rows if row.disk_promised != row.disk_got]
    lines += ["", f"Mean absolute error {_mib(mean)} MiB, worst {_mib(worst)} MiB; the disk is off for {len(off)}."]
    return "\n".join(lines), mean <= MEAN_BOUND and worst <= WORST_BOUND and not off


def _show_suites(rows: Sequence[Taken]) -> tuple[str, bool]:
    lines = [
        "| Application | taken | promised RSS | got | promised disk | got | its tests |",
        "| --- | --- | ---: | ---: | ---: | ---: | --- |",
    ]
    for row in rows:
        tests = f"{row.tests_passed} pass as before" if row.is_same else f"lost: {', '.join(row.lost[:3])}"
        figures = (_mib(row.promised), _mib(row.got), f"{row.disk_promised:,}", f"{row.disk_got:,}")
        lines.append(f"| {row.application} | {', '.join(row.changes)} | {' | '.join(figures)} | {tests} |")
    is_right = all(row.is_same and abs(row.error) <= WORST_BOUND and row.disk_promised == row.disk_got for row in rows)
    return "\n".join(lines), is_right


def _mib(figure: float, sign: str = "") -> str:
    return f"{figure / MIB:{sign}.2f}"


if __name__ == "__main__":
    sys.exit(main())
