"""Entries that are installed like any library: `gunicorn shop.wsgi` where the project has no such file."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from footprint.collect.deploy.commands.roles import ONCE
from footprint.collect.deploy.files.deploy_files import join
from footprint.collect.entries.targets import lookup_of, stated_entry
from footprint.knowledge.servers import BY_PROGRAM
from footprint.model.source_modules import EntryPoint, Launch, ProjectSources, StartCommand
from footprint.names import top_level
from footprint.values import replace


def find_installed_entries(
    commands: Iterable[StartCommand], sources: ProjectSources, importable: Collection[str]
) -> Iterator[EntryPoint]:
    """Yield what servers and workers are given that can be imported and does not belong to the project.

    `importable` are top-level names outside the project. What runs once and ends is left out.
    """
    lookup = lookup_of(sources)
    for command in commands:
        launch = command.launch
        if launch is None or launch.module is None or launch.is_script or launch.launcher not in BY_PROGRAM:
            continue
        target = f"{launch.module}:{launch.attribute}" if launch.attribute else launch.module
        entry = stated_entry(command, launch, target)
        is_start = command.purpose == "start" and command.trust != "recipe" and command.name not in ONCE
        is_theirs = top_level(launch.module) in importable and lookup.find(top_level(launch.module)) is None
        if is_start and is_theirs and entry.role != "job":
            yield replace(entry, working_dir=_folder_of(command, launch, sources))


def _folder_of(command: StartCommand, launch: Launch, sources: ProjectSources) -> str:
    """Return where it starts: as it is said, where a module of ours lies there, or else in the project's folder."""
    folder = join(command.working_dir, launch.working_dir)
    return folder if any(module.path.startswith(f"{folder}/") for module in sources.modules) else "."
