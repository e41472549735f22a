"""Literals that stand in texts: the lists and tables that `json.loads` and `ast.literal_eval` are given."""

from __future__ import annotations

import ast

_LONGEST = 20_000


class Literals:
    """The trees of such texts, each made once."""

    def __init__(self) -> None:
        self._known: dict[int, ast.expr | None] = {}

    def within(self, node: ast.expr) -> ast.expr | None:
        """Return the tree of a text, with the line of the text; None when it holds no expression."""
        if not isinstance(node, ast.Constant) or not isinstance(node.value, str):
            return None
        if id(node) not in self._known:
            self._known[id(node)] = _read(node.value, node.lineno)
        return self._known[id(node)]


def _read(text: str, line: int) -> ast.expr | None:
    try:
        tree = ast.parse(text.strip()[:_LONGEST], mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    for part in ast.walk(tree):
        if isinstance(part, ast.expr):
            part.lineno = line
    return tree
