"""Read pixi.toml and `[tool.pixi]`: conda and index requirements, per feature. Source: pixi documentation."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from footprint.collect.declared.conda_specs import add_conda_name
from footprint.collect.declared.requirement_tables import (
    Dialect,
    add_entry,
    doubt_entry,
    exact_or_given,
    keyword_markers,
)
from footprint.collect.declared.result import DeclaredPlace, Gathering
from footprint.documents.toml import TomlDocument
from footprint.documents.toml_lines import TomlPath
from footprint.knowledge.groups import class_of, within

_PLATFORMS = {"linux": "sys_platform == 'linux'", "osx": "sys_platform == 'darwin'", "win": "sys_platform == 'win32'"}


def read(path: Path, into: Gathering, group: str) -> None:
    """Add the default feature as the app's, the others by their name."""
    document = into.toml(path) if into.begin(path, part="pixi") else None
    if document is None:
        return
    base: TomlPath = () if path.name == "pixi.toml" else ("tool", "pixi")
    _read_feature(document, base, path, into, DeclaredPlace(document.path, 1, group, "requirement"))
    for name in into.table(document, *base, "feature"):
        into.table(document, *base, "feature", name)
        place = DeclaredPlace(document.path, 1, within(group, class_of(name)), "requirement", name)
        _read_feature(document, (*base, "feature", name), path, into, place)


def _read_feature(document: TomlDocument, where: TomlPath, path: Path, into: Gathering, place: DeclaredPlace) -> None:
    for table, platform in _tables(document, where, into):
        for name, value in into.table(document, *table, "dependencies").items():
            here = DeclaredPlace(place.path, document.line(*table, "dependencies", name), place.group, place.kind)
            _add_conda(name, value, into, here)
        dialect = Dialect(exact_or_given, lambda entry, limit=platform: [*limit, *keyword_markers(entry)])  # type: ignore[misc]
        for name, value in into.table(document, *table, "pypi-dependencies").items():
            line = document.line(*table, "pypi-dependencies", name)
            here = DeclaredPlace(place.path, line, place.group, place.kind, place.group_name)
            add_entry(name, value, path.parent, into, here, dialect)


def _tables(document: TomlDocument, where: TomlPath, into: Gathering) -> Iterator[tuple[TomlPath, list[str]]]:
    """Yield the feature's table and those of its platforms, each with the markers that the platform amounts to."""
    yield where, []
    for target in into.table(document, *where, "target"):
        into.table(document, *where, "target", target)
        marker = _PLATFORMS.get(target.partition("-")[0])
        yield (*where, "target", target), [marker] if marker else []


def _add_conda(name: str, value: Any, into: Gathering, place: DeclaredPlace) -> None:
    version = value.get("version", "*") if isinstance(value, dict) else value
    if isinstance(value, dict) and ("path" in value or "git" in value):
        return  # a conda recipe: which distribution it builds cannot be told
    if not isinstance(version, str):
        doubt_entry(name, value, into, place)
        return
    add_conda_name(name, version, f'{name} = "{version}"', into, place)
