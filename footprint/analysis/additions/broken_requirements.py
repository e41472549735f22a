"""Whom the arrival of a candidate breaks: what is installed and stays, and requires another version than what comes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from footprint.analysis.additions.candidate_rows import Standing
from footprint.analysis.graph.requirement_graph import RequirementGraph
from footprint.model.installed_environment import Installed
from footprint.model.requirements import DeclaredRequirement
from footprint.names import readable


def find_broken(
    standing: Standing, came: Sequence[Installed], declared: Sequence[DeclaredRequirement]
) -> Iterator[str]:
    """Yield, for a reader, each requirement of what stays that holds as it is and no longer once this came.

    Installers do not look at it: they resolve what they are asked for, and leave the rest of an environment alone.
    `declared` are the lines of the project: they ask for extras.
    """
    arrived = {one.name: one for one in came}
    before = {one.name: one for one in standing.installed}
    if not arrived.keys() & before.keys():
        return
    met_never = set(_problems(standing, before.values(), declared))
    for requirer, text in _problems(standing, {**before, **arrived}.values(), declared):
        if requirer not in arrived and (requirer, text) not in met_never:
            yield f"{requirer} {before[requirer].version}, which stays, requires {readable(text)}"


def _problems(
    standing: Standing, installed: Iterable[Installed], declared: Sequence[DeclaredRequirement]
) -> Iterator[tuple[str, str]]:
    """Yield the distributions with a requirement that the installed versions do not meet, and that requirement."""
    graph = RequirementGraph.build(sorted(installed, key=lambda one: one.name), declared, standing.markers)
    for problem in graph.problems:
        if problem.kind == "conflict" and problem.required_by is not None:
            yield problem.required_by, problem.requirement
