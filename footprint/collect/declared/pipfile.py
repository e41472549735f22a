"""Read a Pipfile: packages, dev-packages and categories. Source: Pipenv documentation, "Pipfile & Pipfile.lock"."""

from __future__ import annotations

from footprint.collect.declared.project_toml import Dialect, ProjectToml, add_entry, exact_or_given, keyword_markers
from footprint.knowledge.groups import class_of

_NO_CATEGORY = frozenset({"source", "requires", "scripts", "pipenv"})
_GROUPS = {"packages": "main", "default": "main", "dev-packages": "dev", "develop": "dev"}
_DIALECT = Dialect(exact_or_given, keyword_markers)


def read(file: ProjectToml) -> None:
    """Add every category: packages are the app's, dev-packages the developers', others go by their name."""
    for category, table in file.document.tables.items():
        if category in _NO_CATEGORY or (not isinstance(table, (dict, list)) and category not in _GROUPS):
            continue
        group = _GROUPS.get(category) or class_of(category)
        for name, value in file.table(category).items():
            place = file.place(category, name, of=group, name=category)
            add_entry(name, value, file.path.parent, file.into, place, _DIALECT)
