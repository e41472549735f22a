"""The calls of a function in its own file, and what each gives to a parameter."""

from __future__ import annotations

import ast
from typing import NamedTuple

from footprint.collect.imports.name_values import EACH, MANY, OTHER_KEYWORDS, Steps, Values, ValueScope
from footprint.documents.python_trees import argument_of, last_name

_CONSTRUCTORS = ("__init__", "__new__")


class Given(NamedTuple):
    """What a call gives: what `steps` lead to in `node`, read in `block`."""

    call: ast.Call
    block: ValueScope
    node: ast.expr
    steps: Steps = ()


class CallSites:
    """The calls of one file, by the functions that they may mean."""

    def __init__(self, values: Values) -> None:
        self._values = values
        self._tables: dict[int, ast.Dict] = {}
        self._known: dict[tuple[int, str], list[Given]] = {}

    def of(self, home: ValueScope, position: int, name: str) -> list[Given]:
        """Return what the calls of a function give to its parameter `name`."""
        key = (id(home), name)
        if key not in self._known:
            self._known[key] = self._find(home, position, name)
        return self._known[key]

    def _find(self, home: ValueScope, position: int, name: str) -> list[Given]:
        owner = home.parent if home.parent is not None and home.parent.kind == "class" else None
        word = owner.last if owner is not None and home.last in _CONSTRUCTORS else home.last
        is_method = owner is not None and word == home.last
        words = self._values.lambdas.get(id(home.node), [word])
        found: list[Given] = []
        for call, block in (each for one in words for each in self._values.calls.get(one, [])):
            if isinstance(call.func, ast.Attribute) or not is_method:
                found += self._given(call, block, position, name)
        for call, block in (*self._values.calls.get("map", []), *self._values.calls.get("partial", [])):
            if len(call.args) > 1 and last_name(call.args[0]) in words:
                steps: Steps = (EACH,) if last_name(call.func) == "map" else ()
                found.append(Given(call, block, call.args[1], steps))
        return found

    def _given(self, call: ast.Call, block: ValueScope, position: int, name: str) -> list[Given]:
        if position >= MANY:
            return [Given(call, block, item) for item in call.args[position - MANY :]]
        if position == OTHER_KEYWORDS:
            return [Given(call, block, self._table_of(call))]
        given = argument_of(call, position, name)
        if given is not None:
            return [Given(call, block, given)]
        return [Given(call, block, node, steps) for node, steps in _spread(call, position, name)]

    def _table_of(self, call: ast.Call) -> ast.Dict:
        """Return the keywords of a call as a table, the same one each time."""
        if id(call) not in self._tables:
            keys: list[ast.expr | None] = [ast.Constant(each.arg) if each.arg else None for each in call.keywords]
            table = ast.copy_location(ast.Dict(keys, [each.value for each in call.keywords]), call)
            self._tables[id(call)] = table
        return self._tables[id(call)]


def _spread(call: ast.Call, position: int, name: str) -> list[tuple[ast.expr, Steps]]:
    """Return what `load(*names)` and `load(**options)` give to a parameter."""
    found: list[tuple[ast.expr, Steps]] = []
    for index, item in enumerate(call.args[: position + 1]):
        if isinstance(item, ast.Starred):
            found.append((item.value, (("of", position - index),)))
            break
    return found + [(each.value, (("of", name),)) for each in call.keywords if each.arg is None]
