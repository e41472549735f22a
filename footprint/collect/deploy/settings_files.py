"""Start commands completed by files that their launchers read: gunicorn.conf.py, uwsgi.ini, [tool.fastapi]."""

from __future__ import annotations

import posixpath
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from footprint.collect.deploy.commands.gunicorn_settings import HOOKS, GunicornSetting, read_settings
from footprint.collect.deploy.commands.launcher_arguments import aim, join_folder, worker_tools
from footprint.collect.deploy.commands.launchers import parse_command
from footprint.collect.deploy.files.deploy_files import FoundFile, Unreadable, find_file, read_text, text_at
from footprint.collect.deploy.files.locations import folder_of, join
from footprint.collect.deploy.platforms.uwsgi import read_options
from footprint.documents.toml import try_toml
from footprint.knowledge.servers import BY_PROGRAM
from footprint.model.note import Note
from footprint.model.source_modules import Launch, StartCommand


def complete_commands(
    project: Path, commands: tuple[StartCommand, ...]
) -> tuple[tuple[StartCommand, ...], tuple[Note, ...]]:
    """Return the commands with what their settings files add, and notes on what these leave open."""
    notes: dict[tuple[str | None, str], Note] = {}
    done = []
    for command in commands:
        launch = command.launch
        if launch is not None and _unasked(launch):
            launch, found = _with_gunicorn(project, command, launch)
            notes |= {(note.path, note.message): note for note in found}
        elif launch is not None and launch.launcher in _WITH_TARGET and launch.module is None and launch.file is None:
            launch = _WITH_TARGET[launch.launcher](project, command, launch)
        done.append(replace(command, launch=launch) if launch is not command.launch else command)
    return tuple(done), tuple(notes.values())


def _unasked(launch: Launch) -> str:
    """Return the file of settings in Python that a launcher reads without being told, "" where it reads none."""
    server = BY_PROGRAM.get(launch.launcher)
    return server.settings_files[0] if server is not None and len(server.settings_files) > 1 else ""


def _with_gunicorn(project: Path, command: StartCommand, launch: Launch) -> tuple[Launch, list[Note]]:
    found = _settings_file(project, command, launch)
    if found is None:
        return launch, []
    try:
        settings = read_settings(read_text(project, found), dict(command.environ))
    except (Unreadable, ValueError) as why:
        return launch, [Note("unreadable-file", str(why), found.path)]
    launch, notes = _with_workers(launch, settings, found)
    if hooks := [name for name in HOOKS if name in settings]:
        message = f"{', '.join(hooks)} run in the real command only: what they take, only --live can tell"
        notes.append(Note("start-hooks-not-run", message, found.path, settings[hooks[0]].line))
    if launch.preload is None and isinstance(preload := _value(settings, "preload_app"), bool):
        launch = replace(launch, preload=preload)
    worker = _value(settings, "worker_class")
    if isinstance(worker, str):
        tools = tuple(dict.fromkeys([*launch.tools, *worker_tools(worker)]))
        launch = replace(launch, tools=tools, pool=launch.pool or worker)
    for key in ("chdir", "pythonpath"):
        folder = _value(settings, key)
        if isinstance(folder, str):
            joined = join_folder(launch.working_dir, folder.partition(",")[0])
            if key == "chdir" and launch.working_dir == ".":
                launch = replace(launch, working_dir=joined)
            elif key == "pythonpath" and launch.import_root is None:
                launch = replace(launch, import_root=joined)
    target = _value(settings, "wsgi_app")
    if launch.module is None and launch.file is None and isinstance(target, str):
        launch = aim(launch, target, attribute="application")
    return launch, notes


def _with_uwsgi(project: Path, command: StartCommand, launch: Launch) -> Launch:
    """Return the launch with what its file of settings says; options of the command are few beside it."""
    name = (launch.settings or "uwsgi.ini").lstrip("/")
    tails = ["/".join(name.split("/")[start:]) for start in range(name.count("/") + 1)]
    for folder in _folders(command, launch):
        for tail in tails:
            words = read_options(text_at(project, join(folder, tail)) or "")
            served = parse_command(shlex.join(["uwsgi", *words])) if words else None
            if served is not None and (served.module or served.file):
                tools = tuple(dict.fromkeys([*launch.tools, *served.tools]))
                return replace(served, tools=tools, settings=launch.settings)
    return launch


def _with_workers(
    launch: Launch, settings: Mapping[str, GunicornSetting], found: FoundFile
) -> tuple[Launch, list[Note]]:
    """Return the launch with the file's workers and threads: options come before them, the environment after."""
    notes = []
    setting = settings.get("workers")
    if setting is not None and launch.workers_from != "option":
        count = _number(setting.value)
        launch = replace(launch, workers=count, workers_from="settings")
        if count is None:
            message = f"the number of workers is only known where it runs: workers = {setting.text}"
            notes.append(Note("workers-unknown", message, found.path, setting.line))
    if launch.threads is None:
        launch = replace(launch, threads=_number(_value(settings, "threads")))
    return launch, notes


def _number(value: str | int | bool | None) -> int | None:
    """Return a number above 0; gunicorn takes a text of digits, too."""
    text = str(int(value)) if isinstance(value, int) else value or ""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 and int(text) > 0 else None


def _value(settings: Mapping[str, GunicornSetting], name: str) -> str | int | bool | None:
    return settings[name].value if name in settings else None


def _settings_file(project: Path, command: StartCommand, launch: Launch) -> FoundFile | None:
    """Return the settings file, looked for where the command runs and where an image may have it from."""
    named = launch.settings or _unasked(launch)
    if named.startswith("python:"):
        named = named.removeprefix("python:").replace(".", "/") + ".py"
    named = named.removeprefix("file:").removeprefix("./")
    places = [join_folder(".", posixpath.dirname(named)), "."] if named.startswith(("/", "$", "~")) else ["."]
    name = posixpath.basename(named) if len(places) > 1 else named
    for folder in _folders(command, launch):
        for place in places:
            found = find_file(project, join(folder, place, name))
            if found is not None:
                return found
    return None


def _with_fastapi(project: Path, command: StartCommand, launch: Launch) -> Launch:
    for folder in _folders(command, launch):
        path = join(folder, "pyproject.toml")
        entrypoint = try_toml(text_at(project, path) or "", path).get("tool", "fastapi", "entrypoint")
        if isinstance(entrypoint, str):
            return aim(launch, entrypoint)
    return launch


_WITH_TARGET = {"uwsgi": _with_uwsgi, "fastapi": _with_fastapi}


def _folders(command: StartCommand, launch: Launch) -> Iterator[str]:
    joined = join(command.working_dir, launch.working_dir)
    yield from dict.fromkeys([joined, command.working_dir, *command.folders, folder_of(command.path), "."])
