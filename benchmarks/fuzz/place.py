"""The folders of one input, the canary trees in them, and what changed there while the command ran.

Nothing but what the case allows may change: not in the project, not beside it, not in HOME, not where a link leads.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import stat
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

OLD_S = 1_000_000_000  # in September 2001: any change of a time shows
_HASHED_AT_MOST = 1 << 20
FOLDERS = ("project", "beside", "target", "home", "tmp", "out", "disk")
_WATCHED = ("project", "beside", "target", "home")


@dataclass(frozen=True, slots=True)
class Place:
    """Where one input lives. `beside` and `target` hold canary trees; `tmp` has to be empty afterwards."""

    root: Path

    @property
    def project(self) -> Path:
        """The project."""
        return self.root / "project"

    @property
    def beside(self) -> Path:
        """The canary beside the project."""
        return self.root / "beside"

    @property
    def target(self) -> Path:
        """The canary that links lead to."""
        return self.root / "target"

    @property
    def home(self) -> Path:
        """HOME of the command itself."""
        return self.root / "home"

    @property
    def tmp(self) -> Path:
        """TMPDIR of the command."""
        return self.root / "tmp"

    @property
    def out(self) -> Path:
        """Where the campaign keeps its own files: which commands may write to by -o, and applications count starts."""
        return self.root / "out"

    @property
    def disk(self) -> Path:
        """Where a small file system may be mounted."""
        return self.root / "disk"

    @property
    def starts(self) -> Path:
        """One byte for each start of an application."""
        return self.out / "starts"


@dataclass(frozen=True, slots=True)
class State:
    """What a path was at one moment."""

    mode: int
    owner: tuple[int, int]
    size: int
    modified_ns: int
    changed_ns: int
    content: bytes  # a digest, or the text of a link

    @property
    def is_folder(self) -> bool:
        """Whether it is a folder."""
        return stat.S_ISDIR(self.mode)


def lay_out(root: Path) -> Place:
    """Make the folders of one input and plant both canaries."""
    place = Place(root)
    for name in FOLDERS:
        (root / name).mkdir(parents=True)
    for folder in (place.beside, place.target, place.home):
        plant(folder)
    place.starts.touch()
    return place


def plant(folder: Path) -> None:
    """Fill a folder with files, folders and links of many modes, all old."""
    for name, mode in (("shared", 0o755), ("private", 0o700), ("closed", 0o500), ("sticky", 0o1777), ("group", 0o2750)):
        (folder / name).mkdir()
        (folder / name / "keep.txt").write_text(f"{name}\n", encoding="utf-8")
        (folder / name / "keep.txt").chmod(0o640)
        _age(folder / name / "keep.txt")
        (folder / name).chmod(mode)
    for name, mode in (("keep.txt", 0o644), ("key", 0o400), ("run.sh", 0o755), ("open", 0o666)):
        (folder / name).write_text("keep me\n", encoding="utf-8")
        (folder / name).chmod(mode)
    (folder / "link").symlink_to("keep.txt")
    (folder / "link-to-folder").symlink_to("shared")
    (folder / "dangling").symlink_to("not-there")
    os.mkfifo(folder / "fifo", 0o600)
    for path in folder.iterdir():
        _age(path)
    _age(folder)


def hand_over(place: Place, user_id: int) -> None:
    """Give everything to another user."""
    subprocess.run(["chown", "-Rh", f"{user_id}:{user_id}", str(place.root)], check=True)


def remove(place: Place) -> None:
    """Remove a place with all that is in it, however deep and closed."""
    with contextlib.suppress(OSError, RecursionError):
        shutil.rmtree(place.root)
        return
    removed = subprocess.run(["rm", "-rf", str(place.root)], check=False, stderr=subprocess.DEVNULL)
    if removed.returncode:
        subprocess.run(["chmod", "-R", "u+rwx", str(place.root)], check=False, stderr=subprocess.DEVNULL)
        subprocess.run(["rm", "-rf", str(place.root)], check=False)


def look(place: Place) -> dict[str, State]:
    """Return the state of every path of a place that is watched."""
    return {
        os.fsdecode(os.path.relpath(path, os.fsencode(place.root))): state
        for name in _WATCHED
        for path, state in _walk(os.fsencode(place.root / name))
    }


def changes(
    before: Mapping[str, State], after: Mapping[str, State], may_change: Sequence[str], *, links_hard: bool = False
) -> list[str]:
    """Return what changed that may not, one sentence each."""
    found = []
    for path in sorted(before.keys() | after.keys()):
        if any(fnmatchcase(path, pattern) for pattern in may_change):
            continue
        old, new = before.get(path), after.get(path)
        if old is None:
            found.append(f"{path!a} is new")
        elif new is None:
            found.append(f"{path!a} has gone")
        else:
            loose = old.is_folder and any(_is_below(pattern, path) for pattern in may_change)
            found.extend(
                f"{path!a}: {text}" for text in _differences(old, new, times=not loose, changed=not links_hard)
            )
    return found


def _is_below(pattern: str, folder: str) -> bool:
    """Say whether what `pattern` names may stand in `folder`: then the folder's times may change."""
    return fnmatchcase(folder, pattern.rpartition("/")[0]) or fnmatchcase(f"{folder}/x", pattern)


def _differences(old: State, new: State, *, times: bool, changed: bool) -> Iterator[str]:
    if old.mode != new.mode:
        yield f"mode {old.mode:o} -> {new.mode:o}"
    if old.owner != new.owner:
        yield f"owner {old.owner} -> {new.owner}"
    if (old.content, old.size) != (new.content, new.size) and not old.is_folder:
        yield "other content"
    if times and old.modified_ns != new.modified_ns:
        yield "modified"
    if times and changed and old.changed_ns != new.changed_ns and old.mode == new.mode:
        yield "its status was changed"


def _walk(top: bytes) -> Iterator[tuple[bytes, State]]:
    waiting = [top]
    while waiting:
        path = waiting.pop()
        try:
            found = os.lstat(path)
            names = [entry.path for entry in os.scandir(path)] if stat.S_ISDIR(found.st_mode) else []
            yield path, _state(path, found)
        except OSError:
            continue  # too deep for one path
        waiting += names


def _state(path: bytes, found: os.stat_result) -> State:
    content = b""
    if stat.S_ISLNK(found.st_mode):
        content = os.readlink(path)  # noqa: PTH115 - bytes
    elif stat.S_ISREG(found.st_mode) and found.st_size <= _HASHED_AT_MOST:
        with open(path, "rb") as file:  # noqa: PTH123
            content = hashlib.blake2b(file.read(), digest_size=16).digest()
    size = 0 if stat.S_ISDIR(found.st_mode) else found.st_size
    return State(found.st_mode, (found.st_uid, found.st_gid), size, found.st_mtime_ns, found.st_ctime_ns, content)


def _age(path: Path) -> None:
    os.utime(path, (OLD_S, OLD_S), follow_symlinks=False)
