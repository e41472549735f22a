"""The only room of the benchmarks that installs from an index: always held to the files in constraints/."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from rounds import ROOT

sys.path.insert(0, str(ROOT))
from constraints import pins

CONSTRAINTS = pins.FOLDER


def provide(name: str, folder: Path, *lines: str) -> Path:
    """Return the interpreter of an environment of constraints/bench-NAME.in and `lines`, made anew when they change."""
    wanted, held = CONSTRAINTS / f"bench-{name}.in", CONSTRAINTS / f"bench-{name}.txt"
    python, stamp = folder / "bin" / "python", folder / "made-for"
    key = pins.key(held, *requirements(name, *lines))
    if not stamp.exists() or stamp.read_text() != key:
        print(f"building {folder} from {wanted.relative_to(ROOT)}: some minutes", file=sys.stderr)
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(folder)], check=True)
        run_pip(python, "install", *requirements(name, *lines), held=held)
        stamp.write_text(key)
    return python


def own_install() -> Path:
    """Return the interpreter of an environment with the wheel of this checkout, compiled, as a user has it."""
    folder = ROOT / ".cache" / "own-install"
    python = folder / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(folder)], check=True)
    with tempfile.TemporaryDirectory() as wheels:
        run_pip(python, "wheel", "--no-deps", "--wheel-dir", wheels, ROOT)
        (wheel,) = Path(wheels).glob("*.whl")
        run_pip(python, "install", "--force-reinstall", wheel)
    return python


def requirements(name: str, *lines: str) -> tuple[str, ...]:
    """Return `lines` and what constraints/bench-NAME.in asks for, of each name the first."""
    rows = (CONSTRAINTS / f"bench-{name}.in").read_text(encoding="utf-8").splitlines()
    asked = [*lines, *(row for row in rows if row and not row.startswith("#"))]
    by_name: dict[str, str] = {}
    for line in asked:
        by_name.setdefault(line.partition("==")[0], line)
    return tuple(by_name.values())


def run_pip(python: Path, *arguments: str | Path, held: Path | None = None, by: Path | None = None) -> None:
    """Run pip for an interpreter; `by`: with the pip of another one. `held`: not the file of our own interpreter."""
    # pip compiles unless told not to; a tree without bytecode would be half the size.
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    command = [str(by or python), "-m", "pip", *(("--python", str(python)) if by else ())]
    command += ["--quiet", "--disable-pip-version-check", *map(str, arguments)]
    subprocess.run(command, check=True, env=kept | pins.variables(held))
