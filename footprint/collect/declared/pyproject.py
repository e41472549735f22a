"""Read the `[project]` table of pyproject.toml: dependencies and optional-dependencies. Source: PEP 621."""

from __future__ import annotations

from footprint.collect.declared.project_toml import ProjectToml
from footprint.names import normalise


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
