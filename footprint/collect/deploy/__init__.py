"""Start commands, from the files in which platforms read them, and the console tools that files name as commands.

One module per kind of file, one literal table of readers here for what starts an application and one in `tools` for
what only names tools.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from footprint.collect.deploy import tools
from footprint.collect.deploy.files import deploy_files
from footprint.collect.deploy.files.deploy_files import read_text
from footprint.collect.deploy.follower import Follower
from footprint.collect.deploy.installs import read_installs
from footprint.collect.deploy.platforms import of_platform
from footprint.collect.deploy.settings_files import complete_commands
from footprint.documents.toml import TomlInvalid
from footprint.documents.yaml_nodes import YamlInvalid
from footprint.files.name_patterns import NamePatterns
from footprint.late import late_pattern
from footprint.model.limits import StatedLimit
from footprint.model.note import Note
from footprint.model.source_modules import OutsideInstall, StartCommand, ToolUse, UnknownStart
from footprint.model.start_habits import ServiceOutline, StartHabit
from footprint.values import dataclass, replace

if TYPE_CHECKING:
    from footprint.collect.deploy.habits import ReadText
    from footprint.collect.deploy.platforms.dockerfile import Image
    from footprint.collect.deploy.platforms.stated import Stated
    from footprint.model.service_plans import DeployedService

_ANY_YAML = ("*.yaml", "*.yml")  # manifests go by any name: their words tell them
_YAML = (".yaml", ".yml")
_PYPROJECT = ("pyproject.toml",)
_ECS = ("*task*def*.json", "ecs*.json", "*ecs.json")
_DOTENV = (".flaskenv", ".env")
# Whoever else reads them notes what cannot be read, or nobody misses them.
_README = ("README.md",)  # of a Space of Hugging Face
_IMAGE, _MANIFEST = of_platform("dockerfile"), of_platform("kubernetes")
_SILENT = (_ANY_YAML, _PYPROJECT, _ECS, _DOTENV, _README)
_OTHER_YAML_AT_MOST = 200
_MAY_BE_HABIT = late_pattern(
    r"reload|flask|runserver|\bdev\b|watch|hupper|nodemon|litestar|sanic|taskiq", re.IGNORECASE
)


def _read_app_yaml(text: str, path: str) -> Iterator[Stated]:
    """Yield what an app.yaml states, which is App Engine's or DigitalOcean's."""
    yield from of_platform("app_engine")(text, path)
    yield from of_platform("digital_ocean")(text, path)


# In the order of trust: a Procfile is written to be started from, a Dockerfile may serve another purpose.
READERS: tuple[tuple[tuple[str, ...], Callable[[str, str], Iterable[Stated]]], ...] = (
    (("Procfile", "Procfile.*"), of_platform("heroku", "read_procfile")),
    (("Dockerfile", "Containerfile"), _IMAGE),
    (("Dockerfile.*", "*.Dockerfile", "*.dockerfile"), _IMAGE),
    (("compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml"), of_platform("compose")),
    (("compose.*.y*ml", "docker-compose.*.y*ml", "docker-compose-*.y*ml"), of_platform("compose")),
    (("render.yaml",), of_platform("render")),
    (("railway.json",), of_platform("railway", "read_json")),
    (("railway.toml",), of_platform("railway", "read_toml")),
    (("fly.toml", "fly.*.toml"), of_platform("fly")),
    (("app.yaml",), _read_app_yaml),
    (("heroku.yml",), of_platform("heroku", "read_yaml")),
    (_README, of_platform("spaces")),
    (("nixpacks.toml",), of_platform("nixpacks")),
    (("serverless.yml", "serverless.yaml"), of_platform("serverless", "read_serverless")),
    (("template.yaml", "template.yml", "sam.yaml", "sam.yml"), of_platform("serverless", "read_sam")),
    (("vercel.json",), of_platform("vercel")),
    (("apprunner.yaml", "manifest.yml", "manifest.yaml"), of_platform("copilot")),
    ((".platform.app.yaml",), of_platform("platform_sh")),
    (("app.json",), of_platform("heroku", "read_app_json")),
    (("zappa_settings.json",), of_platform("serverless", "read_zappa")),
    (_ECS, of_platform("ecs")),
    (("*.nomad", "*.nomad.hcl"), of_platform("nomad")),
    (("circus*.ini",), of_platform("services", "read_circus")),
    (("uwsgi*.ini", "*uwsgi.ini"), of_platform("uwsgi")),
    (_DOTENV, of_platform("dotenv")),
    (_PYPROJECT, of_platform("vercel", "read_pyproject")),
    (_ANY_YAML, _MANIFEST),
)
_PATTERNS = NamePatterns([patterns for patterns, _ in READERS])


@dataclass(frozen=True, slots=True)
class Deployment:
    """What the deploy files of a project state."""

    commands: tuple[StartCommand, ...]
    limits: tuple[StatedLimit, ...]
    notes: tuple[Note, ...]
    beside: tuple[StartCommand, ...] = ()  # whatever else is started: by recipes, scripts, services, before and by them
    unknown: tuple[UnknownStart, ...] = ()
    tools: tuple[ToolUse, ...] = ()
    installs: tuple[OutsideInstall, ...] = ()  # what the files install beside the requirements
    services: tuple[ServiceOutline, ...] = ()  # of compose files
    habits: tuple[StartHabit, ...] = ()  # that cost something for nothing
    files: tuple[str, ...] = ()  # those that state something, and those that no name but that of a platform's fits


def read_start_commands(project: Path) -> tuple[tuple[StartCommand, ...], tuple[Note, ...]]:
    """Return the start commands that the deploy files of `project` state, and notes on those that cannot be read."""
    stated, _ = _read_stated(project)
    commands, more = complete_commands(project, stated.commands)
    return commands, (*stated.notes, *more)


def read_deploy_files(project: Path, service: DeployedService | None = None) -> Deployment:
    """Return what the deploy files of `project` state, in the order of trust, and notes on what cannot be read.

    Of a `service` its start and limits stand in the place of theirs.

    Looked for in the project folder, in those directly below it (`backend/Dockerfile`) and where deploy files live.
    """
    stated, images = _read_stated(project)
    if service is not None:
        stated = replace(stated, commands=service.commands, limits=service.limits, services=())
    texts, notes = tools.read_command_files(project)
    called = tools.called_scripts(stated.commands, texts)
    locations = deploy_files.Locations(project, (path for path, file in texts.items() if file.is_script))
    follower = Follower(locations, {image.path: image for image in images})
    runs, found = _follow_stated(follower, stated.commands)
    main = tuple(_complete(command, run) for command, run in runs)
    for command in tools.stated_commands(texts, called):
        found += follower.follow(command)
    for image in images:
        follower.doubt_image(image, stated.commands)
    commands, more = complete_commands(project, main)
    beside, others = complete_commands(project, tuple(_distinct(found)))
    return replace(
        stated,
        commands=commands,
        notes=(*stated.notes, *notes, *more, *(note for note in others if note not in more)),
        beside=beside,
        unknown=(*stated.unknown, *dict.fromkeys(follower.unknown)),
        tools=(
            *tools.command_uses(stated.commands),
            *tools.file_uses(texts, called, follower.run_lines),
            *tools.served_modules((*commands, *beside)),
        ),
        installs=read_installs(tools.numbered_lines(texts), (*commands, *stated.commands), images),
        habits=_find_habits(stated, runs, [image.path for image in images], locations.read),
    )


def _follow_stated(
    follower: Follower, commands: Iterable[StartCommand]
) -> tuple[list[tuple[StartCommand, StartCommand | None]], list[StartCommand]]:
    """Return the commands of start files, each with the program that it is there to start, and all else they run."""
    runs: list[tuple[StartCommand, StartCommand | None]] = []
    beside: list[StartCommand] = []
    for stated in commands:
        command = follower.place(stated)
        found = list(follower.follow(command))
        main = _main(follower.chosen or found)
        beside += [run for run in found if run is not main]
        runs.append((command, main))
    return runs, beside


def _find_habits(
    stated: Deployment, runs: Iterable[tuple[StartCommand, StartCommand | None]], images: list[str], read: ReadText
) -> tuple[StartHabit, ...]:
    """Return what a deployment does that costs something for nothing. Most commands have no word that says so."""
    mains = [(each, main or each) for each, main in runs]
    may_be = len(stated.services) > 1 or any(_MAY_BE_HABIT.search(f"{run.command} {run.environ}") for _, run in mains)
    if not images and not may_be:
        return ()
    from footprint.collect.deploy.habits import find_habits
    from footprint.collect.deploy.production import Production

    production = Production.of(stated.commands, stated.services, images)
    return tuple(dict.fromkeys(find_habits(production, mains, read)))


def _main(found: list[StartCommand]) -> StartCommand | None:
    """Return the program that a command is there to start: the last with a target, as `parse_command` decides."""
    aimed = [run for run in found if run.launch is not None and (run.launch.module or run.launch.file)]
    best = [run for run in aimed if run.role != "job"] or aimed or found
    return best[-1] if best else None


def _complete(command: StartCommand, main: StartCommand | None) -> StartCommand:
    """Return the command with the launch of its main program, which a script of it may have, and with its role."""
    if main is None or main.launch is None:
        return command
    has_target = command.launch is not None and (command.launch.module or command.launch.file)
    if has_target and not (main.launch.module or main.launch.file):  # another file than the command says it
        return replace(command, role=command.role or main.role)
    folder = posixpath.join(main.working_dir, main.launch.working_dir)
    named = tuple(dict.fromkeys([*(command.launch.tools if command.launch else ()), *main.launch.tools]))
    launch = replace(main.launch, working_dir=posixpath.relpath(folder, command.working_dir), tools=named)
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


def _read_stated(project: Path) -> tuple[Deployment, tuple[Image, ...]]:
    """Return what start files say in so many words, with doubts on those that could not be read, and the images."""
    stated: list[Stated] = []
    files: list[str] = []
    images: list[Image] = []
    notes: list[Note] = []
    unread: list[Note] = []
    found = deploy_files.list_files(project, lambda name, _folder: _rank(name) is not None)
    for path in _in_order(found, notes):
        patterns, read = READERS[_rank(path) or 0]
        before = len(stated)
        try:
            text = read_text(project, path)
            if _is_manifest(path, text):  # app.yaml and template.yaml are names of manifests, too
                stated += _MANIFEST(text, path)
            elif read is not _MANIFEST:  # other YAML is of no platform
                stated += read(text, path)
            image = of_platform("dockerfile", "read_image")(text, path) if read is _IMAGE else None
            images += [image] if image is not None else []
        except deploy_files.Unreadable as why:
            unread += [deploy_files.unreadable_note(path, why)] if patterns not in _SILENT else []
        except (YamlInvalid, TomlInvalid) as error:
            code = "yaml-unparsable" if isinstance(error, YamlInvalid) else "toml-unparsable"
            unread.append(Note(code, str(error), path, error.line))
        except (ValueError, RecursionError) as error:
            note = Note("json-unparsable", f"not valid JSON: {str(error)[:200]}", path)
            unread += [note] if patterns not in _SILENT else []
        files += [path] if patterns not in _SILENT or len(stated) > before else []
    deployment = Deployment(
        commands=tuple(item for item in stated if isinstance(item, StartCommand)),
        limits=tuple(item for item in stated if isinstance(item, StatedLimit)),
        notes=(*notes, *unread, *(item for item in stated if isinstance(item, Note))),
        services=tuple(item for item in stated if isinstance(item, ServiceOutline)),
        unknown=tuple(_doubt_unread(note) for note in unread),
        files=tuple(files),
    )
    return deployment, tuple(images)


def _is_manifest(path: str, text: str) -> bool:
    """Whether a file is a manifest of Kubernetes; most say so little that its reader need not be asked."""
    is_like_one = path.endswith(_YAML) and "apiVersion:" in text and "containers:" in text
    return is_like_one and of_platform("kubernetes", "is_manifest")(text) is True


def _doubt_unread(note: Note) -> UnknownStart:
    path = note.path or ""
    return UnknownStart(path, note.line or 1, posixpath.basename(path), posixpath.dirname(path) or ".", note.message)


def _in_order(found: tuple[str, ...], notes: list[Note]) -> list[str]:
    """Return the files in the order of trust, of those that only their words can tell the first 200."""
    ordered = sorted(found, key=lambda path: _rank(path) or 0)
    others = [path for path in ordered if READERS[_rank(path) or 0][0] is _ANY_YAML]
    if len(others) > _OTHER_YAML_AT_MOST:
        message = f"{len(others)} YAML files may be manifests: the first {_OTHER_YAML_AT_MOST} were read"
        notes.append(Note("many-command-files", message))
    left_out = frozenset(others[_OTHER_YAML_AT_MOST:])
    return [path for path in ordered if path not in left_out]


def working_dirs(commands: Iterable[StartCommand]) -> tuple[str, ...]:
    """Return the folders from which commands import what they start, distinct: import roots for certain."""
    found = []
    for command in commands:
        launch = command.launch if command.purpose == "start" else None
        if launch is not None and (launch.module or launch.file is None):
            folder = launch.import_root or launch.working_dir
            found.append(posixpath.normpath(posixpath.join(command.working_dir, folder)))
    return tuple(dict.fromkeys(found))


def _rank(path: str) -> int | None:
    return _PATTERNS.row_of(posixpath.basename(path))
