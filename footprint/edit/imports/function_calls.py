"""Which functions of one file a call may enter."""

from __future__ import annotations

from collections.abc import Iterable

from footprint.edit.imports.name_uses import NamedCall, NameScope, NameUses

_MADE = ("__init__", "__new__", "__post_init__")


class FunctionCalls:
    """Which functions of a file a call may enter: by the name alone, methods by that of any object."""

    def __init__(self, uses: NameUses) -> None:
        self._imports = {each.name for each in uses.imported if each.scope is uses.module}
        self._plain: dict[str, list[NameScope]] = {}
        self._methods: dict[str, list[NameScope]] = {}
        self._classes: dict[str, list[NameScope]] = {}
        self._made: dict[int, list[NamedCall]] = {}
        for scope in uses.scopes:
            parent = scope.parent
            if scope.kind == "function" and parent is not None:
                table = self._methods if parent.kind == "class" else self._plain
                table.setdefault(name_of(scope), []).append(scope)
                if parent.kind == "class":
                    self._classes.setdefault(name_of(parent), []).append(scope)
        for call in uses.calls:
            function = call.scope.function()
            if function is not None:
                self._made.setdefault(id(function), []).append(call)

    def entered(self, call: NamedCall) -> list[NameScope]:
        """Return the functions that a call may run."""
        top = call.dotted.partition(".")[0]
        if "." not in call.dotted and call.dotted:
            made = [each for each in self._classes.get(call.name, ()) if name_of(each) in _MADE]
            return [*self._plain.get(call.name, ()), *made]
        return [] if top in self._imports else self._methods.get(call.name, [])

    def reached(self, roots: Iterable[NameScope]) -> dict[int, NameScope]:
        """Return these functions and all that they may run, by id."""
        found, pending = dict[int, NameScope](), list(roots)
        while pending:
            scope = pending.pop()
            if id(scope) not in found:
                found[id(scope)] = scope
                pending += [each for call in self._made.get(id(scope), ()) for each in self.entered(call)]
        return found


def name_of(scope: NameScope) -> str:
    """Return the name of a function or a class, "" for other scopes."""
    return str(getattr(scope.node, "name", ""))
