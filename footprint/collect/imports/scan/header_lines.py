"""The text of one header line, understood: the rules of `conditions` for those who have no tree.

What the running interpreter cannot parse (newer syntax, Python 2) is judged by the names in it.
"""

from __future__ import annotations

import ast
import re
from functools import lru_cache
from typing import NamedTuple

from footprint.collect.imports.header_conditions import (
    Truth,
    catches_import_error,
    classify_test,
    suppresses_import_error,
)
from footprint.collect.imports.target_tests import conditions_of

_NOT_PARSED = (SyntaxError, RecursionError, MemoryError, ValueError)


class HeaderTest(NamedTuple):
    """What holds in the body and in the else of an `if`, and what each needs of the target."""

    in_body: Truth | None = None
    in_else: Truth | None = None
    for_body: str | None = None
    for_else: str | None = None


@lru_cache(4096)
def truths_of(condition: str, typing_names: frozenset[str]) -> HeaderTest:
    """Return what `if <condition>` says of its branches."""
    try:
        test = ast.parse(f"({condition}\n)", mode="eval").body
        return HeaderTest(*classify_test(test, typing_names), *conditions_of(test))
    except _NOT_PARSED:
        return HeaderTest()


@lru_cache(4096)
def catches(kinds: str) -> bool:
    """Whether `except <kinds>` catches a failed import; `kinds` may end in `as name` and start with a star."""
    try:
        tree = ast.parse(f"try:\n pass\nexcept {kinds}:\n pass").body[0]
    except _NOT_PARSED:
        return _names_import_error(kinds)
    handlers: list[ast.ExceptHandler] = getattr(tree, "handlers", [])
    return any(catches_import_error(handler.type) for handler in handlers)


def _names_import_error(kinds: str) -> bool:
    """Judge `A, B`, which is a tuple since 3.14 and was `A as B` in Python 2."""
    words = re.split(r"\bas\b", kinds)[0]
    if not words.strip(" *:"):
        return True
    return any(catches_import_error(ast.Name(name, ast.Load())) for name in re.findall(r"\w+", words))


@lru_cache(1024)
def suppresses(items: str, suppress_names: frozenset[str]) -> bool:
    """Whether `with <items>` holds a `contextlib.suppress` that lets a failed import pass."""
    if not any(name in items for name in suppress_names):
        return False
    try:
        tree = ast.parse(f"with {items}:\n pass").body[0]
    except _NOT_PARSED:
        return re.search(r"\bsuppress\(.*(?:ImportError|ModuleNotFoundError|Exception)", items) is not None
    found: list[ast.withitem] = getattr(tree, "items", [])
    return any(suppresses_import_error(item, suppress_names) for item in found)
