"""The files of a project that may state commands: found in few folders, read within bounds, links out not followed."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterable
from itertools import islice
from pathlib import Path

from footprint.files.listing import is_real_folder, walk_folders
from footprint.files.reader import NotRead, read_regular
from footprint.model.note import Note
from footprint.units import MIB
from footprint.values import dataclass

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


@dataclass(frozen=True, slots=True)
class FoundFile:
    """One file, by its path relative to the project."""

    path: str
    mode: int

    @property
    def name(self) -> str:
        """The last part of the path."""
        return self.path.rpartition("/")[2]

    @property
    def is_folder(self) -> bool:
        """Whether it is none that can be read."""
        return stat.S_ISDIR(self.mode)

    @property
    def folder(self) -> str:
        """The parts before the last, "" for the project itself."""
        return self.path.rpartition("/")[0]


class Unreadable(Exception):
    """A file was not read; the message says why."""


def list_files(project: Path, is_wanted: Callable[[str, str], bool]) -> tuple[FoundFile, ...]:
    """Return the wanted files of the project folder, the folders below it, and those where people keep scripts.

    `is_wanted` takes the name of a file and its folder. Shape: nearest first, then by path.
    """
    found: list[FoundFile] = []
    budget = ENTRIES_AT_MOST
    top = os.path.realpath(project)
    for folder, entries, inner in islice(walk_folders(project, nearest_first=False), FOLDERS_AT_MOST):
        inner.extend(reversed(_folders_in(folder, entries)))
        if os.path.commonpath([top, os.path.realpath(project / folder)]) != top:
            continue  # linked, and of somebody else
        for entry in entries:
            budget -= 1
            if budget < 0:
                break
            if is_wanted(entry.name, folder) and (mode := _mode(entry, project)) is not None:
                found.append(FoundFile(f"{folder}/{entry.name}" if folder else entry.name, mode))
    return tuple(sorted(found, key=lambda file: (file.path.count("/"), file.path)))


def read_text(project: Path, found: FoundFile) -> str:
    """Return the text of a file.

    Raises: Unreadable for one that is large, binary, no file, or cannot be opened.
    """
    try:
        data = read_regular(project / found.path, bytes_at_most=BYTES_AT_MOST)
    except NotRead as why:
        if why.reason == "too-large":
            raise Unreadable(f"larger than {BYTES_AT_MOST // MIB} MiB: not read") from None
        raise Unreadable(f"not read: {why}" if why.said else f"{why}: not read") from None
    if b"\0" in data:
        raise Unreadable("binary: not read")
    return data.decode("utf-8-sig", "replace").replace("\r\n", "\n")


def find_file(project: Path, path: str) -> FoundFile | None:
    """Return the file at `path` of the project; None for one that is not there, or lies or leads out of it."""
    if path.startswith(("/", "..")):
        return None
    try:
        place = (project / path).resolve()
        inside = place.is_relative_to(project.resolve())
        return FoundFile(path, place.stat().st_mode) if inside and place.is_file() else None
    # Not there; ValueError: a name that no file has; RuntimeError: a loop of links, up to Python 3.12.
    except (OSError, ValueError, RuntimeError):
        return None


def text_at(project: Path, path: str) -> str | None:
    """Return the text of the file at `path`, None where there is none that can be read."""
    found = find_file(project, path)
    try:
        return read_text(project, found) if found is not None else None
    except Unreadable:
        return None


def unreadable_note(found: FoundFile, why: object) -> Note:
    """Return the note on a file that was passed over."""
    return Note("unreadable-file", str(why), found.path)


def _folders_in(folder: str, entries: Iterable[os.DirEntry[str]]) -> list[str]:
    """Return the names of the folders in one that are looked into, "" for the project: two levels, and hidden ones."""
    if "/" in folder or folder.startswith("."):
        return []
    if folder and folder not in _DEEPER:
        return ["scripts", "bin", "deploy", "docker"]
    own = (entry for entry in entries if entry.name not in _SKIPPED and not entry.name.startswith("."))
    return [*(() if folder else _HIDDEN), *(entry.name for entry in own if is_real_folder(entry))]


def _mode(entry: os.DirEntry[str], project: Path) -> int | None:
    """Return the mode of what is there, None for a broken link and a link out of the project."""
    try:
        if entry.is_symlink() and not Path(entry.path).resolve().is_relative_to(project.resolve()):
            return None
        return entry.stat().st_mode
    except (OSError, RuntimeError):  # RuntimeError: a loop of links, up to Python 3.12
        return None
