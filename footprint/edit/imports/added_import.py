"""A module with one more import at its beginning, behind what has to come first there."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from footprint.edit.imports.module_bytes import decode_module
from footprint.edit.imports.source_text import FAILURES, parse, read_text
from footprint.edit.text_edits import Edit
from footprint.names import ModuleName

_NAME = "_footprint_added_{}"  # a name of its own: the module's own names stay what they are


def import_lines(modules: Sequence[ModuleName]) -> tuple[str, ...]:
    """Return statements that import modules under names that nobody else has."""
    return tuple(f"import {module} as {_NAME.format(number)}" for number, module in enumerate(modules))


def with_added_import(content: bytes, modules: Sequence[ModuleName]) -> bytes | None:
    """Return the module that imports `modules` first, behind its docstring and its imports of `__future__`.

    None where it cannot be read, or has no line of its own for that.
    """
    decoded = decode_module(content)
    if decoded is None:
        return None
    text, encoding = decoded
    source = read_text(text)
    try:
        tree = parse(source.text)
    except FAILURES:
        return None
    head = [node for at, node in enumerate(tree.body) if _comes_first(node, at)]
    rest = tree.body[len(head) :]
    if tree.body[: len(head)] != head:
        return None
    if head:
        line = head[-1].end_lineno or head[-1].lineno
        if rest and rest[0].lineno <= line:
            return None
        place = source.starts[line]
        before = "" if source.text[:place].endswith(("\n", "\r")) else source.newline
    else:
        place, before = _behind_comments(source.text, source.starts, rest), ""
    added = "".join(f"{each}{source.newline}" for each in import_lines(modules))
    return source.replaced([Edit(place, place, before + added)]).encode(encoding)


def _comes_first(node: ast.stmt, at: int) -> bool:
    if at == 0 and isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return isinstance(node.value.value, str)
    return isinstance(node, ast.ImportFrom) and node.module == "__future__" and node.level == 0


def _behind_comments(text: str, starts: Sequence[int], body: Sequence[ast.stmt]) -> int:
    """Return the beginning of the first line that is no comment: a first line may name program and encoding."""
    last = body[0].lineno if body else len(starts)
    for number in range(1, min(last, len(starts))):
        if not text[starts[number - 1] :].lstrip(" \t\f").startswith("#"):
            return starts[number - 1]
    return starts[min(last, len(starts)) - 1]
