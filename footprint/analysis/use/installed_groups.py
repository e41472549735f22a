"""Dependency groups that production installs, because a command that builds or starts it says so.

Laws: a dependency group (PEP 735, Poetry, PDM) is for development, whatever its name: nothing installs it with the
project. Only a command that asks for it makes it production's; what tests and pipelines install proves nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from footprint.documents.plain_values import shell_words
from footprint.knowledge.groups import is_development
from footprint.late import late_pattern
from footprint.model.requirements import DeclaredRequirement
from footprint.model.source_modules import ToolUse
from footprint.names import normalise
from footprint.values import dataclass, replace

_PRODUCTION = late_pattern(
    r"(?i)(?:^|/)(?:[\w.-]*dockerfile[\w.-]*|containerfile|procfile|(?:docker-)?compose[\w.-]*|render\.ya?ml|fly\.toml"
    r"|nixpacks\.toml|railway\.(?:toml|json)|app\.ya?ml|app\.json|buildspec\.ya?ml|[\w.-]*\.(?:sh|service|conf))$"
)
_OF_DEVELOPERS = late_pattern(r"(?i)(?:^|[-_./])(?:dev|devel|development|tests?|testing|ci|lint|docs?)(?:$|[-_./])")
_OPTIONS = {
    "uv": ("--group", "--only-group"),
    "pip": ("--group",),
    "poetry": ("--with", "--only"),
    "pdm": ("-G", "--group", "--with"),
}
_ALL = {"uv": ("--all-groups",), "poetry": ("--all-groups",), "pdm": ("-G:all",)}
_SYNCS = frozenset({"sync", "install", "run", "export"})


@dataclass(frozen=True, slots=True)
class InstalledGroups:
    """What the commands install. `named`: groups; `all_but`: all groups but these, None where no command says so."""

    named: frozenset[str]
    all_but: frozenset[str] | None = None


def find_installed_groups(tools: Iterable[ToolUse]) -> InstalledGroups:
    """Return the groups that the project's own commands install where it is built or started."""
    named: set[str] = set()
    all_but: frozenset[str] | None = None
    for use in tools:
        if use.tool in _OPTIONS and _PRODUCTION.search(use.path) and not _OF_DEVELOPERS.search(use.path):
            for words in _commands_of(use):
                named.update(_values(words, _OPTIONS[use.tool]))
                if _installs_all(use.tool, words):
                    left_out = frozenset(_values(words, ("--without", "--no-group")))
                    all_but = left_out if all_but is None else all_but & left_out
    return InstalledGroups(frozenset(named), all_but)


def _commands_of(use: ToolUse) -> Iterator[Sequence[str]]:
    """Yield the words of each command of a line that runs the tool."""
    for command in re.split(r"&&|\|\||[;|\n]", use.command):
        words = shell_words(command)
        if use.tool in words and _SYNCS.intersection(words):
            yield words


def _values(words: Sequence[str], options: Sequence[str]) -> Iterator[str]:
    for word, following in zip(words, (*words[1:], ""), strict=True):
        name, equals, value = word.partition("=")
        if name in options:
            for each in (value if equals else following).split(","):
                yield normalise(each.rpartition(":")[2])  # pip: "pyproject.toml:group"


def _installs_all(tool: str, words: Sequence[str]) -> bool:
    if any(word in words for word in _ALL.get(tool, ())):
        return True
    only = {word.partition("=")[0] for word in words} & {"--only", "--no-dev", "--only-root", "--sync-only"}
    return tool == "poetry" and "install" in words and not only


def promote_installed(lines: Iterable[DeclaredRequirement], groups: InstalledGroups) -> tuple[DeclaredRequirement, ...]:
    """Return the lines; those of groups that production installs are production's."""
    return tuple(replace(line, group="main") if _is_installed(line, groups) else line for line in lines)


def _is_installed(line: DeclaredRequirement, installed: InstalledGroups) -> bool:
    name = normalise(line.group_name)
    if not name or line.group == "main" or line.group.startswith("optional:"):
        return False
    # What is called "dev" is installed by many an image that need not: that makes it no requirement of production.
    if is_named_for_development(name):
        return False
    return name in installed.named or (installed.all_but is not None and name not in installed.all_but)


def is_named_for_development(name: str) -> bool:
    """Whether the name of a group says itself that it is for development."""
    return any(is_development(word) for word in (name, *name.split("-"))) or name in ("ci", "types", "format")
