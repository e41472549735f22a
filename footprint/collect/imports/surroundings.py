"""What surrounds a statement of a file while its tree is walked."""

from __future__ import annotations

import ast
from typing import NamedTuple

from footprint.collect.imports.placed_strings import Around
from footprint.collect.imports.scopes import Scope
from footprint.collect.imports.target_tests import both
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


def under(context: Surroundings, truth: str | None, condition: str | None) -> Surroundings:
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
