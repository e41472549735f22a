"""Find out what an expression of a setup.py amounts to, without running anything.

Laws: literals, names that code of the file binds to literals, and what joins them. Everything else is computed: what
running it would give cannot be told. Of a list that is computed in part the rest is known all the same.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator

from footprint.collect.declared.setup_names import SetupBindings
from footprint.values import dataclass

_FILE_SUFFIXES = (".txt", ".in", ".pip")
_STEPS_AT_MOST = 2000  # of one question, followed names and operators: bindings may refer to each other
_ALL_STEPS_AT_MOST = 100_000  # of one file
_DEPTH_AT_MOST = 100
_JOINERS = ("list", "tuple", "sorted", "set", "frozenset", "dict", "sum", "chain", "from_iterable", "union", "fromkeys")
_SAME = ("copy", "strip", "rstrip", "lstrip")  # methods that change nothing that matters


@dataclass(frozen=True, slots=True)
class TextAt:
    """A string and the line on which it stands."""

    value: str
    line: int


@dataclass(frozen=True, slots=True)
class NamedFile:
    """A requirements file that the expression reads by a pattern that leaves no doubt."""

    name: str
    line: int


@dataclass(frozen=True, slots=True)
class NotLiteral:
    """A part of an expression that cannot be told without running it."""

    line: int


Item = TextAt | NamedFile | NotLiteral
Row = tuple[str | None, int, ast.expr | None]  # key, line, value; None: computed, or more rows that are
_Names = frozenset[str]


class Literals:
    """Answers for the expressions of one module."""

    def __init__(self, tree: ast.Module) -> None:
        self._names = SetupBindings(tree)
        self._steps = self._all_steps = 0

    def items(self, node: ast.expr) -> tuple[Item, ...]:
        """Return the strings and files of a list expression, and where parts of it are computed."""
        self._steps = 0
        return self._items(node, frozenset(), 0)

    def table(self, node: ast.expr) -> list[Row]:
        """Return the keys of a dict expression, each with its line and its value."""
        self._steps = 0
        return self._table(node, frozenset(), 0)

    def text(self, node: ast.expr) -> str | None:
        """Return the string that an expression amounts to, None when it is computed."""
        self._steps = 0
        return self._text(node, frozenset(), 0)

    def _step(self) -> bool:
        self._steps += 1
        self._all_steps += 1
        return self._steps <= _STEPS_AT_MOST and self._all_steps <= _ALL_STEPS_AT_MOST

    def _items(self, node: ast.expr, following: _Names, depth: int) -> tuple[Item, ...]:
        if depth > _DEPTH_AT_MOST or not self._step():
            return (NotLiteral(node.lineno),)
        node = node.value if isinstance(node, ast.Starred) else node
        text = None if isinstance(node, ast.Name) else self._text(node, following, depth + 1)
        if text is not None:  # of a name: where it is bound, there are its lines
            return _lines_of(text, node)
        begun = leading_name(_beginning(node))
        if begun is not None:
            return (TextAt(begun, node.lineno),)
        parts = _parts_of(node)
        if parts is not None:
            return self._join(parts, following, depth)
        match node:
            case ast.Call():
                return self._or_file(self._call(node, following, depth), node)
            case ast.ListComp() | ast.SetComp() | ast.GeneratorExp():
                return self._comprehension(node, following, depth)
            case ast.Name(id=name) if self._names.is_bound(name) and name not in following:
                return self._or_file(self._join(self._names.parts(name), following | {name}, depth), node)
            case ast.Subscript(value=value, slice=key):
                return self._entry(value, key, node, following, depth)
            case _:
                return self._or_file((NotLiteral(node.lineno),), node)

    def _call(self, node: ast.Call, following: _Names, depth: int) -> tuple[Item, ...]:
        """Return what a call gives whose function only joins, splits or picks."""
        arguments = [*node.args]
        match node.func:
            case ast.Attribute(attr="values" | "items", value=table):  # the keys of items are extras, not requirements
                return self._values(table, following, depth)
            case ast.Attribute(attr="get", value=table) if arguments:
                return self._entry(table, arguments[0], node, following, depth)
            case ast.Attribute(attr="split" | "splitlines" as how, value=inner):
                text = self._text(inner, following, depth + 1)
                by = self._text(arguments[0], following, depth + 1) if arguments and how == "split" else None
                parts = None if text is None else text.split(by or None) if how == "split" else text.splitlines()
                return tuple(TextAt(part, node.lineno) for part in parts) if parts else (NotLiteral(node.lineno),)
            case ast.Attribute(attr=name, value=inner) if name in _SAME:
                return self._items(inner, following, depth + 1)
            case ast.Name(id=name) | ast.Attribute(attr=name) if name in _JOINERS and arguments:
                return self._join(arguments if name in ("chain", "union") else arguments[:1], following, depth)
            case ast.Name(id="filter" | "map") if len(arguments) == 2:
                return self._items(arguments[1], following, depth + 1)
            case ast.Name(id=name) if name not in following and not arguments and self._names.returned(name):
                return self._join(self._names.returned(name), following | {name}, depth)
            case _:
                return (NotLiteral(node.lineno),)

    def _comprehension(
        self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp, following: _Names, depth: int
    ) -> tuple[Item, ...]:
        """Return what a comprehension goes over, where it passes its items on as they are, or stripped."""
        element = node.elt
        while isinstance(element, ast.Call) and isinstance(element.func, ast.Attribute) and element.func.attr in _SAME:
            element = element.func.value
        if not isinstance(element, ast.Name):
            return self._or_file(self._items(element, following, depth + 1), node)
        return self._or_file(self._items(node.generators[0].iter, following, depth + 1), node)

    def _values(self, table: ast.expr, following: _Names, depth: int) -> tuple[Item, ...]:
        """Return all items of all values; a value that is made of them all adds none."""
        name = table.id if isinstance(table, ast.Name) else ""
        if name and f"{name}.values" in following:
            return ()
        values = []
        for _, _, value in self._table(table, following, depth + 1):
            if value is None:
                return (NotLiteral(table.lineno),)
            values.append(value)
        return self._join(values, following | {f"{name}.values"} if name else following, depth)

    def _entry(self, table: ast.expr, key: ast.expr, node: ast.expr, following: _Names, depth: int) -> tuple[Item, ...]:
        wanted = self._text(key, following, depth + 1)
        rows = self._table(table, following, depth + 1) if wanted is not None else []
        found = [value for name, _, value in rows if name == wanted and value is not None]
        if not found:
            return self._or_file((NotLiteral(node.lineno),), node)
        return self._items(found[-1], following, depth + 1)

    def _join(self, parts: list[ast.expr], following: _Names, depth: int) -> tuple[Item, ...]:
        return tuple(item for part in parts for item in self._items(part, following, depth + 1))

    def _text(self, node: ast.expr, following: _Names, depth: int) -> str | None:
        """Return the one string that an expression is, however it is put together."""
        if depth > _DEPTH_AT_MOST or not self._step():
            return None
        match node:
            case ast.Constant(value=str() as text):
                return text
            case ast.Name(id=name) if name not in following and len(parts := self._names.parts(name)) == 1:
                return self._text(parts[0], following | {name}, depth + 1)
            case ast.Call(func=ast.Attribute(attr="strip" | "rstrip" | "lstrip", value=inner), args=[]):
                return self._text(inner, following, depth + 1)
            case ast.Call(func=ast.Name(id="dedent") | ast.Attribute(attr="dedent"), args=[inner]):
                return self._text(inner, following, depth + 1)
            case ast.BinOp(op=ast.Add()):
                parts = _summands(node)
                if isinstance(parts[0], (ast.List, ast.Tuple, ast.Set)):
                    return None
                texts = [self._text(part, following, depth + 1) for part in parts]
                return None if None in texts else "".join(text for text in texts if text is not None)
            case ast.JoinedStr() | ast.BinOp(op=ast.Mod()) | ast.Call(func=ast.Attribute(attr="format")):
                return format_text(node, lambda part: self._text(part, following, depth + 1))
            case _:
                return None

    def _table(self, node: ast.expr, following: _Names, depth: int) -> list[Row]:
        if depth > _DEPTH_AT_MOST or not self._step():
            return [(None, node.lineno, None)]
        match node:
            case ast.Dict(keys=keys, values=values):
                return self._pairs(keys, values, following, depth)
            case ast.Call(func=ast.Name(id="dict"), args=first, keywords=keywords):
                rows = [row for one in first[:1] for row in self._table(one, following, depth + 1)]
                return rows + [row for word in keywords for row in self._keyword(word, following, depth)]
            case ast.Call(func=ast.Attribute(attr="copy", value=inner), args=[]):
                return self._table(inner, following, depth + 1)
            case ast.Call(func=ast.Name(id=name), args=[]) if name not in following and self._names.returned(name):
                found = self._names.returned(name)
                return [row for one in found for row in self._table(one, following | {name}, depth + 1)]
            case ast.DictComp(
                generators=[ast.comprehension(iter=ast.Call(func=ast.Attribute(attr="items", value=inner)))]
            ):
                return self._table(inner, following, depth + 1)
            case ast.BinOp(left=left, op=ast.BitOr(), right=right):
                return [row for side in (left, right) for row in self._table(side, following, depth + 1)]
            case ast.Name(id=name) if self._names.is_bound(name) and name not in following:
                parts = self._names.parts(name)
                return [row for part in parts for row in self._table(part, following | {name}, depth + 1)]
            case _:
                return [(None, node.lineno, None)]

    def _keyword(self, word: ast.keyword, following: _Names, depth: int) -> list[Row]:
        if word.arg is None:
            return self._table(word.value, following, depth + 1)
        return [(word.arg, word.value.lineno, word.value)]

    def _pairs(self, keys: list[ast.expr | None], values: list[ast.expr], following: _Names, depth: int) -> list[Row]:
        found: list[Row] = []
        for key, value in zip(keys, values, strict=True):
            if key is None:  # {**other}
                found += self._table(value, following, depth + 1)
                continue
            found.append((self._text(key, following, depth + 1), key.lineno, value))
        return found

    def _or_file(self, items: tuple[Item, ...], node: ast.expr) -> tuple[Item, ...]:
        """Return `items`, or where they are computed the one requirements file that the expression opens.

        It may do so through names and helper functions.
        """
        if not any(isinstance(item, NotLiteral) for item in items):
            return items
        kept, self._steps = self._steps, 0
        texts = list(self._texts(node, frozenset(), 0))
        self._steps = kept
        names = {text.value for text in texts if text.value.lower().endswith(_FILE_SUFFIXES)}
        if len(names) != 1:
            return items
        (name,) = names
        return (NamedFile(name, next(text.line for text in texts if text.value == name)),)

    def _texts(self, node: ast.AST, following: _Names, depth: int) -> Iterator[TextAt]:
        for inner in ast.walk(node):
            if depth > _DEPTH_AT_MOST or not self._step():
                return
            match inner:
                case ast.Constant(value=str() as text):
                    yield TextAt(text, inner.lineno)
                case ast.Name(id=name) if name not in following:
                    for part in (*self._names.parts(name), *self._names.body(name)):
                        yield from self._texts(part, following | {name}, depth + 1)


def _parts_of(node: ast.expr) -> list[ast.expr] | None:
    """Return the expressions that a list is joined of, None where it is no such list."""
    match node:
        case ast.Constant(value=None):
            return []
        case ast.List(elts=parts) | ast.Tuple(elts=parts) | ast.Set(elts=parts):
            return parts
        case ast.BinOp(op=ast.Add()):
            return _summands(node)
        case ast.IfExp(body=first, orelse=second):  # either may hold where it is installed
            return [first, second]
        case ast.BoolOp(op=ast.Or(), values=parts):
            return parts
        case _:
            return None


def _lines_of(text: str, node: ast.expr) -> tuple[TextAt, ...]:
    """Return the lines of a string, each where it stands."""
    last = node.end_lineno or node.lineno  # an escaped newline ends no line of the file
    return tuple(TextAt(part, min(node.lineno + count, last)) for count, part in enumerate(text.split("\n")))


def _beginning(node: ast.expr) -> str:
    """Return the string with which an expression begins that puts one together; "" where it does not."""
    while True:
        match node:
            case ast.JoinedStr(values=[first, *_]) | ast.BinOp(left=first, op=ast.Add() | ast.Mod()):
                node = first
            case ast.Call(func=ast.Attribute(attr="format", value=first)):
                node = first
            case ast.Constant(value=str() as text):
                return text
            case _:
                return ""


def _summands(node: ast.expr) -> list[ast.expr]:
    """Return the parts of a sum, which nests as deep as it is long, in their order."""
    parts: list[ast.expr] = []
    while isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        parts.append(node.right)
        node = node.left
    return [node, *reversed(parts)]


_CHARACTERS_AT_MOST = 10_000
_NAMED = re.compile(r"\s*([A-Za-z0-9][\w.-]*)\s*(\[[\w\s,.-]*\])?\s*(?:[<>=!~]=|[<>])")
_Resolve = Callable[[ast.expr], "str | None"]


def format_text(node: ast.expr, resolve: _Resolve) -> str | None:
    """Return the string that is put together, None where a part of it is not known. `resolve` tells the parts."""
    match node:
        case ast.JoinedStr(values=values):
            parts = [resolve(value.value if isinstance(value, ast.FormattedValue) else value) for value in values]
            text = None if None in parts else "".join(part for part in parts if part is not None)
        case ast.BinOp(left=left, right=right):
            given = right.elts if isinstance(right, ast.Tuple) else [right]
            text = _fill(resolve(left), given, "%s", resolve)
        case ast.Call(func=ast.Attribute(value=value), args=given, keywords=[]):
            text = _fill(resolve(value), given, "{}", resolve)
        case _:
            return None
    return None if text is None or len(text) > _CHARACTERS_AT_MOST else text


def leading_name(text: str) -> str | None:
    """Return the requirement that a string begins whose version is computed: `a[x]` of `a[x]>=`; None for others."""
    found = _NAMED.match(text[:_CHARACTERS_AT_MOST])
    return f"{found[1]}{found[2] or ''}" if found else None


def _fill(text: str | None, given: list[ast.expr], gap: str, resolve: _Resolve) -> str | None:
    """Return a text with its gaps filled in order; None where it has others than plain ones."""
    if text is None or len(text) > _CHARACTERS_AT_MOST or text.count(gap) != len(given):
        return None
    rest = text.replace(gap, "")
    parts = [resolve(one) for one in given]
    if re.search(r"%|[{}]", rest) or None in parts:
        return None
    pieces = text.split(gap)
    return pieces[0] + "".join(f"{part}{piece}" for part, piece in zip(parts, pieces[1:], strict=True))
