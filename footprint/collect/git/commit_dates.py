"""The commits of a repository with their dates: the one of HEAD, and the last ones that touched certain files.

Plumbing alone is asked (rev-list, diff-tree): what the repository's own settings would have `git log` start (a program
that checks signatures, one that shows differences) is not. Source: git-rev-list(1), git-diff-tree(1).
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from footprint.collect.git.commits import Commit, find_commit
from footprint.collect.git.git_program import GitSilent, ask_git
from footprint.errors import UsageError
from footprint.files.reader import try_read
from footprint.values import dataclass

_LOOKED_AT = 20_000  # commits, the newest first
_BATCH = 500
_SHALLOW_AT_MOST = 64 << 20  # bytes of the file that lists the ends of a shallow clone


@dataclass(frozen=True, slots=True)
class DatedCommit:
    """A commit and when it was made, UTC."""

    commit: Commit
    at: str


def head_of(project: Path) -> tuple[str, str] | None:
    """Return name and date of the HEAD of the repository that a folder is in, None where there is none."""
    try:
        rows = list(_read_rows(ask_git(project, "rev-list", "--timestamp", "--max-count=1", "HEAD", "--")))
    except GitSilent:
        return None
    return (rows[0][0], _written(rows[0][1])) if rows else None


def commits_touching(head: Commit, is_wanted: Callable[[str], bool], count: int) -> tuple[DatedCommit, ...]:
    """Return the last commits up to `head` that touched a wanted file of the project's folder, the newest first.

    Merges are left out: what they bring, other commits touched. So is where a shallow clone ends: that commit looks as
    if it had touched every file. Raises: UsageError where git does not answer.
    """
    try:
        ends = _shallow_ends(head.repository)
        listed = ask_git(head.repository, "rev-list", "--timestamp", "--no-merges", f"--max-count={_LOOKED_AT}",
                         head.name, "--")  # fmt: skip
        rows = list(_read_rows(listed))
        found: list[DatedCommit] = []
        for start in range(0, len(rows), _BATCH):
            dates = dict(rows[start : start + _BATCH])
            touched = {name for name, path in _changes(head.repository, [*dates]) if _is_of(path, head, is_wanted)}
            found += [
                DatedCommit(find_commit(head.repository, name, head.within), _written(date))
                for name, date in dates.items()
                if name in touched and name not in ends
            ][: count - len(found)]
            if len(found) >= count:
                break
        return tuple(found)
    except GitSilent as why:
        raise UsageError(f"git in {head.repository}: {why}") from None


def is_shallow(repository: Path) -> bool:
    """Whether a repository has the newest commits of a history alone."""
    try:
        return bool(_shallow_ends(repository))
    except GitSilent:
        return False


def _shallow_ends(repository: Path) -> frozenset[str]:
    """Return the commits whose parents are elsewhere; a first commit is none. Source: gitformat-shallow(5)."""
    told = ask_git(repository, "rev-parse", "--git-path", "shallow").removesuffix(b"\n")
    listed = try_read(repository / os.fsdecode(told), bytes_at_most=_SHALLOW_AT_MOST)
    return frozenset((listed or b"").decode("ascii", "replace").split())


def _is_of(path: str, head: Commit, is_wanted: Callable[[str], bool]) -> bool:
    inside = path.removeprefix(f"{head.within}/") if head.within else path
    return (not head.within or inside != path) and is_wanted(inside)


def _changes(repository: Path, names: list[str]) -> Iterator[tuple[str, str]]:
    """Yield each commit with the paths that it touched; the answer is a commit, its paths, the next commit."""
    given = "".join(f"{name}\n" for name in names).encode()
    words = ("diff-tree", "--stdin", "--root", "-r", "-z", "--name-only", "--no-renames", "--no-ext-diff")
    known, current = set(names), ""
    for word in ask_git(repository, *words, given=given).decode("utf-8", "surrogateescape").split("\0"):
        # The name of a commit ends with a newline in one release of git and with a NUL in others.
        head, _, path = word.partition("\n")
        is_name = head in known
        current, path = (head, path) if is_name else (current, word)
        if path:
            yield current, path


def _read_rows(data: bytes) -> Iterator[tuple[str, int]]:
    for row in data.decode("ascii", "replace").splitlines():
        date, _, name = row.partition(" ")
        if date.isdigit() and name:
            yield name, int(date)


def _written(seconds: int) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(min(seconds, 1 << 37)))
