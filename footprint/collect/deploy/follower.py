"""One start command followed: scripts read on, tasks looked up, an image's entrypoint put in front.

Laws: nothing is run; each script is read once per start, to a bounded depth; a doubt is only about the deployed
application, never about what developers run.
"""

from __future__ import annotations

import posixpath
import re
import shlex
from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import islice
from typing import TYPE_CHECKING

from footprint.collect.deploy.commands.launchers import HERE, Program, inside_service, parse_command, read_programs
from footprint.collect.deploy.commands.roles import role_of
from footprint.collect.deploy.commands.shell_lines import SUFFIXES as BATCH
from footprint.collect.deploy.commands.shell_lines import batch_lines, handed_on, shell_lines
from footprint.collect.deploy.files.console_scripts import OwnScripts
from footprint.collect.deploy.files.deploy_files import Locations, folder_of, join
from footprint.knowledge.bystanders import is_bystander, may_run, speaks_otherwise, starts_nothing
from footprint.knowledge.servers import STARTED
from footprint.late import late_pattern
from footprint.model.source_modules import Launch, StartCommand, UnknownStart
from footprint.values import dataclass, field, replace

if TYPE_CHECKING:
    from footprint.collect.deploy.platforms.dockerfile import Image

SCRIPTS_AT_MOST = 500  # read for all starts together
PROGRAMS_AT_MOST = 50_000  # the same of what they run
_DEPTH_AT_MOST = 5
_LEVEL_AT_MOST = 20
_SHOWN_AT_MOST = 200  # characters of a command
_DOUBTS_AT_MOST = 50
_NAMED_AT_MOST = 400  # files of Python, in a file in another language
_SHELL = late_pattern(r"#!\s*\S*?(?:/|env\s+(?:-S\s+)?)(?:ba|da|z|a|k)?sh\b")
_PYTHON = late_pattern(r"#!.*\bpython")
_SCRIPTS = (".sh", ".bash", *BATCH)
_GIVEN = frozenset({"$@", "$*", "${@}", "${*}", "${@:1}", "${@:-}"})
_SPEAKS_OF_PYTHON = late_pattern(rf"\bpython\d?\b|\b(?:{'|'.join(map(re.escape, STARTED))})\b|\w\.py\b")
_PYTHON_FILE = late_pattern(r"(?<![\w./-])[\w./-]{1,300}\.py\b")  # begun at words only: a long one is tried once
# Programs that read what to start from a file of their own, and how such files are called.
_OF_PROCFILES = frozenset({"honcho", "foreman", "forego", "overmind", "hivemind"})
_MANAGERS: Mapping[str, re.Pattern[str]] = {
    **dict.fromkeys(_OF_PROCFILES, late_pattern(r"(?:^|/)Procfile")),
    "supervisord": late_pattern(r"supervisor.*\.(?:conf|ini)$"),
    "circusd": late_pattern(r"circus.*\.ini$"), "crond": late_pattern(r"cron"), "cron": late_pattern(r"cron"),
    "supercronic": late_pattern(r"cron"), "uwsgi": late_pattern(r"\.(?:ini|yaml|yml|json|xml)$"),
    "docker-compose": late_pattern(r"compose"), "docker": late_pattern(r"compose|Dockerfile"),
}  # fmt: skip
_TASKS: Mapping[str, tuple[str, ...]] = {
    "make": ("Makefile", "makefile", "GNUmakefile"), "gmake": ("GNUmakefile", "Makefile"),
    "just": ("justfile", "Justfile", ".justfile"),
    "npm": ("package.json",), "yarn": ("package.json",), "pnpm": ("package.json",), "bun": ("package.json",),
    "poe": ("pyproject.toml",), "task": ("pyproject.toml",), "taskipy": ("pyproject.toml",),
}  # fmt: skip


@dataclass(slots=True)
class _Way:
    """How a start came to where it is read now."""

    command: StartCommand
    folder: str  # where it stands, relative to the project
    depth: int = 0
    level: int = 0  # of lines in lines, whatever holds them
    path: str = ""  # the script that is read, "" for the command itself
    given: tuple[str, ...] = ()  # what the script is given
    seen: set[str] = field(default_factory=set)

    @property
    def is_own(self) -> bool:
        """Whether these are the words of the command itself."""
        return self.depth == 0


class Follower:
    """Follows commands, and keeps what it could not follow in `unknown`."""

    def __init__(self, locations: Locations, images: Mapping[str, Image]) -> None:
        """Take the files of the project and the images that it makes, by their Dockerfiles."""
        self._locations, self._images = locations, images
        self._own_scripts = OwnScripts(locations)
        self.unknown: list[UnknownStart] = []
        self.run_lines: set[tuple[str, int]] = set()  # of recipes and scripts: what starts of the application run there
        self.chosen: list[StartCommand] = []  # of the last command: what its script does for the word it is given
        self._left, self._programs_left = SCRIPTS_AT_MOST, PROGRAMS_AT_MOST
        self._done: set[tuple[str, str, tuple[str, ...]]] = set()

    def place(self, command: StartCommand) -> StartCommand:
        """Return a command with what its image says of paths: what lies where, and where it stands."""
        image = self._image_of(command)
        if image is None:
            return command
        return replace(command, copies=command.copies or image.copies, folders=(image.working_dir,))

    def follow(self, command: StartCommand) -> Iterator[StartCommand]:
        """Yield every program of ours that a command starts, in order."""
        words, self.chosen = command.command, []
        image = self._image_of(command)
        if image is not None and command.launch is None and image.entrypoint is not None and not command.foreign:
            words = f"{image.entrypoint} {words}"
        if command.launch is not None and command.launch.launcher in {"lambda", "vercel"}:  # no line of a shell
            yield replace(command, role=command.role or "web")
        else:
            yield from self._lines([(command.line, words)], _Way(command, command.working_dir))

    def _image_of(self, command: StartCommand) -> Image | None:
        """Return the image that a service runs in: the one that it builds, else the only one of the project."""
        image = self._images.get(command.image or "")
        if image is None and command.path.endswith((".yaml", ".yml")) and len(self._images) == 1:
            image = next(iter(self._images.values()))
        return image if image is None or image.path != command.path else None

    def _lines(self, lines: Iterable[tuple[int, str]], way: _Way) -> Iterator[StartCommand]:
        way = replace(way, level=way.level + 1)
        if way.level > _LEVEL_AT_MOST:
            return
        programs = list(islice(read_programs(lines, dict(way.command.environ)), max(self._programs_left, 0)))
        self._programs_left -= len(programs)
        last = {program.labels: index for index, (_, program) in enumerate(programs) if program.launch}
        chosen: list[StartCommand] = []  # what a script does for the word that it is given: `entrypoint.sh worker`
        has_run = False
        for index, (number, program) in enumerate(programs):
            line = number if not way.is_own else way.command.line
            if way.path and way.command.purpose == "start" and way.command.trust != "recipe":
                self.run_lines.add((way.path, number))
            before = len(self.unknown)
            launched = self._launched(program, line, way, is_main=last.get(program.labels) == index)
            found = [launched] if launched is not None else list(self._other(program, line, way))
            if found or has_run:  # what is given to a script that starts something by itself is not all it does
                del self.unknown[before:]
            has_run = has_run or bool(found)
            if way.given and way.given[0] in program.labels:
                chosen += found
            else:
                yield from found
        if chosen:
            self.chosen = chosen
        yield from chosen

    def _launched(self, program: Program, line: int, way: _Way, *, is_main: bool) -> StartCommand | None:
        """Return what a known launcher starts, its file by its path in the project; None without a target."""
        launch = program.launch
        if launch is None:
            return None
        folder = self._folder(program.working_dir, way)
        launch = replace(launch, working_dir=posixpath.relpath(self._folder(launch.working_dir, way), way.folder))
        if launch.file is not None:
            path = self._locations.locate(launch.file, folder, way.command)
            if path is not None and (launch.file.startswith(("/", "$", "~")) or not self._is_there(launch, way)):
                stands = posixpath.join(way.folder, launch.working_dir)
                launch = replace(launch, file=posixpath.relpath(path, stands))
        elif launch.module is None and launch.launcher in _MANAGERS:
            return None
        command = way.command
        run = self._run(way, line, launch)
        if not (way.is_own and command.trust == "stated"):
            run = replace(run, command=shlex.join(program.words)[:_SHOWN_AT_MOST])
        return replace(run, role=role_of(run, launch, program.words, is_main=is_main and not program.is_code))

    def _run(self, way: _Way, line: int, launch: Launch) -> StartCommand:
        """Return the command as what runs on a line of what is read now."""
        command = way.command
        trust = command.trust if way.is_own or command.trust == "recipe" else "followed"
        path = way.path or command.path
        return replace(command, path=path, line=line, working_dir=way.folder, launch=launch, trust=trust)

    def _is_there(self, launch: Launch, way: _Way) -> bool:
        path = join(way.folder, launch.working_dir, launch.file or "")
        return not path.startswith("..") and self._locations.read(path) is not None

    def _folder(self, working_dir: str, way: _Way) -> str:
        if working_dir == HERE or working_dir.startswith(f"{HERE}/"):
            inner = posixpath.dirname(way.path or way.command.path) + working_dir.removeprefix(HERE)
            folder = posixpath.normpath(inner.lstrip("/") or ".")
        else:
            folder = join(way.folder, working_dir)
        return folder if folder != ".." and not folder.startswith("../") else "."

    # Programs without a launcher that is known

    def _other(self, program: Program, line: int, way: _Way) -> Iterator[StartCommand]:
        word, *rest = program.words
        name = posixpath.basename(word)
        folder = self._folder(program.working_dir, way)
        is_copied = "/" not in word and any(posixpath.basename(place) == word for _, place in way.command.copies)
        if is_copied and self._locations.locate(word, folder, way.command) is not None:
            yield from self._file(word, tuple(rest), folder, line, way, is_needed=False)
        elif word in {"source", "."} and rest:
            yield from self._file(rest[0], tuple(rest[1:]), folder, line, way, is_needed=True)
        elif word in _GIVEN:
            yield from self._given(line, way, folder)
        elif name in _MANAGERS:
            yield from self._managed(name, rest, folder, line, way)
        elif name in _TASKS:
            yield from self._task(name, rest, folder, line, way)
        elif word.startswith("$") and "/" not in word:
            if way.is_own or program.is_replacing:
                self._doubt(way, line, f"{word} is only known where it runs")
        elif speaks_otherwise(word) and self._task_of(("pyproject.toml",), name, folder, way) is None:
            yield from self._speaking(may_run(word, rest), folder, line, way)
        else:
            yield from self._named(word, tuple(rest), folder, line, way)

    def _named(self, word: str, rest: tuple[str, ...], folder: str, line: int, way: _Way) -> Iterator[StartCommand]:
        """Follow a program by its name: a script of ours, a task, a console script; else it is a doubt, or nothing."""
        name = posixpath.basename(word)
        # .venv/bin/x is what an installer puts there, bin/x a file of the project
        is_installed = re.search(r"[^/.]/(?:bin|Scripts)/[\w.-]+$", word) is not None
        if is_installed and (value := self._own_script(name, folder, way)) is not None:
            yield self._console_script(name, value, line, way, folder)
            return
        if "/" in word or name.endswith(_SCRIPTS):
            is_needed = not is_bystander(word) and not is_installed and (way.is_own or name.endswith(_SCRIPTS))
            handed = handed_on([word, *rest])
            is_needed = is_needed and (not handed or parse_command(shlex.join(handed)) is None)
            found = list(self._file(word, rest, folder, line, way, is_needed=is_needed))
            yield from found
            if found or name.endswith(_SCRIPTS):
                return
        commands = self._task_of(("pyproject.toml",), name, folder, way)
        if commands is not None:
            yield from self._deeper(commands[1], replace(way, folder=folder, path=commands[0]), f"task {name}")
        elif (value := self._own_script(name, folder, way)) is not None:
            yield self._console_script(name, value, line, way, folder)
        elif is_bystander(word):
            return
        elif "/" not in word and (path := self._script(name, folder, way)) is not None:
            yield from self._file(path, rest, ".", line, way, is_needed=False)
        elif way.is_own and ("/" not in word or is_installed) and re.fullmatch(r"[A-Za-z][\w.+-]*", name):
            self._doubt(way, line, f"nothing is known of the program {name}", program=name)

    def _own_script(self, name: str, folder: str, way: _Way) -> str | None:
        folders = dict.fromkeys([folder, way.command.working_dir, "."])
        return next((found[name] for each in folders if name in (found := self._own_scripts.of(each))), None)

    def _console_script(self, name: str, value: str, line: int, way: _Way, folder: str) -> StartCommand:
        module, _, attribute = value.partition(":")
        launch = Launch(name, (), module.strip(), attribute.strip() or None, is_console_script=True)
        run = replace(self._run(way, line, launch), working_dir=folder)
        return replace(run, role=role_of(run, launch, (name,)))

    def _given(self, line: int, way: _Way, folder: str) -> Iterator[StartCommand]:
        if way.given:
            inner = replace(way, given=(), folder=folder, depth=max(way.depth - 1, 0))
            yield from self._lines([(way.command.line, shlex.join(way.given))], replace(inner, path=""))
        else:
            self._doubt(way, line, "it runs what it is given, and nothing gives it anything here")

    def _managed(self, name: str, rest: list[str], folder: str, line: int, way: _Way) -> Iterator[StartCommand]:
        """Follow into a container; what other managers start stands in files that are read by themselves."""
        if name in {"docker", "docker-compose"}:
            inner = inside_service([name, *rest]) if {"run", "exec"} & set(rest) else []
            if inner:
                yield from self._lines([(line, shlex.join(inner))], replace(way, folder=folder))
            return
        named = [word for word in rest if _MANAGERS[name].search(word)]
        files = [self._locations.locate(word, folder, way.command) for word in named]
        if name in _OF_PROCFILES and not files:
            files = [self._locations.locate("Procfile", folder, way.command)]
        if not any(files) and way.is_own and name not in {"crond", "cron", "uwsgi"}:
            self._doubt(way, line, f"the file from which {name} takes what to start is not there")

    def _task(self, name: str, rest: list[str], folder: str, line: int, way: _Way) -> Iterator[StartCommand]:
        words = [word for word in rest if not word.startswith("-") and "=" not in word]
        words = words[1:] if words[:1] == ["run"] else words
        if name in {"make", "gmake"} and "-C" in rest[:-1]:
            inside = rest[rest.index("-C") + 1]
            words = [word for word in words if word != inside]
            folder = join(folder, inside)
        found = self._task_of(_TASKS[name], words[0] if words else None, folder, way)
        if found is not None:
            way = replace(way, path=found[0], folder=folder_of(found[0]))
            yield from self._deeper(found[1], way, f"{name} {' '.join(words)}")
        elif way.is_own and name not in {"npm", "yarn", "pnpm", "bun"}:
            self._doubt(way, line, f"{name} has no task {words[0] if words else 'to begin with'} here")

    def _task_of(
        self, files: tuple[str, ...], task: str | None, folder: str, way: _Way
    ) -> tuple[str, tuple[tuple[int, str], ...]] | None:
        for file in files:
            for each in dict.fromkeys([folder, way.command.working_dir, "."]):
                path = join(each, file)
                text = self._locations.read(path)
                if text is not None:
                    from footprint.collect.deploy.platforms.recipes import task_commands

                    commands = task_commands(file, text, task)
                    if commands is not None:
                        return path, commands
        return None

    def _speaking(self, rest: list[str], folder: str, line: int, way: _Way) -> Iterator[StartCommand]:
        """Look into a file of ours in another language: does it start Python?"""
        for word in rest:
            path = self._locations.locate(word, folder, way.command)
            if path is not None:
                yield from self._foreign(path, folder, way)
                return

    def _foreign(self, path: str, folder: str, way: _Way) -> Iterator[StartCommand]:
        text = self._locations.read(path) or ""
        if _SPEAKS_OF_PYTHON.search(text) is None:
            return
        named: dict[str, int] = {}
        for match in islice(_PYTHON_FILE.finditer(text), _NAMED_AT_MOST):
            named.setdefault(match[0], text.count("\n", 0, match.start()) + 1)
        lines = [(number, f"python {shlex.quote(name)}") for name, number in list(named.items())[:20]]
        yield from self._lines(lines, replace(way, folder=folder, path=path, depth=way.depth + 1))
        self._doubt(way, lines[0][0] if lines else 1, f"{path} is in another language")

    def _file(
        self, word: str, given: tuple[str, ...], folder: str, line: int, way: _Way, *, is_needed: bool
    ) -> Iterator[StartCommand]:
        path = self._script(word, folder, way)
        if path is None:
            if is_needed and (way.is_own or not word.startswith(("$", "/"))):  # a variable: settings of the machine
                self._doubt(way, line, f"there is no file {word.removeprefix('./')}")
            return
        text = self._locations.read(path)
        if text is None:
            self._doubt(way, line, f"{path} is not text")
        elif path.endswith(".py") or _PYTHON.match(text):
            yield from self._lines([(line, f"python {shlex.quote(path)}")], replace(way, folder="."))
        elif path.endswith(_SCRIPTS) or _SHELL.match(text) or not text.startswith("#!"):
            inner = replace(way, path=path, folder=folder, given=given or way.given)
            read = batch_lines if path.endswith(BATCH) else shell_lines
            yield from self._deeper(read(text), inner, path)
        else:
            yield from self._foreign(path, folder, way)

    def _script(self, word: str, folder: str, way: _Way) -> str | None:
        path = self._locations.locate(word, folder, way.command)
        is_folder = path is not None and path.endswith("/__main__.py") and not word.endswith(".py")
        return None if is_folder else path  # no shell runs a folder

    def _deeper(self, lines: Iterable[tuple[int, str]], way: _Way, place: str) -> Iterator[StartCommand]:
        if way.depth >= _DEPTH_AT_MOST or place in way.seen or self._left <= 0:
            return
        done = (place, way.folder, way.given)
        # What is done adds nothing; only a command of a start file needs its main program.
        if done in self._done and way.command.trust != "stated":
            return
        self._done.add(done)
        self._left -= 1
        yield from self._lines(lines, replace(way, depth=way.depth + 1, seen=way.seen | {place}))

    # Doubts

    def _doubt(self, way: _Way, line: int, why: str, *, program: str | None = None) -> None:
        command = way.command
        if command.purpose != "start" or command.trust == "recipe" or command.foreign:
            return
        if len(self.unknown) < _DOUBTS_AT_MOST:
            shown = command.command[:_SHOWN_AT_MOST]
            covers = command.working_dir
            self.unknown.append(UnknownStart(way.path or command.path, line, shown, covers, why, program))

    def doubt_image(self, image: Image, commands: Collection[StartCommand]) -> None:
        """Doubt what an image starts whose Dockerfile does not say it, where no service does either."""
        if image.has_command or starts_nothing(image.base):
            return
        if any(command.image == image.path for command in commands) or len(self.unknown) >= _DOUBTS_AT_MOST:
            return
        why = f"it starts what its base starts, {image.base[:80]}"
        self.unknown.append(UnknownStart(image.path, image.line, f"FROM {image.base[:80]}", image.working_dir, why))
