"""Which modules have to be read in full before a walk is right, when a scan told their import statements only.

Laws: pure. Only modules that an entry reaches matter: what runs at startup for the calls in it, a package for the
names that hide its submodules, and whatever names further modules in strings.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from footprint.analysis.first_party import FirstParty
from footprint.model.sources import ProjectSources, Reach, SourceModule

Strings = Mapping[str, frozenset[str] | None]


def reached_by_statements(sources: ProjectSources, reaches: Sequence[Reach]) -> frozenset[str]:
    """Return the paths of the reached modules of which nothing but statements is known."""
    known = {module.path for module in sources.modules if module.complete}
    return frozenset(module.path for reach in reaches for module in reach.modules if module.path not in known)


def to_complete(sources: ProjectSources, reaches: Sequence[Reach], strings: Strings) -> frozenset[str]:
    """Return the paths of the modules to read in full; empty when the walk cannot change any more.

    `strings` has the dotted names that stand in strings of the reached modules, by path, None for "cannot tell".
    """
    by_path = {module.path: module for module in sources.modules}
    found: set[str] = set()
    for reach in reaches:
        first_party = FirstParty(sources, root=reach.entry.import_root or reach.entry.working_dir)
        reached = {module.path for module in reach.modules}
        at_startup = {module.path for module in reach.modules if module.status == "startup"}
        for one in reach.modules:
            module = by_path[one.path]
            named = strings.get(module.path, frozenset())
            leads_on = named is None or any(file.path not in reached for file in _files_named(named, first_party))
            if one.status == "startup" or leads_on:
                found.add(module.path)
            settled = at_startup if one.status == "startup" else reached
            references = {reference.module for reference in module.references}
            found.update(file.path for file in _files_named(references, first_party) if file.path not in settled)
            found.update(package.path for package in _packages_asked(module, first_party))
    return frozenset(path for path in found if not by_path[path].complete)


def _files_named(names: frozenset[str] | set[str], first_party: FirstParty) -> Iterator[SourceModule]:
    """Yield the files of modules by these names, and of those whose attributes they may be."""
    for name in names:
        yield from first_party.files_of(name)
        yield from first_party.files_of(name.rpartition(".")[0])


def _packages_asked(module: SourceModule, first_party: FirstParty) -> Iterator[SourceModule]:
    """Yield the packages that a module asks for a name which is a submodule, unless the package says otherwise."""
    for site in module.sites:
        package = first_party.find(site.module) if site.names else None
        if package is None or package.complete:
            continue
        if "*" in site.names or any(first_party.find(f"{site.module}.{name}") for name in site.names):
            yield package
