"""Where words stand in a project's files: searched for as they are, in code and in whatever configures it."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from footprint.files.reader import try_read
from footprint.model.lighter_variants import WordPlace

_LARGEST_BYTES = 1 << 20
# What describes does not configure; what declares does not use.
_NOT_READ = (".md", ".rst", ".txt", ".lock", ".adoc", ".csv", ".svg", ".html", ".css", ".map", "LICENSE", "lock.json")


def find_words(project: Path, paths: Iterable[str], words: Collection[str]) -> tuple[WordPlace, ...]:
    """Return the first place of each of the words that stands in one of the files; a comment of one line tells none."""
    return tuple(_places(project, paths, set(words)))


def _places(project: Path, paths: Iterable[str], left: set[str]) -> Iterator[WordPlace]:
    for path in paths:
        if not left:
            return
        if path.endswith(_NOT_READ):
            continue
        content = try_read(os.fspath(project / path), bytes_at_most=_LARGEST_BYTES)
        if content is None or not any(word.encode() in content for word in left):
            continue
        text = content.decode("utf-8", "replace")
        for word in sorted(left):
            if (line := _find(text, word)) is not None:
                left.discard(word)
                yield WordPlace(word, path, line)


def _find(text: str, word: str) -> int | None:
    """Return the line of a word, not as a part of a longer one and not behind a `#`."""
    ends = (r"(?<!\w)" if word[0].isalnum() else "", r"(?!\w)" if word[-1].isalnum() else "")
    for match in re.finditer(f"{ends[0]}{re.escape(word)}{ends[1]}", text):
        begin = text.rfind("\n", 0, match.start()) + 1
        if not text[begin : match.start()].lstrip().startswith(("#", "//")):
            return text.count("\n", 0, begin) + 1
    return None
