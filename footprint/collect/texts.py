"""What a plain search tells of a file of ours, which spares reading it in full.

Errs on the side of more: what stands in a comment or a string counts.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import field
from pathlib import Path

from footprint.files.reader import try_read
from footprint.names import text_bytes
from footprint.values import dataclass

_LARGEST_BYTES = 64 << 20  # as the reader of sources takes them


@dataclass(slots=True)
class TextAnswers:
    """Answers about the files of one project, each given once."""

    project: Path
    _held: dict[tuple[str, frozenset[str]], bool] = field(default_factory=dict)
    _bound: dict[tuple[str, str], bool | None] = field(default_factory=dict)

    def holds_any(self, path: str, words: frozenset[str]) -> bool:
        """Whether a file holds one of `words`; a file that cannot be read may, and whoever reads it notes why."""
        if (path, words) not in self._held:
            data = self._read(path)
            self._held[path, words] = data is None or any(_stands_in(data, word) for word in words)
        return self._held[path, words]

    def binds(self, path: str, names: Collection[str]) -> frozenset[str] | None:
        """Return which of `names` the top level of a file defines or assigns; None when only a tree can tell."""
        asked = [name for name in names if (path, name) not in self._bound]
        data = self._read(path) if asked else None
        self._bound.update(((path, name), None if data is None else _is_bound(name, data)) for name in asked)
        answers = {name: self._bound[path, name] for name in names}
        return None if None in answers.values() else frozenset(name for name, answer in answers.items() if answer)

    def _read(self, path: str) -> bytes | None:
        return try_read(f"{self.project}/{path}", bytes_at_most=_LARGEST_BYTES)


def _stands_in(data: bytes, word: str) -> bool:
    """Whether a word stands in `data`, and not as a part of another or as an attribute."""
    found = text_bytes(word)
    return found in data and (not word.isidentifier() or re.search(rb"(?<![\w.])%s(?!\w)" % found, data) is not None)


def _is_bound(name: str, data: bytes) -> bool | None:
    if not _stands_in(data, name):
        return False
    word = text_bytes(name)
    bound = rb"^(?:(?:class|def|async[ \t]+def)[ \t]+%s\b|%s[ \t]*(?::[^=\n]*)?=(?!=))" % (word, word)
    return True if re.search(bound, data, re.MULTILINE) else None
