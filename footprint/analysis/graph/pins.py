"""Pins: frozen files beside what they were frozen from, and lock files in the place of installed distributions.

Laws: pure. `pip freeze` and most exports write no header, so a frozen file is told by comparison: each of its lines is
an exact release and all that these require is among them. It is the compilation of another file when it has all the
names of that. Of its lines those are pins that the other file brings; whatever else it has was installed beside, and
is declared by it. Of a lock file what is for another platform, or only for lines that do not apply, is left out.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from posixpath import dirname

from packaging.version import InvalidVersion, Version

from footprint.analysis.graph.requirement_graph import RequirementGraph
from footprint.analysis.graph.requires_dist import MarkerTarget
from footprint.knowledge.groups import is_development
from footprint.model.installed_environment import Installed
from footprint.model.note import Note
from footprint.model.requirements import DeclaredFiles, DeclaredRequirement, LockedDistribution, plain_line
from footprint.names import DistributionName
from footprint.pairs import group_pairs

_Lines = Sequence[DeclaredRequirement]
_PROJECT_FILES = ("pyproject.toml", "setup.py", "setup.cfg", "Pipfile")
# `pip freeze` leaves them out before Python 3.12.
_NOT_FROZEN = frozenset({"pip", "setuptools", "wheel", "distribute"})
_SMALLEST = 2


def find_compilations(
    declared: DeclaredFiles, graph: RequirementGraph, installed: Sequence[Installed]
) -> DeclaredFiles:
    """Return what is declared, the lines of compiled files as constraints; `declared` itself where there is none."""
    lines = (line for line in declared.requirements if line.kind == "requirement" and graph.applies(line))
    files = group_pairs((line.path, line) for line in lines)
    exact = {path for path, lines in files.items() if path.endswith(".txt") and _is_exact(lines)}
    if not exact or len(files) < _SMALLEST:
        return declared
    there = {item.name for item in installed}
    edges = (edge for edge in graph.edges if not edge.extra and edge.required in there)
    requires = group_pairs((edge.requirer, edge.required) for edge in edges)
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
    settled = (
        replace(line, kind="constraint") if line.name in held.get(line.path, ()) else line
        for line in declared.requirements
    )
    notes = (
        Note("requirements-compiled", f"frozen from {source}, which is read: what that brings is declared there", path)
        for path, source in found.items()
    )
    return replace(
        declared,
        requirements=tuple(settled),
        notes=(*declared.notes, *notes),
        compiled=(*declared.compiled, *found.items()),
    )


def _is_exact(lines: _Lines) -> bool:
    return len(lines) >= _SMALLEST and all(
        line.url is not None
        or (line.specifier.startswith("==") and "," not in line.specifier and "*" not in line.specifier)
        for line in lines
    )


def _is_closed(
    names: Collection[DistributionName],
    requires: Mapping[DistributionName, Collection[DistributionName]],
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


def choose_locked(
    locked: Sequence[LockedDistribution], declared: DeclaredFiles, markers: Mapping[str, str]
) -> tuple[Installed, ...]:
    """Return what the declared lines bring for the target, sorted by name; one version of each name.

    Of several versions that fit, the highest: a lock file need not say for whom a fork is. The projects that are
    audited are left out.
    """
    target = MarkerTarget(markers)
    chosen: dict[DistributionName, LockedDistribution] = {}
    for one in locked:
        if one.name in declared.own_names or not _fits(one, target):
            continue
        known = chosen.get(one.name)
        if known is None or _order(one.version) > _order(known.version):
            chosen[one.name] = one
    pins = tuple(_as_installed(chosen[name]) for name in sorted(chosen))
    orphans = RequirementGraph.build(pins, declared.requirements, markers).orphans
    return tuple(pin for pin in pins if pin.name not in orphans)


def declare_roots(locked: Sequence[LockedDistribution]) -> tuple[DeclaredRequirement, ...]:
    """Return lines for a project whose lock file is all that it declares with: what nothing else there requires."""
    required = {name for one in locked for name in one.dependencies}
    return tuple(_line_of(one) for one in locked if one.name not in required and not one.is_local)


def _line_of(one: LockedDistribution) -> DeclaredRequirement:
    specifier, group = f"=={one.version}" if _order(one.version)[0] else "", one.groups[0] if one.groups else "main"
    return plain_line(one.name, group, one.path, one.line, raw=f"{one.name}{specifier}", specifier=specifier)


def _fits(one: LockedDistribution, target: MarkerTarget) -> bool:
    """Whether it is for the target; a marker that cannot be decided here, `'web' in extras`, excludes nothing."""
    return not one.markers or any(target.may_hold(marker) for marker in one.markers)


def _order(version: str) -> tuple[bool, Version]:
    try:
        return True, Version(version)
    except InvalidVersion:
        return False, Version("0")


def _as_installed(one: LockedDistribution) -> Installed:
    requires = one.requires or one.dependencies
    return Installed(one.name, one.name, one.version, requires=requires, origin="local" if one.is_local else "index")
