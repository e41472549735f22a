"""Read `[tool.setuptools.dynamic]` of pyproject.toml: requirements that stand in files of their own.

Source: setuptools documentation, "Dynamic Metadata". The plugin hatch-requirements-txt says the same for hatchling.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from footprint.collect.declared.arrays import add_array, follow_file
from footprint.collect.declared.backends import why_ignored
from footprint.collect.declared.result import DeclaredPlace, Gathering
from footprint.documents.toml import TomlDocument
from footprint.documents.toml_lines import TomlPath
from footprint.knowledge.groups import within
from footprint.names import normalise

_SETUPTOOLS: TomlPath = ("tool", "setuptools", "dynamic")
_EXTRAS = "optional-dependencies"
_HATCHLING: TomlPath = ("tool", "hatch", "metadata", "hooks", "requirements_txt")


def read(path: Path, into: Gathering, group: str) -> None:
    """Add what the named files declare, as dependencies or as the extra they stand for."""
    document = into.toml(path) if into.begin(path, part="setuptools.dynamic") else None
    if document is None:
        return
    table = into.table(document, *_SETUPTOOLS, holds='dependencies = {file = ["requirements.txt"]}')
    if "dependencies" in table and _is_heeded(document, "setuptools", _SETUPTOOLS, "dependencies", into):
        _read_field(document, (*_SETUPTOOLS, "dependencies"), path, into, _place(document, group))
    hook = into.table(document, *_HATCHLING, holds='files = ["requirements.txt"]')
    if "files" in hook and _is_heeded(document, "hatchling", _HATCHLING, "dependencies", into):
        _read_files(document, (*_HATCHLING, "files"), path, into, _place(document, group))
    for backend, base, read_one in (("setuptools", _SETUPTOOLS, _read_field), ("hatchling", _HATCHLING, _read_files)):
        extras = into.table(document, *base, _EXTRAS, holds='extra = ["requirements.txt"]')
        for name in extras if extras and _is_heeded(document, backend, base, _EXTRAS, into) else ():
            read_one(document, (*base, _EXTRAS, name), path, into, _place(document, group, name))


def _is_heeded(document: TomlDocument, backend: str, table: TomlPath, field: str, into: Gathering) -> bool:
    """Whether the build reads a table at all; where it does not, a note says why, and its lines declare nothing."""
    why = why_ignored(document, backend, field)
    if why is not None:
        line = document.line(*table, field)
        message = f"{'.'.join(map(str, table))} declares nothing: {why}"
        into.doubt("requirement-ignored", message, document.path, line, words=frozenset())
    return why is None


def _place(document: TomlDocument, group: str, extra: str | None = None) -> DeclaredPlace:
    if extra is None:
        return DeclaredPlace(document.path, 1, group, "requirement")
    return DeclaredPlace(document.path, 1, within(group, f"optional:{normalise(extra)}"), "requirement", extra)


def _read_field(document: TomlDocument, where: TomlPath, path: Path, into: Gathering, place: DeclaredPlace) -> None:
    """Read `{file = "x"}`, `{file = ["x", "y"]}` or the requirements themselves."""
    value: Any = document.get(*where)
    if isinstance(value, dict) and "file" in value:
        _read_files(document, (*where, "file"), path, into, place)
    else:
        add_array(document, where, into, place)


def _read_files(document: TomlDocument, where: TomlPath, path: Path, into: Gathering, place: DeclaredPlace) -> None:
    value: Any = document.get(*where)
    here = DeclaredPlace(place.path, document.line(*where), place.group, place.kind, place.group_name)
    for name in value if isinstance(value, list) else [value]:
        follow_file(name, path.parent, into, here)
