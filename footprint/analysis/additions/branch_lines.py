"""What a branch adds to the requirement files, and what of the environment is there for that alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from footprint.analysis.graph.requirement_graph import RequirementGraph
from footprint.model.installed_environment import Installed
from footprint.model.requirements import DeclaredRequirement
from footprint.names import DistributionName, NameSet
from footprint.values import dataclass


@dataclass(frozen=True, slots=True)
class BranchLines:
    """Lines for production that are new or say something else, and names that no line asks for any more."""

    added: tuple[DeclaredRequirement, ...]  # each requirement once
    removed: tuple[DistributionName, ...]  # sorted


def compare_lines(before: Iterable[DeclaredRequirement], after: Iterable[DeclaredRequirement]) -> BranchLines:
    """Return what differs between the lines of two sides, wherever in the files they stand."""
    old, new = _by_text(before), _by_text(after)
    names = {line.name for line in new.values()}
    gone = sorted({line.name for line in old.values()} - names)
    return BranchLines(tuple(line for text, line in new.items() if text not in old), tuple(gone))


def _by_text(lines: Iterable[DeclaredRequirement]) -> dict[str, DeclaredRequirement]:
    found: dict[str, DeclaredRequirement] = {}
    for line in lines:
        if line.kind == "requirement" and line.group == "main" and line.name:
            found.setdefault(requirement_text(line), line)
    return found


def requirement_text(line: DeclaredRequirement) -> str:
    """Return a declared line as an installer takes it."""
    asked = f"[{','.join(line.extras)}]" if line.extras else ""
    what = f" @ {line.url}" if line.url else line.specifier
    return f"{line.name}{asked}{what}{f' ; {line.marker}' if line.marker else ''}"


def find_held(
    installed: Sequence[Installed],
    before: Sequence[DeclaredRequirement],
    added: Sequence[DeclaredRequirement],
    markers: Mapping[str, str],
) -> NameSet:
    """Return the installed distributions that the added lines reach and no line of before, of any group, does."""
    known = RequirementGraph.build(installed, before, markers).orphans
    reached = frozenset(one.name for one in installed) - RequirementGraph.build(installed, added, markers).orphans
    return reached & known
