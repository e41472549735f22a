"""Tests of the interpreter and the platform: `sys.version_info >= (3, 11)`, `os.name == "nt"`.

Laws: what is kept of an `if` is what its branch cannot run without; the rest of the test is left out, so that a false
condition is proof that the branch does not run. It is evaluated elsewhere, for the target.
"""

from __future__ import annotations

import ast

from footprint.documents.python_trees import dotted_name
from footprint.knowledge.target_facts import TARGET_FLAGS, TARGET_VALUES

_MOST_ITEMS = 20
_DEPTH_AT_MOST = 20  # of `not`, `and`, `or`, and of what a value is taken from
_LONGEST = 400  # of all conditions around one statement: a chain of elif adds one for each
_LOOKUPS = frozenset({"startswith", "endswith"})
_CHANGES = frozenset({"lower", "upper"})
_OPERATORS = (ast.Eq, ast.NotEq, ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.In, ast.NotIn)
_OPPOSITES: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq,
    ast.Lt: ast.GtE,
    ast.Gt: ast.LtE,
    ast.In: ast.NotIn,
}
_OPPOSITES |= {opposite: operator for operator, opposite in _OPPOSITES.items()}


def conditions_of(test: ast.expr) -> tuple[str | None, str | None]:
    """Return what the target must be for the body and for the else of an `if` to run, None where nothing is known.

    Shape: a Python expression that is safe to stand in an `and`.
    """
    return _shown(_needed(test, wanted=True)), _shown(_needed(test, wanted=False))


def both(outer: str | None, inner: str | None) -> str | None:
    """Return what must hold where both do; without `inner` when that would become long."""
    if outer is None or inner is None or inner == outer:
        return outer or inner
    return outer if len(outer) + len(inner) > _LONGEST else f"{outer} and {inner}"


def _shown(node: ast.expr | None) -> str | None:
    if node is None:
        return None
    text = ast.unparse(node)
    if len(text) > _LONGEST:
        return None
    return f"({text})" if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.Or) else text


def _needed(test: ast.expr, *, wanted: bool, depth: int = 0) -> ast.expr | None:
    """Return what must hold for `test` to come out as wanted, None if nothing that is known."""
    if depth > _DEPTH_AT_MOST:
        return None
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        return _needed(test.operand, wanted=not wanted, depth=depth + 1)
    if isinstance(test, ast.BoolOp):
        parts = [_needed(value, wanted=wanted, depth=depth + 1) for value in test.values]
        known = [part for part in parts if part is not None]
        if isinstance(test.op, ast.And) is wanted:  # all of them; not (a or b) is not a and not b
            return ast.BoolOp(ast.And(), known) if len(known) > 1 else next(iter(known), None)
        return ast.BoolOp(ast.Or(), known) if len(known) == len(parts) else None
    if not _is_known(test):
        return None
    return test if wanted else _opposite(test)


def _opposite(test: ast.expr) -> ast.expr:
    if isinstance(test, ast.Compare) and len(test.ops) == 1:
        return ast.Compare(test.left, [_OPPOSITES[type(test.ops[0])]()], test.comparators)
    return ast.UnaryOp(ast.Not(), test)


def _is_known(test: ast.expr) -> bool:
    """Whether a test compares facts of the target with literals and does nothing else."""
    if isinstance(test, ast.Compare):
        sides = [test.left, *test.comparators]
        values = [is_value(side) for side in sides]
        plain = all(isinstance(operator, _OPERATORS) for operator in test.ops)
        return plain and any(values) and all(map(_is_value_or_literal, sides))
    if isinstance(test, ast.Call) and isinstance(test.func, ast.Attribute) and test.func.attr in _LOOKUPS:
        is_plain = len(test.args) == 1 and not test.keywords and _is_literal(test.args[0])
        return is_plain and is_value(test.func.value)
    return (dotted_name(test) or "").rpartition(".")[2] in TARGET_FLAGS


def _is_value_or_literal(node: ast.expr) -> bool:
    return is_value(node) or _is_literal(node)


def is_value(node: ast.expr, depth: int = 0) -> bool:
    """Whether an expression is a fact of the target, or a part of one."""
    if depth > _DEPTH_AT_MOST:
        return False
    if isinstance(node, ast.Subscript):
        index = node.slice
        bounds = (index.lower, index.upper, index.step) if isinstance(index, ast.Slice) else (index,)
        is_plain = all(bound is None or isinstance(bound, ast.Constant) for bound in bounds)
        return is_plain and is_value(node.value, depth + 1)
    if isinstance(node, ast.Call):
        if node.args or node.keywords:
            return False
        changed = node.func.value if isinstance(node.func, ast.Attribute) and node.func.attr in _CHANGES else None
        return is_value(changed, depth + 1) if changed is not None else f"{dotted_name(node.func)}()" in TARGET_VALUES
    return dotted_name(node) in TARGET_VALUES


def _is_literal(node: ast.expr) -> bool:
    if isinstance(node, (ast.Tuple, ast.List, ast.Set)):
        return len(node.elts) <= _MOST_ITEMS and all(isinstance(item, ast.Constant) for item in node.elts)
    return isinstance(node, ast.Constant) and isinstance(node.value, (str, int)) and len(str(node.value)) < _LONGEST
