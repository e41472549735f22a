"""How long a warm `footprint cost` of one candidate takes, as a multiple of the example's own start without any hook.

Warm: the installer has the wheels in its cache, and the figures alone are remembered. What the network takes the first
time is printed apart. Then twelve candidates of every kind: their states, what is new here against a copy of the
environment into which the same is really installed, and what each adds to the ready application against a later audit
of a copy of the example that has the import. `--check` exits 1 beyond a bound. Needs the package index.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench_audit import ENVIRONMENT, EXAMPLE, START
from rounds import Command, compare, python_in

TARGET_RATIO = 3.0
TIMED = ("flask==3.0.3", "orjson==3.10.18", "polars==1.31.0")
CANDIDATES = {  # pure, compiled, with extras, there already, moving others, yanked, conflicting, source alone, unknown
    "flask==3.0.3": "new",
    "orjson==3.10.18": "new",
    "polars==1.31.0": "new",
    "uvicorn[standard]==0.35.0": "new",
    "scrapy==2.13.3": "new",
    "pydantic": "present",
    "idna==3.7": "moves",
    "click==8.1.7": "conflict",
    "starlette==0.20.4": "conflict",
    "docopt==0.6.2": "source-only",
    "no-such-distribution-is-there": "unknown-name",
    "numpy==99.1": "no-version",
}
MARGIN_BYTES = 1 << 20
_UV = Path(sys.executable).with_name("uv")


def priced(asked: str) -> tuple[str, ...]:
    """Return the command that prices one candidate for the example."""
    where = ("--project", str(EXAMPLE), "--env", str(ENVIRONMENT))
    return (sys.executable, "-m", "footprint", "cost", asked, *where)


def main() -> None:
    """Compare and print; with --check, exit 1 beyond a bound."""
    missed: list[str] = []
    with tempfile.TemporaryDirectory(dir="/tmp", prefix="") as folder:
        os.environ["FOOTPRINT_CACHE"] = str(Path(folder) / "facts")
        start = Command("import the entry, run its lifespan", (python_in(ENVIRONMENT), "-c", START), EXAMPLE)
        wanted = [word for word in sys.argv[1:] if word in CANDIDATES] or CANDIDATES
        for asked, expected in ((each, CANDIDATES[each]) for each in wanted):
            begun = time.monotonic()
            done = subprocess.run([*priced(asked), "-f", "json"], capture_output=True, text=True, check=False)
            row = json.loads(done.stdout)["candidates"][-1]  # the last one is with its extras
            told = row["refusal"]["kind"] if row["refusal"] else row["state"]
            print(f"{asked}, the first time: {told}, {time.monotonic() - begun:.1f} s")
            if told != expected:
                missed.append(f"{asked}: {told} in place of {expected}")
            if row["refusal"]:
                print(f"    {row['refusal']['message']}; {row['refusal']['advice']}")
                continue
            missed += compare_with_real(asked, row, Path(folder))
            if asked in TIMED:
                compare(Command(f"footprint cost {asked}", priced(asked)), start, rounds=5, target_ratio=TARGET_RATIO)
    print(f"missed: {', '.join(missed) or 'nothing'}")
    if missed and "--check" in sys.argv:
        sys.exit(1)


def compare_with_real(asked: str, row: dict[str, Any], folder: Path) -> Iterator[str]:
    """Print a candidate's figures beside those of an environment that really has it; yield what is beyond a bound."""
    environment, real = really_added(asked, folder)
    print(f"{asked}: new here {row['new_bytes']}, really added {real}, {row['new_bytes'] - real} apart")
    if row["new_bytes"] != real:
        yield f"{asked}: {row['new_bytes'] - real} bytes apart"
    if row["marginal"] is None:
        return
    project = folder / "project"
    shutil.rmtree(project, ignore_errors=True)
    shutil.copytree(EXAMPLE, project, symlinks=True, ignore=shutil.ignore_patterns(".venv", "__pycache__"))
    main_file = project / "backend/main.py"
    before = ready_bytes(project, environment)
    imports = "".join(f"import {module}\n" for module in row["imports"])
    before_it, own, behind_it = main_file.read_text().partition("from fastapi import")  # where a person would add it
    main_file.write_text(f"{before_it}{imports}{own}{behind_it}")
    grown = ready_bytes(project, environment) - before
    apart = row["marginal"]["rss_bytes"] - grown
    print(f"{asked}: in the app {row['marginal']['rss_bytes']}, of a later audit {grown}, {apart} apart")
    if abs(apart) > MARGIN_BYTES:
        yield f"{asked}: {apart} bytes of memory apart"


def ready_bytes(project: Path, environment: Path) -> int:
    """Return the RSS of the example's entry when it is ready, by an audit; the median of its runs."""
    audit = (sys.executable, "-m", "footprint", "audit", str(project), "--env", str(environment))
    flags = ("--no-first-use", "--runs", "5", "-f", "json")
    done = subprocess.run([*audit, *flags], capture_output=True, text=True, check=True)
    return int(statistics.median(json.loads(done.stdout)["entries"][0]["runs"]))


def really_added(asked: str, folder: Path) -> tuple[Path, int]:
    """Return a copy of the environment that has it, and what that grows by.

    Its path has the length of the real one: bytecode holds it.
    """
    room = len(str(ENVIRONMENT.resolve())) - len(str(folder.resolve())) - 1
    copy = folder / ("c" * max(room, 1))
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(ENVIRONMENT, copy, symlinks=True)
    before = all_bytes(copy)
    held = subprocess.run(
        [_UV, "pip", "freeze", "--python", copy / "bin/python"], capture_output=True, text=True, check=True
    )
    own = asked.partition("==")[0]
    pins = [pin for pin in held.stdout.splitlines() if pin.partition("==")[0] != own]  # it may move itself
    (folder / "held.txt").write_text("\n".join(pins))
    # Written anew, as below the overlays: what is a link into uv's cache has the pages that uv once wrote there.
    how = ("--compile-bytecode", "--link-mode", "copy", "-c", folder / "held.txt", "--only-binary", ":all:")
    subprocess.run([_UV, "pip", "install", "-q", *how, "--python", copy / "bin/python", asked], check=True)
    return copy, all_bytes(copy) - before


def all_bytes(folder: Path) -> int:
    """Return what `du --apparent-size` counts."""
    return sum(path.lstat().st_size for path in folder.rglob("*") if path.name != ".lock")


if __name__ == "__main__":
    main()
