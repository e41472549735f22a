"""Which console tools a shell line names as commands. A tool that is only talked about is none: `echo gunicorn`.

Laws: what is returned are words in the place of a command; whether a distribution has such a script is not known here.
"""

from __future__ import annotations

import posixpath
import re

from footprint.collect.deploy.commands.wrappers import (
    CHARACTERS_AT_MOST,
    PYTHON,
    SHELLS,
    WRAPPERS,
    Command,
    handed_on,
    split_commands,
    unwrap,
)

_NAME = re.compile(r"[A-Za-z][\w.-]*")
_DEFAULT = re.compile(r"\$\{(\w+):?[-=]([^}]{0,200})\}")  # bounded: one that is open is tried at each of many
_PYTHON_VARIABLE = re.compile(r"\$[({]?(?:PY|PYTHON|PYTHON3|PYTHON_BIN|PYTHON_EXECUTABLE|VENV_PYTHON)[)}]?(?![\w])")
_SUBSTITUTION = re.compile(r"\$\(([^()]*)\)|(?<!\\)`([^`\\]*)`")
# In front of a command without being one.
_KEYWORDS = frozenset({"if", "then", "else", "elif", "do", "while", "until", "!", "{", "(", "time", "eval", "xargs"})
_COMPOSE_VALUES = frozenset(
    {"-e", "--env", "-u", "--user", "-w", "--workdir", "-v", "--volume", "-p", "--publish", "--name"}
)
_OWN_ENVIRONMENT = frozenset({"uvx", "pipx"})  # they install what they run: no use of what the project has installed
# Commands of every system, which no distribution of the project brings. What is not listed does no harm.
SYSTEM = frozenset(
    {"cd", "echo", "printf", "export", "set", "source", "exit", "test", "true", "false", "rm", "cp", "mv", "mkdir"}
    | {"cat", "grep", "sed", "awk", "find", "ls", "chmod", "chown", "touch", "curl", "wget", "git", "docker", "make"}
    | {"npm", "node", "npx", "yarn", "pnpm", "apt-get", "apt", "apk", "yum", "dnf", "brew", "tar", "sleep", "kill"}
    | {"fi", "done", "esac", "case", "for", "function", "local", "return", "shift", "trap", "wait", "unset", "read"}
    | {"exec", "env", "nohup", "time", "sudo", "nice", "command", "timeout", "setsid", "wait", "stat", "id", "whoami"}
    | {"which", "pwd", "ln", "tee", "head", "tail", "sort", "date", "useradd", "adduser", "groupadd", "su", "ssh"}
)


def command_tools(line: str) -> tuple[str, ...]:
    """Return the tools that a shell line runs, distinct, in order; `python -m tool` is the tool."""
    if len(line) > CHARACTERS_AT_MOST:
        return ()
    return tuple(dict.fromkeys(_line_tools(line, depth=0)))


def _line_tools(line: str, *, depth: int) -> list[str]:
    if depth > 4:
        return []
    line = _PYTHON_VARIABLE.sub("python", _DEFAULT.sub(r"\2", line))
    found: list[str] = []
    for match in _SUBSTITUTION.finditer(line):
        found += _line_tools(match[1] or match[2] or "", depth=depth + 1)
    for words in split_commands(_SUBSTITUTION.sub("$_", line)):
        found += _simple_tools(before_comment(words), depth=depth)
    return found


def before_comment(words: list[str]) -> list[str]:
    """Return the words in front of a comment."""
    end = next((index for index, word in enumerate(words) if word.startswith("#")), len(words))
    return words[:end]


def _simple_tools(words: list[str], *, depth: int) -> list[str]:
    words = after_keywords(words)
    if not words or depth > 4 or words[:3] == ["uv", "tool", "run"]:
        return []
    name = posixpath.basename(words[0])
    if name in _OWN_ENVIRONMENT:
        return []
    if "compose" in words[1:2] or name == "docker-compose":
        return _simple_tools(inside_service(words), depth=depth + 1)
    command = Command(words)
    unwrap(command, lambda _word: False)
    return [
        *([name] if name in WRAPPERS and name not in SYSTEM else []),
        *command.tools,
        *_own_tools(command.words, depth=depth),
    ]


def inside_service(words: list[str]) -> list[str]:
    """Return what `docker compose exec web pytest` runs in the project's own service."""
    start = next((index for index, word in enumerate(words) if word in {"run", "exec"}), len(words))
    rest = words[start + 1 :]
    while rest and rest[0].startswith("-"):
        rest = rest[2:] if rest[0] in _COMPOSE_VALUES else rest[1:]
    return rest[1:]


def after_keywords(words: list[str]) -> list[str]:
    """Return the words of a command without what stands in front of it without being one: `if`, `then`, `(`."""
    rest = list(words)
    while rest:
        rest[0] = rest[0].lstrip("(")
        if rest[0] and rest[0] not in _KEYWORDS and not rest[0].startswith("-"):
            return rest
        rest.pop(0)
    return rest


def _own_tools(words: list[str], *, depth: int) -> list[str]:
    if not words:
        return []
    name = posixpath.basename(words[0])
    if name in SHELLS:
        script = next((index for index, word in enumerate(words) if re.fullmatch(r"-[a-z]*c", word)), None)
        inner = words[script + 1] if script is not None and script + 1 < len(words) else ""
        return _line_tools(inner, depth=depth + 1)
    if PYTHON.fullmatch(name):
        return _module_tools(words[1:], depth=depth)
    return [*([name] if _is_tool(words[0], name) else []), *_simple_tools(handed_on(words), depth=depth + 1)]


def _module_tools(words: list[str], *, depth: int) -> list[str]:
    """Return what `python -m` runs, by the name that its console script has or would have."""
    while words and words[0].startswith("-") and not words[0].startswith("-m"):
        if words[0] in {"-c", "-"}:
            return []
        words = words[2:] if words[0] in {"-W", "-X"} else words[1:]
    if not words or not words[0].startswith("-m"):
        return []
    words = [words[0][2:], *words[1:]] if len(words[0]) > 2 else words[1:]
    if not words or not _NAME.fullmatch(words[0]):
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
