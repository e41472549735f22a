"""gunicorn.conf.py, read and never run: what its top level assigns, where that can be said without running it.

Source: gunicorn's documentation, "Settings" and "Configuration File".
"""

from __future__ import annotations

import ast
from collections.abc import Mapping

from footprint.collect.deploy.commands.literals import Value, evaluate
from footprint.documents.python_trees import parse_python
from footprint.values import dataclass

# Functions of the file that run in the real command while it starts, in the process above the workers or in each.
HOOKS = ("on_starting", "when_ready", "pre_fork", "post_fork", "post_worker_init")
CHARACTERS_AT_MOST = 64 * 1024
WANTED = frozenset(HOOKS) | frozenset(
    {"workers", "threads", "preload_app", "worker_class", "bind", "wsgi_app", "chdir", "pythonpath", "max_requests"}
)


@dataclass(frozen=True, slots=True)
class GunicornSetting:
    """One assignment; `value` is None for what is only known where it runs: `multiprocessing.cpu_count() * 2 + 1`."""

    value: Value | None
    line: int
    text: str  # the right side, as written


def read_settings(text: str, environ: Mapping[str, str]) -> Mapping[str, GunicornSetting]:
    """Return the settings and hooks that a file states, by name; a later one counts, one under a condition is unknown.

    `os.environ.get("WEB_CONCURRENCY", 2)` is what `environ` has, else the default.
    Raises: ValueError for a text that is not Python.
    """
    if len(text) > CHARACTERS_AT_MOST:
        raise ValueError(f"larger than {CHARACTERS_AT_MOST // 1024} KiB: not read")
    try:
        tree = parse_python(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise ValueError(f"not valid Python: {str(error)[:200]}") from None
    known: dict[str, GunicornSetting] = {}

    def value_of(node: ast.expr) -> Value | None:
        return known[node.id].value if isinstance(node, ast.Name) and node.id in known else None

    for statement in tree.body:
        if isinstance(statement, (ast.If, ast.Try, ast.For, ast.While, ast.With)):
            _forget(statement, known)
            continue
        if isinstance(statement, ast.FunctionDef) and not all(map(_only_tells, statement.body)):
            known[statement.name] = GunicornSetting(None, statement.lineno, "")
        for name, value in _assigned(statement):
            known[name] = GunicornSetting(evaluate(value, environ, value_of), statement.lineno, _words(value))
    return {name: setting for name, setting in known.items() if name in WANTED}


def _only_tells(statement: ast.stmt) -> bool:
    """Return whether a statement of a hook does nothing but write to a log."""
    call = statement.value if isinstance(statement, ast.Expr) else None
    is_log = isinstance(call, ast.Call) and "log" in _words(call.func) and call.args and not call.keywords
    return isinstance(statement, ast.Pass) or isinstance(call, ast.Constant) or bool(is_log)


def _assigned(statement: ast.stmt) -> list[tuple[str, ast.expr]]:
    match statement:
        case ast.Assign(targets=targets, value=value):
            return [(target.id, value) for target in targets if isinstance(target, ast.Name)]
        case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
            return [(name, value)]
        case ast.AugAssign(target=ast.Name(id=name)):
            return [(name, ast.BinOp(ast.Name(name, ast.Load()), ast.Add(), statement.value))]
    return []


def _forget(block: ast.stmt, known: dict[str, GunicornSetting]) -> None:
    for node in ast.walk(block):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            known[node.id] = GunicornSetting(None, node.lineno, "assigned under a condition")


def _words(node: ast.expr) -> str:
    try:
        return ast.unparse(node)[:100]
    except (RecursionError, ValueError, AttributeError):
        return "an expression"
