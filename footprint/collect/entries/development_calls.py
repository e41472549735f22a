"""Calls of a deployed script that serve its application as developers do: `app.run(debug=True)`. Nothing is run.

Laws: a call below a condition other than that of the main block may never run where it is deployed: nothing is told.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Iterable, Iterator

from footprint.documents import python_trees
from footprint.knowledge.development_starts import ROWS, WATCHING_ARGUMENTS
from footprint.model.entry_origins import EntryOrigin
from footprint.model.source_modules import EntryPoint
from footprint.model.start_habits import StartHabit

_NO_CONDITION = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Expr, ast.With, ast.Module)


def find_calls(
    entries: Iterable[EntryPoint], deployed: Collection[EntryOrigin], read: Callable[[str], str | None]
) -> Iterator[StartHabit]:
    """Yield the serving calls for developers of those entries that are deployed."""
    for entry in entries:
        path, _, line = (entry.served_at or "").rpartition(":")
        server = entry.server or ""
        if entry.source not in deployed or not path or server not in WATCHING_ARGUMENTS:
            continue
        tree = python_trees.try_python(read(path) or "")
        call = _call_at(tree, int(line)) if tree is not None else None
        if call is None:
            continue
        values = {each.arg: each.value.value for each in call.keywords if isinstance(each.value, ast.Constant)}
        does_watch = any(values.get(name) is True for name in WATCHING_ARGUMENTS[server])
        does_watch = does_watch and values.get("use_reloader") is not False
        if does_watch or ROWS[server].is_always:
            shown = ast.unparse(call)[:120]
            yield StartHabit("development", path, int(line), shown, (server,), watches=does_watch)


def _call_at(tree: ast.Module, line: int) -> ast.Call | None:
    """Return the outermost call that stands on a line, where nothing decides whether it runs."""
    parts: list[ast.AST] = [tree]
    while parts:
        part = parts.pop()
        if isinstance(part, ast.Call):
            if part.lineno == line:
                return part
        elif isinstance(part, _NO_CONDITION) or (isinstance(part, ast.If) and _is_main_block(part)):
            inner = [*part.body] if isinstance(part, ast.If) else [*ast.iter_child_nodes(part)]
            parts += reversed(inner)
    return None


def _is_main_block(node: ast.If) -> bool:
    return any(isinstance(each, ast.Name) and each.id == "__name__" for each in ast.walk(node.test))
