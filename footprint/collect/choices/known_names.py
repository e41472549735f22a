"""What an expression of the project is worth as text, as far as its own files tell.

Laws: nothing is run. What a parameter brings, or a name that is assigned nowhere, is open. The depth is bounded.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping, Sequence

from footprint.collect.choices.syntax import Syntax
from footprint.documents.expression_texts import OPEN, PossibleTexts, TextReader
from footprint.documents.python_trees import last_name
from footprint.values import dataclass, field, replace

_MOST_VALUES = 40
# What an object is made for a URL, and is chosen by its own class.
_MAKERS = ("Broker", "Backend", "Extension")
_UNCHANGED = frozenset({"str", "lower", "strip", "unicode_string", "render_as_string", "make_url", "get_secret_value"})


@dataclass(slots=True)
class KnownNames:
    """What names stand for in the files that were read: assignments, keywords, keys, functions, settings files."""

    code: dict[str, list[ast.expr | ast.FunctionDef | ast.AsyncFunctionDef]] = field(default_factory=dict)
    settings: dict[str, list[str]] = field(default_factory=dict)  # upper case; only texts that a chooser knows
    fields: set[str] = field(default_factory=set)  # annotated in a class: settings, which something else may fill
    asked: set[str] = field(default_factory=set)  # names that were followed

    def learn(self, syntax: Syntax) -> None:
        """Take note of everything that a file gives a name to."""
        for name, value in syntax.named:
            self.code.setdefault(name, []).append(value)
        for node in syntax.definitions:
            if isinstance(node, ast.ClassDef):
                self.fields.update(last_name(part.target) for part in node.body if isinstance(part, ast.AnnAssign))
            else:
                self.code.setdefault(node.name, []).append(node)

    def worth_of(self, expression: ast.expr, around: ast.AST | None = None) -> PossibleTexts:
        """Return what `expression` is worth; `around` is the function in which it stands, whose parameters count."""
        return _ChoiceReader(self, _parameters(around)).read(expression)

    def of_environment(self, name: str) -> PossibleTexts:
        """Return what settings files say of a variable."""
        found = self.settings.get(name.upper(), ())
        return PossibleTexts(tuple(dict.fromkeys(found)), not found, by_environment=True)


def _parameters(function: ast.AST | None) -> Mapping[str, ast.expr | None]:
    """Return the parameters of a function with their defaults, None for those without."""
    if not isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
        return {}
    places = [*function.args.posonlyargs, *function.args.args]
    missing: list[ast.expr | None] = [None] * (len(places) - len(function.args.defaults))
    found = dict(zip([place.arg for place in places], [*missing, *function.args.defaults], strict=True))
    found |= dict(zip([place.arg for place in function.args.kwonlyargs], function.args.kw_defaults, strict=True))
    return found


class _ChoiceReader(TextReader):
    """Reads one expression, followed through names; what it has met already adds nothing."""

    def __init__(self, names: KnownNames, parameters: Mapping[str, ast.expr | None]) -> None:
        self._names, self._parameters = names, parameters
        self._met: set[str] = set()

    def literal(self, value: object) -> PossibleTexts:
        return PossibleTexts((value if isinstance(value, str) else repr(value),))

    def joined(self, parts: Sequence[ast.expr], depth: int) -> PossibleTexts:
        found = super().joined(parts, depth)
        return found if any("://" in text for text in found.texts) else OPEN  # else it may be a sum of numbers

    def other(self, node: ast.expr, depth: int) -> PossibleTexts:
        match node:
            case ast.Name() | ast.Attribute() | ast.Subscript():
                return self._referred(node, depth)
            case ast.Call():
                return self._called(node, depth)
            case ast.IfExp(body=body, orelse=orelse):
                return self.any_of([body, orelse], depth)
            case ast.BoolOp(op=ast.Or(), values=values):
                return self._first_set(values, depth)
            case ast.List(elts=parts) | ast.Tuple(elts=parts) | ast.Set(elts=parts):
                return self.any_of(parts, depth)
        return OPEN

    def _referred(self, node: ast.expr, depth: int) -> PossibleTexts:
        match node:
            case ast.Name(id=name) if name in self._parameters:
                default = self._parameters[name]
                return OPEN if default is None else self.read(default, depth + 1)
            case ast.Name(id=name):
                return self._named(name, depth)
            case ast.Attribute(attr=name):
                found = self._named(name, depth)
                return replace(found, by_environment=found.by_environment or name in self._names.fields)
            case ast.Subscript(slice=ast.Constant(value=str(name))):
                return self._named(name, depth)
        return OPEN

    def _first_set(self, nodes: Iterable[ast.expr], depth: int) -> PossibleTexts:
        """Return the worth of `a or b`: what is open because a variable may not be set gives way to the rest."""
        found = [self.read(node, depth + 1) for node in nodes]
        known = [each for each in found if each.texts]
        is_open = any(each.is_open and not each.by_environment for each in found) or not known
        result = PossibleTexts(is_open=is_open, by_environment=any(each.by_environment for each in found))
        for each in known:
            result = result.or_else(PossibleTexts(each.texts, is_open=False, by_environment=each.by_environment))
        return result

    def _named(self, name: str, depth: int) -> PossibleTexts:
        if name in self._met:
            return PossibleTexts()
        self._met.add(name)
        self._names.asked.add(name)
        found: PossibleTexts | None = None
        values = self._names.code.get(name, ())
        if len(values) > _MOST_VALUES:
            return OPEN
        for value in values:
            each = self._returned(value, depth) if not isinstance(value, ast.expr) else self.read(value, depth + 1)
            found = each if found is None else found.or_else(each)
        stated = self._names.of_environment(name)
        if stated.texts:
            found = stated if found is None else found.or_else(stated)
            found = PossibleTexts(found.texts, is_open=found.is_open and not found.by_environment, by_environment=True)
        return OPEN if found is None else found

    def _returned(self, function: ast.FunctionDef | ast.AsyncFunctionDef, depth: int) -> PossibleTexts:
        values = [node.value for node in ast.walk(function) if isinstance(node, ast.Return) and node.value is not None]
        return self.any_of(values, depth) if values else OPEN

    def _called(self, node: ast.Call, depth: int) -> PossibleTexts:
        name = last_name(node.func)
        if name == "replace" and isinstance(node.func, ast.Attribute):
            return self._replaced(node, node.func.value, depth)
        if name in _UNCHANGED:
            base = node.args[0] if node.args else node.func.value if isinstance(node.func, ast.Attribute) else None
            return OPEN if base is None else self.read(base, depth + 1)
        scheme = next((each.value for each in node.keywords if each.arg in ("scheme", "drivername")), None)
        if scheme is not None:
            return self.read(scheme, depth + 1)
        if name in ("create", "build") and node.args:  # URL.create("postgresql+asyncpg", ...)
            return self.read(node.args[0], depth + 1)
        if name[:1].isupper() and name not in self._names.code and name != "Field":
            return self._made(node, name, depth)
        if name == "Field" or (node.args and isinstance(node.args[0], ast.Constant)):
            return self._looked_up(node, depth)
        return self._named(name, depth) if name else OPEN

    def _made(self, node: ast.Call, name: str, depth: int) -> PossibleTexts:
        """Return the worth of an object: of SecretStr("mysql://..."), the URL in it; of RedisBroker(...), its class."""
        found = self.read(node.args[0], depth + 1) if node.args else OPEN
        is_wrapped = any("://" in text for text in found.texts) and not name.endswith(_MAKERS)
        return found if is_wrapped else PossibleTexts((name,))

    def _looked_up(self, node: ast.Call, depth: int) -> PossibleTexts:
        """Return the worth of os.environ.get("X", default), config("X", default=...), env("X"), Field(default)."""
        is_field = last_name(node.func) == "Field"
        key = node.args[0] if node.args and not is_field else None
        defaults = [each.value for each in node.keywords if each.arg == "default"]
        defaults += node.args[:1] if is_field else node.args[1:2]
        found = self.any_of(defaults, depth)
        if isinstance(key, ast.Constant) and isinstance(key.value, str):
            stated = self._names.of_environment(key.value)
            if key.value in self._names.code:
                stated = stated.or_else(self._named(key.value, depth))
            is_open = not (stated.texts or found.texts) or found.is_open
            return PossibleTexts((*stated.texts, *found.texts), is_open, by_environment=True)
        return found if found.texts else OPEN

    def _replaced(self, node: ast.Call, base: ast.expr, depth: int) -> PossibleTexts:
        """Return the worth of url.replace("postgres://", "postgresql+asyncpg://"): what it is made into counts."""
        match node.args:
            case [ast.Constant(value=str(old)), ast.Constant(value=str(new)), *_]:
                found = self.read(base, depth + 1)
                texts = tuple(text.replace(old, new) for text in found.texts)
                made = (new,) if "://" in new and not texts else ()
                return PossibleTexts((*texts, *made), found.is_open and not made, found.by_environment or bool(made))
        return OPEN
