"""Read the `[project]` table of pyproject.toml: dependencies and optional-dependencies. Source: PEP 621."""

from __future__ import annotations

from pathlib import Path

from footprint.collect.declared.arrays import add_array
from footprint.collect.declared.result import DeclaredPlace, Gathering
from footprint.knowledge.groups import within
from footprint.names import normalise


def read(path: Path, into: Gathering, group: str) -> None:
    """Add the requirements of one project's `[project]` table; optional ones get the group "optional:NAME".

    A requirement on the project's own extras (`all = ["mypkg[db,web]"]`) is left out: those groups are read anyway.
    """
    document = into.toml(path) if into.begin(path, part="project") else None
    if document is None:
        return
    project = into.table(document, "project", holds='dependencies = ["name>=1.0"]')
    if isinstance(project.get("name"), str):
        into.add_own(project["name"], path)
    for where in (("project", "classifiers"), ("tool", "poetry", "classifiers")):
        kinds = document.get(*where)
        if isinstance(kinds, list) and kinds and not any(str(kind).startswith("Private ::") for kind in kinds):
            into.published.setdefault(document.path, document.line(*where))
    if project.get("dependencies") == []:
        into.needs_nothing[document.path] = None
    if "dependencies" in project:
        add_array(document, ("project", "dependencies"), into, DeclaredPlace(document.path, 1, group, "requirement"))
    for name in into.table(document, "project", "optional-dependencies", holds='extra = ["name>=1.0"]'):
        place = DeclaredPlace(document.path, 1, within(group, f"optional:{normalise(name)}"), "requirement", name)
        add_array(document, ("project", "optional-dependencies", name), into, place)
