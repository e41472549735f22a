"""Tools that run files of the project beside the application: by where these stand and by what they import.

Nobody imports a migration, a spider, a DAG or manage.py, and none of them is dead.
Source: the documentation of Django (manage.py), Alembic (env.py, versions), Scrapy (project layout) and Airflow (DAG
folder).
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable, Iterator

from footprint.analysis.conventions.scene import Lead, Scene
from footprint.model.entry_origins import StartLine
from footprint.model.source_modules import EntryPoint, ProjectSources, SourceModule
from footprint.names import ModuleName, top_level


def find_beside(sources: ProjectSources) -> tuple[EntryPoint, ...]:
    """Return one entry for each place where such a tool would start: nothing of it runs with the application."""
    own = [module for module in sources.modules if module.path.endswith(".py") and not module.is_for_developers]
    return tuple(entry for find in (_commands, _migrations, _spiders, _dags) for entry in find(own))


def is_beside(entry: EntryPoint) -> bool:
    """Whether an entry is one of those: what it imports at startup is late for the application."""
    return entry.launcher in _TAKEN and entry.file is not None


def started(scene: Scene) -> Iterable[Lead]:
    """Yield the files that the tool finds by itself."""
    takes = _TAKEN.get(scene.entry.launcher or "")
    if takes is not None and scene.entry.file is not None:
        folder = posixpath.dirname(scene.entry.file)
        yield from (Lead(file, "lazy", None) for file in scene.files_below(folder) if takes(file, folder))


def _migrations(own: list[SourceModule]) -> Iterator[EntryPoint]:
    for module in own:
        line = _import_of("alembic", module) if _is_called("env.py", module) else None
        if line:
            yield _entry("migrations", "alembic", module.path, line, posixpath.dirname(posixpath.dirname(module.path)))


def _commands(own: list[SourceModule]) -> Iterator[EntryPoint]:
    """Yield manage.py: its commands and the settings that it names are used when the web server's are others."""
    for module in own:
        line = _import_of("django", module) if _is_called("manage.py", module) else None
        if line:
            yield _entry("manage.py", "manage.py", module.path, line, posixpath.dirname(module.path))


def _spiders(own: list[SourceModule]) -> Iterator[EntryPoint]:
    by_path = {module.path: module for module in own}
    seen: set[str] = set()
    for module in own:
        folder = _folder_called("spiders", module)
        if folder is None:
            continue
        settings = posixpath.join(posixpath.dirname(folder), "settings.py")
        if settings in seen or settings not in by_path:
            continue
        if _import_of("scrapy", module):
            seen.add(settings)
            yield _entry("spiders", "scrapy", settings, 1, posixpath.dirname(posixpath.dirname(settings)))


def _dags(own: list[SourceModule]) -> Iterator[EntryPoint]:
    seen: set[str] = set()
    for module in own:
        folder = _folder_called("dags", module)
        line = _import_of("airflow", module) if folder is not None else None
        if folder is not None and line and folder not in seen:
            seen.add(folder)
            yield _entry("dags", "airflow", module.path, line, folder)


def _is_called(name: str, module: SourceModule) -> bool:
    return module.path.endswith(name) and posixpath.basename(module.path) == name


def _folder_called(name: str, module: SourceModule) -> str | None:
    """Return the folder of a file if it is called so."""
    if name not in module.path:  # of nearly all
        return None
    folder = module.path.rpartition("/")[0]
    return folder if folder.endswith(name) and posixpath.basename(folder) == name else None


def _entry(name: str, launcher: str, path: str, line: int, root: str) -> EntryPoint:
    return EntryPoint(name, path, file=path, working_dir=root or ".", source=StartLine(path, line), launcher=launcher)


def _import_of(name: ModuleName, module: SourceModule) -> int | None:
    return next((site.line for site in module.sites if top_level(site.module) == name), None)


_TAKEN: dict[str, Callable[[SourceModule, str], bool]] = {
    "alembic": lambda _file, _folder: True,
    "manage.py": lambda _file, _folder: False,
    "scrapy": lambda file, folder: file.path.startswith(posixpath.join(folder, "spiders/")),
    "airflow": lambda file, _folder: _import_of("airflow", file) is not None,
}
