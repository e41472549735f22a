"""Where in a function an import goes, and the block for type checkers."""

from __future__ import annotations

import ast
import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from typing import Any

from footprint.documents.python_trees import dotted_name
from footprint.edit.imports.import_statements import ImportStatement, own_comment, plain_text, statement_text
from footprint.edit.imports.name_uses import Function, NameUses
from footprint.edit.imports.source_text import PlacedText
from footprint.edit.text_edits import Edit
from footprint.values import dataclass

_TYPE_COMMENT = re.compile(r"\s*#\s*type:")
_INDENT = re.compile(r"^([ \t]+)\S", re.MULTILINE)
_TYPE_CHECKING = ("TYPE_CHECKING", "typing.TYPE_CHECKING")
_AT = re.compile(r"@[\s(\\]*\Z")


def insertion(
    source: PlacedText, function: Function, statements: Sequence[ImportStatement], body: Sequence[ast.stmt]
) -> Edit | None:
    """Return the edit that puts imports at the beginning of a function, after its docstring; None: no known place."""
    has_docstring = ast.get_docstring(function, clean=False) is not None
    if len(function.body) == has_docstring:
        return None
    first = function.body[has_docstring]
    start = _start(source, first)
    if start is None:
        return None
    line = bisect_right(source.starts, start)
    indent = source.text[source.starts[line - 1] : start]
    if indent.strip() or source.line(line - 1).rstrip("\r\n").endswith("\\"):
        return Edit(start, start, "".join(f"{plain_text(source, each)}; " for each in statements))
    while not source.line(line - 1).strip() or _is_comment(source, line - 1, function):
        line -= 1
    at = source.starts[line - 1]
    lines = [text for each in statements for text in _lines(source, each, indent, body)]
    if not isinstance(first, (ast.Import, ast.ImportFrom)) and source.line(line).strip():
        lines.append("")
    return Edit(at, at, "".join(f"{text}{source.newline}" for text in lines))


def _is_comment(source: PlacedText, line: int, function: Function) -> bool:
    text = source.line(line)
    return line > function.lineno and text.lstrip().startswith("#") and not _TYPE_COMMENT.match(text)


def _start(source: PlacedText, node: ast.stmt) -> int | None:
    """Return where a statement begins, with its decorators."""
    decorators = getattr(node, "decorator_list", [])
    if not decorators:
        return source.start_of(node)
    found = _AT.search(source.text, 0, source.start_of(decorators[0]))
    return found.start() if found else None


def _lines(source: PlacedText, statement: ImportStatement, indent: str, body: Sequence[ast.stmt]) -> list[str]:
    """Return the lines of an import with its comment, each with the indentation of where it goes."""
    comment = own_comment(source, statement, body)
    above = [source.line(line).strip() for line in range(comment[0], comment[1] + 1)] if comment else []
    text = statement_text(source, statement)
    return [f"{indent}{line}".rstrip() for line in (*above, *re.split(r"\r\n|\r|\n", text))]


@dataclass(frozen=True, slots=True)
class TypingBlock:
    """The copies under `if TYPE_CHECKING`: the edit, None where there is no place, and what it makes of the tree."""

    edit: Edit | None
    copies: tuple[ImportStatement, ...]
    existing: ast.If | None = None
    after: ast.stmt | None = None  # the statement that a new block follows; None: at the beginning
    imports_name: bool = False  # TYPE_CHECKING, too

    def apply(self, tree: ast.Module, twin: Mapping[int, Any]) -> None:
        """Change a tree as the edit changes the text; `twin` has its nodes by the ids of the first one's."""
        copies = [each.tree() for each in self.copies]
        if self.existing is not None:
            twin[id(self.existing)].body[0:0] = copies
            return
        at = tree.body.index(twin[id(self.after)]) + 1
        name = ast.ImportFrom(module="typing", names=[ast.alias(name="TYPE_CHECKING")], level=0)
        block = ast.If(test=ast.Name(id="TYPE_CHECKING", ctx=ast.Load()), body=copies, orelse=[])
        tree.body[at:at] = [*([name] if self.imports_name else []), block]


def typing_block(
    source: PlacedText, tree: ast.Module, copies: Sequence[ImportStatement], uses: NameUses
) -> TypingBlock:
    """Return where copies for type checkers go: into the block there is, else after the imports at the top."""
    is_block = (node for node in tree.body if isinstance(node, ast.If) and dotted_name(node.test) in _TYPE_CHECKING)
    existing = next(is_block, None)
    if existing is not None:
        return TypingBlock(_into_block(source, existing, copies), tuple(copies), existing)
    after = _last_import(tree)
    named = [each for each in uses.imported if each.name == "TYPE_CHECKING" and each.scope is uses.module]
    is_known = all(getattr(each.node, "module", "") == "typing" and each.node in tree.body for each in named)
    is_late = any(after is None or each.node.lineno > after.lineno for each in named)
    if after is None or is_late or not is_known or "TYPE_CHECKING" in uses.changed:
        return TypingBlock(None, tuple(copies))
    edit = _new_block(source, after, copies, imports_name=not named)
    return TypingBlock(edit, tuple(copies), None, after, not named)


def _into_block(source: PlacedText, existing: ast.If, copies: Sequence[ImportStatement]) -> Edit | None:
    first = existing.body[0]
    start = source.starts[first.lineno - 1]
    indent = source.text[start : source.start_of(first)]
    if indent.strip() or getattr(first, "decorator_list", None) or first.lineno == existing.lineno:
        return None
    return Edit(start, start, "".join(f"{indent}{plain_text(source, each)}{source.newline}" for each in copies))


def _new_block(
    source: PlacedText, after: ast.stmt, copies: Sequence[ImportStatement], *, imports_name: bool
) -> Edit | None:
    end = source.starts[after.end_lineno or after.lineno]
    rest = source.text[source.end_of(after) : end]
    if rest.strip() and not rest.lstrip().startswith("#"):
        return None
    goes = any(each.node is after and each.is_whole for each in copies)
    has_blank = not imports_name and goes and not source.line(after.lineno - 1).strip()
    lines = ["from typing import TYPE_CHECKING"] if imports_name else []
    lines += ["if TYPE_CHECKING:"] if has_blank else ["", "if TYPE_CHECKING:"]
    found = _INDENT.search(source.text)
    indent = "\t" if found is not None and found[1].startswith("\t") else "    "
    lines += [f"{indent}{plain_text(source, each)}" for each in copies]
    begin = "" if source.text[:end].endswith(("\n", "\r")) else source.newline
    return Edit(end, end, begin + "".join(f"{line}{source.newline}" for line in lines))


def _last_import(tree: ast.Module) -> ast.stmt | None:
    """Return the last of the imports that the module begins with."""
    found = None
    for at, node in enumerate(tree.body):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            found = node
        elif at or not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)):
            break
    return found
