"""The files of a project that commands name or that state commands: found in few folders, read within bounds.

Links out of the project are not followed.
"""

from __future__ import annotations

import os
import posixpath
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path

from footprint.files.paths import place_in
from footprint.files.reader import NotRead, is_real_folder, list_entries, read_regular, walk_folders
from footprint.late import late_pattern
from footprint.model.note import Note
from footprint.model.source_modules import StartCommand
from footprint.pairs import group_pairs
from footprint.units import MIB

BYTES_AT_MOST = MIB
FOLDERS_AT_MOST = 300
ENTRIES_AT_MOST = 50_000
_SKIPPED = frozenset({"node_modules", "__pycache__", "__pypackages__", "site-packages", "venv", "env", "dist", "build"})
# Hidden folders with commands, and folders whose subfolders are looked into as well.
_HIDDEN = (".github/workflows", ".circleci", ".do", ".aws", ".platform", ".vscode", ".idea/runConfigurations", ".run")
_DEEPER = frozenset(
    {"deploy", "deployment", "docker", "infra", "ops", "etc", "services", "apps", "packages", "scripts"}
    | {"k8s", "kubernetes", "manifests", "overlays", "copilot", "nomad", "containers", "compose", "systemd"}
    | {"chart", "charts", "helm"}
)


class Unreadable(Exception):
    """A file was not read; the message says why."""


def list_files(project: Path, is_wanted: Callable[[str, str], bool]) -> tuple[str, ...]:
    """Return the wanted files of the project folder, the folders below it, and those where people keep scripts.

    `is_wanted` takes the name of a file and its folder. Shape: paths from the project, nearest first, then by name;
    a folder of such a name is among them.
    """
    found: list[str] = []
    budget = ENTRIES_AT_MOST
    top = os.path.realpath(project)

    def listed(folder: str) -> list[os.DirEntry[str]] | None:
        """List a folder, unless it is linked and of somebody else: then it is not even looked at."""
        place = os.path.realpath(project / folder)
        return list_entries(project / folder) if os.path.commonpath([top, place]) == top else None

    for folder, entries, inner in islice(walk_folders(project, listed, nearest_first=False), FOLDERS_AT_MOST):
        inner.extend(reversed(_folders_in(folder, entries)))
        for entry in entries:
            budget -= 1
            if budget < 0:
                break
            if is_wanted(entry.name, folder) and _is_ours(entry, project):
                found.append(f"{folder}/{entry.name}" if folder else entry.name)
    return tuple(sorted(found, key=lambda path: (path.count("/"), path)))


def read_text(project: Path, path: str) -> str:
    """Return the text of a file.

    Raises: Unreadable for one that is large, binary, no file, or cannot be opened.
    """
    try:
        data = read_regular(project / path, bytes_at_most=BYTES_AT_MOST)
    except NotRead as why:
        if why.reason == "too-large":
            raise Unreadable(f"larger than {BYTES_AT_MOST // MIB} MiB: not read") from None
        raise Unreadable(f"not read: {why}" if why.said else f"{why}: not read") from None
    if b"\0" in data:
        raise Unreadable("binary: not read")
    return data.decode("utf-8-sig", "replace").replace("\r\n", "\n")


def is_file_of(project: Path, path: str) -> bool:
    """Whether there is a file at `path` of the project, which neither lies nor leads out of it."""
    place = project / path  # os.path: False, no error, for a name that no file has and for a loop of links
    return not path.startswith(("/", "..")) and os.path.isfile(place) and place_in(project, place) is not None  # noqa: PTH113


def text_at(project: Path, path: str) -> str | None:
    """Return the text of the file at `path`, None where there is none that can be read."""
    try:
        return read_text(project, path) if is_file_of(project, path) else None
    except Unreadable:
        return None


def unreadable_note(path: str, why: object) -> Note:
    """Return the note on a file that was passed over."""
    return Note("unreadable-file", str(why), path)


def _folders_in(folder: str, entries: Iterable[os.DirEntry[str]]) -> list[str]:
    """Return the names of the folders in one that are looked into, "" for the project: two levels, and hidden ones."""
    if "/" in folder or folder.startswith("."):
        return []
    if folder and folder not in _DEEPER:
        return ["scripts", "bin", "deploy", "docker"]
    own = (entry for entry in entries if entry.name not in _SKIPPED and not entry.name.startswith("."))
    return [*(() if folder else _HIDDEN), *(entry.name for entry in own if is_real_folder(entry))]


def _is_ours(entry: os.DirEntry[str], project: Path) -> bool:
    """Whether something is there that can be looked at: no broken link, no link out of the project."""
    is_there = os.path.exists(entry.path)  # noqa: PTH110 - as above
    return is_there and (not entry.is_symlink() or place_in(project, Path(entry.path)) is not None)


_ELSEWHERE = late_pattern(r"^(?:/|~|\$|%|\{)")  # no path from the working folder
_VARIABLE = late_pattern(r"^(?:\$\{[^}]{0,100}\}|\$\([^)]{0,100}\)|\$\w+|\{\{[^}]{0,100}\}\}|%\w|~\w*)")
LOOKED_FOR_AT_MOST = 20_000  # files: a stranger's commands may name any number
_ENDINGS = ("", ".py", "/__main__.py")


class Locations:
    """The files of a project, found by what commands call them; each is looked for once."""

    def __init__(self, project: Path, known: Iterable[str] = ()) -> None:
        """Take the paths of scripts that are known, for names that say nothing of a folder."""
        self._project = project
        self._known = group_pairs((posixpath.basename(path), path) for path in known)
        self._found: dict[str, bool] = {}
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
        same = self._known.get(posixpath.basename(word), ())
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
                self._found[name] = self._left >= 0 and is_file_of(self._project, name)
            if self._found[name]:
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
        own = "." in name and posixpath.basename(source) == name  # COPY scripts/start.sh /home/app, a folder
        if own or absolute == target or (not is_elsewhere and posixpath.basename(target) == name):
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
