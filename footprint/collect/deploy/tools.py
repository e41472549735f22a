"""Console tools named anywhere as commands: one row per kind of file in a literal table.

A tool of developers (`pytest` in a Makefile) is told from what starts the application (`gunicorn` in start.sh).
"""

from __future__ import annotations

import os
import posixpath
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from pathlib import Path

from footprint.collect.deploy.commands.launcher_arguments import LAUNCHERS, is_launcher
from footprint.collect.deploy.commands.launchers import command_tools, parse_command
from footprint.collect.deploy.commands.roles import is_start_script
from footprint.collect.deploy.commands.shell_lines import SUFFIXES, batch_lines, shell_lines
from footprint.collect.deploy.files import deploy_files
from footprint.collect.deploy.files.deploy_files import read_text
from footprint.collect.deploy.platforms import of_platform
from footprint.files.name_patterns import NamePatterns
from footprint.late import late_pattern
from footprint.model.note import Note
from footprint.model.source_modules import Purpose, Role, StartCommand, ToolUse, Trust
from footprint.pairs import follow
from footprint.units import MIB
from footprint.values import dataclass

FILES_AT_MOST = 400
TEXT_AT_MOST = 4 * MIB  # of all files together
# They install the requirements, so no requirement line is what the deployment has them from.
_INSTALLERS = frozenset({"pip", "pip3", "uv", "poetry", "pdm", "pipenv", "conda", "hatch", "rye"})
_SHOWN_AT_MOST = 200  # characters of a command
_SCRIPT_FOLDERS = frozenset({"bin", "scripts", "script", "tools", "ci", "docker", "deploy"})
_DEPLOY_FOLDERS = frozenset(
    {"deployment", "infra", "ops", "etc", "systemd", "supervisor", "supervisord", "conf", "config", "cron", "cron.d"}
    | {"services", "service", "units", "k8s", "kubernetes", "manifests", "compose", "container", "containers"}
)
# Scripts that show, try or measure something, by a word of their paths.
_SHOWS = late_pattern(r"(?:^|[-_/.])(?:examples?|samples?|demos?|docs?|bench|benchmarks?|tests?|e2e)(?=[-_/.]|$)")
_SHEBANG = late_pattern(r"#!\s*\S*?(?:/|env\s+)(?:ba|da|z|a)?sh\b")
ReadCommands = Callable[[str], Iterable[tuple[int, str]]]


@dataclass(frozen=True, slots=True)
class _Kind:
    patterns: tuple[str, ...]  # of the name, or of the path when there is a slash in it
    read: ReadCommands
    purpose: Purpose
    starts: bool = True  # a launcher named in it is a start, whatever else the file is for
    role: Role | None = None  # of what it runs, if all of it has one
    names: Callable[[str], Mapping[int, str]] | None = None  # of its commands, by line


def _yaml(*keys: str) -> ReadCommands:
    return lambda text: of_platform("pipelines", "read_yaml_commands")(text, keys=frozenset(keys))


_SERVERS = "|".join(sorted(map(re.escape, LAUNCHERS)))
# What a line has to hold to run something of ours; most lines of recipes do not.
_MAY_RUN_OURS = re.compile(
    rf"python|pypy|\.py\b|\.sh\b|\./\w|bin/|scripts?/|\b(?:{_SERVERS}|make|just|poe|pdm|hatch|uv|poetry|compose)\b"
)
_ONE_SHOT = late_pattern(r"^Type\s*=\s*oneshot", re.MULTILINE)

_SUPERVISOR = ("supervisord.conf", "supervisor.conf", "*supervisor*/*.conf")
_CRONTABS = ("crontab", "*.crontab", "*.cron", "*cron.d/*")
_IMAGES = ("Dockerfile", "Dockerfile.*", "*.Dockerfile", "*.dockerfile", "Containerfile")
_KINDS: tuple[_Kind, ...] = (
    _Kind(("*.service",), of_platform("services", "read_systemd"), "start"),
    _Kind(
        _SUPERVISOR,
        of_platform("services", "read_supervisord"),
        "start",
        names=of_platform("services", "name_programs"),
    ),
    _Kind(_CRONTABS, of_platform("services", "read_crontab"), "start", role="job"),
    _Kind(_IMAGES, of_platform("dockerfile", "read_build"), "build"),
    _Kind(("Makefile", "makefile", "GNUmakefile", "*.mk"), of_platform("recipes", "read_makefile"), "development"),
    _Kind(("justfile", "Justfile", ".justfile"), of_platform("recipes", "read_justfile"), "development"),
    _Kind(("Taskfile.yml", "Taskfile.yaml"), _yaml("cmds", "cmd"), "development"),
    _Kind(("package.json",), of_platform("recipes", "read_package_json"), "development"),
    _Kind(("pyproject.toml",), of_platform("recipes", "read_pyproject"), "development"),
    _Kind(
        (".vscode/*.json", ".idea/runConfigurations/*.xml", ".run/*.xml"),
        of_platform("editors", "read_editor_runs"),
        "development",
    ),
    _Kind((".github/workflows/*.yml", ".github/workflows/*.yaml"), _yaml("run"), "development"),
    _Kind((".gitlab-ci.yml",), _yaml("script", "before_script", "after_script"), "development"),
    _Kind((".circleci/config.yml",), _yaml("run", "command"), "development"),
    _Kind(("azure-pipelines.yml", "bitbucket-pipelines.yml", ".travis.yml"), _yaml("script", "bash"), "development"),
    _Kind(("tox.ini",), of_platform("pipelines", "read_tox"), "development", starts=False),
    _Kind(("noxfile.py",), of_platform("pipelines", "read_noxfile"), "development", starts=False),
    _Kind((".pre-commit-config.yaml",), _yaml("entry"), "development", starts=False),
    _Kind(("*.sh",), shell_lines, "development"),
    _Kind(tuple(f"*{suffix}" for suffix in SUFFIXES), batch_lines, "development"),
)
_PATTERNS = NamePatterns([kind.patterns for kind in _KINDS])
_SCRIPT = _Kind((), shell_lines, "development")  # by its shebang


def command_uses(commands: Iterable[StartCommand]) -> Iterator[ToolUse]:
    """Yield one value per console tool and command that names it, in the order stated."""
    for command in commands:
        for tool in _tools_of(command.command):
            purpose = "development" if tool in _INSTALLERS else command.purpose
            yield ToolUse(tool, command.path, command.line, command.command, purpose)


def served_modules(commands: Iterable[StartCommand]) -> Iterator[ToolUse]:
    """Yield the modules that start commands serve or run, whether of the project or installed, in the order stated."""
    for command in commands:
        launch = command.launch
        if launch is None or (launch.launcher == "python" and not launch.is_script):  # python -c "import shop"
            continue
        if launch.module and command.purpose == "start" and command.trust != "recipe":
            yield ToolUse(launch.module, command.path, command.line, command.command, is_module=True)


@dataclass(frozen=True, slots=True)
class CommandFile:
    """A file that may state commands, and what it states, by line."""

    kind: _Kind
    text: str
    lines: tuple[tuple[int, str], ...]

    @property
    def is_script(self) -> bool:
        """Whether it is a script of a shell."""
        return self.kind.read in {shell_lines, batch_lines}


Texts = Mapping[str, CommandFile]


def read_command_files(project: Path) -> tuple[Texts, tuple[Note, ...]]:
    """Return the files of `project` that may state commands, and notes on what is not read.

    Shape: by kind of file, in the order of the table, then by path.
    """
    files = [path for path in deploy_files.list_files(project, _is_wanted) if not os.path.isdir(project / path)]  # noqa: PTH112
    notes = []
    if len(files) > FILES_AT_MOST:
        message = f"{len(files)} files may state commands: the first {FILES_AT_MOST} were read"
        notes.append(Note("many-command-files", message))
    left = TEXT_AT_MOST
    texts: dict[str, CommandFile] = {}
    for path in files[:FILES_AT_MOST]:
        try:
            text = read_text(project, path)
        except deploy_files.Unreadable as why:
            notes.append(deploy_files.unreadable_note(path, why))
            continue
        kind = _kind_of(path) or (_SCRIPT if _SHEBANG.match(text) else None)
        left -= len(text) if kind is not None else 0
        if left < 0:
            notes.append(
                deploy_files.unreadable_note(
                    path, "the files with commands are larger than 4 MiB together: not read on"
                )
            )
            break
        if kind is not None:
            texts[path] = CommandFile(kind, text, tuple(kind.read(text)))
    return dict(sorted(texts.items(), key=lambda item: _rank(item[1].kind))), tuple(notes)


def file_uses(
    texts: Texts, called: Collection[str], run_lines: Collection[tuple[str, int]] = frozenset()
) -> tuple[ToolUse, ...]:
    """Return the tools that recipes, scripts, pipelines and services name, in the order of `texts`.

    Shape: a tool once per line. `called` are the shell scripts that start commands run, `run_lines` what they run of
    recipes: (path, line).
    """
    return tuple(use for path, file in texts.items() for use in _uses_in(path, file, called, run_lines))


def numbered_lines(texts: Texts) -> Iterator[tuple[str, int, str]]:
    """Yield every command of these files as (path, line, command)."""
    for path, file in texts.items():
        for number, command in file.lines:
            yield path, number, command


def stated_commands(texts: Texts, called: Collection[str]) -> Iterator[StartCommand]:
    """Yield every command of these files, a script as the command that runs it."""
    for path, file in texts.items():
        kind, own = file.kind, posixpath.dirname(path)
        if file.is_script:
            yield _script_command(path, called)
            continue
        trust: Trust = "recipe" if kind.purpose == "development" else "followed"
        folder = _code_folder(own) if trust == "followed" else own or "."
        folder = "." if folder.startswith(".") else folder  # pipelines lie in folders of their own
        named = kind.names(file.text) if kind.names is not None else {}
        role: Role | None = kind.role or ("job" if kind.purpose == "start" and _ONE_SHOT.search(file.text) else None)
        for number, command in file.lines:
            if _MAY_RUN_OURS.search(command) or kind.purpose == "start":
                name = named.get(number) or _stem(path)
                yield StartCommand(name, command, path, number, folder, None, kind.purpose, role=role, trust=trust)


def _script_command(path: str, called: Collection[str]) -> StartCommand:
    is_shown = _SHOWS.search(path.lower()) is not None
    is_start = (path in called or is_start_script(posixpath.basename(path))) and not is_shown
    role: Role | None = "job" if is_shown else None
    folder, name = _code_folder(posixpath.dirname(path)), "web" if is_start else _stem(path)
    command = f"sh {posixpath.relpath(path, folder)}"
    purpose: Purpose = "start" if is_start else "development"
    trust: Trust = "followed" if is_start else "recipe"
    # foreign: whoever calls it doubts what it leaves open; nobody may call it at all
    return StartCommand(name, command, path, 1, folder, None, purpose, role=role, trust=trust, foreign=True)


def _stem(path: str) -> str:
    return posixpath.splitext(posixpath.basename(path))[0]


def _code_folder(folder: str) -> str:
    """Return where the code lies: scripts and units often lie in folders of their own beside it."""
    parts = folder.split("/") if folder else []
    while parts and parts[-1] in _SCRIPT_FOLDERS | _DEPLOY_FOLDERS:
        parts.pop()
    return "/".join(parts) or "."


def _rank(kind: _Kind) -> int:
    return _KINDS.index(kind) if kind in _KINDS else len(_KINDS)


def _is_wanted(name: str, folder: str) -> bool:
    if _kind_of(f"{folder}/{name}" if folder else name) is not None:
        return True
    # scripts without suffix, to be known by their first line
    return "." not in name and (not folder or posixpath.basename(folder) in _SCRIPT_FOLDERS)


def _kind_of(path: str) -> _Kind | None:
    row = _PATTERNS.row_of(path)
    return _KINDS[row] if row is not None else None


def _uses_in(
    path: str, file: CommandFile, called: Collection[str], run_lines: Collection[tuple[str, int]]
) -> Iterator[ToolUse]:
    is_start = file.is_script and (path in called or is_start_script(posixpath.basename(path)))
    purpose = "start" if is_start else file.kind.purpose
    seen: set[tuple[str, int]] = set()
    for number, command in file.lines:
        for tool in _tools_of(command):
            line, shown = _locate(tool, number, command)
            if (tool, line) not in seen:
                seen.add((tool, line))
                here = "start" if (path, number) in run_lines else purpose
                yield ToolUse(tool, path, line, shown[:_SHOWN_AT_MOST], _purpose_of(tool, file.kind, here))


def _purpose_of(tool: str, kind: _Kind, purpose: Purpose) -> Purpose:
    if tool in _INSTALLERS:
        return "development"
    return "start" if kind.starts and is_launcher(tool) and purpose == "development" else purpose


def _tools_of(command: str) -> tuple[str, ...]:
    named = command_tools(command)
    if not any(is_launcher(tool) for tool in named):
        return named
    launch = parse_command(command)  # knows the workers that options name
    return tuple(dict.fromkeys([*(launch.tools if launch else ()), *named]))


def _locate(tool: str, number: int, command: str) -> tuple[int, str]:
    """Return the line of a joined command on which the tool stands, and its text."""
    lines = command.split("\n")
    if len(lines) == 1:
        return number, command.strip().removesuffix("\\").strip()
    word = re.compile(rf"(?<![\w.-]){re.escape(tool)}(?![\w-])")
    alone = re.compile(rf"{word.pattern}(?!\.\w)")  # not gunicorn.conf.py, unless it is gunicorn.app.wsgiapp
    offset = next((index for each in (alone, word) for index, line in enumerate(lines) if each.search(line)), 0)
    return number + offset, lines[offset].strip().removesuffix("\\").strip()


def called_scripts(commands: Iterable[StartCommand], texts: Texts) -> set[str]:
    """Return the shell scripts that start commands, image builds and units run, and those that such scripts run."""
    scripts = {path: file.text for path, file in texts.items() if file.is_script}
    callers = [command.command for command in commands if command.purpose != "development"]
    callers += [line for file in texts.values() if file.kind.purpose != "development" for _, line in file.lines]

    def named_in(text: str) -> Iterator[str]:
        words = frozenset(re.findall(r"[\w./-]+", text))
        names = frozenset(map(posixpath.basename, words))
        # start.sh is known by its name in any folder, `bin/release` by its path only
        for path in scripts:
            by_path = f"./{path}" in words or ("/" in path and path in words)
            if by_path or ("." in path and posixpath.basename(path) in names):
                yield path

    first = [path for path in scripts if is_start_script(posixpath.basename(path))]
    return follow([*first, *named_in("\n".join(callers))], lambda path: named_in(scripts[path]))
