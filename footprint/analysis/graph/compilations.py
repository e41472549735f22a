"""Frozen files beside what they were frozen from, told by comparison: `pip freeze` and most exports write no header.

Laws: pure. A file is frozen when each of its lines is an exact release and all that these require is among them. It
is the compilation of another file when it has all the names of that. Of its lines those are pins that the other file
brings; whatever else it has was installed beside, and is declared by it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from posixpath import dirname

from footprint.analysis.graph.requirement_graph import RequirementGraph
from footprint.knowledge.groups import is_development
from footprint.model.installed_environment import Installed
from footprint.model.note import Note
from footprint.model.requirements import DeclaredFiles, DeclaredRequirement
from footprint.names import DistributionName

_Lines = Sequence[DeclaredRequirement]
_PROJECT_FILES = ("pyproject.toml", "setup.py", "setup.cfg", "Pipfile")
# `pip freeze` leaves them out before Python 3.12.
_NOT_FROZEN = frozenset({"pip", "setuptools", "wheel", "distribute"})
_SMALLEST = 2


def find_compilations(
    declared: DeclaredFiles, graph: RequirementGraph, installed: Sequence[Installed]
) -> DeclaredFiles:
    """Return what is declared, the lines of compiled files as constraints; `declared` itself where there is none."""
    files: dict[str, list[DeclaredRequirement]] = {}
    for line in declared.requirements:
        if line.kind == "requirement" and graph.applies(line):
            files.setdefault(line.path, []).append(line)
    exact = {path for path, lines in files.items() if path.endswith(".txt") and _is_exact(lines)}
    if not exact or len(files) < _SMALLEST:
        return declared
    requires = _requirements(graph, {item.name for item in installed})
    beside = _NOT_FROZEN | set(declared.own_names)
    frozen = {path for path in exact if _is_closed({line.name for line in files[path]}, requires, beside)}
    held: dict[str, frozenset[DistributionName]] = {}
    found: dict[str, str] = {}
    for path in sorted(frozen):
        source = next(_sources(path, files, frozen), None)
        if source is not None:
            found[path] = source
            held[path] = graph.closure_of({line.name for line in files[source]})
    if not found:
        return declared
    lines = (
        replace(line, kind="constraint") if line.name in held.get(line.path, ()) else line
        for line in declared.requirements
    )
    notes = (
        Note("requirements-compiled", f"frozen from {source}, which is read: what that brings is declared there", path)
        for path, source in found.items()
    )
    return replace(
        declared,
        requirements=tuple(lines),
        notes=(*declared.notes, *notes),
        compiled=(*declared.compiled, *found.items()),
    )


def _is_exact(lines: _Lines) -> bool:
    return len(lines) >= _SMALLEST and all(
        line.url is not None
        or (line.specifier.startswith("==") and "," not in line.specifier and "*" not in line.specifier)
        for line in lines
    )


def _requirements(
    graph: RequirementGraph, there: Collection[DistributionName]
) -> Mapping[DistributionName, set[DistributionName]]:
    found: dict[DistributionName, set[DistributionName]] = {}
    for edge in graph.edges:
        if not edge.extra and edge.required in there:
            found.setdefault(edge.requirer, set()).add(edge.required)
    return found


def _is_closed(
    names: Collection[DistributionName],
    requires: Mapping[DistributionName, set[DistributionName]],
    beside: Collection[DistributionName],
) -> bool:
    return all(each in names or each in beside for name in names for each in requires.get(name, ()))


def _sources(path: str, files: Mapping[str, _Lines], frozen: Collection[str]) -> Iterator[str]:
    """Yield the files that a frozen one may come from: those of the same name first, then project files, then lists."""
    is_for_development = all(is_development(line.group) for line in files[path])
    names = {line.name for line in files[path]}
    stem = path.removesuffix(".txt")
    folders = {dirname(path), dirname(dirname(path)), ""}
    written = (".in", *_PROJECT_FILES)
    others = [
        other
        for other in files
        if other not in frozen and dirname(other) in (folders if other.endswith(written) else {dirname(path)})
    ]
    order = sorted(others, key=lambda other: (other != f"{stem}.in", not other.endswith(written)))
    for other in order:
        asked = {line.name for line in files[other] if is_development(line.group) == is_for_development}
        if asked and asked < names:
            yield other
