"""Files that look like requirements and are found by no name: `requirement.txt`, `deps.txt`, a list of another tool.

They are looked for where nothing else declares anything, and declare nothing themselves until somebody names them.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from footprint.collect.declared.bounded_text import Skipped, guess_text, read_file
from footprint.collect.declared.doubts import words_of
from footprint.collect.declared.project_toml import ProjectToml
from footprint.collect.declared.result import Gathering
from footprint.documents.plain_values import list_of
from footprint.documents.toml import TomlDocument, TomlPath
from footprint.files.reader import list_entries
from footprint.late import late_pattern

# Of tools that are not read here; what they say is in a language of their own.
_FOREIGN = frozenset({
    "anaconda-project.yml", "anaconda-project.yaml", "buildout.cfg", "conda-lock.yml", "meta.yaml", "recipe.yaml",
    "requirements.yml", "requirements.yaml", "requirements.json", "requirements.toml",
})  # fmt: skip
_NAMED = late_pattern(
    r"(?i)(?:^|[-_.])(?:req|reqs|require|requires|requirement|requirements|dep|deps|dependencies|pip)(?:[-_.]|$)"
)
_REQUIREMENT = late_pattern(
    r"[A-Za-z0-9][\w.-]*\s*(?:\[[^\]]*\]\s*)?((?:[<>=!~]=|[<>])\s*[\w.*+!, <>=~-]+)?\s*(?:;.*)?"
)
_SUFFIXES = ("", ".txt", ".list", ".lst", ".lock", ".in")
_FILES_AT_MOST = 200
_BYTES_AT_MOST = 1 << 16


def note_lookalikes(into: Gathering) -> None:
    """Note each file in the project's folder that may well declare what the project needs."""
    entries = list_entries(into.project) or []
    for name in [entry.name for entry in entries if entry.is_file(follow_symlinks=False)][:_FILES_AT_MOST]:
        path = into.project / name
        is_foreign = name.lower() in _FOREIGN
        if not is_foreign and os.path.splitext(name)[1].lower() not in _SUFFIXES:  # noqa: PTH122  of text, not a path
            continue
        text = _read(path)
        if text is None or (not is_foreign and not _is_list(text, name)):
            continue
        what = "is of a kind that is not read here" if is_foreign else "looks like a requirements file"
        following = "declare its requirements in pyproject.toml or requirements.txt, too" if is_foreign else ""
        message = f"{what}, and nothing else declares anything: {following or 'name it with --requirement'}"
        into.doubt("declaration-unknown", message, into.relative(path), words=words_of(text))


def _read(path: Path) -> str | None:
    try:
        return guess_text(read_file(path, _BYTES_AT_MOST))
    except Skipped:
        return None


def _is_list(text: str, name: str) -> bool:
    """Whether each line is a requirement: with a version somewhere, or in a file whose name says so."""
    lines = [line.partition("#")[0].strip() for line in text.splitlines()]
    found = [_REQUIREMENT.fullmatch(line[:500]) for line in lines if line and not line.startswith("-")]
    matches = [match for match in found if match is not None]
    if not matches or len(matches) < len(found):
        return False
    return any(match[1] for match in matches) or _NAMED.search(name) is not None


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
_WRITTEN = late_pattern(r"[A-Za-z0-9][\w.-]*\s*(?:\[[^\]]*\]\s*)?(?:(?:[<>=!~^]=?|@|;).*)?", re.DOTALL)
_VERSION = late_pattern(r"\*|[<>=!~^]*\s*v?\d.*", re.DOTALL)


def read(file: ProjectToml) -> None:
    """Note each table or array that looks like requirements and is read by nobody; nothing is added."""
    document = file.document
    for where, value in _find(document):
        shown = ".".join(map(str, where))
        message = (
            f"{shown} looks like requirements, and no tool that is known here reads it there: "
            "what the project needs belongs in `dependencies` of [project], or name its file with --requirement"
        )
        file.into.doubt("declaration-unknown", message, document.path, document.line(*where), words=words_of(value))


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
    if not (spelled.startswith("dep") and len(spelled) < 20):
        return False
    from difflib import SequenceMatcher  # few keys are so near

    return SequenceMatcher(None, spelled, "dependencies").ratio() >= _LIKE


def _looks_like_requirements(value: Any) -> bool:
    """Whether a value is what a tool could take for requirements: an array, a table of versions, or one of arrays."""
    return bool(value) and all(map(_is_entry, value.values())) if isinstance(value, dict) else _is_array(value)


def _is_entry(value: Any) -> bool:
    match value:
        case str():
            return _VERSION.fullmatch(value[:500]) is not None
        case {"version": str()} | {"git": str()} | {"path": str()}:
            return True
    return _is_array(value)


def _is_array(value: Any) -> bool:
    items = list_of(value)
    return bool(items) and all(isinstance(item, str) and _WRITTEN.fullmatch(item[:500]) for item in items)
