"""An environment with nothing in it, for candidates without a project."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from footprint.addition.installer_programs import find_uv
from footprint.audit.scratch_environment import run_installer
from footprint.files.private import private_folder


@contextmanager
def open_bare(python: Path | None) -> Iterator[tuple[Path, Path]]:
    """Give an empty project and an empty environment of an interpreter, else of the one that runs us.

    Raises: CannotMeasure where none can be made.
    """
    executable = Path.cwd() / (python or sys.executable)  # links stay
    with private_folder("bare", ("project",)) as folder:
        env, uv = folder / "env", find_uv()
        if uv is not None:
            words: list[str | Path] = [
                uv,
                "venv",
                "--quiet",
                "--no-project",
                "--python",
                executable,
                env,
            ]
        else:
            words = [executable, "-m", "venv", "--without-pip", env]
        run_installer(words, folder / "project")
        yield folder / "project", env
