"""Compiled requirements files as locks: who requires each pin stands beside it, as pip-compile and uv write it.

    jinja2==3.1.4
        # via flask

Source: documentation of pip-tools (`--annotation-style`) and of uv (`uv pip compile`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from footprint.collect.declared.bounded_text import Skipped, read_file
from footprint.files.paths import real
from footprint.knowledge.groups import group_of
from footprint.model.requirements import LockedDistribution, LockedFiles
from footprint.names import DistributionName, normalise

_PIN = re.compile(r"([A-Za-z0-9][\w.-]*)[ \t]*(?:\[[^\]\n]*\][ \t]*)?==[ \t]*([^\s;\\,#]+)")
_LONGEST_LINE = 2000


def read_annotated(project: Path, paths: Iterable[str]) -> LockedFiles:
    """Return what those of the requirements files at `paths`, relative, pin that say who requires what.

    What cannot be read is passed over: the reader of requirements says so.
    """
    root = real(project)
    found: list[LockedDistribution] = []
    files = []
    for shown in paths:
        try:
            text = read_file(root / shown).decode("utf-8-sig", errors="replace")
        except Skipped:
            continue
        if "# via" in text:
            files.append(shown)
            found += _read(text, shown)
    return LockedFiles(tuple(found), tuple(files), ())


def _read(text: str, shown: str) -> list[LockedDistribution]:
    pins: dict[DistributionName, tuple[str, int]] = {}
    required: dict[DistributionName, set[DistributionName]] = {}
    for name, version, line, requirers in _blocks(text):
        pins.setdefault(name, (version, line))
        for requirer in requirers:
            required.setdefault(requirer, set()).add(name)
    group = group_of(shown)
    return [
        LockedDistribution(name, version, tuple(sorted(required.get(name, ()))), (group,), shown, line)
        for name, (version, line) in pins.items()
    ]


def _blocks(text: str) -> Iterator[tuple[DistributionName, str, int, tuple[DistributionName, ...]]]:
    """Yield name, version and line of each pin, with the distributions that its comment names."""
    comments = read_via_comments(text)
    for number, line in enumerate(text.split("\n"), start=1):
        pin = None if line[:1].isspace() or line.startswith("#") else _PIN.match(line[:_LONGEST_LINE])
        if pin is not None:
            yield normalise(pin[1]), pin[2], number, requirers_in(comments.get(number, ()))


_BY_PROJECT = re.compile(r"\S+[ \t]+\(([\w./-]*(?:pyproject\.toml|setup\.py|setup\.cfg))\)")
_NAME = re.compile(r"([A-Za-z0-9][\w.-]*)(?:\[[\w., -]*\])?")
_LINE_CHARACTERS = 1000
_SOURCES_AT_MOST = 20


def read_via_comments(text: str) -> Mapping[int, tuple[str, ...]]:
    """Return for each annotated requirement, by its 1-based line, for whom it is there, as the tool says it."""
    found: dict[int, list[str]] = {}
    if "# via" not in text:
        return {}
    requirement, is_open, is_continued = 0, False, False
    for number, line in enumerate(text.split("\n"), start=1):
        head, mark, comment = line[:_LINE_CHARACTERS].partition("#")
        if head.strip() and not is_continued:
            requirement, is_open = number, False
        is_continued = bool(head.strip()) and line.rstrip().endswith("\\")
        comment = comment.strip()
        if not mark or not requirement or (head.strip() and not head.endswith((" ", "\t"))):
            continue
        is_open = is_open or comment == "via" or comment.startswith("via ")
        if is_open:
            words = comment.removeprefix("via").split(",")
            found.setdefault(requirement, []).extend(filter(None, map(str.strip, words)))
    return {line: tuple(words) for line, words in found.items()}


def sources_in(words: Iterable[str]) -> tuple[str, ...]:
    """Return the files among annotations that ask for a requirement themselves."""
    found: dict[str, None] = {}
    for word in words:
        by_project = _BY_PROJECT.fullmatch(word)
        if word.startswith("-r "):
            found[word[3:].strip()] = None
        elif by_project is not None:
            found[by_project[1]] = None
    return tuple(found)[:_SOURCES_AT_MOST]


def requirers_in(words: Iterable[str]) -> tuple[DistributionName, ...]:
    """Return the distributions among annotations."""
    names = (match[1] for word in words if (match := _NAME.fullmatch(word)))
    return tuple(dict.fromkeys(map(normalise, names)))
