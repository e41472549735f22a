"""Read `[tool.setuptools.dynamic]` of pyproject.toml: requirements that stand in files of their own.

Source: setuptools documentation, "Dynamic Metadata". The plugin hatch-requirements-txt says the same for hatchling.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from footprint.collect.declared.arrays import add_array, follow_file
from footprint.collect.declared.gathering import Gathering, Place
from footprint.collect.declared.groups import within
from footprint.documents.toml import TomlDocument
from footprint.documents.toml_lines import TomlPath
from footprint.names import normalise

_SETUPTOOLS: TomlPath = ("tool", "setuptools", "dynamic")
_HATCHLING: TomlPath = ("tool", "hatch", "metadata", "hooks", "requirements_txt")


def read(path: Path, into: Gathering, group: str) -> None:
    """Add what the named files declare, as dependencies or as the extra they stand for."""
    document = into.toml(path) if into.begin(path, part="setuptools.dynamic") else None
    if document is None:
        return
    table = document.table(*_SETUPTOOLS)
    if "dependencies" in table:
        _read_field(document, (*_SETUPTOOLS, "dependencies"), path, into, _place(document, group))
    for name in document.table(*_SETUPTOOLS, "optional-dependencies"):
        where = (*_SETUPTOOLS, "optional-dependencies", name)
        _read_field(document, where, path, into, _place(document, group, name))
    if "files" in document.table(*_HATCHLING):
        _read_files(document, (*_HATCHLING, "files"), path, into, _place(document, group))
    for name in document.table(*_HATCHLING, "optional-dependencies"):
        where = (*_HATCHLING, "optional-dependencies", name)
        _read_files(document, where, path, into, _place(document, group, name))


def _place(document: TomlDocument, group: str, extra: str | None = None) -> Place:
    if extra is None:
        return Place(document.path, 1, group, "requirement")
    return Place(document.path, 1, within(group, f"optional:{normalise(extra)}"), "requirement", extra)


def _read_field(document: TomlDocument, where: TomlPath, path: Path, into: Gathering, place: Place) -> None:
    """Read `{file = "x"}`, `{file = ["x", "y"]}` or the requirements themselves."""
    value: Any = document.get(*where)
    if isinstance(value, dict) and "file" in value:
        _read_files(document, (*where, "file"), path, into, place)
    else:
        add_array(document, where, into, place)


def _read_files(document: TomlDocument, where: TomlPath, path: Path, into: Gathering, place: Place) -> None:
    value: Any = document.get(*where)
    here = Place(place.path, document.line(*where), place.group, place.kind, place.group_name)
    for name in value if isinstance(value, list) else [value]:
        follow_file(name, path.parent, into, here)
