"""The index of a tree by names: `index_values`.

Laws: built once for the few files that ask. Nothing is evaluated here.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from footprint.collect.imports.name_values import EACH, MANY, OTHER_KEYWORDS, NameValue, Steps, Values, ValueScope
from footprint.documents.python_trees import CATCHES_IMPORT_ERROR, catches, last_name, parts_of, string_of, strings_in
from footprint.late import late_pattern

NODES_AT_MOST = 400_000
_LEAVES = frozenset({ast.Name, ast.Constant, ast.Pass, ast.Import, ast.ImportFrom, ast.alias, ast.Break, ast.Continue})
_SCHEME_PART = late_pattern(r"[\w%{}]*\+[\w%{}+]*")
_COMPARED: Mapping[type[ast.cmpop], Steps] = {ast.Eq: (), ast.In: (EACH,), ast.NotIn: (EACH,)}
_OPTIONS = frozenset({"add_argument", "option", "add_option", "argument"})
_TAKES_ONE = frozenset({"append", "add", "appendleft"})
_TAKES_MANY = frozenset({"extend", "update", "extendleft", "union_update"})
_NAMESPACES = frozenset({"globals", "locals", "vars"})


def index_values(tree: ast.Module) -> Values:
    """Return where the names of a file get their values."""
    values = Values(ValueScope("module", None, "", tree))
    _Indexer(values).run(tree)
    return values


class _Indexer:
    def __init__(self, values: Values) -> None:
        self._values = values
        self._stack: list[tuple[ast.AST, ValueScope, bool]] = []

    def run(self, tree: ast.Module) -> None:
        self._push(tree.body, self._values.top, caught=False)
        stack, rule_of, left = self._stack, _RULES.get, NODES_AT_MOST
        while stack and left:
            left -= 1
            node, block, caught = stack.pop()
            rule = rule_of(type(node))
            if rule is None or not rule(self, node, block, caught):
                self._push(parts_of(node), block, caught=caught)

    def _push(self, nodes: Iterable[ast.AST], block: ValueScope, *, caught: bool) -> None:
        # Names and constants hold nothing more, and of an attribute only what stands below its names does.
        stack, leaves = self._stack, _LEAVES
        for part in nodes:
            inner = part
            while type(inner) is ast.Attribute:
                inner = inner.value
            if type(inner) not in leaves:
                stack.append((inner, block, caught))

    # Rules: each returns whether it has seen to the parts of the node itself

    def _assign(self, node: ast.Assign, block: ValueScope, _caught: bool) -> None:
        self._record_class(node, block)
        for target in node.targets:
            self._bind(target, NameValue(node.value, block), block)
            if isinstance(node.value, ast.Lambda) and isinstance(target, ast.Name):
                self._values.lambdas.setdefault(id(node.value), []).append(target.id)

    def _compare(self, node: ast.Compare, block: ValueScope, _caught: bool) -> None:
        steps = _COMPARED.get(type(node.ops[0]))
        if steps is not None and isinstance(node.left, ast.Name):
            self._values.compared.setdefault(node.left.id, []).append(NameValue(node.comparators[0], block, steps))

    def _match(self, node: Any, block: ValueScope, _caught: bool) -> None:
        cases = (pattern for case in node.cases for pattern in getattr(case.pattern, "patterns", [case.pattern]))
        for pattern in cases if isinstance(node.subject, ast.Name) else ():
            if isinstance(getattr(pattern, "value", None), ast.Constant):
                self._values.compared.setdefault(node.subject.id, []).append(NameValue(pattern.value, block))

    def _annotated(self, node: ast.AnnAssign, block: ValueScope, _caught: bool) -> None:
        if block.kind == "class" and isinstance(node.target, ast.Name):
            block.fields.append(node.target.id)
            self._values.with_field.setdefault(node.target.id, []).append(block)
        if node.value is not None:
            self._bind(node.target, NameValue(node.value, block), block)

    def _changed(self, node: ast.AugAssign | ast.NamedExpr, block: ValueScope, _caught: bool) -> None:
        self._bind(node.target, NameValue(node.value, block), block)

    def _loop(self, node: ast.For | ast.AsyncFor, block: ValueScope, _caught: bool) -> None:
        self._bind(node.target, NameValue(node.iter, block, (EACH,)), block)

    def _with(self, node: ast.With | ast.AsyncWith, block: ValueScope, caught: bool) -> bool:
        for item in node.items:
            if item.optional_vars is not None:
                self._bind(item.optional_vars, NameValue(item.context_expr, block), block)
        self._push((item.context_expr for item in node.items), block, caught=caught)
        caught = caught or any(_suppresses(item.context_expr) for item in node.items)
        self._push(node.body, block, caught=caught)
        return True

    def _gives(self, node: ast.Return | ast.Yield | ast.YieldFrom, block: ValueScope, _caught: bool) -> None:
        function, value = block.function, node.value
        if function is not None and value is not None:
            value = ast.copy_location(ast.List([value], ast.Load()), value) if isinstance(node, ast.Yield) else value
            function.returns.append(value)

    def _record_class(self, node: ast.Assign, block: ValueScope) -> None:
        """Take `App = namedtuple("App", "name on")` as a class with these fields."""
        call, target = node.value, node.targets[0]
        if not (isinstance(call, ast.Call) and isinstance(target, ast.Name)):
            return
        if last_name(call.func) in ("namedtuple", "NamedTuple", "make_dataclass") and len(call.args) > 1:
            record = ValueScope("class", block, target.id, node)
            record.fields += [word for text in strings_in(call.args[1]) for word in text.replace(",", " ").split()]
            for name in record.fields:
                self._values.with_field.setdefault(name, []).append(record)

    def _composed(self, node: ast.JoinedStr | ast.BinOp, block: ValueScope, _caught: bool) -> None:
        parts = node.values if isinstance(node, ast.JoinedStr) else (node.left, node.right)
        if any(isinstance(part, ast.Constant) and _may_be_scheme(part.value) for part in parts):
            self._values.composed.append((node, block))

    def _lambda(self, node: ast.Lambda, block: ValueScope, caught: bool) -> bool:
        inner = ValueScope("function", block, f"{block.name}.<lambda>".lstrip("."), node)
        inner.parameters = _parameters_of(inner, node.args)
        inner.returns.append(node.body)
        self._values.blocks[id(node)] = inner
        self._push([node.body], inner, caught=False)
        self._push(_defaults_of(node.args), block, caught=caught)
        return True

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef, block: ValueScope, caught: bool) -> bool:
        inner = ValueScope("function", block, f"{block.name}.{node.name}".lstrip("."), node)
        inner.parameters = _parameters_of(inner, node.args)
        block.inner.setdefault(node.name, []).append(inner)
        inner.globals.update(name for each in node.body if isinstance(each, ast.Global) for name in each.names)
        if block.kind == "class":
            self._values.methods.setdefault(node.name, []).append(inner)
        self._push(node.body, inner, caught=False)
        self._push([*node.decorator_list, *_defaults_of(node.args)], block, caught=caught)
        return True

    def _class(self, node: ast.ClassDef, block: ValueScope, caught: bool) -> bool:
        inner = ValueScope("class", block, f"{block.name}.{node.name}".lstrip("."), node)
        block.inner.setdefault(node.name, []).append(inner)
        self._push(node.body, inner, caught=caught)
        self._push([*node.decorator_list, *node.bases, *node.keywords], block, caught=caught)
        return True

    def _comprehension(
        self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp, block: ValueScope, caught: bool
    ) -> bool:
        inner = ValueScope("comprehension", block, block.name, node)
        self._values.blocks[id(node)] = inner
        for index, generator in enumerate(node.generators):
            around = inner if index else block
            self._bind(generator.target, NameValue(generator.iter, around, (EACH,)), inner, is_own=True)
            self._push([generator.iter], around, caught=caught)
            self._push(generator.ifs, inner, caught=caught)
        self._push([node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt], inner, caught=caught)
        return True

    def _try(self, node: ast.Try, block: ValueScope, caught: bool) -> bool:
        inside = caught or any(_goes_on_without(handler.type) for handler in node.handlers)
        self._push(node.body, block, caught=inside)
        for handler in node.handlers:
            self._push(handler.body, block, caught=True)
        self._push(node.orelse, block, caught=caught)
        self._push(node.finalbody, block, caught=caught)
        return True

    def _call(self, node: ast.Call, block: ValueScope, caught: bool) -> None:
        word = last_name(node.func)
        self._values.blocks[id(node)] = block
        if caught:
            self._values.caught.add(id(node))
        if word:
            self._values.calls.setdefault(word, []).append((node, block))
            self._mutation(node, word, block)
            if node.keywords:
                self._keywords(node, word, block)
            template = node.func.value if isinstance(node.func, ast.Attribute) and word == "format" else None
            if isinstance(template, ast.Constant) and _may_be_scheme(template.value):
                self._values.composed.append((node, block))
        if node.args and _holds_option(node.args):
            self._values.options_in.append(node)

    def _keywords(self, node: ast.Call, word: str, block: ValueScope) -> None:
        is_option = word in _OPTIONS
        if not is_option and not word[:1].isupper():
            return
        for keyword in node.keywords:
            if is_option and keyword.arg == "default":
                for name in _names_of_option(node):
                    self._values.options.setdefault(name, []).append(NameValue(keyword.value, block))
            elif not is_option and keyword.arg is not None:
                self._values.given.setdefault(keyword.arg, []).append(NameValue(keyword.value, block))

    def _display(self, node: ast.List | ast.Tuple, block: ValueScope, _caught: bool) -> None:
        if _holds_option(node.elts):
            self._values.options_in.append(node)
            self._values.blocks[id(node)] = block

    def _mutation(self, node: ast.Call, word: str, block: ValueScope) -> None:
        """Take `names.append(x)` as `names += [x]`, `names.update(a=x)` as `names |= {"a": x}`."""
        if word == "setattr" and len(node.args) == 3 and isinstance(node.args[1], ast.Constant):
            self._values.attributes.setdefault(str(node.args[1].value), []).append(NameValue(node.args[2], block))
        if not isinstance(node.func, ast.Attribute):
            return
        owner = node.func.value
        for given in _given_by(node, word):
            if isinstance(owner, ast.Call) and last_name(owner.func) in _NAMESPACES:
                self._names_set(given, block)
            else:
                self._change(owner, NameValue(given, block))

    def _names_set(self, given: ast.expr, block: ValueScope) -> None:
        if isinstance(given, ast.Dict):
            for key, value in zip(given.keys, given.values, strict=True):
                if (name := string_of(key)) is not None:
                    self._named(name, NameValue(value, block), self._values.top)

    def _change(self, owner: ast.expr, value: NameValue) -> None:
        if isinstance(owner, ast.Name):
            self._values.changes.setdefault(owner.id, []).append(value)
        elif isinstance(owner, ast.Attribute):
            self._values.attributes.setdefault(owner.attr, []).append(value)

    def _bind(self, target: ast.expr, value: NameValue, block: ValueScope, *, is_own: bool = False) -> None:
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

    def _named(self, name: str, value: NameValue, home: ValueScope) -> None:
        home.values.setdefault(name, []).append(value)
        if home.kind == "class":
            self._values.attributes.setdefault(name, []).append(value)

    def _set_item(self, target: ast.Subscript, value: NameValue, block: ValueScope) -> None:
        """Take `names["a"] = x` as `names |= {"a": x}`, and as the name itself for `globals()["a"] = x`."""
        whole = ast.copy_location(ast.Dict([target.slice], [value.node]), value.node)
        if isinstance(target.value, ast.Call) and last_name(target.value.func) in _NAMESPACES:
            self._names_set(whole, block)
        elif isinstance(target.slice, ast.Slice):
            self._change(target.value, value)
        else:
            self._change(target.value, value._replace(node=whole))

    def _home(self, name: str, block: ValueScope, *, is_own: bool) -> ValueScope:
        home = block
        while home.kind == "comprehension" and home.parent is not None and not is_own:
            home = home.parent
        return self._values.top if name in home.globals else home


def _names_of_option(node: ast.Call) -> Iterator[str]:
    for item in (*node.args, *(keyword.value for keyword in node.keywords if keyword.arg == "dest")):
        if (text := string_of(item)) is not None:
            yield text.lstrip("-").replace("-", "_")


def _parameters_of(block: ValueScope, arguments: ast.arguments) -> Mapping[str, tuple[int, ast.expr | None]]:
    """Return the parameters of a function: the position in a call, -1 by keyword only, and the default."""
    plain = [*arguments.posonlyargs, *arguments.args]
    defaults = [None] * (len(plain) - len(arguments.defaults)) + list(arguments.defaults)
    bound = 1 if block.parent is not None and block.parent.kind == "class" and not _is_static(block.node) else 0
    pairs = enumerate(zip(plain, defaults, strict=True))
    found = {argument.arg: (index - bound, default) for index, (argument, default) in pairs if index >= bound}
    if arguments.vararg is not None:
        found[arguments.vararg.arg] = (MANY + max(len(plain) - bound, 0), None)
    if arguments.kwarg is not None:
        found[arguments.kwarg.arg] = (OTHER_KEYWORDS, None)
    for argument, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        found[argument.arg] = (-1, default)
    return found


def _is_static(node: ast.AST) -> bool:
    return any(last_name(each) == "staticmethod" for each in getattr(node, "decorator_list", ()))


def _defaults_of(arguments: ast.arguments) -> list[ast.expr]:
    return [item for item in (*arguments.defaults, *arguments.kw_defaults) if item is not None]


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


def _may_be_scheme(text: object) -> bool:
    """Whether a part of a text can be of the scheme of a URL: "postgresql+", "://", "%s+%s://"."""
    return isinstance(text, str) and ("://" in text or ("+" in text and _SCHEME_PART.fullmatch(text) is not None))


def _holds_option(items: list[ast.expr]) -> bool:
    return any(is_option(item.value) for item in items if type(item) is ast.Constant)


def is_option(text: object) -> bool:
    """Whether a word is -m, -c, or -m with its module: "-mpip"."""
    return isinstance(text, str) and (text in ("-m", "-c") or (text[:2] == "-m" and text[2:].isidentifier()))


_WITHOUT = CATCHES_IMPORT_ERROR | {"PackageNotFoundError", "DistributionNotFound"}


def _suppresses(node: ast.expr) -> bool:
    is_suppress = isinstance(node, ast.Call) and last_name(node.func) == "suppress"
    return is_suppress and any(_goes_on_without(kind) for kind in getattr(node, "args", ()))


def _goes_on_without(kind: ast.expr | None) -> bool:
    return catches(kind, _WITHOUT)


_Rule = Callable[[_Indexer, Any, ValueScope, bool], bool | None]
_RULES: Mapping[type[ast.AST], _Rule] = {
    ast.Assign: _Indexer._assign,
    ast.AnnAssign: _Indexer._annotated,
    **dict.fromkeys((ast.AugAssign, ast.NamedExpr), _Indexer._changed),
    **dict.fromkeys((ast.For, ast.AsyncFor), _Indexer._loop),
    **dict.fromkeys((ast.With, ast.AsyncWith), _Indexer._with),
    getattr(ast, "Match", ast.Compare): _Indexer._match,
    ast.Compare: _Indexer._compare,
    **dict.fromkeys((ast.Return, ast.Yield, ast.YieldFrom), _Indexer._gives),
    **dict.fromkeys((ast.JoinedStr, ast.BinOp), _Indexer._composed),
    ast.Lambda: _Indexer._lambda,
    **dict.fromkeys((ast.FunctionDef, ast.AsyncFunctionDef), _Indexer._function),
    ast.ClassDef: _Indexer._class,
    **dict.fromkeys((ast.ListComp, ast.SetComp, ast.GeneratorExp, ast.DictComp), _Indexer._comprehension),
    **dict.fromkeys((ast.Try, getattr(ast, "TryStar", ast.Try)), _Indexer._try),
    ast.Call: _Indexer._call,
    **dict.fromkeys((ast.List, ast.Tuple), _Indexer._display),
}
