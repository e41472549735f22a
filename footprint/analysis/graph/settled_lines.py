"""Declared lines as they are to be understood: what is left out of them, what is a pin, and the pins of a lock file.

Laws: pure. Left out is what is installed for our own sake, the audited project itself, and conda's lines of no Python:
of these what is known decides, in this order: the environment, conda's own records of it, the project's imports, the
name.
`pip freeze` and most exports write no header, so a frozen file is told by comparison: each of its lines is an exact
release and all that these require is among them. It is the compilation of another file when it has all the names of
that. Of its lines those are pins that the other file brings; whatever else it has was installed beside, and is
declared by it. Of a lock file what is for another platform, or only for lines that do not apply, is left out.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from posixpath import dirname
from urllib.parse import unquote

from packaging.version import InvalidVersion, Version

from footprint.analysis.graph.requirement_graph import RequirementGraph
from footprint.analysis.graph.requires_dist import MarkerTarget
from footprint.documents.plain_requirements import RequirementInvalid, read_requirement
from footprint.knowledge.environment_tools import BORN_WITH
from footprint.knowledge.groups import is_development
from footprint.model.installed_environment import Installed
from footprint.model.note import Note
from footprint.model.requirements import (
    DeclaredFiles,
    DeclaredRequirement,
    LockedDistribution,
    RequirementProblem,
    lines_by_name,
    plain_line,
)
from footprint.names import ByName, DistributionName, Names, NameSet, normalise
from footprint.pairs import group_pairs
from footprint.values import dataclass, replace

OURSELVES = "footprint-audit"


def find_own(
    installed: Sequence[Installed], declared: NameSet, graph: RequirementGraph, project: str
) -> tuple[NameSet, tuple[Note, ...]]:
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
    new = [(name, one) for name, one in found if (name, one.path) not in named]
    lines = [plain_line(name, one.group, one.path, one.line, raw=one.shown) for name, one in new]
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


def _exclusive(names: set[DistributionName], graph: RequirementGraph) -> NameSet:
    """Return footprint's closure without what declared lines or other undeclared distributions reach."""
    closure = graph.closure_of([OURSELVES])
    free = graph.orphans - graph.closure_of(graph.orphans - closure)
    return frozenset(name for name in closure & names if name == OURSELVES or name in free)


@dataclass(frozen=True, slots=True)
class KnownPython:
    """What says that a name is one of a Python distribution."""

    installed: Names  # in the environment, or locked
    imported: Collection[str]  # import names of the project, normalised
    listed: Names  # of the table of well-known import names
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


def find_uncertain(declared: DeclaredFiles, known: KnownPython) -> NameSet:
    """Return the names that only lines for conda declare and of which nothing tells what they are."""
    return frozenset(
        name
        for name, lines in lines_by_name(declared.requirements).items()
        if all(line.conda_name and known.tell(line) is None for line in lines)
    )


def without_uncertain(problems: Sequence[RequirementProblem], uncertain: Names) -> tuple[RequirementProblem, ...]:
    """Return the problems without the missing lines that need not be distributions of Python."""
    return tuple(one for one in problems if not (uncertain and one.kind == "missing" and _name_of(one) in uncertain))


def _name_of(problem: RequirementProblem) -> DistributionName | None:
    try:
        return normalise(read_requirement(problem.requirement).name) if problem.required_by is None else None
    except RequirementInvalid:
        return None


_Lines = Sequence[DeclaredRequirement]
_PROJECT_FILES = ("pyproject.toml", "setup.py", "setup.cfg", "Pipfile")
_SMALLEST = 2


def find_compilations(declared: DeclaredFiles, graph: RequirementGraph, items: Sequence[Installed]) -> DeclaredFiles:
    """Return what is declared, the lines of compiled files as constraints; `declared` itself where there is none."""
    lines = (line for line in declared.requirements if line.kind == "requirement" and graph.applies(line))
    files = group_pairs((line.path, line) for line in lines)
    exact = {path for path, lines in files.items() if path.endswith(".txt") and _is_exact(lines)}
    if not exact or len(files) < _SMALLEST:
        return declared
    there = {item.name for item in items}
    edges = (edge for edge in graph.edges if not edge.extra and edge.required in there)
    requires = group_pairs((edge.requirer, edge.required) for edge in edges)
    beside = BORN_WITH | set(declared.own_names)  # `pip freeze` leaves those out before Python 3.12
    frozen = {path for path in exact if _is_closed({line.name for line in files[path]}, requires, beside)}
    held: dict[str, NameSet] = {}
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
    compiled = (*declared.compiled, *found.items())
    return replace(declared, requirements=tuple(settled), notes=(*declared.notes, *notes), compiled=compiled)


def _is_exact(lines: _Lines) -> bool:
    return len(lines) >= _SMALLEST and all(
        line.url is not None
        or (line.specifier.startswith("==") and "," not in line.specifier and "*" not in line.specifier)
        for line in lines
    )


def _is_closed(names: Names, requires: ByName[Names], beside: Names) -> bool:
    return all(each in names or each in beside for name in names for each in requires.get(name, ()))


def _sources(path: str, files: Mapping[str, _Lines], frozen: Collection[str]) -> Iterator[str]:
    """Yield the files that a frozen one may come from: those of the same name first, then project files, then lists."""
    is_for_development = all(is_development(line.group) for line in files[path])
    names = {line.name for line in files[path]}
    stem = path.removesuffix(".txt")
    folders = {dirname(path), dirname(dirname(path)), ""}
    written = (".in", *_PROJECT_FILES)
    near = {True: folders, False: {dirname(path)}}
    others = [each for each in files if each not in frozen and dirname(each) in near[each.endswith(written)]]
    for other in sorted(others, key=lambda other: (other != f"{stem}.in", not other.endswith(written))):
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
