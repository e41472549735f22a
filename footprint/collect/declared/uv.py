"""Read uv's tables of pyproject.toml: dev-dependencies, sources, constraints and workspaces; Rye has the first, too.

Source: Rye documentation, "Dependencies"; uv documentation, "Settings" and "Managing dependencies".
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from footprint.collect.declared.arrays import add_array
from footprint.collect.declared.result import DeclaredPlace, Gathering
from footprint.documents.toml import TomlDocument
from footprint.knowledge.groups import within
from footprint.names import normalise

_LIMITS = ("constraint-dependencies", "override-dependencies")


def read(path: Path, into: Gathering, group: str) -> None:
    """Add development requirements and limits; what sources place in a folder or the workspace is first party."""
    document = into.toml(path) if into.begin(path, part="uv") else None
    if document is None:
        return
    for tool in ("uv", "rye"):
        table = into.table(document, "tool", tool, holds='dev-dependencies = ["name>=1.0"]')
        if "dev-dependencies" in table:
            place = DeclaredPlace(document.path, 1, within(group, "dev"), "requirement", "dev-dependencies")
            add_array(document, ("tool", tool, "dev-dependencies"), into, place)
    table = document.table("tool", "uv")
    for name in _LIMITS:
        if name in table:
            add_array(document, ("tool", "uv", name), into, DeclaredPlace(document.path, 1, group, "constraint", name))
    _read_sources(document, path, into, group)


def _read_sources(document: TomlDocument, path: Path, into: Gathering, group: str) -> None:
    for name, value in into.table(document, "tool", "uv", "sources", holds="name = { workspace = true }").items():
        alternatives: list[Any] = value if isinstance(value, list) else [value]
        place = DeclaredPlace(document.path, document.line("tool", "uv", "sources", name), group, "requirement")
        for source in alternatives:
            match source:
                case {"workspace": True}:
                    into.own_names.add(normalise(name))
                case {"path": str() as folder} if not folder.endswith((".whl", ".zip", ".gz")):
                    if into.add_local(path.parent / folder, place):
                        into.own_names.add(normalise(name))
                case {"index": _} | {"git": _} | {"url": _} | {"path": _}:
                    into.sources[document.path, normalise(name)] = place.line
