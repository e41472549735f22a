"""What of the project relies on asserts and docstrings, which `-OO` takes away. Pure.

An assert is relied on when its test does something: a call of anything but a look at a value, or a `:=`. A docstring is
when the code reads `__doc__`.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from footprint.model.tuning import OptimisedUse

_LOOKS = frozenset(
    {"isinstance", "issubclass", "len", "all", "any", "callable", "hasattr", "getattr", "type", "set", "sorted", "str"}
    | {"int", "float", "bool", "tuple", "list", "dict", "abs", "min", "max", "sum", "repr", "frozenset", "id", "range"}
)
_LOOKING = frozenset({"startswith", "endswith", "keys", "values", "items", "get", "is_file", "is_dir", "exists"})


def find_uses(tree: ast.AST, path: str) -> tuple[int, tuple[OptimisedUse, ...]]:
    """Return how many asserts a module has, and what it relies on."""
    asserts = [node for node in ast.walk(tree) if isinstance(node, ast.Assert)]
    found = [OptimisedUse("assert", path, node.lineno) for node in asserts if _does_something(node.test)]
    found += [OptimisedUse("docstring", path, line) for line in _doc_lines(tree)]
    return len(asserts), tuple(sorted(found, key=lambda each: each.line))


def _does_something(test: ast.expr) -> bool:
    return any(
        isinstance(node, ast.NamedExpr | ast.Await | ast.Yield | ast.YieldFrom)
        or (isinstance(node, ast.Call) and not _only_looks(node.func))
        for node in ast.walk(test)
    )


def _only_looks(called: ast.expr) -> bool:
    if isinstance(called, ast.Name):
        return called.id in _LOOKS
    return isinstance(called, ast.Attribute) and called.attr in _LOOKING


def _doc_lines(tree: ast.AST) -> Iterator[int]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute | ast.Name) and isinstance(node.ctx, ast.Load):
            name = node.attr if isinstance(node, ast.Attribute) else node.id
            if name == "__doc__":
                yield node.lineno
