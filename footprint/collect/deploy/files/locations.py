"""Where in the project the file lies that a command names by its path in a container or on a server."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from footprint.collect.deploy.files.deploy_files import BYTES_AT_MOST, FoundFile, find_file, text_at
from footprint.model.source_modules import StartCommand

_ELSEWHERE = re.compile(r"^(?:/|~|\$|%|\{)")  # no path from the working folder
_VARIABLE = re.compile(r"^(?:\$\{[^}]{0,100}\}|\$\([^)]{0,100}\)|\$\w+|\{\{[^}]{0,100}\}\}|%\w|~\w*)")
LOOKED_FOR_AT_MOST = 20_000  # files: a stranger's commands may name any number
_ENDINGS = ("", ".py", "/__main__.py")


class Locations:
    """The files of a project, found by what commands call them; each is looked for once."""

    def __init__(self, project: Path, known: Iterable[str] = ()) -> None:
        """Take the paths of scripts that are known, for names that say nothing of a folder."""
        self._project = project
        self._known: dict[str, list[str]] = {}
        for path in known:
            self._known.setdefault(posixpath.basename(path), []).append(path)
        self._found: dict[str, FoundFile | None] = {}
        self._left = LOOKED_FOR_AT_MOST
        self._texts: dict[str, str | None] = {}

    def locate(self, word: str, folder: str, command: StartCommand) -> str | None:
        """Return the path of the file that `word` names in `folder`, None when the project has none such.

        A path in the image is looked for where the image has it from; else by its end, since where it is deployed is
        not known: `/srv/docker/entrypoint.sh` is docker/entrypoint.sh.
        """
        above = folder_of(command.working_dir)
        beside = folder_of(command.path)
        folders = dict.fromkeys([folder, command.working_dir, *command.folders, beside, above, folder_of(beside), "."])
        for tail in _tails(word, command):
            for each in folders:
                found = self._file(join(each, tail))
                if found is not None:
                    return found
        same = self._known.get(posixpath.basename(word), [])
        return same[0] if len(same) == 1 and "." in same[0] else None

    def read(self, path: str) -> str | None:
        """Return the text of a file, None for one that cannot be read as one."""
        if path not in self._texts:
            self._texts[path] = text_at(self._project, path)
        return self._texts[path]

    def _file(self, path: str) -> str | None:
        if len(path) > BYTES_AT_MOST >> 10 or path == ".":
            return None
        for ending in _ENDINGS:
            name = path + ending
            if name not in self._found:
                self._left -= 1
                self._found[name] = find_file(self._project, name) if self._left >= 0 else None
            if self._found[name] is not None:
                return name
        return None


def _tails(word: str, command: StartCommand) -> Iterator[str]:
    """Yield what a path may be from the project, likeliest first."""
    is_elsewhere = _ELSEWHERE.match(word) is not None
    path = posixpath.normpath(_VARIABLE.sub("", word).lstrip("/") or ".")
    if not is_elsewhere:
        yield path
    name = posixpath.basename(path)
    for source, target in command.copies:
        absolute = f"/{path}"
        if absolute == target or (not is_elsewhere and posixpath.basename(target) == name):
            yield source
        elif is_elsewhere and absolute.startswith(f"{target.rstrip('/')}/"):
            yield posixpath.join(source, posixpath.relpath(absolute, target))
    parts = path.split("/")
    for start in range(0 if is_elsewhere else 1, len(parts)):
        yield "/".join(parts[start:])


def join(folder: str, *more: str) -> str:
    """Return the path that `more` is from a folder, without detours."""
    return posixpath.normpath(posixpath.join(folder, *more))


def folder_of(path: str) -> str:
    """Return the folder that a file lies in."""
    return posixpath.dirname(path) or "."
