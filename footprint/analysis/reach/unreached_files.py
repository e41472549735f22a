"""Files that no known start reaches: what may start them all the same, and which are there to be installed. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from footprint.analysis.names.first_party import FirstParty
from footprint.model.namings import FileNaming
from footprint.model.source_modules import ImportSite, ProjectSources, SourceModule
from footprint.pairs import follow, group_pairs
from footprint.values import dataclass


@dataclass(frozen=True, slots=True)
class Opening:
    """How a file may come to run: `path` leads to it and can be started; `named` is where a text names that."""

    path: str
    named: FileNaming | None = None


class UnreachedFiles:
    """The files that nothing reaches, and which of them imports which."""

    def __init__(self, sources: ProjectSources, unreached: Collection[str]) -> None:
        """Take the paths of the files that nothing reaches, tests left out."""
        self._whole = FirstParty(sources)
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


# Folders, and modules beside the packages, that are not the distribution's by what everybody calls them.
_FOR_DEVELOPERS = frozenset({
    "bench", "benchmark", "benchmarks", "bin", "build", "ci", "conftest", "demo", "demos", "dev", "devtools", "doc",
    "docs", "docsrc", "example", "examples", "fabfile", "hack", "maintenance", "misc", "notebooks", "noxfile",
    "release", "samples", "script", "scripts", "setup", "tasks", "test", "testing", "tests", "tool", "tools",
    "tutorials", "versioneer",
})  # fmt: skip
_FOR_TESTS = frozenset({"conftest", "fixtures", "pytest_plugin", "test", "testing", "tests"})


def is_shipped(path: str, files: Collection[str]) -> bool | None:
    """Return whether a file of the project is part of what it installs; None where its place does not tell.

    `files` are all Python files of the project. A package ships whatever is in it, what is for tests apart; a module
    that stands alone at the top may as well be a script.
    """
    *folders, name = path.split("/")
    stem = name.rpartition(".")[0]
    packages = [depth for depth in range(len(folders)) if "/".join((*folders[: depth + 1], "__init__.py")) in files]
    outer = packages[0] if packages else len(folders)
    words = {word.lower().lstrip(".") for word in folders[: outer + 1]}
    if not words.isdisjoint(_FOR_DEVELOPERS) or (not packages and stem.lower() in _FOR_DEVELOPERS):
        return False
    inner = {*folders[outer + 1 :], stem}
    if packages and inner.isdisjoint(_FOR_TESTS):
        return True
    return True if folders[:1] == ["src"] and len(folders) == 1 else None
