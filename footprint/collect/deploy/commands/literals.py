"""Expressions of strangers that can be said without running them: literals, names assigned above, variables."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping

from footprint.documents.python_trees import dotted_name

_DEPTH_AT_MOST = 20

Value = str | int | bool
Names = Callable[[ast.expr], "Value | None"]  # what a name or an attribute stands for


def evaluate(node: ast.AST | None, environ: Mapping[str, str], names: Names, depth: int = 0) -> Value | None:
    """Return the value of an expression, None for what is only known where it runs: `os.cpu_count()`.

    `os.environ.get("WEB_CONCURRENCY", 2)` is what `environ` has, else the default.
    """
    if depth > _DEPTH_AT_MOST:
        return None
    match node:
        case ast.Constant(value=str() | int() as value):
            return value
        case ast.Call(func=ast.Name(id="int" | "str" | "bool" as kind), args=[inner], keywords=[]):
            return _convert(kind, evaluate(inner, environ, names, depth + 1))
        case ast.Call(args=[ast.Constant(value=str() as name), *rest], keywords=keywords) if _is_getenv(node.func):
            rest = [*rest, *(each.value for each in keywords if each.arg == "default")]
            return environ.get(name, evaluate(rest[0], environ, names, depth + 1) if len(rest) == 1 else None)
        case ast.Subscript(slice=ast.Constant(value=str() as name)) if dotted_name(node.value) == "os.environ":
            return environ.get(name)
        case ast.BoolOp(op=ast.Or(), values=[first, second]):
            # the first is false, or a variable that is not set here
            return evaluate(first, environ, names, depth + 1) or evaluate(second, environ, names, depth + 1)
        case ast.Name() | ast.Attribute():
            return names(node)
    return None


def _is_getenv(function: ast.expr) -> bool:
    return dotted_name(function) in {"os.environ.get", "os.getenv", "getenv", "environ.get"}


def _convert(kind: str, value: Value | None) -> Value | None:
    if value is None or kind == "str":
        return None if value is None else str(value)
    if kind == "bool":
        return bool(value)
    text = str(int(value)) if isinstance(value, bool) else str(value)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
