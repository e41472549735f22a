"""What other tools say of the example, beside what footprint says: the table of docs/comparison.md.

    python benchmarks/bench_comparison.py [--write docs/comparison.md]

The tools get an environment of their own (constraints/bench-comparison.in; needs the package index). Each runs in a
copy of the example, with the example's environment on its path where it would otherwise guess.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import textwrap
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from environments import CONSTRAINTS, provide
from rounds import ROOT, replace_table

from constraints import pins
from footprint.units import MIB

EXAMPLE = ROOT / "examples" / "rag_backend"
PYTHON = EXAMPLE / ".venv" / "bin" / "python"
SITE = next((EXAMPLE / ".venv").glob("lib/python*/site-packages"), EXAMPLE)
ENTRY = "import backend.main"
HEAD = ("| tool | command | what it said |", "| --- | --- | --- |")
_SIZES: Mapping[str, int] = {"B": 1, "KiB": 1 << 10, "MiB": MIB, "GiB": 1 << 30}


@dataclass(frozen=True, slots=True)
class Scene:
    """A copy of the example, the folder with the tools, and what footprint said."""

    folder: Path
    tools: Path
    audit: dict[str, Any]

    def run(self, *command: str, seen: bool = False) -> str:
        """Return all that a tool printed; `seen`: the example's distributions are importable for it."""
        env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        env |= {"NO_COLOR": "1", "PYTHONPATH": str(SITE) if seen else ""}
        program = self.tools / command[0]
        words = [str(program) if program.exists() else command[0], *command[1:]]
        done = subprocess.run(words, cwd=self.folder, env=env, capture_output=True, text=True, check=False)
        return done.stdout + done.stderr


def du(scene: Scene) -> tuple[str, str]:
    """Return the bytes of the site folder, and of one folder by its name."""
    whole, scipy = (int(scene.run("du", "-sb", str(path)).split()[0]) for path in (SITE, SITE / "scipy"))
    ours = next(row for row in scene.audit["distributions"] if row["name"] == "scipy")["apparent_bytes"]
    words = f"{_mebibytes(whole)} in all; the folder `scipy` {_mebibytes(scipy)}, the distribution with its libraries"
    return "du -sb .venv/lib/python3.11/site-packages", f"{words} {_mebibytes(ours)}"


def uv_tree(scene: Scene) -> tuple[str, str]:
    """Return what the wheels weigh, each once, and how many of them it prints a size of."""
    lines = re.sub(r" *#.*", "", (EXAMPLE / "requirements.txt").read_text(encoding="utf-8")).split()
    head = f'[project]\nname = "shop"\nversion = "0"\nrequires-python = "=={platform.python_version()[:4]}.*"\n'
    project = scene.folder / "uv"
    project.mkdir()
    (project / "pyproject.toml").write_text(f"{head}dependencies = {json.dumps(lines)}\n")
    scene.run("uv", "lock", "--quiet", "--project", str(project))
    text = scene.run("uv", "tree", "--show-sizes", "--frozen", "--project", str(project))
    found = {name: float(size) * _SIZES[unit] for name, size, unit in _TREE.findall(text)}
    shutil.rmtree(project)
    same = [row for row in scene.audit["distributions"] if row["name"] in found]
    installed = sum(row["apparent_bytes"] - row["bytecode_bytes"] for row in same)
    words = f"{_mebibytes(sum(found.values()))} in {len(found)} compressed wheels"
    return (
        "uv tree --show-sizes",
        f"{words}; installed, {len(same)} of them are {_mebibytes(installed)}, bytecode apart",
    )


_TREE = re.compile(r"([\w.-]+) v\S+ \((?:extras: [^)]*\) \()?([\d.]+)([KMG]?i?B)\)")


def deptry(scene: Scene) -> tuple[str, str]:
    """Return the lines that it calls unused."""
    return "deptry .", _unused(re.findall(r"DEP002 '([\w.-]+)'", scene.run("deptry", "--no-ansi", ".", seen=True)))


def chokkin(scene: Scene) -> tuple[str, str]:
    """Return the lines that it calls unused, and files."""
    text = scene.run("chokkin", "--no-exit-code", "--no-cache", ".")
    files = re.findall(r"file `([^`]+)` is not reachable", text)
    found = re.findall(r"^ +([\w.-]+) +requirements\.txt:", text, re.MULTILINE)
    return "chokkin", f"{_unused(found)}; unreachable: {', '.join(files)}"


def pipdeptree(scene: Scene) -> tuple[str, str]:
    """Return how many distributions it draws."""
    text = scene.run("pipdeptree", "--python", str(PYTHON), "--json")
    return "pipdeptree", f"{len(json.loads(text))} distributions with the ranges that they ask for, no weight"


def importtime(scene: Scene) -> tuple[str, str]:
    """Return the time of the entry and of the heaviest import of the project."""
    text = scene.run(str(PYTHON), "-X", "importtime", "-c", ENTRY)
    rows = {name: int(time) for time, name in re.findall(r"\| +(\d+) \| +([\w.]+)$", text, re.MULTILINE)}
    told = f"backend.main {rows['backend.main'] / 1000:,.0f} ms, of it sklearn {rows['sklearn'] / 1000:,.0f} ms"
    return f'python -X importtime -c "{ENTRY}"', told


def importcost(scene: Scene) -> tuple[str, str]:
    """Return its first line."""
    first = scene.run("importcost", "profile", ENTRY, seen=True).strip().splitlines()[0]
    return f'importcost profile "{ENTRY}"', " ".join(first.split())


def memray(scene: Scene) -> tuple[str, str]:
    """Return the peak of the heap."""
    file = scene.folder / "memray.bin"
    scene.run("memray", "run", "--quiet", "--force", "--output", str(file), "-c", ENTRY, seen=True)
    text = scene.run("memray", "stats", str(file))
    peak = re.search(r"Peak memory usage:\s+([\d.]+)\s*([kMG]?B)", text)
    return f'memray run -c "{ENTRY}"', f"peak of the heap {peak[1]} {peak[2]}" if peak else "no peak"


def ours(scene: Scene) -> tuple[str, str]:
    """Return what an audit said of the same."""
    entries, disk = scene.audit["entries"], scene.audit["disk"]
    stages = entries[0]["stages"]
    disk_bytes, ready = disk["site_apparent_bytes"], stages["ready"]["rss_bytes"]
    rows = scene.audit["distributions"]
    unused = [row["name"] for row in rows if row["usage"] == "unused"]
    unreached = [row["name"] for row in rows if row["usage"] == "unreached"]
    time_ms = stages["import"]["time_us"] / 1000
    words = f"{_mebibytes(disk_bytes)} in {len(rows)} distributions; {_mebibytes(ready)} RSS when ready"
    return "footprint audit", f"{words}, import {time_ms:,.0f} ms; {_unused(unused)}; unreached: {', '.join(unreached)}"


TOOLS: Mapping[str, Callable[[Scene], tuple[str, str]]] = {
    "footprint": ours, "du": du, "uv": uv_tree, "pipdeptree": pipdeptree, "deptry": deptry, "chokkin": chokkin,
    "importtime": importtime, "importcost": importcost, "memray": memray,
}  # fmt: skip


def main() -> int:
    """Print the table, and put it into a document."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--write", type=Path)
    given = parser.parse_args()
    tools = provide("comparison", ROOT / ".cache" / "bench-comparison").parent
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "rag_backend"
        shutil.copytree(EXAMPLE, folder, ignore=shutil.ignore_patterns(".venv", "__pycache__", "footprint.*"))
        scene = Scene(folder, tools, audit_of(folder))
        rows = [f"| {name} | `{command}` | {said} |" for name, (command, said) in told(scene)]
    made = f"{datetime.date.today().isoformat()}, {platform.system()} {platform.machine()}, {os.cpu_count()} processors"
    asked = pins.read(CONSTRAINTS / "bench-comparison.txt")
    named = ", ".join(f"{name} {asked[name]}" for name in TOOLS if name in asked)
    words = textwrap.wrap(f"Taken on {made}, CPython {platform.python_version()}; {named}.", 120)
    table = "\n".join([*HEAD, *rows, "", *words])
    print(table)
    if given.write:
        replace_table(given.write, "comparison", table)
    return 0


def told(scene: Scene) -> list[tuple[str, tuple[str, str]]]:
    """Return what each tool said."""
    return [(name, ask(scene)) for name, ask in TOOLS.items()]


def audit_of(folder: Path) -> dict[str, Any]:
    """Return what footprint says, the second time: the first one compiles the copy."""
    command = [sys.executable, "-m", "footprint", "audit", str(folder), "--env", str(EXAMPLE / ".venv"), "-f", "json"]
    for _ in range(2):
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _unused(names: list[str]) -> str:
    return f"unused: {', '.join(sorted(map(str.lower, names)))}"


def _mebibytes(count: float) -> str:
    return f"{count / MIB:,.1f} MiB"


if __name__ == "__main__":
    sys.exit(main())
