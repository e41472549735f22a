"""Read `[dependency-groups]` of pyproject.toml. Source: "Dependency Groups" specification (PEP 735)."""

from __future__ import annotations

from footprint.collect.declared.doubts import words_of
from footprint.collect.declared.project_toml import ProjectToml
from footprint.collect.declared.result import DeclaredPlace
from footprint.knowledge.groups import class_of
from footprint.names import normalise

_TABLE = "dependency-groups"


def read(file: ProjectToml) -> None:
    """Add the requirements of every group where they stand.

    A group that includes another adds nothing by that: the other's requirements are read in their own place.
    Includes that lead nowhere or in a circle become notes.
    """
    path, doubt = file.document.path, file.into.doubt
    included: dict[str, list[tuple[str, int]]] = {}
    for name in file.table(_TABLE, holds='group = ["name>=1.0"]'):
        # Of developers, whatever its name: nothing installs it with the project.
        place = file.place(_TABLE, name, of=class_of(name, "dev"), name=name)
        if normalise(name) in included:
            message = f"two groups are called {normalise(name)} when spelled alike: tools refuse both"
            doubt("group-twice", message, path, place.line, words=frozenset())
        included.setdefault(normalise(name), []).extend(_read_group(file, name, place))
    circles: set[str] = set()
    for name, targets in included.items():
        for target, line in targets:
            if target not in included:
                message = f"group {name} includes {target}, which is not there"
                doubt("group-missing", message, path, line, words=frozenset())
            elif _leads_to(target, name, included) and not any(_leads_to(name, one, included) for one in circles):
                circles.add(name)  # said once, not of each group in the circle
                message = f"group {name} includes itself through {target}"
                doubt("group-cycle", message, path, line, words=frozenset())


def _read_group(file: ProjectToml, name: str, place: DeclaredPlace) -> list[tuple[str, int]]:
    """Add the strings of one group and return the names of the groups that it includes, each with its line."""
    included = []
    for item, here in file.items((_TABLE, name), place):
        match item:
            case str():
                file.into.add(item, here)
            case {"include-group": str() as target}:
                included.append((normalise(target), here.line))
            case _:
                message = f"{_TABLE}.{name}: neither a requirement nor an include: {str(item)[:80]}"
                file.into.doubt_line(message, here, words_of(item))
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
