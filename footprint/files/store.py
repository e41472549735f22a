"""The folder in which a project keeps its last audit: `.footprint`, with a `.gitignore` that hides all of it from git.

Laws: it lies in the project's own folder, and no link is followed to it or in it: a stranger's project may hold one.
What is put there is put as the writer puts all: whole, or nothing changes.
"""

# Names and strings, not Path objects: the calls below take descriptors of folders.
# ruff: noqa: PTH116

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path

from footprint.ending import undisturbed
from footprint.files.descriptors import opened
from footprint.files.paths import STORE_NAME
from footprint.files.writer import InFolder, NewContent, NotWritten, write_together
from footprint.values import dataclass

AUDIT_NAME = "audit.json"
_GITIGNORE, _ALL_IGNORED = ".gitignore", b"*\n"
_FOLDER_FLAGS = getattr(os, "O_PATH", os.O_RDONLY) | getattr(os, "O_DIRECTORY", 0) | getattr(os, "O_CLOEXEC", 0)
_NO_LINK = getattr(os, "O_NOFOLLOW", 0)
_TAKEN = "it is not a folder, and footprint keeps the audit of a project in one of that name"


@dataclass(frozen=True, slots=True)
class Store:
    """Where the audit of a project goes. `project` is real, and the inode that it was when it was checked."""

    path: str  # as the user reads it
    project: str
    inode: tuple[int, int]


def stored_audit(project: Path) -> Path:
    """Return where the stored audit of a project is, if there is one."""
    return project / STORE_NAME / AUDIT_NAME


def check_store(project: Path) -> Store:
    """Return the store of a project, which need not be there. Raises: NotWritten when nothing can be written there."""
    path, real = os.fspath(project / STORE_NAME), os.path.realpath(project)
    folder = f"{real}/{STORE_NAME}"
    try:
        status = os.stat(real)
        is_there = _is_folder(folder, path)
        if not os.access(folder if is_there else real, os.W_OK | os.X_OK):
            raise NotWritten(path, "Permission denied: the folder is not writable")
        for name in (AUDIT_NAME, _GITIGNORE) if is_there else ():
            with suppress(FileNotFoundError):
                if not stat.S_ISREG(os.lstat(f"{folder}/{name}").st_mode):
                    raise NotWritten(f"{path}/{name}", "it is not a regular file")
    except OSError as error:
        raise NotWritten(path, error.strerror or str(error)) from error
    return Store(path, real, (status.st_dev, status.st_ino))


def write_store(store: Store, audit: bytes) -> None:
    """Store an audit in place of the one before, in a folder that is made where there is none.

    Raises: NotWritten. What was there is then as it was, and nothing new is left.
    """
    try:
        with undisturbed(), opened(store.project, _FOLDER_FLAGS) as project:
            status = os.fstat(project)
            if (status.st_dev, status.st_ino) != store.inode:
                raise NotWritten(store.path, f"the folder {store.project} is not the folder that it was")
            is_new = _make(project)
            try:
                _fill(store, project, audit)
            except BaseException:
                if is_new:
                    with suppress(OSError):
                        os.rmdir(STORE_NAME, dir_fd=project)
                raise
    except OSError as error:
        raise NotWritten(store.path, error.strerror or str(error)) from error


def _is_folder(folder: str, path: str) -> bool:
    """Say whether the store is there. Raises: NotWritten where something else is, a link among it."""
    try:
        mode = os.lstat(folder).st_mode
    except FileNotFoundError:
        return False
    if not stat.S_ISDIR(mode):
        raise NotWritten(path, _TAKEN)
    return True


def _make(project: int) -> bool:
    try:
        os.mkdir(STORE_NAME, dir_fd=project)
    except FileExistsError:
        return False
    return True


def _fill(store: Store, project: int, audit: bytes) -> None:
    """Write the audit, and what hides the folder from git unless somebody has changed it."""
    try:
        with opened(STORE_NAME, _FOLDER_FLAGS | _NO_LINK, dir_fd=project) as folder:
            status = os.fstat(folder)
            hidden = _has(_GITIGNORE, folder)
    except OSError as error:
        raise NotWritten(store.path, _TAKEN) from error
    inode = (status.st_dev, status.st_ino)
    contents = {AUDIT_NAME: audit} if hidden else {_GITIGNORE: _ALL_IGNORED, AUDIT_NAME: audit}
    place = f"{store.project}/{STORE_NAME}"
    write_together(
        [NewContent(InFolder(f"{store.path}/{name}", place, name, inode), text) for name, text in contents.items()]
    )


def _has(name: str, folder: int) -> bool:
    try:
        os.stat(name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return False
    return True
