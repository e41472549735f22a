"""Import statements of a module by their text: what they bind, and how one of them, or a part, is taken out."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator, Sequence

from footprint.edit.imports.source_text import PlacedText
from footprint.edit.text_edits import Edit
from footprint.values import dataclass

Import = ast.Import | ast.ImportFrom
_REST = re.compile(r"[ \t\f]*(;)?[ \t\f]*(#[^\r\n]*)?(?:\r\n|\r|\n|\Z)")
_JOINED = re.compile(r"[ \t\f]*;(?:[ \t\f]|\\\r?\n)*")
_COMMENT = re.compile(r"[ \t\f]*#")
_STAYS = re.compile(r"#\s*(?:isort|fmt|yapf|ruff|pylint|mypy|flake8|type|-\*-|!|region|endregion|pragma)|#!|#\s*coding")


@dataclass(frozen=True, slots=True)
class ImportStatement:
    """One import statement at the top level of a module, and which of its aliases are taken out of it."""

    node: Import
    taken: tuple[ast.alias, ...]

    @property
    def is_whole(self) -> bool:
        """Whether nothing is left of it."""
        return len(self.taken) == len(self.node.names)

    def tree(self) -> ast.stmt:
        """Return a statement that brings what is taken."""
        if isinstance(self.node, ast.Import):
            return ast.Import(names=list(self.taken))
        return ast.ImportFrom(module=self.node.module, names=list(self.taken), level=self.node.level)

    @property
    def bound(self) -> tuple[str, ...]:
        """The names that the taken aliases bind."""
        return tuple(dict.fromkeys(bound_name(self.node, alias) for alias in self.taken))


def bound_name(node: Import, alias: ast.alias) -> str:
    """Return the name that an alias binds."""
    if alias.asname or isinstance(node, ast.ImportFrom):
        return alias.asname or alias.name
    return alias.name.partition(".")[0]


def _is_alone(source: PlacedText, node: ast.stmt) -> bool:
    """Whether nothing else stands on the lines of a statement but a comment."""
    start, end = source.start_of(node), source.end_of(node)
    rest = _REST.match(source.text, end)
    before = source.text[source.starts[node.lineno - 1] : start]
    return not before.strip(" \t\f") and rest is not None and not source.line(node.lineno - 1).rstrip().endswith("\\")


def statement_text(source: PlacedText, statement: ImportStatement) -> str:
    """Return the statement that brings what is taken, as written where all of it goes, without its indentation."""
    node = statement.node
    if statement.is_whole:
        text = source.text[source.start_of(node) : source.end_of(node)]
        rest = _REST.match(source.text, source.end_of(node)) if _is_alone(source, node) else None
        return f"{text}  {rest[2]}" if rest is not None and rest[2] else text
    return plain_text(source, statement)


def plain_text(source: PlacedText, statement: ImportStatement) -> str:
    """Return the same on one line and without comments."""
    aliases = ", ".join(f"{alias.name} as {alias.asname}" if alias.asname else alias.name for alias in statement.taken)
    if isinstance(statement.node, ast.Import):
        return f"import {aliases}"
    return f"from {'.' * statement.node.level}{statement.node.module or ''} import {aliases}"


def own_comment(source: PlacedText, statement: ImportStatement, body: Sequence[ast.stmt]) -> tuple[int, int] | None:
    """Return the first and last line of a comment above the statement that speaks of it alone, None without one.

    It does where the statement goes whole, stands under it, and a blank line or the end follows. What stands at the
    top of a file, or speaks to a tool, stays.
    """
    node = statement.node
    if not (statement.is_whole and _is_alone(source, node)):
        return None
    first = node.lineno
    while first > 1 and _COMMENT.match(source.line(first - 1)):
        first -= 1
    above = source.line(first - 1)
    below = source.line((node.end_lineno or node.lineno) + 1)
    follows = any(other.lineno == (node.end_lineno or 0) + 1 for other in body)
    if first in (node.lineno, 1) or above.strip() or follows or below.strip():
        return None
    lines = range(first, node.lineno)
    return None if any(_STAYS.match(source.line(line).lstrip()) for line in lines) else (first, node.lineno - 1)


def removals(
    source: PlacedText, statements: Collection[ImportStatement], body: Sequence[ast.stmt], followed: int | None = None
) -> list[Edit]:
    """Return the edits that take these statements, or the named parts of them, out of the module.

    Blank lines beside them do not add up, but where something else comes in their place: at the index `followed`.
    """
    whole = {id(statement.node) for statement in statements if statement.is_whole}
    parts, lines = list[Edit](), list[Edit]()
    for statement in sorted(statements, key=lambda each: (each.node.lineno, each.node.col_offset)):
        if not statement.is_whole:
            parts += _alias_removals(source, statement)
            continue
        edit = _whole_removal(source, statement, body, whole)
        is_lines = edit.start in source.starts and edit.end in source.starts
        if is_lines and lines and edit.start <= lines[-1].end:
            lines[-1] = Edit(lines[-1].start, max(edit.end, lines[-1].end))
        else:
            (lines if is_lines else parts).append(edit)
    return [*parts, *(edit if edit.end == followed else _with_blank(source, edit) for edit in lines)]


def _are_joined(source: PlacedText, one: ast.stmt, other: ast.stmt) -> bool:
    """Whether a semicolon stands between two statements."""
    return _JOINED.fullmatch(source.text, source.end_of(one), source.start_of(other)) is not None


def _whole_removal(source: PlacedText, statement: ImportStatement, body: Sequence[ast.stmt], whole: set[int]) -> Edit:
    node = statement.node
    start, end = source.start_of(node), source.end_of(node)
    if _is_alone(source, node):
        rest = _REST.match(source.text, end)
        comment = own_comment(source, statement, body)
        first = source.starts[(comment[0] if comment else node.lineno) - 1]
        return Edit(first, rest.end() if rest is not None else end)
    at = next(index for index, other in enumerate(body) if other is node)
    if at + 1 < len(body) and _are_joined(source, node, body[at + 1]):
        return Edit(start, source.start_of(body[at + 1]))
    first = at
    while first and _are_joined(source, body[first - 1], body[first]):
        first -= 1
        if id(body[first]) not in whole:
            return Edit(source.end_of(body[first]), end)
    rest = _REST.match(source.text, end)
    return Edit(source.starts[body[first].lineno - 1], rest.end() if rest is not None else end)


def _with_blank(source: PlacedText, edit: Edit) -> Edit:
    """Return the removal of whole lines with blank lines beside them, so that those above and below do not add up."""
    first, last = source.starts.index(edit.start), source.starts.index(edit.end)
    above = below = 0
    while above < first and not source.line(first - above).strip():
        above += 1
    while last + below + 1 < len(source.starts) and not source.line(last + below + 1).strip():
        below += 1
    if first - above == 0:
        return Edit(edit.start, source.starts[last + below])
    return Edit(source.starts[first - min(above, below)], edit.end)


def _alias_removals(source: PlacedText, statement: ImportStatement) -> Iterator[Edit]:
    names = statement.node.names
    taken = {id(alias) for alias in statement.taken}
    for at, alias in enumerate(names):
        if id(alias) not in taken:
            continue
        start, end = source.start_of(alias), source.end_of(alias)
        line = _own_line(source, alias)
        if line is not None:
            yield Edit(*line)
        elif any(id(other) not in taken for other in names[at + 1 :]):
            yield Edit(start, source.start_of(names[at + 1]))
        else:  # all after it go as well
            kept = next(other for other in reversed(names[:at]) if id(other) not in taken)
            between = source.text[source.end_of(kept) : start]
            if "#" in between:
                comma = re.compile(r"\s*,").match(source.text, end)
                yield Edit(start, comma.end() if comma else end)
            else:
                yield Edit(source.end_of(kept), end)


def _own_line(source: PlacedText, alias: ast.alias) -> tuple[int, int] | None:
    """Return the line of an alias that stands alone on it between brackets, with its comma and its comment."""
    first, last = source.starts[alias.lineno - 1], source.starts[alias.end_lineno or alias.lineno]
    line = source.text[first:last]
    before, after = source.text[first : source.start_of(alias)], source.text[source.end_of(alias) : last]
    if before.strip() or not re.fullmatch(r"[ \t\f]*,[ \t\f]*(?:#.*)?(?:\r\n|\r|\n)", after):
        return None
    return (first, last) if not line.rstrip().endswith("\\") else None
