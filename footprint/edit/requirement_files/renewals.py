"""Files that tools write out of the requirement files: never edited, and the command that renews each."""

from __future__ import annotations

import re
import shlex
from collections.abc import Collection, Iterator, Mapping
from types import MappingProxyType

from footprint.model.trim import Renewal

# Lock file -> the files that it is made of, and the command that keeps all other versions.
LOCKS: Mapping[str, tuple[tuple[str, ...], str]] = MappingProxyType(
    {
        "uv.lock": (("pyproject.toml",), "uv lock"),
        "poetry.lock": (("pyproject.toml",), "poetry lock"),
        "pdm.lock": (("pyproject.toml",), "pdm lock --update-reuse"),
        "pylock.toml": (("pyproject.toml",), "uv export --format pylock.toml --output-file pylock.toml"),
        "pixi.lock": (("pyproject.toml", "pixi.toml"), "pixi lock"),
        "Pipfile.lock": (("Pipfile",), "pipenv lock"),
        "conda-lock.yml": (("environment.yml", "environment.yaml"), "conda-lock"),
    }
)
_HEAD_CHARACTERS = 4096
_COMMAND = re.compile(r"^#\s+((?:\S*[/\\])?(?:pip-compile|uv|python\S* -m piptools|pdm)\b.*)$", re.MULTILINE)


def renew_locks(edited: Collection[str], names_in: Mapping[str, Collection[str]]) -> Iterator[Renewal]:
    """Yield what renews the lock files of edited files; `names_in` has the names in each folder, "" for the project."""
    found: dict[str, str] = {}
    for path in edited:
        folder, _, name = path.rpartition("/")
        for where in dict.fromkeys((folder, "")):  # the members of a workspace share its lock
            for lock, (sources, command) in LOCKS.items():
                if name in sources and lock in names_in.get(where, ()):
                    found[f"{where}/{lock}".lstrip("/")] = _in_folder(where, command)
    yield from (Renewal(path, command) for path, command in found.items())


def renew_compiled(path: str, source: str, text: str) -> Renewal:
    """Return what compiles a requirements file anew: as its own header says, where it has one."""
    said = _COMMAND.search(text[:_HEAD_CHARACTERS])
    words = f"pip-compile {shlex.quote(source)} --output-file {shlex.quote(path)}"
    return Renewal(path, said[1].strip() if said else words)


def _in_folder(folder: str, command: str) -> str:
    return f"(cd {shlex.quote(folder)} && {command})" if folder else command
