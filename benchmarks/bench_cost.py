"""How long a warm `footprint cost` of one candidate takes, as a multiple of the example's own start without any hook.

Warm: the installer has the wheels in its cache, and the figures alone are remembered. What the network takes the first
time is printed apart. Then: what is new here against a copy of the environment into which the same is really installed.
Needs the package index.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench_audit import ENVIRONMENT, EXAMPLE, START
from rounds import Command, compare, python_in

TARGET_RATIO = 3.0
CANDIDATES = ("flask==3.0.3", "orjson==3.10.18", "polars==1.31.0")
_UV = Path(sys.executable).with_name("uv")


def priced(asked: str) -> tuple[str, ...]:
    """Return the command that prices one candidate for the example."""
    where = ("--project", str(EXAMPLE), "--env", str(ENVIRONMENT))
    return (sys.executable, "-m", "footprint", "cost", asked, *where)


def main() -> None:
    """Compare and print."""
    with tempfile.TemporaryDirectory(dir="/tmp", prefix="") as folder:
        os.environ["FOOTPRINT_CACHE"] = str(Path(folder) / "facts")
        start = Command("import the entry, run its lifespan", (python_in(ENVIRONMENT), "-c", START), EXAMPLE)
        for asked in CANDIDATES:
            begun = time.monotonic()
            done = subprocess.run([*priced(asked), "-f", "json"], capture_output=True, text=True, check=True)
            print(f"{asked}, the first time: {time.monotonic() - begun:.1f} s")
            row = json.loads(done.stdout)["candidates"][0]
            real = really_added(asked, Path(folder))
            print(f"{asked}: new here {row['new_bytes']}, really added {real}, {row['new_bytes'] - real} apart")
            compare(Command(f"footprint cost {asked}", priced(asked)), start, rounds=5, target_ratio=TARGET_RATIO)


def really_added(asked: str, folder: Path) -> int:
    """Return what a copy of the environment grows by. Its path has the length of the real one: bytecode holds it."""
    room = len(str(ENVIRONMENT.resolve())) - len(str(folder.resolve())) - 1
    copy = folder / ("c" * max(room, 1))
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(ENVIRONMENT, copy, symlinks=True)
    before = all_bytes(copy)
    held = subprocess.run(
        [_UV, "pip", "freeze", "--python", copy / "bin/python"], capture_output=True, text=True, check=True
    )
    (folder / "held.txt").write_text(held.stdout)
    install = (_UV, "pip", "install", "-q", "--compile-bytecode", "--python", copy / "bin/python", asked)
    subprocess.run([*install, "-c", folder / "held.txt", "--only-binary", ":all:"], check=True)
    return all_bytes(copy) - before


def all_bytes(folder: Path) -> int:
    """Return what `du --apparent-size` counts."""
    return sum(path.lstat().st_size for path in folder.rglob("*") if path.name != ".lock")


if __name__ == "__main__":
    main()
