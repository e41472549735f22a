"""Entries by the names that people use, where no start command is known."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from footprint.collect.deploy.files.console_scripts import OwnScripts
from footprint.collect.deploy.files.locations import Locations, folder_of, join
from footprint.collect.entries.given import module_entry
from footprint.collect.entries.lookup import Lookup
from footprint.collect.entries.targets import object_of
from footprint.model.entry_origins import CommonName, Script
from footprint.model.source_modules import EntryPoint, SourceModule
from footprint.names import top_level

_STEMS = ("main", "app", "asgi", "wsgi", "server", "api", "application", "run")
_FOLDERS = (".", "app", "backend", "api", "server", "src", "src/app", "backend/app", "backend/src", "backend/api")
# Folders whose programs show something and start nothing.
_SHOWCASES = frozenset({"examples", "example", "samples", "demos", "demo", "docs", "doc", "benchmarks", "bench"})
# The first that is there: Streamlit's own names come before those that anything may have.
_SCRIPTS = (
    "streamlit_app.py", "Home.py", "Hello.py", "manage.py", "main.py", "app.py", "run.py", "server.py", "bot.py",
    "worker.py", "cli.py",
)  # fmt: skip
_HANDLERS = {"lambda_function.py": "lambda_handler", "function_app.py": "app"}


def by_common_name(lookup: Lookup) -> EntryPoint | None:
    """Return the likeliest entry: a module that binds an application, then one with a factory, then a script."""
    likely = list(candidates(lookup))
    for want_factory in (False, True):
        for module in likely:
            attribute, factory = object_of(module, None, lookup)
            if attribute is None or factory is not want_factory:
                continue
            entry = module_entry(module.module, attribute, lookup, (), target=f"{module.module}:{attribute}")
            return replace(entry, factory=factory, source=CommonName(module.path))
    found = next(_functions(lookup), None)
    if found is not None:
        return found
    for folder in (".", "backend", "src", "app"):
        for name in _SCRIPTS:
            path = join(folder, name)
            if path in lookup.by_path:
                return _script_entry(lookup.by_path[path])
    for module in lookup.sources.modules:
        if module.role == "app" and module.module.endswith(".__main__") and module.module.count(".") == 1:
            package = module.module.removesuffix(".__main__")
            entry = module_entry(package, None, lookup, (), target=f"-m {package}")
            return replace(entry, source=CommonName(module.path))
    return None


def handlers(lookup: Lookup) -> Iterator[tuple[SourceModule, str]]:
    """Yield the files that platforms look for by themselves, and the name that they take: Lambda's, Azure's."""
    for file, attribute in _HANDLERS.items():
        for folder in (".", "src", "app"):
            module = lookup.by_path.get(join(folder, file))
            if module is not None and module.role == "app":
                yield module, attribute


def _functions(lookup: Lookup) -> Iterator[EntryPoint]:
    for module, attribute in handlers(lookup):
        if attribute in module.binds:
            entry = module_entry(module.module, attribute, lookup, (), target=f"{module.module}:{attribute}")
            yield replace(entry, source=CommonName(module.path), launcher="lambda")


def _script_entry(module: SourceModule) -> EntryPoint:
    path, folder = module.path, folder_of(module.path)
    launcher = "streamlit" if any(top_level(site.module) == "streamlit" for site in module.sites) else None
    return EntryPoint("app", path, file=path, source=CommonName(path), launcher=launcher, import_root=folder)


def candidates(lookup: Lookup) -> Iterator[SourceModule]:
    """Yield the modules with common names, likeliest first, then those of packages at the top."""
    own = (item for item in lookup.sources.modules if item.role == "app" and item.path.endswith(".py"))
    by_path = {item.path: item for item in own if _SHOWCASES.isdisjoint(item.path.split("/"))}
    packages = [item for item in by_path.values() if item.is_package and "." not in item.module]
    folders = dict.fromkeys([*_FOLDERS, *lookup.sources.roots, *(posixpath.dirname(item.path) for item in packages)])
    for folder in folders:
        for stem in _STEMS:
            path = join(folder, f"{stem}.py")
            if path in by_path:
                yield by_path[path]
    yield from packages


def from_scripts(project: Path, lookup: Lookup) -> Iterator[EntryPoint]:
    """Yield the entry of every console script that the project's own packaging files define."""
    for name, value in OwnScripts(Locations(project)).of(".").items():
        module, _, attribute = value.partition(":")
        if lookup.find(module.strip()) is None:
            continue
        entry = module_entry(module.strip(), attribute.strip() or None, lookup, (), target=value)
        yield replace(entry, name=name, factory=False, source=Script(name), launcher=name)
