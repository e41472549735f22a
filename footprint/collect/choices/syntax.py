"""One parsed file, sorted by a single walk: every chooser asks for its calls, names and texts."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from footprint.documents.python_trees import assigned, dotted_name, last_name, nodes_of, parts_of, text_of
from footprint.values import dataclass, field

# What asks for a class without making one.
_ONLY_ASKS = frozenset({"isinstance", "issubclass", "cast", "TypeVar", "Depends", "spec", "patch"})
# Calls that look at a URL or take it apart: they choose nothing.
_ASKERS = frozenset({"replace", "startswith", "removeprefix", "removesuffix", "endswith", "split", "partition", "sub"})
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
        kind, function = type(node), around[place]
        sort = _SORTERS.get(kind)  # by a table: few kinds of nodes say something, and there are hundreds of thousands
        if sort is not None:
            sort(found, node, function)
        if kind in _LEAVES:
            continue
        parts = parts_of(node)
        nodes += parts
        if isinstance(node, Function):
            inside = {id(part) for part in (node.body if isinstance(node.body, list) else (node.body,))}
            around += [node if id(part) in inside else function for part in parts]
        else:
            around += [function] * len(parts)
    return found


def _sort_name(found: Syntax, node: ast.Name | ast.Attribute, _function: Function | None) -> None:
    if isinstance(node, ast.Attribute):
        found.spoken.add(id(node.value))
    if isinstance(node.ctx, ast.Load):
        found.references.append(node)


def _sort_constant(found: Syntax, node: ast.Constant, _function: Function | None) -> None:
    text = node.value
    if isinstance(text, str) and ("://" in text or "+" in text):
        found.texts.append(node)


def _sort_named(found: Syntax, node: ast.Assign | ast.AnnAssign | ast.Dict, _function: Function | None) -> None:
    found.named.extend(named_values(node))
    if isinstance(node, ast.AnnAssign):
        _speak(found, node.annotation)


def _sort_import(found: Syntax, node: ast.Import | ast.ImportFrom, _function: Function | None) -> None:
    found.imports.append(node)


def _sort_definition(
    found: Syntax, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef, _function: Function | None
) -> None:
    found.definitions.append(node)
    if not isinstance(node, ast.ClassDef):
        _speak(found, node.returns)


def _sort_parameter(found: Syntax, node: ast.arg, _function: Function | None) -> None:
    _speak(found, node.annotation)


def _sort_statement(found: Syntax, node: ast.Expr, _function: Function | None) -> None:
    if isinstance(node.value, ast.Constant):  # a docstring
        found.silent.add(id(node.value))


def _sort_subscript(found: Syntax, node: ast.Subscript, _function: Function | None) -> None:
    found.spoken.update((id(node.value), id(node.slice)))  # list[Soup], Soup["x"]


def _speak(found: Syntax, annotation: ast.expr | None) -> None:
    if annotation is not None:
        found.spoken.update(map(id, nodes_of(annotation)))


def _sort_call(found: Syntax, node: ast.Call, function: Function | None) -> None:
    found.calls.append((node, function))
    found.named.extend(named_values(node))
    name = last_name(node.func)
    if name in _ONLY_ASKS:
        found.spoken.update(id(part) for each in node.args for part in nodes_of(each))
    if name in _ASKERS:
        found.texts.append(node)
        found.silent.update(map(id, node.args[:1] if name in ("replace", "sub") else node.args))


_LEAVES = frozenset({ast.Name, ast.Constant, ast.alias, ast.Pass, ast.Import, ast.ImportFrom, ast.Global})
_SORTERS: dict[type[ast.AST], Callable[[Syntax, Any, Function | None], None]] = {
    **dict.fromkeys((ast.Name, ast.Attribute), _sort_name),
    **dict.fromkeys((ast.Assign, ast.AnnAssign, ast.Dict), _sort_named),
    **dict.fromkeys((ast.Import, ast.ImportFrom), _sort_import),
    **dict.fromkeys((ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef), _sort_definition),
    ast.Constant: _sort_constant,
    ast.Call: _sort_call,
    ast.arg: _sort_parameter,
    ast.Expr: _sort_statement,
    ast.Subscript: _sort_subscript,
}

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
