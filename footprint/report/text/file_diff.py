"""A file before and after as a unified diff, for whoever reads it: what is written is never made out of it."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from footprint.credentials import star_credentials

_NO_END = "\\ No newline at end of file"


def diff_lines(path: str, before: str | None, after: str) -> tuple[str, ...]:
    """Return the lines of a unified diff without their ends, secrets of addresses left out; None: a new file."""
    old = "/dev/null" if before is None else f"a/{path}"
    found = difflib.unified_diff(_lines(before or ""), _lines(after), old, f"b/{path}", lineterm="\n")
    return tuple(each for line in found for each in _shown(line))


def _lines(text: str) -> list[str]:
    *whole, last = text.removeprefix("\ufeff").replace("\r\n", "\n").split("\n")
    return [*(f"{line}\n" for line in whole), *([last] if last else [])]


def _shown(line: str) -> Iterator[str]:
    yield star_credentials(line.rstrip("\n"))
    if not line.endswith("\n"):
        yield _NO_END
