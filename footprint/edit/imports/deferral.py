"""An import moved from the top of a module into the functions that use it.

Laws: no line is formatted anew; what moves keeps its comment, its aliases and its layout. The new text is parsed and
compared with the old tree, changed as it was meant to be: what differs in anything else is refused.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import NamedTuple

from footprint.documents.python_trees import nodes_of
from footprint.edit.imports.import_checks import check
from footprint.edit.imports.import_statements import ImportStatement, bound_name, removals
from footprint.edit.imports.imported_name import ImportedName, ModuleAround
from footprint.edit.imports.insertions import TypingBlock, insertion, typing_block
from footprint.edit.imports.lazy_forms import Comparable, lazy_edits
from footprint.edit.imports.name_uses import Function, NameUses, find_uses
from footprint.edit.imports.refusals import Obstacle, Refusal
from footprint.edit.imports.source_text import FAILURES, PlacedText, parse, read_text
from footprint.edit.text_edits import Edit
from footprint.model.deferrals import DeferralForm
from footprint.values import dataclass

_COMPOUND = (ast.If, ast.Try, ast.With, ast.For, ast.While, ast.AsyncWith, ast.AsyncFor)
# What a lazy import leaves as it was: the name stays in the module, and is looked up when it is used.
_ONLY_MOVED = frozenset({Obstacle.LAMBDA, Obstacle.HINTS_READ, Obstacle.TAKEN, Obstacle.NAMED, Obstacle.PRIVATE})


class Wanted(NamedTuple):
    """An import to defer: a line of its statement, and the names that it binds, none for all of them."""

    line: int
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Deferred:
    """An import that the new text has elsewhere. `functions` are dotted names; none for the lazy forms."""

    line: int
    names: tuple[str, ...]
    functions: tuple[str, ...]
    for_types: bool = False  # a copy stands under `if TYPE_CHECKING`


@dataclass(frozen=True, slots=True)
class Left:
    """An import that stays, and why."""

    wanted: Wanted
    refusal: Refusal


@dataclass(frozen=True, slots=True)
class DeferredModule:
    """The text of a module after the edit, the old one where nothing was deferred."""

    text: str
    deferred: tuple[Deferred, ...] = ()
    left: tuple[Left, ...] = ()


def defer_imports(
    text: str, wanted: Sequence[Wanted], around: ModuleAround, form: DeferralForm = "move"
) -> DeferredModule:
    """Return the text of a module with these imports deferred, and which of them stay and why.

    Each import stands or goes by itself. Raises nothing: what cannot be read or edited stays.
    """
    source = read_text(text)
    try:
        tree = parse(source.text)
    except FAILURES as error:
        line = getattr(error, "lineno", None) or 1
        return DeferredModule(text, left=tuple(Left(each, Refusal(Obstacle.NOT_PYTHON, line)) for each in wanted))
    module = _Module(source, tree, find_uses(tree), nodes_of(tree), around, form)
    return module.defer(wanted)


class _Chosen(NamedTuple):
    wanted: Wanted
    statement: ImportStatement
    names: tuple[ImportedName, ...]


class _Module(NamedTuple):
    source: PlacedText
    tree: ast.Module
    uses: NameUses
    nodes: list[ast.AST]
    around: ModuleAround
    form: DeferralForm

    def defer(self, wanted: Sequence[Wanted]) -> DeferredModule:
        """Choose what can go, edit, and compare; what does not compare is tried one by one."""
        left, chosen = list[Left](), list[_Chosen]()
        for each in wanted:
            found = self._choose(each)
            if isinstance(found, Refusal):
                left.append(Left(each, found))
            else:
                chosen.append(found)
        chosen = self._together(chosen, left)
        made = self._made(chosen)
        if made is None and len(chosen) > 1:  # one of them cannot be laid out
            for one in list(chosen):
                if self._made([one]) is None:
                    chosen.remove(one)
                    left.append(self._not_laid_out(one.wanted))
            made = self._made(chosen)
        if made is None:
            left += [self._not_laid_out(each.wanted) for each in chosen]
            return DeferredModule(self.source.mark + self.source.text, left=tuple(left))
        return DeferredModule(made, tuple(self._told(each) for each in chosen), tuple(left))

    def _not_laid_out(self, wanted: Wanted) -> Left:
        return Left(wanted, Refusal(Obstacle.LAZY_LIST if self.form == "listed" else Obstacle.LAYOUT, wanted.line))

    # Which

    def _choose(self, wanted: Wanted) -> _Chosen | Refusal:
        node = next(
            (
                each
                for each in self.tree.body
                if isinstance(each, (ast.Import, ast.ImportFrom))
                and each.lineno <= wanted.line <= (each.end_lineno or each.lineno)
                and (not wanted.names or {bound_name(each, alias) for alias in each.names} >= set(wanted.names))
            ),
            None,
        )
        if node is None:
            return self._elsewhere(wanted)
        aliases = tuple(alias for alias in node.names if not wanted.names or bound_name(node, alias) in wanted.names)
        names = tuple(ImportedName(node, alias, self.uses, self.nodes, self.around) for alias in aliases)
        without = _ONLY_MOVED if self.form != "move" else ()
        refusal = next((found for name in names if (found := check(name, without)) is not None), None)
        return refusal or _Chosen(wanted, ImportStatement(node, aliases), names)

    def _elsewhere(self, wanted: Wanted) -> Refusal:
        """Say why no statement at the top level is meant."""
        name = wanted.names[0] if wanted.names else ""
        found = [
            each.scope
            for each in self.uses.imported
            if each.node.lineno <= wanted.line <= (each.node.end_lineno or each.node.lineno)
            and (not wanted.names or each.name in wanted.names)
            and each.node not in self.tree.body
        ]
        kinds = {scope.kind for scope in found}
        if "function" in kinds:
            return Refusal(Obstacle.IN_FUNCTION, wanted.line, name)
        if kinds:
            return Refusal(Obstacle.IN_CLASS if "class" in kinds else Obstacle.CONDITIONAL, wanted.line, name)
        return Refusal(Obstacle.NO_IMPORT, wanted.line, name)

    def _together(self, chosen: list[_Chosen], left: list[Left]) -> list[_Chosen]:
        """Keep only those whose names no import binds that stays: `import a.b` and `import a.c` go together."""
        while True:
            going = {id(name.alias) for each in chosen for name in each.names}
            stays = [(each, other) for each in chosen if (other := self._other_binding(each, going)) is not None]
            if not stays:
                return chosen
            for each, refusal in stays:
                chosen.remove(each)
                left.append(Left(each.wanted, refusal))

    def _other_binding(self, chosen: _Chosen, going: set[int]) -> Refusal | None:
        for name in chosen.names:
            for other in self.uses.imported:
                if other.name != name.name or other.scope is not self.uses.module or other.alias is name.alias:
                    continue
                plain = all(isinstance(each.node, ast.Import) and not each.alias.asname for each in (name, other))
                if not plain or id(other.alias) not in going:
                    return Refusal(Obstacle.BOUND_TWICE, other.node.lineno, name.name)
        return None

    # The edit

    def _made(self, chosen: list[_Chosen]) -> str | None:
        """Return the new text, None where it is not what it should be."""
        statements = _merged(chosen)
        if not statements:
            return self.source.mark + self.source.text
        if self.form != "move":
            lazy = lazy_edits(self.source, self.tree, statements, self.form)
            return None if lazy is None else self._compared(lazy.edits, lazy.expected, lazy.comparable)
        into = self._into(chosen)
        block = self._typing(chosen)
        if block is not None and block.edit is None:
            return None
        beside = block.edit.start if block is not None and block.edit is not None else None
        edits = removals(self.source, statements, self.tree.body, beside)
        for function, those in into.items():
            edit = insertion(self.source, function, those, self.tree.body)
            if edit is None:
                return None
            edits.append(edit)
        edits += [block.edit] if block is not None and block.edit is not None else []
        expected = _expected(self.source.text, self.tree, statements, into, block)
        return self._compared(edits, expected, lambda new: new)

    def _into(self, chosen: list[_Chosen]) -> dict[Function, list[ImportStatement]]:
        """Return what goes into each function, in the order of the file."""
        found: dict[Function, list[ImportStatement]] = {}
        for each in sorted(chosen, key=lambda each: (each.statement.node.lineno, each.statement.node.col_offset)):
            taken: dict[Function, list[ast.alias]] = {}
            for name in each.names:
                for target in name.targets():
                    if isinstance(target.node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                        taken.setdefault(target.node, []).append(name.alias)
            for function, aliases in taken.items():
                found.setdefault(function, []).append(ImportStatement(each.statement.node, tuple(aliases)))
        return found

    def _typing(self, chosen: list[_Chosen]) -> TypingBlock | None:
        copies = [ImportStatement(each.statement.node, named) for each in chosen if (named := _for_types(each))]
        if not copies:
            return None
        return typing_block(self.source, self.tree, copies, self.uses)

    def _told(self, chosen: _Chosen) -> Deferred:
        targets = {id(scope): scope for name in chosen.names for scope in name.targets()}.values()
        functions = tuple(scope.dotted for scope in targets) if self.form == "move" else ()
        for_types = self.form == "move" and bool(_for_types(chosen))
        return Deferred(chosen.statement.node.lineno, chosen.statement.bound, functions, for_types)

    def _compared(self, edits: Sequence[Edit], expected: ast.Module, comparable: Comparable) -> str | None:
        new = self.source.replaced(edits)
        try:
            made = parse(comparable(new.removeprefix("\ufeff")))
            return new if ast.dump(made) == ast.dump(expected) else None
        except FAILURES:
            return None


def _for_types(chosen: _Chosen) -> tuple[ast.alias, ...]:
    """Return the aliases that annotations name where the moved import does not reach them."""
    found = []
    for name in chosen.names:
        into = {id(scope) for scope in name.targets()}
        if any(not any(id(scope) in into for scope in hint.scope.functions()) for hint in name.hints):
            found.append(name.alias)
    return tuple(found)


def _merged(chosen: Sequence[_Chosen]) -> list[ImportStatement]:
    """Return one item per statement, with all that is taken out of it."""
    nodes = dict.fromkeys(each.statement.node for each in chosen)
    going = {alias for each in chosen for alias in each.statement.taken}
    return [ImportStatement(node, tuple(alias for alias in node.names if alias in going)) for node in nodes]


def _expected(
    text: str,
    tree: ast.Module,
    statements: Sequence[ImportStatement],
    into: dict[Function, list[ImportStatement]],
    block: TypingBlock | None,
) -> ast.Module:
    """Return the tree that the new text must have."""
    copy = parse(text)
    twin = {id(old): new for old, new in zip(ast.walk(tree), ast.walk(copy), strict=True)}
    for function, those in into.items():
        body = twin[id(function)].body  # type: ignore[attr-defined]
        at = 1 if ast.get_docstring(function, clean=False) is not None else 0
        body[at:at] = [each.tree() for each in those]
    if block is not None:
        block.apply(copy, twin)
    for statement in statements:
        node = twin[id(statement.node)]
        left = [alias for alias in statement.node.names if alias not in statement.taken]
        if left:
            node.names = [twin[id(alias)] for alias in left]  # type: ignore[attr-defined]
        else:
            copy.body.remove(node)  # type: ignore[arg-type]
    return copy
