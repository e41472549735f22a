"""Commands in files of recipes: Makefile, justfile, the scripts of package.json, the tasks in pyproject.toml.

Source: GNU make manual, "Writing Recipes"; just manual; npm documentation, "scripts"; documentation of Hatch, PDM,
Poe the Poet, taskipy and pixi.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from operator import itemgetter

from footprint.collect.deploy.commands.shell_lines import shell_lines
from footprint.documents.json_lines import key_lines, try_json
from footprint.documents.plain_values import table_of
from footprint.documents.toml import TomlDocument, try_toml
from footprint.late import late_pattern
from footprint.pairs import follow

_MAKE_VARIABLE = late_pattern(r"^(?:export[ \t]+)?([A-Za-z_]\w*)[ \t]*(?:::?|\?)?=(.*)$", re.MULTILINE)
_JUST_VARIABLE = late_pattern(r"^(?:export[ \t]+)?([A-Za-z_][\w-]*)[ \t]*:=(.*)$", re.MULTILINE)
_MAKE_USE = re.compile(r"\$[({]([A-Za-z_]\w*)[)}]")
_JUST_USE = late_pattern(r"\{\{\s*([A-Za-z_][\w-]*)\s*\}\}")
_RULE_WITH_COMMAND = late_pattern(r"^[^\s#=:][^#=:]*::?[^#=;]*;\s*(\S.*)$")
_MAKE_REST = late_pattern(r"\$(?:[({](?!PY|VENV_PY|shell\s)[^(){}$]*[)}]|[@<^*?])")  # unknown here: gone, as if empty
_PREFIX = late_pattern(r"^[\s@+-]+")
_TASKS = late_pattern(r"^\[tool\.(?:hatch\.envs|pdm\.scripts|poe\.tasks|taskipy\.tasks|pixi)\b", re.MULTILINE)
_MAKE_HEADER = late_pattern(r"^([\w.][\w./-]*(?:[ \t]+[\w./-]+)*)[ \t]*::?(?!=)", re.MULTILINE)
_JUST_HEADER = late_pattern(r"^@?([A-Za-z_][\w-]*)(?:[ \t][^:=\n]*)?:(?!=)", re.MULTILINE)
_STEPS = late_pattern(r"^[\w.@][^\n=]*:(?![=:]?=)[^\n=#;]*", re.MULTILINE)  # a header with what has to be done before
_FUNCTION = late_pattern(r"([A-Za-z_][\w.]*):[A-Za-z_]")
_TEXT_AT_MOST = 2000  # of an expanded variable: variables of variables grow


def read_makefile(text: str) -> Iterator[tuple[int, str]]:
    """Yield (line, command) of every recipe line, with simple variables in place."""
    values = {name: value.strip() for name, value in _MAKE_VARIABLE.findall(text)}
    for number, line in shell_lines(text):
        command = line if line.startswith("\t") else None
        if command is None and (match := _RULE_WITH_COMMAND.match(line)):
            command = match[1]
        if command is not None:
            known = _MAKE_REST.sub("", _expand(command, values, _MAKE_USE).replace("$$", "\0"))
            yield number, _PREFIX.sub("", known).replace("\0", "$").replace("$(shell ", "$(")


def read_justfile(text: str) -> Iterator[tuple[int, str]]:
    """Yield (line, command) of every indented line, which is a recipe's."""
    values = {name: value.strip().strip("'\"") for name, value in _JUST_VARIABLE.findall(text)}
    for number, line in shell_lines(text):
        if line[:1] in {" ", "\t"}:
            yield number, _PREFIX.sub("", _expand(line, values, _JUST_USE))


def read_package_json(text: str) -> Iterator[tuple[int, str]]:
    """Yield (line, command) of every script; nothing for a text that is not a JSON object."""
    return ((line, command) for _, line, command in _package_scripts(text))


def _package_scripts(text: str) -> Iterator[tuple[str, int, str]]:
    lines = key_lines(text)
    for name, command in table_of(table_of(try_json(text)).get("scripts")).items():
        if isinstance(command, str):
            yield name, lines.get(("scripts", name), 1), command


def read_pyproject(text: str) -> Iterator[tuple[int, str]]:
    """Yield (line, command) of every task of Hatch, PDM, Poe the Poet, taskipy and pixi."""
    return ((line, command) for _, line, command in _pyproject_tasks(text))


@lru_cache(maxsize=4)  # asked for each program that nobody knows
def _pyproject_tasks(text: str) -> tuple[tuple[str, int, str], ...]:
    if _TASKS.search(text) is None:
        return ()
    document = try_toml(text, "pyproject.toml")
    tables: list[tuple[str, ...]] = [
        ("hatch", "envs", name, "scripts") for name in document.table("tool", "hatch", "envs")
    ]
    tables += [("pixi", "feature", name, "tasks") for name in document.table("tool", "pixi", "feature")]
    tables += [("pdm", "scripts"), ("poe", "tasks"), ("taskipy", "tasks"), ("pixi", "tasks")]
    return tuple(
        (name, line, command)
        for table in tables
        for name in document.table("tool", *table)
        for line, command in _task(document, ("tool", *table, name))
    )


def _task(document: TomlDocument, keys: tuple[str | int, ...], *, is_inner: bool = False) -> Iterator[tuple[int, str]]:
    """Yield the commands of one task: a text, a list of them, or a table that says in which way it is one."""
    match document.get(*keys):
        case str(command):
            yield document.line(*keys), command
        case list(commands):
            for number in range(len(commands)):
                if isinstance(commands[number], str):
                    yield document.line(*keys, number), commands[number]
        case dict(table) if not is_inner:
            for key in ("cmd", "shell", "command"):
                if key in table:
                    yield from _task(document, (*keys, key), is_inner=True)
            for key in ("script", "call"):  # a function of ours: `pkg.tasks:main`
                if isinstance(table.get(key), str) and (match := _FUNCTION.match(table[key])):
                    yield document.line(*keys, key), f'python -c "import {match[1]}"'


def task_commands(name: str, text: str, task: str | None) -> tuple[tuple[int, str], ...] | None:
    """Return (line, command) of one task in the file called `name`, the first task for None.

    None where there is no such task.
    """
    if name in {"package.json", "pyproject.toml"}:
        named = _package_scripts if name == "package.json" else _pyproject_tasks
        return tuple((line, command) for each, line, command in named(text) if each == task) or None
    header, read = (_JUST_HEADER, read_justfile) if name.lower().endswith("justfile") else (_MAKE_HEADER, read_makefile)
    names, numbers, number, counted = list[list[str]](), list[int](), 1, 0
    for match in header.finditer(text):
        number, counted = number + text.count("\n", counted, match.start()), match.start()
        names.append(match[1].split())
        numbers.append(number)
    wanted = task or next((each[0] for each in names if each[0][:1] != "."), "")
    if not any(wanted in each for each in names):
        return None
    due = _with_first_steps(wanted, names, (match[0] for match in _STEPS.finditer(text)))
    commands = [(names[max(bisect_right(numbers, line) - 1, 0)], line, command) for line, command in read(text)]
    due_lines = [(wanted in own, line, command) for own, line, command in commands if not due.isdisjoint(own)]
    return tuple((line, command) for _, line, command in sorted(due_lines, key=itemgetter(0)))  # what it is for last


def _with_first_steps(task: str, tasks: Iterable[Sequence[str]], headers: Iterable[str]) -> set[str]:
    """Return a task and those that its header names to be done before: `start: migrate assets`."""
    known = {name for each in tasks for name in each}
    before: dict[str, list[str]] = {}
    for header in headers:
        names, _, steps = header.partition(":")
        for name in known.intersection(names.replace("@", " ").split()):
            before.setdefault(name, []).extend(known.intersection(steps.lstrip(":").split()))
    return follow([task], lambda name: before.get(name, ()))


def _expand(command: str, values: Mapping[str, str], use: re.Pattern[str]) -> str:
    for _ in range(3):
        expanded = use.sub(lambda match: values.get(match[1], match[0])[:_TEXT_AT_MOST], command)
        if expanded == command or len(expanded) > 10 * _TEXT_AT_MOST:
            break
        command = expanded
    return command
