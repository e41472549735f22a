"""Files that look like requirements and are found by no name: `requirement.txt`, `deps.txt`, a list of another tool.

They are looked for where nothing else declares anything, and declare nothing themselves until somebody names them.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

from footprint.collect.declared.bounded_text import Skipped, guess_text, read_file
from footprint.collect.declared.doubtful_words import words_of
from footprint.collect.declared.result import Gathering
from footprint.files.listing import list_entries

# Of tools that are not read here; what they say is in a language of their own.
_FOREIGN = frozenset({
    "anaconda-project.yml", "anaconda-project.yaml", "buildout.cfg", "conda-lock.yml", "meta.yaml", "recipe.yaml",
    "requirements.yml", "requirements.yaml", "requirements.json", "requirements.toml",
})  # fmt: skip
_NAMED = re.compile(
    r"(?i)(?:^|[-_.])(?:req|reqs|require|requires|requirement|requirements|dep|deps|dependencies|pip)(?:[-_.]|$)"
)
_REQUIREMENT = re.compile(r"[A-Za-z0-9][\w.-]*\s*(?:\[[^\]]*\]\s*)?((?:[<>=!~]=|[<>])\s*[\w.*+!, <>=~-]+)?\s*(?:;.*)?")
_SUFFIXES = ("", ".txt", ".list", ".lst", ".lock", ".in")
_FILES_AT_MOST = 200
_BYTES_AT_MOST = 1 << 16


def note_lookalikes(into: Gathering) -> None:
    """Note each file in the project's folder that may well declare what the project needs."""
    entries = list_entries(into.project) or []
    names = [entry.name for entry in entries if entry.is_file(follow_symlinks=False)]
    for name in names[:_FILES_AT_MOST]:
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
