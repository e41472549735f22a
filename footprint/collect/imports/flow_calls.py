"""What calls do with the values that pass through them: `sorted(names)`, `table.get(key, "redis")`, `"a b".split()`.

Laws: by the last word of the function, since the values are lists and texts. A call of a function of this file is what
that returns; of any other function, a default that it is given may come back.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from footprint.collect.imports.arrivals import Way
from footprint.collect.imports.tree import last_word
from footprint.collect.imports.values import CALLED, EACH, Block, Steps

if TYPE_CHECKING:
    from footprint.collect.imports.flow import Flow

_FIELD = re.compile(r"\{[^{}]*\}")
OTHER_KEYWORDS = -2  # the position of **names
_SHORT = 200  # texts that are changed as they would be
MANY = 1_000  # and more: the position of *names, and what stands before
_DEFAULTS = ("default", "fallback", "initial", "default_factory", "value")
ANY: Steps = (("of", None),)


def parameters_of(block: Block) -> Mapping[str, tuple[int, ast.expr | None]]:
    """Return the parameters of a function: the position in a call, -1 by keyword only, and the default."""
    arguments = getattr(block.node, "args", None) if block.kind == "function" else None
    if not isinstance(arguments, ast.arguments):
        return {}
    plain = [*arguments.posonlyargs, *arguments.args]
    defaults = [None] * (len(plain) - len(arguments.defaults)) + list(arguments.defaults)
    bound = 1 if block.parent is not None and block.parent.kind == "class" and not _is_static(block) else 0
    found: dict[str, tuple[int, ast.expr | None]] = {}
    for index, (argument, default) in enumerate(zip(plain, defaults, strict=True)):
        if index >= bound:
            found[argument.arg] = (index - bound, default)
    if arguments.vararg is not None:
        found[arguments.vararg.arg] = (MANY + max(len(plain) - bound, 0), None)
    if arguments.kwarg is not None:
        found[arguments.kwarg.arg] = (OTHER_KEYWORDS, None)
    for argument, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        found[argument.arg] = (-1, default)
    return found


def _is_static(block: Block) -> bool:
    decorators: list[ast.expr] = getattr(block.node, "decorator_list", [])
    return any(last_word(each) == "staticmethod" for each in decorators)


def argument_of(call: ast.Call, position: int, keyword: str) -> ast.expr | None:
    """Return what a call gives to a parameter."""
    for given in call.keywords:
        if given.arg == keyword:
            return given.value
    before = call.args[: position + 1]
    if 0 <= position < len(call.args) and not any(isinstance(item, ast.Starred) for item in before):
        return call.args[position]
    return None


def follow_call(flow: Flow, node: ast.Call, block: Block, steps: Steps, way: Way, depth: int) -> None:
    """Follow what a call gives back."""
    word = last_word(node.func)
    owner = node.func.value if isinstance(node.func, ast.Attribute) else None
    rule = _METHODS.get(word or "") if owner is not None else None
    if rule is not None:
        rule(flow, node, block, steps, way, depth)
        if isinstance(owner, ast.Name) and owner.id in flow.imported:  # apps.get(), of a module or of a table
            flow.returned(node, block, steps, way, depth)
        return
    is_known = _FUNCTIONS.get(word or "")
    if is_known is not None and (owner is None or _is_library(owner)):
        is_known(flow, node, block, steps, way, depth)
        return
    if (word or "") in _FIRST_IS_DEFAULT:
        for argument in node.args[:1]:
            flow.follow(argument, block, steps, way._replace(choice=True), depth)
    elif not flow.returned(node, block, steps, way, depth):
        _given_second(flow, node, block, steps, way, depth)
    _given_by_default(flow, node, block, steps, way, depth)


_FIRST_IS_DEFAULT = frozenset({"Option", "Argument", "Field", "Query", "attrib", "ib", "Var", "StringVar", "var"})
_LIBRARIES = frozenset({
    "itertools", "functools", "copy", "typing", "dict", "chain", "operator", "os", "types", "textwrap", "inspect",
    "ast", "json", "yaml", "collections", "re",
})  # fmt: skip


def _is_library(owner: ast.expr) -> bool:
    return last_word(owner) in _LIBRARIES


def _given_by_default(flow: Flow, node: ast.Call, block: Block, steps: Steps, way: Way, depth: int) -> None:
    """Follow a default: `env.list("APPS", default=["corsheaders"])`."""
    for keyword in node.keywords:
        if keyword.arg in _DEFAULTS:
            into = (CALLED, *steps) if keyword.arg == "default_factory" else steps
            flow.follow(keyword.value, block, into, way._replace(choice=True), depth)


def _given_second(flow: Flow, node: ast.Call, block: Block, steps: Steps, way: Way, depth: int) -> None:
    """Follow what stands behind a name: `config("LIB", "redis")`, `env("APPS", list, ["corsheaders"])`."""
    first = node.args[0] if node.args else None
    if isinstance(first, ast.Constant) and isinstance(first.value, str):
        for argument in node.args[1:3]:
            flow.follow(argument, block, steps, way._replace(choice=True), depth)


def _owner_of(node: ast.Call) -> ast.expr:
    """Return what a method is called on."""
    return node.func.value if isinstance(node.func, ast.Attribute) else node.func


# Functions


def _through(flow: Flow, node: ast.Call, block: Block, steps: Steps, way: Way, depth: int) -> None:
    for argument in node.args[:1]:
        flow.follow(argument, block, _listed(steps), way, depth)


def _listed(steps: Steps) -> Steps:
    """Return the way into what was made a list of: its items are what a loop yields."""
    return (EACH, *(steps[1:] if steps and steps[0][0] in ("of", "each") else steps))


def _alike(flow: Flow, node: ast.Call, block: Block, steps: Steps, way: Way, depth: int) -> None:
    for argument in node.args:
        flow.follow(argument, block, steps, way, depth)
    for keyword in node.keywords:
        flow.follow(keyword.value, block, steps, way, depth)


def _read_text(flow: Flow, node: ast.Call, block: Block, steps: Steps, way: Way, depth: int) -> None:
    """Follow `json.loads('["redis"]')` into its text, which is as good as Python for this."""
    for argument in node.args[:1]:
        tree = flow.literals.within(argument)
        if tree is not None:
            flow.follow(tree, block, steps, way, depth)


def _last(flow: Flow, node: ast.Call, block: Block, steps: Steps, way: Way, depth: int) -> None:
    for argument in node.args[-1:]:
        flow.follow(argument, block, steps, way, depth)


def _table(flow: Flow, node: ast.Call, block: Block, steps: Steps, way: Way, depth: int) -> None:
    """Follow `dict(cache="redis")`, `dict([("cache", "redis")])` and `dict(other)`."""
    wanted = steps[0][1] if steps else None
    for keyword in node.keywords:
        if keyword.arg is None:
            flow.follow(keyword.value, block, steps, way, depth)
        elif steps[:1] != (EACH,) and (wanted is None or keyword.arg == wanted):
            flow.follow(keyword.value, block, steps[1:], way._replace(choice=True), depth)
    for argument in node.args[:1]:
        if isinstance(argument, (ast.List, ast.Tuple, ast.ListComp, ast.GeneratorExp)):
            index = 0 if steps[:1] == (EACH,) else 1
            flow.follow(argument, block, (EACH, ("of", index), *steps[1:]), way, depth)
        else:
            flow.follow(argument, block, steps, way, depth)


def _chained(flow: Flow, node: ast.Call, block: Block, steps: Steps, way: Way, depth: int) -> None:
    for argument in node.args:
        flow.follow(argument, block, _listed(steps), way, depth)


def _flattened(flow: Flow, node: ast.Call, block: Block, steps: Steps, way: Way, depth: int) -> None:
    for argument in node.args:
        flow.follow(argument, block, (EACH, *_listed(steps)), way, depth)


def _counted(flow: Flow, node: ast.Call, block: Block, steps: Steps, way: Way, depth: int) -> None:
    rest = steps[2:] if len(steps) > 1 else ()
    for argument in node.args[:1]:
        flow.follow(argument, block, (EACH, *rest), way, depth)


def _zipped(flow: Flow, node: ast.Call, block: Block, steps: Steps, way: Way, depth: int) -> None:
    index = steps[1][1] if len(steps) > 1 else None
    chosen = node.args[index : index + 1] if isinstance(index, int) else node.args
    for argument in chosen:
        flow.follow(argument, block, (EACH, *steps[2:]), way, depth)


def _mapped(flow: Flow, node: ast.Call, block: Block, steps: Steps, way: Way, depth: int) -> None:
    if len(node.args) < 2:
        return
    function = node.args[0]
    if isinstance(function, ast.Lambda):
        flow.follow(node.args[1], block, _listed(steps), way, depth)
        return
    called = ast.copy_location(ast.Call(function, [], []), node)
    if not (isinstance(function, ast.Name) and flow.returned(called, block, steps[1:], way, depth)):
        flow.follow(node.args[1], block, _listed(steps), way, depth)


def _default(flow: Flow, node: ast.Call, block: Block, steps: Steps, way: Way, depth: int) -> None:
    """Follow the last argument of `os.getenv("LIB", "redis")`, `getattr(settings, "LIB", "redis")`."""
    if last_word(node.func) == "getattr" and len(node.args) > 1:
        name = node.args[1]
        if isinstance(name, ast.Constant) and isinstance(name.value, str) and name.value.isidentifier():
            read = ast.copy_location(ast.Attribute(node.args[0], name.value, ast.Load()), node)
            flow.follow(read, block, steps, way, depth)
    is_given = len(node.args) > (2 if last_word(node.func) == "getattr" else 1)
    for argument in node.args[-1:] if is_given else ():
        flow.follow(argument, block, steps, way._replace(choice=True), depth)
    _given_by_default(flow, node, block, steps, way, depth)


_Rule = Callable[["Flow", ast.Call, Block, Steps, Way, int], None]
_FUNCTIONS: Mapping[str, _Rule] = {
    **dict.fromkeys(
        ("list", "tuple", "set", "frozenset", "sorted", "reversed", "iter", "next", "deque", "fromkeys", "islice"),
        _through,
    ),
    **dict.fromkeys(
        (*("copy", "deepcopy", "str", "MappingProxyType", "ChainMap", "Path", "fspath", "dedent", "cleandoc"),),
        _alike,
    ),
    **dict.fromkeys(("dict", "OrderedDict"), _table),
    **dict.fromkeys(("chain",), _chained),
    **dict.fromkeys(("sum", "from_iterable", "reduce", "concat"), _flattened),
    **dict.fromkeys(("filter", "cast", "sub"), _last),
    **dict.fromkeys(("literal_eval", "loads", "safe_load"), _read_text),
    "enumerate": _counted,
    "zip": _zipped,
    "map": _mapped,
    **dict.fromkeys(("getenv", "getattr"), _default),
}


# Methods


def _got(flow: Flow, node: ast.Call, block: Block, steps: Steps, way: Way, depth: int) -> None:
    owner = _owner_of(node)
    key = node.args[0].value if node.args and isinstance(node.args[0], ast.Constant) else None
    step = ("of", key if isinstance(key, (str, int)) else None)
    flow.follow(owner, block, (step, *steps), way, depth)
    for argument in node.args[1:2]:
        flow.follow(argument, block, steps, way._replace(choice=True), depth)
    _given_by_default(flow, node, block, steps, way, depth)


def _same(flow: Flow, node: ast.Call, block: Block, steps: Steps, way: Way, depth: int) -> None:
    owner = _owner_of(node)
    flow.follow(owner, block, steps, way, depth)


def _transformed(flow: Flow, node: ast.Call, block: Block, steps: Steps, way: Way, depth: int) -> None:
    """Follow a text that is changed in a way that can be told: "redis-py".replace("-py", "")."""
    given = [item.value for item in node.args if isinstance(item, ast.Constant) and isinstance(item.value, str)]
    name, before = last_word(node.func) or "", len(flow.found)
    flow.follow(_owner_of(node), block, steps, way, depth)
    if len(given) == len(node.args) <= 2 and all(len(text) <= _SHORT for text in given):
        for index in range(before, len(flow.found)):
            each = flow.found[index]
            if len(each.text) <= _SHORT:
                text = _change(each.text, name, given)[:_SHORT]
                before_it = each.text.partition(text)[0] if text else ""
                flow.found[index] = each._replace(text=text, line=each.line + before_it.count("\n"))


def _change(text: str, name: str, given: list[str]) -> str:
    try:
        return str(getattr(text, name)(*given))
    except (TypeError, AttributeError):
        return text


def _keys(flow: Flow, node: ast.Call, block: Block, steps: Steps, way: Way, depth: int) -> None:
    owner = _owner_of(node)
    flow.follow(owner, block, _listed(steps), way, depth)


def _values(flow: Flow, node: ast.Call, block: Block, steps: Steps, way: Way, depth: int) -> None:
    owner = _owner_of(node)
    flow.follow(owner, block, (*ANY, *steps[1:]), way, depth)


def _items(flow: Flow, node: ast.Call, block: Block, steps: Steps, way: Way, depth: int) -> None:
    owner = _owner_of(node)
    part = steps[1][1] if len(steps) > 1 else None
    if part in (0, None):
        flow.follow(owner, block, (EACH, *steps[2:]), way, depth)
    if part in (1, None):
        flow.follow(owner, block, (*ANY, *steps[2:]), way, depth)


def _united(flow: Flow, node: ast.Call, block: Block, steps: Steps, way: Way, depth: int) -> None:
    owner = _owner_of(node)
    flow.follow(owner, block, steps, way, depth)
    for argument in node.args:
        flow.follow(argument, block, _listed(steps), way, depth)


def _split(flow: Flow, node: ast.Call, block: Block, steps: Steps, way: Way, depth: int) -> None:
    """Follow the words of a text, and the whole where only its first part is wanted: "redis.Redis".rsplit(".", 1)."""
    owner = _owner_of(node)
    between = node.args[0].value if node.args and isinstance(node.args[0], ast.Constant) else None
    if between in (".", ":") or last_word(node.func) in ("rsplit", "partition", "rpartition"):
        flow.follow(owner, block, steps[1:], way._replace(split=True), depth)
        return
    index = steps[0][1] if steps and steps[0][0] == "of" else None
    for each in flow.texts_of(owner, block, way, depth):
        lines = each.text.split(between) if isinstance(between, str) and between else each.text.split()
        words = lines[index : index + 1] if isinstance(index, int) and index >= 0 else lines
        before = 0
        for word in words:
            before = max(each.text.find(word, before), 0)
            line = each.line + each.text.count("\n", 0, before)
            flow.found.append(each._replace(text=word.strip(), line=line, way=each.way._replace(exact=way.exact)))


def _formatted(flow: Flow, node: ast.Call, block: Block, _steps: Steps, way: Way, depth: int) -> None:
    owner = _owner_of(node)
    given = [flow.texts_of(argument, block, way, depth) for argument in node.args]
    named = {item.arg: flow.texts_of(item.value, block, way, depth) for item in node.keywords if item.arg}
    for template in flow.texts_of(owner, block, way, depth):
        parts, position, count = [], 0, 0
        for found in _FIELD.finditer(template.text):
            parts.append([template._replace(text=template.text[position : found.start()])])
            name = re.split(r"[.!:\[]", found[0].strip("{}"))[0]
            index = int(name) if name.isdigit() else count
            parts.append(named.get(name) or (given[index] if index < len(given) else [template._replace(text="*")]))
            position, count = found.end(), count + 1
        parts.append([template._replace(text=template.text[position:])])
        flow.join([part for part in parts if part[0].text], way)


def _put_together(flow: Flow, node: ast.Call, block: Block, _steps: Steps, way: Way, depth: int) -> None:
    owner = _owner_of(node)
    between = owner.value if isinstance(owner, ast.Constant) and isinstance(owner.value, str) else "*"
    items = node.args[0].elts if node.args and isinstance(node.args[0], (ast.List, ast.Tuple)) else []
    parts = []
    for index, item in enumerate(items):
        found = flow.texts_of(item, block, way, depth)
        parts.append([each._replace(text=f"{between}{each.text}") if index else each for each in found])
    flow.join(parts, way)


_METHODS: Mapping[str, _Rule] = {
    **dict.fromkeys(("get", "pop", "setdefault", "__getitem__"), _got),
    **dict.fromkeys(
        (*("copy", "encode", "decode", "popleft", "__copy__", "difference", "as_posix"),),
        _same,
    ),
    **dict.fromkeys(
        ("strip", "lstrip", "rstrip", "lower", "upper", "casefold", "replace", "removeprefix", "removesuffix"),
        _transformed,
    ),
    "keys": _keys,
    "values": _values,
    "items": _items,
    **dict.fromkeys(("union", "intersection", "symmetric_difference"), _united),
    **dict.fromkeys(("split", "rsplit", "splitlines", "partition", "rpartition"), _split),
    "format": _formatted,
    "join": _put_together,
}
