"""How many files of the package a command loads: those of platforms, formats and rare cases only where they are needed.

The bounds are a ratchet. A command that passes one by should load what it has new inside the function that needs it.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.command import EXAMPLE, EXAMPLE_ENV, plain_environment
from tests.support.machine import UNCOVERED, need
from tests.support.projects import write

_EXAMPLE = (str(EXAMPLE), "--env", str(EXAMPLE_ENV))
# command -> files of the package at most
COMMANDS = {
    ("explain", "FP101"): 18,
    ("scan", "--env", str(EXAMPLE_ENV)): 65,
    ("imports", *_EXAMPLE): 166,
    ("check", "--static", *_EXAMPLE): 311,
    ("audit", "--no-probe", *_EXAMPLE, "--format", "json"): 292,
}
_COUNT = """
import sys
sys.argv[0] = "footprint"
from footprint.cli.app import main
code = main()
print(*sorted(name for name in sys.modules if name.partition(".")[0] == "footprint"), file=sys.stderr)
sys.exit(code)
"""


def test_version_loads_nothing_that_the_interpreter_does_not(tmp_path: Path) -> None:
    write(tmp_path, {"empty/__init__.py": "", "empty/__main__.py": ""})
    assert _imported(tmp_path, "footprint", "--version") - _imported(tmp_path, "empty") == {"footprint"}


def _imported(folder: Path, *words: str) -> set[str]:
    line = [sys.executable, "-X", "importtime", "-m", *words]
    env = plain_environment(**UNCOVERED)
    done = subprocess.run(line, cwd=folder, capture_output=True, text=True, env=env, check=True)
    return {row.rpartition("|")[2].strip() for row in done.stderr.splitlines()}


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
def test_a_command_loads_what_it_needs(command: tuple[str, ...]) -> None:
    need(EXAMPLE_ENV.is_dir(), "the example's environment: make demo builds it")
    line = [sys.executable, "-c", _COUNT, *command]
    done = subprocess.run(line, capture_output=True, text=True, env=plain_environment(), check=False)
    assert done.returncode in (0, 1), done.stderr[-500:]
    loaded = done.stderr.splitlines()[-1].split()
    assert 0 < len(loaded) <= COMMANDS[command], loaded
