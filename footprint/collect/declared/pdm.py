"""Read PDM's own table of pyproject.toml: `[tool.pdm.dev-dependencies]`. Source: PDM documentation."""

from __future__ import annotations

from pathlib import Path

from footprint.collect.declared import requirements_txt
from footprint.collect.declared.arrays import array_strings
from footprint.collect.declared.result import DeclaredPlace, Gathering
from footprint.knowledge.groups import class_of, within

_TABLE = ("tool", "pdm", "dev-dependencies")


def read(path: Path, into: Gathering, group: str) -> None:
    """Add the development groups; `-e file:///${PROJECT_ROOT}/lib#egg=lib` is a folder of the project."""
    document = into.toml(path) if into.begin(path, part="pdm") else None
    if document is None:
        return
    for name in into.table(document, *_TABLE, holds='group = ["name>=1.0"]'):
        place = DeclaredPlace(
            document.path, document.line(*_TABLE, name), within(group, class_of(name, "dev")), "requirement", name
        )
        for item, here in array_strings(document, (*_TABLE, name), into, place):
            text = item.replace("file:///${PROJECT_ROOT}/", "./").replace("${PROJECT_ROOT}", ".")
            local = text.split("#egg=")[0] if "${PROJECT_ROOT}" in item else text
            requirements_txt.read_line(" ".join(local.split()), path, into, here)
