"""Every program that the project's commands start, followed to a file of ours, or kept as a doubt.

What is not known in the end is no error: it may be the start of anything in its folder, and is said to be.
"""

from __future__ import annotations

import posixpath
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace

from footprint.collect.deploy.files.locations import Locations
from footprint.collect.deploy.follower import Follower
from footprint.collect.deploy.platforms.dockerfile import Image
from footprint.model.source_modules import StartCommand, UnknownStart
from footprint.values import dataclass


@dataclass(frozen=True, slots=True)
class Programs:
    """What the commands of a project start."""

    commands: tuple[StartCommand, ...]  # those of the start files, with what their scripts launch
    beside: tuple[StartCommand, ...]  # all else that commands run, each with a launch
    unknown: tuple[UnknownStart, ...]
    run_lines: frozenset[tuple[str, int]] = frozenset()  # of other files: what the application's starts run there


def follow_starts(
    commands: Collection[StartCommand], others: Iterable[StartCommand], images: Collection[Image], locations: Locations
) -> Programs:
    """Return what `commands` of start files and `others`, of recipes and services, start in the end."""
    follower = Follower(locations, {image.path: image for image in images})
    completed: list[StartCommand] = []
    beside: list[StartCommand] = []
    for stated in commands:
        command = follower.place(stated)
        found = list(follower.follow(command))
        main = _main(follower.chosen or found)
        beside += [run for run in found if run is not main]
        completed.append(_complete(command, main))
    for command in others:
        beside += follower.follow(command)
    for image in images:
        follower.doubt_image(image, commands)
    return Programs(
        tuple(completed),
        tuple(_distinct(beside)),
        tuple(dict.fromkeys(follower.unknown)),
        frozenset(follower.run_lines),
    )


def _main(found: list[StartCommand]) -> StartCommand | None:
    """Return the program that a command is there to start: the last with a target, as `parse_command` decides."""
    aimed = [run for run in found if run.launch is not None and (run.launch.module or run.launch.file)]
    serving = [run for run in aimed if run.role != "job"]
    best = serving or aimed or found
    return best[-1] if best else None


def _complete(command: StartCommand, main: StartCommand | None) -> StartCommand:
    """Return the command with the launch of its main program, which a script of it may have, and with its role."""
    if main is None or main.launch is None:
        return command
    has_target = command.launch is not None and (command.launch.module or command.launch.file)
    if has_target and not (main.launch.module or main.launch.file):  # another file than the command says it
        return replace(command, role=command.role or main.role)
    folder = posixpath.join(main.working_dir, main.launch.working_dir)
    tools = tuple(dict.fromkeys([*(command.launch.tools if command.launch else ()), *main.launch.tools]))
    launch = replace(main.launch, working_dir=posixpath.relpath(folder, command.working_dir), tools=tools)
    if launch.import_root is not None:
        root = posixpath.join(main.working_dir, launch.import_root)
        launch = replace(launch, import_root=posixpath.relpath(root, command.working_dir))
    environ = tuple({**dict(main.environ), **dict(command.environ)}.items())
    trust = "followed" if main.trust == "followed" else command.trust
    return replace(command, launch=launch, role=command.role or main.role, environ=environ, trust=trust)


def _distinct(runs: Iterable[StartCommand]) -> Iterator[StartCommand]:
    seen = set()
    for run in runs:
        launch = run.launch
        assert launch is not None
        key = (launch.module, launch.file, launch.attribute, run.working_dir, launch.working_dir, run.role)
        if key not in seen:
            seen.add(key)
            yield run
