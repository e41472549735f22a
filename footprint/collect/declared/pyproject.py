"""Read the `[project]` table of pyproject.toml: dependencies and optional-dependencies. Source: PEP 621."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from footprint.collect.declared.gathering import Gathering, Place
from footprint.collect.declared.toml_lines import TomlPath, value_lines
from footprint.names import normalise

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib


def read(path: Path, into: Gathering, group: str) -> None:
    """Add the requirements of one project's `[project]` table; optional ones get the group "optional:NAME".

    A requirement on the project's own extras (`all = ["mypkg[db,web]"]`) is left out: those groups are read anyway.
    """
    if not into.begin(path):
        return
    shown = into.relative(path)
    try:
        text = path.read_bytes().decode("utf-8-sig")
        document = tomllib.loads(text)
    except OSError as error:
        into.note("requirements-unreadable", f"cannot read: {error.strerror}", shown)
        return
    except ValueError as error:  # TOMLDecodeError, UnicodeDecodeError
        found = re.search(r"at line (\d+)", str(error))
        into.note("toml-unparsable", f"not valid TOML: {error}", shown, int(found[1]) if found else None)
        return
    into.mark_read(path)
    project = document.get("project")
    if not isinstance(project, dict):
        return
    if isinstance(project.get("name"), str):
        into.own_names.add(normalise(project["name"]))
    lines = _locate(text)
    _add_all(
        project.get("dependencies", []), ("project", "dependencies"), lines, into, Place(shown, 1, group, "requirement")
    )
    optional = project.get("optional-dependencies", {})
    if not isinstance(optional, dict):
        into.note("requirement-unparsable", "project.optional-dependencies is not a table", shown, 1)
        return
    for name, requirements in optional.items():
        where = ("project", "optional-dependencies", name)
        place = Place(shown, 1, f"optional:{normalise(name)}", "requirement")
        _add_all(requirements, where, lines, into, place)


def _locate(text: str) -> Mapping[TomlPath, int]:
    try:
        # TOML allows \r\n; a bare \r is not a newline there, so lines are what \n ends
        return value_lines(text)
    except ValueError:
        return {}


def _add_all(value: Any, where: TomlPath, lines: Mapping[TomlPath, int], into: Gathering, place: Place) -> None:
    """Add each string of one array, with the line on which it stands."""
    shown = ".".join(str(part) for part in where)
    if not isinstance(value, list):
        into.note("requirement-unparsable", f"{shown} is not an array", place.path, lines.get(where, 1))
        return
    for position, item in enumerate(value):
        line = lines.get((*where, position))
        if line is None:
            into.note(
                "requirement-line-unknown", f"{shown}: the line of item {position + 1} was not found", place.path, 1
            )
        here = Place(place.path, line or 1, place.group, place.kind)
        if isinstance(item, str):
            into.add(item, here)
        else:
            into.note("requirement-unparsable", f"{shown}: not a string: {item!r}", here.path, here.line)
