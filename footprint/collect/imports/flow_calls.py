"""What calls do with the values that pass through them: `sorted(names)`, `table.get(key, "redis")`, `"a b".split()`.

Laws: by the last word of the function, since the values are lists and texts. A call of a function of this file is what
that returns; of any other function, a default that it is given may come back.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, NamedTuple

from footprint.collect.imports.name_values import CALLED, EACH, Steps, ValueScope, Way
from footprint.documents.python_trees import key_of, last_name, string_of
from footprint.late import late_pattern

if TYPE_CHECKING:
    from footprint.collect.imports.flow import Flow

_FIELD = late_pattern(r"\{[^{}]*\}")
_SHORT = 200  # texts that are changed as they would be
_DEFAULTS = ("default", "fallback", "initial", "default_factory", "value")
_ANY: Steps = (("of", None),)


class Call(NamedTuple):
    """A call on the way of a value: what `steps` lead to in what it gives back is wanted."""

    flow: Flow
    node: ast.Call
    block: ValueScope
    steps: Steps
    way: Way

    @property
    def args(self) -> list[ast.expr]:
        """Its positional arguments."""
        return self.node.args

    @property
    def first(self) -> ast.expr | None:
        """The first of them."""
        return self.args[0] if self.args else None

    @property
    def owner(self) -> ast.expr:
        """What a method is called on."""
        return getattr(self.node.func, "value", self.node.func)

    def follow(self, nodes: Iterable[ast.expr], steps: Steps | None = None, *, choice: bool = False) -> None:
        """Follow each of `nodes`; `choice`: they come back in some cases only."""
        way = self.way._replace(choice=True) if choice else self.way
        for node in nodes:
            self.flow.follow(node, self.block, self.steps if steps is None else steps, way)


_Rule = Callable[[Call], None]


def follow_call(call: Call) -> None:
    """Follow what a call gives back."""
    flow, node, block, steps, way = call
    word = last_name(node.func) or ""
    is_method = isinstance(node.func, ast.Attribute)
    if is_method and word in _METHODS:
        _METHODS[word](call)
        if isinstance(call.owner, ast.Name) and call.owner.id in flow.imported:  # apps.get(), of a module or of a table
            flow.returned(node, block, steps, way)
        return
    if word in _FUNCTIONS and (not is_method or last_name(call.owner) in _LIBRARIES):
        _FUNCTIONS[word](call)
        return
    if word in _FIRST_IS_DEFAULT:
        call.follow(call.args[:1], choice=True)
    elif not flow.returned(node, block, steps, way) and string_of(call.first) is not None:
        call.follow(call.args[1:3], choice=True)  # config("LIB", "redis"), env("APPS", list, ["corsheaders"])
    _given_by_default(call)


_FIRST_IS_DEFAULT = frozenset({"Option", "Argument", "Field", "Query", "attrib", "ib", "Var", "StringVar", "var"})
_LIBRARIES = frozenset({
    "itertools", "functools", "copy", "typing", "dict", "chain", "operator", "os", "types", "textwrap", "inspect",
    "ast", "json", "yaml", "collections", "re",
})  # fmt: skip


def _given_by_default(call: Call) -> None:
    """Follow a default: `env.list("APPS", default=["corsheaders"])`."""
    for keyword in call.node.keywords:
        if keyword.arg in _DEFAULTS:
            into = (CALLED, *call.steps) if keyword.arg == "default_factory" else call.steps
            call.follow([keyword.value], into, choice=True)


# Functions


def _listed(steps: Steps) -> Steps:
    """Return the way into what was made a list of: its items are what a loop yields."""
    return (EACH, *(steps[1:] if steps and steps[0][0] in ("of", "each") else steps))


def _read_text(call: Call) -> None:
    """Follow `json.loads('["redis"]')` into its text, which is as good as Python for this."""
    tree = call.flow.literal_in(call.first)
    call.follow([tree] if tree is not None else ())


def _table(call: Call) -> None:
    """Follow `dict(cache="redis")`, `dict([("cache", "redis")])` and `dict(other)`."""
    steps = call.steps
    wanted = steps[0][1] if steps else None
    for keyword in call.node.keywords:
        if keyword.arg is None:
            call.follow([keyword.value])
        elif steps[:1] != (EACH,) and wanted in (None, keyword.arg):
            call.follow([keyword.value], steps[1:], choice=True)
    for argument in call.args[:1]:
        is_pairs = isinstance(argument, (ast.List, ast.Tuple, ast.ListComp, ast.GeneratorExp))
        index = 0 if steps[:1] == (EACH,) else 1
        call.follow([argument], (EACH, ("of", index), *steps[1:]) if is_pairs else steps)


def _zipped(call: Call) -> None:
    index = call.steps[1][1] if len(call.steps) > 1 else None
    chosen = call.args[index : index + 1] if isinstance(index, int) else call.args
    call.follow(chosen, (EACH, *call.steps[2:]))


def _mapped(call: Call) -> None:
    if len(call.args) < 2:
        return
    function = call.args[0]
    called = ast.copy_location(ast.Call(function, [], []), call.node)
    if not (isinstance(function, ast.Name) and call.flow.returned(called, call.block, call.steps[1:], call.way)):
        call.follow(call.args[1:2], _listed(call.steps))


def _default(call: Call) -> None:
    """Follow the last argument of `os.getenv("LIB", "redis")`, `getattr(settings, "LIB", "redis")`."""
    is_attribute = last_name(call.node.func) == "getattr"
    name = string_of(call.args[1]) if is_attribute and len(call.args) > 1 else None
    if name is not None and name.isidentifier():
        call.follow([ast.copy_location(ast.Attribute(call.args[0], name, ast.Load()), call.node)])
    if len(call.args) > (2 if is_attribute else 1):
        call.follow(call.args[-1:], choice=True)
    _given_by_default(call)


_FUNCTIONS: Mapping[str, _Rule] = {
    **dict.fromkeys(
        ("list", "tuple", "set", "frozenset", "sorted", "reversed", "iter", "next", "deque", "fromkeys", "islice"),
        lambda call: call.follow(call.args[:1], _listed(call.steps)),
    ),
    **dict.fromkeys(
        ("copy", "deepcopy", "str", "MappingProxyType", "ChainMap", "Path", "fspath", "dedent", "cleandoc"),
        lambda call: call.follow([*call.args, *(keyword.value for keyword in call.node.keywords)]),
    ),
    **dict.fromkeys(("dict", "OrderedDict"), _table),
    "chain": lambda call: call.follow(call.args, _listed(call.steps)),
    **dict.fromkeys(
        ("sum", "from_iterable", "reduce", "concat"),
        lambda call: call.follow(call.args, (EACH, *_listed(call.steps))),
    ),
    **dict.fromkeys(("filter", "cast", "sub"), lambda call: call.follow(call.args[-1:])),
    **dict.fromkeys(("literal_eval", "loads", "safe_load"), _read_text),
    "enumerate": lambda call: call.follow(call.args[:1], (EACH, *call.steps[2:])),
    "zip": _zipped,
    "map": _mapped,
    **dict.fromkeys(("getenv", "getattr"), _default),
}


# Methods


def _got(call: Call) -> None:
    call.follow([call.owner], (("of", key_of(call.first)), *call.steps))
    call.follow(call.args[1:2], choice=True)
    _given_by_default(call)


def _transformed(call: Call) -> None:
    """Follow a text that is changed in a way that can be told: "redis-py".replace("-py", "")."""
    given = [text for item in call.args if (text := string_of(item)) is not None]
    found, before = call.flow.found, len(call.flow.found)
    call.follow([call.owner])
    if len(given) == len(call.args) <= 2 and all(len(text) <= _SHORT for text in given):
        for index, each in enumerate(found[before:], start=before):
            if len(each.text) <= _SHORT:
                text = _change(each.text, last_name(call.node.func) or "", given)[:_SHORT]
                before_it = each.text.partition(text)[0] if text else ""
                found[index] = each._replace(text=text, line=each.line + before_it.count("\n"))


def _change(text: str, name: str, given: list[str]) -> str:
    try:
        return str(getattr(text, name)(*given))
    except (TypeError, AttributeError):
        return text


def _items(call: Call) -> None:
    part = call.steps[1][1] if len(call.steps) > 1 else None
    for index, into in ((0, (EACH,)), (1, _ANY)):
        if part in (index, None):
            call.follow([call.owner], (*into, *call.steps[2:]))


def _united(call: Call) -> None:
    call.follow([call.owner])
    call.follow(call.args, _listed(call.steps))


def _split(call: Call) -> None:
    """Follow the words of a text, and the whole where only its first part is wanted: "redis.Redis".rsplit(".", 1)."""
    flow, node, block, steps, way = call
    between = string_of(call.first)
    if between in (".", ":") or last_name(node.func) in ("rsplit", "partition", "rpartition"):
        flow.follow(call.owner, block, steps[1:], way._replace(split=True))
        return
    index = steps[0][1] if steps and steps[0][0] == "of" else None
    for each in flow.texts_of(call.owner, block, way):
        words = each.text.split(between or None)
        chosen = words[index : index + 1] if isinstance(index, int) and index >= 0 else words
        before = 0
        for word in chosen:
            before = max(each.text.find(word, before), 0)
            line = each.line + each.text.count("\n", 0, before)
            flow.found.append(each._replace(text=word.strip(), line=line, way=each.way._replace(exact=way.exact)))


def _formatted(call: Call) -> None:
    flow, node, block, _, way = call
    given = [flow.texts_of(argument, block, way) for argument in call.args]
    named = {item.arg: flow.texts_of(item.value, block, way) for item in node.keywords if item.arg}
    for template in flow.texts_of(call.owner, block, way):
        parts, position, count = [], 0, 0
        for found in _FIELD.finditer(template.text):
            parts.append([template._replace(text=template.text[position : found.start()])])
            name = re.split(r"[.!:\[]", found[0].strip("{}"))[0]
            index = int(name) if name.isdigit() else count
            parts.append(named.get(name) or (given[index] if index < len(given) else [template._replace(text="*")]))
            position, count = found.end(), count + 1
        parts.append([template._replace(text=template.text[position:])])
        flow.join([part for part in parts if part[0].text], way)


def _put_together(call: Call) -> None:
    between = string_of(call.owner)
    items = call.first.elts if isinstance(call.first, (ast.List, ast.Tuple)) else []
    parts = []
    for index, item in enumerate(items):
        found = call.flow.texts_of(item, call.block, call.way)
        spaced = [each._replace(text=f"{'*' if between is None else between}{each.text}") for each in found]
        parts.append(spaced if index else found)
    call.flow.join(parts, call.way)


_METHODS: Mapping[str, _Rule] = {
    **dict.fromkeys(("get", "pop", "setdefault", "__getitem__"), _got),
    **dict.fromkeys(
        ("copy", "encode", "decode", "popleft", "__copy__", "difference", "as_posix"),
        lambda call: call.follow([call.owner]),
    ),
    **dict.fromkeys(
        ("strip", "lstrip", "rstrip", "lower", "upper", "casefold", "replace", "removeprefix", "removesuffix"),
        _transformed,
    ),
    "keys": lambda call: call.follow([call.owner], _listed(call.steps)),
    "values": lambda call: call.follow([call.owner], (*_ANY, *call.steps[1:])),
    "items": _items,
    **dict.fromkeys(("union", "intersection", "symmetric_difference"), _united),
    **dict.fromkeys(("split", "rsplit", "splitlines", "partition", "rpartition"), _split),
    "format": _formatted,
    "join": _put_together,
}
