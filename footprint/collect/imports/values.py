"""Where the names of one file get their values: assignments, loops, parameters, attributes, and the calls by name.

Laws: a plain index of a tree, built once for the few files that ask. Nothing is evaluated here.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from footprint.collect.imports.names import dotted_name
from footprint.collect.imports.tree import last_word, strings_in

# The way into a value: ("of", key) an item, key None for any; ("each", None) what a loop over it yields;
# ("called", None) what it returns.
Step = tuple[str, "str | int | None"]
Steps = tuple[Step, ...]
EACH: Step = ("each", None)
CALLED: Step = ("called", None)

NODES_AT_MOST = 400_000
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.GeneratorExp, ast.DictComp)
_TAKES_ONE = frozenset({"append", "add", "appendleft"})
_TAKES_MANY = frozenset({"extend", "update", "extendleft", "union_update"})
_NAMESPACES = frozenset({"globals", "locals", "vars"})


@dataclass(slots=True, eq=False)
class Block:
    """One scope of a file."""

    kind: Literal["module", "class", "function", "comprehension"]
    parent: Block | None
    name: str  # dotted, "" for the module
    node: ast.AST
    values: dict[str, list[Value]] = field(default_factory=dict)
    inner: dict[str, list[Block]] = field(default_factory=dict)  # functions and classes defined in it
    returns: list[ast.expr] = field(default_factory=list)
    fields: list[str] = field(default_factory=list)  # of a class: annotated names in order
    globals: set[str] = field(default_factory=set)

    @property
    def function(self) -> Block | None:
        """The function around it, itself if it is one."""
        block: Block | None = self
        while block is not None and block.kind != "function":
            block = block.parent
        return block

    @property
    def last(self) -> str:
        """Its own name without those around it."""
        return self.name.rpartition(".")[2]


class Value(NamedTuple):
    """One thing that a name may stand for: what `steps` lead to in `node`, read in `block`."""

    node: ast.expr
    block: Block
    steps: Steps = ()


@dataclass(slots=True)
class Values:
    """The index of one file."""

    top: Block
    calls: dict[str, list[tuple[ast.Call, Block]]] = field(default_factory=dict)  # by the last word of the function
    attributes: dict[str, list[Value]] = field(default_factory=dict)  # of whatever object
    changes: dict[str, list[Value]] = field(default_factory=dict)  # by name: append, update, items that are set
    methods: dict[str, list[Block]] = field(default_factory=dict)  # of all classes, by their own name
    with_field: dict[str, list[Block]] = field(default_factory=dict)  # classes, by the names that they annotate
    blocks: dict[int, Block] = field(default_factory=dict)  # of calls and displays, by id of the node
    displays: list[ast.List | ast.Tuple] = field(default_factory=list)  # that hold "-m" or "-c"
    commands: list[ast.Call] = field(default_factory=list)  # calls that hold them by position
    caught: set[int] = field(default_factory=set)  # ids of calls in a try that goes on without a distribution
    is_whole: bool = True


def index_values(tree: ast.Module) -> Values:
    """Return where the names of a file get their values."""
    top = Block("module", None, "", tree)
    values = Values(top)
    _Indexer(values).run(tree)
    return values


class _Indexer:
    def __init__(self, values: Values) -> None:
        self._values = values
        self._stack: list[tuple[ast.AST, Block, bool]] = []

    def run(self, tree: ast.Module) -> None:
        self._push(tree.body, self._values.top, caught=False)
        left = NODES_AT_MOST
        while self._stack and left:
            left -= 1
            node, block, caught = self._stack.pop()
            self._visit(node, block, caught=caught)
        self._values.is_whole = left > 0

    def _push(self, nodes: list[ast.stmt] | list[ast.expr] | list[ast.AST], block: Block, *, caught: bool) -> None:
        self._stack += [(node, block, caught) for node in reversed(nodes)]

    def _visit(self, node: ast.AST, block: Block, *, caught: bool) -> None:
        if isinstance(node, _SCOPES):
            self._scope(node, block, caught=caught)
            return
        if isinstance(node, _COMPREHENSIONS):
            self._comprehension(node, block, caught=caught)
            return
        if isinstance(node, ast.Call):
            self._call(node, block, caught=caught)
        elif isinstance(node, (ast.List, ast.Tuple)):
            self._display(node, block)
        elif isinstance(node, ast.Try):
            self._try(node, block, caught=caught)
            return
        elif isinstance(node, (ast.With, ast.AsyncWith)):
            caught = caught or any(_suppresses(item.context_expr) for item in node.items)
        else:
            self._statement(node, block)
        self._push(list(ast.iter_child_nodes(node)), block, caught=caught)

    def _statement(self, node: ast.AST, block: Block) -> None:
        if isinstance(node, ast.Assign):
            self._record_class(node, block)
            for target in node.targets:
                self._bind(target, Value(node.value, block), block)
        elif isinstance(node, ast.AnnAssign):
            if block.kind == "class" and isinstance(node.target, ast.Name):
                block.fields.append(node.target.id)
                self._values.with_field.setdefault(node.target.id, []).append(block)
            if node.value is not None:
                self._bind(node.target, Value(node.value, block), block)
        elif isinstance(node, (ast.AugAssign, ast.NamedExpr)):
            self._bind(node.target, Value(node.value, block), block)
        elif isinstance(node, (ast.For, ast.AsyncFor)):
            self._bind(node.target, Value(node.iter, block, (EACH,)), block)
        elif isinstance(node, ast.withitem) and node.optional_vars is not None:
            self._bind(node.optional_vars, Value(node.context_expr, block), block)
        elif isinstance(node, (ast.Global, ast.Nonlocal)):
            block.globals.update(node.names)
        elif isinstance(node, (ast.Return, ast.Yield, ast.YieldFrom)) and node.value is not None:
            self._gives(node, node.value, block)

    def _record_class(self, node: ast.Assign, block: Block) -> None:
        """Take `App = namedtuple("App", "name on")` as a class with these fields."""
        call, target = node.value, node.targets[0]
        if not (isinstance(call, ast.Call) and isinstance(target, ast.Name)):
            return
        if last_word(call.func) in ("namedtuple", "NamedTuple", "make_dataclass") and len(call.args) > 1:
            record = Block("class", block, target.id, node)
            record.fields += [word for text in strings_in(call.args[1]) for word in text.replace(",", " ").split()]
            for name in record.fields:
                self._values.with_field.setdefault(name, []).append(record)

    @staticmethod
    def _gives(node: ast.AST, value: ast.expr, block: Block) -> None:
        function = block.function
        if function is not None:
            value = ast.copy_location(ast.List([value], ast.Load()), value) if isinstance(node, ast.Yield) else value
            function.returns.append(value)

    def _scope(
        self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda, block: Block, *, caught: bool
    ) -> None:
        if isinstance(node, ast.Lambda):
            inner = Block("function", block, f"{block.name}.<lambda>".lstrip("."), node)
            inner.returns.append(node.body)
            self._values.blocks[id(node)] = inner
            self._push([node.body], inner, caught=False)
            self._push([item for item in (*node.args.defaults, *node.args.kw_defaults) if item], block, caught=caught)
            return
        kind: Literal["class", "function"] = "class" if isinstance(node, ast.ClassDef) else "function"
        inner = Block(kind, block, f"{block.name}.{node.name}".lstrip("."), node)
        block.inner.setdefault(node.name, []).append(inner)
        if kind == "function" and block.kind == "class":
            self._values.methods.setdefault(node.name, []).append(inner)
        self._push(node.body, inner, caught=caught and kind == "class")
        outside: list[ast.AST] = [*node.decorator_list]
        if isinstance(node, ast.ClassDef):
            outside += [*node.bases, *(keyword.value for keyword in node.keywords)]
        else:
            outside += [item for item in (*node.args.defaults, *node.args.kw_defaults) if item is not None]
        self._push(outside, block, caught=caught)

    def _comprehension(
        self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp, block: Block, *, caught: bool
    ) -> None:
        inner = Block("comprehension", block, block.name, node)
        self._values.blocks[id(node)] = inner
        for index, generator in enumerate(node.generators):
            around = inner if index else block
            self._bind(generator.target, Value(generator.iter, around, (EACH,)), inner, is_own=True)
            self._push([generator.iter], around, caught=caught)
            self._push(generator.ifs, inner, caught=caught)
        results = [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]
        self._push(results, inner, caught=caught)

    def _try(self, node: ast.Try, block: Block, *, caught: bool) -> None:
        inside = caught or any(_goes_on_without(handler.type) for handler in node.handlers)
        self._push(node.body, block, caught=inside)
        for handler in node.handlers:
            self._push(handler.body, block, caught=True)
        self._push(node.orelse, block, caught=caught)
        self._push(node.finalbody, block, caught=caught)

    def _call(self, node: ast.Call, block: Block, *, caught: bool) -> None:
        word = last_word(node.func)
        self._values.blocks[id(node)] = block
        if caught:
            self._values.caught.add(id(node))
        if word is not None:
            self._values.calls.setdefault(word, []).append((node, block))
            self._mutation(node, word, block)
        if _holds_option(node.args):
            self._values.commands.append(node)

    def _display(self, node: ast.List | ast.Tuple, block: Block) -> None:
        if _holds_option(node.elts):
            self._values.displays.append(node)
            self._values.blocks[id(node)] = block

    def _mutation(self, node: ast.Call, word: str, block: Block) -> None:
        """Take `names.append(x)` as `names += [x]`, `names.update(a=x)` as `names |= {"a": x}`."""
        if word == "setattr" and len(node.args) == 3 and isinstance(node.args[1], ast.Constant):
            self._values.attributes.setdefault(str(node.args[1].value), []).append(Value(node.args[2], block))
        if not isinstance(node.func, ast.Attribute):
            return
        owner = node.func.value
        for given in _given_by(node, word):
            if isinstance(owner, ast.Call) and last_word(owner.func) in _NAMESPACES:
                self._names_set(given, block)
            else:
                self._change(owner, Value(given, block))

    def _names_set(self, given: ast.expr, block: Block) -> None:
        if isinstance(given, ast.Dict):
            for key, value in zip(given.keys, given.values, strict=True):
                if isinstance(key, ast.Constant) and isinstance(key.value, str):
                    self._named(key.value, Value(value, block), self._values.top)

    def _change(self, owner: ast.expr, value: Value) -> None:
        if isinstance(owner, ast.Name):
            self._values.changes.setdefault(owner.id, []).append(value)
        elif isinstance(owner, ast.Attribute):
            self._values.attributes.setdefault(owner.attr, []).append(value)

    def _bind(self, target: ast.expr, value: Value, block: Block, *, is_own: bool = False) -> None:
        pending = [(target, value)]
        while pending:
            target, value = pending.pop()
            if isinstance(target, ast.Name):
                self._named(target.id, value, self._home(target.id, block, is_own=is_own))
            elif isinstance(target, ast.Attribute):
                self._values.attributes.setdefault(target.attr, []).append(value)
            elif isinstance(target, (ast.Tuple, ast.List)):
                steps = value.steps
                pending += [
                    (item, value._replace(steps=(*steps, ("of", index)))) for index, item in enumerate(target.elts)
                ]
            elif isinstance(target, ast.Starred):
                pending.append((target.value, value._replace(steps=value.steps[:-1])))
            elif isinstance(target, ast.Subscript) and not value.steps:
                self._set_item(target, value, block)

    def _named(self, name: str, value: Value, home: Block) -> None:
        home.values.setdefault(name, []).append(value)
        if home.kind == "class":
            self._values.attributes.setdefault(name, []).append(value)

    def _set_item(self, target: ast.Subscript, value: Value, block: Block) -> None:
        """Take `names["a"] = x` as `names |= {"a": x}`, and as the name itself for `globals()["a"] = x`."""
        whole = ast.copy_location(ast.Dict([target.slice], [value.node]), value.node)
        if isinstance(target.value, ast.Call) and last_word(target.value.func) in _NAMESPACES:
            self._names_set(whole, block)
        elif isinstance(target.slice, ast.Slice):
            self._change(target.value, value)
        else:
            self._change(target.value, value._replace(node=whole))

    def _home(self, name: str, block: Block, *, is_own: bool) -> Block:
        home = block
        while home.kind == "comprehension" and home.parent is not None and not is_own:
            home = home.parent
        return self._values.top if name in home.globals else home


def _given_by(node: ast.Call, word: str) -> Iterator[ast.expr]:
    if word in _TAKES_ONE and len(node.args) == 1:
        yield ast.copy_location(ast.List([node.args[0]], ast.Load()), node.args[0])
    elif word == "insert" and len(node.args) == 2:
        yield ast.copy_location(ast.List([node.args[1]], ast.Load()), node.args[1])
    elif word == "setdefault" and len(node.args) == 2:
        yield ast.copy_location(ast.Dict([node.args[0]], [node.args[1]]), node.args[1])
    elif word in _TAKES_MANY:
        yield from node.args
        named = [keyword for keyword in node.keywords if keyword.arg is not None]
        if named:
            keys: list[ast.expr | None] = [ast.Constant(keyword.arg) for keyword in named]
            yield ast.copy_location(ast.Dict(keys, [keyword.value for keyword in named]), node)


def _holds_option(items: list[ast.expr]) -> bool:
    return any(isinstance(item, ast.Constant) and item.value in ("-m", "-c") for item in items)


_WITHOUT = frozenset({
    "PackageNotFoundError", "DistributionNotFound", "ModuleNotFoundError", "ImportError", "Exception", "BaseException",
})  # fmt: skip


def _suppresses(node: ast.expr) -> bool:
    is_suppress = isinstance(node, ast.Call) and last_word(node.func) == "suppress"
    return is_suppress and any(_goes_on_without(kind) for kind in getattr(node, "args", ()))


def _goes_on_without(kind: ast.expr | None) -> bool:
    if kind is None:
        return True
    kinds = kind.elts if isinstance(kind, ast.Tuple) else [kind]
    return any((dotted_name(item) or "").rpartition(".")[2] in _WITHOUT for item in kinds)
