"""Small readings of syntax trees."""

from __future__ import annotations

import ast


def last_word(function: ast.expr) -> str | None:
    """Return `c` of `a.b.c` and of `f().c`."""
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", None)


def string_of(node: ast.AST | None) -> str | None:
    """Return the text of a literal."""
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def key_of(node: ast.AST | None) -> str | int | None:
    """Return the literal by which an item is asked for, None for any other."""
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub) and isinstance(node.operand, ast.Constant):
        value = node.operand.value
        return -value if isinstance(value, int) else None
    value = node.value if isinstance(node, ast.Constant) else None
    return value if isinstance(value, (str, int)) else None


def argument_of(call: ast.Call, position: int, keyword: str) -> ast.expr | None:
    """Return what a call gives to a parameter."""
    for given in call.keywords:
        if given.arg == keyword:
            return given.value
    before = call.args[: position + 1]
    if 0 <= position < len(call.args) and not any(isinstance(item, ast.Starred) for item in before):
        return call.args[position]
    return None


def all_arguments(arguments: ast.arguments) -> list[ast.arg]:
    """Return every parameter of a signature."""
    extra = [argument for argument in (arguments.vararg, arguments.kwarg) if argument is not None]
    return [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, *extra]


def strings_in(value: ast.AST | None) -> list[str]:
    """Return the literal strings of a list, tuple or set, and of the literal parts of a sum of them."""
    if value is None:
        return []
    return [text for node in ast.walk(value) if (text := string_of(node)) is not None]
