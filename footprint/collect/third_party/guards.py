"""Guards that guard nothing: a failed import that is raised again, so that the module cannot do without it."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterable, Sequence

from footprint.documents.python_trees import parse_python

_CAUGHT = frozenset({"ImportError", "ModuleNotFoundError", "Exception", "BaseException"})
_ENDS = frozenset({"exit", "_exit", "quit"})
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)


def find_raising_lines(data: bytes) -> frozenset[int]:
    """Return the lines of imports whose failing ends the module or the function around them.

    That is: a handler raises or ends the process, at once or under a condition; or it takes a note of the failing, and
    a condition at the top of the module raises by that note. A note that only functions look at makes no difference
    before one of them is called.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # invalid escapes of others
            tree = parse_python(data)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return frozenset()
    late = _names_that_raise(tree)
    found: set[int] = set()
    for node in ast.walk(tree):
        handlers = [each for each in node.handlers if _catches(each.type)] if isinstance(node, ast.Try) else []
        if isinstance(node, ast.Try) and any(_ends(each.body) or _notes(each) & late for each in handlers):
            imports = (part for part in _parts(node.body) if isinstance(part, (ast.Import, ast.ImportFrom)))
            found.update(part.lineno for part in imports)
    return frozenset(found)


def _catches(caught: ast.expr | None) -> bool:
    names = [caught] if not isinstance(caught, ast.Tuple) else caught.elts
    return caught is None or any(isinstance(name, ast.Name) and name.id in _CAUGHT for name in names)


def _parts(body: Sequence[ast.stmt]) -> Iterable[ast.AST]:
    """Yield what runs with a body: the bodies of functions in it do not."""
    pending: list[ast.AST] = list(body)
    while pending:
        node = pending.pop()
        yield node
        if not isinstance(node, _FUNCTIONS):
            pending.extend(ast.iter_child_nodes(node))


def _ends(body: Sequence[ast.stmt]) -> bool:
    return any(isinstance(node, ast.Raise) or _is_exit(node) for node in _parts(body))


def _is_exit(node: ast.AST) -> bool:
    match node:
        case ast.Call(func=ast.Attribute(attr=name) | ast.Name(id=name)):
            return name in _ENDS
    return False


def _notes(handler: ast.ExceptHandler) -> set[str]:
    """Return the names that a handler assigns: HAVE_X = False, x = None, _error = e."""
    parts = _parts(handler.body)
    return {part.id for part in parts if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)}


def _names_that_raise(tree: ast.Module) -> frozenset[str]:
    """Return the names by which a condition at the top of the module raises."""
    found: set[str] = set()
    for node in tree.body:
        if isinstance(node, ast.Assert) or (isinstance(node, ast.If) and _ends(node.body)):
            found.update(part.id for part in ast.walk(node.test) if isinstance(part, ast.Name))
    return frozenset(found)
