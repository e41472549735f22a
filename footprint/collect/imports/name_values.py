"""Where the names of one file get their values: assignments, loops, parameters, attributes, and the calls by name.

Laws: nothing is followed here. `value_index.py` fills the index.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import Literal, NamedTuple

from footprint.documents.python_trees import argument_of, last_name
from footprint.values import dataclass, field

# The way into a value: ("of", key) an item, key None for any; ("each", None) what a loop over it yields;
# ("called", None) what it returns.
Step = tuple[str, "str | int | None"]
Steps = tuple[Step, ...]
EACH: Step = ("each", None)
CALLED: Step = ("called", None)
OTHER_KEYWORDS = -2  # the position of **names
MANY = 1_000  # and more: the position of *names, and what stands before


@dataclass(slots=True, eq=False)
class ValueScope:
    """One scope of a file."""

    kind: Literal["module", "class", "function", "comprehension"]
    parent: ValueScope | None
    name: str  # dotted, "" for the module
    node: ast.AST
    values: dict[str, list[NameValue]] = field(default_factory=dict)
    inner: dict[str, list[ValueScope]] = field(default_factory=dict)  # functions and classes defined in it
    returns: list[ast.expr] = field(default_factory=list)
    fields: list[str] = field(default_factory=list)  # of a class: annotated names in order
    globals: set[str] = field(default_factory=set)
    parameters: Mapping[str, tuple[int, ast.expr | None]] = field(default_factory=dict)  # position in a call, default

    @property
    def function(self) -> ValueScope | None:
        """The function around it, itself if it is one."""
        block: ValueScope | None = self
        while block is not None and block.kind != "function":
            block = block.parent
        return block

    @property
    def last(self) -> str:
        """Its own name without those around it."""
        return self.name.rpartition(".")[2]


class NameValue(NamedTuple):
    """One thing that a name may stand for: what `steps` lead to in `node`, read in `block`."""

    node: ast.expr
    block: ValueScope
    steps: Steps = ()


@dataclass(slots=True)
class Values:
    """The index of one file."""

    top: ValueScope
    # By the last word of the function.
    calls: dict[str, list[tuple[ast.Call, ValueScope]]] = field(default_factory=dict)
    attributes: dict[str, list[NameValue]] = field(default_factory=dict)  # of whatever object
    changes: dict[str, list[NameValue]] = field(default_factory=dict)  # by name: append, update, items that are set
    options: dict[str, list[NameValue]] = field(default_factory=dict)  # defaults of options of a command line
    given: dict[str, list[NameValue]] = field(default_factory=dict)  # to constructors, by keyword
    compared: dict[str, list[NameValue]] = field(default_factory=dict)  # what a name is compared with, and may then be
    lambdas: dict[int, list[str]] = field(default_factory=dict)  # names of lambdas, by id of the node
    methods: dict[str, list[ValueScope]] = field(default_factory=dict)  # of all classes, by their own name
    with_field: dict[str, list[ValueScope]] = field(default_factory=dict)  # classes, by the names that they annotate
    blocks: dict[int, ValueScope] = field(default_factory=dict)  # of calls and displays, by id of the node
    options_in: list[ast.List | ast.Tuple | ast.Call] = field(default_factory=list)  # that hold "-m" or "-c"
    # Texts with "://" or a plus, put together.
    composed: list[tuple[ast.expr, ValueScope]] = field(default_factory=list)
    caught: set[int] = field(default_factory=set)  # ids of calls in a try that goes on without a distribution

    def let_go(self) -> None:
        """Empty the scopes: they and their values hold each other, and with them the tree, until the collector runs."""
        scopes = [self.top, *self.blocks.values(), *(block for found in self.with_field.values() for block in found)]
        for scope in scopes:
            scope.values.clear()
            scope.inner.clear()
            scope.returns.clear()


class Way(NamedTuple):
    """What was passed on the way from the place that takes a name."""

    call: ast.Call | None = None  # of a function of this file, the outermost, whose argument is followed
    late: bool = False  # the taker runs later than that call
    at: ValueScope | None = None  # the function that runs when the value is taken
    choice: bool = False  # one of several
    split: bool = False  # only its first part is taken: "redis.Redis".rsplit(".", 1)
    exact: bool = True  # as it stands, and not as a part of a text


class Arrival(NamedTuple):
    """One text that may arrive."""

    text: str
    line: int
    way: Way


class Parameter(NamedTuple):
    """A parameter whose arguments arrive: with another file's calls, theirs."""

    function: ValueScope
    name: str
    late: bool
    split: bool


class Source(NamedTuple):
    """A value of another module that arrives."""

    name: str  # dotted, as imported: "shop.apps.EXTRA"
    steps: Steps
    late: bool


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
            self._tables[id(call)] = ast.copy_location(ast.Dict(keys, [each.value for each in call.keywords]), call)
        return self._tables[id(call)]


def _spread(call: ast.Call, position: int, name: str) -> list[tuple[ast.expr, Steps]]:
    """Return what `load(*names)` and `load(**options)` give to a parameter."""
    found: list[tuple[ast.expr, Steps]] = []
    for index, item in enumerate(call.args[: position + 1]):
        if isinstance(item, ast.Starred):
            found.append((item.value, (("of", position - index),)))
            break
    return found + [(each.value, (("of", name),)) for each in call.keywords if each.arg is None]
