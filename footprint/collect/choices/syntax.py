"""One parsed file, sorted by a single walk: every chooser asks for its calls, names and texts."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping

from footprint.documents.python_trees import assigned, dotted_name, last_name, nodes_of, parts_of, text_of
from footprint.values import dataclass, field

# What asks for a class without making one.
_ONLY_ASKS = frozenset({"isinstance", "issubclass", "cast", "TypeVar", "Depends", "spec", "patch"})
# Calls that look at a URL or take it apart: they choose nothing.
_ASKERS = frozenset({"replace", "startswith", "removeprefix", "removesuffix", "endswith", "split", "partition", "sub"})
_ANNOTATED = (ast.arg, ast.AnnAssign, ast.FunctionDef, ast.AsyncFunctionDef)
Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda


@dataclass(slots=True)
class Syntax:
    """A file in the order of `ast.walk`: what is further out comes first."""

    tree: ast.Module  # kept, since the marks below go by the identity of its nodes
    imports: list[ast.Import | ast.ImportFrom] = field(default_factory=list)
    calls: list[tuple[ast.Call, Function | None]] = field(default_factory=list)  # with the innermost function around
    references: list[ast.Name | ast.Attribute] = field(default_factory=list)  # that are read
    definitions: list[ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef] = field(default_factory=list)
    named: list[tuple[str, ast.expr]] = field(default_factory=list)  # as named_values tells
    texts: list[ast.Constant | ast.Call] = field(default_factory=list)  # URLs and parts of them, and calls on such
    spoken: set[int] = field(default_factory=set)  # only spoken of: annotations, isinstance, parts of dotted names
    silent: set[int] = field(default_factory=set)  # texts that choose nothing: docstrings, url.startswith("...")


def read_syntax(tree: ast.Module) -> Syntax:
    """Return what one walk over a tree finds."""
    found = Syntax(tree)
    nodes: list[ast.AST] = [tree]
    around: list[Function | None] = [None]
    for place, node in enumerate(nodes):  # both grow while they are walked
        function = around[place]
        _sort(found, node, function)
        parts = parts_of(node)
        nodes += parts
        if isinstance(node, Function):
            inside = {id(part) for part in (node.body if isinstance(node.body, list) else (node.body,))}
            around += [node if id(part) in inside else function for part in parts]
        else:
            around += [function] * len(parts)
    return found


def _sort(found: Syntax, node: ast.AST, function: Function | None) -> None:
    match node:
        case ast.Name() | ast.Attribute():
            if isinstance(node, ast.Attribute):
                found.spoken.add(id(node.value))
            if isinstance(node.ctx, ast.Load):
                found.references.append(node)
        case ast.Constant(value=str(text)):
            if "://" in text or "+" in text:
                found.texts.append(node)
        case ast.Call():
            found.calls.append((node, function))
            found.named.extend(named_values(node))
            _sort_call(found, node)
        case ast.Assign() | ast.AnnAssign() | ast.Dict():
            found.named.extend(named_values(node))
        case ast.Import() | ast.ImportFrom():
            found.imports.append(node)
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            found.definitions.append(node)
        case ast.Expr(value=ast.Constant() as docstring):
            found.silent.add(id(docstring))
        case ast.Subscript(value=value, slice=inner):  # list[Soup], Soup["x"]
            found.spoken.update((id(value), id(inner)))
    for annotation in _annotations(node) if isinstance(node, _ANNOTATED) else ():
        found.spoken.update(id(part) for part in nodes_of(annotation))


def _sort_call(found: Syntax, node: ast.Call) -> None:
    name = last_name(node.func)
    if name in _ONLY_ASKS:
        found.spoken.update(id(part) for each in node.args for part in nodes_of(each))
    if name in _ASKERS:
        found.texts.append(node)
        found.silent.update(map(id, node.args[:1] if name in ("replace", "sub") else node.args))


def _annotations(node: ast.AST) -> Iterator[ast.expr]:
    match node:
        case ast.arg(annotation=ast.expr() as annotation) | ast.AnnAssign(annotation=annotation):
            yield annotation
        case ast.FunctionDef(returns=ast.expr() as annotation) | ast.AsyncFunctionDef(returns=ast.expr() as annotation):
            yield annotation


_KEYED = frozenset({"setdefault", "set_main_option", "set_section_option", "putenv", "setenv", "set"})


def named_values(node: ast.AST) -> Iterable[tuple[str, ast.expr]]:
    """Yield the names to which a node gives a value: x = v, o.x = v, d["x"] = v, f(x=v), {"x": v}, f("x", v)."""
    match node:
        case ast.Assign() | ast.AnnAssign():
            yield from ((name, value) for target, value in assigned(node) if (name := _target_name(target)))
        case ast.Dict(keys=keys, values=values):
            for key, value in zip(keys, values, strict=True):
                if isinstance(key, ast.Constant) and isinstance(key.value, str):
                    yield key.value, value
        case ast.Call(func=function, args=arguments, keywords=keywords):
            yield from ((keyword.arg, keyword.value) for keyword in keywords if keyword.arg)
            match arguments:
                case [ast.Constant(value=str(name)), ast.expr() as value] if last_name(function) in _KEYED:
                    yield name, value


def _target_name(target: ast.expr) -> str:
    return text_of(target.slice) if isinstance(target, ast.Subscript) else last_name(target)


@dataclass(frozen=True, slots=True)
class Called:
    """One use of a name. `arguments` is None where the name is handed on: what it will be called with is not known."""

    name: str  # dotted, as imported: "bs4.BeautifulSoup"
    line: int
    arguments: tuple[ast.expr, ...] | None
    keywords: Mapping[str, ast.expr]
    is_spread: bool  # *args or **kwargs: more may be given
    function: ast.AST | None  # around it

    @property
    def word(self) -> str:
        """The last part of the name."""
        return self.name.rpartition(".")[2]


def find_calls(syntax: Syntax, words: frozenset[str]) -> Iterator[Called]:
    """Yield the uses of what ends in one of `words`."""
    aliases = _aliases(syntax.imports)
    silent = set(syntax.spoken)
    for node, function in syntax.calls:
        name = _full_name(node.func, aliases)
        if name.rpartition(".")[2] == "partial" and node.args:
            name, arguments = _full_name(node.args[0], aliases), tuple(node.args[1:])
            silent.add(id(node.args[0]))
        else:
            arguments = tuple(node.args)
        silent.add(id(node.func))
        if name.rpartition(".")[2] in words:
            keywords = {each.arg: each.value for each in node.keywords if each.arg}
            is_spread = len(keywords) < len(node.keywords) or any(isinstance(a, ast.Starred) for a in arguments)
            yield Called(name, node.lineno, arguments, keywords, is_spread, function)
    for reference in syntax.references:
        if id(reference) not in silent:
            name = _full_name(reference, aliases)
            if name.rpartition(".")[2] in words and "." in name:
                yield Called(name, reference.lineno, None, {}, True, None)


def _aliases(imports: Iterable[ast.Import | ast.ImportFrom]) -> dict[str, str]:
    found: dict[str, str] = {}
    for node in imports:
        if isinstance(node, ast.ImportFrom):
            found.update((each.asname or each.name, f"{node.module or ''}.{each.name}") for each in node.names)
        else:
            found.update((each.asname, each.name) for each in node.names if each.asname)
    return found


def _full_name(node: ast.expr, aliases: Mapping[str, str]) -> str:
    first, dot, rest = (dotted_name(node) or f".{last_name(node)}").partition(".")
    return f"{aliases.get(first, first)}{dot}{rest}"
