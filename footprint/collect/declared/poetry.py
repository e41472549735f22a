"""Read Poetry's tables of pyproject.toml, both styles, and its version constraints as PEP 440 specifiers.

Source: Poetry documentation, "The pyproject.toml file", "Dependency specification".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from packaging.version import InvalidVersion, Version

from footprint.collect.declared.locks import requirement_name
from footprint.collect.declared.project_toml import Dialect, ProjectToml, add_entry, not_a_string
from footprint.collect.declared.result import DeclaredPlace
from footprint.documents.plain_values import list_of, table_of, texts_of
from footprint.documents.toml import TomlDocument, TomlPath
from footprint.knowledge.groups import class_of
from footprint.late import late_pattern
from footprint.names import DistributionName, normalise
from footprint.values import replace

_PART = late_pattern(r"\s*(?:(\^|~=|~|===|==|!=|<=|>=|<|>|=)\s*)?v?([^\s,<>=!~^]+)\s*,?")


def to_specifier(constraint: str) -> str | None:
    """Return the specifier that says the same: `^1.2` is `>=1.2,<2`; "" for any version.

    Alternatives (`^1 || ^3`) have no equal in PEP 440 and limit nothing: "". None for what is no constraint.
    """
    constraint = constraint.strip()
    if constraint in ("", "*", "x", "X"):
        return ""
    if "|" in constraint:
        return None if None in [to_specifier(part) for part in constraint.replace("||", "|").split("|")] else ""
    found, at = [], 0
    while at < len(constraint):
        match = _PART.match(constraint, at)
        if match is None:
            return None
        part = _convert(match[1] or "", match[2])
        if part is None:
            return None
        found.append(part)
        at = match.end()
    return ",".join(part for part in found if part)


def _convert(operator: str, text: str) -> str | None:
    wildcard = re.fullmatch(r"(\d+(?:\.\d+)*)(?:\.[xX*])+", text)
    if wildcard:
        return f"{operator if operator == '!=' else '=='}{wildcard[1]}.*" if operator in ("", "=", "==", "!=") else None
    if text in ("*", "x", "X"):
        return ""
    try:
        version = Version(text)
    except InvalidVersion:
        return None
    match operator:
        case "" | "=":
            return f"=={text}"
        case "^":
            return f">={text},<{_caret_limit(version)}"
        case "~":
            return f">={text},<{_bump(version, min(1, len(version.release) - 1))}"
        case _:
            return f"{operator}{text}"


def _caret_limit(version: Version) -> str:
    """Return the first version that `^` excludes: the leftmost part that is not zero may not change."""
    last = len(version.release) - 1
    return _bump(version, next((place for place, part in enumerate(version.release) if part), last))


def _bump(version: Version, position: int) -> str:
    release = [*version.release[:position], version.release[position] + 1]
    epoch = f"{version.epoch}!" if version.epoch else ""
    return epoch + ".".join(str(part) for part in [*release, *[0] * (len(version.release) - len(release))])


_BASE: TomlPath = ("tool", "poetry")
_OF_GROUP = frozenset({"dependencies", "optional", "include-groups"})
_SPECIFIER = late_pattern(r"^([<>=!~]*)(.*)$", re.DOTALL)


def read(file: ProjectToml) -> None:
    """Add main requirements, groups and the old dev-dependencies; an optional one has the group of its first extra.

    With `[project]` dependencies beside it, `[tool.poetry.dependencies]` only says where they come from.
    """
    if not file.table(*_BASE):
        return
    name = file.document.get(*_BASE, "name")
    if isinstance(name, str):
        file.into.add_own(name, file.path)
    _read_main(file)
    _read_table(file, (*_BASE, "dev-dependencies"), file.place(of="dev"))
    for title in file.table(*_BASE, "group"):
        _doubt_misplaced(file, title)
        _read_table(file, (*_BASE, "group", title, "dependencies"), file.place(of=class_of(title, "dev"), name=title))


def _doubt_misplaced(file: ProjectToml, title: str) -> None:
    """Doubt what stands in a group beside its dependencies: `[tool.poetry.group.dev]` and below it `pytest = "*"`."""
    for name in file.table(*_BASE, "group", title).keys() - _OF_GROUP:
        message = f"{name} stands in tool.poetry.group.{title}: Poetry reads `[tool.poetry.group.{title}.dependencies]`"
        line, words = file.document.line(*_BASE, "group", title, name), frozenset({normalise(name)})
        file.into.doubt("requirement-ignored", message, file.document.path, line, words=words)


def _read_main(file: ProjectToml) -> None:
    extras = _extras(file)
    enriched = _project_names(file.document)
    where = (*_BASE, "dependencies")
    table = file.table(*where)
    if enriched is None and set(table) == {"python"}:
        file.into.needs_nothing[file.document.path] = None
    for name, value in table.items():
        place = file.place(*where, name)
        if enriched is not None and not isinstance(table_of(value).get("path"), str):  # a folder
            if normalise(name) not in enriched and normalise(name) != "python":
                message = f"{name} is in tool.poetry.dependencies and not in project.dependencies: Poetry ignores it"
                file.into.note("requirement-ignored", message, place.path, place.line)
            continue
        if table_of(value).get("optional") is True:
            extra = extras.get(normalise(name))
            optional = f"optional:{normalise(extra)}" if extra else "optional"
            place = file.place(*where, name, of=optional, name=extra or "")
        _add(name, value, file, place)


def _read_table(file: ProjectToml, where: TomlPath, place: DeclaredPlace) -> None:
    for name, value in file.table(*where).items():
        _add(name, value, file, replace(place, line=file.document.line(*where, name)))


def _add(name: str, value: Any, file: ProjectToml, place: DeclaredPlace) -> None:
    if normalise(name) != "python":
        add_entry(name, value, file.path.parent, file.into, place, _DIALECT)


def _extras(file: ProjectToml) -> dict[DistributionName, str]:
    """Return the first extra that asks for each distribution."""
    found: dict[DistributionName, str] = {}
    where = (*_BASE, "extras")
    for extra, names in file.table(*where, holds='extra = ["name"]').items():
        place = DeclaredPlace(file.document.path, file.document.line(*where, extra), "main", "requirement")
        if not isinstance(names, list):
            file.into.not_array(file.document, (*where, extra), place)
            continue
        for name in names:
            if isinstance(name, str):
                found.setdefault(normalise(name.split("[")[0].split(" ")[0]), extra)
            else:
                not_a_string(name, ".".join((*map(str, where), extra)), file.into, place)
    return found


def _project_names(document: TomlDocument) -> frozenset[DistributionName] | None:
    """Return what `[project]` requires, None when it leaves that to Poetry. Source: Poetry 2.0 changelog."""
    project = document.table("project")
    if "dependencies" not in project or "dependencies" in list_of(project.get("dynamic")):
        return None
    arrays = [project["dependencies"], *table_of(project.get("optional-dependencies")).values()]
    # What is none, the reader of [project] says.
    return frozenset(name for array in arrays for text in texts_of(array) if (name := requirement_name(text)))


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
