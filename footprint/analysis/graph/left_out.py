"""What is left out: what is installed for our own sake, the audited project itself, conda's lines of no Python. Pure.

Of a line for conda what is known decides, in this order: the environment, conda's own records of it, the project's
imports, the name.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from urllib.parse import unquote

from packaging.requirements import InvalidRequirement, Requirement

from footprint.analysis.graph.requirement_graph import RequirementGraph
from footprint.model.installed_environment import Installed
from footprint.model.note import Note
from footprint.model.requirements import (
    DeclaredFiles,
    DeclaredRequirement,
    RequirementProblem,
    lines_by_name,
    plain_line,
)
from footprint.names import DistributionName, normalise
from footprint.values import dataclass

OURSELVES = "footprint-audit"


def find_own(
    installed: Sequence[Installed], declared: frozenset[DistributionName], graph: RequirementGraph, project: str
) -> tuple[frozenset[DistributionName], tuple[Note, ...]]:
    """Return what to leave out of the rows, with a note that names it.

    That is the project when it is installed into the environment it is audited in (`project` is its
    absolute posix path), and footprint with all that nothing but footprint holds there.
    """
    out = frozenset(item.name for item in installed if _is_at(item, project))
    notes = [Note("project-installed", f"{name} is the audited project itself: left out") for name in sorted(out)]
    names = {item.name for item in installed}
    if OURSELVES in names - declared - out:
        ours = _exclusive(names, graph)
        listed = ", ".join(sorted(ours))
        notes.append(Note("footprint-installed", f"footprint runs from inside this environment; left out: {listed}"))
        out |= ours
    return out, tuple(notes)


def name_outside_folders(declared: DeclaredFiles, installed: Sequence[Installed]) -> DeclaredFiles:
    """Return what is declared, with a line for each folder outside of the project that something is installed from.

    What is in the folder is not read: the environment says which distribution came from it.
    """
    at = {_folder_of(item.source_url): item.name for item in installed if item.source_url}
    named = {(line.name, line.path) for line in declared.requirements}
    found = [(name, one) for one in declared.outside if (name := at.get(one.folder)) is not None]
    if not found:
        return declared
    lines = [
        plain_line(name, one.group, one.path, one.line, raw=one.shown)
        for name, one in found
        if (name, one.path) not in named
    ]
    places = {(one.path, one.line) for _, one in found}
    notes = (
        note for note in declared.notes if note.code != "local-path-outside" or (note.path, note.line) not in places
    )
    return replace(declared, requirements=(*declared.requirements, *lines), notes=tuple(notes))


def _folder_of(url: str) -> str:
    return unquote(url.removeprefix("file://")).rstrip("/")


def _is_at(item: Installed, project: str) -> bool:
    if item.source_url is None or item.origin not in ("editable", "local"):
        return False
    return _folder_of(item.source_url) == project.rstrip("/")


def _exclusive(names: set[DistributionName], graph: RequirementGraph) -> frozenset[DistributionName]:
    """Return footprint's closure without what declared lines or other undeclared distributions reach."""
    closure = graph.closure_of([OURSELVES])
    held = graph.closure_of(graph.orphans - closure)
    return frozenset(
        name for name in closure & names if name == OURSELVES or (name in graph.orphans and name not in held)
    )


@dataclass(frozen=True, slots=True)
class KnownPython:
    """What says that a name is one of a Python distribution."""

    installed: Collection[DistributionName]  # in the environment, or locked
    imported: Collection[str]  # import names of the project, normalised
    listed: Collection[DistributionName]  # of the table of well-known import names
    records: Mapping[str, bool] | None  # conda's packages that are installed: whether they have modules; None: no conda

    def tell(self, line: DeclaredRequirement) -> bool | None:
        """Return whether a line for conda is of a Python distribution; None where nothing tells."""
        if line.name in self.installed:
            return True
        if self.records is not None and line.conda_name in self.records:
            return self.records[line.conda_name]
        if line.name in self.imported or line.name in self.listed:
            return True
        return False if line.conda_name.startswith("lib") else None


def settle_conda(declared: DeclaredFiles, known: KnownPython) -> DeclaredFiles:
    """Return the declared files without the lines for conda that are of no Python distribution."""
    kept = tuple(line for line in declared.requirements if not line.conda_name or known.tell(line) is not False)
    return replace(declared, requirements=kept) if len(kept) < len(declared.requirements) else declared


def find_uncertain(declared: DeclaredFiles, known: KnownPython) -> frozenset[DistributionName]:
    """Return the names that only lines for conda declare and of which nothing tells what they are."""
    return frozenset(
        name
        for name, lines in lines_by_name(declared.requirements).items()
        if all(line.conda_name and known.tell(line) is None for line in lines)
    )


def without_uncertain(
    problems: Sequence[RequirementProblem], uncertain: Collection[DistributionName]
) -> tuple[RequirementProblem, ...]:
    """Return the problems without the missing lines that need not be distributions of Python."""
    return tuple(one for one in problems if not (uncertain and one.kind == "missing" and _name_of(one) in uncertain))


def _name_of(problem: RequirementProblem) -> DistributionName | None:
    try:
        return normalise(Requirement(problem.requirement).name) if problem.required_by is None else None
    except (InvalidRequirement, RecursionError):
        return None
