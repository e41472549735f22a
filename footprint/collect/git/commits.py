"""What git has of a project: the files of a commit, read without touching the work tree or the index.

git is asked for objects alone (rev-parse, ls-tree, cat-file): it runs no hook and no filter, and writes nothing.
Source: git-rev-parse(1), git-ls-tree(1), git-cat-file(1).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from footprint.collect.git.git_program import GitSilent, ask_git
from footprint.errors import CannotMeasure, UsageError
from footprint.files.tree_writer import TreeFile
from footprint.values import dataclass

_FILES_AT_MOST = 200_000
_BYTES_AT_MOST = 2 << 30
_LINK, _PROGRAM, _MODULE = "120000", "100755", "160000"


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit as it was asked for, and its name. `within`: the project's folder in the repository, posix."""

    asked: str
    name: str
    repository: Path
    within: str


def find_commits(project: Path, span: str) -> tuple[Commit, Commit]:
    """Return the two commits of `BEFORE..AFTER`; an empty one is HEAD.

    Raises: UsageError where the project is in no repository, or git does not know one of them.
    """
    before, dots, after = span.partition("..")
    if not dots or before.startswith(("-", ".")) or after.startswith(("-", ".")):
        raise UsageError(f"{span}: write two commits as BEFORE..AFTER, for example main..HEAD")
    top = _ask(project, "rev-parse", "--show-toplevel", "--show-prefix").decode("utf-8", "surrogateescape").splitlines()
    repository, within = Path(top[0]), (top[1] if len(top) > 1 else "").rstrip("/")
    first, second = (_find(repository, within, each or "HEAD") for each in (before, after))
    return first, second


def find_head(project: Path) -> Commit:
    """Return the HEAD of the repository that a project's folder is in. Raises: UsageError where there is none."""
    return find_commits(project, "..")[1]


def find_commit(repository: Path, asked: str, within: str = "") -> Commit:
    """Return a commit of a repository, which may be one without a work tree. Raises: UsageError."""
    return _find(repository, within, asked)


def read_commit(commit: Commit) -> Iterator[TreeFile]:
    """Yield the files that a commit has in the project's folder; submodules are left out.

    Raises: CannotMeasure where they are too many or too large, or git does not give them.
    """
    place = f"{commit.name}:{commit.within}" if commit.within else commit.name
    listed = _ask(commit.repository, "ls-tree", "-r", "-z", "-l", "--full-tree", place)
    rows = [_read_row(row) for row in listed.split(b"\0") if row]
    rows = [row for row in rows if row[0] != _MODULE]
    if len(rows) > _FILES_AT_MOST or sum(size for _, _, size, _ in rows) > _BYTES_AT_MOST:
        raise CannotMeasure(f"commit {commit.asked} has more files than a copy of it may hold")
    for (mode, _, _, path), content in zip(rows, _read_blobs(commit, [row[1] for row in rows]), strict=True):
        yield TreeFile(path, content, is_link=mode == _LINK, is_program=mode == _PROGRAM)


def list_commit(commit: Commit) -> Iterator[str]:
    """Yield the paths of the files that a commit has in the project's folder."""
    place = f"{commit.name}:{commit.within}" if commit.within else commit.name
    listed = _ask(commit.repository, "ls-tree", "-r", "-z", "-l", "--full-tree", place)
    yield from (path for mode, _, _, path in map(_read_row, filter(None, listed.split(b"\0"))) if mode != _MODULE)


def _find(repository: Path, within: str, asked: str) -> Commit:
    try:
        name = _ask(repository, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{asked}^{{commit}}")
    except UsageError:
        raise UsageError(f"git knows no commit {asked}: name a branch, a tag or a commit") from None
    return Commit(asked, name.decode().strip(), repository, within)


def _read_row(row: bytes) -> tuple[str, str, int, str]:
    """Return mode, object, size and path of a row of `ls-tree -l`: `100644 blob 0123... 17<tab>path`."""
    head, _, path = row.partition(b"\t")
    mode, _, name, size = head.decode().split()
    return mode, name, 0 if size == "-" else int(size), path.decode("utf-8", "surrogateescape")


def _read_blobs(commit: Commit, names: list[str]) -> Iterator[bytes]:
    """Yield the contents of objects in their order: `cat-file --batch` answers each with a header and the bytes."""
    answer = _ask(commit.repository, "cat-file", "--batch", given="".join(f"{name}\n" for name in names).encode())
    place = 0
    for name in names:
        end = answer.find(b"\n", place)
        words = answer[place:end].split()
        if len(words) != 3:
            raise CannotMeasure(f"git does not have all files of {commit.asked} here (object {name[:12]}): fetch them")
        size = int(words[2])
        yield answer[end + 1 : end + 1 + size]
        place = end + size + 2


def _ask(folder: Path, *words: str, given: bytes = b"") -> bytes:
    try:
        return ask_git(folder, *words, given=given)
    except GitSilent as why:
        raise UsageError(f"git {words[0]} in {folder}: {why}") from None
