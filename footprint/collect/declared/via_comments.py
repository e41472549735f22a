"""What pip-compile, uv and pdm write beside each pin: for whom it is there. `# via flask`, `# via -r requirements.in`.

Sources: "Annotations" of pip-tools (`--annotation-style=split` and `line`), `uv pip compile`, `uv export`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from footprint.names import DistributionName, normalise

_BY_PROJECT = re.compile(r"\S+[ \t]+\(([\w./-]*(?:pyproject\.toml|setup\.py|setup\.cfg))\)")
_NAME = re.compile(r"([A-Za-z0-9][\w.-]*)(?:\[[\w., -]*\])?")
_LINE_CHARACTERS = 1000
_SOURCES_AT_MOST = 20


def read_via_comments(text: str) -> Mapping[int, tuple[str, ...]]:
    """Return for each annotated requirement, by its 1-based line, for whom it is there, as the tool says it."""
    found: dict[int, list[str]] = {}
    if "# via" not in text:
        return {}
    requirement, is_open, is_continued = 0, False, False
    for number, line in enumerate(text.split("\n"), start=1):
        head, mark, comment = line[:_LINE_CHARACTERS].partition("#")
        if head.strip() and not is_continued:
            requirement, is_open = number, False
        is_continued = bool(head.strip()) and line.rstrip().endswith("\\")
        comment = comment.strip()
        if not mark or not requirement or (head.strip() and not head.endswith((" ", "\t"))):
            continue
        is_open = is_open or comment == "via" or comment.startswith("via ")
        if is_open:
            words = comment.removeprefix("via").split(",")
            found.setdefault(requirement, []).extend(filter(None, map(str.strip, words)))
    return {line: tuple(words) for line, words in found.items()}


def sources_in(words: Iterable[str]) -> tuple[str, ...]:
    """Return the files among annotations that ask for a requirement themselves."""
    found: dict[str, None] = {}
    for word in words:
        by_project = _BY_PROJECT.fullmatch(word)
        if word.startswith("-r "):
            found[word[3:].strip()] = None
        elif by_project is not None:
            found[by_project[1]] = None
    return tuple(found)[:_SOURCES_AT_MOST]


def requirers_in(words: Iterable[str]) -> tuple[DistributionName, ...]:
    """Return the distributions among annotations."""
    names = (match[1] for word in words if (match := _NAME.fullmatch(word)))
    return tuple(dict.fromkeys(map(normalise, names)))
