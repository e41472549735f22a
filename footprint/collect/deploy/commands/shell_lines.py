"""Lines of shell: the commands of a script, the words of each, and what stands in front of the command that matters.

Laws: nothing is run and nothing is looked up on disk; a line that no shell would take still gives its words.
"""

from __future__ import annotations

import posixpath
import re
import shlex
from collections.abc import Callable, Iterator, Mapping
from itertools import groupby
from typing import Literal

from footprint.late import late_pattern
from footprint.values import dataclass, field

_JOINED_AT_MOST = 40  # lines with one quote over all of them
_GIVEN_UP_AT_MOST = 5
_DEPTH_AT_MOST = 5  # of here-documents in here-documents
_COMMAND_AT_MOST = 300  # characters before a here-document
_QUOTED = re.compile(r"\\.|'[^']*'|\"(?:\\.|[^\"\\])*\"|(?:^|(?<=\s))#[^\n]*", re.DOTALL)
_HEREDOC = re.compile(r"(?<!<)<<-?\s*(['\"]?)(\w+)\1")
# A program without a file of its own takes what it is given: `python - <<EOF`, `bash -ex <<EOF`.
_READS = late_pattern(r"(?:^|[\s;&|/(])(python[\d.]*|pypy\d?|(?:ba|da|z|a)?sh)(?:\s+-[\w-]*)*\s*$")


def shell_lines(text: str, first: int = 1, *, depth: int = 0) -> Iterator[tuple[int, str]]:
    """Yield (number, line) of every command line, joined lines with the ends between them. Comments are left out."""
    lines = text.splitlines()
    last = {line.strip(): number for number, line in enumerate(lines)}  # where a here-document could end
    given_up = 0
    index = 0
    while index < len(lines):
        start = index
        index = _continued(lines, index)
        joined = "\n".join(lines[start:index])
        if given_up < _GIVEN_UP_AT_MOST and _is_open(joined):
            end = _closing(lines, start, index)
            given_up += end is None
            if end is not None:
                joined, index = "\n".join(lines[start:end]), end
        if joined.lstrip().startswith("#") or not joined.strip():
            continue
        yield first + start, joined
        for heredoc in _HEREDOC.finditer(joined):
            if last.get(heredoc[2], -1) >= index:
                end = next(number for number in range(index, len(lines)) if lines[number].strip() == heredoc[2])
                before = joined[max(heredoc.start() - _COMMAND_AT_MOST, 0) : heredoc.start()]
                yield from heredoc_lines(before, lines[index:end], first + index, depth=depth + 1)
                index = end + 1


def heredoc_lines(command: str, lines: list[str], first: int, *, depth: int = 1) -> Iterator[tuple[int, str]]:
    """Yield what runs of a here-document that begins on line `first`, by the command that is given it."""
    reader = _READS.search(command)
    if depth > _DEPTH_AT_MOST:
        return
    if reader is not None and reader[1].endswith("sh"):
        yield from shell_lines("\n".join(lines), first, depth=depth)
    elif reader is not None:
        while lines and lines[0].startswith("#"):  # behind -c it would be a comment of the shell
            lines, first = lines[1:], first + 1
        yield first, f"{reader[1]} -c {shlex.quote(chr(10).join(lines))}"


def _continued(lines: list[str], index: int) -> int:
    """Return the index after the line and those that a backslash joins to it."""
    while index < len(lines) and lines[index].endswith("\\") and not lines[index].lstrip().startswith("#"):
        index += 1
    return min(index + 1, len(lines))


def _is_open(text: str) -> bool:
    left = _QUOTED.sub("", text)
    return "'" in left or '"' in left


def _closing(lines: list[str], start: int, end: int) -> int | None:
    """Return the index after the line on which the open quote closes, None when none does soon."""
    for stop in range(end + 1, min(len(lines), start + _JOINED_AT_MOST) + 1):
        if ("'" in lines[stop - 1] or '"' in lines[stop - 1]) and not _is_open("\n".join(lines[start:stop])):
            return stop
    return None


SUFFIXES = (".bat", ".cmd", ".ps1")
_IDLE = re.compile(
    r"\s*(?:$|#|<#|::?|rem\b|echo\b|title\b|color\b|setlocal\b|endlocal\b|goto\b|exit\b|pause\b|timeout\b|write-\w+)",
    re.IGNORECASE,
)
_LONGEST = 2000  # characters of a line: what is longer was not written by hand
_HERE = "${BASH_SOURCE%/*}"  # the folder of the script, in words without a blank
_WORD = r'(?:"[^"\n]*"|[^\s"]+)'
# Few projects have such a file: the patterns are compiled when one is read.
_FRONT = (
    r"(^|[&|({}]|\bdo\b|\belse\b)\s*@?(?:"
    rf"if\s+(?:/i\s+)?(?:not\s+)?(?:(?:exist|defined|errorlevel)\s+{_WORD}|{_WORD}\s*(?:==|\b(?:equ|neq|geq|gtr|lss|leq)\b)\s*{_WORD})"
    r"|(?:if|elseif|while|foreach)\s*\([^\n]{0,200}?\)(?=\s?\{)"
    r"|for\s[^\n]{0,200}?(?=\bdo\b)|do\b|else\b|call(?=\s)|[(){}]|&(?=\s*[\"'.\w$])"
    rf"|cmd(?:\.exe)?(?:\s+/\w)*\s+/[ck]\b|start(?:\s+\"[^\"]*\")?(?:\s+/d\s+{_WORD}|\s+/\w+(?::\w+)?)*(?=\s)"
    r"|start-process(?:\s+-filepath)?(?=\s))\s*"
)
# What a line has to hold, in lower case, before a pattern is worth its compiling.
_RULES = (
    ("\\", r"\\", "/"),
    ("%~dp0 $psscriptroot", r"%~dp0/?|\$PSScriptRoot/?", f"{_HERE}/"),
    ("%cd%/", r"%cd%/", ""),
    ("%* $args", r"%\*|\$args\b", "$@"),
    ("%", r"%(?:~)?(\d)", r"$\1"),
    ("% !", r"[%!](\w+)[%!]", r"$\1"),
    ("set", r"^\s*set\s+(?:/\w\s+)?\"?(\w+)=([^\"\n&]*)\"?$", r"export \1='\2'"),
    ("$", r"^\s*\$(?:env:)?(\w+)[ \t]?=[ \t]?[\"']?([^\"'\n]*)[\"']?$", r"export \1='\2'"),
    ("$env:", r"\$env:(\w+)", r"$\1"),
    ("-arg", r"\s-(?:argumentlist|args)\s+([^\n]*)", r" \1"),
    (",", r"(?<=[\"'\w]),\s*(?=[\"'])", " "),
    ("cd chdir pushd set-location", r"(^|[&|;]\s*)(?:cd|chdir|pushd|set-location)(?:\s+/d)?\s+", r"\1cd "),
    ("py", r"(^|[&|;/]\s*)py(?:\.exe)?(?:\s+-\d[\d.]*)?(?=\s)", r"\1python"),
    ("python", r"\bpythonw?(?:\.exe)?(?=[\"'\s])", "python"),
    (".exe", r"(?<=\w)\.exe\b", ""),
    ('"', r'^"(\w+ [^"]*)"$', r"\1"),  # cmd /k "python worker.py"
)


def batch_lines(text: str) -> Iterator[tuple[int, str]]:
    """Yield (number, line) of every command, joined lines by the number of the first."""
    pending, first = "", 0
    for number, line in enumerate(text.splitlines(), start=1):
        first = first if pending else number
        stripped = line.rstrip()
        if stripped.endswith(("^", "`")):
            pending = f"{pending}{stripped[:-1]} "[: _LONGEST + 1]
            continue
        whole, pending = pending + line, ""
        whole = whole.lstrip("@ \t")
        if len(whole) <= _LONGEST and not _IDLE.match(whole) and (command := _in_shell(whole)):
            yield first, command


def _in_shell(line: str) -> str:
    for _ in range(4):  # if … call …: one stands in front of the other
        shorter = re.sub(_FRONT, r"\1 ", line, flags=re.IGNORECASE).strip()
        if shorter == line:
            break
        line = shorter
    for signs, pattern, by in _RULES:
        # Beyond ASCII some letters are the same as others in a way of their own.
        if not line.isascii() or any(sign in line.lower() for sign in signs.split()):
            line = re.sub(pattern, by, line, flags=re.IGNORECASE)
    return line.strip().rstrip(")} \t")


CHARACTERS_AT_MOST = 20_000  # of one line: what is longer was not written by hand
PYTHON = re.compile(r"(?:python|pypy)(?:\d+(?:\.\d+)*)?(?:\.exe)?")
VARIABLE = late_pattern(r"\$(?:\{(\w+)\}|(\w+))")
_ASSIGNMENT = re.compile(r"[A-Za-z_]\w*=.*", re.DOTALL)

# Words taken off the front: the wrapper, and the word it needs after it. Options after them are dropped as well.
WRAPPERS: Mapping[str, str | None] = {
    **dict.fromkeys((
        "exec", "env", "nohup", "time", "sudo", "nice", "command", "s6-setuidgid", "dumb-init", "tini", "catatonit",
        "gosu", "su-exec", "timeout", "uvx", "ddtrace-run", "opentelemetry-instrument", "xvfb-run", "flock", "setsid",
        "stdbuf", "ionice", "chpst", "setpriv", "dockerize", "catchsegv", "systemd-cat", "run-one", "chronic",
        "nodemon", "watchexec", "torchrun", "scalene", "deepspeed", "mpirun", "mpiexec", "srun", "aws-lambda-rie",
        "pm2-runtime",
    )),
    **dict.fromkeys((
        "poetry", "uv", "pipenv", "pdm", "rye", "hatch", "pixi", "doppler", "infisical", "dotenv", "op", "conda",
        "micromamba", "coverage", "mprof", "memray",
    ), "run"),
    "newrelic-admin": "run-program", "chamber": "exec", "watchmedo": "auto-restart", "accelerate": "launch",
    "pm2": "start",
}  # fmt: skip
SHELLS = frozenset({"sh", "bash", "dash", "zsh", "ash"})
# One word of theirs comes before the command: user, seconds, the file to lock.
_OWN_WORD = frozenset({"gosu", "su-exec", "s6-setuidgid", "timeout", "flock"})
# Wrappers that live in the environment and load code into the process.
_TOOL_WRAPPERS = frozenset({"newrelic-admin", "ddtrace-run", "opentelemetry-instrument", "coverage", "dotenv"})
_WRAPPER_VALUES = frozenset(
    {"-p", "-e", "-n", "-c", "--project", "--config", "--env", "--with", "--extra", "--group", "--env-file", "--python"}
    | {"--directory", "--package", "-u", "-C", "--name", "-d", "--pattern", "-f"}
)
_WRAPPER_FLAGS = frozenset(
    {"--frozen", "--locked", "--no-sync", "--active", "--isolated", "--no-dev", "--dev", "--all-extras", "--quiet"}
    | {"--no-project", "--no-capture-output", "--live-stream", "--append", "-a", "--parallel-mode", "-v", "--verbose"}
    | {"-q"}
)


@dataclass(slots=True)
class Command:
    """A simple command with what the words before it said."""

    words: list[str]
    working_dir: str = "."
    environ: dict[str, str] = field(default_factory=dict)
    tools: list[str] = field(default_factory=list)


def split_commands(line: str) -> list[list[str]]:
    """Split a shell line at && || ; | & and line ends; quotes hold. An unbalanced quote splits at blanks."""
    lexer = shlex.shlex(line.replace("\\\n", " "), posix=True, punctuation_chars=";&|\n")
    lexer.whitespace = " \t\r"
    lexer.whitespace_split = True
    lexer.commenters = ""
    try:
        tokens = list(lexer)
    except ValueError:
        tokens = line.split()
    grouped = groupby(tokens, lambda token: bool(token) and not token.strip(";&|\n"))
    return [list(words) for is_end, words in grouped if not is_end]


def expand(text: str, values: Mapping[str, str], at_most: int = 500) -> str:
    """Return a text with the variables in place that are known, each cut: a value may name others, and these grow."""
    if not values or "$" not in text:
        return text
    return VARIABLE.sub(lambda match: values.get(match[1] or match[2], match[0])[:at_most], text)


def unwrap(command: Command, is_known: Callable[[str], bool]) -> None:
    """Take assignments and wrappers off the words of `command`, noting what they say.

    `is_known` tells words that are commands for certain.
    """
    words = command.words
    while words:
        name = posixpath.basename(words[0])
        if _ASSIGNMENT.fullmatch(words[0]):
            key, _, value = words.pop(0).partition("=")
            command.environ[key] = value
            continue
        if name not in WRAPPERS:
            return
        needed = WRAPPERS[name]
        if needed is not None and needed not in words[1:4]:
            return
        del words[: words.index(needed) + 1 if needed else 1]
        if name in _TOOL_WRAPPERS:
            command.tools.append(name)
        _drop_options(words, name, is_known)


def _drop_options(words: list[str], wrapper: str, is_known: Callable[[str], bool]) -> None:
    """Drop a wrapper's own options; `--` ends them."""
    was_option = False
    while words and words[0].startswith("-"):
        option = words.pop(0)
        if option == "--":
            return
        if wrapper == "uv" and option in {"-m", "--module"}:
            words.insert(0, "-m")
            words.insert(0, "python")
            return
        was_option = option not in _WRAPPER_FLAGS and "=" not in option
        if option in _WRAPPER_VALUES and words and wrapper not in {"exec", "tini", "dumb-init"}:
            words.pop(0)
    if wrapper in _OWN_WORD and words:
        words.pop(0)
    # An option of the wrapper that takes a value looks like the command: trust the first word that is one.
    if was_option:
        known = next((index for index, word in enumerate(words[:4]) if is_known(word)), 0)
        del words[:known]
    if words and words[0].endswith(".py"):  # uv run main.py, coverage run main.py
        words.insert(0, "python")


def given_script(words: list[str]) -> str:
    """Return the text that a shell is given to run: `sh -c "..."`."""
    options = (index for index, word in enumerate(words[:-1]) if re.fullmatch(r"-[a-z]*c|--command", word))
    place = next(options, None)
    return words[place + 1] if place is not None else ""


def python_target(words: list[str]) -> tuple[Literal["-m", "-c", ""], list[str]]:
    """Return what Python is given and how: a module or a file with its words, or code; nothing where it is neither."""
    while words and words[0].startswith("-") and words[0] != "-":
        option, *words = words
        if option.startswith("-m"):
            return "-m", [option[2:], *words] if option[2:] else words
        if re.fullmatch(r"-[A-Za-z]*c", option):
            return "-c", words[:1]
        words = words[option in {"-W", "-X", "--check-hash-based-pycs"} :]
    return "", words if words[:1] != ["-"] else []


def handed_on(words: list[str]) -> list[str]:
    """Return the command that a script is given to run after its own work: `wait-for-it.sh db:5432 -- gunicorn`."""
    if "--" in words[1:]:
        return words[words.index("--") + 1 :]
    name = posixpath.basename(words[0]) if words else ""
    return words[1:] if name.endswith(".sh") or "entrypoint" in name else []
