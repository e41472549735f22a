"""gunicorn.conf.py, read and never run: what its top level assigns, where that can be said without running it.

Source: gunicorn's documentation, "Settings" and "Configuration File".
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass

from footprint.documents.python_trees import parse_python

CHARACTERS_AT_MOST = 64 * 1024
WANTED = frozenset(
    {"workers", "threads", "preload_app", "worker_class", "bind", "wsgi_app", "chdir", "pythonpath", "max_requests"}
)
_DEPTH_AT_MOST = 20

Value = str | int | bool


@dataclass(frozen=True, slots=True)
class Setting:
    """One assignment; `value` is None for what is only known where it runs: `multiprocessing.cpu_count() * 2 + 1`."""

    value: Value | None
    line: int
    text: str  # the right side, as written


def read_settings(text: str, environ: Mapping[str, str]) -> Mapping[str, Setting]:
    """Return the settings that a file assigns by name; a later assignment counts, one under a condition is unknown.

    `os.environ.get("WEB_CONCURRENCY", 2)` is what `environ` has, else the default.
    Raises: ValueError for a text that is no Python.
    """
    if len(text) > CHARACTERS_AT_MOST:
        raise ValueError(f"larger than {CHARACTERS_AT_MOST // 1024} KiB: not read")
    try:
        tree = parse_python(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise ValueError(f"not valid Python: {str(error)[:200]}") from None
    known: dict[str, Setting] = {}
    for statement in tree.body:
        if isinstance(statement, (ast.If, ast.Try, ast.For, ast.While, ast.With)):
            _forget(statement, known)
            continue
        for name, value in _assigned(statement):
            known[name] = Setting(_evaluate(value, environ, known), statement.lineno, _words(value))
    return {name: setting for name, setting in known.items() if name in WANTED}


def _assigned(statement: ast.stmt) -> list[tuple[str, ast.expr]]:
    match statement:
        case ast.Assign(targets=targets, value=value):
            return [(target.id, value) for target in targets if isinstance(target, ast.Name)]
        case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
            return [(name, value)]
        case ast.AugAssign(target=ast.Name(id=name)):
            return [(name, ast.BinOp(ast.Name(name, ast.Load()), ast.Add(), statement.value))]
    return []


def _forget(block: ast.stmt, known: dict[str, Setting]) -> None:
    for node in ast.walk(block):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            known[node.id] = Setting(None, node.lineno, "assigned under a condition")


def _evaluate(node: ast.expr, environ: Mapping[str, str], known: Mapping[str, Setting], depth: int = 0) -> Value | None:
    """Return the value of an expression of literals, names assigned above and variables of the environment."""
    if depth > _DEPTH_AT_MOST:
        return None
    match node:
        case ast.Constant(value=str() | int() as value):
            return value
        case ast.Name(id=name):
            return known[name].value if name in known else None
        case ast.Call(func=ast.Name(id="int" | "str" | "bool" as kind), args=[inner], keywords=[]):
            return _convert(kind, _evaluate(inner, environ, known, depth + 1))
        case ast.Call(args=[ast.Constant(value=str() as name), *rest], keywords=[]) if _is_getenv(node.func):
            default = _evaluate(rest[0], environ, known, depth + 1) if len(rest) == 1 else None
            return environ.get(name, default)
        case ast.Subscript(slice=ast.Constant(value=str() as name)) if _dotted(node.value) == "os.environ":
            return environ.get(name)
        case ast.BoolOp(op=ast.Or(), values=[first, second]):
            # the first is false, or a variable that is not set here
            return _evaluate(first, environ, known, depth + 1) or _evaluate(second, environ, known, depth + 1)
    return None


def _is_getenv(function: ast.expr) -> bool:
    return _dotted(function) in {"os.environ.get", "os.getenv", "getenv", "environ.get"}


def _dotted(node: ast.expr) -> str:
    parts = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return ".".join(reversed([*parts, node.id])) if isinstance(node, ast.Name) else ""


def _convert(kind: str, value: Value | None) -> Value | None:
    if value is None or kind == "str":
        return None if value is None else str(value)
    if kind == "bool":
        return bool(value)
    text = str(int(value)) if isinstance(value, bool) else str(value)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _words(node: ast.expr) -> str:
    try:
        return ast.unparse(node)[:100]
    except (RecursionError, ValueError, AttributeError):
        return "an expression"
