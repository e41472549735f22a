"""Names of modules that are computed, as far as they can be read: f"app.commands.{name}" as "app.commands.*".

Laws: "*" stands for any text. What cannot be read is "*", so that a pattern never says less than the code may do.
Nothing is executed but, where a text is exact or nothing, methods of strings that cannot make them longer:
`f"{(__spec__.parent or '').rsplit('.', 1)[0]}.tools"`.
"""

from __future__ import annotations

import ast
import itertools
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field

from footprint.documents.python_trees import argument_of, dotted_name, key_of, strings_in, text_of
from footprint.names import ModuleName
from footprint.values import dataclass

_MOST = 64  # patterns of one expression
_DEEP = 12
_MOST_STEPS = 400
MOST_LOOPS = 32  # around one place
NODES_AT_MOST = 200_000  # looked at in one file: each of its lines may stand in a loop over the same long list
_PERCENT = re.compile(r"%(?:\(\w+\))?[-#0 +]*\d*(?:\.\d+)?[a-zA-Z]")
_FIELD = re.compile(r"\{[^{}]*\}")
_LISTING = frozenset({"iter_modules", "walk_packages", "glob", "iglob", "rglob", "iterdir", "listdir", "scandir"})
_DEEP_LISTING = frozenset({"walk_packages", "rglob"})
_PARENTS = frozenset({"parent", "dirname"})
_LONGEST = 1_000
_CUTS = frozenset({
    "split", "rsplit", "partition", "rpartition", "removeprefix", "removesuffix", "strip", "lstrip", "rstrip",
})  # fmt: skip
# Of the top-level name some letters are known: "langchain_*", "*_driver.client".
_PARTLY = re.compile(r"[A-Za-z_]\w{3,}\*[\w.*]*|\*\w{4,}(?:\.[\w.*]*)?")
# Some of it must be known, and the top-level name entirely: "*.models" may be anything anywhere.
USEFUL = re.compile(r"[A-Za-z_]\w*\.[\w.*]*\*[\w.*]*|[A-Za-z_]\w*(?:\.\w+)*")


@dataclass(frozen=True, slots=True)
class Loop:
    """One `for` around a place: the names that it sets and what it runs over."""

    target: ast.expr
    over: ast.expr


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What is known where an expression stands. `values` has None for a name that is given several values."""

    module: ModuleName
    is_package: bool
    values: Mapping[str, ast.expr | None]
    imported: Mapping[str, ModuleName] = field(default_factory=dict)
    loops: Sequence[Loop] = ()
    nodes: list[int] = field(default_factory=lambda: [NODES_AT_MOST])  # left, for the whole file
    steps: list[int] = field(default_factory=lambda: [_MOST_STEPS])  # left: names that are made of names explode
    is_exact: bool = False  # only a text that is known whole is wanted

    @property
    def package(self) -> ModuleName:
        """The package of the module, itself if it is one."""
        return self.module if self.is_package else self.module.rpartition(".")[0]


def read_patterns(node: ast.expr | None, known: Knowledge) -> tuple[str, ...]:
    """Return the texts that `node` may be."""
    found = _texts(node, known, _DEEP) if node is not None else ["*"]
    return tuple(dict.fromkeys(re.sub(r"\*+", "*", text) for text in found))


def read_exactly(node: ast.expr, known: Knowledge) -> str | None:
    """Return the one text that `node` gives, None where it cannot be told. `known` is exact."""
    texts = _texts(node, known, _DEEP)
    return texts[0] if len(texts) == 1 and "*" not in texts[0] and len(texts[0]) <= _LONGEST else None


def read_import_patterns(call: ast.Call, known: Knowledge) -> tuple[str, ...]:
    """Return the modules that `import_module(...)` or `__import__(...)` may import; empty if nothing is known."""
    found = []
    package = argument_of(call, 1, "package") if len(call.args) < 3 else None
    for text in read_patterns(argument_of(call, 0, "name"), known):
        if text.startswith(".") or (text == "*" and package is not None):
            anchors = read_patterns(package, known) if package is not None else ("*",)
            level = max(len(text) - len(text.lstrip(".")), 1)
            rest = text.lstrip(".")
            found += [".".join([*anchor.split(".")[: len(anchor.split(".")) - level + 1], rest]) for anchor in anchors]
        else:
            found.append(text)
    # One that may be anything makes the others worthless: the call stays unread.
    return tuple(found) if all(map(USEFUL.fullmatch, found)) else ()


def read_partly_known(call: ast.Call, known: Knowledge) -> tuple[str, ...]:
    """Return the patterns of an import by call of which a part of the top-level name is known: "langchain_*"."""
    return tuple(text for text in read_patterns(argument_of(call, 0, "name"), known) if _PARTLY.fullmatch(text))


def whole_loop(known: Knowledge) -> tuple[str, ...]:
    """Return ("*",) for a place that runs for all modules of a folder or list, ("**",) if with those below, else ()."""
    if not any(_lists_folder(loop.over, known) or _items(loop.over, known) is not None for loop in known.loops):
        return ()
    nodes = [node for loop in known.loops for node in _walk(_resolved(loop.over, known), known)]
    names = {getattr(node, "attr", None) or getattr(node, "id", None) for node in nodes}
    is_deep = not _DEEP_LISTING.isdisjoint(names) or any("**" in text_of(node) for node in nodes)
    return ("**",) if is_deep else ("*",)


def own_folder(known: Knowledge) -> str | None:
    """Return the modules of a folder beside this file that a loop around a place lists: "p.plugins.*"."""
    for loop in known.loops:
        over = _resolved(loop.over, known)
        if not _lists_folder(over, known):
            continue
        words = [dotted_name(node) or "" for node in _walk(over, known) if isinstance(node, (ast.Attribute, ast.Name))]
        if "__file__" not in words:
            continue
        up = sum(word.rpartition(".")[2] in _PARENTS for word in words) + _parents(over, known)
        base = known.package.split(".")
        base = base[: len(base) - max(up - 1, 0)]
        more = [text for text in strings_in(over) if text.isidentifier()]
        return ".".join([*base, *more, "*"])
    return None


def lists_folder(node: ast.expr, known: Knowledge) -> bool:
    """Whether an expression runs over the modules of a folder: `[f.stem for f in Path(...).glob("*.py")]`."""
    parts = [part.iter for part in _walk(node, known) if isinstance(part, ast.comprehension)]
    return any(_lists_folder(part, known) for part in parts)


def _parents(node: ast.AST, known: Knowledge) -> int:
    """Count `.parent` on what is no plain name: Path(__file__).parent.parent."""
    chains = (part for part in _walk(node, known) if isinstance(part, ast.Attribute) and dotted_name(part) is None)
    return sum(part.attr in _PARENTS for part in chains)


def _texts(node: ast.expr, known: Knowledge, depth: int) -> list[str]:
    known.steps[0] -= 1
    if depth == 0 or known.steps[0] < 0:
        return ["*"]
    if isinstance(node, ast.Constant):
        return [node.value if isinstance(node.value, str) else "*"]
    if isinstance(node, ast.JoinedStr):
        return _joined([_of_part(part, known, depth - 1) for part in node.values])
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return _joined([_texts(node.left, known, depth - 1), _texts(node.right, known, depth - 1)])
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod):
        return [_PERCENT.sub("*", text) for text in _texts(node.left, known, depth - 1)]
    if isinstance(node, ast.Call):
        return _of_call(node, known, depth)
    if isinstance(node, ast.Name):
        return _of_name(node.id, known, depth)
    if isinstance(node, ast.Attribute):
        return _of_attribute(node, known)
    return _exact(node, known, depth) if known.is_exact else ["*"]


def _of_part(node: ast.expr, known: Knowledge, depth: int) -> list[str]:
    """Return what a part of an f-string may be."""
    if not isinstance(node, ast.FormattedValue):
        return _texts(node, known, depth)
    is_changed = node.conversion != -1 or node.format_spec is not None
    return ["*"] if known.is_exact and is_changed else _texts(node.value, known, depth)


def _exact(node: ast.expr, known: Knowledge, depth: int) -> list[str]:
    """Return what `a or b` gives, and a part of a text that is cut."""
    found = "*"
    if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.Or):
        texts = (_texts(value, known, depth - 1) for value in node.values)
        found = next((each[0] for each in texts if each != [""]), "")
    if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Call):
        parts, index = _cut(node.value, known, depth), key_of(node.slice)
        if not isinstance(parts, str) and isinstance(index, int) and -len(parts) <= index < len(parts):
            found = parts[index]
    return [found]


def _cut(node: ast.Call, known: Knowledge, depth: int) -> str | Sequence[str]:
    """Return what a method of strings makes of a text, "*" where that cannot be told."""
    method = node.func
    given = [key_of(argument) for argument in node.args]
    if not isinstance(method, ast.Attribute) or method.attr not in _CUTS or node.keywords or None in given:
        return "*"
    texts = _texts(method.value, known, depth - 1)
    if len(texts) > 1 or "*" in texts[0]:
        return "*"
    try:
        found: str | Sequence[str] = getattr(texts[0], method.attr)(*given)
    except (TypeError, ValueError):  # no such call: the module would not start
        return "*"
    return found


def _joined(parts: Sequence[list[str]]) -> list[str]:
    if math.prod(map(len, parts)) > _MOST:
        return ["*"]
    return ["".join(choice) for choice in itertools.product(*parts)]


def _of_call(node: ast.Call, known: Knowledge, depth: int) -> list[str]:
    method = node.func
    if isinstance(method, ast.Attribute) and method.attr == "format":
        return [_FIELD.sub("*", text) for text in _texts(method.value, known, depth - 1)]
    if isinstance(method, ast.Attribute) and method.attr == "join" and len(node.args) == 1:
        between = _texts(method.value, known, depth - 1)
        items = node.args[0].elts if isinstance(node.args[0], (ast.List, ast.Tuple)) else []
        if items and len(between) == 1:
            parts = [_texts(item, known, depth - 1) for item in items]
            spaced = [part for item in parts for part in ([between[0]], item)][1:]
            return _joined(spaced)
    found = _cut(node, known, depth) if known.is_exact else "*"
    return [found if isinstance(found, str) else "*"]


def _of_name(name: str, known: Knowledge, depth: int) -> list[str]:
    if name == "__name__":
        return [known.module]
    if name == "__package__":
        return [known.package]
    for loop in reversed(known.loops):
        if name in {part.id for part in _walk(loop.target, known) if isinstance(part, ast.Name)}:
            items = _items(loop.over, known)
            return items[:_MOST] if items is not None else [f"{_prefix(loop, known)}*"]
    value = known.values.get(name)
    return _texts(value, known, depth - 1) if value is not None else ["*"]


def _of_attribute(node: ast.Attribute, known: Knowledge) -> list[str]:
    owner = dotted_name(node.value)
    if owner == "__spec__":
        return [{"name": known.module, "parent": known.package}.get(node.attr, "*")]
    if owner is not None and node.attr in ("__name__", "__package__"):
        first, _, rest = owner.partition(".")
        if first in known.imported:
            return [f"{known.imported[first]}.{rest}".rstrip(".")]
    if owner is not None and node.attr == "name":  # of what iter_modules yields
        for loop in reversed(known.loops):
            if isinstance(loop.target, ast.Name) and loop.target.id == owner:
                return [f"{_prefix(loop, known)}*"]
    return ["*"]


def _prefix(loop: Loop, known: Knowledge) -> str:
    """Return what `walk_packages(path, prefix)` puts in front of the names that it yields."""
    call = _resolved(loop.over, known)
    if not isinstance(call, ast.Call):
        return ""
    if (dotted_name(call.func) or "").rpartition(".")[2] not in ("walk_packages", "iter_modules"):
        return ""
    prefix = argument_of(call, 1, "prefix")
    found = read_patterns(prefix, known) if prefix is not None else ("",)
    return found[0] if len(found) == 1 and "*" not in found[0] else ""


def _resolved(node: ast.expr, known: Knowledge) -> ast.expr:
    """Return what a name was given, or the argument of sorted(...) and its like."""
    for _ in range(_DEEP):
        if isinstance(node, ast.Name) and known.values.get(node.id) is not None:
            node = known.values[node.id] or node
        elif isinstance(node, ast.Call) and dotted_name(node.func) in {"sorted", "list", "set", "tuple"} and node.args:
            node = node.args[0]
        else:
            break
    return node


def _lists_folder(node: ast.expr, known: Knowledge) -> bool:
    calls = (part.func for part in _walk(_resolved(node, known), known) if isinstance(part, ast.Call))
    names = (call.attr if isinstance(call, ast.Attribute) else getattr(call, "id", "") for call in calls)
    return not _LISTING.isdisjoint(names)


def _items(node: ast.expr, known: Knowledge) -> list[str] | None:
    """Return the strings of a literal list that a loop runs over."""
    node = _resolved(node, known)
    if not isinstance(node, (ast.List, ast.Tuple, ast.Set)):
        return None
    known.nodes[0] -= len(node.elts)
    if known.nodes[0] < 0:
        return None
    items = [item.value for item in node.elts if isinstance(item, ast.Constant) and isinstance(item.value, str)]
    return items if items and len(items) == len(node.elts) else None


def _walk(node: ast.AST, known: Knowledge) -> Iterator[ast.AST]:
    for part in ast.walk(node):
        known.nodes[0] -= 1
        if known.nodes[0] < 0:
            return
        yield part
