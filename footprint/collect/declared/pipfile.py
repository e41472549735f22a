"""Read a Pipfile: packages, dev-packages and categories. Source: Pipenv documentation, "Pipfile & Pipfile.lock"."""

from __future__ import annotations

from pathlib import Path

from footprint.collect.declared.requirement_tables import Dialect, add_entry, exact_or_given, keyword_markers
from footprint.collect.declared.result import DeclaredPlace, Gathering
from footprint.knowledge.groups import class_of, within

_NO_CATEGORY = frozenset({"source", "requires", "scripts", "pipenv"})
_GROUPS = {"packages": "main", "default": "main", "dev-packages": "dev", "develop": "dev"}


def read(path: Path, into: Gathering, group: str) -> None:
    """Add every category: packages are the app's, dev-packages the developers', others go by their name."""
    document = into.toml(path) if into.begin(path, part="pipfile") else None
    if document is None:
        return
    for category, table in document.tables.items():
        if category in _NO_CATEGORY or (not isinstance(table, (dict, list)) and category not in _GROUPS):
            continue
        known = _GROUPS.get(category)
        for name, value in into.table(document, category).items():
            here = within(group, known or class_of(category))
            place = DeclaredPlace(document.path, document.line(category, name), here, "requirement", category)
            add_entry(name, value, path.parent, into, place, _DIALECT)


_DIALECT = Dialect(exact_or_given, keyword_markers)
