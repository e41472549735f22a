"""Read Hatch's environments in pyproject.toml or hatch.toml. Source: Hatch documentation, "Environments"."""

from __future__ import annotations

import re
from pathlib import Path

from footprint.collect.declared import requirements_txt
from footprint.collect.declared.arrays import array_strings
from footprint.collect.declared.doubtful_words import words_of
from footprint.collect.declared.result import DeclaredPlace, Gathering
from footprint.documents.toml import TomlDocument
from footprint.documents.toml_lines import TomlPath
from footprint.knowledge.groups import class_of, within

_ARRAYS = ("dependencies", "extra-dependencies")
_LOCAL = re.compile(r"^[\w.-]+\s*(?:\[[^\]]*\]\s*)?@\s*\{root:(?:uri|real)[^}]*\}/?(.*)$")


def read(path: Path, into: Gathering, group: str) -> None:
    """Add what the environments install; an environment is for developers unless its name says tests or docs."""
    document = into.toml(path) if into.begin(path, part="hatch") else None
    if document is None:
        return
    base: TomlPath = ("envs",) if path.name == "hatch.toml" else ("tool", "hatch", "envs")
    for name in into.table(document, *base, holds='dependencies = ["name>=1.0"]'):
        into.table(document, *base, name, holds='dependencies = ["name>=1.0"]')
        for array in _ARRAYS:
            where = (*base, name, array)
            if document.get(*where) is not None:
                kind = within(group, class_of(name, "dev"))
                place = DeclaredPlace(document.path, document.line(*where), kind, "requirement", name)
                _read_array(document, where, path, into, place)


def _read_array(document: TomlDocument, where: TomlPath, path: Path, into: Gathering, place: DeclaredPlace) -> None:
    for item, here in array_strings(document, where, into, place):
        if (found := _LOCAL.match(item)) is not None:
            into.add_local(path.parent / found[1], here)
        elif item.startswith("-e "):
            requirements_txt.read_line(item, path, into, here)
        elif re.search(r"\{(?:env|root|home|matrix|args|verbosity)\b", item):
            message = f"filled in by Hatch, cannot tell: {item[:80]}"
            into.doubt_at("requirement-computed", message, here, words_of(item))
        else:
            into.add(item, here)
