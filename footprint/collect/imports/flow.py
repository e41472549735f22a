"""The texts that may arrive where a name is taken: through variables, tables, loops, parameters and returned values.

Laws: asked backwards, from the place that takes to the literals. Every way that the text of the file shows counts, and
nothing is evaluated; what comes from outside (the environment, a file) adds nothing. "*" stands for what is not known.
Bounded: a file is given up after a number of steps, whatever it holds.
"""

from __future__ import annotations

import ast
import itertools
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from footprint.collect.imports.flow_calls import Call, follow_call
from footprint.collect.imports.name_values import (
    CALLED,
    EACH,
    Arrival,
    CallSites,
    NameValue,
    Parameter,
    Source,
    Steps,
    Values,
    ValueScope,
    Way,
)
from footprint.documents.python_trees import argument_of, dotted_name, key_of, last_name, string_of, try_expression
from footprint.late import late_pattern
from footprint.names import ModuleName

STEPS_AT_MOST = 30_000  # in one file
_DEEP = 40
_MOST_TEXTS = 64  # that several parts make together
_MOST_FOUND = 4_000  # at one place
_FIELD = late_pattern(r"\{[^{}]*\}|%(?:\(\w+\))?[-#0 +]*\d*(?:\.\d+)?[a-zA-Z]")
_UNKNOWN = "*"
_LONGEST_LITERAL = 20_000


class Flow:
    """Follows values in one file."""

    def __init__(self, values: Values, imported: Mapping[str, ModuleName], stars: Sequence[ModuleName]) -> None:
        self.values, self.imported, self.stars = values, imported, stars
        self.left = STEPS_AT_MOST
        self._sites = CallSites(values)
        self._literals: dict[int, ast.expr | None] = {}
        self._begin()

    def _begin(self) -> None:
        self._depth = 0
        self.found: list[Arrival] = []
        self.parameters: dict[Parameter, None] = {}
        self.sources: dict[Source, None] = {}
        self._seen: set[tuple[object, ...]] = set()

    def arriving(self, node: ast.expr, block: ValueScope, steps: Steps = ()) -> list[Arrival]:
        """Return the texts that `node` may be; `parameters` and `sources` then have what comes from elsewhere."""
        self._begin()
        self.follow(node, block, steps, Way(at=block.function))
        return self.found

    def named(self, name: str, steps: Steps) -> list[Arrival]:
        """Return the texts that a name of the file's top level may be, seen from another file."""
        self._begin()
        first, _, rest = name.partition(".")
        if rest:
            self._attribute(ast.Attribute(ast.Name(first, ast.Load()), rest, ast.Load()), self.values.top, steps, Way())
        else:
            self._name(ast.Name(name, ast.Load()), self.values.top, steps, Way())
        return self.found

    def follow(self, node: ast.expr, block: ValueScope, steps: Steps, way: Way) -> None:
        """Take what `steps` lead to in `node`."""
        self.left -= 1
        key = (id(node), id(block), steps, id(way.call), id(way.at), way.late, way.choice, way.split, way.exact)
        if self.left < 0 or self._depth > _DEEP or key in self._seen or len(self.found) >= _MOST_FOUND:
            return
        self._seen.add(key)
        rule = _RULES.get(type(node))
        if rule is not None:
            self._depth += 1
            rule(self, node, block, steps, way)
            self._depth -= 1

    def _follow_values(self, found: Iterable[NameValue], steps: Steps, way: Way) -> None:
        for value in found:
            self.follow(value.node, value.block, value.steps + steps, way)

    def texts_of(self, node: ast.expr, block: ValueScope, way: Way) -> list[Arrival]:
        """Return the texts that a part may be, "*" where nothing is known of it."""
        outer, self.found = self.found, []
        self.follow(node, block, (), way._replace(exact=False))
        found, self.found = self.found, outer
        return found or [Arrival(_UNKNOWN, getattr(node, "lineno", 1), way)]

    def join(self, parts: Sequence[list[Arrival]], way: Way) -> None:
        """Take what parts make together; the line is that of the first part with a text."""
        count = math.prod(map(len, parts))
        if not parts or count > _MOST_TEXTS:
            parts, count = parts[:1], len(parts[0]) if parts else 0
        for choice in itertools.product(*parts) if count else ():
            known = next((each for each in choice if each.text != _UNKNOWN), choice[0])
            merged = known.way._replace(exact=way.exact, split=way.split, choice=way.choice or count > 1)
            self.found.append(Arrival("".join(each.text for each in choice), known.line, merged))

    # By kind of node

    def _constant(self, node: ast.Constant, _block: ValueScope, _steps: Steps, way: Way) -> None:
        text = node.value.decode("utf-8", "replace") if isinstance(node.value, bytes) else node.value
        if isinstance(text, str) and text:
            self.found.append(Arrival(text, getattr(node, "lineno", 1), way))

    def _joined(self, node: ast.JoinedStr, block: ValueScope, _steps: Steps, way: Way) -> None:
        parts = (item.value if isinstance(item, ast.FormattedValue) else item for item in node.values)
        self.join([self.texts_of(part, block, way) for part in parts], way)

    def _sum(self, node: ast.BinOp, block: ValueScope, steps: Steps, way: Way) -> None:
        terms: list[ast.expr] = []
        left: ast.expr = node
        while isinstance(left, ast.BinOp) and type(left.op) is type(node.op):
            terms.append(left.right)
            left = left.left
        terms.append(left)
        terms.reverse()
        if isinstance(node.op, ast.Mod):
            self._filled(node, block, way)
        elif isinstance(node.op, ast.Add) and not steps and any(map(_is_text, terms)):
            self.join([self.texts_of(term, block, way) for term in terms], way)
        elif isinstance(node.op, (ast.Sub, ast.Mult, ast.Div)):
            self.follow(terms[0], block, steps, way)
        else:
            for term in terms:
                self.follow(term, block, steps, way)

    def _filled(self, node: ast.BinOp, block: ValueScope, way: Way) -> None:
        """Follow `"%s.client" % name`."""
        items = node.right.elts if isinstance(node.right, ast.Tuple) else [node.right]
        given = [self.texts_of(item, block, way) for item in items]
        for template in self.texts_of(node.left, block, way):
            texts = _FIELD.split(template.text)
            parts: list[list[Arrival]] = []
            for index, text in enumerate(texts):
                parts.append([template._replace(text=text)])
                is_last = index == len(texts) - 1
                parts += [] if is_last else [given[index] if index < len(given) else [template._replace(text=_UNKNOWN)]]
            self.join([part for part in parts if part[0].text], way)

    def _display(self, node: ast.List | ast.Tuple | ast.Set, block: ValueScope, steps: Steps, way: Way) -> None:
        rest, items = steps[1:], node.elts
        key = steps[0][1] if steps and steps[0][0] == "of" else None
        is_plain = not any(isinstance(item, ast.Starred) for item in items)
        if isinstance(key, int) and is_plain and -len(items) <= key < len(items):
            items = [items[key]]
        elif steps and len(items) > 1:  # one of them, or each in turn as long as the loop goes on
            way = way._replace(choice=True)
        for item in items:
            if isinstance(item, ast.Starred):
                self.follow(item.value, block, steps or (EACH,), way)
            else:
                self.follow(item, block, rest, way)

    def _table(self, node: ast.Dict, block: ValueScope, steps: Steps, way: Way) -> None:
        rows = list(zip(node.keys, node.values, strict=True))
        for key, value in rows:
            if key is None:
                self.follow(value, block, steps, way)
        if steps[:1] == (EACH,):
            for key, _ in rows:
                if key is not None:
                    self.follow(key, block, steps[1:], way._replace(choice=way.choice or len(rows) > 1))
            return
        wanted = steps[0][1] if steps else None
        fitting = [value for key, value in rows if isinstance(key, ast.Constant) and key.value == wanted]
        chosen = fitting if wanted is not None and fitting else [value for key, value in rows if key is not None]
        way = way._replace(choice=way.choice or (bool(steps) and len(chosen) > 1))
        for value in chosen:
            self.follow(value, block, steps[1:], way)

    def _comprehension(self, node: Any, _block: ValueScope, steps: Steps, way: Way) -> None:
        inner = self.values.blocks.get(id(node))
        if inner is None:
            return
        result = (node.key if steps[:1] == (EACH,) else node.value) if isinstance(node, ast.DictComp) else node.elt
        self.follow(result, inner, steps[1:], way)

    def _either(self, node: ast.IfExp | ast.BoolOp, block: ValueScope, steps: Steps, way: Way) -> None:
        for side in node.values if isinstance(node, ast.BoolOp) else (node.body, node.orelse):
            self.follow(side, block, steps, way._replace(choice=True))

    def _lambda(self, node: ast.Lambda, _block: ValueScope, steps: Steps, way: Way) -> None:
        inner = self.values.blocks.get(id(node))
        if inner is not None and steps[:1] == (CALLED,):
            self.follow(node.body, inner, steps[1:], way)

    def _inner(self, node: Any, *way: Any) -> None:
        self.follow(node.value, *way)

    def _item(self, node: ast.Subscript, block: ValueScope, steps: Steps, way: Way) -> None:
        if isinstance(node.value, ast.Call) and last_name(node.value.func) in ("globals", "locals", "vars"):
            name = string_of(node.slice)
            if name is not None:
                self._name(ast.Name(name, ast.Load()), block, steps, way)
            return
        if isinstance(node.slice, ast.Slice):
            self.follow(node.value, block, steps, way)
            return
        self.follow(node.value, block, (("of", key_of(node.slice)), *steps), way)

    def _attribute(self, node: ast.Attribute, block: ValueScope, steps: Steps, way: Way) -> None:
        name, home = self._named(node, block)
        if name:
            self._from_elsewhere(name, block, steps, way)
            if node.attr != "environ":  # what this file puts there counts
                return
        for each in self.values.methods.get(node.attr, []):
            if _is_property(each):
                self._of_block(each, steps, way._replace(late=True))
        for module in self._modules_of(node.value, home):
            self._from_elsewhere(f"{module}.{node.attr}", block, steps, way)
        if node.attr in ("value", "_value_"):  # of a member of an enumeration
            self.follow(node.value, block, steps, way)
        known = self.values
        found = self._of_class(node, home) or [*known.attributes.get(node.attr, []), *known.options.get(node.attr, [])]
        found += known.given.get(node.attr, []) if node.attr not in known.with_field else []
        self._follow_values(found, steps, way._replace(late=True, choice=way.choice or len(found) > 1))
        self._of_fields(node.attr, steps, way)

    def _named(self, node: ast.Attribute, block: ValueScope) -> tuple[str, ValueScope | None]:
        """Return the full name of what an import brought, else "", and the block in which its first part is set."""
        first, dot, rest = (dotted_name(node) or "").partition(".")
        home = self.home_of(first, block) if first else None
        return f"{self.imported[first]}{dot}{rest}" if home is None and first in self.imported else "", home

    @staticmethod
    def _modules_of(node: ast.expr, home: ValueScope | None) -> list[str]:
        """Return the modules that a name was given by a call: `base = import_module("shop.base")`."""
        given = [value.node for value in home.values.get(getattr(node, "id", ""), ())] if home is not None else []
        calls = [each for each in given if isinstance(each, ast.Call) and each.args]
        names = [each.args[0] for each in calls if last_name(each.func) in ("import_module", "__import__")]
        return [name for each in names if (name := string_of(each)) is not None]

    def _of_class(self, node: ast.Attribute, home: ValueScope | None) -> list[NameValue]:
        """Return what a class of this file gives to a name: `Backend.REDIS`."""
        classes = home.inner.get(getattr(node.value, "id", ""), []) if home is not None else []
        return [value for each in classes for value in each.values.get(node.attr, [])]

    def _of_fields(self, attribute: str, steps: Steps, way: Way) -> None:
        """Follow the arguments of classes with a field of that name, as dataclasses and named tuples have."""
        for each in self.values.with_field.get(attribute, []):
            position = each.fields.index(attribute)
            for call, block in self.values.calls.get(each.last, []):
                given = argument_of(call, position, attribute)
                if given is not None:
                    self.follow(given, block, steps, way._replace(late=True, choice=True, call=call))

    def _name(self, node: ast.Name, block: ValueScope, steps: Steps, way: Way) -> None:
        home = self.home_of(node.id, block)
        if home is None:
            if node.id in self.imported:
                self._from_elsewhere(self.imported[node.id], block, steps, way)
            else:
                for module in self.stars:
                    self._from_elsewhere(f"{module}.{node.id}", block, steps, way)
            return
        found = [*home.values.get(node.id, []), *self.changes_of(node.id, home)]
        way = way._replace(choice=way.choice or (len(found) > 1 and not steps))
        self._follow_values(found, steps, way)
        for each in home.inner.get(node.id, []):
            self._of_block(each, steps, way)
        if node.id in home.parameters:
            self._parameter(home, node.id, steps, way)

    def _of_block(self, block: ValueScope, steps: Steps, way: Way) -> None:
        """Follow what a function returns when it is called, and the members of a class that a loop runs over."""
        if block.kind == "class" and steps[:1] == (EACH,):
            for values in block.values.values():
                self._follow_values(values, steps[1:], way)
        elif block.kind == "function" and (steps[:1] == (CALLED,) or _is_property(block)):
            rest = steps[1:] if steps[:1] == (CALLED,) else steps
            for given in block.returns:
                self.follow(given, block, rest, way)

    def _parameter(self, home: ValueScope, name: str, steps: Steps, way: Way) -> None:
        """Follow the arguments that this file's calls of a function give, and its default."""
        late = way.late or way.at is not home
        if way.exact and not steps:
            self.parameters[Parameter(home, name, late, way.split)] = None
        position, default = home.parameters[name]
        if default is not None and home.parent is not None:
            self.follow(default, home.parent, steps, way._replace(choice=True))
        self._follow_values(self._stated(name, home), steps, way._replace(choice=True))
        sites = self._sites.of(home, position, name)
        self.left -= len(sites)
        for call, around, given, more in sites:
            self.follow(given, around, (*more, *steps), way._replace(call=call, late=late, at=around.function))

    def _stated(self, name: str, home: ValueScope) -> list[NameValue]:
        """Return what else is said of a parameter: what it is compared with, the default of an option of that name."""
        compared = [each for each in self.values.compared.get(name, []) if self.home_of(name, each.block) is home]
        is_command = bool(getattr(home.node, "decorator_list", ()))
        return [*compared, *(self.values.options.get(name, []) if is_command else [])]

    def _from_elsewhere(self, name: str, block: ValueScope, steps: Steps, way: Way) -> None:
        if way.exact:
            self.sources[Source(name, steps, way.late or block.function is not None)] = None

    def literal_in(self, node: ast.expr | None) -> ast.expr | None:
        """Return the tree of the list or table that a text holds, the same one each time."""
        text = string_of(node)
        if node is None or text is None:
            return None
        if id(node) not in self._literals:
            tree = try_expression(text.strip()[:_LONGEST_LITERAL])
            for part in ast.walk(tree) if tree is not None else ():
                if isinstance(part, ast.expr):
                    part.lineno = node.lineno
            self._literals[id(node)] = tree
        return self._literals[id(node)]

    # Scopes

    def home_of(self, name: str, block: ValueScope) -> ValueScope | None:
        """Return the block in which a name that is read in `block` gets its value."""
        inner: ValueScope | None = block
        while inner is not None:
            is_hidden = inner.kind == "class" and inner is not block
            if name in inner.globals:
                inner = self.values.top
            if not is_hidden and (name in inner.values or name in inner.inner or name in inner.parameters):
                return inner
            inner = inner.parent
        return None

    def changes_of(self, name: str, home: ValueScope) -> list[NameValue]:
        """Return what is put into a value after it was made."""
        return [value for value in self.values.changes.get(name, []) if self.home_of(name, value.block) is home]

    def returned(self, node: ast.Call, block: ValueScope, steps: Steps, way: Way) -> bool:
        """Follow what a function returns, and say whether it is known which."""
        if isinstance(node.func, ast.Name):
            if self.home_of(node.func.id, block) is None and node.func.id not in self.imported:
                return False
            self._name(node.func, block, (CALLED, *steps), way)
            return True
        if isinstance(node.func, ast.Attribute):
            name, _ = self._named(node.func, block)
            if name:
                self._from_elsewhere(name, block, (CALLED, *steps), way)
                return True
            methods = self.values.methods.get(node.func.attr, [])
            for each in methods:
                self._of_block(each, (CALLED, *steps), way)
            return bool(methods)
        return False


def _is_text(node: ast.expr) -> bool:
    is_text = isinstance(node, ast.JoinedStr) or string_of(node) is not None
    return is_text or (isinstance(node, ast.Attribute) and node.attr in ("__name__", "__package__"))


def _is_property(block: ValueScope) -> bool:
    decorators: list[ast.expr] = getattr(block.node, "decorator_list", [])
    return any("property" in (last_name(each) or "") for each in decorators)


_Rule = Callable[[Flow, Any, ValueScope, Steps, Way], None]
_RULES: Mapping[type[ast.AST], _Rule] = {
    ast.Constant: Flow._constant,
    ast.JoinedStr: Flow._joined,
    ast.BinOp: Flow._sum,
    **dict.fromkeys((ast.List, ast.Tuple, ast.Set), Flow._display),
    ast.Dict: Flow._table,
    **dict.fromkeys((ast.ListComp, ast.SetComp, ast.GeneratorExp, ast.DictComp), Flow._comprehension),
    **dict.fromkeys((ast.IfExp, ast.BoolOp), Flow._either),
    ast.Lambda: Flow._lambda,
    **dict.fromkeys((ast.NamedExpr, ast.Await, ast.Starred, ast.YieldFrom), Flow._inner),
    ast.Subscript: Flow._item,
    ast.Attribute: Flow._attribute,
    ast.Name: Flow._name,
    ast.Call: lambda flow, *given: follow_call(Call(flow, *given)),
}
