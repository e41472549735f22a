"""What --repeat says of functions whose growth is known: caches, growth in Python and in C, garbage, malloc, nothing.

    python benchmarks/check_growth.py [--check] [--seeds 5] [--calls 50] [--case NAME ...] [--python PATH] [--set K=V]

The real command is run once for each seed, with a --call for each case. Prints a row for each case and a column for
each seed: the kind and the slope in KiB a call, `!` where it is wrong. With `--check` the exit status is 1 where more
than 3 of 65 are wrong, or one that does not grow for ever is said to.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import textwrap
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rounds import ROOT

sys.path.insert(0, str(ROOT))
from tests.support.repeated_calls import ALL, CASES, HARDER, HEAD, function_of, is_right

WRONG_RATIO = 3 / 65
GROWTH = ("rising-python", "rising-c", "rising")


def main() -> int:
    """Print the table; return 1 with --check where too much is wrong."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="fail where more than 3 of 65 are wrong")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--calls", type=int, default=50)
    parser.add_argument("--case", action="append", choices=list(ALL), help="only these")
    parser.add_argument("--python", default=sys.executable, help="of the target")
    parser.add_argument("--set", action="append", default=[], help="a variable for the application")
    parser.add_argument("--harder", action="store_true", help="the others, which are harder")
    given = parser.parse_args()
    names = given.case or list(HARDER if given.harder else CASES)
    with tempfile.TemporaryDirectory() as place:
        write(Path(place))
        rows = [ask(Path(place), names, given, seed) for seed in range(given.seeds)]
    wrong = caches = 0
    for name in names:
        cells = []
        for found in rows:
            is_wrong = not is_right(name, found[name])
            wrong += is_wrong
            caches += found[name]["repeated"]["kind"] in GROWTH and not {*ALL[name].kinds} & {*GROWTH}
            cells.append(f"{cell(found[name]['repeated'])}{'!' if is_wrong else ''}")
        print(f"{name:20} {' '.join(f'{each:>24}' for each in cells)}", flush=True)
    count = len(names) * given.seeds
    print(f"{count - wrong} of {count} right, {caches} called growth that do not grow for ever")
    return int(given.check and (wrong > WRONG_RATIO * count or caches > 0))


def write(project: Path) -> None:
    """Write all cases as one module."""
    body = "\n\n".join(textwrap.dedent(case.source) for case in ALL.values())
    (project / "cases.py").write_text(f"{HEAD}\n\n{body}")


def ask(project: Path, names: Sequence[str], given: argparse.Namespace, seed: int) -> Mapping[str, Mapping[str, Any]]:
    """Return the row of each case, by its name."""
    calls = [word for name in names for word in ("--call", f"cases:{function_of(name)}")]
    settings = [word for pair in [f"SEED={seed}", *given.set] for word in ("--set", pair)]
    command = [sys.executable, "-m", "footprint", "audit", str(project), "--python", given.python, "--entry", "cases"]
    command += [*calls, *settings, "--repeat", str(given.calls), "--timeout", "900", "-f", "json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    if done.returncode not in (0, 1):
        sys.exit(done.stderr)
    rows = {row["name"]: row for row in json.loads(done.stdout)["calls"]}
    return {name: rows[f"cases:{function_of(name)}"] for name in names}


def cell(said: Mapping[str, Any]) -> str:
    """Return the kind, the slope in KiB a call, and what else is said."""
    slope = "-" if said["slope_bytes"] is None else f"{said['slope_bytes'] / 1024:.1f}"
    waits, keeps = ((said[f"{key}_bytes"] or 0) >> 20 for key in ("waiting_for_collector", "kept_by_allocator"))
    more = f"{f' w{waits}' if waits >= 3 else ''}{f' k{keeps}' if keeps >= 3 else ''}"
    return f"{said['kind']} {slope}{more}"


if __name__ == "__main__":
    sys.exit(main())
