"""Read `[dependency-groups]` of pyproject.toml. Source: "Dependency Groups" specification (PEP 735)."""

from __future__ import annotations

from pathlib import Path

from footprint.collect.declared.arrays import array_items
from footprint.collect.declared.doubtful_words import words_of
from footprint.collect.declared.result import DeclaredPlace, Gathering
from footprint.documents.toml import TomlDocument
from footprint.knowledge.groups import class_of, within
from footprint.names import normalise

_TABLE = "dependency-groups"


def read(path: Path, into: Gathering, group: str) -> None:
    """Add the requirements of every group where they stand.

    A group that includes another adds nothing by that: the other's requirements are read in their own place.
    Includes that lead nowhere or in a circle become notes.
    """
    document = into.toml(path) if into.begin(path, part=_TABLE) else None
    if document is None:
        return
    included: dict[str, list[tuple[str, int]]] = {}
    for name in into.table(document, _TABLE, holds='group = ["name>=1.0"]'):
        here = within(group, class_of(name, "dev"))  # whatever its name: nothing installs it with the project
        place = DeclaredPlace(document.path, document.line(_TABLE, name), here, "requirement", name)
        if normalise(name) in included:
            message = f"two groups are called {normalise(name)} when spelled alike: tools refuse both"
            into.doubt("group-twice", message, document.path, place.line, words=frozenset())
        included.setdefault(normalise(name), []).extend(_read_group(document, name, into, place))
    circles: set[str] = set()
    for name, targets in included.items():
        for target, line in targets:
            if target not in included:
                message = f"group {name} includes {target}, which is not there"
                into.doubt("group-missing", message, document.path, line, words=frozenset())
            elif _leads_to(target, name, included) and not any(_leads_to(name, one, included) for one in circles):
                circles.add(name)  # said once, not of each group in the circle
                message = f"group {name} includes itself through {target}"
                into.doubt("group-cycle", message, document.path, line, words=frozenset())


def _read_group(document: TomlDocument, name: str, into: Gathering, place: DeclaredPlace) -> list[tuple[str, int]]:
    """Add the strings of one group and return the names of the groups that it includes, each with its line."""
    included = []
    for item, here in array_items(document, (_TABLE, name), into, place):
        match item:
            case str():
                into.add(item, here)
            case {"include-group": str() as target}:
                included.append((normalise(target), here.line))
            case _:
                message = f"{_TABLE}.{name}: neither a requirement nor an include: {str(item)[:80]}"
                into.doubt_line(message, here, words_of(item))
    return included


def _leads_to(start: str, goal: str, included: dict[str, list[tuple[str, int]]]) -> bool:
    seen: set[str] = set()
    waiting = [start]
    while waiting:
        name = waiting.pop()
        if name == goal:
            return True
        if name not in seen:
            seen.add(name)
            waiting += [target for target, _ in included.get(name, ())]
    return False
