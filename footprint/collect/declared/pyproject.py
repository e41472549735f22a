"""Read the `[project]` table of pyproject.toml: dependencies and optional-dependencies. Source: PEP 621."""

from __future__ import annotations

from pathlib import Path

from footprint.collect.declared.arrays import add_array
from footprint.collect.declared.gathering import Gathering, Place
from footprint.collect.declared.groups import within
from footprint.names import normalise


def read(path: Path, into: Gathering, group: str) -> None:
    """Add the requirements of one project's `[project]` table; optional ones get the group "optional:NAME".

    A requirement on the project's own extras (`all = ["mypkg[db,web]"]`) is left out: those groups are read anyway.
    """
    document = into.toml(path) if into.begin(path, part="project") else None
    if document is None:
        return
    project = document.table("project")
    if isinstance(project.get("name"), str):
        into.own_names.add(normalise(project["name"]))
    if "dependencies" in project:
        add_array(document, ("project", "dependencies"), into, Place(document.path, 1, group, "requirement"))
    optional = project.get("optional-dependencies", {})
    if not isinstance(optional, dict):
        line = document.line("project", "optional-dependencies")
        into.note("requirement-unparsable", "project.optional-dependencies is not a table", document.path, line)
        return
    for name in optional:
        place = Place(document.path, 1, within(group, f"optional:{normalise(name)}"), "requirement", name)
        add_array(document, ("project", "optional-dependencies", name), into, place)
