"""What the commands of a line run: programs with what each launches, wrappers taken off, and console tools by name.

A tool that is only talked about is none: `echo gunicorn`. Whether a distribution has such a script is not known here.
Source of the target rules: the option parsers and documentation of the launchers in `servers` and the Python command
line.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import dropwhile, takewhile
from types import MappingProxyType

from footprint.collect.deploy.commands import shell_lines
from footprint.collect.deploy.commands.launcher_arguments import LAUNCHERS, begin, join_folder, with_processes
from footprint.knowledge.bystanders import SYSTEM
from footprint.knowledge.servers import BY_PROGRAM
from footprint.late import late_pattern
from footprint.model.source_modules import Launch
from footprint.values import dataclass, replace

_DEFAULT = re.compile(r"\$\{(\w+):?[-=]([^}]{0,200})\}")  # bounded: one that is open is tried at each of many
_ASSIGNMENT = late_pattern(r"([A-Za-z_]\w*)=(.*)", re.DOTALL)
_LABEL = late_pattern(r"[\w*.-]+\)|\w+\(\)")  # `web)` of a case, `main()` of a function
_PATTERNS = late_pattern(r"^([ \t]*)\(?((?:[\w.*\"'-]+[ \t]*\|[ \t]*)*[\w.*\"'-]+)\)(?=\s|$)", re.MULTILINE)  # web|api)
_REDIRECTION = late_pattern(r"!?(?:\d*|&)(?:>>?|<)(?:&?\d|&-)?(.*)", re.DOTALL)
# Most lines of scripts run nothing that matters here, and splitting them by the rules of a shell is slow.
_IDLE = late_pattern(
    r"\s*(?:echo|printf|set|fi|else|then|done|sleep|exit|return|local|declare|readonly|read|shift|trap|unset|mkdir|rm|cp|mv"
    r"|chmod|chown|touch|ln|apt-get|apk|curl|wget|grep|sed|awk|cat|test|id|pip3?|git|tar|true|false|wait|esac|\}|\{|#)"
    r"(?=\s|$)[^;&|\n`]*$"
)
_ENDS = frozenset({"esac", "}"})
_IMPORT = late_pattern(r"(?:^|[;\n])[ \t]*(?:from\s+([\w.]+)\s+import\b|import\s+([\w.]+))")
_HERE = ("$0", "BASH_SOURCE", "dirname")  # of a script that goes to where it lies
_OTHER_USER = frozenset({"su", "runuser"})
# Modules that run the file or the module after their own options: python -m cProfile job.py.
_RUNNERS = frozenset(
    {"cProfile", "profile", "pdb", "trace", "debugpy", "ptvsd", "coverage", "memory_profiler", "pyinstrument"}
    | {"viztracer", "scalene", "kernprof", "memray", "torch.distributed.run", "torch.distributed.launch", "xdoctest"}
)
_FUNCTION = late_pattern(r"[ \t]*(?:function[ \t]+)?([\w-]+)[ \t]*\(\)")
_DEPTH_AT_MOST = 4
_VALUE_AT_MOST = 200  # characters of a variable: those of variables would grow
HERE = "$here"  # a working folder that is where the script lies


@dataclass(frozen=True, slots=True)
class Program:
    """One program that a line of commands runs, by its words without wrappers."""

    words: tuple[str, ...]
    working_dir: str  # relative to where the line starts; begins with HERE for the folder of the script
    launch: Launch | None  # None: no launcher that is known, or one without anything to launch
    is_replacing: bool = False  # `exec`: nothing of the line runs after it
    labels: tuple[str, ...] = ()  # of the case or the function of a script in which it stands
    environ: tuple[tuple[str, str], ...] = ()

    @property
    def is_code(self) -> bool:
        """Whether it is `python -c`, whose launch is what the code imports."""
        return self.launch is not None and self.launch.launcher == "python" and not self.launch.is_script


def parse_command(command: str, environ: Mapping[str, str] = MappingProxyType({})) -> Launch | None:
    """Return what a start command launches, None when no launcher in it is known.

    Of several commands in one line the last that is a launcher counts: what comes before prepares.
    `${NAME:-default}` is taken as its default, unless `environ`, which the same file sets, has the name.
    """
    programs = [program for _, program in read_programs([(1, command)], environ)]
    return main_launch(program.launch for program in programs if not program.is_code)


def main_launch(launches: Iterable[Launch | None]) -> Launch | None:
    """Return the last of several launches that has a target, with the tools of all of them."""
    found = [launch for launch in launches if launch is not None]
    if not found:
        return None
    aimed = [launch for launch in found if launch.module or launch.file]
    tools = dict.fromkeys(tool for launch in found for tool in launch.tools)
    return replace((aimed or found)[-1], tools=tuple(tools))


def read_programs(
    lines: Iterable[tuple[int, str]], environ: Mapping[str, str] = MappingProxyType({})
) -> Iterator[tuple[int, Program]]:
    """Yield every program that numbered lines run, one after the other as in a script: folders and variables stay."""
    current = shell_lines.Command([], environ=dict(environ))
    labels: tuple[str, ...] = ()
    for number, line in lines:
        if line.strip() in _ENDS:
            labels = ()
        if len(line) > shell_lines.CHARACTERS_AT_MOST or _IDLE.match(line):
            continue
        patterns = _PATTERNS.match(line)
        if patterns is not None:  # of a case: split at its bars it would be several commands
            labels = tuple(re.split(r"[ \t]*\|[ \t]*", patterns[2].replace('"', "").replace("'", "")))
        elif (function := _FUNCTION.match(line)) is not None:
            labels = (function[1],)
        for program in _parse_line(line[patterns.end() if patterns is not None else 0 :], current, depth=0):
            yield number, replace(program, labels=labels) if labels else program


def _parse_line(line: str, current: shell_lines.Command, *, depth: int) -> Iterator[Program]:
    line = _DEFAULT.sub(lambda match: current.environ.get(match[1]) or match[2], line)
    for split in shell_lines.split_commands(line):
        words = [shell_lines.expand(word, current.environ, _VALUE_AT_MOST) for word in _own_words(split)]
        if not words:
            continue
        if words[0] == "cd" and len(words) > 1:
            current.working_dir = _enter(current.working_dir, words[1:])
        elif words[0] == "export":
            current.environ |= _assigned(words[1:])
        elif all(_ASSIGNMENT.fullmatch(word) for word in words):
            current.environ |= _assigned(words)
        else:
            yield from _parse_simple(_with_words(current, words), depth=depth)


def _own_words(words: list[str]) -> list[str]:
    """Return the words of a command without comment, keywords and labels in front of it."""
    rest = after_keywords(_without_redirections(before_comment(words)))
    while rest and _LABEL.fullmatch(rest[0]):
        rest = after_keywords(rest[1:])
    return rest


def _without_redirections(words: list[str]) -> list[str]:
    kept = []
    is_file = False
    for word in words:
        match = _REDIRECTION.fullmatch(word) if word[:1] in "!&<>012" else None
        if match is None and not is_file:
            kept.append(word)
        is_file = match is not None and not match[1] and not word[-1:].isdigit() and not word.endswith("-")
    return kept


def _assigned(words: list[str]) -> dict[str, str]:
    return {match[1]: match[2] for word in words if (match := _ASSIGNMENT.fullmatch(word))}


def _enter(folder: str, words: list[str]) -> str:
    """Return the folder after `cd`; `cd "$(dirname "$0")/.."` goes to where the script lies and on from there."""
    line = " ".join(words)
    if any(mark in line for mark in _HERE):
        tail = re.search(r"(?:\)|\})\"?((?:/[\w.-]+)+)", line)
        return posixpath.normpath(HERE + (tail[1] if tail else ""))
    return join_folder(folder, words[-1])


def _with_words(command: shell_lines.Command, words: list[str]) -> shell_lines.Command:
    """Return the same circumstances with other words; what the command itself sets stays its own."""
    return shell_lines.Command(list(words), command.working_dir, dict(command.environ), list(command.tools))


def _parse_simple(command: shell_lines.Command, *, depth: int) -> Iterator[Program]:
    is_replacing = command.words[:1] == ["exec"]
    shell_lines.unwrap(command, is_known_program)
    words = command.words
    if not words or depth > _DEPTH_AT_MOST:
        return
    name = posixpath.basename(words[0])
    if name in shell_lines.SHELLS or name in _OTHER_USER:
        if script := shell_lines.given_script(words):
            yield from _parse_line(script, _with_words(command, []), depth=depth + 1)
        elif name in shell_lines.SHELLS and (
            rest := list(dropwhile(lambda word: word.startswith(("-", "+")), words[1:]))
        ):
            environ = tuple(command.environ.items())
            yield Program(("source", *rest), command.working_dir, None, is_replacing, environ=environ)
        return
    if shell_lines.PYTHON.fullmatch(name):
        launches = _python(command, depth=depth)
    elif (reader := LAUNCHERS.get(name)) is not None:
        found = reader(name, words[1:], command)
        launches = [with_processes(found, words[1:], command.environ)] if found is not None else []
    else:
        is_file = name.endswith((".py", ".pyw"))
        launches = [replace(begin("python", command), file=words[0], is_script=True)] if is_file else []
    folder, environ = command.working_dir, tuple(command.environ.items())
    each: list[Launch | None] = [*launches] or [None]
    for launch in each:
        yield Program(tuple(words), folder, launch, is_replacing, environ=environ)
    rest = [] if launches else shell_lines.handed_on(words)
    if rest:
        yield from _parse_simple(_with_words(command, rest), depth=depth + 1)


def is_known_program(word: str) -> bool:
    """Whether a word is a command for certain: an interpreter, a launcher, a wrapper or a script, by its name."""
    name = posixpath.basename(word)
    is_listed = any(name in known for known in (LAUNCHERS, shell_lines.SHELLS, shell_lines.WRAPPERS))
    return is_listed or name.endswith((".py", ".sh")) or shell_lines.PYTHON.fullmatch(name) is not None


def _python(command: shell_lines.Command, *, depth: int) -> list[Launch]:
    how, words = shell_lines.python_target(command.words[1:])
    if not words:
        return []
    if how == "-c":
        return _imported_by(words[0], command)
    if how == "-m":
        return _module(words[0], words[1:], command, depth=depth)
    return [replace(begin("python", command), file=words[0], is_script=True)]


def _module(module: str, rest: list[str], command: shell_lines.Command, *, depth: int) -> list[Launch]:
    """Return what `python -m module` runs: a launcher by its module, a runner's own target, or the module."""
    name = module.partition(".")[0]
    if module in _RUNNERS or name in _RUNNERS:
        start = next((index for index, word in enumerate(rest) if word == "-m" or word.endswith(".py")), None)
        inner = [] if start is None else _python(_with_words(command, ["python", *rest[start:]]), depth=depth + 1)
        if inner:
            return inner
    program = BY_PROGRAM[name].name if name in BY_PROGRAM else name  # waitress is waitress-serve
    known = list(_parse_simple(_with_words(command, [program, *rest]), depth=depth + 1))
    if known and known[0].launch is not None and program in LAUNCHERS:
        launch = known[0].launch  # python -m uvicorn main:app, python -m gunicorn.app.wsgiapp main:app
        return [launch if program == name else replace(launch, tools=(*launch.tools, name))]
    return [replace(begin("python", command), module=module, is_script=True)]


def _imported_by(code: str, command: shell_lines.Command) -> list[Launch]:
    """Return a launch per module that `python -c` imports: it runs what it takes from there."""
    names = dict.fromkeys(match[1] or match[2] for match in _IMPORT.finditer(code[: shell_lines.CHARACTERS_AT_MOST]))
    return [replace(begin("python", command), module=name) for name in names if not name.startswith(".")]


_NAME = late_pattern(r"[A-Za-z][\w.-]*")
_PYTHON_VARIABLE = re.compile(r"\$[({]?(?:PY|PYTHON|PYTHON3|PYTHON_BIN|PYTHON_EXECUTABLE|VENV_PYTHON)[)}]?(?![\w])")
_SUBSTITUTION = re.compile(r"\$\(([^()]*)\)|(?<!\\)`([^`\\]*)`")
# In front of a command without being one.
_KEYWORDS = frozenset({"if", "then", "else", "elif", "do", "while", "until", "!", "{", "(", "time", "eval", "xargs"})
_COMPOSE_VALUES = frozenset(
    {"-e", "--env", "-u", "--user", "-w", "--workdir", "-v", "--volume", "-p", "--publish", "--name"}
)
_OWN_ENVIRONMENT = frozenset({"uvx", "pipx"})  # they install what they run: no use of what the project has installed


def command_tools(line: str) -> tuple[str, ...]:
    """Return the tools that a shell line runs, distinct, in order; `python -m tool` is the tool."""
    if len(line) > shell_lines.CHARACTERS_AT_MOST:
        return ()
    return tuple(dict.fromkeys(_line_tools(line, depth=0)))


def _line_tools(line: str, *, depth: int) -> list[str]:
    if depth > 4:
        return []
    line = _PYTHON_VARIABLE.sub("python", _DEFAULT.sub(r"\2", line))
    found: list[str] = []
    for match in _SUBSTITUTION.finditer(line):
        found += _line_tools(match[1] or match[2] or "", depth=depth + 1)
    for words in shell_lines.split_commands(_SUBSTITUTION.sub("$_", line)):
        found += _simple_tools(before_comment(words), depth=depth)
    return found


def before_comment(words: list[str]) -> list[str]:
    """Return the words in front of a comment."""
    return list(takewhile(lambda word: not word.startswith("#"), words))


def _simple_tools(words: list[str], *, depth: int) -> list[str]:
    words = after_keywords(words)
    name = posixpath.basename(words[0]) if words else ""
    if not words or depth > 4 or words[:3] == ["uv", "tool", "run"] or name in _OWN_ENVIRONMENT:
        return []
    if "compose" in words[1:2] or name == "docker-compose":
        return _simple_tools(inside_service(words), depth=depth + 1)
    command = shell_lines.Command(words)
    shell_lines.unwrap(command, lambda _word: False)
    return [
        *([name] if name in shell_lines.WRAPPERS and name not in SYSTEM else []),
        *command.tools,
        *_own_tools(command.words, depth=depth),
    ]


def inside_service(words: list[str]) -> list[str]:
    """Return what `docker compose exec web pytest` runs in the project's own service."""
    rest = list(dropwhile(lambda word: word not in {"run", "exec"}, words))[1:]
    while rest and rest[0].startswith("-"):
        rest = rest[2:] if rest[0] in _COMPOSE_VALUES else rest[1:]
    return rest[1:]


def after_keywords(words: list[str]) -> list[str]:
    """Return the words of a command without what stands in front of it without being one: `if`, `then`, `(`."""
    for index, word in enumerate(words):
        plain = word.lstrip("(")
        if plain and plain not in _KEYWORDS and not plain.startswith("-"):
            return [plain, *words[index + 1 :]]
    return []


def _own_tools(words: list[str], *, depth: int) -> list[str]:
    if not words:
        return []
    name = posixpath.basename(words[0])
    if name in shell_lines.SHELLS:
        return _line_tools(shell_lines.given_script(words), depth=depth + 1)
    if shell_lines.PYTHON.fullmatch(name):
        return _module_tools(words[1:], depth=depth)
    return [
        *([name] if _is_tool(words[0], name) else []),
        *_simple_tools(shell_lines.handed_on(words), depth=depth + 1),
    ]


def _module_tools(words: list[str], *, depth: int) -> list[str]:
    """Return what `python -m` runs, by the name that its console script has or would have."""
    how, words = shell_lines.python_target(words)
    if how != "-m" or not words or not _NAME.fullmatch(words[0]):
        return []
    top = words[0].partition(".")[0]
    tool = top.replace("_", "-")
    wrapped = _simple_tools(["coverage", *words[1:]], depth=depth + 1) if top == "coverage" else []
    return list(dict.fromkeys([tool, *([top] if top != tool else []), *wrapped]))


def _is_tool(word: str, name: str) -> bool:
    """Whether a command word may be a console script: a bare name, or one in an environment's folder of scripts."""
    if name in SYSTEM or not _NAME.fullmatch(name) or name.endswith((".sh", ".py")):
        return False
    folder = posixpath.dirname(word)
    if not folder:
        return "\\" not in word
    # ./gunicorn and bin/pytest are files of the project
    return posixpath.basename(folder) in {"bin", "Scripts"} and folder not in {"bin", "./bin"}
