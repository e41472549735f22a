"""Read the arrays of requirements that tools keep in tables of their own: Flit, Hatch, PDM, uv and Rye.

Source: Flit documentation, "The pyproject.toml config file"; Hatch documentation, "Environments"; PDM documentation;
Rye documentation, "Dependencies"; uv documentation, "Settings" and "Managing dependencies".
"""

from __future__ import annotations

import re

from footprint.collect.declared import requirements_txt
from footprint.collect.declared.doubts import words_of
from footprint.collect.declared.project_toml import ProjectToml
from footprint.collect.declared.result import DeclaredPlace
from footprint.documents.toml import TomlPath
from footprint.knowledge.groups import class_of
from footprint.late import late_pattern
from footprint.names import normalise

_FLIT: TomlPath = ("tool", "flit", "metadata")
_PDM: TomlPath = ("tool", "pdm", "dev-dependencies")
_SOURCES: TomlPath = ("tool", "uv", "sources")
_LIMITS = ("constraint-dependencies", "override-dependencies")
_OF_ENVIRONMENT = ("dependencies", "extra-dependencies")
_LOCAL = late_pattern(r"^[\w.-]+\s*(?:\[[^\]]*\]\s*)?@\s*\{root:(?:uri|real)[^}]*\}/?(.*)$")


def read_flit(file: ProjectToml) -> None:
    """Add `requires`, the development requirements and the extras; beside `[project]` Flit refuses the table."""
    table = file.table(*_FLIT, holds='requires = ["name>=1.0"]')
    if table and file.document.table("project"):
        message = "[tool.flit.metadata] beside [project]: Flit refuses both together, and it is not read here"
        file.ignore(message, *_FLIT)
        return
    name = table.get("dist-name", table.get("module"))
    if isinstance(name, str):
        file.into.add_own(name, file.path)
    for key, place in (("requires", file.place()), ("dev-requires", file.place(of="dev", name="dev-requires"))):
        if key in table:
            file.add_array((*_FLIT, key), place)
    for extra in file.table(*_FLIT, "requires-extra", holds='extra = ["name>=1.0"]') if table else ():
        file.add_array((*_FLIT, "requires-extra", extra), file.place(of=class_of(extra), name=extra))


def read_hatch(file: ProjectToml) -> None:
    """Add what the environments install; an environment is for developers unless its name says tests or docs."""
    base: TomlPath = ("envs",) if file.path.name == "hatch.toml" else ("tool", "hatch", "envs")
    for name in file.table(*base, holds='dependencies = ["name>=1.0"]'):
        file.table(*base, name, holds='dependencies = ["name>=1.0"]')
        for where in ((*base, name, array) for array in _OF_ENVIRONMENT):
            if file.document.get(*where) is not None:
                _read_environment(file, where, file.place(*where, of=class_of(name, "dev"), name=name))


def _read_environment(file: ProjectToml, where: TomlPath, place: DeclaredPlace) -> None:
    for item, here in file.strings(where, place):
        if (found := _LOCAL.match(item)) is not None:
            file.into.add_local(file.path.parent / found[1], here)
        elif item.startswith("-e "):
            requirements_txt.read_line(item, file.path, file.into, here)
        elif re.search(r"\{(?:env|root|home|matrix|args|verbosity)\b", item):
            message = f"filled in by Hatch, cannot tell: {item[:80]}"
            file.into.doubt_at("requirement-computed", message, here, words_of(item))
        else:
            file.into.add(item, here)


def read_pdm(file: ProjectToml) -> None:
    """Add the development groups; `-e file:///${PROJECT_ROOT}/lib#egg=lib` is a folder of the project."""
    for name in file.table(*_PDM, holds='group = ["name>=1.0"]'):
        for item, here in file.strings((*_PDM, name), file.place(*_PDM, name, of=class_of(name, "dev"), name=name)):
            text = item.replace("file:///${PROJECT_ROOT}/", "./").replace("${PROJECT_ROOT}", ".")
            local = text.split("#egg=")[0] if "${PROJECT_ROOT}" in item else text
            requirements_txt.read_line(" ".join(local.split()), file.path, file.into, here)


def read_uv(file: ProjectToml) -> None:
    """Add development requirements and limits; what sources place in a folder or the workspace is first party."""
    for tool in ("uv", "rye"):
        if "dev-dependencies" in file.table("tool", tool, holds='dev-dependencies = ["name>=1.0"]'):
            file.add_array(("tool", tool, "dev-dependencies"), file.place(of="dev", name="dev-dependencies"))
    for name in (name for name in _LIMITS if name in file.document.table("tool", "uv")):
        file.add_array(("tool", "uv", name), file.place(name=name, kind="constraint"))
    for name, value in file.table(*_SOURCES, holds="name = { workspace = true }").items():
        for source in value if isinstance(value, list) else [value]:
            _read_source(file, name, source)


def _read_source(file: ProjectToml, name: str, source: object) -> None:
    """Take where one requirement comes from."""
    place = file.place(*_SOURCES, name)
    match source:
        case {"workspace": True}:
            file.into.own_names.add(normalise(name))
        case {"path": str() as folder} if not folder.endswith((".whl", ".zip", ".gz")):
            if file.into.add_local(file.path.parent / folder, place):
                file.into.own_names.add(normalise(name))
        case {"index": _} | {"git": _} | {"url": _} | {"path": _}:
            file.into.sources[place.path, normalise(name)] = place.line
