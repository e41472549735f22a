"""Which imports of a file `__lazy_modules__` makes lazy: its module level followed in the order in which it runs.

Laws: only what a module does outside of functions and classes is followed. Nothing is lazy by the list inside a
`try` (or its handlers), in a function or a class, or with a star. After a choice that is not decided, the list holds
what it holds on every way.
Source: PEP 810.
"""

from __future__ import annotations

import ast
from bisect import bisect_left
from collections.abc import Iterator, Sequence

from footprint.collect.imports.frames import classify_test
from footprint.collect.imports.lazy_list import LazyList, decided
from footprint.collect.imports.scopes import stated_by
from footprint.knowledge.target_facts import LAZY_LIST
from footprint.model.note import Note
from footprint.names import ModuleName
from footprint.values import dataclass, field

_NAMED_BY = ("id", "name", "asname", "arg", "rest")
_Definition = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


@dataclass(slots=True)
class ListedImports:
    """The answer: by `id` of an import statement, the modules that it imports lazily."""

    by_node: dict[int, frozenset[ModuleName]] = field(default_factory=dict)
    # Where a list is made that cannot be read, if that matters.
    open_lines: dict[int, None] = field(default_factory=dict)

    def of(self, node: ast.stmt) -> frozenset[ModuleName]:
        """Return the modules of one statement."""
        return self.by_node.get(id(node), frozenset())

    def notes(self, path: str) -> list[Note]:
        """Return what could not be told."""
        message = f"{LAZY_LIST} is computed: Python 3.15 may import more of this file lazily than is told here"
        return [Note("lazy-modules", message, path, line) for line in self.open_lines]


def find_listed(tree: ast.Module, module: ModuleName, *, is_package: bool) -> ListedImports:
    """Return the imports that the list of `tree` makes lazy, for a file that has the word in it."""
    lines = sorted({line for node in ast.walk(tree) if (line := _line_of_mention(node)) is not None})
    if not lines:
        return ListedImports()
    flow = _Flow(LazyList(module, is_package), lines)
    flow.block(tree.body, in_try=False)
    return flow.found


def _line_of_mention(node: ast.AST) -> int | None:
    """Return the line of a node that names the list, also by a string where that can stand for the name."""
    line: int | None = getattr(node, "lineno", None)
    if isinstance(node, ast.Constant):
        return line if node.value == LAZY_LIST else None
    if isinstance(node, ast.Global):
        return line if LAZY_LIST in node.names else None
    if isinstance(node, ast.Attribute):
        return line if node.attr == LAZY_LIST else None
    return line if any(getattr(node, name, None) == LAZY_LIST for name in _NAMED_BY) else None


class _Flow:
    """One file, followed once."""

    def __init__(self, start: LazyList, lines: Sequence[int]) -> None:
        self.found = ListedImports()
        self._list, self._lines = start, lines
        self._values: dict[str, ast.expr | None] = {}  # what module-level names are given; None: several values
        self._typing_names: set[str] = set()
        self._is_dead = False  # in a branch that never runs on such an interpreter

    def block(self, statements: list[ast.stmt], *, in_try: bool) -> None:
        """Follow statements that run one after the other."""
        for node in statements:
            if isinstance(node, (ast.Import, ast.ImportFrom)):
                self._import(node, in_try=in_try)
            elif isinstance(node, _Definition):
                self._definition(node)
            elif isinstance(node, ast.If):
                self._if(node, in_try=in_try)
            elif hasattr(node, "body") or isinstance(node, ast.Match):
                self._compound(node, in_try=in_try)
            else:
                self._simple(node)

    def _touches(self, node: ast.stmt) -> bool:
        """Whether the list may be named on the lines of a statement."""
        index = bisect_left(self._lines, node.lineno)
        return index < len(self._lines) and self._lines[index] <= (node.end_lineno or node.lineno)

    def _open(self, line: int) -> None:
        self._list.open_line = self._list.open_line or line

    # Statements

    def _import(self, node: ast.Import | ast.ImportFrom, *, in_try: bool) -> None:
        now = self._list
        modules = [stated.module for stated in stated_by(node, now.module, is_package=now.is_package)]
        if isinstance(node, ast.ImportFrom):
            self._typing_names.update(one.asname or one.name for one in node.names if one.name == "TYPE_CHECKING")
        if not in_try and all(one.name != "*" for one in node.names):
            self.found.by_node[id(node)] = frozenset(filter(now.holds, modules))
            if now.open_line is not None and not self._is_dead and not all(map(now.holds, modules)):
                self.found.open_lines[now.open_line] = None
        if any((one.asname or one.name) == LAZY_LIST for one in node.names):
            now.names, now.text = set(), ""
            self._open(node.lineno)

    def _definition(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> None:
        """A name that is bound in a function or class is its own; without that, or declared global, it is the list."""
        if not self._touches(node):
            return
        names = [part for part in ast.walk(node) if isinstance(part, ast.Name) and part.id == LAZY_LIST]
        is_global = any(isinstance(part, ast.Global) and LAZY_LIST in part.names for part in ast.walk(node))
        is_local = any(isinstance(name.ctx, ast.Store) for name in names)
        if node.name == LAZY_LIST or is_global or (names and not is_local):
            self._open(node.lineno)

    def _simple(self, node: ast.stmt) -> None:
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            name = node.targets[0].id
            self._values[name] = None if name in self._values else node.value
        if self._touches(node) and not self._list.change(node, self._values) and _mentions(node):
            self._open(node.lineno)

    def _header(self, parts: Sequence[ast.AST | None], line: int) -> None:
        if any(_mentions(part) for part in parts if part is not None):
            self._open(line)

    def _if(self, node: ast.If, *, in_try: bool) -> None:
        touched, ends, is_reached = self._touches(node), list[LazyList](), True
        branch: ast.If | None = node
        while branch is not None:  # a chain of elif is a nest of ifs
            truth = self._truth(branch.test)
            self._header([branch.test] if touched else [], branch.lineno)
            before = self._list.copy() if touched else self._list
            was_dead, self._is_dead = self._is_dead, self._is_dead or truth is False
            self.block(branch.body, in_try=in_try)
            self._is_dead = was_dead
            if is_reached and truth is not False:
                ends.append(self._list)
            is_reached = is_reached and truth is not True
            self._list = before
            following = branch.orelse[0] if len(branch.orelse) == 1 else None
            if not isinstance(following, ast.If):
                self.block(branch.orelse, in_try=in_try)
                following = None
            branch = following
        if is_reached:
            ends.append(self._list)
        self._meet(ends if touched else [], node.lineno)

    def _truth(self, test: ast.expr) -> bool | None:
        in_body, in_else = classify_test(test, self._typing_names)
        if in_body == "typing":
            return False
        return True if in_else == "typing" else decided(test)

    def _compound(self, node: ast.stmt, *, in_try: bool) -> None:
        if isinstance(node, (ast.With, ast.AsyncWith)):
            self._header([part for item in node.items for part in ast.iter_child_nodes(item)], node.lineno)
            self.block(node.body, in_try=in_try)
            return
        touched = self._touches(node)
        before = self._list.copy() if touched else self._list
        if isinstance(node, ast.Match):
            self._match(node, before, touched=touched, in_try=in_try)
        elif isinstance(node, (ast.For, ast.AsyncFor, ast.While)):
            heads: list[ast.AST | None] = [node.test] if isinstance(node, ast.While) else [node.target, node.iter]
            self._header(heads if touched else [], node.lineno)
            self.block(node.body, in_try=in_try)
            self._meet([self._list, before] if touched else [], node.lineno)
            self.block(node.orelse, in_try=in_try)
        else:
            self._try(node, before, touched=touched)

    def _match(self, node: ast.Match, before: LazyList, *, touched: bool, in_try: bool) -> None:
        ends = [before]
        is_subject = touched and _mentions(node.subject)
        for case in node.cases:
            if touched:
                self._list = before.copy()
                self._header([case.pattern, case.guard], node.lineno)
            if is_subject:
                self._open(node.lineno)
            self.block(case.body, in_try=in_try)
            ends.append(self._list)
        self._meet(ends if touched else [], node.lineno)

    def _try(self, node: ast.stmt, before: LazyList, *, touched: bool) -> None:
        self.block(getattr(node, "body", []), in_try=True)
        inside = self._list
        if touched:
            before.meet(inside, node.lineno)  # it may fail anywhere
            self._list = inside.copy()
        self.block(getattr(node, "orelse", []), in_try=True)
        ends = [self._list]
        for handler in getattr(node, "handlers", []):
            if touched:
                self._list = before.copy()
                self._header([handler.type], node.lineno)
            self.block(handler.body, in_try=True)
            ends.append(self._list)
        self._meet(ends if touched else [], node.lineno)
        self.block(getattr(node, "finalbody", []), in_try=True)

    # Ways that part and meet

    def _meet(self, ends: list[LazyList], line: int) -> None:
        for index, end in enumerate(ends):
            if index == 0:
                self._list = end
            else:
                self._list.meet(end, line)


def _mentions(node: ast.AST) -> bool:
    """Whether an expression or a simple statement may use or change the list in a way that is not read.

    Another object's attribute of that name is another list; a string is one only as a key or in a call.
    """
    return any(_is_mention(part) for part in ast.walk(node))


def _is_mention(part: ast.AST) -> bool:
    if isinstance(part, (ast.Call, ast.Subscript)):
        return any(isinstance(inner, ast.Constant) and inner.value == LAZY_LIST for inner in _within(part))
    if isinstance(part, (ast.Constant, ast.Attribute)):
        return False
    return any(getattr(part, name, None) == LAZY_LIST for name in _NAMED_BY)


def _within(part: ast.Call | ast.Subscript) -> Iterator[ast.AST]:
    if isinstance(part, ast.Subscript):
        yield part.slice
        return
    for argument in part.args:
        yield argument
        yield from (key for key in getattr(argument, "keys", []) if key is not None)
