"""A command of the user's own, run in a shadow: the tests that say whether a change breaks anything."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import time
from collections.abc import Mapping
from pathlib import Path

from footprint.files.private import private_folder
from footprint.probe import launch
from footprint.probe.output_tail import OutputTail
from footprint.probe.program_end import run_to_end
from footprint.probe.shadow import Shadow
from footprint.probe.started_program import Order
from footprint.probe.statuses import describe_status
from footprint.trial.ground import NoShadow
from footprint.values import dataclass

_OUTPUT_BYTES = 4 << 20
# As `pytest -rfE` sums up. Source: "Producing a detailed summary report" of its documentation.
_FAILED = re.compile(r"(?m)^(?:FAILED|ERROR) (\S.*?)(?: - .*)?$")
_PYTEST_OPTIONS = "-rfE -p no:cacheprovider"


@dataclass(frozen=True, slots=True)
class CommandRun:
    """How a command ended. `failed` are the tests that pytest named; empty for all other commands."""

    status: int | None  # negative for a signal; None: its time was over
    failed: frozenset[str]
    output: str  # the end of it, with real paths
    seconds: float

    @property
    def said(self) -> str:
        """Return how it ended, in words."""
        return "not over in time" if self.status is None else describe_status(self.status)


def run_command(
    shadow: Shadow, command: tuple[str, ...], folder: Path, variables: Mapping[str, str], limit_s: float
) -> CommandRun:
    """Run a command in a folder of the project, with a HOME of its own; no process of it is left.

    `folder` and the words of the command are the real ones. Raises: NoShadow where the command cannot be started.
    """
    with private_folder("trial", launch.PRIVATE_FOLDERS) as place, contextlib.closing(OutputTail(_OUTPUT_BYTES)) as out:
        env = _environment(shadow, variables, place)
        words = tuple(map(shadow.placed, command))
        at = Path(shadow.placed(str(folder)))
        program = str(at / words[0]) if os.sep in words[0] else shutil.which(words[0], path=env["PATH"])
        if program is None:
            raise NoShadow(f"the command {command[0]} is not found")
        begin = time.monotonic()
        order = Order((program, *words[1:]), at, env, out.writer, out.writer, overlays=shadow.overlays)
        try:
            status = run_to_end(order, limit_s)
        except OSError as error:
            raise NoShadow(f"cannot start {command[0]}: {error.strerror or error}") from error
        text = shadow.shown(out.close())
    return CommandRun(status, frozenset(_FAILED.findall(text)), text, time.monotonic() - begin)


def _environment(shadow: Shadow, variables: Mapping[str, str], place: Path) -> dict[str, str]:
    """Return our environment with that of the shadow active in it, and what the user set on top."""
    env = launch.child_environment({}, place, None)
    python = shadow.interpreter
    assert python.executable is not None
    env["PATH"] = os.pathsep.join([str(python.executable.absolute().parent), env.get("PATH", os.defpath)])
    if (python.prefix / "pyvenv.cfg").is_file():
        env["VIRTUAL_ENV"] = str(python.prefix)
    env["PYTEST_ADDOPTS"] = " ".join(filter(None, [env.get("PYTEST_ADDOPTS"), _PYTEST_OPTIONS]))
    return shadow.variables({**env, **variables})
