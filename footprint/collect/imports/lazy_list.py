"""What `__lazy_modules__` holds: a module-level import of what it names is lazy from Python 3.15 on.

Laws: the interpreter asks the list at every import statement, by the absolute name of the module, so what counts is
what it holds there. What is named for certain is told; a list that may hold more is `open`, and says on which line
it became so.
Source: PEP 810, language reference 7.11.1.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from footprint.collect.imports.computed_names import Knowledge, read_exactly
from footprint.documents.python_trees import dotted_name
from footprint.knowledge.target_facts import LAZY_LIST, LAZY_SINCE
from footprint.names import ModuleName
from footprint.values import dataclass, field

_COPIES = frozenset({"frozenset", "set", "list", "tuple", "sorted", "dict.fromkeys"})
_NAMESPACES = frozenset({"globals", "vars", "locals"})
_DEEP = 20
_MOST_NAMES = 200_000  # of one file


class HeldNames(NamedTuple):
    """What a container holds. A string holds each of its parts: `"a.b" in "x, a.b"`."""

    names: frozenset[str] = frozenset()
    text: str = ""
    is_open: bool = False  # it may hold more

    def items(self) -> frozenset[str]:
        """Return what running over it yields."""
        return self.names | frozenset(self.text)


_OPEN = HeldNames(is_open=True)


@dataclass(slots=True)
class LazyList:
    """The list of one module while that runs."""

    module: ModuleName
    is_package: bool
    names: set[str] = field(default_factory=set)
    text: str = ""
    open_line: int | None = None  # where it came to hold what cannot be told
    left: list[int] = field(default_factory=lambda: [_MOST_NAMES])  # that may still be read or copied, for all copies

    def holds(self, module: ModuleName) -> bool:
        """Whether an import of `module` is lazy here for certain."""
        return module in self.names or (bool(self.text and module) and module in self.text)

    def copy(self) -> LazyList:
        """Return a list that changes by itself."""
        if not self.spend(len(self.names) + 1):
            self.names, self.text, self.open_line = set(), "", self.open_line or 1
        return LazyList(self.module, self.is_package, set(self.names), self.text, self.open_line, self.left)

    def spend(self, count: int) -> bool:
        """Whether so many names may still be looked at: lists that are made of each other grow by themselves."""
        self.left[0] -= count
        return self.left[0] > 0

    def meet(self, other: LazyList, line: int) -> None:
        """Become what holds where either may be the list."""
        if (self.names, self.text) != (other.names, other.text):
            self.names &= other.names
            self.text = self.text if self.text == other.text else ""
            self.open_line = self.open_line or line
        self.open_line = self.open_line or other.open_line

    def change(self, statement: ast.stmt, values: Mapping[str, ast.expr | None]) -> bool:
        """Take a statement that changes the list and return whether it is one that can be read."""
        line = statement.lineno
        if isinstance(statement, ast.Assign) and any(map(_is_list, statement.targets)):
            self._become(self._read(statement.value, values), line)
        elif isinstance(statement, ast.AnnAssign) and _is_list(statement.target):
            if statement.value is not None:
                self._become(self._read(statement.value, values), line)
        elif isinstance(statement, ast.AugAssign) and _is_list(statement.target):
            return self._extend_by(statement.op, self._read(statement.value, values), line)
        elif isinstance(statement, ast.Delete) and all(map(_is_list, statement.targets)):
            self._become(HeldNames(), line)
        elif isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
            return self._call(statement.value, values)
        else:
            return False
        return True

    def _become(self, held: HeldNames, line: int) -> None:
        self.names, self.text, self.open_line = set(held.names), held.text, line if held.is_open else None

    def _add(self, held: HeldNames, line: int) -> None:
        self.names |= held.items()
        self.open_line = self.open_line or (line if held.is_open else None)

    def _extend_by(self, operator: ast.operator, held: HeldNames, line: int) -> bool:
        if isinstance(operator, ast.Add) and self.text:
            self.text += held.text
            self.open_line = self.open_line or (line if held.is_open else None)
        elif isinstance(operator, (ast.Add, ast.BitOr)):
            self._add(held, line)
        elif isinstance(operator, ast.Sub) and not held.is_open:
            self.names -= held.items()
        else:
            return False
        return True

    def _call(self, call: ast.Call, values: Mapping[str, ast.expr | None]) -> bool:
        method = call.func
        if not isinstance(method, ast.Attribute) or not _is_list(method.value) or call.keywords:
            return False
        if method.attr in ("extend", "update"):
            for argument in call.args:
                self._add(self._read(argument, values), call.lineno)
        elif method.attr in ("append", "add", "insert") and call.args:
            self._add(self._read(ast.List(call.args[-1:], ast.Load()), values), call.lineno)
        elif method.attr in ("remove", "discard") and len(call.args) == 1:
            gone = self._read(ast.List(call.args, ast.Load()), values)
            self.names -= gone.names
            return not gone.is_open
        elif method.attr == "clear":
            self._become(HeldNames(), call.lineno)
        else:
            return False
        return True

    def _read(self, value: ast.expr, values: Mapping[str, ast.expr | None]) -> HeldNames:
        return _ContainerReader(self, values).read(value, _DEEP)


def _is_list(node: ast.expr) -> bool:
    """Whether an expression is the list: its name, `globals()[...]`, `sys.modules[__name__].…`."""
    if isinstance(node, ast.Name):
        return node.id == LAZY_LIST
    if isinstance(node, ast.Subscript):
        is_namespace = isinstance(node.value, ast.Call) and dotted_name(node.value.func) in _NAMESPACES
        return is_namespace and isinstance(node.slice, ast.Constant) and node.slice.value == LAZY_LIST
    if not isinstance(node, ast.Attribute) or node.attr != LAZY_LIST or not isinstance(node.value, ast.Subscript):
        return False
    return dotted_name(node.value.value) == "sys.modules" and dotted_name(node.value.slice) == "__name__"


class _ContainerReader(NamedTuple):
    """Reads an expression that gives a container."""

    now: LazyList
    values: Mapping[str, ast.expr | None]

    def read(self, node: ast.expr, depth: int) -> HeldNames:
        """Return what the container holds."""
        if depth == 0:
            return _OPEN
        if isinstance(node, ast.Constant) and not isinstance(node.value, str):
            return HeldNames()
        read = _CONTAINERS.get(type(node))
        return read(self, node, depth) if read is not None else self._string(node)

    def _string(self, node: ast.expr) -> HeldNames:
        text = self._text(node)
        return HeldNames(text=text) if text is not None else _OPEN

    def _display(self, node: ast.List | ast.Tuple | ast.Set, depth: int) -> HeldNames:
        return self._items(node.elts, depth)

    def _keys(self, node: ast.Dict, depth: int) -> HeldNames:
        rows = zip(node.keys, node.values, strict=True)
        return self._items([ast.Starred(value, ast.Load()) if key is None else key for key, value in rows], depth)

    def _items(self, nodes: list[ast.expr], depth: int) -> HeldNames:
        names, is_open = set[str](), False
        if not self.now.spend(len(nodes)):
            return _OPEN
        for node in nodes:
            if isinstance(node, ast.Constant):
                names.update([node.value] if isinstance(node.value, str) else [])
            elif isinstance(node, ast.Starred):
                held = self.read(node.value, depth - 1)
                names |= held.items()
                is_open = is_open or held.is_open
            else:
                text = self._text(node)
                names.update([text] if text is not None else [])
                is_open = is_open or text is None
        return HeldNames(frozenset(names), is_open=is_open)

    def _comprehension(self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp, depth: int) -> HeldNames:
        """Read a comprehension over a literal: `{f"{__name__}.{x}" for x in ("a", "b")}`."""
        loop = node.generators[0]
        items = loop.iter.elts if isinstance(loop.iter, (ast.List, ast.Tuple, ast.Set)) else []
        if len(node.generators) > 1 or loop.ifs or not isinstance(loop.target, ast.Name) or not items:
            return _OPEN
        if not self.now.spend(len(items)):
            return _OPEN
        name = loop.target.id
        texts = [self._text(node.elt, {**self.values, name: item}) for item in items]
        names = frozenset(text for text in texts if text is not None)
        return HeldNames(names, is_open=any(text is None for text in texts))

    def _sum(self, node: ast.BinOp, depth: int) -> HeldNames:
        parts: list[HeldNames] = []
        rest: ast.expr = node
        while isinstance(rest, ast.BinOp):  # as deep as it is long
            if not isinstance(rest.op, (ast.Add, ast.BitOr)):
                return _OPEN
            parts.append(self.read(rest.right, depth - 1))
            rest = rest.left
        parts.append(self.read(rest, depth - 1))
        names = frozenset[str]().union(*(part.names for part in parts))
        return HeldNames(names, "".join(part.text for part in reversed(parts)), any(part.is_open for part in parts))

    def _copy(self, node: ast.Call, depth: int) -> HeldNames:
        if dotted_name(node.func) not in _COPIES or node.keywords or len(node.args) > 1:
            return self._string(node)
        held = self.read(node.args[0], depth - 1) if node.args else HeldNames()
        return HeldNames(held.items(), is_open=held.is_open)

    def _choice(self, node: ast.IfExp, depth: int) -> HeldNames:
        truth = decided(node.test)
        if truth is not None:
            return self.read(node.body if truth else node.orelse, depth - 1)
        one, other = self.read(node.body, depth - 1), self.read(node.orelse, depth - 1)
        return HeldNames(one.names & other.names, one.text if one.text == other.text else "", is_open=True)

    def _named(self, node: ast.Name, depth: int) -> HeldNames:
        if node.id == LAZY_LIST:
            now = self.now.copy()
            return HeldNames(frozenset(now.names), now.text, now.open_line is not None)
        value = self.values.get(node.id)
        if value is None:
            return self._string(node)
        held = self.read(value, depth - 1)
        # What is done to a list by another name is not followed.
        is_fixed = isinstance(value, (ast.Tuple, ast.Constant)) or (
            isinstance(value, ast.Call) and dotted_name(value.func) in ("frozenset", "tuple")
        )
        return held if is_fixed else held._replace(is_open=True)

    def _inner(self, node: ast.NamedExpr, depth: int) -> HeldNames:
        return self.read(node.value, depth - 1)

    def _text(self, node: ast.expr, values: Mapping[str, ast.expr | None] | None = None) -> str | None:
        known = Knowledge(
            self.now.module, self.now.is_package, self.values if values is None else values, is_exact=True
        )
        return read_exactly(node, known)


_CONTAINERS: dict[type[ast.expr], Callable[[_ContainerReader, Any, int], HeldNames]] = {
    ast.List: _ContainerReader._display,
    ast.Tuple: _ContainerReader._display,
    ast.Set: _ContainerReader._display,
    ast.Dict: _ContainerReader._keys,
    ast.ListComp: _ContainerReader._comprehension,
    ast.SetComp: _ContainerReader._comprehension,
    ast.GeneratorExp: _ContainerReader._comprehension,
    ast.BinOp: _ContainerReader._sum,
    ast.Call: _ContainerReader._copy,
    ast.IfExp: _ContainerReader._choice,
    ast.Name: _ContainerReader._named,
    ast.NamedExpr: _ContainerReader._inner,
}


def decided(test: ast.expr) -> bool | None:
    """Return how `sys.version_info >= (3, 15)` and its like come out, None where that depends on more."""
    is_negated = False
    while isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        is_negated, test = not is_negated, test.operand
    truth = _compared(test) if isinstance(test, ast.Compare) and len(test.ops) == 1 else None
    return None if truth is None else truth is not is_negated


def _compared(test: ast.Compare) -> bool | None:
    version = _version_of(test.comparators[0])
    if version is None or not _asks_version(test.left):
        return None
    operator = test.ops[0]
    if isinstance(operator, (ast.GtE, ast.Lt)) and version <= LAZY_SINCE:
        return isinstance(operator, ast.GtE)
    if isinstance(operator, (ast.Gt, ast.LtE)) and version < LAZY_SINCE:
        return isinstance(operator, ast.Gt)
    return None


def _asks_version(node: ast.expr) -> bool:
    """Whether an expression is `sys.version_info`, or `sys.version_info[:2]`."""
    while isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Slice):
        bounds = node.slice
        is_start = bounds.lower is None and bounds.step is None
        if not (is_start and isinstance(bounds.upper, ast.Constant) and bounds.upper.value in (2, 3)):
            return False
        node = node.value
    return dotted_name(node) in ("sys.version_info", "version_info")


def _version_of(node: ast.expr) -> tuple[int, ...] | None:
    items = node.elts if isinstance(node, ast.Tuple) else []
    numbers = [item.value for item in items if isinstance(item, ast.Constant) and isinstance(item.value, int)]
    return tuple(numbers) if numbers and len(numbers) == len(items) else None
