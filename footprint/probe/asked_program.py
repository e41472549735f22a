"""A program that is only asked something, under the supervisor of applications: nothing of it is left running."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from footprint.probe import started_program


def start(command: list[str], output: int, errors: int) -> started_program.Started:
    """Start a command in our folder, without input. Raises: OSError when it cannot be started."""
    environment = {**os.environ, started_program.MARKER: secrets.token_hex(16)}
    return started_program.start(started_program.Order(command, Path.cwd(), environment, output, errors))
