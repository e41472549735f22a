"""A scratch environment: made in a folder of ours by uv where that is there, else by venv and pip, and filled."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Literal

from footprint.errors import CannotMeasure
from footprint.files.page_cache import forget_pages
from footprint.files.paths import place_in
from footprint.files.writer import write_file
from footprint.model.installed_environment import Interpreter
from footprint.probe.program_end import run_printing
from footprint.values import dataclass

_TIMEOUT_S = 3600
_LINES_SHOWN = 6
_DROPPED = frozenset({"VIRTUAL_ENV", "PYTHONPATH", "PYTHONHOME", "PYTHONDONTWRITEBYTECODE", "PYTHONPYCACHEPREFIX"})


@dataclass(frozen=True, slots=True)
class Installation:
    """What a scratch environment is filled with."""

    requirements: str  # the text of a requirements file
    constraints: str
    find_links: tuple[str, ...]
    paths: tuple[str, ...]  # folders of the project that its code is imported from


def absolute_links(find_links: Iterable[str]) -> tuple[str, ...]:
    """Return folders and URLs as an installer finds them from another folder."""
    return tuple(link if "://" in link else str(Path(link).resolve()) for link in find_links)


def find_own_paths(python: Interpreter, project: Path) -> tuple[str, ...]:
    """Return the folders of a project, without those of its environment, from which its interpreter imports."""
    inside = (path for path in python.sys_path if place_in(project, path) is not None)
    own = (path for path in inside if path not in python.site_dirs)
    return tuple(str(path) for path in own if not path.is_relative_to(python.prefix))


def make_scratch(folder: Path, python: Path, wanted: Installation, project: Path) -> tuple[Path, Literal["uv", "pip"]]:
    """Return a new environment in a folder of ours, and the program that filled it.

    Raises: CannotMeasure with the installer's last lines where it does not come to be.
    """
    env = folder / "env"
    executable = env / ("Scripts" if os.name == "nt" else "bin") / "python"
    write_file(folder / "requirements.txt", wanted.requirements.encode())
    write_file(folder / "constraints.txt", wanted.constraints.encode())
    given: list[str | Path] = ["-r", folder / "requirements.txt", "-c", folder / "constraints.txt"]
    given += [word for link in wanted.find_links for word in ("--find-links", link)]
    uv = shutil.which("uv")
    install: list[str | Path]
    if uv is not None:
        run_installer([uv, "venv", "--quiet", "--python", python, env], project)
        install = [uv, "pip", "install", "--quiet", "--compile-bytecode", "--python", executable]
    else:
        run_installer([python, "-m", "venv", env], project)
        install = [executable, "-m", "pip", "--disable-pip-version-check", "--quiet", "install"]
    run_installer([*install, *given], project)
    for site in env.glob("lib*/python*/site-packages") if wanted.paths else ():
        write_file(site / "footprint-project.pth", "".join(f"{path}\n" for path in wanted.paths).encode())
    forget_pages(env)
    return env, "pip" if uv is None else "uv"


def run_installer(command: Sequence[str | Path], folder: Path) -> None:
    """Run an installer as the user does, with their settings of an index; with it ends all that it has started."""
    words = list(map(str, command))
    environment = {key: value for key, value in os.environ.items() if key not in _DROPPED}
    try:
        ended = run_printing(words, folder, environment, _TIMEOUT_S)
    except OSError as error:
        raise CannotMeasure(f"cannot start {words[0]}: {error.strerror or error}") from None
    if ended.status is None:
        raise CannotMeasure(f"{_shown(words)} took longer than {_TIMEOUT_S} seconds")
    if ended.status != 0:
        last = ended.printed.strip().splitlines()[-_LINES_SHOWN:]
        raise CannotMeasure("\n".join([f"{_shown(words)} ended with {ended.status}:", *last]))


def _shown(words: Sequence[str]) -> str:
    return " ".join([Path(words[0]).name, *words[1:3]])
