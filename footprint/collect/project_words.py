"""Which words stand in a project's files: searched for as they are, in code and in whatever configures it."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterable
from pathlib import Path

from footprint.files.reader import try_read

_LARGEST_BYTES = 1 << 20
# What describes does not configure; what declares does not use.
_NOT_READ = (".md", ".rst", ".txt", ".lock", ".adoc", ".csv", ".svg", ".html", ".css", ".map", "LICENSE", "lock.json")
_COMMENT = ("#", "//")


def find_words(project: Path, paths: Iterable[str], words: Collection[str]) -> set[str]:
    """Return those of the words that stand in one of the files, not as a part of a longer one nor in a line comment."""
    left, found = set(words), set[str]()
    for path in paths:
        if path.endswith(_NOT_READ) or not left:
            continue
        content = try_read(os.fspath(project / path), bytes_at_most=_LARGEST_BYTES)
        if content is None:
            continue
        text = content.decode("utf-8", "replace")
        found |= {word for word in left if word in text and _stands_in(text, word)}
        left -= found
    return found


def _stands_in(text: str, word: str) -> bool:
    ends = (r"(?<!\w)" if word[0].isalnum() else "", r"(?!\w)" if word[-1].isalnum() else "")
    places = re.finditer(f"{ends[0]}{re.escape(word)}{ends[1]}", text)
    lines = (text[text.rfind("\n", 0, found.start()) + 1 : found.start()] for found in places)
    return any(not before.lstrip().startswith(_COMMENT) for before in lines)
