"""Runs the `footprint` command as a user does, in a process of its own."""

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.support import forks
from tests.support.machine import COVERED, UNCOVERED

EXAMPLE = Path(__file__).parents[2] / "examples" / "rag_backend"
EXAMPLE_ENV = EXAMPLE / ".venv"

# For whoever doubts that a fork is what a start is: with this variable all are started.
STARTED = "FOOTPRINT_TESTS_STARTED"

_FOLLOWED: set[tuple[str, str]] = set()  # files of tests, and commands that coverage followed for them

# Whatever the shell of the developer says, a test sees a plain one.
_DROPPED = frozenset(
    {"VIRTUAL_ENV", "CONDA_PREFIX", "CONDA_DEFAULT_ENV", "COLUMNS", "LINES", "TERM", "PORT"}
    | {"PYTHONDONTWRITEBYTECODE", "PYTHONPATH", "PYTHONHOME", "PYTHONIOENCODING", "PYTHONUTF8"}
    | {"NO_COLOR", "FORCE_COLOR", "CLICOLOR", "PY_COLORS"}
)


def plain_environment(**variables: str) -> dict[str, str]:
    """Return our environment without what would change the output, then `variables` on top."""
    env = {name: value for name, value in os.environ.items() if name not in _DROPPED}
    return env | {"LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"} | variables


def footprint(
    *args: str | Path,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    stdin: str | None = None,
    python: str | Path = sys.executable,
    before: Callable[[], None] | None = None,
    started: bool = False,
) -> subprocess.CompletedProcess[str]:
    """Run the command and return how it ended; its output is decoded as UTF-8, broken bytes escaped.

    It is a fork of a process that has imported footprint already, which takes half the time, unless it has to be
    `started`: where the start is the question, or something of it is. `before` runs in the new process, before the
    command does: it sets limits.
    """
    variables = plain_environment(**(env or {})) | (UNCOVERED if before is not None else {})
    read_at_start = any(name.startswith(("PYTHON", "LANG", "LC_")) for name in env or ())
    started = started or read_at_start or before is not None or stdin is not None or bool(os.environ.get(STARTED))
    followed = _note_run(args)
    if not started and Path(python) == Path(sys.executable):
        return forks.run(
            [str(arg) for arg in args], cwd=str(cwd or Path.cwd()), env=variables, timeout_s=300, followed=followed
        )
    return subprocess.run(
        command_line(args, python),
        cwd=cwd,
        env=(COVERED if followed else {}) | variables,
        input=stdin,
        stdin=subprocess.DEVNULL if stdin is None else None,
        capture_output=True,
        encoding="utf-8",
        errors="backslashreplace",
        check=False,
        timeout=300,
        preexec_fn=before,
    )


def _note_run(args: Sequence[str | Path]) -> bool:
    """Note that this file of tests runs a command, and return whether for the first time.

    Coverage follows the first, which doubles its time.
    """
    tests = os.environ.get("PYTEST_CURRENT_TEST", "").partition("::")[0]
    run = (tests, str(args[0]) if args else "")
    is_first = run not in _FOLLOWED
    _FOLLOWED.add(run)
    return is_first


def remarks(done: subprocess.CompletedProcess[str]) -> str:
    """Return what a command that starts something said on stderr after its first line, which says what it starts."""
    first, _, rest = done.stderr.partition("\n")
    assert re.match(r"footprint [a-z -]+ starts .+, as you\. .+\.$", first), done.stderr
    return rest


def command_line(args: Sequence[str | Path], python: str | Path = sys.executable) -> list[str]:
    return [str(python), "-m", "footprint", *(str(arg) for arg in args)]


def answer(command: str, *args: str | Path, exit_code: int = 0, **options: Any) -> dict[str, Any]:
    """Return what a command says as JSON; the exit code is checked. What comes after `--` may be in `args`."""
    done = footprint(command, "-f", "json", *args, **options)
    assert done.returncode == exit_code, done.stdout + done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def audit_json(*args: str | Path, exit_code: int = 0, **options: Any) -> dict[str, Any]:
    """Return what `footprint audit -f json` says; the exit code is checked."""
    return answer("audit", *args, exit_code=exit_code, **options)


def rows_of(audit: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the distributions of a JSON audit by name."""
    return {row["name"]: row for row in audit["distributions"]}


def undated(audit: Mapping[str, Any]) -> dict[str, Any]:
    """Return a JSON audit without when it was made, for a comparison of whole documents made on one machine."""
    assert audit["measured"]["at"]
    return {**audit, "measured": {**audit["measured"], "at": None}}


def codes_of(audit: Mapping[str, Any]) -> set[str]:
    """Return the codes of the notes of a JSON audit."""
    return {note["code"] for note in audit["notes"]}


def wait_for(condition: Callable[[], bool], timeout_s: float = 300) -> None:
    """Wait until `condition` holds; fail when it does not come to that."""
    deadline = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.05)
