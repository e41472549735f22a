"""What surrounds a statement of a file, and what the header of a block says about the statements in it."""

from __future__ import annotations

import ast
import re
from functools import lru_cache
from typing import NamedTuple, TypeVar

from footprint.collect.imports.header_conditions import (
    Truth,
    catches_import_error,
    classify_test,
    suppresses_import_error,
)
from footprint.collect.imports.placed_strings import Around
from footprint.collect.imports.scopes import Scope
from footprint.collect.imports.target_tests import both, conditions_of
from footprint.model.source_modules import Placement


class Surroundings(NamedTuple):
    """What surrounds a statement or an expression."""

    scope: Scope
    typing: bool = False
    main: bool = False
    guarded: bool = False
    fallback: bool = False
    condition: str | None = None

    @property
    def placement(self) -> Placement:
        """When the code here runs."""
        if self.typing:
            return Placement.TYPE_CHECKING
        if self.scope.function is not None or self.scope.deferred:
            return Placement.FUNCTION
        if self.main:
            return Placement.MAIN
        return Placement.CLASS if self.scope.kind == "class" else Placement.MODULE

    @property
    def function(self) -> str | None:
        """The function around it."""
        return self.scope.function or ("<lambda>" if self.scope.deferred else None)


class Met(NamedTuple):
    """A call, with what surrounds it and the dotted name of its function."""

    call: ast.Call
    context: Surroundings
    name: str | None


class Frame(NamedTuple):
    """What holds inside a block that is read without a tree; the fields as `ImportSite` has them."""

    function: str | None = None
    prefix: str = ""
    in_class: bool = False
    typing: bool = False
    main: bool = False
    guarded: bool = False
    fallback: bool = False
    condition: str | None = None

    def place(self) -> Placement:
        """Return where a statement in the block stands."""
        if self.typing:
            return Placement.TYPE_CHECKING
        if self.function is not None:
            return Placement.FUNCTION
        if self.main:
            return Placement.MAIN
        return Placement.CLASS if self.in_class else Placement.MODULE

    def of(self, word: str, name: str) -> Frame:
        """Return what holds inside a function or class of that name, which `word` says: "def", "class"."""
        dotted = f"{self.prefix}{name}"
        if word == "def":
            return Frame(dotted, f"{dotted}.", typing=self.typing, condition=self.condition)
        return self._replace(prefix=f"{dotted}.", in_class=self.function is None)


TOP = Frame()
_Context = TypeVar("_Context", Surroundings, Frame)


def under(context: _Context, truth: str | None, condition: str | None) -> _Context:
    """Return the context of a branch, given what `classify_test` and `conditions_of` say of it."""
    if condition is not None:
        context = context._replace(condition=both(context.condition, condition))
    if truth == "typing":
        return context._replace(typing=True)
    return context._replace(main=True) if truth == "main" else context


Part = tuple[ast.AST, Surroundings, Around]


def push(children: list[ast.AST], context: Surroundings, around: Around, stack: list[Part]) -> None:
    """Put the parts of an expression on the stack, the first on top. Of most the names that are read are all."""
    scope = context.scope
    for child in reversed(children):
        place = around
        if isinstance(child, ast.keyword):
            place, child = (child, around), child.value  # noqa: PLW2901
        while isinstance(child, ast.Attribute):
            child = child.value  # noqa: PLW2901
        if isinstance(child, ast.Name) and isinstance(child.ctx, ast.Load):
            scope.load(child.id, child.lineno)
        else:
            stack.append((child, context, place))


_NOT_PARSED = (SyntaxError, RecursionError, MemoryError, ValueError)


class HeaderTest(NamedTuple):
    """What holds in the body and in the else of an `if`, and what each needs of the target."""

    in_body: Truth | None = None
    in_else: Truth | None = None
    for_body: str | None = None
    for_else: str | None = None


@lru_cache(4096)
def truths_of(condition: str, typing_names: frozenset[str]) -> HeaderTest:
    """Return what `if <condition>` says of its branches."""
    try:
        test = ast.parse(f"({condition}\n)", mode="eval").body
        return HeaderTest(*classify_test(test, typing_names), *conditions_of(test))
    except _NOT_PARSED:
        return HeaderTest()


@lru_cache(4096)
def catches(kinds: str) -> bool:
    """Whether `except <kinds>` catches a failed import; `kinds` may end in `as name` and start with a star."""
    try:
        tree = ast.parse(f"try:\n pass\nexcept {kinds}:\n pass").body[0]
    except _NOT_PARSED:
        return _names_import_error(kinds)
    handlers: list[ast.ExceptHandler] = getattr(tree, "handlers", [])
    return any(catches_import_error(handler.type) for handler in handlers)


def _names_import_error(kinds: str) -> bool:
    """Judge `A, B`, which is a tuple since 3.14 and was `A as B` in Python 2."""
    words = re.split(r"\bas\b", kinds)[0]
    if not words.strip(" *:"):
        return True
    return any(catches_import_error(ast.Name(name, ast.Load())) for name in re.findall(r"\w+", words))


@lru_cache(1024)
def suppresses(items: str, suppress_names: frozenset[str]) -> bool:
    """Whether `with <items>` holds a `contextlib.suppress` that lets a failed import pass."""
    if not any(name in items for name in suppress_names):
        return False
    try:
        tree = ast.parse(f"with {items}:\n pass").body[0]
    except _NOT_PARSED:
        return re.search(r"\bsuppress\(.*(?:ImportError|ModuleNotFoundError|Exception)", items) is not None
    found: list[ast.withitem] = getattr(tree, "items", [])
    return any(suppresses_import_error(item, suppress_names) for item in found)
