"""What each runtime dependency brings: bytes, distributions and import time. The table of docs/dependencies.md.

Installs each one alone into a fresh environment from the package index, without bytecode; then lets Python compile it
and times its import against an interpreter that starts and ends.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from environments import CONSTRAINTS, run_pip
from rounds import Command, compare

MIB = 1 << 20

# typer brings part of its weight into memory only when a command runs.
ONE_COMMAND = """
import typer
app = typer.Typer(rich_markup_mode=None, pretty_exceptions_enable=False, add_completion=False)
app.command()(lambda: None)
app([])
"""

OURS = frozenset({"packaging>=23.2", "psutil>=5.9", "ruamel.yaml>=0.19", "tomli>=2.0"})

# (what is shown, requirements, what is run)
CASES: tuple[tuple[str, tuple[str, ...], str], ...] = (
    ("packaging", ("packaging>=23.2",), "import packaging.requirements"),
    ("psutil", ("psutil>=5.9",), "import psutil"),
    ("ruamel.yaml >=0.19", ("ruamel.yaml>=0.19",), "import ruamel.yaml"),
    ("tomli", ("tomli>=2.0",), "import tomli"),
    ("all of ours", ("packaging>=23.2", "ruamel.yaml>=0.19"), "pass"),
    ("extra dask: distributed", ("distributed>=2024.5",), "import distributed"),
    ("extra fleet: duckdb", ("duckdb>=1.2",), "import duckdb"),
    ("rich", ("rich>=13.8",), "import rich.console, rich.table"),
    ("typer >=0.29", ("typer>=0.29",), "import typer"),
    ("the same, running a command", ("typer>=0.29",), ONE_COMMAND),
    ("importlib-metadata", ("importlib-metadata",), "import importlib_metadata"),
    ("the standard importlib.metadata", (), "import importlib.metadata"),
    ("pipdeptree", ("pipdeptree",), "import pipdeptree"),
    ("ruamel.yaml 0.18", ("ruamel.yaml>=0.18,<0.19",), "import ruamel.yaml"),
    ("tomlkit", ("tomlkit",), "import tomlkit"),
)


def main() -> None:
    """Install, weigh and time each case; print one table."""
    rows = ["| requirement | MiB | distributions | time, x `python -c pass` |", "|---|---:|---:|---:|"]
    with tempfile.TemporaryDirectory() as folder:
        for number, (name, requirements, statement) in enumerate(CASES):
            environment = Path(folder) / str(number)
            site = _install(environment, requirements)
            count_bytes = sum(file.stat().st_size for file in site.rglob("*") if file.is_file())
            installed = len(list(site.glob("*.dist-info")))
            rows.append(f"| {name} | {count_bytes / MIB:.2f} | {installed} | {_import_ratio(environment, statement)} |")
    print("\n".join(["", f"Python {sys.version.split()[0]}, {sys.platform}", "", *rows]))


def _install(environment: Path, requirements: tuple[str, ...]) -> Path:
    subprocess.run((sys.executable, "-m", "venv", "--without-pip", str(environment)), check=True)
    if requirements:
        held = None if OURS.issuperset(requirements) else CONSTRAINTS / "bench-dependencies.txt"
        python = environment / "bin" / "python"
        run_pip(python, "install", "--no-compile", *requirements, held=held, by=Path(sys.executable))
    return next(environment.glob("lib/*/site-packages"))


def _import_ratio(environment: Path, statement: str) -> str:
    if statement == "pass":
        return ""
    python = str(environment / "bin" / "python")
    reference = Command("python -c pass", (python, "-c", "pass"))
    ratio = compare(
        Command(statement.strip().splitlines()[-1], (python, "-c", statement)), reference, rounds=11, target_ratio=None
    )
    return f"{ratio.wall:.1f}"


if __name__ == "__main__":
    main()
