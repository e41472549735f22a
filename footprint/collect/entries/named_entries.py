"""Entries by their names: as `--entry` and `entries` give them, by what people call files, by console scripts.

Nothing is imported: whether a module is there is read, not tried.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from footprint.collect.deploy.files.console_scripts import OwnScripts
from footprint.collect.deploy.files.deploy_files import Locations, folder_of, join
from footprint.collect.entries.targets import Lookup, lookup_of, object_of
from footprint.errors import UsageError
from footprint.knowledge.servers import FACTORIES, WITH_PAGES
from footprint.late import late_pattern
from footprint.model.entry_origins import CommonName, Script
from footprint.model.source_modules import EntryPoint, ProjectSources, SourceModule
from footprint.names import ModuleName, did_you_mean, top_level
from footprint.values import replace

_ALIKE = 0.5  # of a name to what is meant
_SPLIT_CALL = late_pattern(r"([\w.]+)\s*\(.*\)", re.DOTALL)


def resolve_entry(
    text: str,
    project: Path,
    sources: ProjectSources,
    console_scripts: Mapping[str, str],
    *,
    importable: Collection[str] = (),
) -> EntryPoint:
    """Return the entry point that `--entry text` names.

    Forms: `module:attr`, `module:factory()`, `path/to/file.py`, `path/to/file.py:app`, `-m package.mod`,
    `package.mod`, and the name of an installed console script (`console_scripts`: name to "module:attr").
    A file with an attribute is imported under its module name, since its relative imports need one.
    `importable` are top-level names outside the project that may be entered too.
    Raises: UsageError, saying what was looked for and what comes near.
    """
    text, lookup = text.strip(), lookup_of(sources)
    if text.startswith("-m"):
        return module_entry(text[2:].strip(), None, lookup, importable, target=f"-m {text[2:].strip()}")
    path, _, attribute = text.partition(":")
    if path.endswith(".ipynb"):
        raise UsageError(
            f"--entry {text}: {path} is a notebook, which is run by hand; name what the application starts"
        )
    if path.endswith(".py") or "/" in path:
        return _file_entry(path, attribute or None, text, project, lookup)
    if text in console_scripts and lookup.find(text) is None:
        module, _, attribute = console_scripts[text].partition(":")
        entry = module_entry(module, attribute or None, lookup, {*importable, top_level(module)}, target=text)
        return replace(entry, name=text, source=Script(text), launcher=text)
    if path in lookup.by_path and lookup.find(path) is None:  # a script without suffix
        return _file_entry(path, attribute or None, text, project, lookup)
    if text.isidentifier() and lookup.find(text) is None and text not in importable:
        near = did_you_mean(text, [*console_scripts, *lookup.names()], cutoff=_ALIKE)
        raise UsageError(f"--entry {text}: no module and no console script of that name{near}")
    return module_entry(path, attribute or None, lookup, importable, target=text)


def module_entry(
    module: ModuleName, attribute: str | None, lookup: Lookup, importable: Collection[str], *, target: str
) -> EntryPoint:
    """Return the entry that a module is, or an attribute of it. Raises: UsageError for one that is not there."""
    call = _SPLIT_CALL.fullmatch(attribute or "")
    entry = EntryPoint(
        name="app",
        target=target,
        module=module,
        attribute=call[1] if call else attribute,
        factory=call is not None or attribute in FACTORIES,
    )
    found = lookup.find(module) or lookup.find(f"{module}.__main__")
    if found is not None:
        name = module if module in (found.module, *found.other_names) else f"{module}.__main__"
        return _placed(entry, found.root_of(name))
    if top_level(module) in importable:
        return entry
    roots = ", ".join(lookup.sources.roots)
    near = did_you_mean(module, lookup.names(), cutoff=_ALIKE)
    raise UsageError(f"--entry {target}: no module {module} under the import roots {roots}{near}")


def _placed(entry: EntryPoint, root: str) -> EntryPoint:
    """Set where the launcher stands. Nobody stands in `src`: it is on the path because the project is installed."""
    if posixpath.basename(root) != "src":
        return replace(entry, working_dir=root)
    return replace(entry, working_dir=posixpath.dirname(root) or ".", import_root=root)


def _file_entry(path: str, attribute: str | None, text: str, project: Path, lookup: Lookup) -> EntryPoint:
    if Path(path).is_absolute() and Path(path).is_relative_to(project):
        path = Path(path).relative_to(project).as_posix()
    path = posixpath.normpath(path)
    module = lookup.by_path.get(path)
    if module is None and not (project / path).is_file():
        near = did_you_mean(path, lookup.by_path, cutoff=_ALIKE)
        raise UsageError(f"--entry {text}: no file {path} in {project}{near}")
    if attribute is not None and module is not None and module.role != "script":
        entry = module_entry(module.module, attribute, lookup, (), target=text)
        return replace(entry, factory=entry.factory or attribute in FACTORIES)
    folder = posixpath.dirname(path) or "."
    return EntryPoint("app", text, attribute=attribute, file=path, factory=attribute in FACTORIES, import_root=folder)


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
    launcher = next((name for site in module.sites if (name := top_level(site.module)) in WITH_PAGES), None)
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
