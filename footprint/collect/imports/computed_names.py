"""Names of modules that are computed, as far as they can be read: f"app.commands.{name}" as "app.commands.*".

Laws: "*" stands for any text. What cannot be read is "*", so that a pattern never says less than the code may do.
Nothing is executed but, where a text is exact or nothing, methods of strings that cannot make them longer:
`f"{(__spec__.parent or '').rsplit('.', 1)[0]}.tools"`.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence

from footprint.documents.expression_texts import OPEN, UNKNOWN, PossibleTexts, TextReader
from footprint.documents.python_trees import argument_of, dotted_name, key_of, strings_in, text_of
from footprint.late import late_pattern
from footprint.names import ModuleName, word_set
from footprint.values import dataclass, field

_MOST = 64  # items of one list
_DEEP, _DEEP_EXACTLY = 7, 11
_MOST_STEPS = 400
MOST_LOOPS = 32  # around one place
NODES_AT_MOST = 200_000  # looked at in one file: each of its lines may stand in a loop over the same long list
_LISTING = frozenset({"iter_modules", "walk_packages", "glob", "iglob", "rglob", "iterdir", "listdir", "scandir"})
_DEEP_LISTING = frozenset({"walk_packages", "rglob"})
_PARENTS = frozenset({"parent", "dirname"})
_LONGEST = 1_000
_CUTS = word_set("split rsplit partition rpartition removeprefix removesuffix strip lstrip rstrip")
# Of the top-level name some letters are known: "langchain_*", "*_driver.client".
_PARTLY = late_pattern(r"[A-Za-z_]\w{3,}\*[\w.*]*|\*\w{4,}(?:\.[\w.*]*)?")
# Some of it must be known, and the top-level name entirely: "*.models" may be anything anywhere.
USEFUL = late_pattern(r"[A-Za-z_]\w*\.[\w.*]*\*[\w.*]*|[A-Za-z_]\w*(?:\.\w+)*")


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
    found = _texts(node, known) if node is not None else (UNKNOWN,)
    return tuple(dict.fromkeys(re.sub(r"\*+", UNKNOWN, text) for text in found))


def read_exactly(node: ast.expr, known: Knowledge) -> str | None:
    """Return the one text that `node` gives, None where it cannot be told. `known` is exact."""
    texts = _texts(node, known)
    return texts[0] if len(texts) == 1 and UNKNOWN not in texts[0] and len(texts[0]) <= _LONGEST else None


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


def _texts(node: ast.expr, known: Knowledge) -> tuple[str, ...]:
    return _ModuleReader(known).read(node).texts or (UNKNOWN,)


class _ModuleReader(TextReader):
    """Reads what a module makes of its own name, of literals, and of what loops run over."""

    def __init__(self, known: Knowledge) -> None:
        self._known = known
        self.deepest = _DEEP_EXACTLY if known.is_exact else _DEEP

    def read(self, node: ast.expr, depth: int = 0) -> PossibleTexts:
        self._known.steps[0] -= 1
        is_changed = isinstance(node, ast.FormattedValue) and (node.conversion != -1 or node.format_spec is not None)
        if self._known.steps[0] < 0 or (is_changed and self._known.is_exact):
            return OPEN
        return super().read(node, depth)

    def other(self, node: ast.expr, depth: int) -> PossibleTexts:
        match node:
            case ast.Name(id=name):
                return self._name(name, depth)
            case ast.Attribute():
                return _of_attribute(node, self._known)
            case ast.Call() if (found := self._cut(node, depth)) is not None:
                return PossibleTexts((found,)) if isinstance(found, str) else OPEN
            case ast.Call(func=ast.Attribute(value=between, attr="join"), args=[ast.List() | ast.Tuple() as items]):
                spaced = [part for item in items.elts for part in (between, item)][1:]
                return self.joined(spaced, depth) if spaced and len(self.read(between).texts) == 1 else OPEN
            case ast.Subscript(value=ast.Call() as call, slice=index):
                parts, place = self._cut(call, depth), key_of(index)
                if isinstance(parts, Sequence) and isinstance(place, int) and -len(parts) <= place < len(parts):
                    return PossibleTexts((parts[place],)) if not isinstance(parts, str) else OPEN
            case ast.BoolOp(op=ast.Or(), values=values) if self._known.is_exact:
                found_each = (self.read(value, depth + 1) for value in values)
                return next((each for each in found_each if each.texts != ("",)), PossibleTexts(("",)))
        return OPEN

    def _cut(self, node: ast.Call, depth: int) -> str | Sequence[str] | None:
        """Return what a method of strings makes of a text that is known whole, None where that is not told."""
        method = node.func
        given = [key_of(argument) for argument in node.args]
        is_method = isinstance(method, ast.Attribute) and method.attr in _CUTS and not node.keywords
        if not isinstance(method, ast.Attribute) or not (is_method and self._known.is_exact) or None in given:
            return None
        texts = self.read(method.value, depth + 1).texts
        try:
            found: str | Sequence[str] = getattr(texts[0], method.attr)(*given)
        except (IndexError, TypeError, ValueError):  # no such call: the module would not start
            return None
        return found if UNKNOWN not in texts[0] else None

    def _name(self, name: str, depth: int) -> PossibleTexts:
        known = self._known
        if name in ("__name__", "__package__"):
            return PossibleTexts((known.module if name == "__name__" else known.package,))
        for loop in reversed(known.loops):
            if name in {part.id for part in _walk(loop.target, known) if isinstance(part, ast.Name)}:
                items = _items(loop.over, known)
                return PossibleTexts(tuple(items[:_MOST]) if items is not None else (f"{_prefix(loop, known)}*",))
        value = known.values.get(name)
        return self.read(value, depth + 1) if value is not None else OPEN


def _of_attribute(node: ast.Attribute, known: Knowledge) -> PossibleTexts:
    owner = dotted_name(node.value)
    if owner == "__spec__" and node.attr in ("name", "parent"):
        return PossibleTexts((known.module if node.attr == "name" else known.package,))
    if owner is not None and node.attr in ("__name__", "__package__"):
        first, _, rest = owner.partition(".")
        if first in known.imported:
            return PossibleTexts((f"{known.imported[first]}.{rest}".rstrip("."),))
    if owner is not None and node.attr == "name":  # of what iter_modules yields
        for loop in reversed(known.loops):
            if isinstance(loop.target, ast.Name) and loop.target.id == owner:
                return PossibleTexts((f"{_prefix(loop, known)}*",))
    return OPEN


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
    for _ in range(_DEEP + 1):
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
