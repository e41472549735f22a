"""Folders that deploy files put on the import path: PYTHONPATH of images, services, start commands and .env files."""

from __future__ import annotations

import os
import posixpath
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from footprint.collect.deploy.files import Unreadable, find_file, read_text
from footprint.model.sources import StartCommand

VARIABLE = "PYTHONPATH"
_ASSIGNED = re.compile(rf"""(?:^|[\s;&]){VARIABLE}=("[^"]*"|'[^']*'|[^\s;&|]*)""")
_ENV_LINE = re.compile(rf"""^(?:export\s+)?{VARIABLE}\s*=\s*(.*)$""", re.MULTILINE)
_ENV_FILES = (".env",)
_PARTS_AT_MOST = 50


@dataclass(frozen=True, slots=True)
class ImportPath:
    """A folder on the path of what one start command starts; `where` is its place, "" for all of the project's."""

    folder: Path  # absolute
    where: str  # "Dockerfile:7"


def read_import_paths(project: Path, commands: Iterable[StartCommand]) -> tuple[ImportPath, ...]:
    """Return the folders that are there, in the order stated. What an image has elsewhere is looked for by its end.

    `/app/lib` is `lib` of the project where there is no `app/lib`; what is nowhere in it is taken as it is.
    """
    found: dict[ImportPath, None] = {}
    for command in commands:
        stated = dict(command.environ).get(VARIABLE, "")
        values = [
            *([stated] if stated else []),
            *(match[1].strip("\"'") for match in _ASSIGNED.finditer(command.command)),
        ]
        for value in values if command.purpose != "development" else ():
            folders = _folders(value, project, command.working_dir)
            found |= dict.fromkeys(ImportPath(folder, f"{command.path}:{command.line}") for folder in folders)
    for value in _values_of_env_files(project):
        found |= dict.fromkeys(ImportPath(folder, "") for folder in _folders(value, project, "."))
    return tuple(found)


def _values_of_env_files(project: Path) -> Iterator[str]:
    for name in _ENV_FILES:
        file = find_file(project, name)
        if file is None:
            continue
        try:
            text = read_text(project, file)
        except Unreadable:
            continue
        yield from (match[1].strip().strip("\"'") for match in _ENV_LINE.finditer(text))


def _folders(value: str, project: Path, working_dir: str) -> Iterator[Path]:
    for part in map(str.strip, value.split(":")[:_PARTS_AT_MOST]):
        if not part or "$" in part or "\0" in part:
            continue  # what the shell had before
        if not part.startswith("/"):
            place = posixpath.normpath(posixpath.join(working_dir, part))
            folder = None if place.startswith("..") else _existing(project, place)
        else:
            folder = _by_its_end(project, posixpath.normpath(part))
        if folder is not None:
            yield folder


def _by_its_end(project: Path, path: str) -> Path | None:
    """Return the folder of the project that a path of an image ends like, the whole project for its work folder."""
    parts = path.strip("/").split("/")
    for count in range(len(parts)):
        folder = _existing(project, "/".join(parts[count:]))
        if folder is not None:
            return folder
    outside = Path(path)
    if _is_folder(outside):
        return outside
    return project.absolute() if len(parts) == 1 or parts[-1] in ("app", "src", "code") else None


def _existing(project: Path, place: str) -> Path | None:
    folder = project.absolute() / place
    return folder if _is_folder(folder) else None


def _is_folder(path: Path) -> bool:
    return os.path.isdir(path)  # noqa: PTH112 - False for a name too long
