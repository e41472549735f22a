"""Calls of one file by the dotted name of what they call, aliases resolved, and other uses of such names."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from footprint.collect.choices.values import last_name

# What asks for a class without making one.
_ONLY_ASKS = frozenset({"isinstance", "issubclass", "cast", "TypeVar", "Depends", "spec", "patch"})


@dataclass(frozen=True, slots=True)
class Called:
    """One use of a name. `arguments` is None where the name is handed on: what it will be called with is not known."""

    name: str  # dotted, as imported: "bs4.BeautifulSoup"
    line: int
    arguments: tuple[ast.expr, ...] | None
    keywords: Mapping[str, ast.expr]
    is_spread: bool  # *args or **kwargs: more may be given
    function: ast.AST | None  # around it


def find_calls(tree: ast.AST, words: frozenset[str]) -> Iterator[Called]:
    """Yield the uses of what ends in one of `words`."""
    aliases = _aliases(tree)
    functions = _functions_around(tree)
    silent = _silent(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = _full_name(node.func, aliases)
            if name.rpartition(".")[2] == "partial" and node.args:
                name, arguments = _full_name(node.args[0], aliases), tuple(node.args[1:])
                silent.add(id(node.args[0]))
            else:
                arguments = tuple(node.args)
            silent.add(id(node.func))
            if name.rpartition(".")[2] in words:
                keywords = {each.arg: each.value for each in node.keywords if each.arg}
                is_spread = len(keywords) < len(node.keywords) or any(isinstance(a, ast.Starred) for a in arguments)
                yield Called(name, node.lineno, arguments, keywords, is_spread, functions.get(id(node)))
    for node in ast.walk(tree):
        if isinstance(node, (ast.Name, ast.Attribute)) and id(node) not in silent and isinstance(node.ctx, ast.Load):
            name = _full_name(node, aliases)
            if name.rpartition(".")[2] in words and "." in name:
                yield Called(name, node.lineno, None, {}, True, None)


def _aliases(tree: ast.AST) -> dict[str, str]:
    found: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            found.update((each.asname or each.name, f"{node.module or ''}.{each.name}") for each in node.names)
        elif isinstance(node, ast.Import):
            found.update((each.asname, each.name) for each in node.names if each.asname)
    return found


def _full_name(node: ast.expr, aliases: Mapping[str, str]) -> str:
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    parts.append(aliases.get(node.id, node.id) if isinstance(node, ast.Name) else "")
    return ".".join(reversed(parts))


def _functions_around(tree: ast.AST) -> dict[int, ast.AST]:
    """Return the innermost function around each call."""
    found: dict[int, ast.AST] = {}
    for node in ast.walk(tree):  # outer functions come first, so the innermost is written last
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            inner = [node.body] if isinstance(node, ast.Lambda) else node.body
            found.update((id(part), node) for each in inner for part in ast.walk(each) if isinstance(part, ast.Call))
    return found


def _silent(tree: ast.AST) -> set[int]:
    """Return the nodes that only speak of a name: annotations, isinstance, the parts of a longer dotted name."""
    found: set[int] = set()
    for node in ast.walk(tree):
        spoken: list[ast.expr | None] = []
        match node:
            case ast.arg(annotation=annotation) | ast.AnnAssign(annotation=annotation):
                spoken = [annotation]
            case ast.FunctionDef(returns=annotation) | ast.AsyncFunctionDef(returns=annotation):
                spoken = [annotation]
            case ast.Call(func=function, args=arguments) if last_name(function) in _ONLY_ASKS:
                spoken = list(arguments)
            case ast.Attribute(value=value):
                found.add(id(value))
            case ast.Subscript(value=value, slice=inner):  # list[Soup], Soup["x"]
                found.update((id(value), id(inner)))
        found.update(id(part) for each in spoken if each is not None for part in ast.walk(each))
    return found
