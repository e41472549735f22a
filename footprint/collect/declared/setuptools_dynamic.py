"""Read `[tool.setuptools.dynamic]` of pyproject.toml: requirements that stand in files of their own.

Source: setuptools documentation, "Dynamic Metadata". The plugin hatch-requirements-txt says the same for hatchling.
"""

from __future__ import annotations

from footprint.collect.declared.project_toml import ProjectToml, follow_file, why_ignored
from footprint.collect.declared.result import DeclaredPlace
from footprint.documents.toml import TomlPath
from footprint.names import normalise

_SETUPTOOLS: TomlPath = ("tool", "setuptools", "dynamic")
_EXTRAS = "optional-dependencies"
_HATCHLING: TomlPath = ("tool", "hatch", "metadata", "hooks", "requirements_txt")


def read(file: ProjectToml) -> None:
    """Add what the named files declare, as dependencies or as the extra they stand for."""
    table = file.table(*_SETUPTOOLS, holds='dependencies = {file = ["requirements.txt"]}')
    if "dependencies" in table and _is_read(file, "setuptools", _SETUPTOOLS, "dependencies"):
        _read_field(file, (*_SETUPTOOLS, "dependencies"), file.place())
    hook = file.table(*_HATCHLING, holds='files = ["requirements.txt"]')
    if "files" in hook and _is_read(file, "hatchling", _HATCHLING, "dependencies"):
        _read_files(file, (*_HATCHLING, "files"), file.place())
    for backend, base, read_one in (("setuptools", _SETUPTOOLS, _read_field), ("hatchling", _HATCHLING, _read_files)):
        extras = file.table(*base, _EXTRAS, holds='extra = ["requirements.txt"]')
        for name in extras if extras and _is_read(file, backend, base, _EXTRAS) else ():
            read_one(file, (*base, _EXTRAS, name), file.place(of=f"optional:{normalise(name)}", name=name))


def _is_read(file: ProjectToml, backend: str, table: TomlPath, field: str) -> bool:
    """Whether the build reads a table at all; where it does not, a note says why, and its lines declare nothing."""
    why = why_ignored(file.document, backend, field)
    if why is not None:
        file.ignore(f"{'.'.join(map(str, table))} declares nothing: {why}", *table, field)
    return why is None


def _read_field(file: ProjectToml, where: TomlPath, place: DeclaredPlace) -> None:
    """Read `{file = "x"}`, `{file = ["x", "y"]}` or the requirements themselves."""
    value = file.document.get(*where)
    if isinstance(value, dict) and "file" in value:
        _read_files(file, (*where, "file"), place)
    else:
        file.add_array(where, place)


def _read_files(file: ProjectToml, where: TomlPath, place: DeclaredPlace) -> None:
    value = file.document.get(*where)
    here = DeclaredPlace(place.path, file.document.line(*where), place.group, place.kind, place.group_name)
    for name in value if isinstance(value, list) else [value]:
        follow_file(name, file.path.parent, file.into, here)
