"""Names to which code gives a value, in whatever way: by assignment, keyword, key or call."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from footprint.documents.python_trees import last_name, text_of

_KEYED = frozenset({"setdefault", "set_main_option", "set_section_option", "putenv", "setenv", "set"})


def named_values(node: ast.AST) -> Iterable[tuple[str, ast.expr]]:
    """Yield the names to which a node gives a value: x = v, o.x = v, d["x"] = v, f(x=v), {"x": v}, f("x", v)."""
    match node:
        case ast.Assign(targets=targets, value=value):
            yield from ((name, value) for target in targets if (name := _target_name(target)))
        case ast.AnnAssign(target=target, value=ast.expr() as value):
            if name := _target_name(target):
                yield name, value
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
