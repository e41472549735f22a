"""Functions that are handed over to be called when the application starts.

Source: ASGI frameworks' documentation of lifespan and start-up events (Starlette, FastAPI, Litestar, Quart, Sanic).
"""

from __future__ import annotations

import ast

from footprint.documents.python_trees import dotted_name

_ONE = frozenset({"lifespan"})  # FastAPI(lifespan=run)
_MANY = frozenset({"on_startup", "startup_handlers"})  # Starlette(on_startup=[connect])
_DECORATORS = frozenset({"before_serving", "on_startup", "before_server_start", "after_server_start"})


def handlers_of(call: ast.Call, name: str | None) -> list[ast.expr]:
    """Return the functions that `call`, of the function by that dotted name, registers to run at startup.

    By `lifespan=`, by `on_startup=[...]`, or as event handlers.
    """
    found: list[ast.expr] = []
    for keyword in call.keywords:
        if keyword.arg in _ONE:
            found.append(keyword.value)
        elif keyword.arg in _MANY and isinstance(keyword.value, (ast.List, ast.Tuple)):
            found += keyword.value.elts
    is_event = name is not None and name.endswith(".add_event_handler")
    if is_event and len(call.args) == 2 and _is_startup(call.args[0]):
        found.append(call.args[1])
    return found


def runs_at_startup(decorator: ast.expr) -> bool:
    """Return whether a decorator makes its function a start-up handler: `@app.on_event("startup")` and its like."""
    called = decorator.func if isinstance(decorator, ast.Call) else decorator
    _, dot, last = (dotted_name(called) or "").rpartition(".")
    if not dot:
        return False
    if last == "on_event":
        return isinstance(decorator, ast.Call) and bool(decorator.args) and _is_startup(decorator.args[0])
    return last in _DECORATORS


def _is_startup(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value == "startup"
