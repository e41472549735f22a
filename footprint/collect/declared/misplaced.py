"""Find in pyproject.toml what looks like requirements and stands where no tool that is known here reads it.

`dependencies` below `[project.urls]`, a group called `[project.dev-dependencies]`, the table of another tool: what
stands there may be meant, and may be installed, but nothing says so.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from footprint.collect.declared.doubtful_words import words_of
from footprint.collect.declared.result import Gathering
from footprint.documents.toml import TomlDocument
from footprint.documents.toml_lines import TomlPath

_KEYS = frozenset({
    "dependencies", "dependency-groups", "dev-dependencies", "dev-requires", "extras-require", "install-requires",
    "optional-dependencies", "requirements", "requires", "requires-dist", "test-dependencies", "tests-require",
})  # fmt: skip
# Read elsewhere, or about something else than what the project needs: building it, the tool itself.
_READ: frozenset[TomlPath] = frozenset({
    ("project", "dependencies"), ("project", "optional-dependencies"), ("dependency-groups",), ("build-system",),
    *(("tool", name) for name in
      ("flit", "hatch", "pdm", "pixi", "poetry", "rye", "setuptools", "tox", "uv", "footprint")),
})  # fmt: skip
_TABLES_AT_MOST = 5000
_LIKE = 0.85  # of `dependancies` to `dependencies`
_REQUIREMENT = re.compile(r"[A-Za-z0-9][\w.-]*\s*(?:\[[^\]]*\]\s*)?(?:(?:[<>=!~^]=?|@|;).*)?", re.DOTALL)
_VERSION = re.compile(r"\*|[<>=!~^]*\s*v?\d.*", re.DOTALL)


def read(path: Path, into: Gathering, group: str) -> None:
    """Note each table or array that looks like requirements and is read by nobody; nothing is added."""
    document = into.toml(path) if into.begin(path, part="misplaced") else None
    if document is None:
        return
    for where, value in _find(document):
        shown = ".".join(map(str, where))
        message = (
            f"{shown} looks like requirements, and no tool that is known here reads it there: "
            "what the project needs belongs in `dependencies` of [project], or name its file with --requirement"
        )
        into.doubt("declaration-unknown", message, document.path, document.line(*where), words=words_of(value))


def _find(document: TomlDocument) -> Iterator[tuple[TomlPath, Any]]:
    waiting: list[TomlPath] = [()]
    for _ in range(_TABLES_AT_MOST):
        if not waiting:
            return
        where = waiting.pop()
        for key, value in document.table(*where).items():
            here = (*where, key)
            if here in _READ:
                continue
            if _is_key(key) and _looks_like_requirements(value):
                yield here, value
            elif isinstance(value, dict):
                waiting.append(here)


def _is_key(key: str) -> bool:
    spelled = key.lower().replace("_", "-")
    if spelled in _KEYS:
        return True
    is_near = spelled.startswith("dep") and len(spelled) < 20
    return is_near and difflib.SequenceMatcher(None, spelled, "dependencies").ratio() >= _LIKE


def _looks_like_requirements(value: Any) -> bool:
    """Whether a value is what a tool could take for requirements: an array, a table of versions, or one of arrays."""
    if isinstance(value, dict):
        return bool(value) and all(map(_is_entry, value.values()))
    return _is_array(value)


def _is_entry(value: Any) -> bool:
    match value:
        case str():
            return _VERSION.fullmatch(value[:500]) is not None
        case {"version": str()} | {"git": str()} | {"path": str()}:
            return True
    return _is_array(value)


def _is_array(value: Any) -> bool:
    items = value if isinstance(value, list) else []
    return bool(items) and all(isinstance(item, str) and _REQUIREMENT.fullmatch(item[:500]) for item in items)
