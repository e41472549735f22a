"""How a fleet grows: 60, 240 and 960 generated projects read alone, by one process and by two.

Each project declares and imports some of five distributions in an environment that all share. Processor time is that of
all processes of the command; memory is the most that the command itself held, without those that read.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.support.fleets import NAMES, generated  # noqa: E402
from tests.support.projects import make_env_of, write  # noqa: E402


def main() -> None:
    """Make the projects, read them, print one table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("counts", nargs="*", type=int, default=[60, 240, 960])
    counts = parser.parse_args().counts
    print(
        "| projects | processes | seconds | processor seconds | ms of processor a project | peak MiB of the command |"
    )
    print("|---:|---:|---:|---:|---:|---:|")
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        make_env_of(root / "env", " ".join(NAMES))
        subprocess.run(["git", "init", "-q", root], check=True)
        for number in range(max(counts)):
            write(root, generated(Path(f"p{number:04}"), number))
        for count in counts:
            for jobs in (1, 2):
                print(_row(root, count, jobs), flush=True)


def _row(root: Path, count: int, jobs: int) -> str:
    places = [str(root / f"p{number:04}") for number in range(count)]
    code = (
        "import atexit, resource, sys\n"
        "from footprint.__main__ import run\n"
        "atexit.register(lambda: print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, file=sys.stderr))\n"
        "run()\n"
    )
    words = ["fleet", *places, "--no-probe", "--jobs", str(jobs)]
    line = [sys.executable, "-c", code, *words, "-o", f"jsonl:{root / f'{count}-{jobs}.jsonl'}"]
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    own = {"FOOTPRINT_CACHE": str(root / f"facts-{count}-{jobs}")}  # nothing is known of any project
    done = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, check=True, env={**os.environ, **own})
    took, after = time.monotonic() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    assert f"{count} projects audited, 0 failed" in done.stdout, done.stdout
    peak = int(done.stderr.split()[-1]) / 1024
    return f"| {count} | {jobs} | {took:.1f} | {used:.1f} | {used / count * 1000:.0f} | {peak:.0f} |"


if __name__ == "__main__":
    main()
