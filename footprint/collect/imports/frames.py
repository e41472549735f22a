"""What surrounds a statement of a file, and what the header of a block says about the statements in it."""

from __future__ import annotations

import ast
import re
from collections.abc import Container
from functools import lru_cache
from typing import Literal, NamedTuple, TypeVar

from footprint.collect.imports.placed_strings import Around
from footprint.collect.imports.scopes import FAR, Scope, StatedImport
from footprint.collect.imports.target_tests import both, conditions_of
from footprint.documents.python_trees import catches_import_error, dotted_name, try_expression
from footprint.model.source_modules import ImportSite, Placement

Truth = Literal["typing", "main"]
_DEPTH_AT_MOST = 20  # of `not` and brackets: nobody writes more, and what does is no test of typing


def classify_test(test: ast.expr, typing_names: Container[str], *, depth: int = 0) -> tuple[Truth | None, Truth | None]:
    """Return what holds in the body and in the else of an `if`: ("typing", None) for `if TYPE_CHECKING`.

    `typing_names` are the aliases of typing.TYPE_CHECKING that the file imports. `if False` and `if MYPY` were
    the idiom before TYPE_CHECKING existed and mean the same.
    """
    if depth > _DEPTH_AT_MOST:
        return None, None
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        body, other = classify_test(test.operand, typing_names, depth=depth + 1)
        return other, body
    if isinstance(test, ast.BoolOp):
        sides = [classify_test(value, typing_names, depth=depth + 1) for value in test.values]
        # `A and B` runs its body only if both hold, `A or B` its else only if neither does.
        if isinstance(test.op, ast.And):
            return next((body for body, _ in sides if body), None), None
        return None, next((other for _, other in sides if other), None)
    if isinstance(test, ast.Constant):
        return (None, "typing") if test.value else ("typing", None)
    if isinstance(test, ast.Compare):
        return _classify_comparison(test)
    name = dotted_name(test)
    is_typing = name is not None and (name.rpartition(".")[2] in {"TYPE_CHECKING", "MYPY"} or name in typing_names)
    return ("typing", None) if is_typing else (None, None)


def _classify_comparison(test: ast.Compare) -> tuple[Truth | None, Truth | None]:
    sides = [test.left, *test.comparators]
    is_main = len(sides) == 2 and any(isinstance(side, ast.Name) and side.id == "__name__" for side in sides)
    is_main = is_main and any(isinstance(side, ast.Constant) and side.value == "__main__" for side in sides)
    if is_main and isinstance(test.ops[0], ast.Eq):
        return "main", None
    if is_main and isinstance(test.ops[0], ast.NotEq):
        return None, "main"
    return None, None


def suppresses_import_error(item: ast.withitem, suppress_names: Container[str]) -> bool:
    """Whether a with item is `contextlib.suppress(ImportError)` or wider."""
    call = item.context_expr
    if not isinstance(call, ast.Call):
        return False
    name = dotted_name(call.func)
    if name is None or not (name == "contextlib.suppress" or name in suppress_names):
        return False
    return any(catches_import_error(argument) for argument in call.args)


class Surroundings(NamedTuple):
    """What surrounds a statement or an expression."""

    scope: Scope
    typing: bool = False
    main: bool = False
    guarded: bool = False
    condition: str | None = None

    @property
    def placement(self) -> Placement:
        """When the code here runs."""
        return _placement(self, in_class=self.scope.kind == "class")

    @property
    def function(self) -> str | None:
        """The function around it."""
        return self.scope.function or ("<lambda>" if self.scope.deferred else None)

    @property
    def where(self) -> tuple[Placement, str | None]:
        """Both."""
        return self.placement, self.function


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
    condition: str | None = None

    @property
    def placement(self) -> Placement:
        """When a statement in the block runs."""
        return _placement(self, in_class=self.in_class)

    def of(self, word: str, name: str) -> Frame:
        """Return what holds inside a function or class of that name, which `word` says: "def", "class"."""
        dotted = f"{self.prefix}{name}"
        if word == "def":
            return Frame(dotted, f"{dotted}.", typing=self.typing, condition=self.condition)
        return self._replace(prefix=f"{dotted}.", in_class=self.function is None)


TOP = Frame()
_Context = TypeVar("_Context", Surroundings, Frame)


def _placement(context: Surroundings | Frame, *, in_class: bool) -> Placement:
    if context.typing:
        return Placement.TYPE_CHECKING
    if context.function is not None:
        return Placement.FUNCTION
    if context.main:
        return Placement.MAIN
    return Placement.CLASS if in_class else Placement.MODULE


def under(context: _Context, truth: str | None, condition: str | None) -> _Context:
    """Return the context of a branch, given what `classify_test` and `conditions_of` say of it."""
    if condition is not None:
        context = context._replace(condition=both(context.condition, condition))
    if truth == "typing":
        return context._replace(typing=True)
    return context._replace(main=True) if truth == "main" else context


def site_of(stated: StatedImport, path: str, line: int, context: Surroundings | Frame) -> ImportSite:
    """Return the site of an import at `line` of the file at `path`, before its uses are known."""
    return ImportSite(
        path=path,
        line=line,
        module=stated.module,
        names=stated.names,
        level=stated.level,
        placement=context.placement,
        function=context.function,
        guarded=context.guarded,
        form=stated.form,
        bound=stated.bound,
        condition=context.condition,
    )


Part = tuple[ast.AST, Surroundings, Around]


def push(children: list[ast.AST], context: Surroundings, around: Around, stack: list[Part]) -> None:
    """Put the parts of an expression on the stack, the first on top. Of most the names that are read are all.

    Names are noted as `Scope.load` does: this is the innermost loop of a reading.
    """
    loads = context.scope.loads
    for child in reversed(children):
        place = around
        if type(child) is ast.keyword:
            place, child = (child, around), child.value  # noqa: PLW2901
        while type(child) is ast.Attribute:
            child = child.value  # noqa: PLW2901
        if type(child) is ast.Name and type(child.ctx) is ast.Load:
            if child.lineno < loads.get(child.id, FAR):
                loads[child.id] = child.lineno
        elif type(child) is not ast.Constant or type(child.value) is str:
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
    test = try_expression(f"({condition}\n)")
    return HeaderTest() if test is None else HeaderTest(*classify_test(test, typing_names), *conditions_of(test))


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
