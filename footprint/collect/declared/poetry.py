"""Read Poetry's tables of pyproject.toml, both styles. Source: Poetry documentation, "The pyproject.toml file"."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from packaging.requirements import InvalidRequirement, Requirement

from footprint.collect.declared.arrays import not_a_string
from footprint.collect.declared.poetry_constraint import to_specifier
from footprint.collect.declared.requirement_tables import Dialect, add_entry
from footprint.collect.declared.result import DeclaredPlace, Gathering
from footprint.documents.toml import TomlDocument
from footprint.documents.toml_lines import TomlPath
from footprint.knowledge.groups import class_of, within
from footprint.names import DistributionName, normalise

_BASE: TomlPath = ("tool", "poetry")
_OF_GROUP = frozenset({"dependencies", "optional", "include-groups"})
_SPECIFIER = re.compile(r"^([<>=!~]*)(.*)$", re.DOTALL)


def read(path: Path, into: Gathering, group: str) -> None:
    """Add main requirements, groups and the old dev-dependencies; an optional one has the group of its first extra.

    With `[project]` dependencies beside it, `[tool.poetry.dependencies]` only says where they come from.
    """
    document = into.toml(path) if into.begin(path, part="poetry") else None
    if document is None or not into.table(document, *_BASE):
        return
    name = document.get(*_BASE, "name")
    if isinstance(name, str):
        into.add_own(name, path)
    _read_main(document, path, into, group)
    where = (*_BASE, "dev-dependencies")
    _read_table(document, where, path, into, DeclaredPlace(document.path, 1, within(group, "dev"), "requirement"))
    for title in into.table(document, *_BASE, "group"):
        group_table = into.table(document, *_BASE, "group", title)
        _doubt_misplaced(group_table, title, document, into)
        place = DeclaredPlace(document.path, 1, within(group, class_of(title, "dev")), "requirement", title)
        _read_table(document, (*_BASE, "group", title, "dependencies"), path, into, place)


def _doubt_misplaced(table: Mapping[str, Any], title: str, document: TomlDocument, into: Gathering) -> None:
    """Doubt what stands in a group beside its dependencies: `[tool.poetry.group.dev]` and below it `pytest = "*"`."""
    for name in table.keys() - _OF_GROUP:
        where = (*_BASE, "group", title)
        message = f"{name} stands in tool.poetry.group.{title}: Poetry reads `[tool.poetry.group.{title}.dependencies]`"
        into.doubt(
            "requirement-ignored",
            message,
            document.path,
            document.line(*where, name),
            words=frozenset({normalise(name)}),
        )


def _read_main(document: TomlDocument, path: Path, into: Gathering, group: str) -> None:
    extras = _extras(document, into)
    enriched = _project_names(document)
    where = (*_BASE, "dependencies")
    table = into.table(document, *where)
    if enriched is None and set(table) == {"python"}:
        into.needs_nothing[document.path] = None
    for name, value in table.items():
        place = DeclaredPlace(document.path, document.line(*where, name), group, "requirement")
        if enriched is not None and not _is_folder(value):
            if normalise(name) not in enriched and normalise(name) != "python":
                message = f"{name} is in tool.poetry.dependencies and not in project.dependencies: Poetry ignores it"
                into.note("requirement-ignored", message, place.path, place.line)
            continue
        if isinstance(value, dict) and value.get("optional") is True:
            extra = extras.get(normalise(name))
            optional = f"optional:{normalise(extra)}" if extra else "optional"
            place = DeclaredPlace(place.path, place.line, within(group, optional), "requirement", extra or "")
        _add(name, value, path, into, place)


def _read_table(document: TomlDocument, where: TomlPath, path: Path, into: Gathering, place: DeclaredPlace) -> None:
    for name, value in into.table(document, *where).items():
        here = DeclaredPlace(place.path, document.line(*where, name), place.group, place.kind, place.group_name)
        _add(name, value, path, into, here)


def _add(name: str, value: Any, path: Path, into: Gathering, place: DeclaredPlace) -> None:
    if normalise(name) != "python":
        add_entry(name, value, path.parent, into, place, _DIALECT)


def _extras(document: TomlDocument, into: Gathering) -> dict[DistributionName, str]:
    """Return the first extra that asks for each distribution."""
    found: dict[DistributionName, str] = {}
    where = (*_BASE, "extras")
    for extra, names in into.table(document, *where, holds='extra = ["name"]').items():
        place = DeclaredPlace(document.path, document.line(*where, extra), "main", "requirement")
        if not isinstance(names, list):
            into.not_array(document, (*where, extra), place)
            continue
        for name in names:
            if isinstance(name, str):
                found.setdefault(normalise(name.split("[")[0].split(" ")[0]), extra)
            else:
                not_a_string(name, ".".join((*map(str, where), extra)), into, place)
    return found


def _project_names(document: TomlDocument) -> frozenset[DistributionName] | None:
    """Return what `[project]` requires, None when it leaves that to Poetry. Source: Poetry 2.0 changelog."""
    project = document.table("project")
    dynamic = project.get("dynamic")
    if "dependencies" not in project or (isinstance(dynamic, list) and "dependencies" in dynamic):
        return None
    optional = project.get("optional-dependencies")
    arrays = [project["dependencies"], *(optional.values() if isinstance(optional, dict) else ())]
    found = set()
    for array in arrays:
        for text in array if isinstance(array, list) else ():
            try:
                found.add(normalise(Requirement(text).name))
            except (InvalidRequirement, RecursionError, TypeError):  # the reader of [project] says so
                continue
    return frozenset(found)


def _is_folder(value: Any) -> bool:
    return isinstance(value, dict) and isinstance(value.get("path"), str)


def _markers(table: Mapping[str, Any]) -> list[str]:
    """Return the conditions of one entry: its markers, and what `python` and `platform` amount to."""
    found = [table["markers"]] if isinstance(table.get("markers"), str) else []
    platform = table.get("platform")
    if isinstance(platform, str):
        found.append(f'sys_platform == "{platform}"')
    python = table.get("python")
    specifier = to_specifier(python) if isinstance(python, str) else ""
    return [*found, *(_python_marker(part) for part in (specifier or "").split(",") if part)]


def _python_marker(part: str) -> str:
    operator, version = _SPECIFIER.findall(part)[0]
    # python_version has two parts only, so a third needs the full version
    key = "python_version" if version.removesuffix(".*").count(".") < 2 else "python_full_version"
    return f'{key} {operator} "{version}"'


_DIALECT = Dialect(to_specifier, _markers)
