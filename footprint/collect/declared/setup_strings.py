"""Strings that a setup.py fills in: f-strings, `%` and `.format`, where all that goes in is known."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable

_CHARACTERS_AT_MOST = 10_000
_NAMED = re.compile(r"\s*([A-Za-z0-9][\w.-]*)\s*(\[[\w\s,.-]*\])?\s*(?:[<>=!~]=|[<>])")
_Resolve = Callable[[ast.expr], "str | None"]


def format_text(node: ast.expr, resolve: _Resolve) -> str | None:
    """Return the string that is put together, None where a part of it is not known. `resolve` tells the parts."""
    match node:
        case ast.JoinedStr(values=values):
            parts = [resolve(value.value if isinstance(value, ast.FormattedValue) else value) for value in values]
            text = None if None in parts else "".join(part for part in parts if part is not None)
        case ast.BinOp(left=left, right=right):
            given = right.elts if isinstance(right, ast.Tuple) else [right]
            text = _fill(resolve(left), given, "%s", resolve)
        case ast.Call(func=ast.Attribute(value=value), args=given, keywords=[]):
            text = _fill(resolve(value), given, "{}", resolve)
        case _:
            return None
    return None if text is None or len(text) > _CHARACTERS_AT_MOST else text


def leading_name(text: str) -> str | None:
    """Return the requirement that a string begins whose version is computed: `a[x]` of `a[x]>=`; None for others."""
    found = _NAMED.match(text[:_CHARACTERS_AT_MOST])
    return f"{found[1]}{found[2] or ''}" if found else None


def _fill(text: str | None, given: list[ast.expr], gap: str, resolve: _Resolve) -> str | None:
    """Return a text with its gaps filled in order; None where it has others than plain ones."""
    if text is None or len(text) > _CHARACTERS_AT_MOST or text.count(gap) != len(given):
        return None
    rest = text.replace(gap, "")
    parts = [resolve(one) for one in given]
    if re.search(r"%|[{}]", rest) or None in parts:
        return None
    pieces = text.split(gap)
    return pieces[0] + "".join(f"{part}{piece}" for part, piece in zip(parts, pieces[1:], strict=True))
