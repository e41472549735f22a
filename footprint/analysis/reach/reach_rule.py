"""What "reached" means, and it means that in every command: from an entry, or in memory when the start was measured.

Laws: pure. Without an entry that leads into the project nothing can be called unreached: every module counts as
reached then, tests apart, and what stands at its module level as run. What conditions on interpreter or platform keep
from being reached here is reached on other targets: a line that only another target needs is needed all the same.
Of files that no known start reaches: what may start them all the same, and which are there to be installed.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterator, Mapping, Sequence

from footprint.analysis.conventions.side_tools import is_beside
from footprint.analysis.names.first_party import FirstParty, first_party_of
from footprint.late import late_pattern
from footprint.model.namings import FileNaming
from footprint.model.source_modules import (
    EntryPoint,
    ImportSite,
    Placement,
    ProjectSources,
    Reach,
    ReachedModule,
    ReachStatus,
    SiteUse,
    SourceModule,
)
from footprint.names import ByPath
from footprint.pairs import follow, group_pairs
from footprint.values import dataclass


def runs_beside(entry: EntryPoint) -> bool:
    """Whether an entry runs beside the measured ones: another command starts it, or a tool that finds its files."""
    return entry.beside or is_beside(entry)


def is_entry_known(reaches: Sequence[Reach]) -> bool:
    """Whether any entry leads to a file of the project; what tools run beside the application is none."""
    return any(reach.modules and not runs_beside(reach.entry) for reach in reaches)


def where_known(reaches: tuple[Reach, ...]) -> tuple[Reach, ...]:
    """Return `reaches` where an entry is known, none otherwise: what tools reach beside nothing says little."""
    return reaches if is_entry_known(reaches) else ()


def status_without_entry(site: ImportSite, *, is_lazy: bool) -> ReachStatus:
    """Return the status of an import that is not for type checkers alone, where no entry is known.

    `is_lazy` where the statement only promises it.
    """
    if site.placement is Placement.ELSEWHERE:
        return "elsewhere"
    return "startup" if site.placement.runs_at_import and not is_lazy else "lazy"


def status_when_loaded(site: ImportSite) -> ReachStatus:
    """Return the status of an import in a file that no reading of the code reaches, and that was loaded all the same.

    What stands under `if __name__ == "__main__"` did not run by that: the file was loaded as a module.
    """
    if site.placement is Placement.ELSEWHERE:
        return "elsewhere"
    if site.placement is Placement.MAIN:
        return "unreached"
    return "startup" if site.placement.runs_at_import else "lazy"


def reached_paths(sources: ProjectSources, reaches: Sequence[Reach], loaded: Collection[str]) -> tuple[str, ...]:
    """Return the project's files that an entry reaches or the start has `loaded`; without an entry all but tests."""
    paths = [module.path for module in sources.modules if not module.is_for_developers]
    if not is_entry_known(reaches):
        return tuple(paths)
    reached = {module.path for reach in reaches for module in reach.modules}.union(loaded)
    return tuple(path for path in paths if path in reached)


_NEVER = (Placement.TYPE_CHECKING, Placement.MAIN)


def reach_elsewhere(
    reached: ByPath[ReachedModule], by_path: ByPath[SourceModule], first_party: FirstParty
) -> tuple[ReachedModule, ...]:
    """Return the files that only a condition which is false for the target keeps from being reached, by path."""
    found: dict[str, ReachedModule] = {}
    pending = deque(module for module in reached.values() if module.path in by_path)
    while pending:
        importer = pending.popleft()
        for site in by_path[importer.path].sites:
            is_followed = site.placement is Placement.ELSEWHERE or importer.path in found
            if not is_followed or site.placement in _NEVER or not first_party.owns(site):
                continue
            for module in first_party.leads_to(site):
                if module.path not in reached and module.path not in found and module.path in by_path:
                    found[module.path] = ReachedModule(module.path, module.module, "lazy", (*importer.chain, site))
                    pending.append(found[module.path])
    return tuple(found[path] for path in sorted(found))


def use_elsewhere(site: ImportSite, reach: Reach, module: ReachedModule | None) -> SiteUse | None:
    """Return what one entry says of a site that it does not reach here; `module` is its file if that is reached."""
    if module is not None:
        chain = module.chain if site.placement is Placement.ELSEWHERE else None
    else:
        found = next((one for one in reach.elsewhere if one.path == site.path), None)
        chain = found.chain if found is not None and site.placement not in _NEVER else None
    return None if chain is None else SiteUse(site, "elsewhere", None, (*chain, site))


def is_caught(use: SiteUse) -> bool:
    """Whether it is caught that what an import names is missing, around it or by who imports its file."""
    return use.site.guarded or use.caught_above


@dataclass(frozen=True, slots=True)
class Opening:
    """How a file may come to run: `path` leads to it and can be started; `named` is where a text names that."""

    path: str
    named: FileNaming | None = None


class UnreachedFiles:
    """The files that nothing reaches, and which of them imports which."""

    def __init__(self, sources: ProjectSources, unreached: Collection[str]) -> None:
        """Take the paths of the files that nothing reaches, tests left out."""
        self._whole = first_party_of(sources)
        self._by_path = {module.path: module for module in sources.modules if module.path in unreached}

    def openings_of(self, starters: Mapping[str, FileNaming | None]) -> dict[str, Opening]:
        """Return by path what may run where each of `starters` may, the starters among them."""
        found: dict[str, Opening] = {}
        for start, named in starters.items():
            pending = [start]
            while pending:
                path = pending.pop()
                if path not in found and path in self._by_path:
                    found[path] = Opening(start, named)
                    pending += self._led_to(self._by_path[path])
        return found

    def leading_to(self, paths: Collection[str]) -> frozenset[str]:
        """Return the files that lead to `paths`, themselves among them."""
        importers = group_pairs((path, each.path) for each in self._by_path.values() for path in self._led_to(each))
        return frozenset(follow(self._by_path.keys() & set(paths), lambda path: importers.get(path, ())))

    def _led_to(self, module: SourceModule) -> Iterator[str]:
        for site in module.sites:
            files = self._whole.leads_to(site)
            yield from (file.path for file in files)
            if not files:
                yield from self._siblings(module, site)

    def _siblings(self, module: SourceModule, site: ImportSite) -> Iterator[str]:
        """Yield what lies beside a file that is run by itself: its folder comes first on its path."""
        folder = module.path.rpartition("/")[0]
        stem = site.module.partition(".")[0]
        for path in (f"{folder}/{stem}.py", f"{folder}/{stem}/__init__.py"):
            if path in self._by_path:
                yield path


@dataclass(frozen=True, slots=True)
class Importer:
    """The first line that imports a file which nothing reaches; of tests and the build only where no other does."""

    place: str  # "app/views.py:68"
    is_for_developers: bool


def importers_of(paths: Collection[str], sources: ProjectSources) -> dict[str, Importer]:
    """Return by path who imports those of `paths` that any other file imports; for type checkers alone is not to."""
    whole = first_party_of(sources)
    names = (name for each in sources.modules if each.path in paths for name in (each.module, *each.other_names))
    words = {name.rpartition(".")[2] for name in names}
    found: dict[str, Importer] = {}
    for module in sorted(sources.modules, key=lambda module: module.is_for_developers):
        for site in module.sites:
            if site.names != ("*",) and words.isdisjoint((*site.module.split("."), *site.names)):
                continue
            for file in whole.leads_to(site) if site.placement is not Placement.TYPE_CHECKING else ():
                if file.path in paths and file.path != module.path:
                    found.setdefault(file.path, Importer(f"{site.path}:{site.line}", module.is_for_developers))
    return found


# Folders, and modules beside the packages, that are not the distribution's by what everybody calls them.
_FOR_DEVELOPERS = frozenset({
    "bench", "benchmark", "benchmarks", "bin", "build", "ci", "conftest", "demo", "demos", "dev", "devtools", "doc",
    "docs", "docsrc", "example", "examples", "fabfile", "hack", "maintenance", "misc", "notebooks", "noxfile",
    "release", "samples", "script", "scripts", "setup", "tasks", "test", "testing", "tests", "tool", "tools",
    "tutorials", "versioneer",
})  # fmt: skip
_FOR_TESTS = frozenset({"conftest", "fixtures", "pytest_plugin", "test", "testing", "tests"})
_NAMED_TEST = late_pattern(r"^test_|_tests?$|^conftest$")


def is_shipped(path: str, files: Collection[str]) -> bool | None:
    """Return whether a file of the project is part of what it installs; None where its place does not tell.

    `files` are all Python files of the project. A package ships whatever is in it, what is for tests apart; a module
    that stands alone at the top may as well be a script.
    """
    *folders, name = path.split("/")
    stem = name.rpartition(".")[0]
    packages = _packages_above(folders, files)
    outer = packages[0] if packages else len(folders)
    words = {word.lower().lstrip(".") for word in folders[: outer + 1]}
    if not words.isdisjoint(_FOR_DEVELOPERS) or (not packages and stem.lower() in _FOR_DEVELOPERS):
        return False
    if packages and {*folders[outer + 1 :], stem}.isdisjoint(_FOR_TESTS):
        return True
    return True if folders[:1] == ["src"] and len(folders) == 1 else None


def helps_tests_of_others(path: str, files: Collection[str]) -> bool:
    """Whether a package offers a file for the tests of others: oscar/test/factories.py, not oscar/tests/x.py."""
    *folders, name = path.split("/")
    stem = name.rpartition(".")[0]
    packages = _packages_above(folders, files)
    if not packages or is_shipped(path, files) is False or _NAMED_TEST.search(stem):
        return False
    below = {*folders[packages[0] + 1 :], stem}
    return "tests" not in below and not below.isdisjoint(_FOR_TESTS)


def _packages_above(folders: Sequence[str], files: Collection[str]) -> list[int]:
    """Return how deep the packages among the folders of a file stand."""
    return [depth for depth in range(len(folders)) if "/".join((*folders[: depth + 1], "__init__.py")) in files]
