"""The two lazy forms of Python 3.15: `lazy import x`, and `__lazy_modules__`, which older interpreters do not read.

Source: PEP 810: the keyword stands at the top level alone, outside of `try`; the variable is asked at each import, by
the absolute name of the module that the statement names.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from footprint.documents.python_trees import string_of
from footprint.edit.imports.import_statements import ImportStatement
from footprint.edit.imports.source_text import PlacedText, parse
from footprint.edit.text_edits import Edit
from footprint.knowledge.target_facts import LAZY_LIST, LAZY_SINCE
from footprint.model.deferrals import DeferralForm

Comparable = Callable[[str], str]  # the new text as this interpreter can parse it


class LazyEdits(NamedTuple):
    """The edits of a lazy form, and what the new text must be."""

    edits: list[Edit]
    expected: ast.Module
    comparable: Comparable


def form_for(oldest: tuple[int, int], newest: tuple[int, int]) -> DeferralForm:
    """Return the form that all supported interpreters understand: versions as (major, minor)."""
    if oldest >= LAZY_SINCE:
        return "lazy"
    return "listed" if newest >= LAZY_SINCE else "move"


def lazy_edits(
    source: PlacedText, tree: ast.Module, statements: Sequence[ImportStatement], form: DeferralForm
) -> LazyEdits | None:
    """Return the edits that make these statements lazy, None where the form cannot say it of them alone."""
    if not all(statement.is_whole for statement in statements):
        return None
    return _keyword(source, statements) if form == "lazy" else _list(source, tree, statements)


def _keyword(source: PlacedText, statements: Sequence[ImportStatement]) -> LazyEdits:
    starts = sorted(source.start_of(statement.node) for statement in statements)
    edits = [Edit(start, start, "lazy ") for start in starts]

    def without(new: str) -> str:
        for at, start in enumerate(starts):  # those before it are gone again
            if not new.startswith("lazy ", start):
                raise ValueError(at)
            new = new[:start] + new[start + len("lazy ") :]
        return new

    return LazyEdits(edits, parse(source.text), without)


def _list(source: PlacedText, tree: ast.Module, statements: Sequence[ImportStatement]) -> LazyEdits | None:
    names = dict.fromkeys(name for statement in statements for name in _listed_names(statement))
    if "" in names:
        return None
    expected = parse(source.text)
    for at, node in enumerate(tree.body):
        if isinstance(node, ast.Assign) and any(
            isinstance(each, ast.Name) and each.id == LAZY_LIST for each in node.targets
        ):
            return _longer(source, node, expected, at, list(names))
        if any(isinstance(each, ast.Name) and each.id == LAZY_LIST for each in ast.walk(node)):
            return None
    at, first = next((at, node) for at, node in enumerate(tree.body) if not _comes_first(node, at))
    line = first.lineno
    if source.text[source.starts[line - 1] : source.start_of(first)].strip():
        return None
    while line > 2 and re.match(r"[ \t]*#", source.line(line - 1)):
        line -= 1
    listed = ", ".join(f'"{name}"' for name in names)
    text = f"{LAZY_LIST} = [{listed}]{source.newline}{source.newline}"
    start = source.starts[line - 1]
    expected.body.insert(at, parse(text).body[0])
    return LazyEdits([Edit(start, start, text)], expected, lambda new: new)


def _comes_first(node: ast.stmt, at: int) -> bool:
    """Whether a statement has to stand before the list: the docstring, and imports from __future__."""
    if isinstance(node, ast.ImportFrom):
        return node.module == "__future__"
    return at == 0 and isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _listed_names(statement: ImportStatement) -> list[str]:
    """Return the names by which the interpreter asks the list; "" for one that only a running module knows."""
    node = statement.node
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return ["" if node.level else node.module or ""]


def _longer(source: PlacedText, node: ast.Assign, expected: ast.Module, at: int, names: list[str]) -> LazyEdits | None:
    held = node.value
    if not isinstance(held, (ast.List, ast.Tuple, ast.Set)) or not held.elts or len(node.targets) > 1:
        return None
    known = {string_of(each) for each in held.elts}
    added = [name for name in names if name not in known]
    if None in known:
        return None
    twin: ast.List = expected.body[at].value  # type: ignore[attr-defined]
    twin.elts += [ast.Constant(name) for name in added]
    end = source.end_of(held.elts[-1])
    text = "".join(f', "{name}"' for name in added)
    return LazyEdits([Edit(end, end, text)] if added else [], expected, lambda new: new)
