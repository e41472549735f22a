"""`footprint ask` as a user runs it: DuckDB is loaded by nothing else, and where it is missing that is said."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from footprint.cli.app import COMMANDS
from tests.support.command import footprint, plain_environment

LINE = {
    "format": 1, "project": "shop", "path": "/srv/shop", "source": "checkout", "commit": None, "committed_at": None,
    "at": "2026-11-30T08:20:00Z", "host": "a", "processor": None, "libc": None, "python": None, "outcome": "done",
    "reason": None, "seconds": 1.0,
    "audit": {"distributions": [{"name": "torch", "version": "2.0", "apparent_bytes": 5 << 20, "usage": "unused"}]},
}  # fmt: skip
WITHOUT_DUCKDB = """
import sys
sys.modules["duckdb"] = None
sys.argv[:] = ["footprint", *sys.argv[1:]]
from footprint.cli.app import main
sys.exit(main())
"""


@pytest.fixture
def lines(tmp_path: Path) -> Path:
    path = tmp_path / "fleet.jsonl"
    path.write_text(json.dumps(LINE) + "\n" + '{"format": 1, "proj')
    return path


def test_a_question_is_answered_and_written(lines: Path) -> None:
    done = footprint("ask", "--db", lines, "never-loaded", "Torch", "-o", f"csv:{lines.parent / 'a.csv'}")
    assert (done.returncode, done.stderr) == (0, "")
    assert "shop" in done.stdout and "no start was measured" in done.stdout
    assert "installed or locked in 1 of 1 audited projects" in done.stdout
    assert "fleet-line-cut" in done.stdout
    assert (lines.parent / "a.csv").read_text().splitlines()[1].startswith("shop,2.0,unused,5242880,,")


def test_without_a_question_all_are_listed() -> None:
    done = footprint("ask")
    assert done.returncode == 0
    assert all(word in done.stdout for word in ("never-loaded NAME", "growth --since DATE", "--sql"))


MISTAKES = {
    "no database": (["heaviest"], "name the database"),
    "not there": (["--db", "nope.duckdb", "heaviest"], "no such file"),
    "both ways": (["--db", "x", "heaviest", "--sql", "SELECT 1"], "in the place of a question"),
    "a date alone": (["--db", "x", "--since", "2026-01-01"], "goes with growth"),
    "a format": (["-f", "html"], "is not a format"),
}


@pytest.mark.parametrize(("words", "told"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_one_line(words: list[str], told: str) -> None:
    done = footprint("ask", *words)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert told in done.stderr


def test_where_duckdb_is_missing_the_command_that_installs_it_is_said(lines: Path) -> None:
    line = [sys.executable, "-c", WITHOUT_DUCKDB, "ask", "--db", str(lines), "heaviest"]
    done = subprocess.run(line, capture_output=True, text=True, env=plain_environment(), check=False)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert "python -m pip install 'footprint-audit[fleet]'" in done.stderr


def test_no_command_loads_an_extra_before_it_needs_it() -> None:
    modules = ", ".join(f"footprint.cli.{name.replace('-', '_')}_command" for name in COMMANDS)
    rooms = "footprint.fleet.fleet_database, footprint.fleet.fleet_questions, footprint.report.formats"
    extras = ("duckdb", "distributed", "dask")
    code = f"import sys, {modules}, {rooms}; print([name for name in {extras} if name in sys.modules])"
    line = [sys.executable, "-c", code]
    done = subprocess.run(line, capture_output=True, text=True, env=plain_environment(), check=False)
    assert done.stdout == "[]\n", done.stderr
