"""How fast import statements are read: the scanner, the `ast` walker, and two versions of deptry's Rust function.

    python benchmarks/bench_imports.py [--rounds N] [--tree NAME ...] [--check]

Every reader runs in a process of its own, which gets the same list of files and reads them itself. In each round
each process reads the whole list once, one after the other; its processor time (user and system) is the result,
since one thread is what is compared. The first round is not counted. Then whole commands: `footprint imports` and
`deptry` on the Django and the pandas tree. Needs the package index once (some 30 MB), then nothing.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from import_trees import DEPTRIES, WHEELS, deptry, python_files, tree
from rounds import ROOT

TARGETS = {"deptry 0.24.0": 1.0, "deptry 0.25.1": 2.0, "ast walker": 5.0}

READERS = {
    "scanner": "from footprint.collect.imports.scan.scanner import scan_imports as read",
    "ast walker": "from footprint.collect.imports.walker import read_imports as read",
    "ast.parse alone": "import ast\ndef read(data, path, module, is_package):\n    ast.parse(data)",
}
CHILD_OF_OURS = """
import sys, time, warnings
warnings.simplefilter("ignore")
{import_line}
files = open(sys.argv[1]).read().split("\\n")
def run():
    for name in files:
        with open(name, "rb", buffering=0) as file:
            data = file.read()
        try:
            read(data, path=name, module="a.b", is_package=name.endswith("__init__.py"))
        except (SyntaxError, ValueError):
            pass
"""
CHILD_OF_DEPTRY = """
import sys, time
from deptry.rust import get_imports_from_py_files
files = open(sys.argv[1]).read().split("\\n")
def run():
    get_imports_from_py_files(files)
"""
CHILD_LOOP = """
for line in sys.stdin:
    start = time.process_time()
    run()
    print(time.process_time() - start, flush=True)
"""


@dataclass(frozen=True, slots=True)
class Reader:
    """A process that reads the list once per line of its input and answers with seconds of processor time."""

    name: str
    process: subprocess.Popen[str]

    def seconds(self) -> float:
        """Let it read all files once."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        return float(self.process.stdout.readline())


def main() -> int:
    """Measure, print."""
    options = _parse()
    missed = False
    for name in options.tree or WHEELS:
        missed |= _compare_readers(name, options.rounds)
    for name in () if options.tree else ("django", "pandas"):
        missed |= _compare_commands(name, options.rounds)
    return int(options.check and missed)


def _compare_readers(name: str, rounds: int) -> bool:
    files = python_files(tree(name))
    size = sum(file.stat().st_size for file in files) / 1e6
    listed = ROOT / ".cache" / "imports" / f"{name}.files"
    listed.write_text("\n".join(map(str, files)))
    print(f"\n{name}: {len(files)} files, {size:.1f} MB, processor seconds per round")
    readers = _start(listed)
    seconds: dict[str, list[float]] = {reader.name: [] for reader in readers}
    print("round " + " ".join(f"{reader.name:>16}" for reader in readers))
    for number in range(rounds + 1):
        for reader in readers if number % 2 else reversed(readers):
            seconds[reader.name].append(reader.seconds())
        if number:
            print(f"{number:5} " + " ".join(f"{seconds[reader.name][-1]:16.3f}" for reader in readers))
    for reader in readers:
        assert reader.process.stdin is not None
        reader.process.stdin.close()
        reader.process.wait()
    return _print_ratios({key: values[1:] for key, values in seconds.items()}, size)


def _start(listed: Path) -> list[Reader]:
    readers = []
    for name, import_line in READERS.items():
        source = CHILD_OF_OURS.format(import_line=import_line) + CHILD_LOOP
        readers.append(Reader(name, _open(sys.executable, source, listed)))
    for version in DEPTRIES:
        python = str(deptry(version) / "bin" / "python")
        readers.append(Reader(f"deptry {version}", _open(python, CHILD_OF_DEPTRY + CHILD_LOOP, listed)))
    return readers


def _open(python: str, source: str, listed: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [python, "-c", source, str(listed)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={**os.environ, "RAYON_NUM_THREADS": "1"},
    )


def _print_ratios(seconds: dict[str, list[float]], size: float) -> bool:
    """Print rates and the ratio of each reader's time to the scanner's, and return whether a target was missed."""
    missed = False
    for name, values in seconds.items():
        ratios = [value / own for value, own in zip(values, seconds["scanner"], strict=True)]
        ratio, target = statistics.median(ratios), TARGETS.get(name)
        told = "" if target is None else f", wanted >= {target}: {'met' if ratio >= target else 'MISSED'}"
        missed |= target is not None and ratio < target
        print(
            f"  {name:16} {size / statistics.median(values):6.1f} MB/s, scanner is {ratio:5.2f} x as fast "
            f"(from {min(ratios):.2f} to {max(ratios):.2f}){told}"
        )
    return missed


# Whole commands


def _compare_commands(name: str, rounds: int) -> bool:
    """Compare `footprint imports` and `deptry` on one tree, from the start of the interpreter to its end."""
    folder = tree(name)
    (folder / "requirements.txt").touch()  # deptry wants to be told that nothing is declared
    own = [sys.executable, "-m", "footprint", "imports", str(folder), "--env", str(deptry(DEPTRIES[0]))]
    commands = {"footprint": own, "footprint -f json": [*own, "-f", "json"]}
    for version in DEPTRIES:
        commands[f"deptry {version}"] = [str(deptry(version) / "bin" / "deptry"), str(folder), "--no-ansi"]
    seconds: dict[str, list[float]] = {key: [] for key in commands}
    print(f"\nwhole commands on {name}, processor seconds per round")
    for number in range(rounds + 1):
        for key in commands if number % 2 else reversed(commands):
            seconds[key].append(_cpu_of(commands[key], folder))
        if number:
            print(f"{number:5} " + " ".join(f"{key} {values[-1]:6.3f}" for key, values in seconds.items()))
    missed = False
    for ours in ("footprint", "footprint -f json"):
        for version in DEPTRIES:
            pairs = zip(seconds[f"deptry {version}"][1:], seconds[ours][1:], strict=True)
            ratio = statistics.median(theirs / own for theirs, own in pairs)
            missed |= ratio <= 1
            print(f"  deptry {version} takes {ratio:.2f} x the time of {ours}, wanted > 1: {_met(ratio > 1)}")
    return missed


def _met(is_met: bool) -> str:
    return "met" if is_met else "MISSED"


def _cpu_of(command: list[str], folder: Path) -> float:
    before = os.times()
    variables = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    done = subprocess.run(
        command, cwd=folder, capture_output=True, check=False, env={**variables, "RAYON_NUM_THREADS": "1"}
    )
    after = os.times()
    if done.returncode > 1:  # 1: deptry found something, which is its trade
        sys.exit(f"{command[0]} ended with {done.returncode}:\n{done.stderr.decode(errors='replace')[-2000:]}")
    return after.children_user + after.children_system - before.children_user - before.children_system


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--tree", action="append", choices=list(WHEELS), help="only this tree, and no whole commands")
    parser.add_argument("--check", action="store_true", help="exit with 1 below a target")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
