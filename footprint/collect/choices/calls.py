"""Calls of one file by the dotted name of what they call, aliases resolved, and other uses of such names."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping

from footprint.collect.choices.syntax import Syntax
from footprint.values import dataclass


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
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    parts.append(aliases.get(node.id, node.id) if isinstance(node, ast.Name) else "")
    return ".".join(reversed(parts))
