"""Read pixi.toml and `[tool.pixi]`: conda and index requirements, per feature. Source: pixi documentation."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from footprint.collect.declared.conda_file import add_conda_name
from footprint.collect.declared.project_toml import (
    Dialect,
    ProjectToml,
    add_entry,
    doubt_entry,
    exact_or_given,
    keyword_markers,
)
from footprint.collect.declared.result import DeclaredPlace
from footprint.documents.toml import TomlPath
from footprint.knowledge.groups import class_of
from footprint.values import replace

_PLATFORMS = {"linux": "sys_platform == 'linux'", "osx": "sys_platform == 'darwin'", "win": "sys_platform == 'win32'"}


def read(file: ProjectToml) -> None:
    """Add the default feature as the app's, the others by their name."""
    base: TomlPath = () if file.path.name == "pixi.toml" else ("tool", "pixi")
    _read_feature(file, base, file.place())
    for name in file.table(*base, "feature"):
        file.table(*base, "feature", name)
        _read_feature(file, (*base, "feature", name), file.place(of=class_of(name), name=name))


def _read_feature(file: ProjectToml, where: TomlPath, place: DeclaredPlace) -> None:
    for table, platform in _tables(file, where):
        for name, value in file.table(*table, "dependencies").items():
            here = replace(place, line=file.document.line(*table, "dependencies", name), group_name="")
            _add_conda(name, value, file, here)
        dialect = Dialect(exact_or_given, lambda entry, limit=platform: [*limit, *keyword_markers(entry)])  # type: ignore[misc]
        for name, value in file.table(*table, "pypi-dependencies").items():
            here = replace(place, line=file.document.line(*table, "pypi-dependencies", name))
            add_entry(name, value, file.path.parent, file.into, here, dialect)


def _tables(file: ProjectToml, where: TomlPath) -> Iterator[tuple[TomlPath, list[str]]]:
    """Yield the feature's table and those of its platforms, each with the markers that the platform amounts to."""
    yield where, []
    for target in file.table(*where, "target"):
        file.table(*where, "target", target)
        marker = _PLATFORMS.get(target.partition("-")[0])
        yield (*where, "target", target), [marker] if marker else []


def _add_conda(name: str, value: Any, file: ProjectToml, place: DeclaredPlace) -> None:
    version = value.get("version", "*") if isinstance(value, dict) else value
    if isinstance(value, dict) and ("path" in value or "git" in value):
        return  # a conda recipe: which distribution it builds cannot be told
    if isinstance(version, str):
        add_conda_name(name, version, f'{name} = "{version}"', file.into, place)
    else:
        doubt_entry(name, value, file.into, place)
