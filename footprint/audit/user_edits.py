"""Edits of the user's own files, written: all of them or none, and each can be undone.

What git has can be had from git again. Of anything else, and of changes that nobody has committed, the old text is kept
beside the file (`.orig`). Nothing is written over such a file, and nothing over changes unless that is asked for.
"""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Literal

from footprint.collect.git.git_program import GitSilent, ask_git
from footprint.errors import UsageError
from footprint.files.paths import find_work_tree, real
from footprint.files.reader import NotRead, read_regular
from footprint.files.writer import InFolder, NewContent, NotWritten, check_place, write_together
from footprint.units import MIB
from footprint.values import dataclass

_BYTES_AT_MOST = 32 * MIB
KEPT_SUFFIX = ".orig"

# What git has of a file: just this text; a text before these changes; or nothing.
_State = Literal["committed", "changed", "unknown"]


@dataclass(frozen=True, slots=True)
class FileEdit:
    """A file of the user's as it was read, and as it should be."""

    path: str  # relative to the project, posix
    before: bytes | None  # None: there is no such file
    after: bytes


@dataclass(frozen=True, slots=True)
class WrittenEdits:
    """What was written, and what undoes it."""

    paths: tuple[str, ...]
    kept: tuple[str, ...]  # files that hold an old text, beside those of `paths`
    undo: tuple[str, ...]  # commands for a shell in the folder of the project


def write_edits(project: Path, edits: Iterable[FileEdit], *, force: bool = False) -> WrittenEdits:
    """Write the files whose text changes: all, or none of them.

    `force`: write over changes that are not committed, too; their text is kept as that of a file without git is.
    Raises: UsageError where one of them may not be written, with what to do; NotWritten where the system refuses.
        Every file is then as it was.
    """
    changed = [edit for edit in edits if edit.before != edit.after]
    states = _states(project, [edit for edit in changed if edit.before is not None], force=force)
    kept = [edit.path for edit in changed if edit.before is not None and states[edit.path] != "committed"]
    refused = [*_uncommitted(states, force=force), *_moved_on(project, changed), *_in_the_way(project, changed, kept)]
    if refused:
        raise UsageError("\n".join(refused))
    copies = [
        NewContent(_place(project, f"{edit.path}{KEPT_SUFFIX}"), edit.before, project / edit.path)
        for edit in changed
        if edit.before is not None and edit.path in kept
    ]
    write_together([*copies, *(NewContent(_place(project, edit.path), edit.after) for edit in changed)])
    undo = [_undoing(project, edit, is_kept=edit.path in kept) for edit in changed]
    return WrittenEdits(
        tuple(edit.path for edit in changed), tuple(f"{path}{KEPT_SUFFIX}" for path in kept), tuple(undo)
    )


def _place(project: Path, path: str) -> InFolder:
    place = check_place(project / path)
    if not isinstance(place, InFolder):
        raise NotWritten(path, "it is not a regular file")
    return place


def _uncommitted(states: Mapping[str, _State], *, force: bool) -> list[str]:
    """Return what is wrong with changes over which nothing may be written."""
    return [
        f"cannot write {path}: it has changes that are not committed; commit them, or give --force, "
        f"which keeps the text of now in {path}{KEPT_SUFFIX}"
        for path, state in states.items()
        if state == "changed" and not force
    ]


def _moved_on(project: Path, edits: Sequence[FileEdit]) -> list[str]:
    """Return what is wrong with files that are not what they were when they were read."""
    return [
        f"cannot write {edit.path}: it is another file than when it was read; start again"
        for edit in edits
        if _read(project / edit.path) != edit.before
    ]


def _in_the_way(project: Path, edits: Sequence[FileEdit], kept: Sequence[str]) -> list[str]:
    """Return what is wrong where an old text is to be kept, and another one stands there."""
    old = {edit.path: edit.before for edit in edits}
    return [
        f"cannot write {path}: {path}{KEPT_SUFFIX}, which is to keep the text of now, holds another one; move it away"
        for path in kept
        if os.path.lexists(project / f"{path}{KEPT_SUFFIX}") and _read(project / f"{path}{KEPT_SUFFIX}") != old[path]
    ]


def _read(path: Path) -> bytes | None:
    """Return what a file holds; None where there is none. Raises: NotWritten where that cannot be told."""
    try:
        return read_regular(path, bytes_at_most=_BYTES_AT_MOST)
    except NotRead as why:
        if why.reason == "absent" and not os.path.lexists(path):
            return None
        raise NotWritten(path, str(why)) from None


def _undoing(project: Path, edit: FileEdit, *, is_kept: bool) -> str:
    """Return the command that undoes one edit."""
    shown = shlex.quote(edit.path)
    if edit.before is None:
        return f"rm -- {shown}"
    if is_kept:
        return f"mv -- {shlex.quote(edit.path + KEPT_SUFFIX)} {shown}"
    place = real(project / edit.path)
    if find_work_tree(place.parent) == find_work_tree(project) and not (project / edit.path).is_symlink():
        return f"git checkout -- {shown}"
    return f"git -C {shlex.quote(str(place.parent))} checkout -- {shlex.quote(place.name)}"


def _states(project: Path, edits: Sequence[FileEdit], *, force: bool) -> dict[str, _State]:
    """Return what git has of each file; where it cannot be asked, `force` takes its text for one it has not."""
    by_tree: dict[Path | None, list[str]] = {}
    for edit in edits:
        by_tree.setdefault(find_work_tree(real(project / edit.path).parent), []).append(edit.path)
    states: dict[str, _State] = {}
    for top, paths in by_tree.items():
        if top is None:
            states |= dict.fromkeys(paths, "unknown")
            continue
        names = {path: real(project / path).relative_to(top).as_posix() for path in paths}
        try:
            found = _ask_states(top, tuple(names.values()))
        except GitSilent as why:
            if not force:
                raise UsageError(
                    f"cannot write {', '.join(paths)}: git does not tell whether changes are not committed ({why}); "
                    f"give --force, which keeps the text of now beside it, in {KEPT_SUFFIX}"
                ) from None
            found = {}
        states |= {path: found.get(name, "unknown") for path, name in names.items()}
    return states


def _ask_states(top: Path, names: Sequence[str]) -> dict[str, _State]:
    """Return what git has of those of `names`, relative to `top`, that it knows. Raises: GitSilent.

    Source: git-status, "Porcelain Format Version 1"; git-ls-files, `-v`.
    """
    found: dict[str, _State] = {}
    for entry in _git(top, "ls-files", "-v", "-z", "--", *names):
        # What git was told not to look at (assume-unchanged, skip-worktree) may differ from what it has.
        found[entry[2:]] = "committed" if entry[:1] == "H" else "changed"
    entries = iter(_git(top, "status", "--porcelain=v1", "-z", "--untracked-files=no", "--", *names))
    for entry in entries:
        found[entry[3:]] = "changed"
        if "R" in entry[:2] or "C" in entry[:2]:
            next(entries, None)  # the name before
    return found


def _git(top: Path, *words: str) -> list[str]:
    """Return what git answers, split at NUL."""
    return [os.fsdecode(entry) for entry in ask_git(top, *words).split(b"\0") if entry]
