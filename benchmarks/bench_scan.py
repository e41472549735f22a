"""How long the disk side takes, as a multiple of `du -s` on the same tree in the same minute.

    python benchmarks/bench_scan.py [--cache FOLDER] [--python EXECUTABLE] [--rounds N] [--check]

Builds an environment of more than 30,000 files once (some minutes; needs the package index), then runs
`du -s`, reading the metadata and the joined scan in turn. Both sides are warm; only ratios are printed as
results, because times on a shared machine mean little. With --check the exit status is 1 above a target.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from environments import provide

from footprint.collect import disk, interpreter, metadata
from footprint.model.installed_environment import Interpreter

SCAN_TARGET, METADATA_TARGET = 2.0, 0.1  # x `du -s`
LEAST_FILES = 30_000


def main() -> int:
    """Build, measure, print."""
    options = _parse()
    python = options.python or provide("scan", options.cache / "env")
    target = interpreter.inspect(python)
    installed, _ = metadata.read_installed(target.site_dirs)
    found = disk.scan(target, installed)
    file_count = sum(use.file_count for use in found.uses) + sum(one.file_count for one in found.unowned)
    print(f"{file_count} files, {len(installed)} distributions, Python {sys.version.split()[0]}")
    if file_count < LEAST_FILES:
        print(f"fewer than {LEAST_FILES} files: the ratios say little", file=sys.stderr)

    ratios = _rounds(target, options.rounds)
    for name, goal in (("metadata", METADATA_TARGET), ("scan", SCAN_TARGET)):
        print(f"{name}: median {statistics.median(ratios[name]):.3f} x du -s (target {goal})")
    print(f"scan, processor time only: median {statistics.median(ratios['scan cpu']):.3f} x that of du -s")
    print(f"reconciles: {found.reconciles}")
    missed = statistics.median(ratios["scan"]) > SCAN_TARGET or statistics.median(ratios["metadata"]) > METADATA_TARGET
    return int(options.check and missed)


def _rounds(target: Interpreter, count: int) -> dict[str, list[float]]:
    """Return the ratios of each round after an uncounted first."""
    ratios: dict[str, list[float]] = {"metadata": [], "scan": [], "scan cpu": []}
    print("round  du -s   metadata   scan   scan/cpu")
    for number in range(count + 1):
        du_wall, du_cpu = _time(lambda: _du(target))
        metadata_wall, _ = _time(lambda: metadata.read_installed(target.site_dirs))
        installed, _ = metadata.read_installed(target.site_dirs)
        scan_wall, scan_cpu = _time(lambda installed=installed: disk.scan(target, installed))  # type: ignore[misc]
        if number == 0:
            continue
        ratios["metadata"].append(metadata_wall / du_wall)
        ratios["scan"].append(scan_wall / du_wall)
        ratios["scan cpu"].append(scan_cpu / du_cpu)
        last = "   ".join(f"{ratios[name][-1]:8.3f}" for name in ("metadata", "scan", "scan cpu"))
        print(f"{number:5}  {du_wall * 1000:4.0f} ms {last}")
    return ratios


def _time(action: Callable[[], object]) -> tuple[float, float]:
    """Return wall and processor seconds, of children too."""
    wall, cpu = time.perf_counter(), _cpu()
    action()
    return time.perf_counter() - wall, _cpu() - cpu


def _cpu() -> float:
    # os.times() counts in hundredths of a second: too coarse for du.
    own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def _du(target: Interpreter) -> None:
    subprocess.run(["du", "-s", *map(str, target.site_dirs)], check=True, stdout=subprocess.DEVNULL)


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cache", type=Path, default=Path(".cache/bench-scan"), help="where the environment is kept")
    parser.add_argument("--python", type=Path, help="measure this interpreter's environment instead")
    parser.add_argument("--rounds", type=int, default=11)
    parser.add_argument("--check", action="store_true", help="exit with 1 above a target")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
