"""The entries of a project that names none: what its start commands start, else what names and scripts suggest."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path

from footprint.collect.deploy.commands.roles import ONCE, is_server
from footprint.collect.entries.common_names import by_common_name, candidates, from_scripts, handlers
from footprint.collect.entries.lookup import Lookup
from footprint.collect.entries.same_program import is_called_by, path_of, without_doubles
from footprint.collect.entries.targets import entry_of
from footprint.model.source_modules import EntryPoint, ProjectSources, StartCommand, Trust

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
    lookup = Lookup(sources)
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
        if command.launch is None or command.name in ONCE or (command.purpose != "start" and not is_recipe):
            continue
        entry = entry_of(command, command.launch, lookup)
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
        return [replace(guess, source=path or guess.source), *scripts]
    proof = next((entry for trust, entry in others if trust == "followed" and path_of(entry, lookup) == path), None)
    return [replace(guess, source=proof.source) if proof is not None else guess, *scripts]


def may_start(sources: ProjectSources, commands: Sequence[StartCommand]) -> frozenset[str]:
    """Return the paths of the modules whose names decide what `discover` finds."""
    lookup = Lookup(sources)
    found = {module.path: module for module in (*candidates(lookup), *(module for module, _ in handlers(lookup)))}
    for command in commands:
        entry = entry_of(command, command.launch, lookup) if command.launch is not None else None
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
