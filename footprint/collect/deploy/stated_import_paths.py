"""Folders that deploy files put on the import path: PYTHONPATH of images, services, start commands and .env files."""

from __future__ import annotations

import os
import posixpath
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from footprint.collect.deploy.files.deploy_files import text_at
from footprint.collect.deploy.files.locations import folder_of, join
from footprint.model.source_modules import StartCommand
from footprint.values import dataclass

VARIABLE = "PYTHONPATH"
_ASSIGNED = re.compile(rf"""(?:^|[\s;&]){VARIABLE}=("[^"]*"|'[^']*'|[^\s;&|]*)""")
# export PYTHONPATH=x; ENV PYTHONPATH x; Environment="PYTHONPATH=x"; PYTHONPATH := x; - PYTHONPATH=x; PYTHONPATH: x
_STATED = re.compile(
    rf"""^(?!\s*(?:\#|//|;)).*?\b{VARIABLE}\b["']?(?:\s*[:?]?=\s*|\s*:\s*|[ \t]+)("[^"\n]*"|'[^'\n]*'|[^\s"',;]+)""",
    re.MULTILINE,
)
_NAMED_FILE = re.compile(r"[\w./-]+\.(?:env|sh)\b|(?<![\w/.])\.env[\w.-]*")
_OF_ALL = ("Dockerfile", "Containerfile", ".env")  # of the folder that an image or a service is made from
_FILES_AT_MOST = 50
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
    known = [command for command in commands if command.purpose != "development"]
    for command in known:
        place = f"{command.path}:{command.line}"
        assigned = (match[1].strip("\"'") for match in _ASSIGNED.finditer(command.command))
        for value in (dict(command.environ).get(VARIABLE, ""), *assigned):
            found |= dict.fromkeys(ImportPath(each, place) for each in _folders(value, project, command.working_dir))
    for path, where in _files(project, known).items():
        text = text_at(project, path) or ""
        matches = _STATED.finditer(text) if VARIABLE in text else ()
        for value in (match[1].strip("\"'") for match in matches):
            folders = [*_folders(value, project, "."), *_folders(value, project, folder_of(path))]
            found |= dict.fromkeys(ImportPath(folder, where) for folder in folders)
    return tuple(found)


def _files(project: Path, commands: Iterable[StartCommand]) -> dict[str, str]:
    """Return the files that may state the path of a start, with the start: "" for those that may be of any."""
    found: dict[str, str] = {}
    named_in: dict[str, list[str]] = {}  # a file states many commands, and is read once
    for command in commands:
        found.setdefault(command.path, f"{command.path}:")
        folders = dict.fromkeys((command.working_dir, folder_of(command.path), "."))
        named = _NAMED_FILE.findall(command.command)
        if len(found) < _FILES_AT_MOST:
            if command.path not in named_in:
                named_in[command.path] = _NAMED_FILE.findall(text_at(project, command.path) or "")[:_FILES_AT_MOST]
            named += named_in[command.path]
        for folder in folders:
            for name in (*_OF_ALL, *named):
                found.setdefault(join(folder, name), "")
    return found or dict.fromkeys(_OF_ALL, "")


def _folders(value: str, project: Path, working_dir: str) -> Iterator[Path]:
    for part in map(str.strip, value.split(":")[:_PARTS_AT_MOST]):
        if not part or "$" in part or "\0" in part:
            continue  # what the shell had before
        if not part.startswith("/"):
            place = join(working_dir, part)
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
