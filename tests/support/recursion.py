"""Which functions of the package may come back to themselves, found in its source.

An edge is a name that a function reads: of a function of its module or of one that it imports, of a table of
functions, of a method of its class. What is called on other objects, or was handed over from afar, is not followed.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

Place = tuple[str, str]  # module, dotted name in it


@dataclass(slots=True)
class _Module:
    name: str
    functions: dict[str, tuple[ast.AST, str]] = field(default_factory=dict)  # and the class around
    imported: dict[str, Place] = field(default_factory=dict)


def find_circles(root: Path) -> list[frozenset[Place]]:
    """Return the groups of functions below `root` that call each other, single ones that call themselves included."""
    modules = {module.name: module for module in map(_read, sorted(root.rglob("*.py")))}
    edges = {
        (module.name, name): {
            place
            for place in _read_by(node, name, owner, module)
            if place[0] in modules and place[1] in modules[place[0]].functions
        }
        for module in modules.values()
        for name, (node, owner) in module.functions.items()
    }
    return [group for group in _groups(edges) if len(group) > 1 or any(one in edges[one] for one in group)]


def _read(path: Path) -> _Module:
    parts = path.with_suffix("").parts
    parts = parts[len(parts) - parts[::-1].index("footprint") - 1 :] if "footprint" in parts else parts[-1:]
    found = _Module(".".join(parts).removesuffix(".__init__"))
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in _statements(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            found.imported |= {one.asname or one.name: (node.module, one.name) for one in node.names}
        elif isinstance(node, ast.Import):
            found.imported |= {one.asname or one.name: (one.name, "") for one in node.names}
    for statement in tree.body:  # a table of functions is as good as a function
        target = statement.targets[0] if isinstance(statement, ast.Assign) else getattr(statement, "target", None)
        if isinstance(target, ast.Name):
            found.functions[target.id] = (statement, "")
    found.functions |= {name: (node, owner) for name, node, owner in _defined(tree, "", "")}
    return found


def _statements(tree: ast.AST) -> Iterator[ast.AST]:
    """Yield what is no expression: no import and no function stands in one, and most of a tree does."""
    left = [tree]
    while left:
        node = left.pop()
        yield node
        left += [child for child in ast.iter_child_nodes(node) if not isinstance(child, ast.expr)]


def _defined(node: ast.AST, prefix: str, owner: str) -> Iterator[tuple[str, ast.AST, str]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield prefix + child.name, child, owner
            yield from _defined(child, f"{prefix}{child.name}.", owner)
        elif isinstance(child, ast.ClassDef):
            yield from _defined(child, f"{prefix}{child.name}.", f"{prefix}{child.name}")
        elif not isinstance(child, ast.expr):
            yield from _defined(child, prefix, owner)


def _read_by(node: ast.AST, name: str, owner: str, module: _Module) -> Iterator[Place]:
    parts = list(ast.walk(node))
    local = {part.id for part in parts if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)}
    local |= {part.arg for part in parts if isinstance(part, ast.arg)}
    for part in parts:
        if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Load) and part.id not in local:
            if f"{name}.{part.id}" in module.functions:
                yield module.name, f"{name}.{part.id}"
            yield module.imported.get(part.id, (module.name, part.id))
        elif isinstance(part, ast.Attribute) and isinstance(part.ctx, ast.Load):
            base = part.value.id if isinstance(part.value, ast.Name) else ""
            if base in module.imported:
                place = module.imported[base]
                yield ".".join(filter(None, place)), part.attr
                yield place[0], f"{place[1]}.{part.attr}"
            elif f"{base}.{part.attr}" in module.functions:
                yield module.name, f"{base}.{part.attr}"
            elif base in ("self", "cls"):
                yield module.name, f"{owner}.{part.attr}"


def _groups(edges: dict[Place, set[Place]]) -> list[frozenset[Place]]:
    """Return the strongly connected components: those that reach each other."""
    order: list[Place] = []
    seen: set[Place] = set()
    for start, called in edges.items():
        stack = [(start, iter(called))] if start not in seen else []
        seen.add(start)
        while stack:
            place, rest = stack[-1]
            following = next((one for one in rest if one not in seen), None)
            if following is None:
                order.append(stack.pop()[0])
            else:
                seen.add(following)
                stack.append((following, iter(edges[following])))
    into: dict[Place, list[Place]] = {place: [] for place in edges}
    for place, called in edges.items():
        for one in called:
            into[one].append(place)
    groups, taken = list[frozenset[Place]](), set[Place]()
    for start in reversed(order):
        if start in taken:
            continue
        group, open_ = {start}, [start]
        taken.add(start)
        while open_:
            for one in into[open_.pop()]:
                if one not in taken:
                    taken.add(one)
                    group.add(one)
                    open_.append(one)
        groups.append(frozenset(group))
    return groups
