"""Names that other files take from a module of ours without importing them: patch targets and attributes.

`patch("app.store.requests.get")`, `monkeypatch.setattr(store, "requests", fake)` and `store.requests.get(...)` all need
`requests` to be a name of app.store. Errs on the side of more: what stands in a comment counts.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from footprint.files.reader import try_read

_LARGEST_BYTES = 2_000_000
_LONGEST = 200  # of a dotted name


def find_taken_names(
    project: Path, files: Mapping[str, Mapping[str, str]], names: Collection[str], modules: Collection[str]
) -> frozenset[tuple[str, str]]:
    """Return which of `names` are taken from which of `modules`, as pairs of both.

    `files` are the sources to look at, each with what the names that it imports stand for: "store" -> "app.store".
    """
    if not names or not modules:
        return frozenset()
    usual = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
    search = re.compile(rf"[.'\"]({usual})\b")  # begins with a character: found many times faster than a name before it
    found: set[tuple[str, str]] = set()
    for path, stands_for in files.items():
        text = (try_read(project / path, bytes_at_most=_LARGEST_BYTES) or b"").decode("utf-8", "replace")
        for match in search.finditer(text):
            owner = _before(text, match.start())
            found.update((module, match[1]) for module in _meant(owner, stands_for) if module in modules)
    return frozenset(found)


def _before(text: str, end: int) -> str:
    """Return the dotted name that ends at `end`: `app.store` before ".requests", and before `, "requests"`."""
    if text[end] != ".":
        before = text[max(0, end - _LONGEST) : end].rstrip()
        if not before.endswith(","):
            return ""
        end -= len(text[max(0, end - _LONGEST) : end]) - len(before[:-1].rstrip())
    start = end
    while start > max(0, end - _LONGEST) and (text[start - 1].isalnum() or text[start - 1] in "_."):
        start -= 1
    return text[start:end]


def _meant(owner: str, stands_for: Mapping[str, str]) -> Iterator[str]:
    """Yield what a dotted name may mean: itself, and what its first part stands for."""
    yield owner
    head, dot, rest = owner.partition(".")
    if head in stands_for:
        yield f"{stands_for[head]}{dot}{rest}"
