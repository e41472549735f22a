"""The entries of a project that names none: what its start commands start, else what names and scripts suggest.

What commands start besides is reached, and not measured; starts that are not understood are said.

Entries that are one program under two names are measured once, and counted once. Two services of one file that start
the same are two processes, each with a limit of its own: services often share a command by an anchor.
"""

from __future__ import annotations

import posixpath
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path

from footprint.collect.deploy.commands.roles import ONCE, is_server, needs_target
from footprint.collect.deploy.files.deploy_files import folder_of
from footprint.collect.entries.named_entries import by_common_name, candidates, from_scripts, handlers
from footprint.collect.entries.targets import Lookup, entry_of, lookup_of
from footprint.model.entry_origins import Code
from footprint.model.source_modules import (
    EntryPoint,
    Launch,
    Placement,
    ProjectSources,
    SourceModule,
    StartCommand,
    Trust,
    UnknownStart,
    name_under,
)
from footprint.names import BUILD_SCRIPTS, top_level
from footprint.pairs import follow, group_pairs
from footprint.values import replace


def without_doubles(entries: Iterable[EntryPoint], lookup: Lookup) -> Iterator[EntryPoint]:
    """Yield every program once, as the first entry says it."""
    kept: dict[str, list[EntryPoint]] = {}
    for entry in entries:
        same = kept.setdefault(path_of(entry, lookup) or entry.target, [])
        if not any(_is_double(entry, other) for other in same):
            same.append(entry)
            yield entry


def is_there(entry: EntryPoint, entries: Iterable[EntryPoint], lookup: Lookup) -> bool:
    """Whether one of `entries` runs the same program, whoever states it."""
    path = path_of(entry, lookup)
    module = lookup.by_path.get(path or "")
    has_main = module is not None and any(site.placement is Placement.MAIN for site in module.sites)
    return any(
        path_of(other, lookup) == path
        and _runs_the_same(entry, other)
        and (not has_main or not entry.is_script or other.is_script)
        for other in entries
    )


def path_of(entry: EntryPoint, lookup: Lookup) -> str | None:
    """Return the file that an entry runs or imports, None where it is none of the project's.

    A console script of a package whose __main__ imports the same function is that program.
    """
    if entry.file is not None:
        return entry.file
    module = entry.module or ""
    named = _under(entry.path_root, module, lookup) or lookup.find(module)
    if entry.target.startswith("-m "):
        named = lookup.find(f"{module}.__main__") or named
    if named is None:
        return None
    main = _main_of(named, lookup) if entry.runs_function else None
    if main is not None and _takes(main, named, entry.attribute or ""):
        return main.path
    return named.path


def is_called_by(main: SourceModule | None, entry: EntryPoint, lookup: Lookup) -> bool:
    """Whether the `__main__` of any package of ours calls what a console script calls."""
    named = lookup.find(entry.module or "") if main is not None and main.path.endswith("__main__.py") else None
    return main is not None and named is not None and _takes(main, named, entry.attribute or "")


def _under(root: str, module: str, lookup: Lookup) -> SourceModule | None:
    path = posixpath.normpath(posixpath.join(root, module.replace(".", "/")))
    return lookup.by_path.get(f"{path}.py") or lookup.by_path.get(f"{path}/__init__.py")


def _main_of(module: SourceModule, lookup: Lookup) -> SourceModule | None:
    """Return the __main__ of the package that a module lies in."""
    return lookup.by_path.get(posixpath.join(posixpath.dirname(module.path), "__main__.py"))


def _takes(main: SourceModule, module: SourceModule, attribute: str) -> bool:
    """Whether __main__ imports the function that a console script calls, or is the module of it."""
    if main.path == module.path:
        return True
    names = {module.module, *module.other_names}
    names |= {name for root in {main.root_of(main.module)} if (name := name_under(module.path, root))}
    for site in main.sites:
        is_whole = site.module in names and (attribute in site.names or not site.names)
        if is_whole or any(f"{site.module}.{name}" in names for name in site.names):
            return True
    return False


def _is_double(entry: EntryPoint, other: EntryPoint) -> bool:
    if not _runs_the_same(entry, other):
        return False
    are_containers = entry.stated_in.endswith((".yaml", ".yml")) and entry.command is not None
    return not are_containers or entry.stated_in != other.stated_in or entry.name == other.name


def _runs_the_same(entry: EntryPoint, other: EntryPoint) -> bool:
    """Whether two entries of one file are one program: not two objects of it, nor a job and the application."""
    if None not in (entry.attribute, other.attribute) and entry.attribute != other.attribute:
        return entry.runs_function != other.runs_function and "__main__" in f"{entry.module} {other.module}"
    return True


_MOST_SCRIPTS = 3  # each is started: more are the user's to name
_MOST_FOLLOWED = 3  # the same of what scripts, units and recipes start


def discover(
    project: Path, sources: ProjectSources, commands: Sequence[StartCommand], beside: Sequence[StartCommand] = ()
) -> tuple[EntryPoint, ...]:
    """Return the entries to measure: from start commands, else common names and the project's console scripts.

    Web processes and workers that start files state come first. Where there is no web process among them the one that
    a script, a unit or at last a recipe starts is taken; a job only where there is nothing else.
    Shape: distinct targets in the order found, names unique; empty when nothing is found. Commands whose target
    is not among the sources are passed over.
    """
    lookup = lookup_of(sources)
    ours = list(_ours(commands, lookup))
    stated = [entry for trust, entry in ours if trust == "stated" and entry.role != "job"]
    later = [entry for trust, entry in ours if trust == "followed"]
    others = list(_ours(beside, lookup, with_recipes=True))
    units = [entry for trust, entry in others if trust == "followed"]
    recipes = [replace(entry, name="web") for trust, entry in others if trust == "recipe"]
    found = stated
    if not any(entry.role == "web" for entry in found):
        found = [*found, *_first_with("web", later, units, [] if found else recipes)]
    found = found or _first_with("worker", later, units)
    found = found or [entry for trust, entry in ours if trust == "stated"]
    if not found:
        found = _by_names(project, lookup, others)
    return tuple(with_own_names(without_doubles(found, lookup)))


def _ours(
    commands: Iterable[StartCommand], lookup: Lookup, *, with_recipes: bool = False
) -> Iterator[tuple[Trust, EntryPoint]]:
    """Yield what of the project each command starts, with how far the command is to be trusted."""
    for command in commands:
        is_recipe = with_recipes and command.trust == "recipe" and command.role == "web" and _serves(command)
        if command.name in ONCE or (command.purpose != "start" and not is_recipe):
            continue
        entry = entry_of(command, lookup)
        if entry is not None:
            yield command.trust, entry


def _serves(command: StartCommand) -> bool:
    return command.launch is not None and is_server(command.launch) and command.purpose != "build"


def _first_with(role: str, *choices: list[EntryPoint]) -> list[EntryPoint]:
    """Return the entries with this role of the first choice that has any; a server's before a script's."""
    for choice in choices:
        found = [entry for entry in choice if entry.role == role]
        served = [entry for entry in found if entry.launcher != "python"]
        if found:
            return (served or found)[:_MOST_FOLLOWED]
    return []


def _by_names(project: Path, lookup: Lookup, others: list[tuple[Trust, EntryPoint]]) -> list[EntryPoint]:
    """Return what names and packaging suggest; what a script or a unit runs is no guess any more."""
    guess = by_common_name(lookup)
    scripts = list(islice(from_scripts(project, lookup), _MOST_SCRIPTS))
    if guess is None:
        return scripts
    path = path_of(guess, lookup)
    main = lookup.by_path.get(path or "")
    if any(path_of(entry, lookup) == path or is_called_by(main, entry, lookup) for entry in scripts):
        return scripts  # the same program, and not guessed
    if scripts and guess.target.startswith("-m "):  # a second way to start what the packaging files state
        return [replace(guess, source=Code(path) if path else guess.source), *scripts]
    proof = next((entry for trust, entry in others if trust == "followed" and path_of(entry, lookup) == path), None)
    return [replace(guess, source=proof.source) if proof is not None else guess, *scripts]


def may_start(sources: ProjectSources, commands: Sequence[StartCommand]) -> frozenset[str]:
    """Return the paths of the modules whose names decide what `discover` finds."""
    lookup = lookup_of(sources)
    found = {module.path: module for module in (*candidates(lookup), *(module for module, _ in handlers(lookup)))}
    for command in commands:
        entry = entry_of(command, lookup)
        module = None if entry is None else lookup.by_path.get(entry.file or "") or lookup.find(entry.module or "")
        if module is not None:
            found[module.path] = module
    starred = (lookup.find(site.module) for module in found.values() for site in module.sites if "*" in site.names)
    return frozenset([*found, *(module.path for module in starred if module is not None)])


def distinct(entries: Iterable[EntryPoint]) -> tuple[EntryPoint, ...]:
    """Return every target once, each under a name of its own."""
    by_target = {
        (entry.module, entry.attribute, entry.file, entry.working_dir): entry for entry in reversed([*entries])
    }
    return tuple(with_own_names(reversed(by_target.values())))


def with_own_names(entries: Iterable[EntryPoint], taken: Iterable[str] = ()) -> Iterator[EntryPoint]:
    """Yield entries each under a name of its own: everything that is measured goes by that name."""
    names: dict[str, int] = dict.fromkeys(taken, 1)
    for entry in entries:
        names[entry.name] = names.get(entry.name, 0) + 1
        count = names[entry.name]
        yield entry if count == 1 else replace(entry, name=f"{entry.name}-{count}")


_WITH_NAMES = (".service", ".conf", ".ini", ".yml", ".yaml", ".toml", ".json", "Procfile")
BESIDE_AT_MOST = 100  # entries: each is walked
# What developers run that is not the application's, though it lies in the project.
_OF_DEVELOPERS = frozenset({"noxfile.py", "conftest.py", *BUILD_SCRIPTS})


def find_beside(
    sources: ProjectSources, commands: Sequence[StartCommand], measured: Sequence[EntryPoint]
) -> tuple[EntryPoint, ...]:
    """Return the programs of the project that `commands` run besides the `measured` ones.

    Shape: each once, those of the deployed application first, at most a hundred; names unique, also beside `measured`.
    """
    lookup = lookup_of(sources)
    found: list[EntryPoint] = []
    by_path: dict[str | None, list[EntryPoint]] = {}
    for known in measured:
        by_path.setdefault(path_of(known, lookup), []).append(known)
    services = _services(commands)
    for command in sorted(commands, key=lambda command: command.purpose != "start"):
        entry = _beside(command, lookup, services) if len(found) < BESIDE_AT_MOST else None
        same = by_path.setdefault(path_of(entry, lookup), []) if entry is not None else []
        if entry is not None and not is_there(entry, same, lookup):
            same.append(entry)
            found.append(entry)
    return tuple(with_own_names(found, (entry.name for entry in measured)))


def with_roles(
    entries: Iterable[EntryPoint], sources: ProjectSources, commands: Sequence[StartCommand]
) -> Iterator[EntryPoint]:
    """Yield entries that were given with the role that the start commands give their programs."""
    lookup = lookup_of(sources)
    known = [entry for command in commands if (entry := entry_of(command, lookup))]
    for entry in entries:
        same = next((other for other in known if is_there(entry, [other], lookup)), None)
        yield replace(entry, role=same.role) if same is not None else entry


def _beside(command: StartCommand, lookup: Lookup, services: Mapping[str, str]) -> EntryPoint | None:
    entry = entry_of(command, lookup)
    if entry is None:
        return None
    path = entry.file or entry.module or ""
    module = lookup.by_path.get(path) or lookup.find(path)
    if posixpath.basename(path) in _OF_DEVELOPERS or (module is not None and module.is_for_developers):
        return None
    is_named = command.trust == "stated" or (command.trust == "followed" and command.path.endswith(_WITH_NAMES))
    name = services.get(command.path) or (entry.name if is_named else _name_of(entry))
    return replace(entry, name=name, beside=True)


def _services(commands: Sequence[StartCommand]) -> dict[str, str]:
    """Return the service that a Dockerfile is for, where it is for one."""
    stated = (each for each in commands if each.path.endswith((".yml", ".yaml")) and each.image != each.path)
    names = group_pairs((command.image, command.name) for command in stated if command.image)
    return {image: found[0] for image, found in names.items() if len(set(found)) == 1}


def _name_of(entry: EntryPoint) -> str:
    """Return what a program is called that no start file names: by its file, a __main__ by its package."""
    stem = posixpath.splitext(posixpath.basename(entry.file or ""))[0]
    if stem == "__main__":
        return posixpath.basename(posixpath.dirname(entry.file or "")) or stem
    return stem or (entry.module or entry.target).removesuffix(".__main__").rpartition(".")[2]


def find_unknown(
    sources: ProjectSources,
    commands: Iterable[StartCommand],
    unknown: Iterable[UnknownStart],
    *,
    console_scripts: Collection[str],
    importable: Collection[str],
    has_environment: bool = True,
) -> tuple[UnknownStart, ...]:
    """Return the starts of the deployed application of which it is not known what of the project they run.

    `unknown` are those that the commands alone leave open; `commands` add those whose target is not in the project.
    `importable` are top-level names outside the project, `console_scripts` are installed; without an environment a
    module of one word may be anybody's tool.
    """
    lookup = lookup_of(sources)
    left = [start for start in unknown if start.program is None or start.program not in console_scripts]
    left += _without_target(commands, lookup, importable, has_environment=has_environment)
    folders = _folders(sources)
    return tuple(dict.fromkeys(replace(start, covers=_cover(start, folders)) for start in left))


def _without_target(
    commands: Iterable[StartCommand], lookup: Lookup, importable: Collection[str], *, has_environment: bool
) -> Iterator[UnknownStart]:
    for command in commands:
        launch = command.launch
        if launch is None or command.purpose != "start" or command.trust == "recipe" or command.foreign:
            continue
        if needs_target(launch) and entry_of(command, lookup) is None:
            is_tool = not has_environment and launch.is_script and "." not in (launch.module or ".")
            why = _why(launch, importable)
            if why is not None and not is_tool:
                yield UnknownStart(command.path, command.line, command.command, command.working_dir, why)


def _why(launch: Launch, importable: Collection[str]) -> str | None:
    """Return why a launch leads nowhere, None where it leads to somebody else's module."""
    if launch.file is not None:
        return f"there is no file {launch.file}"
    if launch.module is None:
        return f"what {launch.launcher} is to run is not stated"
    if top_level(launch.module) in importable or (launch.launcher == "python" and not launch.is_script):
        return None
    return f"there is no module {launch.module}"


def _folders(sources: ProjectSources) -> set[str]:
    """Return every folder with a module in it, or below it."""
    return follow((folder_of(module.path) for module in sources.modules), lambda folder: [folder_of(folder)]) | {"."}


def _cover(start: UnknownStart, folders: Collection[str]) -> str:
    """Return the folder that a start is about: where nothing lies, the nearest above in which something does."""
    folder = start.covers
    while folder not in folders:
        folder = folder_of(folder)
    return folder
