"""What a plain look at the project's own Python files tells beside their imports.

Comments `# footprint: ignore`, and which files are there to be run: each file is read once for both. Before that, which
begin with the header of a script. What was told is kept while every file is the one that it was.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from footprint.collect.comments import LARGEST_BYTES, find_ignore_comments
from footprint.collect.declared.folders import begins_with_header, find_script_headers, needs_shebang
from footprint.collect.texts import is_runnable
from footprint.files.reader import try_read
from footprint.model.requests_to_ignore import IgnoreComment
from footprint.values import dataclass

if TYPE_CHECKING:
    from footprint.files.project_facts import ProjectFacts

_LARGEST_SOURCE_BYTES = 64 << 20  # as modules and notebooks are read

_MARKS, _HEADERS = "marks", "script headers"  # what is asked of each file

_Marks = tuple[list[tuple[int, list[str], int]], bool]  # comments, as line, codes and own line; is it there to be run


@dataclass(frozen=True, slots=True)
class SourceMarks:
    """The comments in file order, and the files with a `__main__` guard, a shebang or that name, and notebooks."""

    comments: tuple[IgnoreComment, ...]
    runnable: frozenset[str]


def read_source_marks(project: Path, paths: Iterable[str], kept: ProjectFacts | None = None) -> SourceMarks:
    """Return the marks of the files at `paths`, relative to `project`; one that cannot be read has none.

    Its reader says why not.
    """
    files = list(dict.fromkeys(paths))

    def read(path: str) -> bytes | None:
        return try_read(f"{project}/{path}", bytes_at_most=LARGEST_BYTES)

    if kept is None:
        said = {path: marks for path in files if (marks := _look_at(path, read(path) or b"")) is not None}
    else:
        said = kept.ask_of_all(_MARKS, files, read, _look_at)
    comments = (
        IgnoreComment(path, line, tuple(codes), at) for path, (found, _) in said.items() for line, codes, at in found
    )
    return SourceMarks(tuple(comments), frozenset(path for path, (_, runs) in said.items() if runs))


def look_along(kept: ProjectFacts) -> None:
    """Have marks and headers looked for in each file when it is read for its imports."""
    kept.ask_along(_MARKS, _look_at)
    kept.ask_along(_HEADERS, _has_header)


def _look_at(path: str, data: bytes) -> _Marks | None:
    """Return the comments of a file and whether it is there to be run; None where that is nothing."""
    data = data if len(data) <= LARGEST_BYTES else b""
    found = [(each.line, list(each.codes), each.comment_line) for each in find_ignore_comments(path, data)]
    runs = is_runnable(path, data)
    return (found, runs) if found or runs else None


def find_headers(root: Path, paths: Sequence[str], *, kept: ProjectFacts | None) -> list[str]:
    """Return as `find_script_headers` does; what is not read for its imports is looked at each time."""
    if kept is None:
        return find_script_headers(root, paths)

    def read(path: str) -> bytes | None:
        return try_read(f"{root}/{path}", bytes_at_most=_LARGEST_SOURCE_BYTES)

    known, others = kept.ask_of_known(_HEADERS, paths, read, _has_header)
    found = known.keys() | set(find_script_headers(root, others))
    return [path for path in paths if path in found]


def find_headers_early(root: Path, paths: Sequence[str], *, kept: ProjectFacts | None) -> list[str]:
    """Return the same before any file was read for its imports."""
    if kept is None:
        return find_script_headers(root, paths)
    return kept.find_early(_HEADERS, paths, lambda: find_script_headers(root, paths))


def _has_header(path: str, data: bytes) -> bool | None:
    """Return whether a file begins with a header; None where it does not."""
    is_script = not needs_shebang(path) or data.startswith(b"#!")
    return True if is_script and begins_with_header(data) else None
