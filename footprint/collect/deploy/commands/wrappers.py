"""Shell lines as simple commands, and what stands in front of the command that matters.

Laws: nothing is run and nothing is looked up on disk; a line that no shell would take still gives its words.
"""

from __future__ import annotations

import posixpath
import re
import shlex
from collections.abc import Callable, Mapping
from dataclasses import field

from footprint.values import dataclass

CHARACTERS_AT_MOST = 20_000  # of one line: what is longer was not written by hand
PYTHON = re.compile(r"(?:python|pypy)(?:\d+(?:\.\d+)*)?(?:\.exe)?")
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
    commands: list[list[str]] = [[]]
    for token in tokens:
        if token and not token.strip(";&|\n"):
            commands.append([])
        else:
            commands[-1].append(token)
    return [words for words in commands if words]


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


def handed_on(words: list[str]) -> list[str]:
    """Return the command that a script is given to run after its own work: `wait-for-it.sh db:5432 -- gunicorn`."""
    if "--" in words[1:]:
        return words[words.index("--") + 1 :]
    name = posixpath.basename(words[0]) if words else ""
    return words[1:] if name.endswith(".sh") or "entrypoint" in name else []
