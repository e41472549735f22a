"""The modules of a project by path and by name, looked up once for all commands."""

from __future__ import annotations

from footprint.model.source_modules import ProjectSources, SourceModule
from footprint.names import ModuleName


class Lookup:
    """The first-party modules that something can start."""

    def __init__(self, sources: ProjectSources) -> None:
        """Index `sources`; a primary name goes before the names that other import roots would give."""
        self.sources = sources
        self.by_path = {module.path: module for module in sources.modules}
        self._by_name: dict[ModuleName, SourceModule] = {}
        runnable = [module for module in sources.modules if module.path.endswith(".py")]
        for module in runnable:
            self._by_name.setdefault(module.module, module)
        for module in runnable:
            for name in module.other_names:
                self._by_name.setdefault(name, module)
        self._by_file: dict[str, list[SourceModule]] = {}
        for module in sources.modules:
            if module.role != "test":
                self._by_file.setdefault(module.path.rpartition("/")[2], []).append(module)

    def find(self, name: ModuleName) -> SourceModule | None:
        """Return the module by this name."""
        return self._by_name.get(name)

    def ending_in(self, tail: str) -> SourceModule | None:
        """Return the only module whose path ends so; None where there are several, or none."""
        same = self._by_file.get(tail.rpartition("/")[2], [])
        found = [module for module in same if module.path == tail or module.path.endswith(f"/{tail}")]
        return found[0] if len(found) == 1 else None

    def names(self) -> list[str]:
        """Return every name of every module of the application."""
        modules = [module for module in self.sources.modules if module.role == "app"]
        return [name for module in modules for name in (module.module, *module.other_names)]
