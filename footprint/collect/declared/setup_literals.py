"""Find out what an expression of a setup.py amounts to, without running anything.

Laws: literals, names that module-level code binds to literals, and what joins them. Everything else is computed,
and then the answer is None: what running it would give cannot be told.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

_FILE_SUFFIXES = (".txt", ".in", ".pip")
_STEPS_AT_MOST = 2000  # of one question, followed names and operators: bindings may refer to each other
_ALL_STEPS_AT_MOST = 100_000  # of one file
_DEPTH_AT_MOST = 100
_JOINERS = ("list", "tuple", "sorted", "set", "dict")


@dataclass(frozen=True, slots=True)
class Text:
    """A string and the line on which it stands."""

    value: str
    line: int


@dataclass(frozen=True, slots=True)
class NamedFile:
    """A requirements file that the expression reads by a pattern that leaves no doubt."""

    name: str
    line: int


Item = Text | NamedFile


class Literals:
    """Answers for the expressions of one module."""

    def __init__(self, tree: ast.Module) -> None:
        self._bindings: dict[str, list[ast.expr]] = {}
        self._additions: dict[str, list[ast.expr]] = {}  # name += x, name.append(x), name.extend(x)
        self._functions: dict[str, ast.FunctionDef] = {}
        self._sorted: dict[str, list[ast.expr]] = {}
        self._steps = self._all_steps = 0
        for node in ast.walk(tree):
            self._index(node)

    def items(self, node: ast.expr) -> tuple[Item, ...] | None:
        """Return the strings and files of a list expression, None when it is computed."""
        self._steps = 0
        return self._items(node, frozenset(), 0)

    def table(self, node: ast.expr) -> list[tuple[str, int, ast.expr]] | None:
        """Return the keys of a dict expression, each with its line and its value; None when it is computed."""
        self._steps = 0
        return self._table(node, frozenset(), 0)

    def _index(self, node: ast.AST) -> None:
        match node:
            case ast.Assign(targets=targets, value=value):
                for target in targets:
                    self._bind(target, value)
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                self._bindings.setdefault(name, []).append(value)
            case ast.AugAssign(target=ast.Name(id=name), op=ast.Add(), value=value):
                self._additions.setdefault(name, []).append(value)
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="extend"), args=[value]):
                self._additions.setdefault(name, []).append(value)
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="append"), args=[value]):
                single = ast.copy_location(ast.List(elts=[value], ctx=ast.Load()), value)
                self._additions.setdefault(name, []).append(single)
            case ast.withitem(context_expr=value, optional_vars=ast.Name(id=name)):
                self._bindings.setdefault(name, []).append(value)
            case ast.FunctionDef(name=name):
                self._functions.setdefault(name, node)

    def _bind(self, target: ast.expr, value: ast.expr) -> None:
        match target:
            case ast.Name(id=name):
                self._bindings.setdefault(name, []).append(value)
            case ast.Subscript(value=ast.Name(id=name), slice=key):  # extras["dev"] = [...]
                pair = ast.copy_location(ast.Dict(keys=[key], values=[value]), value)
                self._additions.setdefault(name, []).append(pair)

    def _parts(self, name: str) -> list[ast.expr]:
        """Return everything that a name is bound to or that is added to it, in the order of the file."""
        if name not in self._sorted:
            parts = [*self._bindings.get(name, ()), *self._additions.get(name, ())]
            self._sorted[name] = sorted(parts, key=lambda part: (part.lineno, part.col_offset))
        return self._sorted[name]

    def _step(self) -> bool:
        self._steps += 1
        self._all_steps += 1
        return self._steps <= _STEPS_AT_MOST and self._all_steps <= _ALL_STEPS_AT_MOST

    def _items(self, node: ast.expr, following: frozenset[str], depth: int) -> tuple[Item, ...] | None:
        if depth > _DEPTH_AT_MOST or not self._step():
            return None
        match node:
            case ast.Constant(value=str() as text):
                last = node.end_lineno or node.lineno  # an escaped newline ends no line of the file
                return tuple(Text(part, min(node.lineno + count, last)) for count, part in enumerate(text.split("\n")))
            case ast.Constant(value=None):
                return ()
            case ast.List(elts=elements) | ast.Tuple(elts=elements) | ast.Set(elts=elements):
                return self._join(elements, following, depth)
            case ast.Starred(value=value):
                return self._items(value, following, depth + 1)
            case ast.BinOp(op=ast.Add()):
                return self._join(_summands(node), following, depth)
            case ast.Call(func=ast.Name(id=name), args=[value], keywords=[]) if name in _JOINERS:
                inner = self._items(value, following, depth + 1)
                return inner if inner is not None else self._read_file(node)
            case ast.Name(id=name) if name in self._bindings and name not in following:
                parts = self._parts(name)
                joined = self._join(parts, following | {name}, depth)
                return joined if joined is not None else self._read_file(node)
            case ast.Subscript(value=value, slice=ast.Constant(value=key)):
                found = [one for name, _, one in self._table(value, following, depth + 1) or () if name == key]
                return self._items(found[-1], following, depth + 1) if found else None
            case _:
                return self._read_file(node)

    def _join(self, parts: list[ast.expr], following: frozenset[str], depth: int) -> tuple[Item, ...] | None:
        found: list[Item] = []
        for part in parts:
            items = self._items(part, following, depth + 1)
            if items is None:
                return None
            found += items
        return tuple(found)

    def _table(self, node: ast.expr, following: frozenset[str], depth: int) -> list[tuple[str, int, ast.expr]] | None:
        if depth > _DEPTH_AT_MOST or not self._step():
            return None
        match node:
            case ast.Dict(keys=keys, values=values):
                return self._pairs(keys, values, following, depth)
            case ast.Call(func=ast.Name(id="dict"), args=[], keywords=keywords):
                named = [(word.arg, word.value.lineno, word.value) for word in keywords if word.arg]
                return named if len(named) == len(keywords) else None
            case ast.Name(id=name) if name in self._bindings and name not in following:
                found = []
                for part in self._parts(name):
                    table = self._table(part, following | {name}, depth + 1)
                    if table is None:
                        return None
                    found += table
                return found
            case _:
                return None

    def _pairs(
        self, keys: list[ast.expr | None], values: list[ast.expr], following: frozenset[str], depth: int
    ) -> list[tuple[str, int, ast.expr]] | None:
        found: list[tuple[str, int, ast.expr]] = []
        for key, value in zip(keys, values, strict=True):
            match key:
                case ast.Constant(value=str() as name, lineno=line):
                    found.append((name, line, value))
                case None:  # {**other}
                    table = self._table(value, following, depth + 1)
                    if table is None:
                        return None
                    found += table
                case _:
                    return None
        return found

    def _read_file(self, node: ast.expr) -> tuple[Item, ...] | None:
        """Return the one requirements file that an expression opens, through names and helper functions; else None."""
        kept, self._steps = self._steps, 0
        texts = list(self._texts(node, frozenset(), 0))
        self._steps = kept
        names = {text.value for text in texts if text.value.lower().endswith(_FILE_SUFFIXES)}
        if len(names) != 1:
            return None
        (name,) = names
        return (NamedFile(name, next(text.line for text in texts if text.value == name)),)

    def _texts(self, node: ast.AST, following: frozenset[str], depth: int) -> Iterator[Text]:
        for inner in ast.walk(node):
            if depth > _DEPTH_AT_MOST or not self._step():
                return
            match inner:
                case ast.Constant(value=str() as text):
                    yield Text(text, inner.lineno)
                case ast.Name(id=name) if name not in following:
                    for part in self._parts(name):
                        yield from self._texts(part, following | {name}, depth + 1)
                    if name in self._functions:
                        for statement in self._functions[name].body:
                            yield from self._texts(statement, following | {name}, depth + 1)


def _summands(node: ast.expr) -> list[ast.expr]:
    """Return the parts of a sum, which nests as deep as it is long, in their order."""
    parts: list[ast.expr] = []
    while isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        parts.append(node.right)
        node = node.left
    return [node, *reversed(parts)]
