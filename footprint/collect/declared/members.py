"""Which folders of the project are distributions of their own, and which of them ask for which."""

from __future__ import annotations

from pathlib import PurePosixPath

from footprint.collect.declared.gathering import Gathering
from footprint.model.requirements import Member

_FOR_DEVELOPERS = frozenset({"dev", "test", "docs"})


def find_members(into: Gathering) -> tuple[Member, ...]:
    """Return the projects that were read, by folder, once all requirement files are.

    A line asks for a member by its name or by its folder; what stands outside of all members is the project's own.
    """
    if not into.projects.keys() - {"."}:
        return ()
    by_name = {name: folder for folder, name in sorted(into.projects.items(), reverse=True)}
    wanted: dict[str, set[str]] = {}
    for line in into.requirements:
        if line.name in by_name and line.kind == "requirement" and line.group not in _FOR_DEVELOPERS:
            wanted.setdefault(_folder_of(line.path, into), set()).add(by_name[line.name])
    for place, folder in into.asked:
        if place.group not in _FOR_DEVELOPERS and folder in into.projects:
            wanted.setdefault(_folder_of(place.path, into), set()).add(folder)
    named = {".": "", **into.projects}
    return tuple(
        Member(folder, name, tuple(sorted(wanted.get(folder, set()) - {folder})))
        for folder, name in sorted(named.items())
    )


def _folder_of(path: str, into: Gathering) -> str:
    folders = (parent.as_posix() for parent in PurePosixPath(path).parents)
    return next((folder for folder in folders if folder in into.projects), ".")
