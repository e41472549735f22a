"""The table of import names, held against what distributions really install."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.command import EXAMPLE_ENV
from tests.support.machine import install, need

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "benchmarks/check_import_names.py"


def check(*environments: Path) -> tuple[int, int, str]:
    """Return the exit code, how many rows were checked, and what was said."""
    command = [sys.executable, str(SCRIPT), *map(str, environments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    match = re.search(r"^(\d+) of \d+ import names checked", done.stdout, re.MULTILINE)
    assert match is not None, done.stderr
    return done.returncode, int(match[1]), done.stdout


def test_the_table_agrees_with_the_example() -> None:
    need(EXAMPLE_ENV.is_dir(), "the example's environment: make demo builds it")
    code, rows, said = check(EXAMPLE_ENV)
    assert (code, rows >= 6) == (0, True), said


@pytest.mark.real
def test_the_table_agrees_with_what_real_applications_install() -> None:
    environments = [folder.parents[2] for folder in (ROOT / ".cache").glob("**/lib/python*/site-packages")]
    need(environments, "environments of real applications: make test-real builds them")
    code, rows, said = check(EXAMPLE_ENV, *environments)
    assert (code, rows >= 60) == (0, True), said


def test_a_wrong_row_is_found(tmp_path: Path) -> None:
    install(tmp_path, "pillow", {"pillow/__init__.py": b""})
    install(tmp_path, "google-cloud-storage", {"google/cloud/storage/__init__.py": b""})
    code, _, said = check(tmp_path)
    assert (code, "WRONG: pillow 1.0 does not install PIL" in said) == (1, True)
    assert "google-cloud-storage" not in said
