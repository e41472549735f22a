"""Distributions that are in the audited environment for our own sake, or are the audited project itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import unquote

from footprint.analysis.graph.requirement_graph import RequirementGraph
from footprint.model.installed_environment import Installed
from footprint.model.note import Note
from footprint.model.requirements import DeclaredFiles, DeclaredRequirement, OutsideFolder
from footprint.names import DistributionName

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
    lines = [_line_for(name, one) for name, one in found if (name, one.path) not in named]
    places = {(one.path, one.line) for _, one in found}
    notes = (
        note for note in declared.notes if note.code != "local-path-outside" or (note.path, note.line) not in places
    )
    return replace(declared, requirements=(*declared.requirements, *lines), notes=tuple(notes))


def _line_for(name: DistributionName, one: OutsideFolder) -> DeclaredRequirement:
    return DeclaredRequirement(
        name=name,
        extras=(),
        specifier="",
        marker=None,
        url=None,
        group=one.group,
        kind="requirement",
        path=one.path,
        line=one.line,
        raw=one.shown,
    )


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
