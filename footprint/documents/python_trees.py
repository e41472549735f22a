"""Python of strangers as syntax trees, refused before the parser would exhaust the machine."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Callable, Container, Iterable, Iterator
from typing import Any

from footprint.late import late_pattern
from footprint.names import word_set

_FAILURES = (SyntaxError, ValueError, RecursionError, MemoryError)
PARTS_AT_MOST = 500
# Several readers ask for the tree of one file, soon after each other. Nobody changes a tree.
_KEPT_AT_MOST = 400_000  # bytes of text: a tree takes 60 times as much


class _KeptTrees:
    """The trees of the latest texts, oldest first, and how many bytes of text they are of."""

    def __init__(self) -> None:
        self.trees: dict[str | bytes, tuple[ast.Module, SyntaxError | None]] = {}
        self.bytes = 0  # kept up: to count it for each of many small texts took as long as parsing them


_kept = _KeptTrees()
# A context or an operator is one object for all of its places, and says nothing by itself.
MUTE_FIELDS = frozenset({"ctx", "op", "ops"})
# As each kind of node says of itself: Call(expr func, expr* args, keyword* keywords).
_SIGNATURE = late_pattern(r"\w+\((.*)\)", re.DOTALL)
_NOT_NODES = word_set("identifier string constant int object")
_HOLD_NONE = frozenset({"keys", "kw_defaults"})  # lists with a None in the place of what is not there
_readers: dict[type[ast.AST], Callable[[Any], list[ast.AST]]] = {}  # by kind of node, as met
CATCHES_IMPORT_ERROR = frozenset({"ImportError", "ModuleNotFoundError", "Exception", "BaseException"})
_BLOCKS = ("body", "handlers", "orelse", "finalbody", "cases")
# The parser keeps every beginning of the dotted name of an import: 32 kB of `import a.a.a...` took 288 MiB of memory,
# 400 kB would take 40 GiB.
_LONG_NAME = late_pattern(rf"(?:\.[\s\\]*\w+[\s\\]*){{{PARTS_AT_MOST}}}")
_LONG_NAME_BYTES = late_pattern(rb"(?:\.[\s\\]*[\w\x80-\xff]+[\s\\]*){%d}" % PARTS_AT_MOST)


def has_long_name(text: str | bytes) -> bool:
    """Return whether a text may have a dotted name of more parts than anybody writes."""
    # No name goes on beyond a bracket: few pieces between them are long, and a pattern tries each dot.
    if isinstance(text, str):
        long = (piece for piece in text.split("(") if len(piece) > PARTS_AT_MOST)
        return any(piece.count(".") >= PARTS_AT_MOST and _LONG_NAME.search(piece) for piece in long)
    rest = (piece for piece in text.split(b"(") if len(piece) > PARTS_AT_MOST)
    return any(piece.count(b".") >= PARTS_AT_MOST and _LONG_NAME_BYTES.search(piece) for piece in rest)


def parse_python(text: str | bytes) -> ast.Module:
    """Return the tree of a module, also where its syntax is newer than the interpreter that runs this.

    Raises: SyntaxError, ValueError, RecursionError, MemoryError, as the parser does; RecursionError also for a long
        dotted name.
    """
    return parse_newer(text)[0]


def parse_newer(text: str | bytes) -> tuple[ast.Module, SyntaxError | None]:
    """Return the tree of a module, and why this interpreter would not run it if only a newer one does.

    Raises: as parse_python.
    """
    found = _kept.trees.pop(text, None)
    if found is None:
        found = _parse_newer(text)
        _kept.bytes += len(text)
    _kept.trees[text] = found  # the last one, now
    while _kept.bytes > _KEPT_AT_MOST:
        oldest = next(iter(_kept.trees))
        del _kept.trees[oldest]
        _kept.bytes -= len(oldest)
    return found


def _parse_newer(text: str | bytes) -> tuple[ast.Module, SyntaxError | None]:
    if has_long_name(text):
        raise RecursionError(f"a name of more than {PARTS_AT_MOST} parts")
    try:
        return _parse(text, "exec"), None
    except SyntaxError as error:
        from footprint.documents.newer_python import lowered

        older = lowered(text.decode("utf-8", "replace") if isinstance(text, bytes) else text)
        if older is None:
            raise
        try:
            return _parse(older, "exec"), error
        except SyntaxError:
            raise error from None


def try_python(text: str | bytes) -> ast.Module | None:
    """Return the tree of a module, None for what is none."""
    try:
        return parse_python(text)
    except _FAILURES:
        return None


def nodes_in(text: str | bytes) -> list[ast.AST]:
    """Return the nodes of a module, none of what is none."""
    tree = try_python(text)
    return nodes_of(tree) if tree is not None else []


def assigned(node: ast.AST) -> list[tuple[ast.expr, ast.expr]]:
    """Return the targets to which a node gives a value, with it: `a = b = 1`, `a: int = 1`, `(a := 1)`."""
    if not isinstance(node, (ast.Assign, ast.AnnAssign, ast.NamedExpr)) or node.value is None:
        return []
    return [(target, node.value) for target in (node.targets if isinstance(node, ast.Assign) else [node.target])]


def try_expression(text: str) -> ast.expr | None:
    """Return the tree of one expression, None for what is none."""
    try:
        tree: ast.Expression = _parse(text, "eval")
    except _FAILURES:
        return None
    return tree.body


def _parse(text: str | bytes, mode: str) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # invalid escapes in other people's files
        return ast.parse(text, mode=mode)


def parts_of(node: ast.AST) -> list[ast.AST]:
    """Return the parts of a node that can hold names, in source order: iter_child_nodes without the rest."""
    return (_readers.get(type(node)) or _reader_of(type(node)))(node)


def nodes_of(tree: ast.AST) -> list[ast.AST]:
    """Return a tree and all below it in the order of `ast.walk`, in a third of the time, without what is mute."""
    nodes, known = [tree], _readers.get
    for node in nodes:  # grows while it is walked
        nodes += (known(type(node)) or _reader_of(type(node)))(node)
    return nodes


def _reader_of(kind: type[ast.AST]) -> Callable[[Any], list[ast.AST]]:
    """Return what gives the parts of a kind of node: one expression, compiled, where its fields are known by kind."""
    signature = _SIGNATURE.fullmatch(kind.__doc__ or "")
    named = [field.split(" ") for field in signature[1].split(", ")] if signature else []
    if [name for _, name in filter(_is_pair, named)] != list(kind._fields):
        _readers[kind] = _read_any
        return _read_any
    parts = []
    for of, name in named:
        if of.rstrip("*?") in _NOT_NODES or name in MUTE_FIELDS:
            continue
        many = f"[each for each in node.{name} if each is not None]" if name in _HOLD_NONE else f"node.{name}"
        one = f"(() if node.{name} is None else (node.{name},))"
        parts.append(f"*{many}" if of.endswith("*") else f"*{one}" if of.endswith("?") else f"node.{name}")
    _readers[kind] = eval(f"lambda node: [{', '.join(parts)}]")
    return _readers[kind]


def _is_pair(field: list[str]) -> bool:
    return len(field) == 2


def _read_any(node: ast.AST) -> list[ast.AST]:
    """Return the parts of a kind of node that does not say what its fields hold."""
    parts: list[ast.AST] = []
    for field in node._fields:
        value = getattr(node, field, None) if field not in MUTE_FIELDS else None
        if isinstance(value, list):
            parts += [item for item in value if isinstance(item, ast.AST)]
        elif isinstance(value, ast.AST):
            parts.append(value)
    return parts


def statements_of(tree: ast.Module) -> list[ast.AST]:
    """Return the statements of a module and of all blocks in it, with these, in the order of `ast.walk`."""
    found: list[ast.AST] = [tree]
    for node in found:  # grows while it is walked
        for block in _BLOCKS:
            found += getattr(node, block, ())
    return found


def last_name(node: ast.AST) -> str:
    """Return `c` of `a.b.c` and of `f().c`, "" for anything else."""
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def text_of(node: ast.AST | None) -> str:
    """Return the text of a literal, "" for anything else."""
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def dotted_name(node: ast.AST) -> str | None:
    """Return `a.b.c` for a name or an attribute chain on a name, else None."""
    if isinstance(node, ast.Name):  # most
        return node.id
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):  # nearly all others
        return f"{node.value.id}.{node.attr}"
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return None
    parts.append(node.id)
    return ".".join(reversed(parts))


def string_of(node: ast.AST | None) -> str | None:
    """Return the text of a literal, None for anything else."""
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def key_of(node: ast.AST | None) -> str | int | None:
    """Return the literal by which an item is asked for, None for any other."""
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub) and isinstance(node.operand, ast.Constant):
        value = node.operand.value
        return -value if isinstance(value, int) else None
    value = node.value if isinstance(node, ast.Constant) else None
    return value if isinstance(value, (str, int)) else None


def argument_of(call: ast.Call, position: int, keyword: str) -> ast.expr | None:
    """Return what a call gives to a parameter."""
    for given in call.keywords:
        if given.arg == keyword:
            return given.value
    before = call.args[: position + 1]
    if 0 <= position < len(call.args) and not any(isinstance(item, ast.Starred) for item in before):
        return call.args[position]
    return None


def all_arguments(arguments: ast.arguments) -> list[ast.arg]:
    """Return every parameter of a signature."""
    extra = [argument for argument in (arguments.vararg, arguments.kwarg) if argument is not None]
    return [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, *extra]


def strings_in(value: ast.AST | None) -> list[str]:
    """Return the literal strings of a list, tuple or set, and of the literal parts of a sum of them."""
    if value is None:
        return []
    return [text for node in ast.walk(value) if (text := string_of(node)) is not None]


def imports_of(node: ast.AST) -> list[tuple[str, tuple[str, ...]]]:
    """Return the modules that an import statement names, each with what is taken from it; relative ones left out."""
    if isinstance(node, ast.Import):
        return [(alias.name, ()) for alias in node.names]
    if isinstance(node, ast.ImportFrom) and node.module and not node.level:
        return [(node.module, tuple(alias.name for alias in node.names))]
    return []


def catches(kind: ast.expr | None, names: Container[str]) -> bool:
    """Whether `except <kind>` catches an exception of one of these names; a bare except catches everything."""
    kinds = kind.elts if isinstance(kind, ast.Tuple) else [kind]
    return any(each is None or last_name(each) in names for each in kinds)


FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


def catches_import_error(kind: ast.expr | None) -> bool:
    """Whether `except <kind>` catches a failed import; a bare except catches everything."""
    return catches(kind, CATCHES_IMPORT_ERROR)


_ENDS = frozenset({"exit", "_exit", "quit"})


def is_an_end(node: ast.AST) -> bool:
    """Whether a node raises, or calls what ends the process."""
    return isinstance(node, ast.Raise) or (isinstance(node, ast.Call) and last_name(node.func) in _ENDS)


def gives_up(body: Iterable[ast.stmt]) -> bool:
    """Whether a block ends in an error or ends the process, whatever it finds: not what an `if` in it says."""
    return any(is_an_end(each.value if isinstance(each, ast.Expr) else each) for each in body)


def running(nodes: Iterable[ast.AST], closed: tuple[type[ast.AST], ...] = FUNCTIONS) -> Iterator[ast.AST]:
    """Yield what runs when these nodes do, in source order: all but what is below those of a `closed` kind."""
    pending = list(nodes)[::-1]
    while pending:
        node = pending.pop()
        yield node
        if not isinstance(node, closed):
            pending += list(ast.iter_child_nodes(node))[::-1]
