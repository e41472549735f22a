"""Commands that a machine runs by itself: systemd units, supervisord and circus programs, crontabs.

Source: systemd.service(5), `ExecStart=` and its prefixes; supervisord configuration, `[program:x]`; circus; crontab(5).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from footprint.collect.deploy.commands.launchers import is_known_program
from footprint.collect.deploy.commands.shell_lines import shell_lines
from footprint.collect.deploy.platforms.stated import stated_command
from footprint.model.source_modules import StartCommand

_EXEC = re.compile(r"^Exec(?:Start|StartPre|StartPost|Reload|Stop|Condition)\s*=\s*[-@:+!|]*(.*)$", re.DOTALL)
_SECTION = re.compile(r"^\[(?:program|eventlistener|fcgi-program|watcher):([\w.-]+)\]")
_PROGRAM = re.compile(r"^command\s*=\s*(.*)$", re.DOTALL)
_SCHEDULE = re.compile(
    r"^\s*(?:@(?:reboot|yearly|annually|monthly|weekly|daily|midnight|hourly)|(?:[\w*/,?#L-]+\s+){4}[\w*/,?#L-]+)\s+(.*)$"
)
_WATCHER = re.compile(r"^\[watcher:([\w.-]+)\]")
_CIRCUS = re.compile(r"^(cmd|args)\s*=(.*)$")
_USER = re.compile(r"[a-z_][a-z0-9_-]*\$?")
_WELL_KNOWN_USERS = frozenset({"root", "www-data", "app", "nobody", "ubuntu", "deploy", "django", "debian", "ec2-user"})
_OF_THE_SHELL = frozenset(
    {"cd", "test", "[", "[[", ".", "source", "export", "set", "if", "for", "while", "echo", "true"}
)


def read_systemd(text: str) -> Iterator[tuple[int, str]]:
    """Yield (line, command) of what a unit executes."""
    return _assigned(text, _EXEC)


def read_supervisord(text: str) -> Iterator[tuple[int, str]]:
    """Yield (line, command) of every program."""
    for number, command in _assigned(text, _PROGRAM):
        yield number, re.split(r"\s;", command)[0]  # what follows is a comment


def name_programs(text: str) -> Mapping[int, str]:
    """Return the name of the program that the command on each line is of."""
    found, name = {}, ""
    for number, line in enumerate(text.splitlines(), start=1):
        if (match := _SECTION.match(line)) is not None:
            name = match[1]
        elif name and _PROGRAM.match(line):
            found[number] = name
    return found


def read_crontab(text: str) -> Iterator[tuple[int, str]]:
    """Yield (line, command) of every entry, without the user that a system's crontab names before each."""
    lines = enumerate(text.splitlines(), start=1)
    found = ((number, _SCHEDULE.match(line)) for number, line in lines if not line.lstrip().startswith("#"))
    entries = [(number, match[1]) for number, match in found if match is not None]
    words = [command.split(None, 2) for _, command in entries]
    names_users = all(map(_may_name_a_user, words)) and any(map(_names_a_user, words))
    for number, command in entries:
        halves = command.split(None, 1)
        has_user = len(halves) > 1 and (names_users or halves[0] in _WELL_KNOWN_USERS)
        yield number, halves[1] if has_user else command


def _may_name_a_user(words: Sequence[str]) -> bool:
    """Whether the first word of an entry can be a user: a name that is no command, with something behind it."""
    if len(words) < 2 or words[0] in _OF_THE_SHELL or _USER.fullmatch(words[0]) is None:
        return False
    return words[0] in _WELL_KNOWN_USERS or not is_known_program(words[0])


def _names_a_user(words: Sequence[str]) -> bool:
    """Whether the second word is a command for certain, so that the first is none, or the first is well known."""
    is_command = words[1] in _OF_THE_SHELL or "bin/" in words[1] or is_known_program(words[1])
    return is_command or words[0] in _WELL_KNOWN_USERS


def _assigned(text: str, key: re.Pattern[str]) -> Iterator[tuple[int, str]]:
    for number, line in shell_lines(text):
        match = key.match(line)
        if match is not None and match[1].strip():
            yield number, match[1]


def read_circus(text: str, path: str) -> Iterator[StartCommand]:
    """Yield the command of every watcher."""
    name, found = "", dict[str, tuple[int, str]]()
    for number, line in enumerate([*text.splitlines(), "[end]"], start=1):
        section = _WATCHER.match(line)
        if line.startswith("["):
            if name and "cmd" in found:
                words = " ".join(found[key][1] for key in ("cmd", "args") if key in found)
                yield stated_command(name, (found["cmd"][0], words), path)
            name, found = section[1] if section is not None else "", {}
        elif (pair := _CIRCUS.match(line)) is not None:
            found[pair[1]] = (number, pair[2].strip())
