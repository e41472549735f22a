"""Commands in the files of test and build pipelines, read by line: GitHub, GitLab and others, pre-commit, tox, nox.

YAML is not parsed here. Pipelines are many and long, the pure parser reads 0.2 MiB in a second, and a template that is
no YAML until it is rendered still tells its commands.
Source: GitHub Actions workflow syntax (`run`), GitLab CI/CD reference (`script`), CircleCI, Azure Pipelines and
Bitbucket references, pre-commit documentation (`entry`), tox configuration (`commands`), nox `Session.run`.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator

from footprint.collect.deploy.commands.shell_lines import shell_lines
from footprint.late import late_pattern

_BLOCK = late_pattern(r"[|>][-+\d]*\s*(?:#.*)?")
_ITEM = late_pattern(r"^(\s*)-\s+(.*)$")
_TOX_KEY = late_pattern(r"^commands(?:_pre|_post)?\s*=\s*(.*)$")
_TOX_FACTOR = late_pattern(r"^(?:!?[\w.{},-]+):\s+")
_NOX_RUN = late_pattern(r"\.(?:run|run_always|run_install)\(\s*((?:[\"'][^\"'\n]*[\"']\s*,?\s*)+)")
_STRING = late_pattern(r"[\"']([^\"'\n]*)[\"']")


def read_yaml_commands(text: str, keys: frozenset[str]) -> Iterator[tuple[int, str]]:
    """Yield (line, command) of what stands under `keys`: a scalar on the line, a block, or a list of either."""
    lines = text.splitlines()
    key = re.compile(rf"^(\s*(?:-\s+)*)[\"']?(?:{'|'.join(map(re.escape, sorted(keys)))})[\"']?\s*:(?:\s+(.*))?$")
    index = 0
    while index < len(lines):
        match = key.match(lines[index])
        if match is None:
            index += 1
            continue
        value = (match[2] or "").strip()
        end = _end_of_block(lines, index + 1, len(match[1]), with_items=not value or value.startswith("#"))
        if _BLOCK.fullmatch(value):
            yield from shell_lines("\n".join(lines[index + 1 : end]), index + 2)
        elif value.startswith("["):
            yield from ((index + 1, command) for command in _STRING.findall(value))
        elif value and not value.startswith("#"):
            yield index + 1, _unquote(value)
        else:
            yield from _list(lines, index + 1, end)
        index = max(end, index + 1)


def _end_of_block(lines: list[str], index: int, indent: int, *, with_items: bool) -> int:
    """Return the index of the first line that is indented no deeper; the items of a list may stand at its key."""
    while index < len(lines):
        line = lines[index]
        depth = len(line) - len(line.lstrip())
        if line.strip() and depth <= indent and not (with_items and depth == indent and line[depth:].startswith("- ")):
            return index
        index += 1
    return index


def _list(lines: list[str], index: int, end: int) -> Iterator[tuple[int, str]]:
    while index < end:
        match = _ITEM.match(lines[index])
        index += 1
        if match is None:
            continue
        value = match[2].strip()
        if _BLOCK.fullmatch(value):
            stop = min(end, _end_of_block(lines, index, len(match[1]), with_items=False))
            yield from shell_lines("\n".join(lines[index:stop]), index + 1)
            index = stop
        else:
            yield index, _unquote(value)


def _unquote(value: str) -> str:
    if len(value) > 1 and value[0] in "\"'" and value[-1] == value[0]:
        return value[1:-1].replace('\\"', '"') if value[0] == '"' else value[1:-1].replace("''", "'")
    return value


def read_tox(text: str) -> Iterator[tuple[int, str]]:
    """Yield (line, command) of the commands of every environment in a tox.ini."""
    inside = False
    for number, line in shell_lines(text):
        match = _TOX_KEY.match(line)
        if match is not None:
            inside, value = True, match[1]
        elif line[:1] in {" ", "\t"}:
            value = line.strip()
        else:
            inside, value = False, ""
        if inside and value:
            yield number, _TOX_FACTOR.sub("", value).lstrip("-! ").replace("{envpython}", "python")


def read_noxfile(text: str) -> Iterator[tuple[int, str]]:
    """Yield (line, command) of every `session.run` whose words are plain strings, as far as they are."""
    number, counted = 1, 0
    for match in _NOX_RUN.finditer(text):
        number, counted = number + text.count("\n", counted, match.start()), match.start()
        line_start = text.rfind("\n", 0, match.start()) + 1
        if not text[line_start : match.start()].lstrip().startswith("#"):
            yield number, shlex.join(_STRING.findall(match[1]))
