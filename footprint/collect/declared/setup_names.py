"""What the names of a setup.py are bound to, by all of its code. Nothing is run, and no order of calls is known."""

from __future__ import annotations

import ast
from collections.abc import Sequence


class SetupBindings:
    """The bindings of one module, whichever function they stand in."""

    def __init__(self, tree: ast.Module) -> None:
        self._bindings: dict[str, list[ast.expr]] = {}
        self._additions: dict[str, list[ast.expr]] = {}  # name += x, name.append(x), name.extend(x), name.update(x)
        self._functions: dict[str, ast.FunctionDef] = {}
        self._returned: dict[str, list[ast.expr]] = {}
        self._sorted: dict[str, list[ast.expr]] = {}
        for node in ast.walk(tree):
            self._index(node)

    def is_bound(self, name: str) -> bool:
        """Return whether a statement binds a name to an expression."""
        return name in self._bindings

    def parts(self, name: str) -> list[ast.expr]:
        """Return everything that a name is bound to or that is added to it, in the order of the file."""
        if name not in self._sorted:
            parts = [*self._bindings.get(name, ()), *self._additions.get(name, ())]
            self._sorted[name] = sorted(parts, key=lambda part: (part.lineno, part.col_offset))
        return self._sorted[name]

    def body(self, name: str) -> Sequence[ast.AST]:
        """Return the statements and defaults of the function of that name, none where there is none."""
        function = self._functions.get(name)
        if function is None:
            return ()
        return (*function.args.defaults, *filter(None, function.args.kw_defaults), *function.body)

    def returned(self, name: str) -> list[ast.expr]:
        """Return what a function returns by its statements, in order; nothing where there is none."""
        if name not in self._returned:
            function = self._functions.get(name)
            found = [node.value for node in ast.walk(function) if isinstance(node, ast.Return)] if function else []
            self._returned[name] = [value for value in found if value is not None]
        return self._returned[name]

    def _index(self, node: ast.AST) -> None:
        match node:
            case ast.Assign(targets=targets, value=value):
                for target in targets:
                    self._bind(target, value)
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                self._bindings.setdefault(name, []).append(value)
            case ast.AugAssign(target=ast.Name(id=name), op=ast.Add() | ast.BitOr(), value=value):
                self._additions.setdefault(name, []).append(value)
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="extend" | "update"), args=[value]):
                self._additions.setdefault(name, []).append(value)
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="append" | "add"), args=[value]):
                single = ast.copy_location(ast.List(elts=[value], ctx=ast.Load()), value)
                self._additions.setdefault(name, []).append(single)
            case ast.withitem(context_expr=value, optional_vars=ast.Name(id=name)):
                self._bindings.setdefault(name, []).append(value)
            case ast.FunctionDef(name=name):
                self._functions.setdefault(name, node)

    def _bind(self, target: ast.expr, value: ast.expr) -> None:
        match target:
            case ast.Name(id=name):
                self._bindings.setdefault(name, []).append(value)
            case ast.Tuple(elts=names) if isinstance(value, ast.Tuple) and len(names) == len(value.elts):
                for one, part in zip(names, value.elts, strict=True):
                    if isinstance(one, ast.Name):
                        self._bindings.setdefault(one.id, []).append(part)
            case ast.Subscript(value=ast.Name(id=name), slice=key):  # extras["dev"] = [...]
                pair = ast.copy_location(ast.Dict(keys=[key], values=[value]), value)
                self._additions.setdefault(name, []).append(pair)
