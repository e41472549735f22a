"""Whether a project is offered to an index, so that others install it and import what is in it.

Law: classifiers say so, in whichever file they stand and however they are put together: only an index reads them.
"Private :: ..." takes it back, because no index accepts that. What is installed of the project, and the PKG-INFO of an
sdist, say nothing more: they were made of these files.
Source: "Core metadata specifications" (Classifier); PyPI, "Classifiers" ("Private ::" is refused at an upload).
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from footprint.collect.declared.bounded_text import Skipped, guess_text, is_file, read_file
from footprint.collect.declared.result import Gathering


def add_classifiers(path: Path, line: int, kinds: Iterable[str], into: Gathering) -> None:
    """Keep that the project file at `path` has classifiers on `line`, as far as `kinds` are known; "" if computed."""
    found = list(kinds)
    if any(kind.strip().startswith("Private ::") for kind in found):
        into.private.add(into.relative(path.parent))
    elif found:
        into.published.setdefault(into.relative(path), line)


def classifiers_of_file(name: str, folder: Path, into: Gathering) -> list[str]:
    """Return the lines of a file that a project file names for its classifiers; one of "" where it cannot be read."""
    path = folder / name.strip()
    try:
        data = read_file(path) if into.may_read(path) and is_file(path) else b""
    except Skipped:
        data = b""
    return guess_text(data).splitlines() or [""]
