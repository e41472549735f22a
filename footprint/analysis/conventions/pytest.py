"""Pytest: its plugins are loaded by tests alone, wherever they stand.

Source: pytest's documentation of plugins: `pytest_plugins`, `-p`, entry points of the group pytest11.
"""

from __future__ import annotations

import posixpath
from collections.abc import Collection, Iterable

from footprint.analysis.names.first_party import FirstParty, first_party_of
from footprint.model.source_modules import ProjectSources, SourceModule
from footprint.names import is_below_tests, top_level

_OWN = frozenset({"pytest", "_pytest", "pytest_asyncio"})


def find_test_support(sources: ProjectSources, reached: Collection[str] = ()) -> frozenset[str]:
    """Return the paths of modules that serve tests only, provided that no entry reaches them.

    What imports pytest is a plugin or a room of fixtures; so is what a `pytest_plugins` names, and what lies where
    pytest is told to look for tests. It may look for doctests in the code itself, or for tests that lie beside it:
    a folder is the code where an entry or another module of the project comes into it (`reached` are the paths of what
    the application runs), and where it has a place of its own for tests, or a test that is called after a module.
    """
    first_party = first_party_of(sources)
    found = {module.path for module in sources.modules if module.is_for_developers or _imports_pytest(module)}
    found.update(file.path for name in _plugins(sources.modules) for file in first_party.files_of(name)[-1:])
    for folder in sources.test_folders:
        inside = {module.path for module in sources.modules if module.path.startswith(f"{folder}/")}
        is_open = not inside <= found and folder not in sources.roots
        if not is_open or not inside.isdisjoint(reached) or _keeps_tests_apart(folder, inside):
            continue
        if not _imported_from_outside(inside, sources, first_party):
            found |= inside
    return frozenset(found)


def _keeps_tests_apart(folder: str, inside: Collection[str]) -> bool:
    """Whether tests have a place of their own within a folder, or one of them the name of a module beside it."""
    below = (path.removeprefix(f"{folder}/").rpartition("/")[0] for path in inside)
    if any(map(is_below_tests, below)):
        return True
    for path in inside:
        at, _, name = path.rpartition("/")
        stem = name.removesuffix(".py")
        tested = stem.removeprefix("test_") if stem.startswith("test_") else stem.removesuffix("_test")
        if tested != stem and posixpath.join(at, f"{tested}.py") in inside:
            return True
    return False


def _imported_from_outside(inside: Collection[str], sources: ProjectSources, first_party: FirstParty) -> bool:
    """Whether other modules import any of these files."""
    outside = (module for module in sources.modules if module.path not in inside)
    sites = (site for module in outside for site in module.sites if first_party.owns(site))
    return any(file.path in inside for site in sites for file in first_party.leads_to(site))


def _imports_pytest(module: SourceModule) -> bool:
    return any(site.placement.runs_at_import and top_level(site.module) in _OWN for site in module.sites)


def _plugins(modules: Iterable[SourceModule]) -> Iterable[str]:
    for module in modules:
        yield from (each.module for each in module.references if each.place[:1] == ("pytest_plugins",))
