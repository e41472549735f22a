"""The target interpreter: which one it is, and what it says of itself when asked once.

The environments of a project are looked for where people and tools keep them, without starting anything.
Sources: PEP 405 (pyvenv.cfg); the documentation of uv (UV_PROJECT_ENVIRONMENT, workspaces), pixi (.pixi/envs), conda
(--prefix), Poetry, Pipenv and hatch, which keep environments by a hash of the project's path.
"""

# Names and strings: `os.path` is False, no error, for what may not be entered.
# ruff: noqa: PTH110, PTH111, PTH112, PTH113

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from footprint.errors import EnvironmentUnreadable, UsageError
from footprint.files.paths import find_work_tree
from footprint.files.reader import list_names
from footprint.model.installed_environment import HowFound, Interpreter
from footprint.values import dataclass

if TYPE_CHECKING:
    from footprint.collect.interpreter.conversation import Start

TIMEOUT_S = 30.0
RUNNING = HowFound("running", "the interpreter that runs footprint", "name another with --python or --env")  # no other


def find(*, python: Path | None, env: Path | None, project: Path) -> tuple[Path, HowFound]:
    """Return the interpreter to audit, and how it was chosen.

    Order: --python, --env, the active environment, those of the project (`find_environments`), of which one that can be
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
    if python.name == str(python):
        import shutil  # with it come three libraries for archives

        on_path = shutil.which(str(python))
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


# The environments of a project

_NAMES = (".venv", "venv", ".env", "env", "ENV", ".virtualenv", "virtualenv")
_SURE_NAMES = (".venv", "venv")  # nobody keeps anything else in a folder of such a name
_MARKS = ("pyvenv.cfg", "conda-meta")
_PROGRAMS = ("bin/python", "bin/python3", "Scripts/python.exe", "python.exe")
_LIBRARIES = ("lib", "lib64")
_FOLDERS_AT_MOST = 500


@dataclass(frozen=True, slots=True)
class FoundEnvironment:
    """A folder that is an environment. `trouble` says why its interpreter cannot be started, "" where it can."""

    python: Path  # absolute, links kept; it need not be there
    where: str  # for a reader: ".venv in the project"
    trouble: str = ""


def find_environments(project: Path) -> tuple[FoundEnvironment, ...]:
    """Return the environments of a project, those first that it is most likely meant to be used with.

    Raises: EnvironmentUnreadable if the project's own one may not be entered: to go on as if it were not there would
        call everything "not installed".
    """
    for closed in (project / name for name in _SURE_NAMES):
        if os.path.isdir(closed) and not os.access(closed, os.R_OK | os.X_OK):
            raise EnvironmentUnreadable(str(closed), "permission denied; audit as a user who may read it")
    found: dict[Path, FoundEnvironment] = {}
    for folder, where in _places(project):
        environment = look_at(folder, where)
        if environment is not None:
            found.setdefault(Path(os.path.realpath(folder)), environment)
    return tuple(found.values())


def look_at(folder: Path, where: str) -> FoundEnvironment | None:
    """Return the environment in a folder, None where there is none."""
    if not os.path.isdir(folder):  # .env is mostly a file
        return None
    links = (folder / name for name in _PROGRAMS if os.path.islink(folder / name))  # noqa: PTH114
    program = find_program(folder) or next(links, folder / _PROGRAMS[0])
    trouble = find_trouble(program)
    if trouble and not has_packages(folder):
        return None  # nothing that could be read either
    return FoundEnvironment(Path.cwd() / program, where, trouble)


def find_program(folder: Path) -> Path | None:
    """Return the interpreter in the folder of an environment, None where none is there."""
    return next((folder / name for name in _PROGRAMS if os.path.isfile(folder / name)), None)


def find_trouble(program: Path) -> str:
    """Return why a program of an environment cannot be started, "" where nothing speaks against it."""
    if not os.path.isfile(program):
        if os.path.islink(program):  # noqa: PTH114
            return f"its {program.name} leads to {os.path.realpath(program)}, which is not there"
        return f"it has no {program.name}"
    if program.suffix == ".exe" and os.name != "nt":
        return "it was made on Windows"
    if not os.access(program, os.X_OK):
        return f"its {program.name} is not executable"
    return "it has no pyvenv.cfg, so its interpreter sees what is installed elsewhere" if _is_cut_off(program) else ""


def _is_cut_off(program: Path) -> bool:
    """Whether a program that is a link runs as the interpreter that it leads to, though its own folder has packages.

    Source: PEP 405: pyvenv.cfg lies beside the program or one folder above; without it there is no environment.
    """
    folder = program.parent.parent
    marks = (place / mark for place in (program.parent, folder) for mark in _MARKS)
    if not os.path.islink(program) or any(map(os.path.exists, marks)):  # noqa: PTH114
        return False
    return has_packages(folder) and not Path(os.path.realpath(program)).is_relative_to(os.path.realpath(folder))


def _places(project: Path) -> Iterator[tuple[Path, str]]:
    if named := os.environ.get("UV_PROJECT_ENVIRONMENT"):
        yield project / named, "UV_PROJECT_ENVIRONMENT"
    for name in _NAMES:
        if name in _SURE_NAMES or not os.path.islink(project / name):  # noqa: PTH114
            yield project / name, f"{name} in the project"
    pixi = ".pixi/envs"
    for name in sorted(_list(project / pixi), key=lambda name: (name != "default", name)):
        yield project / pixi / name, f"{pixi}/{name} in the project"
    if any(os.path.exists(project / mark) for mark in _MARKS):
        yield project, "the project's folder itself"
    for name in _list(project):
        is_own = not os.path.islink(project / name)  # noqa: PTH114
        if is_own and any(os.path.exists(project / name / mark) for mark in _MARKS):
            yield project / name, f"{name} in the project"
    yield from _above(project)
    yield from _kept_by_tools(project)


def _above(project: Path) -> Iterator[tuple[Path, str]]:
    """Yield the environments of the workspace around a member, up to the top of its git work tree."""
    top = find_work_tree(project)
    folder = project.resolve()
    while top is not None and folder not in (top, folder.parent):
        folder = folder.parent
        yield folder / ".venv", f".venv in {folder.name} above the project"


def _kept_by_tools(project: Path) -> Iterator[tuple[Path, str]]:
    """Yield what Poetry, Pipenv and hatch have made for this folder, in the user's home."""
    place = os.path.realpath(project)
    home = os.path.expanduser("~")
    if os.path.isfile(project / "poetry.lock") or os.path.isfile(project / "pyproject.toml"):
        digest = _digest(os.path.normcase(place))[:8]
        cache = os.environ.get("POETRY_CACHE_DIR") or f"{home}/.cache/pypoetry"
        for folder in (os.environ.get("POETRY_VIRTUALENVS_PATH"), f"{cache}/virtualenvs"):
            yield from _by_hash(folder, f"-{digest}-py", "of Poetry")
    if os.path.isfile(project / "Pipfile"):
        digest = _digest(os.path.join(place, "Pipfile"))[:8]  # noqa: PTH118
        for folder in (os.environ.get("WORKON_HOME"), f"{home}/.local/share/virtualenvs"):
            yield from _by_hash(folder, f"-{digest}", "of Pipenv")
    data = os.environ.get("HATCH_DATA_DIR") or f"{home}/.local/share/hatch"
    for name in _list(Path(data, "env", "virtual")):
        digest = _digest(place)[:8]
        for environment in _list(Path(data, "env", "virtual", name, digest)):
            yield Path(data, "env", "virtual", name, digest, environment), f"{environment} of hatch"


def _by_hash(folder: str | None, mark: str, where: str) -> Iterator[tuple[Path, str]]:
    for name in _list(Path(folder)) if folder else ():
        if mark in name:
            yield Path(folder or "", name), f"{name} {where}"


def _digest(text: str) -> str:
    # Few need it, and where memory is short hashlib itself prints a stack while it is imported.
    import base64
    import hashlib

    return base64.urlsafe_b64encode(hashlib.sha256(os.fsencode(text)).digest()).decode("ascii")


def has_packages(folder: Path) -> bool:
    """Whether an environment has a folder of distributions."""
    if os.path.isdir(folder / "Lib" / "site-packages"):
        return True
    libraries = ((folder / library / name) for library in _LIBRARIES for name in _list(folder / library))
    return any(os.path.isdir(path / "site-packages") for path in libraries)


def _list(folder: Path) -> list[str]:
    return list_names(folder)[:_FOLDERS_AT_MOST]
