"""Start commands to entries: the file that a launcher aims at, looked for where the command says.

Nothing is imported: whether a module binds `app` is read, not tried.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from footprint.collect.deploy.commands.roles import role_of
from footprint.collect.deploy.files.deploy_files import folder_of, join
from footprint.knowledge.servers import ARGUMENTS, BY_PROGRAM, FACTORIES, OBJECTS, SERVERS
from footprint.model.source_modules import EntryPoint, Launch, ProjectSources, SourceModule, StartCommand
from footprint.names import ModuleName
from footprint.pairs import group_pairs
from footprint.values import replace


class Lookup:
    """The first-party modules that something can start."""

    def __init__(self, sources: ProjectSources) -> None:
        """Index `sources`; a primary name goes before the names that other import roots would give."""
        self.sources = sources
        self.by_path = {module.path: module for module in sources.modules}
        self._by_name: dict[ModuleName, SourceModule] = {}
        runnable = [module for module in sources.modules if module.path.endswith(".py")]
        others = [(name, module) for module in runnable for name in module.other_names]
        for name, module in (*((module.module, module) for module in runnable), *others):
            self._by_name.setdefault(name, module)
        ours = (module for module in sources.modules if not module.is_for_developers)
        self._by_file = group_pairs((module.path.rpartition("/")[2], module) for module in ours)

    def find(self, name: ModuleName) -> SourceModule | None:
        """Return the module by this name."""
        return self._by_name.get(name)

    def ending_in(self, tail: str) -> SourceModule | None:
        """Return the only module whose path ends so; None where there are several, or none."""
        same = self._by_file.get(posixpath.basename(tail), ())
        found = [module for module in same if module.path == tail or module.path.endswith(f"/{tail}")]
        return found[0] if len(found) == 1 else None

    def names(self) -> list[str]:
        """Return every name of every module of the application."""
        modules = [module for module in self.sources.modules if module.role == "app"]
        return [name for module in modules for name in (module.module, *module.other_names)]


_last: list[Lookup] = []


def lookup_of(sources: ProjectSources) -> Lookup:
    """Return the modules of `sources` by name and path, indexed once as long as nobody asks of others."""
    found = next((each for each in _last if each.sources is sources), None)
    if found is None:
        found = Lookup(sources)
        _last[:] = [found]
    return found


_KNOWN = frozenset([*OBJECTS, *FACTORIES, *(name for server in SERVERS for name in server.objects)])


def entry_of(command: StartCommand, lookup: Lookup) -> EntryPoint | None:
    """Return the entry that a command starts, looked for where it says and then where it may have been copied from.

    At last a file that alone in the project has the path, wherever it lies: an image may hold it by another one.
    """
    readings = list(_readings(command.launch)) if command.launch is not None else []
    for aimed in readings:
        stated = join(command.working_dir, aimed.working_dir)
        folders = dict.fromkeys([stated, command.working_dir, *command.folders, folder_of(command.working_dir), "."])
        for folder in (each for each in folders if not each.startswith("../") and each != ".."):  # none starts above us
            root = folder
            if aimed.import_root is not None and folder == stated:
                root = join(command.working_dir, aimed.import_root)
            found = _target_under(aimed, folder, root, lookup)
            if found is not None:
                return _command_entry(command, aimed, found, folder, lookup)
    for aimed in readings:
        alone = _target_alone(aimed, lookup)
        if alone is not None:
            module, tail = alone
            folder = module.path.removesuffix(tail).rstrip("/") or "."
            return _command_entry(command, aimed, (module, aimed.module), folder, lookup)
    return None


def _readings(launch: Launch) -> Iterator[Launch]:
    """Yield a launch, and what it is if the last part of its module is an object: `-A worker.celery`."""
    yield launch
    owner, _, last = (launch.module or "").rpartition(".")
    if owner and launch.attribute is None and not launch.is_script:
        yield replace(launch, module=owner, attribute=last)


def _target_under(
    launch: Launch, folder: str, root: str, lookup: Lookup
) -> tuple[SourceModule, ModuleName | None] | None:
    """Return the file that a launch aims at, and its module name; None for a name when it runs as a file."""
    by_path = lookup.by_path
    if launch.file is not None:
        path = join(folder, launch.file)
        found = by_path.get(path) or by_path.get(f"{path}.py") or by_path.get(f"{path}/__main__.py")
        if found is None:
            return None
        return found, None if launch.is_script or found.role == "script" else found.module
    if launch.module is None:
        return _default_target(launch, folder, lookup)
    for place in [root, posixpath.join(root, "src"), *lookup.sources.roots]:
        path = join(place, launch.module.replace(".", "/"))
        for ending in _endings(launch):
            if path + ending in by_path:
                return by_path[path + ending], launch.module
    return None


def _endings(launch: Launch) -> tuple[str, str]:
    return ("/__main__.py", ".py") if launch.is_script else (".py", "/__init__.py")


def _target_alone(launch: Launch, lookup: Lookup) -> tuple[SourceModule, str] | None:
    """Return the only file whose path ends in what a launch names, and that end."""
    if launch.file is not None:
        name = posixpath.normpath(launch.file).lstrip("/")
        tails = [name, f"{name}.py"]
    else:
        tails = [(launch.module or "").replace(".", "/") + ending for ending in _endings(launch)]
    for tail in tails if launch.file or launch.module else ():
        module = lookup.ending_in(tail)
        if module is not None:
            return module, tail
    return None


def _default_target(launch: Launch, folder: str, lookup: Lookup) -> tuple[SourceModule, ModuleName] | None:
    """Return what `fastapi run` and `flask run` find by themselves, in their order."""
    for name in ARGUMENTS[launch.launcher].files if launch.launcher in ARGUMENTS else ():
        found = lookup.by_path.get(join(folder, name))
        if found is not None:
            return found, found.module
    return None


def _command_entry(
    command: StartCommand,
    launch: Launch,
    target_file: tuple[SourceModule, ModuleName | None],
    folder: str,
    lookup: Lookup,
) -> EntryPoint:
    module, name = target_file
    attribute, factory = launch.attribute, launch.factory
    if attribute is None and name is not None and not launch.is_script:
        attribute, is_factory = object_of(module, launch.launcher, lookup)
        factory = factory or is_factory
    target = module.path if name is None else f"{name}:{attribute}" if attribute else name
    if launch.is_script and name is not None:
        target = f"-m {name}"
    count = 0 if name is None else len(name.split(".")) + (module.path.endswith(("/__init__.py", "/__main__.py")))
    own_root = posixpath.dirname(module.path) if name is None else "/".join(module.path.split("/")[:-count])
    import_root = own_root or "."
    return replace(
        stated_entry(command, launch, target),
        module=name,
        attribute=attribute,
        file=module.path if name is None else None,
        working_dir=folder,
        factory=factory,
        import_root=None if import_root == folder else import_root,
    )


def stated_entry(command: StartCommand, launch: Launch, target: str) -> EntryPoint:
    """Return an entry with all that its command states of it; where the module lies is for others to say."""
    return EntryPoint(
        name=command.name,
        target=target,
        module=launch.module,
        attribute=launch.attribute,
        factory=launch.factory,
        source=command.origin,
        command=command.command,
        launcher=launch.launcher,
        workers=launch.workers,
        preload=launch.preload,
        workers_from=launch.workers_from,
        pool=launch.pool,
        role=command.role or role_of(command, launch, command.command.split()),
        purpose=command.purpose,
        is_console_script=launch.is_console_script,
    )


def object_of(module: SourceModule, launcher: str | None, lookup: Lookup) -> tuple[str | None, bool]:
    """Return the attribute that a launcher would take from a module, and whether it is a factory."""
    bound = {name for name in _bound_names(module, lookup) if name in _KNOWN and not _is_module(module, name, lookup)}
    server = BY_PROGRAM.get(launcher or "")
    for name in (*(server.objects if server is not None else ()), *OBJECTS):
        if name in bound:
            return name, False
    return next(((name, True) for name in FACTORIES if name in bound), (None, False))


def _is_module(module: SourceModule, name: str, lookup: Lookup) -> bool:
    """Whether `name` is in a module only because it imports a submodule: `from pandas import api` is no application."""
    if name in module.binds:
        return False
    imported = (
        (site.module, original)
        for site in module.sites
        for original, bound in zip(site.names, site.bound, strict=False)
        if bound == name
    )
    return any(lookup.find(f"{owner}.{original}") is not None for owner, original in imported)


def _bound_names(module: SourceModule, lookup: Lookup) -> Iterator[str]:
    """Yield the names that a module has when it is imported; those of a star import, one module deep."""
    yield from module.binds
    for site in module.sites:
        if site.placement.runs_at_import:
            yield from site.bound
        if site.names == ("*",) and (starred := lookup.find(site.module)) is not None:
            yield from starred.exports or starred.binds
