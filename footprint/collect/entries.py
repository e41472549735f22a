"""Where the application starts: entries as given, as start commands state them, or by the names people use.

Nothing is imported: whether a module binds `app` is read, not tried.
"""

from __future__ import annotations

import difflib
import posixpath
import re
import sys
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path

from footprint.errors import UsageError
from footprint.files.reader import NotRead, read_regular
from footprint.model.sources import EntryPoint, Launch, ProjectSources, SourceModule, StartCommand
from footprint.names import ModuleName, top_level

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

_OBJECTS = ("app", "application", "api", "server")
_FACTORIES = ("create_app", "make_app", "get_app", "build_app", "create_application", "get_application")
_KNOWN = frozenset({*_OBJECTS, *_FACTORIES, "celery"})
_STEMS = ("main", "app", "asgi", "wsgi", "server", "api", "application", "run")
_FOLDERS = (".", "app", "backend", "api", "server", "src", "src/app", "backend/app", "backend/src", "backend/api")
# Folders whose programs show something and start nothing.
_SHOWCASES = frozenset({"examples", "example", "samples", "demos", "demo", "docs", "doc", "benchmarks", "bench"})
_SCRIPTS = ("manage.py", "main.py", "app.py", "run.py", "server.py", "bot.py", "worker.py", "cli.py")
_MOST_SCRIPTS = 3  # each is started: more are the user's to name
_NO_SERVICE = frozenset({"release"})  # Procfile types that run once and are no part of the running application
_LARGEST_BYTES = 5 << 20  # of pyproject.toml
_SPLIT_CALL = re.compile(r"([\w.]+)\s*\(.*\)", re.DOTALL)


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
    text = text.strip()
    if text.startswith("-m"):
        return _module_entry(text[2:].strip(), None, sources, importable, target=f"-m {text[2:].strip()}")
    path, _, attribute = text.partition(":")
    if path.endswith(".ipynb"):
        raise UsageError(
            f"--entry {text}: {path} is a notebook, which is run by hand; name what the application starts"
        )
    if path.endswith(".py") or "/" in path:
        return _file_entry(path, attribute or None, text, project, sources)
    if text in console_scripts and _find(sources, text) is None:
        module, _, attribute = console_scripts[text].partition(":")
        entry = _module_entry(module, attribute or None, sources, {*importable, top_level(module)}, target=text)
        return replace(entry, name=text, source=f"console script {text}", launcher=text)
    if any(item.path == path for item in sources.modules) and _find(sources, path) is None:  # a script without suffix
        return _file_entry(path, attribute or None, text, project, sources)
    if text.isidentifier() and _find(sources, text) is None and text not in importable:
        candidates = [*console_scripts, *_all_names(sources)]
        raise UsageError(f"--entry {text}: no module and no console script of that name{_nearest(text, candidates)}")
    return _module_entry(path, attribute or None, sources, importable, target=text)


def discover(project: Path, sources: ProjectSources, commands: Sequence[StartCommand]) -> tuple[EntryPoint, ...]:
    """Return the entries of a project that names none: from start commands, else common names and [project.scripts].

    Shape: distinct targets in the order found, names unique; empty when nothing is found. Commands whose target
    is not among the sources are passed over.
    """
    found: list[EntryPoint] = []
    for command in commands:
        if command.launch is not None and command.purpose == "start" and command.name not in _NO_SERVICE:
            entry = _from_command(command, command.launch, sources)
            found += [entry] if entry else []
    if not found:
        entry = _by_common_name(sources)
        found = [*([entry] if entry else []), *islice(_from_scripts(project, sources), _MOST_SCRIPTS)]
    return distinct(found)


def may_start(sources: ProjectSources, commands: Sequence[StartCommand]) -> frozenset[str]:
    """Return the paths of the modules whose names decide what `discover` finds."""
    found = {module.path: module for module in _candidates(sources)}
    by_path = {module.path: module for module in sources.modules}
    for command in commands:
        entry = _from_command(command, command.launch, sources) if command.launch is not None else None
        module = None if entry is None else by_path.get(entry.file or "") or _find(sources, entry.module or "")
        if module is not None:
            found[module.path] = module
    starred = (_find(sources, site.module) for module in found.values() for site in module.sites if "*" in site.names)
    return frozenset([*found, *(module.path for module in starred if module is not None)])


# Entries as given


def _module_entry(
    module: ModuleName,
    attribute: str | None,
    sources: ProjectSources,
    importable: Collection[str],
    *,
    target: str,
) -> EntryPoint:
    call = _SPLIT_CALL.fullmatch(attribute or "")
    entry = EntryPoint(
        name="app",
        target=target,
        module=module,
        attribute=call[1] if call else attribute,
        file=None,
        working_dir=".",
        factory=call is not None or attribute in _FACTORIES,
        source="--entry",
        command=None,
        launcher=None,
    )
    found = _find(sources, module) or _find(sources, f"{module}.__main__")
    if found is not None:
        name = module if module in _names(found) else f"{module}.__main__"
        return _placed(entry, found.root_of(name))
    if top_level(module) in importable:
        return entry
    roots = ", ".join(sources.roots)
    near = _nearest(module, _all_names(sources))
    raise UsageError(f"--entry {target}: no module {module} under the import roots {roots}{near}")


def _placed(entry: EntryPoint, root: str) -> EntryPoint:
    """Set where the launcher stands. Nobody stands in `src`: it is on the path because the project is installed."""
    if posixpath.basename(root) != "src":
        return replace(entry, working_dir=root)
    return replace(entry, working_dir=posixpath.dirname(root) or ".", import_root=root)


def _file_entry(path: str, attribute: str | None, text: str, project: Path, sources: ProjectSources) -> EntryPoint:
    if Path(path).is_absolute() and Path(path).is_relative_to(project):
        path = Path(path).relative_to(project).as_posix()
    path = posixpath.normpath(path)
    module = next((item for item in sources.modules if item.path == path), None)
    if module is None and not (project / path).is_file():
        near = _nearest(path, [item.path for item in sources.modules])
        raise UsageError(f"--entry {text}: no file {path} in {project}{near}")
    if attribute is not None and module is not None and module.role != "script":
        entry = _module_entry(module.module, attribute, sources, (), target=text)
        return replace(entry, factory=entry.factory or attribute in _FACTORIES)
    folder = posixpath.dirname(path) or "."
    return EntryPoint(
        name="app",
        target=text,
        module=None,
        attribute=attribute,
        file=path,
        working_dir=".",
        factory=attribute in _FACTORIES,
        source="--entry",
        command=None,
        launcher=None,
        import_root=folder,
    )


def _find(sources: ProjectSources, module: ModuleName) -> SourceModule | None:
    runnable = [item for item in sources.modules if item.path.endswith(".py")]
    primary = next((item for item in runnable if item.module == module), None)
    return primary or next((item for item in runnable if module in item.other_names), None)


def _names(module: SourceModule) -> tuple[ModuleName, ...]:
    return (module.module, *module.other_names)


def _all_names(sources: ProjectSources) -> list[str]:
    return [name for module in sources.modules if module.role == "app" for name in _names(module)]


def _nearest(wanted: str, candidates: Iterable[str]) -> str:
    names = list(dict.fromkeys(candidates))
    found = difflib.get_close_matches(wanted, names, n=3, cutoff=0.5)
    return f"; closest: {', '.join(found)}" if found else ""


# Entries from start commands


def _from_command(command: StartCommand, launch: Launch, sources: ProjectSources) -> EntryPoint | None:
    """Return the entry that a command starts, looked for where it says and then where it may have been copied from."""
    stated = posixpath.normpath(posixpath.join(command.working_dir, launch.working_dir))
    folders = dict.fromkeys([stated, command.working_dir, posixpath.dirname(command.working_dir) or ".", "."])
    for folder in (each for each in folders if not each.startswith("../") and each != ".."):  # nothing starts above us
        root = folder
        if launch.import_root is not None and folder == stated:
            root = posixpath.normpath(posixpath.join(command.working_dir, launch.import_root))
        found = _target_under(launch, folder, root, sources)
        if found is not None:
            module, name = found
            return _command_entry(command, launch, module, name, folder, sources)
    return None


def _target_under(
    launch: Launch, folder: str, root: str, sources: ProjectSources
) -> tuple[SourceModule, ModuleName | None] | None:
    """Return the file that a launch aims at, and its module name; None for a name when it runs as a file."""
    by_path = {item.path: item for item in sources.modules}
    if launch.file is not None:
        path = posixpath.normpath(posixpath.join(folder, launch.file))
        found = by_path.get(path) or by_path.get(f"{path}.py")
        if found is None:
            return None
        return found, None if launch.is_script or found.role == "script" else found.module
    if launch.module is None:
        return _default_target(launch, folder, by_path)
    places = [root, posixpath.join(root, "src"), *sources.roots]
    for place in places:
        path = posixpath.normpath(posixpath.join(place, launch.module.replace(".", "/")))
        endings = ("/__main__.py", ".py") if launch.is_script else (".py", "/__init__.py")
        for ending in endings:
            if path + ending in by_path:
                return by_path[path + ending], launch.module
    return None


def _default_target(
    launch: Launch, folder: str, by_path: Mapping[str, SourceModule]
) -> tuple[SourceModule, ModuleName] | None:
    """Return what `fastapi run` and `flask run` find by themselves, in their order."""
    names = {"fastapi": ("main.py", "app.py", "api.py", "app/main.py", "app/app.py", "app/api.py")}
    for name in names.get(launch.launcher, ("wsgi.py", "app.py") if launch.launcher == "flask" else ()):
        found = by_path.get(posixpath.normpath(posixpath.join(folder, name)))
        if found is not None:
            return found, found.module
    return None


def _command_entry(
    command: StartCommand,
    launch: Launch,
    module: SourceModule,
    name: ModuleName | None,
    folder: str,
    sources: ProjectSources,
) -> EntryPoint:
    attribute, factory = launch.attribute, launch.factory
    if attribute is None and name is not None and not launch.is_script:
        attribute, is_factory = _object_of(module, launch.launcher, sources)
        factory = factory or is_factory
    target = module.path if name is None else f"{name}:{attribute}" if attribute else name
    if launch.is_script and name is not None:
        target = f"-m {name}"
    count = 0 if name is None else len(name.split(".")) + (module.path.endswith(("/__init__.py", "/__main__.py")))
    own_root = posixpath.dirname(module.path) if name is None else "/".join(module.path.split("/")[:-count])
    import_root = own_root or "."
    return EntryPoint(
        name=command.name,
        target=target,
        module=name,
        attribute=attribute,
        file=module.path if name is None else None,
        working_dir=folder,
        factory=factory,
        source=f"{command.path}:{command.line}",
        command=command.command,
        launcher=launch.launcher,
        import_root=None if import_root == folder else import_root,
        workers=launch.workers,
        preload=launch.preload,
    )


def _object_of(module: SourceModule, launcher: str | None, sources: ProjectSources) -> tuple[str | None, bool]:
    """Return the attribute that a launcher would take from a module, and whether it is a factory."""
    bound = {name for name in _bound_names(module, sources) if name in _KNOWN and not _is_module(module, name, sources)}
    objects = ("app", "celery", *_OBJECTS) if launcher == "celery" else _OBJECTS
    for name in objects:
        if name in bound:
            return name, False
    return next(((name, True) for name in _FACTORIES if name in bound), (None, False))


def _is_module(module: SourceModule, name: str, sources: ProjectSources) -> bool:
    """Whether `name` is in a module only because it imports a submodule: `from pandas import api` is no application."""
    if name in module.binds:
        return False
    imported = (
        (site.module, original)
        for site in module.sites
        for original, bound in zip(site.names, site.bound, strict=False)
        if bound == name
    )
    return any(_find(sources, f"{owner}.{original}") is not None for owner, original in imported)


def _bound_names(module: SourceModule, sources: ProjectSources) -> Iterator[str]:
    """Yield the names that a module has when it is imported; those of a star import, one module deep."""
    yield from module.binds
    for site in module.sites:
        if site.placement.runs_at_import:
            yield from site.bound
        if site.names == ("*",) and (starred := _find(sources, site.module)) is not None:
            yield from starred.exports or starred.binds


# Entries by common names


def _by_common_name(sources: ProjectSources) -> EntryPoint | None:
    """Return the likeliest entry: a module that binds an application, then one with a factory, then a script."""
    candidates = list(_candidates(sources))
    for want_factory in (False, True):
        for module in candidates:
            attribute, factory = _object_of(module, None, sources)
            if attribute is None or factory is not want_factory:
                continue
            entry = _module_entry(module.module, attribute, sources, (), target=f"{module.module}:{attribute}")
            return replace(entry, factory=factory, source=f"common name: {module.path}")
    by_path = {item.path: item for item in sources.modules}
    for folder in (".", "backend", "src", "app"):
        for name in _SCRIPTS:
            path = posixpath.normpath(posixpath.join(folder, name))
            if path in by_path:
                return _file_entry_found(path, source=f"common name: {path}")
    for module in sources.modules:
        if module.role == "app" and module.module.endswith(".__main__") and module.module.count(".") == 1:
            package = module.module.removesuffix(".__main__")
            entry = _module_entry(package, None, sources, (), target=f"-m {package}")
            return replace(entry, source=f"common name: {module.path}")
    return None


def _file_entry_found(path: str, *, source: str) -> EntryPoint:
    folder = posixpath.dirname(path) or "."
    return EntryPoint("app", path, None, None, path, ".", False, source, None, None, folder)


def _candidates(sources: ProjectSources) -> Iterator[SourceModule]:
    """Yield the modules with common names, likeliest first, then those of packages at the top."""
    own = (item for item in sources.modules if item.role == "app" and item.path.endswith(".py"))
    by_path = {item.path: item for item in own if _SHOWCASES.isdisjoint(item.path.split("/"))}
    packages = [item for item in by_path.values() if item.is_package and "." not in item.module]
    folders = dict.fromkeys([*_FOLDERS, *sources.roots, *(posixpath.dirname(item.path) for item in packages)])
    for folder in folders:
        for stem in _STEMS:
            path = posixpath.normpath(posixpath.join(folder, f"{stem}.py"))
            if path in by_path:
                yield by_path[path]
    yield from packages


# Entries from [project.scripts]


def _from_scripts(project: Path, sources: ProjectSources) -> Iterator[EntryPoint]:
    try:
        text = read_regular(project / "pyproject.toml", bytes_at_most=_LARGEST_BYTES).decode()
        table = tomllib.loads(text)
    except (NotRead, ValueError, RecursionError):  # whoever reads the requirements reports a file that is no TOML
        return
    project_table = table.get("project")
    scripts = project_table.get("scripts") if isinstance(project_table, dict) else None
    for name, value in scripts.items() if isinstance(scripts, dict) else ():
        module, _, attribute = str(value).partition(":")
        if _find(sources, module.strip()) is None:
            continue
        entry = _module_entry(module.strip(), attribute.strip() or None, sources, (), target=str(value))
        yield replace(entry, name=str(name), factory=False, source=f"console script {name}", launcher=str(name))


def distinct(entries: Iterable[EntryPoint]) -> tuple[EntryPoint, ...]:
    """Return every target once, each under a name of its own: everything that is measured goes by that name."""
    seen: set[tuple[str | None, str | None, str | None, str]] = set()
    names: dict[str, int] = {}
    result = []
    for entry in entries:
        key = (entry.module, entry.attribute, entry.file, entry.working_dir)
        if key in seen:
            continue
        seen.add(key)
        names[entry.name] = names.get(entry.name, 0) + 1
        count = names[entry.name]
        result.append(entry if count == 1 else replace(entry, name=f"{entry.name}-{count}"))
    return tuple(result)
