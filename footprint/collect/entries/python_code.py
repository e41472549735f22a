"""One file of the project as code that is followed by hand: what its names mean, in the file or in one function."""

from __future__ import annotations

import ast
import shlex
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property

from footprint.documents.python_trees import (
    dotted_name,
    last_name,
    nodes_of,
    parts_of,
    statements_of,
    text_of,
    try_python,
)
from footprint.model.source_modules import SourceModule
from footprint.values import dataclass

Function = ast.FunctionDef | ast.AsyncFunctionDef
_UNKNOWN = "?"  # a word of a command that is only known where it runs
_WORDS_AT_MOST = 200


def names_of(nodes: Iterable[ast.expr]) -> set[str]:
    """Return the last parts of dotted names."""
    return {last_name(node) for node in nodes}


@dataclass(frozen=True, slots=True)
class ScriptCode:
    """A file: what is imported, assigned and defined in it. `assigned` is what importing it leaves."""

    path: str
    module: str
    root: str  # from which it is imported by that name
    tree: ast.Module
    imported: Mapping[str, str]  # name -> "main.app"; also those of functions
    assigned: Mapping[str, ast.expr]
    functions: Mapping[str, Function]
    classes: Mapping[str, ast.ClassDef]

    @classmethod
    def read(cls, text: str, module: SourceModule) -> ScriptCode | None:
        """Return the code of a text, None for what is not Python."""
        tree = try_python(text)
        if tree is None:
            return None
        package = module.module if module.is_package else module.module.rpartition(".")[0]
        outer = [node for node in _outside_functions(tree) if isinstance(node, ast.stmt)]
        return cls(
            module.path,
            module.module,
            module.root_of(module.module),
            tree,
            dict(_imports(tree, package)),
            _assignments(outer),
            {node.name: node for node in outer if isinstance(node, Function)},
            {node.name: node for node in outer if isinstance(node, ast.ClassDef)},
        )

    @property
    def calls(self) -> list[ast.Call]:
        """Every call in the file."""
        return [node for node in nodes_of(self.tree) if isinstance(node, ast.Call)]


class ScriptScope:
    """The top level of a file with its main block, or one function of it."""

    def __init__(self, code: ScriptCode, function: Function | None) -> None:
        """Take the file, and the function; None for the top level."""
        self.code, self._function = code, function

    @cached_property
    def _nodes(self) -> list[ast.AST]:
        return list(_outside_functions(self._function or self.code.tree, inner=True))

    @cached_property
    def _local(self) -> Mapping[str, ast.expr]:
        if self._function is not None:
            return _assignments(self._nodes)
        blocks = (node for node in self.code.tree.body if _is_main(node))
        return _assignments(each for block in blocks for each in _outside_functions(block, inner=True))

    def calls(self) -> Iterator[ast.Call]:
        """Yield the calls that running it makes, those of nested functions with them."""
        return (node for node in self._nodes if isinstance(node, ast.Call))

    def absolute(self, node: ast.AST) -> str:
        """Return a dotted name with what its first part was imported as; "" for anything else."""
        first, dot, rest = (dotted_name(node) or "").partition(".")
        return self.code.imported.get(first, first) + dot + rest

    def local_value(self, node: ast.expr) -> ast.expr | None:
        """Return what a name was given in the function or the main block: whoever imports the file has none such."""
        return self._local.get(node.id) if isinstance(node, ast.Name) else None

    def value_of(self, node: ast.expr) -> ast.expr:
        """Return what a name was given in the file, the node itself where it is no such name."""
        found = self.local_value(node)
        if found is None and isinstance(node, ast.Name):
            found = self.code.assigned.get(node.id)
        return node if found is None else found

    def words(self, node: ast.expr | None, text: Callable[[ast.expr, ScriptScope], str | None]) -> list[str]:
        """Return the words of a command line: of a list, a sum, a text; and what is added to its name elsewhere."""
        parts: list[ast.expr] = [node] if node is not None else []
        found: list[str] = []
        while parts and len(found) < _WORDS_AT_MOST:
            part = parts.pop(0)
            value = self.value_of(part)
            if isinstance(value, (ast.List, ast.Tuple)):
                found += [text(self._whole(each), self) or _UNKNOWN for each in value.elts]
            elif isinstance(value, ast.BinOp) and isinstance(value.op, ast.Add):
                parts[:0] = [value.left, value.right]
            elif isinstance(value, ast.Call) and last_name(value.func) == "split" and value.args:
                parts.insert(0, value.args[0])
            elif (line := text(self._whole(value), self)) is not None:
                found += _split(line)
            parts += self._added(part) if isinstance(part, ast.Name) else []
        return found

    def _whole(self, node: ast.expr) -> ast.expr:
        """Return an f-string as a text, with a mark for what is only known where it runs."""
        if not isinstance(node, ast.JoinedStr):
            return node
        return ast.Constant("".join(text_of(each) or _UNKNOWN for each in node.values))

    def _added(self, name: ast.Name) -> list[ast.expr]:
        """Return what is added to a list: `command += [...]`, `command.extend([...])`, `command.append(x)`."""
        found: list[ast.expr] = []
        for node in self._nodes:
            match node:
                case ast.AugAssign(target=ast.Name(id=name.id), value=value):
                    found.append(value)
                case ast.Call(func=ast.Attribute(value=ast.Name(id=owner), attr="extend"), args=[value]):
                    found += [value] if owner == name.id else []
                case ast.Call(func=ast.Attribute(value=ast.Name(id=owner), attr="append"), args=[value]):
                    found += [ast.List([value], ast.Load())] if owner == name.id else []
        return found


def _split(line: str) -> list[str]:
    try:
        return shlex.split(line)
    except ValueError:
        return line.split()


def _is_main(node: ast.AST) -> bool:
    """Whether a statement is `if __name__ == "__main__":`."""
    return isinstance(node, ast.If) and "__name__" in {
        each.id for each in ast.walk(node.test) if isinstance(each, ast.Name)
    }


def _outside_functions(top: ast.AST, *, inner: bool = False) -> Iterator[ast.AST]:
    """Yield what runs when `top` does, in order of the file, without the bodies of functions and classes.

    `inner`: with the main block and nested functions; else a main block is left out.
    """
    kept = (ast.ClassDef,) if inner and not isinstance(top, ast.Module) else (ast.ClassDef, *_FUNCTIONS)
    stack = parts_of(top)[::-1]
    while stack:
        node = stack.pop()
        yield node
        if not isinstance(node, kept) and (inner or not _is_main(node)):
            stack += parts_of(node)[::-1]


_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


def _assignments(nodes: Iterable[ast.AST]) -> dict[str, ast.expr]:
    found: dict[str, ast.expr] = {}
    for node in nodes:
        if isinstance(node, (ast.Assign, ast.AnnAssign, ast.NamedExpr)) and (value := node.value) is not None:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            found |= {target.id: value for target in targets if isinstance(target, ast.Name)}
    return found


def _imports(tree: ast.Module, package: str) -> Iterator[tuple[str, str]]:
    for node in statements_of(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield (alias.asname, alias.name) if alias.asname else (alias.name.partition(".")[0],) * 2
        elif isinstance(node, ast.ImportFrom):
            above = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            owner = ".".join(filter(None, [*above, node.module]))
            yield from ((alias.asname or alias.name, f"{owner}.{alias.name}") for alias in node.names)
