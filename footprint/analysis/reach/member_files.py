"""Distributions of their own within the project: whose a file is, and who asks for whom.

Laws: pure. What stands in no member's folder is the project's own, whose folder is ".".
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from footprint.analysis.reach.reach_rule import runs_beside
from footprint.model.requirements import DeclaredRequirement, Member
from footprint.model.source_modules import Reach, SiteUse
from footprint.pairs import follow
from footprint.values import dataclass

ROOT = "."


class Members:
    """Answers about the members of one project."""

    def __init__(self, members: Sequence[Member], reaches: Sequence[Reach]) -> None:
        self._by_folder: Mapping[str, Member] = {member.folder: member for member in members}
        # What is run beside, by a workflow or by hand, does not make an application of a library.
        entered = (reach for reach in reaches if not runs_beside(reach.entry))
        begun = {module.path for reach in entered for module in reach.modules if not module.chain}
        self.starting = frozenset(self.folder_of(path) for path in begun)  # those that an entry starts in
        self.asked_for = self.required_by(self.starting)  # those, and what they require

    def __bool__(self) -> bool:
        return bool(self._by_folder)

    def member(self, folder: str) -> Member:
        """Return the member in a folder that `folder_of` gave."""
        return self._by_folder[folder]

    def folder_of(self, path: str) -> str:
        """Return the folder of the member that a file belongs to, the innermost one."""
        folder = path
        while self._by_folder and folder:
            folder = folder.rpartition("/")[0]
            if folder in self._by_folder:
                return folder
        return ROOT

    def is_library(self, folder: str) -> bool:
        """Whether a folder is that of a member in which no entry starts."""
        return folder != ROOT and folder not in self.starting

    def is_of_library(self, path: str) -> bool:
        """Whether a file belongs to such a member."""
        return self.is_library(self.folder_of(path))

    def required_by(self, folders: Collection[str]) -> frozenset[str]:
        """Return some members with all that they ask for, one leading to the next."""
        known = self._by_folder.keys() & set(folders)
        return frozenset(follow(known, lambda folder: self._by_folder[folder].requires))

    def name_all(self, folders: Iterable[str]) -> str:
        """Return members as a reader would name them, the project itself by its folder."""
        return ", ".join("the project" if folder == ROOT else folder for folder in sorted(folders))


@dataclass(frozen=True, slots=True)
class MemberUse:
    """A member that declares a distribution and whose own modules import it, though no entry reaches them."""

    member: Member
    line: DeclaredRequirement
    sites: tuple[SiteUse, ...]
    asked_for: bool  # by a member that an entry starts in
    starting: str  # those, named


def find_member_use(
    declared: tuple[DeclaredRequirement, ...], sites: tuple[SiteUse, ...], members: Members
) -> MemberUse | None:
    """Return the member that needs what it declares, None where no entry leaves that open.

    A member that an entry starts in is an application: what its entries do not reach is unreached.
    """
    if not members:
        return None
    for line in declared:
        folder = members.folder_of(line.path)
        if not members.is_library(folder):
            continue
        own = tuple(use for use in sites if use.status == "unreached" and members.folder_of(use.site.path) == folder)
        if own:
            named = members.name_all(members.starting)
            return MemberUse(members.member(folder), line, own, folder in members.asked_for, named)
    return None
