"""Read the old table of Flit: `[tool.flit.metadata]`. Source: Flit documentation, "The pyproject.toml config file"."""

from __future__ import annotations

from pathlib import Path

from footprint.collect.declared.arrays import add_array
from footprint.collect.declared.result import DeclaredPlace, Gathering
from footprint.documents.toml_lines import TomlPath
from footprint.knowledge.groups import class_of, within

_BASE: TomlPath = ("tool", "flit", "metadata")


def read(path: Path, into: Gathering, group: str) -> None:
    """Add `requires`, the development requirements and the extras; beside `[project]` Flit refuses the table."""
    document = into.toml(path) if into.begin(path, part="flit") else None
    if document is None:
        return
    table = into.table(document, *_BASE, holds='requires = ["name>=1.0"]')
    if not table:
        return
    if document.table("project"):
        message = "[tool.flit.metadata] beside [project]: Flit refuses both together, and it is not read here"
        into.doubt("requirement-ignored", message, document.path, document.line(*_BASE), words=frozenset())
        return
    name = table.get("dist-name", table.get("module"))
    if isinstance(name, str):
        into.add_own(name, path)
    place = DeclaredPlace(document.path, 1, group, "requirement")
    if "requires" in table:
        add_array(document, (*_BASE, "requires"), into, place)
    if "dev-requires" in table:
        here = DeclaredPlace(document.path, 1, within(group, "dev"), "requirement", "dev-requires")
        add_array(document, (*_BASE, "dev-requires"), into, here)
    for extra in into.table(document, *_BASE, "requires-extra", holds='extra = ["name>=1.0"]'):
        here = DeclaredPlace(document.path, 1, within(group, class_of(extra)), "requirement", extra)
        add_array(document, (*_BASE, "requires-extra", extra), into, here)
