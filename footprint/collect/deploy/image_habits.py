"""What a Dockerfile says of the image that costs something for nothing: no bytecode, what only developers need.

Source: the documentation of pip (`--no-compile`: it compiles else, whatever PYTHONDONTWRITEBYTECODE says), uv
(`--compile-bytecode`: it does not compile else), Poetry, PDM and Pipenv; only what reaches the last stage counts.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from footprint.collect.deploy.commands.shell_lines import PYTHON, split_commands
from footprint.collect.deploy.habits import SHOWN_AT_MOST, ReadText
from footprint.collect.deploy.platforms.image_stages import BuildStage, RunLine, read_stages
from footprint.collect.deploy.production import Production
from footprint.knowledge.groups import class_of, group_of, is_development
from footprint.model.start_habits import StartHabit
from footprint.values import dataclass

# What decides where it runs: a shell's own conditions, variables among the words, a command that may fail.
_CONDITION = re.compile(r"(?:^|[\s;&|(])(?:if|case|for|while|test|\[\[?)\s|\|\|")
_COMPILES = re.compile(r"compileall|py_compile|--compile\b|--compile-bytecode")
_BYTECODE = re.compile(r"__pycache__|\.py\[?co|\.pyc")
_UV_VERBS = (["sync"], ["pip", "install"], ["pip", "sync"])
_OFF = frozenset({"", "0", "false", "no", "off"})
_UNLESS: Mapping[str, tuple[str, ...]] = {  # options without which an installer takes the groups of developers, too
    "poetry": ("--only", "--without", "--no-dev", "--only-root"),
    "uv": ("--no-dev", "--no-default-groups", "--no-group", "--only-group"),
    "pdm": ("--prod", "--production", "--without", "--no-default", "-G", "--group"),
}
_PIPS = re.compile(r"pip[\d.]*")
_ASSIGNED = re.compile(r"[A-Za-z_]\w*=.*", re.DOTALL)


def find_image_habits(production: Production, path: str, text: str, read: ReadText) -> Iterator[StartHabit]:
    """Yield the habits of one Dockerfile, by its text."""
    stage = read_stages(text)
    if stage is None or not production.is_deployed_image(path, stage.name):
        return
    installs = [each for run in stage.reaching() for each in _installs_of(run)]
    yield from _uncompiled(stage, installs, path, read)
    yield from _for_developers(installs, path, read)


@dataclass(frozen=True, slots=True)
class _Install:
    """One command of an installer: its name, and the words after it."""

    tool: str
    words: tuple[str, ...]
    run: RunLine
    inline: tuple[tuple[str, str], ...] = ()

    @property
    def is_conditional(self) -> bool:
        """Whether something decides where it runs what it installs."""
        return _CONDITION.search(self.run.command) is not None or any("$" in word for word in self.words)

    def variable(self, name: str) -> str:
        """Return a variable that it is given, "" where that is off or nothing sets it."""
        value = dict((*self.run.environ, *self.inline)).get(name, "")
        return "" if value.lower() in _OFF else value

    def at(self, path: str) -> tuple[str, int, str]:
        """Return where it stands and what stands there."""
        return path, self.run.line, " ".join((self.tool, *self.words))[:SHOWN_AT_MOST]


def _installs_of(run: RunLine) -> Iterator[_Install]:
    for split in split_commands(run.command):
        count = next((place for place, word in enumerate(split) if not _ASSIGNED.fullmatch(word)), len(split))
        inline = [(name, value) for name, _, value in (word.partition("=") for word in split[:count])]
        is_module = len(split) > count + 2 and PYTHON.fullmatch(split[count]) and split[count + 1] == "-m"
        words = split[count + 2 if is_module else count :]
        tool = posixpath.basename(words[0]) if words else ""
        tool = "pip" if _PIPS.fullmatch(tool) else tool
        if tool in ("pip", "uv", "poetry", "pdm", "pipenv"):
            yield _Install(tool, tuple(words[1:]), run, tuple(inline))


# Bytecode


def _uncompiled(stage: BuildStage, installs: Sequence[_Install], path: str, read: ReadText) -> Iterator[StartHabit]:
    """Yield that an image is built without bytecode, or that none is written where it runs."""
    runs = [*stage.reaching()]
    if any(_COMPILES.search(run.command) for run in runs):
        return
    bare = next((each for each in installs if _is_bare(each, path, read)), None)
    deletes = next((run for run in runs if _deletes(run.command) and not _CONDITION.search(run.command)), None)
    line = stage.lines.get("PYTHONDONTWRITEBYTECODE")
    is_unwritten = stage.environ.get("PYTHONDONTWRITEBYTECODE", "") != "" and line is not None
    if bare is not None:
        yield StartHabit("uncompiled", *bare.at(path))
    elif deletes is not None:
        yield StartHabit("uncompiled", path, deletes.line, deletes.command[:SHOWN_AT_MOST])
    elif is_unwritten and line is not None and not _is_empty(installs):
        shown = f"PYTHONDONTWRITEBYTECODE={stage.environ['PYTHONDONTWRITEBYTECODE'][:20]}"
        is_written = all(each.tool in ("pip", "pipenv") for each in installs)
        yield StartHabit("unwritten", path, line, shown, is_written=is_written)


def _deletes(command: str) -> bool:
    """Whether a line deletes bytecode: `find -name __pycache__ -delete`, `rm -r`, a pipe into `xargs rm`, pyclean."""
    if _BYTECODE.search(command) is None:
        return "pyclean" in command or "py3clean" in command
    before: list[str] = []
    for words in split_commands(command):
        names = any(_BYTECODE.search(word) for word in (*words, *(before if words[0] == "xargs" else ())))
        if names and ("-delete" in words or "rm" in words):
            return True
        before = words
    return False


def _is_empty(installs: Sequence[_Install]) -> bool:
    """Whether nothing of Python is installed that is known: then it is not known who compiles."""
    return not any("install" in each.words or "sync" in each.words for each in installs)


def _is_bare(install: _Install, path: str, read: ReadText) -> bool:
    """Whether what it installs has no bytecode for certain."""
    if install.is_conditional:
        return False
    if install.tool == "pip":
        return "install" in install.words and "--no-compile" in install.words
    if install.tool != "uv" or not any(_starts(install.words, verb) for verb in _UV_VERBS):
        return False
    if install.variable("UV_COMPILE_BYTECODE") or "--dry-run" in install.words:
        return False
    settings = [_tool_table(path, read, "uv"), _tables(_beside(path, "uv.toml", read))]
    return not any(each.get("compile-bytecode") for each in settings)


def _starts(words: Sequence[str], verb: Sequence[str]) -> bool:
    """Whether the words that are no options begin with a verb."""
    plain = [word for word in words if not word.startswith("-")]
    return plain[: len(verb)] == [*verb]


# What only developers need


def _for_developers(installs: Sequence[_Install], path: str, read: ReadText) -> Iterator[StartHabit]:
    """Yield each command that installs what only developers need; of one that syncs the last counts."""
    last = {each.tool: each for each in installs if "sync" in each.words or each.tool in ("poetry", "pdm", "pipenv")}
    for install in installs:
        if install.is_conditional or (install.tool in last and last[install.tool] is not install):
            continue
        names = tuple(dict.fromkeys(_names_of(install, path, read)))
        if names:
            yield StartHabit("developers", *install.at(path), names)


def _names_of(install: _Install, path: str, read: ReadText) -> Iterator[str]:
    """Yield the files, and the groups and extras as "group NAME", that are for developers and that it installs."""
    words = install.words
    if install.tool == "pipenv":
        if {"install", "sync"} & {*words[:1]} and "--dev" in words:
            yield "group dev-packages"
        return
    if install.tool in _UNLESS and {"install", "sync"} & {*words[:1]}:
        yield from _default_groups(install, path, read)
    if install.tool in ("pip", "uv") and {"install", "sync"} & {*words}:
        yield from _asked_for(words)


def _asked_for(words: Sequence[str]) -> Iterator[str]:
    for word, following in zip(words, (*words[1:], ""), strict=True):
        option, equals, value = word.partition("=")
        value = value if equals else following
        if option in ("-r", "--requirement", "--requirements") and group_of(value) != "main":
            yield value
        elif option in ("--group", "--extra") and is_development(class_of(value.rpartition(":")[2])):
            yield f"group {value.rpartition(':')[2]}"
        elif (extras := re.fullmatch(r"\.[\w./]*\[([\w, -]+)\]", word)) is not None:
            yield from (f"group {each.strip()}" for each in extras[1].split(",") if is_development(each.strip()))


def _default_groups(install: _Install, path: str, read: ReadText) -> Iterator[str]:
    """Yield the groups for developers that an installer takes unless it is told not to."""
    options = {word.partition("=")[0] for word in install.words}
    if options.intersection(_UNLESS[install.tool]) or install.variable("UV_NO_DEV"):
        return
    document = _tables(_beside(path, "pyproject.toml", read))
    tool = _table(document.get("tool"))
    if install.tool == "uv":
        settings = _table(tool.get("uv"))
        groups = _table(document.get("dependency-groups"))
        if "default-groups" not in settings and ("dev" in groups or settings.get("dev-dependencies")):
            yield "group dev"
    elif install.tool == "poetry":
        poetry = _table(tool.get("poetry"))
        groups = {name: each for name, each in _table(poetry.get("group")).items() if not _table(each).get("optional")}
        groups |= {"dev": {}} if poetry.get("dev-dependencies") else {}
        yield from (f"group {name}" for name in groups if is_development(class_of(name)))
    else:
        groups = {
            **_table(document.get("dependency-groups")),
            **_table(_table(tool.get("pdm")).get("dev-dependencies")),
        }
        yield from (f"group {name}" for name in groups if is_development(class_of(name)))


def _tool_table(path: str, read: ReadText, tool: str) -> Mapping[str, Any]:
    document = _tables(_beside(path, "pyproject.toml", read))
    return _table(_table(document.get("tool")).get(tool))


def _beside(path: str, name: str, read: ReadText) -> str:
    """Return the text of a file beside a Dockerfile, or at the top of the project; "" where there is none."""
    folder = posixpath.dirname(path)
    return read(posixpath.join(folder, name)) or (read(name) if folder else None) or ""


def _tables(text: str) -> Mapping[str, Any]:
    from footprint.documents.toml import try_toml

    return try_toml(text, "pyproject.toml").tables if text else {}


def _table(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
