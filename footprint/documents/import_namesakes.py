"""Functions that a file calls `import_module` or `__import__` itself, and that import nothing.

What cannot be seen through counts as the real one: a name that comes by an import or an argument, one that is bound
to something computed, a function whose body speaks of imports, of loading or of running code.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from footprint.documents.python_trees import FUNCTIONS, all_arguments, assigned, last_name, nodes_of, running
from footprint.names import NameSet
from footprint.values import dataclass

IMPORTERS = frozenset({"import_module", "__import__"})
_RUNS_CODE = frozenset({"exec", "eval", "compile", "run_path"})
_HIDING = (ast.ClassDef, *FUNCTIONS)


@dataclass(frozen=True, slots=True)
class Namesakes:
    """The names of importers that a file gives to what imports nothing."""

    anywhere: NameSet = frozenset()  # in any block but a class, and all that bear the name are harmless
    at_top: NameSet = frozenset()  # of these, those that the module itself binds
    idle: NameSet = frozenset()  # of these, those that do nothing with what they get


def find_namesakes(tree: ast.Module) -> Namesakes:
    """Return the names of importers that stand for functions of this file which import nothing."""
    nodes = nodes_of(tree)
    methods = {id(part) for node in nodes if isinstance(node, ast.ClassDef) for part in node.body}
    bound = [pair for node in nodes if id(node) not in methods for pair in _bound_by(node)]
    anywhere = frozenset(name for name, _ in bound) - {name for name, function in bound if _may_import(function, name)}
    if not anywhere:
        return Namesakes()
    top = {name for node in running(tree.body, _HIDING) for name, _ in _bound_by(node)}
    return Namesakes(anywhere, anywhere & top, anywhere - {name for name, function in bound if not _is_idle(function)})


def _bound_by(node: ast.AST) -> Iterator[tuple[str, ast.AST | None]]:
    """Yield the names of importers that a node binds, with the function that each gets; None: nobody can say."""
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        if node.name in IMPORTERS:
            yield node.name, None if node.decorator_list else node
    elif isinstance(node, (ast.Import, ast.ImportFrom)):
        yield from ((bound, None) for each in node.names if (bound := each.asname or each.name) in IMPORTERS)
    elif isinstance(node, (ast.Global, ast.Nonlocal)):
        yield from ((name, None) for name in node.names if name in IMPORTERS)
    for target, value in assigned(node):
        name = last_name(target)
        if isinstance(target, ast.Name) and name in IMPORTERS:
            yield name, value if isinstance(value, (ast.Lambda, ast.Name, ast.Constant)) else None


def _may_import(function: ast.AST | None, own_name: str) -> bool:
    """Whether anything in a function speaks of imports, of loading, or of running code."""
    if function is None:
        return True
    for node in nodes_of(function):
        word = last_name(node)
        is_itself = isinstance(node, ast.Name) and word == own_name and isinstance(function, ast.FunctionDef)
        if not is_itself and ("import" in word or "load" in word or word in _RUNS_CODE):
            return True
    return False


def _is_idle(function: ast.AST | None) -> bool:
    """Whether a function reads none of what it gets."""
    if not isinstance(function, FUNCTIONS):
        return False
    taken = {each.arg for each in all_arguments(function.args)}
    return not any(isinstance(node, ast.Name) and node.id in taken for node in nodes_of(function))
