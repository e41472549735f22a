"""What the project's own files install beside its requirements: pip in a Dockerfile, apt in a script, a base image.

Laws: a line is no proof that it runs. It only says that what is not installed here may be where the files deploy to.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from footprint.collect.deploy.commands.shell_lines import split_commands
from footprint.knowledge.bystanders import starts_nothing
from footprint.late import late_pattern
from footprint.model.source_modules import OutsideInstall, StartCommand
from footprint.names import normalise, word_set

if TYPE_CHECKING:
    from footprint.collect.deploy.platforms.dockerfile import Image

_INSTALLERS = word_set("""
    pip pip2 pip3 uv pipx poetry pdm pipenv conda mamba micromamba apt apt-get aptitude apk dnf yum microdnf zypper
    pacman brew
""")
_VERBS = word_set("install add -S inject")
_RUNNERS = (["uvx"], ["pipx", "run"], ["uv", "tool", "run"])  # they bring what they run
_NAME = late_pattern(r"[A-Za-z0-9][\w.-]*")
_OF_SYSTEMS = late_pattern(r"^(?:python3?|py3)-")  # python3-gunicorn, py3-gunicorn
_SYSTEM_FOLDERS = ("/usr/bin", "/bin", "/usr/sbin")
_OF_PLATFORMS = ("README.md",)  # of a Space of Hugging Face, whose SDK is there
_WITH = ("--with", "--from", "--spec")


def read_installs(
    lines: Iterable[tuple[str, int, str]], commands: Iterable[StartCommand], images: Iterable[Image]
) -> tuple[OutsideInstall, ...]:
    """Return what numbered lines of files, start commands and base images bring; `lines` are (path, line, text)."""
    found = [OutsideInstall(path, line, names) for path, line, text in lines if (names := _installed(text))]
    for command in commands:
        names = _installed(command.command) | _brought(command.command)
        is_foreign = command.foreign or posixpath.basename(command.path) in _OF_PLATFORMS
        if names or is_foreign:
            found.append(OutsideInstall(command.path, command.line, names, whole=is_foreign))
    found += [OutsideInstall(each.path, each.line, whole=True) for each in images if not starts_nothing(each.base)]
    return tuple(dict.fromkeys(found))


def _installed(text: str) -> frozenset[str]:
    """Return what a line of shell installs by name: distributions, with extras as `uvicorn[standard]`, and packages."""
    if not any(verb in text for verb in _VERBS):
        return frozenset()
    return frozenset(name for words in split_commands(text) for name in _names_of(words))


def _names_of(words: list[str]) -> Iterator[str]:
    tools = [index for index, word in enumerate(words) if posixpath.basename(word) in _INSTALLERS]
    verbs = [index for index, word in enumerate(words) if word in _VERBS]
    if not tools or not verbs or verbs[0] < tools[0]:
        return
    for word in words[verbs[0] + 1 :]:
        yield from _as_names(word)


def _as_names(word: str) -> Iterator[str]:
    match = _NAME.match(word)
    if match is not None and not word.endswith((".txt", ".toml", ".in")):
        name = normalise(_OF_SYSTEMS.sub("", match[0]))
        yield name
        extras = re.match(r"\[([\w,. -]+)\]", word[match.end() :])
        for extra in extras[1].split(",") if extras else ():
            yield f"{name}[{normalise(extra.strip())}]"


def _brought(command: str) -> frozenset[str]:
    """Return the programs that a start command brings itself, or takes from the system."""
    found: set[str] = set()
    for words in split_commands(command):
        for index, word in enumerate(words):
            folder, name = posixpath.split(word)
            if folder in _SYSTEM_FOLDERS:
                found.add(normalise(name))
            for runner in _RUNNERS:
                if words[index : index + len(runner)] == runner:
                    found.update(name for later in words[index + len(runner) :] for name in _as_names(later))
            if word.partition("=")[0] in _WITH:
                value = word.partition("=")[2] or next(iter(words[index + 1 : index + 2]), "")
                found.update(name for each in value.split(",") for name in _as_names(each))
    return frozenset(found)
