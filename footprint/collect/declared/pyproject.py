"""Read the standard tables of pyproject.toml: [project] and [dependency-groups].

Source: "pyproject.toml specification" (PEP 621), "Dependency Groups" (PEP 735).
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from footprint.collect.declared.doubts import words_of
from footprint.collect.declared.project_toml import ProjectToml
from footprint.collect.declared.result import DeclaredPlace, Gathering
from footprint.documents.plain_values import list_of, texts_of
from footprint.documents.toml import TomlPath
from footprint.knowledge.groups import class_of
from footprint.late import Late
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
    _read_classifiers(file)
    if project.get("dependencies") == []:
        into.needs_nothing[document.path] = None
    if "dependencies" in project:
        file.add_array(("project", "dependencies"), file.place())
    for name in file.table("project", "optional-dependencies", holds='extra = ["name>=1.0"]'):
        place = file.place(of=f"optional:{normalise(name)}", name=name)
        file.add_array(("project", "optional-dependencies", name), place)


_CLASSIFIERS: tuple[TomlPath, ...] = (
    ("project", "classifiers"), ("tool", "poetry", "classifiers"), ("tool", "flit", "metadata", "classifiers"),
)  # fmt: skip
_DYNAMIC: TomlPath = ("tool", "setuptools", "dynamic", "classifiers", "file")


# Most applications have none.
_add_classifiers = Late("footprint.collect.declared.publication", "add_classifiers")
_of_file: Callable[[str, Path, Gathering], list[str]] = Late(
    "footprint.collect.declared.publication", "classifiers_of_file"
)


def _read_classifiers(file: ProjectToml) -> None:
    """Keep the classifiers of the project; what is `dynamic` is put together by its build backend."""
    document, into = file.document, file.into
    for where in _CLASSIFIERS:
        if kinds := list_of(document.get(*where)):
            _add_classifiers(file.path, document.line(*where), map(str, kinds), into)
    if "classifiers" in list_of(document.get("project", "dynamic")):
        named = document.get(*_DYNAMIC)
        names = texts_of(named if isinstance(named, list) else [named])
        found = [kind for name in names for kind in _of_file(name, file.path.parent, into)]
        _add_classifiers(file.path, document.line("project", "dynamic"), found or [""], into)


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
