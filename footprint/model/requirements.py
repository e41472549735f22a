"""Requirement lines that a project declares, and what the requirement graph says of them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from footprint.model.note import Note
from footprint.names import DistributionName
from footprint.pairs import group_pairs
from footprint.values import dataclass


@dataclass(frozen=True, slots=True)
class DeclaredRequirement:
    """One requirement that a project file declares, where it stands and in which group.

    `group` is "main", "dev", "test", "docs", "optional:NAME" or "script:PATH"; a constraint limits versions
    and asks for nothing.
    """

    name: DistributionName
    extras: tuple[str, ...]  # normalised, sorted
    specifier: str  # "" when any version will do
    marker: str | None
    url: str | None
    group: str
    kind: Literal["requirement", "constraint"]
    path: str  # relative to the project, posix
    line: int  # 1-based
    raw: str  # the requirement as written, without comment, options and continuation marks
    group_name: str = ""  # the group as the file spells it: "lint" where `group` is "dev"; "" when it has no name
    conda_name: str = ""  # of a line for conda, lower case: it need not be a Python distribution
    via: tuple[
        DistributionName, ...
    ] = ()  # for whom a tool put it there, as far as it says; not for a file's own lines
    source_line: int | None = None  # of its file, where that says from which index or repository it is installed


def plain_line(
    name: DistributionName, group: str, path: str, line: int, *, raw: str, specifier: str = ""
) -> DeclaredRequirement:
    """Return a requirement without extras, marker and URL."""
    return DeclaredRequirement(name, (), specifier, None, None, group, "requirement", path, line, raw)


def lines_by_name(lines: Iterable[DeclaredRequirement]) -> dict[DistributionName, tuple[DeclaredRequirement, ...]]:
    """Return lines by the distribution that they name, in their order."""
    return group_pairs((line.name, line) for line in lines)


@dataclass(frozen=True, slots=True)
class OutsideFolder:
    """A line that asks for a folder outside of the project, which is not read: `-e ../../libs/acme`."""

    folder: str  # absolute, posix, links followed
    shown: str  # from the project's folder
    group: str  # this and what follows as in DeclaredRequirement
    path: str
    line: int


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something of a requirement file that was not understood, so that it may declare what its words name."""

    note: Note
    words: frozenset[str] | None  # normalised; None: not even the words are known, so it may declare anything
    group: str = "main"  # as in DeclaredRequirement


@dataclass(frozen=True, slots=True)
class Member:
    """A distribution of its own within the project: a member of a workspace, a folder that a line asks for."""

    folder: str  # relative to the project, posix; "." for the project itself
    name: DistributionName  # "" for a part that is not a distribution and has requirements and modules of its own
    requires: tuple[str, ...]  # folders of the members that its lines ask for, sorted; those of developers aside


@dataclass(frozen=True, slots=True)
class DeclaredFiles:
    """Everything read from one project's requirement files."""

    requirements: tuple[DeclaredRequirement, ...]  # constraints too, in file order
    local_paths: tuple[str, ...]  # editable and path requirements: first-party folders, relative
    files: tuple[str, ...]  # files read, in the order read
    notes: tuple[Note, ...]
    own_names: tuple[DistributionName, ...] = ()  # the projects read and workspace members, sorted: first party
    outside: tuple[OutsideFolder, ...] = ()
    needs_nothing: tuple[str, ...] = ()  # files that say so: an empty list of requirements
    members: tuple[Member, ...] = ()  # by folder
    doubts: tuple[Doubt, ...] = ()  # in the order met; their notes are among `notes`, before all others
    compiled: tuple[tuple[str, str], ...] = ()  # files that a tool wrote, each with what declares in its place
    published: tuple[tuple[str, int], ...] = ()  # project files with classifiers for an index, each with their line


@dataclass(frozen=True, slots=True)
class LockedArchive:
    """One file that a lock names for a distribution: a wheel, or its source."""

    file: str  # "numpy-2.2.6-cp311-cp311-manylinux_2_17_x86_64.whl"
    size_bytes: int | None  # None: the lock does not say, as those of Poetry


@dataclass(frozen=True, slots=True)
class LockedDistribution:
    """One distribution that a lock file pins, with what it requires there.

    Groups are spelled as in DeclaredRequirement, sorted; empty when the lock does not tell.
    """

    name: DistributionName
    version: str  # "" when the lock leaves it open: a source tree, a repository
    dependencies: tuple[DistributionName, ...]  # sorted; of every platform; of extras where the lock resolved them
    groups: tuple[str, ...]
    path: str  # of the lock file, relative to the project, posix
    line: int  # 1-based: where its table begins
    is_local: bool = False  # a folder of the workspace: first party
    requires: tuple[str, ...] = ()  # as Requires-Dist says it, with markers and extras as far as the lock has them
    markers: tuple[str, ...] = ()  # it is locked where one of them holds; empty: everywhere
    archives: tuple[LockedArchive, ...] = ()  # in file order


@dataclass(frozen=True, slots=True)
class LockedFiles:
    """Everything that the lock files of a project pin."""

    distributions: tuple[LockedDistribution, ...]  # by file, then in file order
    files: tuple[str, ...]
    notes: tuple[Note, ...]


@dataclass(frozen=True, slots=True)
class RequirementProblem:
    """A requirement that the environment does not meet."""

    kind: Literal["missing", "conflict", "unparsable"]
    required_by: DistributionName | None  # None: declared by the project itself
    requirement: str
    installed_version: str | None


@dataclass(frozen=True, slots=True)
class RequirementEdge:
    """`requirer` (with `extra`, "" for none) requires `required`, for this target."""

    requirer: DistributionName
    extra: str
    required: DistributionName
    required_extras: tuple[str, ...]
