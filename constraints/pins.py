"""Which release of what tests, demo and benchmarks install: the files, what applies them, and `make pins`.

    .venv/bin/python constraints/pins.py [NAME ...]

resolves each set against the package index of today, writes the files whose releases moved and prints old -> new.
The files name releases only, never where they come from.
"""

from __future__ import annotations

import datetime
import hashlib
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "constraints"

# `make test-newest` sets it: then nothing is constrained.
NEWEST = "FOOTPRINT_NEWEST"

_INTERPRETERS = range(8, 14)  # of Python 3
_FIRST_OF_OURS = 10  # what footprint itself runs on; older ones are only looked at
_DEVELOPMENT = ("pyproject.toml", "requirements-dev.txt", "examples/rag_backend/requirements-dev.txt")
_PLATFORM = "x86_64-unknown-linux-gnu"  # whoever renews them, and wherever


@dataclass(frozen=True, slots=True)
class Pins:
    """One file: what is resolved together, and for which Python."""

    name: str
    python: str
    sources: tuple[str, ...]

    @property
    def path(self) -> Path:
        """Where the file is."""
        return FOLDER / f"{self.name}.txt"


@dataclass(frozen=True, slots=True)
class Move:
    """A release that changed; None: it was not there, or is no longer."""

    name: str
    old: str | None
    new: str | None

    def show(self) -> str:
        """Return the line of it."""
        return f"{self.name} {self.old or '(new)'} -> {self.new or '(gone)'}"


def _sets() -> Iterator[Pins]:
    for minor in _INTERPRETERS:
        sources = (*_DEVELOPMENT, "constraints/tests.in") if minor >= _FIRST_OF_OURS else ("constraints/old.in",)
        yield Pins(f"py3{minor}", f"3.{minor}", sources)
    # Each has figures in docs/, and they were taken with this Python.
    for path in sorted(FOLDER.glob("bench-*.in")):
        yield Pins(path.stem, "3.11", (f"constraints/{path.name}",))


SETS: tuple[Pins, ...] = tuple(_sets())


def file_for(python: Sequence[int] = sys.version_info[:2]) -> Path:
    """Return the file of an interpreter; the last one there is for a later interpreter."""
    minor = min(max(python[1], _INTERPRETERS.start), _INTERPRETERS.stop - 1)
    return FOLDER / f"py3{minor}.txt"


def variables(path: Path | None = None) -> dict[str, str]:
    """Return what makes pip and uv keep to `path`, else to the file of this interpreter: to nothing for the newest.

    As an address: pip and uv take several files, with blanks between, and a checkout may have a blank in its path.
    Both kinds of each: from 25.3 on pip applies PIP_CONSTRAINT no longer to what it builds with, uv never did.
    """
    if path is None and os.environ.get(NEWEST):
        return {}
    where = (path or file_for()).as_uri()
    return dict.fromkeys(("PIP_CONSTRAINT", "PIP_BUILD_CONSTRAINT", "UV_CONSTRAINT", "UV_BUILD_CONSTRAINT"), where)


def read(path: Path) -> dict[str, str]:
    """Return releases by normalised name; empty if there is no such file."""
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    rows = (line.partition("==") for line in lines if line and not line.startswith("#"))
    return {name: version for name, _, version in rows}


def key(path: Path, *more: object) -> str:
    """Return a short text that differs where the releases, this interpreter or `more` do; the newest last a day."""
    day = datetime.date.today().isoformat() if os.environ.get(NEWEST) else ""
    told = (sorted(read(path).items()), sys.version, os.path.realpath(sys.executable), day, *map(str, more))
    return hashlib.sha256(repr(told).encode()).hexdigest()[:16]


def resolve(pins: Pins) -> dict[str, str]:
    """Ask uv which releases the index has for a set now. Raises: RuntimeError with its words."""
    command = [sys.executable, "-m", "uv", "pip", "compile", "--quiet", "--no-header", "--no-annotate"]
    command += ["--python-version", pins.python, "--python-platform", _PLATFORM]
    free = {name: value for name, value in os.environ.items() if "CONSTRAINT" not in name and name != "VIRTUAL_ENV"}
    done = subprocess.run([*command, *pins.sources], cwd=ROOT, env=free, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"{pins.name}: {done.stderr.strip()}")
    return dict(re.findall(r"^([a-z0-9-]+)==([^\s;+]+)", done.stdout, re.MULTILINE))


def moves(old: Mapping[str, str], new: Mapping[str, str]) -> tuple[Move, ...]:
    """Return what changed between two files, by name."""
    names = sorted(old.keys() | new.keys())
    return tuple(Move(name, old.get(name), new.get(name)) for name in names if old.get(name) != new.get(name))


def show(pins: Pins, releases: Mapping[str, str], day: datetime.date) -> str:
    """Return the text of a file."""
    head = (
        f"# Releases of {day.isoformat()} for CPython {pins.python} on Linux, from {', '.join(pins.sources)}.",
        "# Renew with `make pins`, do not edit.",
    )
    return "\n".join((*head, *(f"{name}=={version}" for name, version in sorted(releases.items())), ""))


def main(names: Sequence[str]) -> int:
    """Renew the files of `names`, all without; print what moved."""
    unknown = sorted(set(names) - {pins.name for pins in SETS})
    if unknown:
        print(f"no such constraints: {', '.join(unknown)}", file=sys.stderr)
        return 2
    for pins in SETS:
        if names and pins.name not in names:
            continue
        print(f"{pins.name}: resolving", end=" ", flush=True)
        releases = resolve(pins)
        moved = moves(read(pins.path), releases)
        print(f"{len(releases)} distributions, {len(moved)} moved")
        for move in moved:
            print(f"  {move.show()}")
        if moved:
            pins.path.write_text(show(pins, releases, datetime.date.today()), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
