"""Functions that are handed over: to be called when the application starts, or by another process.

Source: ASGI frameworks' documentation of lifespan and start-up events (Starlette, FastAPI, Litestar, Quart, Sanic);
that of Celery, Dramatiq, Huey, RQ and Taskiq on tasks, of click, typer and Flask on commands.
"""

from __future__ import annotations

import ast

from footprint.documents.python_trees import dotted_name

_ONE = frozenset({"lifespan"})  # FastAPI(lifespan=run)
_MANY = frozenset({"on_startup", "startup_handlers"})  # Starlette(on_startup=[connect])
# Of tasks, which a worker runs, and of commands, which somebody types; without an owner only names that say so.
_OF_OTHERS = frozenset({"task", "periodic_task", "actor", "command", "group"})
_ALONE = frozenset({"shared_task", "actor", "job", "db_task", "db_periodic_task"})
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


def runs_elsewhere(decorator: ast.expr) -> bool:
    """Return whether a decorator gives its function to another process: `@app.task`, `@cli.command()`."""
    called = decorator.func if isinstance(decorator, ast.Call) else decorator
    _, dot, last = (dotted_name(called) or "").rpartition(".")
    return last in (_OF_OTHERS if dot else _ALONE) or (bool(dot) and last in _ALONE)


def _is_startup(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value == "startup"
