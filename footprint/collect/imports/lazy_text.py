"""Texts that a module makes of its own name: `f"{(__spec__.parent or '').rsplit('.', 1)[0]}.tools"`.

Laws: exact or nothing. Nothing is executed but methods of strings that cannot make them longer.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from footprint.documents.python_trees import dotted_name, key_of
from footprint.names import ModuleName

_LONGEST = 1_000
_DEEP = 12
_CUTS = frozenset({
    "split", "rsplit", "partition", "rpartition", "removeprefix", "removesuffix", "strip", "lstrip", "rstrip",
})  # fmt: skip


class ModuleTexts(NamedTuple):
    """What expressions of one module are read with; `values` has None for a name that is given several values."""

    module: ModuleName
    is_package: bool
    values: Mapping[str, ast.expr | None]

    def read(self, node: ast.expr, depth: int = _DEEP) -> str | None:
        """Return the text that an expression gives, None where it cannot be told."""
        found = self._value(node, depth)
        return found if isinstance(found, str) and len(found) <= _LONGEST else None

    def _value(self, node: ast.expr, depth: int) -> str | Sequence[str] | None:
        if depth == 0:
            return None
        if isinstance(node, ast.Constant):
            return node.value if isinstance(node.value, str) else None
        if isinstance(node, (ast.Name, ast.Attribute)):
            return self._named(node, depth)
        if isinstance(node, ast.JoinedStr):
            return self._joined(node.values, depth)
        if isinstance(node, ast.BinOp):
            return self._joined([node.left, node.right], depth) if isinstance(node.op, ast.Add) else None
        if isinstance(node, ast.BoolOp):
            return self._first(node, depth)
        if isinstance(node, ast.Call):
            return self._cut(node, depth)
        return self._part(node, depth) if isinstance(node, ast.Subscript) else None

    def _named(self, node: ast.Name | ast.Attribute, depth: int) -> str | None:
        name = dotted_name(node) or ""
        if name in ("__name__", "__spec__.name"):
            return self.module
        if name in ("__package__", "__spec__.parent"):
            return self.module if self.is_package else self.module.rpartition(".")[0]
        value = self.values.get(name)
        return self.read(value, depth - 1) if value is not None else None

    def _joined(self, nodes: Sequence[ast.expr], depth: int) -> str | None:
        parts = list[str]()
        for node in nodes:
            inner = node
            if isinstance(node, ast.FormattedValue):
                if node.conversion != -1 or node.format_spec is not None:
                    return None
                inner = node.value
            text = self.read(inner, depth - 1)
            if text is None:
                return None
            parts.append(text)
        return "".join(parts)

    def _first(self, node: ast.BoolOp, depth: int) -> str | None:
        """Return what `a or b` gives."""
        text: str | None = None
        for value in node.values if isinstance(node.op, ast.Or) else ():
            text = self.read(value, depth - 1)
            if text is None or text:
                break
        return text

    def _cut(self, node: ast.Call, depth: int) -> str | Sequence[str] | None:
        method = node.func
        if not isinstance(method, ast.Attribute) or method.attr not in _CUTS or node.keywords:
            return None
        text = self.read(method.value, depth - 1)
        given = [key_of(argument) for argument in node.args]
        if text is None or any(one is None for one in given):
            return None
        try:
            found: str | Sequence[str] = getattr(text, method.attr)(*given)
        except (TypeError, ValueError):  # no such call: the module would not start
            return None
        return found

    def _part(self, node: ast.Subscript, depth: int) -> str | None:
        found, index = self._value(node.value, depth - 1), key_of(node.slice)
        if found is None or isinstance(found, str) or not isinstance(index, int):
            return None
        return found[index] if -len(found) <= index < len(found) else None
