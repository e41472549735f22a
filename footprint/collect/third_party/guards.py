"""Guards that guard nothing: a failed import that is raised again, so that the module cannot do without it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Sequence

from footprint.documents.python_trees import FUNCTIONS, catches, last_name, running, try_python
from footprint.names import text_bytes

_CAUGHT = frozenset({"ImportError", "ModuleNotFoundError", "Exception", "BaseException"})
_ENDS = frozenset({"exit", "_exit", "quit"})
_CLOSED = (*FUNCTIONS, ast.ClassDef)


def find_raising_lines(data: bytes, lines: Iterable[int]) -> frozenset[int]:
    """Return those of `lines`, the lines of guarded imports, whose failing ends the module or function around them.

    That is: a handler raises or ends the process, at once or under a condition; or it takes a note of the failing, and
    a condition at the top of the module raises by that note. A note that only functions look at makes no difference
    before one of them is called.

    The statements around the imports are parsed alone: to parse a large module whole for each takes ten times as long.
    """
    rows = data.split(b"\n")
    found: set[int] = set()
    for line in lines:
        block = _block_around(rows, line)
        answer = None if block is None else _ask_block(data, rows, line, *block)
        if answer is None:
            return _of_tree(try_python(data))
        found.update([line] if answer else [])
    return frozenset(found)


def _of_tree(tree: ast.Module | None) -> frozenset[int]:
    """Return the lines of all imports of a module that its guards let fail."""
    if tree is None:
        return frozenset()
    late = _names_that_raise(tree)
    found: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Try) and any(_ends(each.body) or _notes(each) & late for each in _handlers(node)):
            found.update(_imports_of(node))
    return frozenset(found)


def _ask_block(data: bytes, rows: Sequence[bytes], line: int, begin: int, end: int) -> bool | None:
    """Return whether the guards between two rows let the import at `line` fail; None: only the whole module tells."""
    body = b"\n".join(rows[begin:end])
    is_inner = body[:1] in b" \t"
    tree = try_python(b"if 1:\n" + body if is_inner else body)
    if tree is None:
        return None
    own = line - begin + is_inner
    guards = [node for node in ast.walk(tree) if isinstance(node, ast.Try) and own in _imports_of(node)]
    if not guards:
        return None
    handlers = [handler for node in guards for handler in _handlers(node)]
    if any(_ends(handler.body) for handler in handlers):
        return True
    noted = {text_bytes(name) for handler in handlers for name in _notes(handler)}
    looked_at = re.compile(rb"^(?:if|assert)\b(?:.*\b(?:%s)\b|[^:]*$)" % b"|".join(map(re.escape, noted)), re.MULTILINE)
    return None if noted and looked_at.search(data) else False


def _block_around(rows: Sequence[bytes], line: int) -> tuple[int, int] | None:
    """Return the rows, from and until, of the outermost `try` around a line that runs with it, by their indentation."""
    if line > len(rows):
        return None
    place, begin = line - 1, None
    indent = _indent(rows[place])
    if rows[place].lstrip().startswith(b"try:"):
        begin = place
    while indent and place:
        place -= 1
        row = rows[place].strip()
        if not row or row.startswith(b"#") or _indent(rows[place]) >= indent:
            continue
        if row.startswith((b"def ", b"class ", b"async def ")):
            break
        indent = _indent(rows[place])
        begin = place if row.startswith(b"try:") else begin
    if begin is None:
        return None
    outer = _indent(rows[begin])
    end = begin + 1
    while end < len(rows):
        row = rows[end].strip()
        if row and _indent(rows[end]) <= outer and not row.startswith((b"#", b"except", b"else", b"finally", b")")):
            break
        end += 1
    return begin, end


def _indent(row: bytes) -> int:
    return len(row) - len(row.lstrip(b" \t"))


def _handlers(node: ast.Try) -> list[ast.ExceptHandler]:
    return [each for each in node.handlers if catches(each.type, _CAUGHT)]


def _imports_of(node: ast.Try) -> Iterable[int]:
    return {part.lineno for part in running(node.body, _CLOSED) if isinstance(part, (ast.Import, ast.ImportFrom))}


def _ends(body: Sequence[ast.stmt]) -> bool:
    return any(
        isinstance(node, ast.Raise) or (isinstance(node, ast.Call) and last_name(node.func) in _ENDS)
        for node in running(body, _CLOSED)
    )


def _notes(handler: ast.ExceptHandler) -> set[str]:
    """Return the names that a handler assigns: HAVE_X = False, x = None, _error = e."""
    parts = running(handler.body, _CLOSED)
    return {part.id for part in parts if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)}


def _names_that_raise(tree: ast.Module) -> frozenset[str]:
    """Return the names by which a condition at the top of the module raises."""
    found: set[str] = set()
    for node in tree.body:
        if isinstance(node, ast.Assert) or (isinstance(node, ast.If) and _ends(node.body)):
            found.update(part.id for part in ast.walk(node.test) if isinstance(part, ast.Name))
    return frozenset(found)
