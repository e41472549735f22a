"""What a member of the project imports and only members declare that it does not ask for. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from footprint.analysis.reach.member_files import ROOT, Members
from footprint.knowledge.groups import is_development
from footprint.model.requirements import DeclaredFiles, DeclaredRequirement, lines_by_name
from footprint.model.source_modules import SiteUse
from footprint.names import DistributionName, ModuleName, top_level
from footprint.values import dataclass


@dataclass(frozen=True, slots=True)
class Borrowed:
    """Imports of one distribution, and the line of another member that declares it."""

    uses: tuple[SiteUse, ...]
    line: DeclaredRequirement
    users: str  # the folders of the importing members

    def show(self) -> str:
        """Return where it is declared, as a reader would say it."""
        return f"only {self.line.path}:{self.line.line} declares it, of a member that {self.users} does not require"


def find_developed(
    uses: Mapping[DistributionName, tuple[SiteUse, ...]],
    declared: DeclaredFiles,
    members: Members,
    counts: Callable[[SiteUse], bool],
) -> dict[DistributionName, Borrowed]:
    """Return what a member declares for its developers alone and imports all the same, while others declare it in full.

    What no member declares in full is told without them: every line is for developers then.
    """
    found: dict[DistributionName, Borrowed] = {}
    for name, each in _lines_of(declared).items() if members else ():
        whole = {members.folder_of(line.path) for line in each if not is_development(line.group)}
        for line in each if whole else ():
            folder = members.folder_of(line.path)
            if (
                name in found
                or folder == ROOT
                or not members.member(folder).name
                or not whole.isdisjoint(members.required_by([folder]) | {folder, ROOT})
            ):
                continue
            own = [use for use in uses.get(name, ()) if members.folder_of(use.site.path) == folder and counts(use)]
            if own:
                found[name] = Borrowed(tuple(own), line, folder)
    return found


def find_borrowed(
    uses: Mapping[DistributionName, tuple[SiteUse, ...]],
    declared: DeclaredFiles,
    members: Members,
    counts: Callable[[SiteUse], bool],
) -> dict[tuple[ModuleName, DistributionName], Borrowed]:
    """Return what members take from others' lines, by import name and distribution; `counts` says which uses do.

    What the project's own files declare is there for all members, and a member that declares nothing is part of it.
    """
    if not members:
        return {}
    lines = _lines_of(declared)
    declaring = {members.folder_of(line.path) for each in lines.values() for line in each}
    declaring |= {members.folder_of(path) for path in declared.needs_nothing}
    # A part that is not a distribution may well be installed together with others.
    declaring = {folder for folder in declaring - {ROOT} if members.member(folder).name}
    asked = {folder: members.required_by([folder]) | {ROOT} for folder in declaring}
    found: dict[tuple[ModuleName, DistributionName], list[SiteUse]] = {}
    for name, sites in uses.items():
        folders = {members.folder_of(line.path) for line in lines.get(name, ())}
        for use in sites if folders and ROOT not in folders else ():
            user = members.folder_of(use.site.path)
            if user in asked and asked[user].isdisjoint(folders) and counts(use):
                found.setdefault((top_level(use.site.module), name), []).append(use)
    return {
        key: Borrowed(
            tuple(taken), lines[key[1]][0], members.name_all({members.folder_of(use.site.path) for use in taken})
        )
        for key, taken in found.items()
    }


def _lines_of(declared: DeclaredFiles) -> Mapping[DistributionName, tuple[DeclaredRequirement, ...]]:
    return lines_by_name(line for line in declared.requirements if line.kind == "requirement")
