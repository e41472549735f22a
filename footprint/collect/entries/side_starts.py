"""What else of the project commands start: reached, and not measured; and the starts that are not understood."""

from __future__ import annotations

import posixpath
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from footprint.collect.deploy.commands.roles import needs_target
from footprint.collect.entries.discovery import is_there, path_of, with_own_names
from footprint.collect.entries.lookup import Lookup
from footprint.collect.entries.targets import entry_of
from footprint.model.source_modules import EntryPoint, Launch, ProjectSources, StartCommand, UnknownStart
from footprint.names import top_level

_WITH_NAMES = (".service", ".conf", ".ini", ".yml", ".yaml", ".toml", ".json", "Procfile")
BESIDE_AT_MOST = 100  # entries: each is walked
# What developers run that is not the application's, though it lies in the project.
_OF_THE_BUILD = frozenset({"setup.py", "noxfile.py", "conftest.py"})


def find_beside(
    sources: ProjectSources, commands: Sequence[StartCommand], measured: Sequence[EntryPoint]
) -> tuple[EntryPoint, ...]:
    """Return the programs of the project that `commands` run besides the `measured` ones.

    Shape: each once, those of the deployed application first, at most a hundred; names unique, also beside `measured`.
    """
    lookup = Lookup(sources)
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
    lookup = Lookup(sources)
    known = [entry for command in commands if command.launch and (entry := entry_of(command, command.launch, lookup))]
    for entry in entries:
        same = next((other for other in known if is_there(entry, [other], lookup)), None)
        yield replace(entry, role=same.role) if same is not None else entry


def _beside(command: StartCommand, lookup: Lookup, services: Mapping[str, str]) -> EntryPoint | None:
    entry = entry_of(command, command.launch, lookup) if command.launch is not None else None
    if entry is None:
        return None
    path = entry.file or entry.module or ""
    module = lookup.by_path.get(path) or lookup.find(path)
    if posixpath.basename(path) in _OF_THE_BUILD or (module is not None and module.role == "test"):
        return None
    is_named = command.trust == "stated" or (command.trust == "followed" and command.path.endswith(_WITH_NAMES))
    service = services.get(command.path)
    name = service or (entry.name if is_named else _name_of(entry))
    return replace(entry, name=name, beside=True)


def _services(commands: Sequence[StartCommand]) -> dict[str, str]:
    """Return the service that a Dockerfile is for, where it is for one."""
    names: dict[str, set[str]] = {}
    for command in commands:
        if command.image and command.image != command.path and command.path.endswith((".yml", ".yaml")):
            names.setdefault(command.image, set()).add(command.name)
    return {image: next(iter(found)) for image, found in names.items() if len(found) == 1}


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
    lookup = Lookup(sources)
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
        if needs_target(launch) and entry_of(command, launch, lookup) is None:
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


def _folders(sources: ProjectSources) -> frozenset[str]:
    """Return every folder with a module in it, or below it."""
    found: set[str] = {"."}
    for module in sources.modules:
        folder = posixpath.dirname(module.path)
        while folder and folder not in found:
            found.add(folder)
            folder = posixpath.dirname(folder)
    return frozenset(found)


def _cover(start: UnknownStart, folders: frozenset[str]) -> str:
    """Return the folder that a start is about: where nothing lies, the nearest above in which something does."""
    folder = start.covers
    while folder not in folders:
        folder = posixpath.dirname(folder) or "."
    return folder
