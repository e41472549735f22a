"""Which folders of the project are distributions of their own, and which of them ask for which."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import PurePosixPath

from footprint.collect.declared.result import Gathering
from footprint.files.listing import list_names
from footprint.knowledge.groups import FOR_DEVELOPERS
from footprint.model.requirements import Member


def find_members(into: Gathering) -> tuple[Member, ...]:
    """Return the projects that were read, by folder, once all requirement files are.

    A line asks for a member by its name or by its folder; what stands outside of all members is the project's own.
    """
    parts = _parts(into)
    if not into.projects.keys() - {"."} and not parts:
        return ()
    by_name = {name: folder for folder, name in sorted(into.projects.items(), reverse=True)}
    named = {".": "", **dict.fromkeys(parts, ""), **into.projects}
    wanted: dict[str, set[str]] = {}
    for line in into.requirements:
        if line.name in by_name and line.kind == "requirement" and line.group not in FOR_DEVELOPERS:
            wanted.setdefault(_folder_of(line.path, named), set()).add(by_name[line.name])
    for place, folder in into.asked:
        if place.group not in FOR_DEVELOPERS and folder in into.projects:
            wanted.setdefault(_folder_of(place.path, named), set()).add(folder)
    return tuple(
        Member(folder, name, tuple(sorted(wanted.get(folder, set()) - {folder})))
        for folder, name in sorted(named.items())
    )


def _parts(into: Gathering) -> set[str]:
    """Return the folders with a requirements file for production and modules beside it: a service, say."""
    folders = {
        line.path.rpartition("/")[0]
        for line in into.requirements
        if line.kind == "requirement" and line.path.endswith((".txt", ".in")) and line.group not in FOR_DEVELOPERS
    }
    return {folder for folder in folders if folder and not folder.startswith("..") and _has_modules(folder, into)}


def _has_modules(folder: str, into: Gathering) -> bool:
    return any(name.endswith(".py") for name in list_names(into.project / folder))


def _folder_of(path: str, named: Collection[str]) -> str:
    folders = (parent.as_posix() for parent in PurePosixPath(path).parents)
    return next((folder for folder in folders if folder in named), ".")
