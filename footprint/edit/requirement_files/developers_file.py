"""To which file a requirement of production moves that only developers need."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from footprint.knowledge.groups import FOR_DEVELOPERS, group_of

_OF_PIP = ("txt", "in")
_PREFERRED = ("dev", "test", "docs")  # of the groups that files are for


def file_for_developers(path: str, files: Iterable[str], compiled: Collection[str]) -> str | None:
    """Return the requirements file beside one of production to which lines of it can move; None where there is none.

    `files`: all that declare something; `compiled`: those of them that a tool writes.
    """
    folder, _, name = path.rpartition("/")
    suffix = name.rpartition(".")[2]
    if suffix not in _OF_PIP or group_of(path) != "main":
        return None
    found = [
        each
        for each in sorted(files)
        if each.rpartition("/")[0] == folder and each.endswith(f".{suffix}") and group_of(each) in FOR_DEVELOPERS
        if each not in compiled
    ]
    return min(found, key=lambda each: _PREFERRED.index(group_of(each)), default=None)
