"""Advice that is taken in a copy of an application: do its own tests end as before, and is what was promised got?"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rounds import ROOT

from trials.applications import TESTED, Ended, Tested, copied, ended, place_of, uninstall
from trials.savings import weigh

if TYPE_CHECKING:
    from tests.real.environments import Place

_RESIDENT = """
import os
with open("/proc/self/statm") as file:
    print("resident", int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE"))
"""


@dataclass(frozen=True, slots=True)
class Taken:
    """One kind of advice, all of it taken: promised and got in bytes, the tests that passed before and now do not."""

    application: str
    changes: tuple[str, ...]
    promised: int
    got: int
    disk_promised: int
    disk_got: int
    tests_passed: int
    lost: tuple[str, ...]
    is_same: bool  # tests that passed and that failed are the same

    @property
    def error(self) -> int:
        """Return by how much too much was promised, in bytes of RSS."""
        return self.promised - self.got


def take_advice(rounds: int) -> Iterator[Taken]:
    """Yield, per application, what came of `footprint defer --write` and of `footprint trim --write` after it."""
    for tested in TESTED:
        with copied(place_of(tested)) as copy:
            before = ended(copy, tested, tested.all)
            assert before.starts and before.passed, before.words
            for command in ("defer", "trim"):
                memory, disk = _resident(copy, tested, rounds), weigh(copy.venv)
                told = _write(command, copy, tested)
                trial = told["trial"]
                if not trial or not trial["starts"]:
                    continue
                holding = [each for each in trial["changes"] if each["verdict"] in ("proved", "likely", "no gain")]
                if command == "trim":
                    gone = {*trial["shared"], *(name for each in holding for name in each["names"])}
                    uninstall(copy.python, sorted(gone))
                (start,) = trial["starts"]
                after = _after(copy, tested, before)
                yield Taken(
                    tested.name,
                    tuple(f"{command} {each['subject']}" for each in holding),
                    start["rss_before_bytes"] - start["rss_after_bytes"],
                    memory - _resident(copy, tested, rounds),
                    trial["disk_bytes"],
                    disk - weigh(copy.venv),
                    len(before.passed),
                    tuple(sorted(before.passed - after.passed)),
                    after.starts and before.passed <= after.passed and not after.failed - before.failed,
                )


def _after(copy: Place, tested: Tested, before: Ended) -> Ended:
    """Return how the tests end now; where not as before, they are run again, since some fail now and then."""
    first = ended(copy, tested, tested.all)
    if first.passed == before.passed and first.failed == before.failed:
        return first
    second = ended(copy, tested, tested.all)
    passed = first.passed | second.passed
    return Ended(first.starts and second.starts, passed, (first.failed | second.failed) - passed)


def _write(command: str, copy: Place, tested: Tested) -> dict[str, Any]:
    words = [command, copy.source, "--env", copy.venv, "--entry", tested.entry, "--write", "-f", "json"]
    line = [sys.executable, "-m", "footprint", *map(str, words)]
    done = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode not in (0, 1):
        raise SystemExit(f"{' '.join(line)}: exit {done.returncode}\n{done.stderr}")
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _resident(copy: Place, tested: Tested, rounds: int) -> int:
    """Return the median RSS of bare starts, the first of which only writes bytecode."""
    found = []
    for _ in range(rounds + 1):
        done = subprocess.run(
            [copy.python, "-c", f"{tested.start}\n{_RESIDENT}"], cwd=copy.source, capture_output=True, text=True,
            check=True,
        )  # fmt: skip
        found.append(int(done.stdout.rpartition("resident")[2]))
    return int(statistics.median(found[1:]))
