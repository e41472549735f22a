"""Python of strangers as syntax trees, refused before the parser would exhaust the machine."""

from __future__ import annotations

import ast
import re

PARTS_AT_MOST = 500
# The parser keeps every beginning of the dotted name of an import: 32 kB of `import a.a.a...` took 288 MiB of memory,
# 400 kB would take 40 GiB.
_LONG_NAME = re.compile(rf"(?:\.[\s\\]*\w+[\s\\]*){{{PARTS_AT_MOST}}}")
_LONG_NAME_BYTES = re.compile(rb"(?:\.[\s\\]*[\w\x80-\xff]+[\s\\]*){%d}" % PARTS_AT_MOST)


def has_long_name(text: str | bytes) -> bool:
    """Return whether a text may have a dotted name of more parts than anybody writes."""
    if isinstance(text, str):
        return text.count(".") >= PARTS_AT_MOST and _LONG_NAME.search(text) is not None
    return text.count(b".") >= PARTS_AT_MOST and _LONG_NAME_BYTES.search(text) is not None


def parse_python(text: str | bytes) -> ast.Module:
    """Return the tree of a module.

    Raises: SyntaxError, ValueError, RecursionError, MemoryError, as the parser does; RecursionError also for a long
        dotted name.
    """
    if has_long_name(text):
        raise RecursionError(f"a name of more than {PARTS_AT_MOST} parts")
    return ast.parse(text)
