"""Tests of the interpreter, the platform and of what is loaded: `os.name == "nt"`, `"pytest" in sys.modules`.

Laws: what is kept of an `if` is what its branch cannot run without; the rest of the test is left out, so that a false
condition is proof that the branch does not run. It is evaluated elsewhere, for the target.
A flag of the target is a name that stands for such a fact: `WINDOWS = os.name == "nt"`, `from sys import platform`.
It is bound once in the whole file, at its top level and under no condition; any other may be anything.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterable, Iterator, Mapping

from footprint.documents.python_trees import assigned, dotted_name, nodes_of, try_expression, try_python
from footprint.knowledge.target_facts import LOADED, TARGET_FLAGS, TARGET_VALUES
from footprint.late import late_pattern
from footprint.values import dataclass, field

_MOST_ITEMS = 20
_DEPTH_AT_MOST = 20  # of `not`, `and`, `or`, and of what a value is taken from
_LONGEST = 400  # of all conditions around one statement: a chain of elif adds one for each
_NAME = late_pattern(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*")
_LOOKUPS = frozenset({"startswith", "endswith"})
_CHANGES = frozenset({"lower", "upper"})
_OPERATORS = (ast.Eq, ast.NotEq, ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.In, ast.NotIn)
_OPPOSITES: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq,
    ast.Lt: ast.GtE,
    ast.Gt: ast.LtE,
    ast.In: ast.NotIn,
}
_OPPOSITES |= {opposite: operator for operator, opposite in _OPPOSITES.items()}


def conditions_of(test: ast.expr) -> tuple[str | None, str | None]:
    """Return what the target must be for the body and for the else of an `if` to run, None where nothing is known.

    Shape: a Python expression that is safe to stand in an `and`.
    """
    if not _asks_of_target(test):  # nearly all
        return None, None
    return _shown(_needed(test, wanted=True)), _shown(_needed(test, wanted=False))


def _asks_of_target(test: ast.expr, depth: int = 0) -> bool:
    """Whether any part of a test is known: without one nothing is needed, whichever way it comes out."""
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        return depth < _DEPTH_AT_MOST and _asks_of_target(test.operand, depth + 1)
    if isinstance(test, ast.BoolOp):
        return depth < _DEPTH_AT_MOST and any(_asks_of_target(value, depth + 1) for value in test.values)
    return _is_known(test) or _asks_if_loaded(test) is not None


def both(outer: str | None, inner: str | None) -> str | None:
    """Return what must hold where both do; without `inner` when that would become long."""
    if outer is None or inner is None or inner == outer:
        return outer or inner
    return outer if len(outer) + len(inner) > _LONGEST else f"{outer} and {inner}"


def _shown(node: ast.expr | None) -> str | None:
    if node is None:
        return None
    text = ast.unparse(node)
    if len(text) > _LONGEST:
        return None
    return f"({text})" if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.Or) else text


def _needed(test: ast.expr, *, wanted: bool, depth: int = 0) -> ast.expr | None:
    """Return what must hold for `test` to come out as wanted, None if nothing that is known."""
    if depth > _DEPTH_AT_MOST:
        return None
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        return _needed(test.operand, wanted=not wanted, depth=depth + 1)
    if isinstance(test, ast.BoolOp):
        parts = [_needed(value, wanted=wanted, depth=depth + 1) for value in test.values]
        known = [part for part in parts if part is not None]
        if isinstance(test.op, ast.And) is wanted:  # all of them; not (a or b) is not a and not b
            return ast.BoolOp(ast.And(), known) if len(known) > 1 else next(iter(known), None)
        return ast.BoolOp(ast.Or(), known) if len(known) == len(parts) else None
    if (loaded := _asks_if_loaded(test)) is not None:
        return loaded if wanted else _opposite(loaded)
    if not _is_known(test):
        return None
    return test if wanted else _opposite(test)


def _asks_if_loaded(test: ast.expr) -> ast.Compare | None:
    """Return `"x" in sys.modules`, or `not in`, where a test asks that, however it is spelled."""
    match test:
        case ast.Compare(left=ast.Constant(value=str() as name), ops=[ast.In() | ast.NotIn()], comparators=[modules]):
            return test if _is_loaded_table(modules) and _NAME.fullmatch(name) else None
        case ast.Compare(left=call, ops=[ast.Is() | ast.IsNot() as how], comparators=[ast.Constant(value=None)]):
            found = _looked_up(call)
            return found if found is None or isinstance(how, ast.IsNot) else _opposite_of_comparison(found)
        case _:
            return _looked_up(test)


def _looked_up(node: ast.expr) -> ast.Compare | None:
    """Return `"x" in sys.modules` for `sys.modules.get("x")`."""
    match node:
        case ast.Call(func=ast.Attribute(attr="get", value=modules), args=[ast.Constant(value=str() as name)]):
            is_plain = not node.keywords and _is_loaded_table(modules) and _NAME.fullmatch(name)
            return ast.Compare(node.args[0], [ast.In()], [modules]) if is_plain else None
        case _:
            return None


def _is_loaded_table(node: ast.expr) -> bool:
    return isinstance(node, ast.Attribute) and dotted_name(node) == LOADED


def _opposite(test: ast.expr) -> ast.expr:
    if isinstance(test, ast.Compare) and len(test.ops) == 1:
        return _opposite_of_comparison(test)
    return ast.UnaryOp(ast.Not(), test)


def _opposite_of_comparison(test: ast.Compare) -> ast.Compare:
    return ast.Compare(test.left, [_OPPOSITES[type(test.ops[0])]()], test.comparators)


def _is_known(test: ast.expr) -> bool:
    """Whether a test compares facts of the target with literals and does nothing else."""
    if isinstance(test, ast.Compare):
        sides = [test.left, *test.comparators]
        if not any(map(is_value, sides)):
            return False
        plain = all(isinstance(operator, _OPERATORS) for operator in test.ops)
        return plain and all(is_value(side) or _is_literal(side) for side in sides)
    if isinstance(test, ast.Call) and isinstance(test.func, ast.Attribute) and test.func.attr in _LOOKUPS:
        return len(test.args) == 1 and not test.keywords and _is_literal(test.args[0]) and is_value(test.func.value)
    return (dotted_name(test) or "").rpartition(".")[2] in TARGET_FLAGS


def is_value(node: ast.expr, depth: int = 0) -> bool:
    """Whether an expression is a fact of the target, or a part of one."""
    if depth > _DEPTH_AT_MOST:
        return False
    if isinstance(node, ast.Subscript):
        index = node.slice
        bounds = (index.lower, index.upper, index.step) if isinstance(index, ast.Slice) else (index,)
        is_plain = all(bound is None or isinstance(bound, ast.Constant) for bound in bounds)
        return is_plain and is_value(node.value, depth + 1)
    if isinstance(node, ast.Call):
        if node.args or node.keywords:
            return False
        changed = node.func.value if isinstance(node.func, ast.Attribute) and node.func.attr in _CHANGES else None
        return is_value(changed, depth + 1) if changed is not None else f"{dotted_name(node.func)}()" in TARGET_VALUES
    return dotted_name(node) in TARGET_VALUES


def _is_literal(node: ast.expr) -> bool:
    if isinstance(node, (ast.Tuple, ast.List, ast.Set)):
        return len(node.elts) <= _MOST_ITEMS and all(isinstance(item, ast.Constant) for item in node.elts)
    return isinstance(node, ast.Constant) and isinstance(node.value, (str, int)) and len(str(node.value)) < _LONGEST


_PARTS = {tuple(name.rstrip("()").split(".")[:2]) for name in TARGET_VALUES}
_OWNERS = frozenset(owner for owner, _ in _PARTS)
_FACT = re.compile(
    rb"version_info|sys\.modules\b|\.(?:platform|hexversion|implementation)\b|os\.name|platform\.\w+\(|\bPY[23]\b"
)
_IMPORT = late_pattern(rb"^(?:from[ \t]+(sys|os|platform)[ \t]+)?import\b[ \t]*(\([^)]*\)|[^\n]*)", re.MULTILINE)
_IMPORTED = late_pattern(rb"(\w+)(?:\s+as\s+(\w+))?")
# With the lines that continue it: indented, or a closing bracket.
_ASSIGNED = late_pattern(rb"^(\w+)[ \t]*(?::[^=\n]*)?=(?!=)([^\n]*(?:\n[ \t)\]}][^\n]*)*)", re.MULTILINE)
# Plain searches and patterns that begin with a word: nearly every file is asked.
_FACTS = (
    b"version_info",
    b"sys.modules",
    b".platform",
    b".hexversion",
    b".implementation",
    b"os.name",
    b"platform.",
    b"PY2",
    b"PY3",
)
OF_TARGET = frozenset({"sys", "os", "platform"})
_WORD = late_pattern(rb"\w+")
# Where a name is read for certain: in a test or a value, before a dot, as a text.
_BEFORE_READ = late_pattern(rb"(?:\b(?:if|elif|and|or|not|while|return)|=)[ \t]*(?:\(\s*)?\Z|['\"]\Z")
_AFTER_BOUND = late_pattern(rb"[ \t)]*(?::?=(?!=)|,)")
_BEFORE_OWNER = late_pattern(rb"(?:^|[=(\[:]|\b(?:if|elif|and|or|not|in|return))[ \t]*\Z", re.MULTILINE)
_NEAR = 40
_BINDS_NOTHING = (ast.Constant, ast.Attribute, ast.Call, ast.Expr, ast.keyword)  # most nodes


def flag_names(data: bytes, *, renames: bool) -> frozenset[str]:
    """Return the names that a file may bind to a fact of the target: more of them rather than fewer.

    `renames` says whether it imports a module of OF_TARGET by another name, or from one.
    """
    names = {alias or name for name, alias in _from_imports(data)} if renames else set[bytes]()
    if not names and not any(word in data for word in _FACTS):
        return frozenset()
    left = [(name, value) for name, value in _ASSIGNED.findall(data) if names or _FACT.search(value)]
    names |= {name for name, value in left if _FACT.search(value)}
    known = 0
    while names and known != len(names):  # what is made of such a name is one, too
        known = len(names)
        names |= {name for name, value in left if name not in names and not names.isdisjoint(_WORD.findall(value))}
    return frozenset(name.decode("ascii", "replace") for name in names)


def with_plain_flags(test: str, names: Collection[str], data: bytes) -> str | None:
    """Return the text of a test with what such names of a file stand for; None where only a tree tells it.

    The text tells what a name stands for that is bound at one place and elsewhere only read, in the usual ways.
    """
    for name in names:
        places = [found.span() for found in re.finditer(rb"%b(?!\w)" % re.escape(name.encode()), data)]
        others = [place for place in places if not _is_read(data, *place)]
        value = _plain_value(name.encode(), data) if len(others) == 1 and b"import *" not in data else None
        if value is None:
            return None
        test = re.sub(rf"(?<![\w.]){re.escape(name)}(?!\w)", f"({value})".replace("\\", r"\\"), test)
    return test


def _is_read(data: bytes, start: int, end: int) -> bool:
    before = data[max(0, start - _NEAR) : start]
    if before[-1:].isalnum() or before[-1:] in (b"_", b"."):
        return True  # the end of another name, or an attribute
    if data[end : end + 1] == b".":
        return _BEFORE_OWNER.search(before) is not None
    is_text = before[-1:] in (b"'", b'"')
    return _BEFORE_READ.search(before) is not None and (is_text or _AFTER_BOUND.match(data, end) is None)


def _plain_value(name: bytes, data: bytes) -> str | None:
    """Return the text of the fact that a file binds to a name."""
    assigned = next((value for bound, value in _ASSIGNED.findall(data) if bound == name), None)
    if assigned is not None:
        meant = try_expression(f"({assigned.decode('utf-8', 'replace')}\n)")
        is_fact = meant is not None and (is_value(meant) or conditions_of(meant) != (None, None))
        return ast.unparse(meant) if meant is not None and is_fact else None
    imported = [node for found in _IMPORT.finditer(data) for node in _statement(found[0]) if name in found[0]]
    return next((ast.unparse(meant) for bound, meant, _ in _bound_at_top(imported) if bound == name.decode()), None)


def _statement(text: bytes) -> list[ast.stmt]:
    tree = try_python(text)
    return tree.body if tree is not None else []


def _from_imports(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield (name, alias) of what is imported and may stand for a fact."""
    for owner, names in _IMPORT.findall(data):
        for name, alias in _IMPORTED.findall(names):
            if (owner.decode(), name.decode("ascii", "replace")) in _PARTS or (
                not owner and alias and name.decode("ascii", "replace") in _OWNERS
            ):
                yield name, alias


@dataclass(frozen=True, slots=True)
class Flags:
    """The names of a file that stand for a fact of the target, with what they stand for."""

    values: Mapping[str, ast.expr] = field(default_factory=dict)

    def conditions_of(self, test: ast.expr) -> tuple[str | None, str | None]:
        """Return what the target must be for the branches of an `if`, as `target_tests.conditions_of` does."""
        return conditions_of(_with_values(test, self.values))


def find_flags(tree: ast.Module) -> Flags:
    """Return the flags of a file."""
    found: dict[str, ast.expr] = {}
    for name, value, is_import in _bound_at_top(tree.body):
        meant = _with_values(value, found)
        if is_import or is_value(meant) or conditions_of(meant) != (None, None):
            found[name] = meant
    counts = dict.fromkeys(found, 0)
    for node in nodes_of(tree) if found else ():
        if not isinstance(node, _BINDS_NOTHING):
            for name in _bound_by(node):
                if name in counts:
                    counts[name] += 1
    return Flags({name: value for name, value in found.items() if counts[name] == 1})


def _with_values(test: ast.expr, flags: Mapping[str, ast.expr]) -> ast.expr:
    """Return a test with what its names stand for in their places."""
    if not flags or not any(isinstance(node, ast.Name) and node.id in flags for node in nodes_of(test)):
        return test
    copied = try_expression(ast.unparse(test))
    placed = _Placed(flags).visit(copied) if copied is not None else test
    return placed if isinstance(placed, ast.expr) else test


class _Placed(ast.NodeTransformer):
    def __init__(self, flags: Mapping[str, ast.expr]) -> None:
        self._flags = flags

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return self._flags.get(node.id, node)


def _bound_at_top(statements: Iterable[ast.stmt]) -> Iterator[tuple[str, ast.expr, bool]]:
    """Yield (name, what it stands for, whether it is imported) of what may be such a name."""
    for node in statements:
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            owner = getattr(node, "module", None)
            for alias in node.names:
                is_part = (owner, alias.name) in _PARTS and not getattr(node, "level", 0)
                if is_part or (owner is None and alias.asname and alias.name in _OWNERS):
                    meant = try_expression(f"{owner}.{alias.name}" if is_part else alias.name)
                    yield alias.asname or alias.name, meant or ast.Name(alias.name, ast.Load()), True
        elif len(pairs := assigned(node)) == 1 and isinstance(target := pairs[0][0], ast.Name):
            yield target.id, pairs[0][1], False


def _bound_by(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
        yield node.id
    elif isinstance(node, ast.alias):
        yield node.asname or node.name.partition(".")[0]
    elif isinstance(node, ast.arg):
        yield node.arg
    elif isinstance(node, (ast.Global, ast.Nonlocal)):
        yield from node.names
    elif isinstance(name := getattr(node, "name", None), str):  # a function, a class, except ... as name, case name
        yield name
