"""Tests of the version, as an interpreter answers them that knows `__lazy_modules__`: 3.15 or later."""

from __future__ import annotations

import ast

from footprint.documents.python_trees import dotted_name
from footprint.knowledge.target_facts import LAZY_SINCE


def decided(test: ast.expr) -> bool | None:
    """Return how `sys.version_info >= (3, 15)` and its like come out, None where that depends on more."""
    is_negated = False
    while isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        is_negated, test = not is_negated, test.operand
    truth = _compared(test) if isinstance(test, ast.Compare) and len(test.ops) == 1 else None
    return None if truth is None else truth is not is_negated


def _compared(test: ast.Compare) -> bool | None:
    version = _version_of(test.comparators[0])
    if version is None or not _asks_version(test.left):
        return None
    operator = test.ops[0]
    if isinstance(operator, (ast.GtE, ast.Lt)) and version <= LAZY_SINCE:
        return isinstance(operator, ast.GtE)
    if isinstance(operator, (ast.Gt, ast.LtE)) and version < LAZY_SINCE:
        return isinstance(operator, ast.Gt)
    return None


def _asks_version(node: ast.expr) -> bool:
    """Whether an expression is `sys.version_info`, or `sys.version_info[:2]`."""
    while isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Slice):
        bounds = node.slice
        is_start = bounds.lower is None and bounds.step is None
        if not (is_start and isinstance(bounds.upper, ast.Constant) and bounds.upper.value in (2, 3)):
            return False
        node = node.value
    return dotted_name(node) in ("sys.version_info", "version_info")


def _version_of(node: ast.expr) -> tuple[int, ...] | None:
    items = node.elts if isinstance(node, ast.Tuple) else []
    numbers = [item.value for item in items if isinstance(item, ast.Constant) and isinstance(item.value, int)]
    return tuple(numbers) if numbers and len(numbers) == len(items) else None
