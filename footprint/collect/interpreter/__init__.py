"""The target interpreter: which one it is, and what it says of itself when asked once."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from footprint.collect.interpreter.environments import (
    FoundEnvironment,
    find_environments,
    find_program,
    find_trouble,
    has_packages,
    look_at,
)
from footprint.errors import UsageError
from footprint.model.installed_environment import HowFound, Interpreter

if TYPE_CHECKING:
    from footprint.collect.interpreter.conversation import Start

__all__ = [
    "RUNNING",
    "FoundEnvironment",
    "find",
    "find_environments",
    "find_own",
    "find_trouble",
    "has_packages",
    "inspect",
    "look_at",
]

TIMEOUT_S = 30.0
RUNNING = HowFound("running", "the interpreter that runs footprint", "name another with --python or --env")  # no other


def find(*, python: Path | None, env: Path | None, project: Path) -> tuple[Path, HowFound]:
    """Return the interpreter to audit, and how it was chosen.

    Order: --python, --env, the active environment, those of the project (`environments`), of which one that can be
    started comes first, the running interpreter. The path keeps its symbolic links: an environment's python is one.
    Raises: UsageError when a given one does not exist.
    """
    if python is not None:
        return _given_python(python), HowFound("python", "--python")
    if env is not None:
        return _given_env(env), HowFound("env", "--env")
    for variable, folder in _active_environments():
        if (found := find_program(folder)) is not None:
            return _absolute(found), HowFound("active", f"the active environment ({variable})")
    own = find_environments(project)
    chosen = next((each for each in own if not each.trouble), own[0] if own else None)
    if chosen is None:
        return Path(sys.executable), RUNNING
    return chosen.python, HowFound("own", chosen.where)


def find_own(project: Path) -> Path | None:
    """Return the interpreter of the environment that lies in the project's folder, whatever else is active."""
    top = project.resolve()
    own = (each.python for each in find_environments(project) if not each.trouble)
    return next((python for python in own if python.is_relative_to(top)), None)


def inspect(executable: Path, *, timeout_s: float = TIMEOUT_S, start: Start | None = None) -> Interpreter:
    """Ask `executable` once for its version, paths, markers and standard library.

    `start` starts it; without one, what it leaves running in a session of its own is not ended.
    Raises: InterpreterUnusable if it is missing, no Python, older than 3.8, silent for `timeout_s`, or if its answer is
        endless or not that of an interpreter.
    Source: "Dependency specifiers" specification (environment markers), as packaging computes them.
    """
    from footprint.collect.interpreter.question import ask  # starts a process, which most commands do not

    return ask(_absolute(executable), str(executable), timeout_s, start)


def _given_python(python: Path) -> Path:
    if python.is_file():
        return _absolute(python)
    on_path = shutil.which(str(python)) if python.name == str(python) else None
    if on_path is not None:
        return Path(on_path)
    if python.is_dir():
        raise UsageError(f"--python {python} is a folder: give the interpreter in it, or use --env {python}")
    raise UsageError(f"--python {python} does not exist: give the path of a Python interpreter")


def _given_env(env: Path) -> Path:
    if not env.is_dir():
        raise UsageError(f"--env {env} is not a folder: give the folder of a virtual environment")
    if (program := find_program(env)) is not None:
        return _absolute(program)
    if (broken := look_at(env, "--env")) is not None:
        return broken.python  # what is installed there can be read
    raise UsageError(
        f"--env {env} has neither bin/python nor Scripts/python.exe: "
        "give the folder of a virtual environment, or an interpreter with --python"
    )


def _active_environments() -> Iterator[tuple[str, Path]]:
    if folder := os.environ.get("VIRTUAL_ENV"):
        yield "VIRTUAL_ENV", Path(folder)
    # conda's base is active in every shell of many machines: no sign that the project uses it.
    if (folder := os.environ.get("CONDA_PREFIX")) and os.environ.get("CONDA_DEFAULT_ENV") not in ("base", "root"):
        yield "CONDA_PREFIX", Path(folder)


def _absolute(path: Path) -> Path:
    return Path.cwd() / path  # not resolve(): the link is what makes it the environment's python
