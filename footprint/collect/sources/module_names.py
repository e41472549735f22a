"""What the project's modules are called, given the import roots, and what they take from each other."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path, PurePosixPath

from footprint.collect.sources.import_roots import folders_above
from footprint.collect.sources.project_files import ProjectFiles
from footprint.files.reader import list_names
from footprint.model.source_modules import ImportSite, Placement, SourceModule, name_under
from footprint.names import ModuleName, top_level
from footprint.values import dataclass, replace


@dataclass(frozen=True)  # no slots: the folders of the siblings are gathered once
class OtherNames:
    """Names of files that no root gives."""

    named: tuple[tuple[str, ModuleName], ...] = ()  # (folder, package) that is installed under another name
    paths: tuple[str, ...] = ()  # folders that code puts on the path
    siblings: frozenset[tuple[str, ModuleName]] = frozenset()  # (folder, name) of what lies beside its importer
    foreign: frozenset[str] = frozenset()  # names that `paths` and `guessed` do not hide
    guessed: frozenset[str] = frozenset()  # roots that only the imports of the project speak for

    @cached_property
    def homes(self) -> frozenset[str]:
        """The folders that hold siblings."""
        return frozenset(folder for folder, _ in self.siblings)

    def of(self, path: str) -> Iterator[ModuleName]:
        """Yield the names of the file at `path`."""
        if not (self.named or self.paths or self.siblings):
            return
        above = folders_above(path)
        for folder, package in self.named:
            if folder not in above:
                continue
            name = name_under(path, folder)
            if name is not None:
                yield f"{package}.{name}"
            elif path == f"{folder}/__init__.py":
                yield package
        for folder in self.paths:
            name = name_under(path, folder) if folder in above else None
            if name is not None and top_level(name) not in self.foreign:
                yield name
        for folder in above if self.siblings else ():
            name = name_under(path, folder) if folder in self.homes else None
            if name is not None and (folder, top_level(name)) in self.siblings:
                yield name


def name_all(
    modules: Sequence[SourceModule],
    roots: Sequence[str],
    working_dirs: Sequence[str],
    tree: ProjectFiles,
    others: OtherNames | None = None,
) -> list[SourceModule]:
    """Give each module its primary name, the others that the roots allow, and those that `others` adds."""
    votes = Counter(top_level(site.module) for module in modules for site in module.sites if site.level == 0)
    stated = {PurePosixPath(folder).as_posix() for folder in working_dirs}
    result = []
    for module in modules:
        candidates = {root: name for root in roots if (name := name_under(module.path, root)) is not None}
        if others is not None and others.guessed and len(candidates) > 1:
            candidates = _without_hiding(candidates, others)
        more = tuple(others.of(module.path)) if others is not None else ()
        if not candidates:
            result.append(_renamed(module, PurePosixPath(module.path).stem, more))
            continue
        best = max(candidates, key=lambda root: _fitness(root, candidates[root], votes, stated, tree.packages))
        primary, *rest = dict.fromkeys([candidates[best], *candidates.values(), *more])
        result.append(_renamed(module, primary, tuple(rest)))
    return result


def _without_hiding(candidates: dict[str, ModuleName], others: OtherNames) -> dict[str, ModuleName]:
    """Leave out the names by which a module would hide an installed one, from a root that may not be one."""
    kept = {
        root: name
        for root, name in candidates.items()
        if root not in others.guessed or top_level(name) not in others.foreign
    }
    return kept or candidates


def _fitness(
    root: str, name: ModuleName, votes: Counter[str], stated: set[str], packages: frozenset[str]
) -> tuple[bool, int, bool, int]:
    """Order the roots of one file: where a launcher starts, then how the project itself imports, then depth."""
    depth = 0 if root == "." else root.count("/") + 1
    return (root in stated, votes[top_level(name)], root not in packages, depth)


def _renamed(module: SourceModule, name: ModuleName, others: tuple[ModuleName, ...]) -> SourceModule:
    """Return `module` under its final name; its relative imports were resolved under the name it had before."""
    if name == module.module:
        return module if others == module.other_names else replace(module, other_names=others)
    sites = tuple(_resolve_again(site, module.module, name) for site in module.sites)
    return replace(module, module=name, other_names=others, sites=sites)


def _resolve_again(site: ImportSite, before: ModuleName, after: ModuleName) -> ImportSite:
    if not site.level or not before or before == after:
        return site
    # Both names end alike: one is the other with packages in front.
    if len(after) > len(before):
        prefix = after[: len(after) - len(before)]
        return replace(site, module=f"{prefix}{site.module}".strip("."))
    prefix = before[: len(before) - len(after)]
    return replace(site, module=f"{site.module}.".removeprefix(prefix).rstrip("."))


def mark_borrowed(modules: Sequence[SourceModule], paths: Collection[str] | None = None) -> list[SourceModule]:
    """Count an imported name as used at import where another file takes it from here: `from app.utils import pd`.

    `paths` are the files that may hold names which are not marked yet; None: all.
    """
    by_name = {name: module.path for module in modules for name in (module.module, *module.other_names)}
    if paths is not None:
        by_name = {name: path for name, path in by_name.items() if path in paths}
    borrowed: dict[str, set[str]] = {}
    for module in modules:
        for site in module.sites:
            if site.names and site.module in by_name:
                borrowed.setdefault(by_name[site.module], set()).update(site.names)
    return [_lending(module, borrowed[module.path]) if module.path in borrowed else module for module in modules]


def _lending(module: SourceModule, names: set[str]) -> SourceModule:
    def is_lent(site: ImportSite) -> bool:
        is_open = not site.used_at_import_line and site.form != "lazy"  # most are marked already: the first question
        return is_open and (not names.isdisjoint(site.bound) or "*" in names) and site.placement.runs_at_import

    lent = [is_lent(site) for site in module.sites]
    if not any(lent):
        return module
    marked = (
        replace(site, used_at_import_line=site.line) if is_marked else site
        for site, is_marked in zip(module.sites, lent, strict=True)
    )
    return replace(module, sites=tuple(marked))


@dataclass(frozen=True, slots=True)
class Foreign:
    """Top-level names that somebody else offers."""

    names: Collection[str]  # importable without the project
    known: Callable[[], Collection[str]] = frozenset  # what distributions would offer; asked only when it matters


STANDARD_LIBRARY = Foreign(sys.stdlib_module_names)


def list_importable(site_dirs: Iterable[Path]) -> frozenset[str]:
    """Return the import names that stand directly in `site_dirs`; a folder that cannot be listed gives none."""
    names = {name.partition(".")[0] for folder in site_dirs for name in list_names(folder)}
    return frozenset(name for name in names if name.isidentifier() and name != "__pycache__")


def find_siblings(
    modules: Iterable[SourceModule], children: Mapping[str, set[str]], offered: Collection[str], foreign: Foreign
) -> frozenset[tuple[str, ModuleName]]:
    """Return (folder, name) of what lies beside a module, or above it, that imports it by a name that nobody offers.

    `children` are the importable names in each folder, `offered` those under the roots.
    """
    found: set[tuple[str, ModuleName]] = set()
    settled: set[ModuleName] = {""}  # modules that somebody offers
    for module in modules:
        for site in module.sites:
            if site.level or site.module in settled:
                continue
            name = top_level(site.module)
            if name in foreign.names or name in offered:
                settled.add(site.module)
                continue
            home = next((one for one in folders_above(module.path) if name in children.get(one, ())), None)
            if home is not None and f"{home}/{name}.py" != module.path:
                found.add((home, name))
    names = foreign.known() if found else ()
    return frozenset(each for each in found if each[1] not in names)


def join_spellings(module: SourceModule) -> SourceModule:
    """Return `module` with an absolute import that only spells a relative one for another way to start as that.

    `try: from .x import y` and `except ImportError: from x import y` are one import of the file beside, under
    whichever name the program was started.
    """
    relative = [site for site in module.sites if site.level and site.module]
    absolute = [site for site in module.sites if not site.level] if relative else ()
    twins = {id(site): twin for site in absolute if (twin := _spelt_as(site, relative)) is not None}
    if not twins:
        return module
    return replace(module, sites=tuple(twins.get(id(site), site) for site in module.sites))


def _spelt_as(site: ImportSite, relative: Sequence[ImportSite]) -> ImportSite | None:
    """Return an absolute import in the words of the relative one that binds the same, None where there is none."""
    if site.placement is Placement.TYPE_CHECKING:
        return None
    for other in relative:
        if set(site.bound).isdisjoint(other.bound):
            continue
        if site.names and other.module.endswith(f".{site.module}"):
            return replace(site, module=other.module, level=other.level)
        if not site.names and site.module in other.names:
            return replace(site, module=other.module, names=(site.module,), level=other.level)
    return None
