"""Read the standard tables of pyproject.toml: [project] and [dependency-groups].

Source: "pyproject.toml specification" (PEP 621), "Dependency Groups" (PEP 735).
"""

from __future__ import annotations

from footprint.collect.declared.doubts import words_of
from footprint.collect.declared.project_toml import ProjectToml
from footprint.collect.declared.result import DeclaredPlace
from footprint.knowledge.groups import class_of
from footprint.names import normalise
from footprint.pairs import follow


def read(file: ProjectToml) -> None:
    """Add the requirements of one project's `[project]` table; optional ones get the group "optional:NAME".

    A requirement on the project's own extras (`all = ["mypkg[db,web]"]`) is left out: those groups are read anyway.
    """
    document, into = file.document, file.into
    project = file.table("project", holds='dependencies = ["name>=1.0"]')
    if isinstance(project.get("name"), str):
        into.add_own(project["name"], file.path)
    for where in (("project", "classifiers"), ("tool", "poetry", "classifiers")):
        kinds = document.get(*where)
        if isinstance(kinds, list) and kinds and not any(str(kind).startswith("Private ::") for kind in kinds):
            into.published.setdefault(document.path, document.line(*where))
    if project.get("dependencies") == []:
        into.needs_nothing[document.path] = None
    if "dependencies" in project:
        file.add_array(("project", "dependencies"), file.place())
    for name in file.table("project", "optional-dependencies", holds='extra = ["name>=1.0"]'):
        place = file.place(of=f"optional:{normalise(name)}", name=name)
        file.add_array(("project", "optional-dependencies", name), place)


_TABLE = "dependency-groups"


def read_groups(file: ProjectToml) -> None:
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

    def leads_to(start: str) -> set[str]:
        return follow([start], lambda name: (target for target, _ in included.get(name, ())))

    for name, targets in included.items():
        for target, line in targets:
            if target not in included:
                message = f"group {name} includes {target}, which is not there"
                doubt("group-missing", message, path, line, words=frozenset())
            elif name in leads_to(target) and circles.isdisjoint(leads_to(name)):
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
