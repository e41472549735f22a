"""Who uses a name of the module: one pass over a tree, scopes as Python has them.

Laws: a use that may run when the module is imported counts as one that does. What is no name at all (a text that is
read as code, a lookup in the namespace) is told besides, for whoever decides.
Source: language reference 4.2 (naming and binding), 8.7 and 8.8 (what of a definition runs where), PEP 563.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator
from typing import Literal, NamedTuple

from footprint.documents.python_trees import all_arguments, dotted_name, imports_of, last_name, parts_of, try_expression
from footprint.edit.imports.refusals import Obstacle
from footprint.values import dataclass, field

Function = ast.FunctionDef | ast.AsyncFunctionDef
Comprehension = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp
_TYPE_CHECKING = frozenset({"TYPE_CHECKING", "typing.TYPE_CHECKING", "t.TYPE_CHECKING"})
_MATCHES = ("MatchAs", "MatchStar", "MatchMapping")


@dataclass(slots=True)
class NameScope:
    """One scope; `binds` has each name with the line that binds it first."""

    kind: Literal["module", "function", "class", "lambda", "comprehension"]
    node: ast.AST
    parent: NameScope | None
    binds: dict[str, int] = field(default_factory=dict)
    declared_global: dict[str, int] = field(default_factory=dict)
    declared_nonlocal: set[str] = field(default_factory=set)

    def outwards(self) -> Iterator[NameScope]:
        """Yield the scope itself, and those around it."""
        scope: NameScope | None = self
        while scope is not None:
            yield scope
            scope = scope.parent

    def function(self) -> NameScope | None:
        """Return the scope of the function in whose code this one runs, None where importing the module runs it."""
        return next((scope for scope in self.outwards() if scope.kind == "function"), None)

    def functions(self) -> list[NameScope]:
        """Return the functions around, itself included, the outermost first."""
        return [scope for scope in self.outwards() if scope.kind == "function"][::-1]

    @property
    def dotted(self) -> str:
        """Its dotted name: `Exporter.to_excel`, "" for the module."""
        names = [getattr(scope.node, "name", "") for scope in self.outwards() if scope.kind in ("function", "class")]
        return ".".join(reversed(names))


class NameUse(NamedTuple):
    """One place that reads a name."""

    name: str
    line: int
    scope: NameScope
    role: Obstacle | None  # what it is part of; None: a plain statement


class HintUse(NamedTuple):
    """One place that names something in an annotation that does not run. `holder` is None in the module itself."""

    name: str
    line: int
    scope: NameScope  # in which the annotation stands
    holder: Function | ast.ClassDef | None
    is_local: bool  # of a variable of a function, or where a type checker alone reads


class NamedCall(NamedTuple):
    """One call, or a decorator, by the last part of the name that is called."""

    name: str
    dotted: str
    line: int
    scope: NameScope
    arguments: tuple[str, ...]  # those that are plain names
    in_main: bool


class Imported(NamedTuple):
    """One name that an import statement binds."""

    name: str
    node: ast.Import | ast.ImportFrom
    alias: ast.alias
    scope: NameScope


@dataclass(slots=True)
class NameUses:
    """What one module says about names."""

    module: NameScope
    uses: list[NameUse] = field(default_factory=list)
    hints: list[HintUse] = field(default_factory=list)
    calls: list[NamedCall] = field(default_factory=list)
    scopes: list[NameScope] = field(default_factory=list)
    imported: list[Imported] = field(default_factory=list)
    changed: dict[str, int] = field(
        default_factory=dict
    )  # names of the module that something else than an import binds
    loose: dict[str, int] = field(default_factory=dict)  # names that a class body binds and reads

    def resolved(self, use: NameUse | HintUse) -> NameScope:
        """Return the scope whose name a use reads; the module also for what is nowhere bound."""
        for scope in use.scope.outwards():
            if use.name in scope.declared_global:
                break
            if use.name in scope.binds and (scope.kind != "class" or scope is use.scope):
                return scope
        return self.module


class _At(NamedTuple):
    """Where the walk stands."""

    scope: NameScope
    role: Obstacle | None = None
    hint_of: Function | ast.ClassDef | None = None
    is_hint: bool = False  # an annotation that does not run
    in_annotation: bool = False  # texts are names there
    checks_only: bool = False  # under `if TYPE_CHECKING`
    in_main: bool = False


def find_uses(tree: ast.Module) -> NameUses:
    """Return who uses which name of a module."""
    return _ScopeWalk(tree).run()


class _ScopeWalk:
    def __init__(self, tree: ast.Module) -> None:
        self._found = NameUses(NameScope("module", tree, None))
        self._tree = tree
        taken = (names for node in tree.body for module, names in imports_of(node) if module == "__future__")
        self._postponed = any("annotations" in names for names in taken)
        self._pending: list[tuple[ast.AST, _At]] = []

    def run(self) -> NameUses:
        """Walk the whole tree."""
        self._push(self._tree.body, _At(self._found.module))
        self._found.scopes.append(self._found.module)
        while self._pending:
            node, at = self._pending.pop()
            if (read := _READERS.get(type(node).__name__)) is not None:
                read(self, node, at)
            else:
                self._push(parts_of(node), at)
        self._close()
        return self._found

    def _close(self) -> None:
        """Note what a class body both binds and reads, once all that it binds is known."""
        for use in self._found.uses:
            if use.scope.kind == "class" and use.name in use.scope.binds:
                self._found.loose.setdefault(use.name, use.line)

    def _push(self, nodes: Iterable[ast.AST | None], at: _At) -> None:
        self._pending += [(node, at) for node in nodes if node is not None]

    def _open(self, kind: Literal["function", "class", "lambda", "comprehension"], node: ast.AST, at: _At) -> NameScope:
        scope = NameScope(kind, node, at.scope)
        self._found.scopes.append(scope)
        return scope

    def _bind(self, name: str | None, node: ast.AST, at: _At, *, by_import: bool = False) -> None:
        if name is None:
            return
        line = getattr(node, "lineno", 1)
        scope = at.scope
        if isinstance(node, ast.NamedExpr):
            while scope.kind == "comprehension" and scope.parent is not None:
                scope = scope.parent
        scope.binds.setdefault(name, line)
        if scope.kind == "module" and not by_import:
            self._found.changed.setdefault(name, line)

    # What binds or reads a name

    def _name(self, node: ast.Name, at: _At) -> None:
        if not isinstance(node.ctx, ast.Load):
            self._bind(node.id, node, at)
        elif at.is_hint or at.checks_only:
            self._hint(node.id, node.lineno, at)
        else:
            role = Obstacle.MAIN_BLOCK if at.in_main else at.role
            self._found.uses.append(NameUse(node.id, node.lineno, at.scope, role))

    def _text(self, node: ast.Constant, at: _At) -> None:
        if not at.in_annotation or not isinstance(node.value, str):
            return
        tree = try_expression(node.value.strip())
        for each in ast.walk(tree) if tree is not None else ():
            if isinstance(each, ast.Name):
                self._hint(each.id, node.lineno, at)

    def _hint(self, name: str, line: int, at: _At) -> None:
        is_local = at.checks_only or (at.hint_of is None and at.scope.kind != "module")
        self._found.hints.append(HintUse(name, line, at.scope, at.hint_of, is_local))

    def _subscript(self, node: ast.Subscript, at: _At) -> None:
        plain = at._replace(in_annotation=False) if last_name(node.value) == "Literal" else at
        self._push((node.value,), at)
        self._push((node.slice,), plain)

    def _walrus(self, node: ast.NamedExpr, at: _At) -> None:
        if isinstance(node.target, ast.Name):
            self._bind(node.target.id, node, at)
        self._push((node.value,), at._replace(role=Obstacle.WALRUS))

    def _import(self, node: ast.Import | ast.ImportFrom, at: _At) -> None:
        for alias in node.names:
            whole = isinstance(node, ast.Import) and alias.asname is None
            name = alias.name.partition(".")[0] if whole else alias.asname or alias.name
            if not (at.checks_only and at.scope.kind == "module"):
                self._bind(name, node, at, by_import=True)
                self._found.imported.append(Imported(name, node, alias, at.scope))

    def _global(self, node: ast.Global, at: _At) -> None:
        for name in node.names:
            at.scope.declared_global.setdefault(name, node.lineno)
            if at.scope.kind != "module":
                self._found.changed.setdefault(name, node.lineno)

    def _nonlocal(self, node: ast.Nonlocal, at: _At) -> None:
        at.scope.declared_nonlocal.update(node.names)

    def _handler(self, node: ast.ExceptHandler, at: _At) -> None:
        self._bind(node.name, node, at)
        self._push((node.type,), at._replace(role=Obstacle.EXCEPT))
        self._push(node.body, at)

    def _match(self, node: ast.Match, at: _At) -> None:
        self._push((node.subject, *(case.guard for case in node.cases)), at._replace(role=Obstacle.MATCH))
        self._push((case.pattern for case in node.cases), at._replace(role=Obstacle.MATCH))
        for case in node.cases:
            self._push(case.body, at)

    def _capture(self, node: ast.AST, at: _At) -> None:
        self._bind(getattr(node, "name", None), node, at)
        self._bind(getattr(node, "rest", None), node, at)
        self._push(parts_of(node), at)

    def _call(self, node: ast.Call, at: _At) -> None:
        self._called(node.func, node, at)
        self._push(parts_of(node), at)

    def _called(self, named: ast.expr, node: ast.expr, at: _At) -> None:
        given = (*node.args, *(each.value for each in node.keywords)) if isinstance(node, ast.Call) else ()
        arguments = tuple(last_name(each) for each in given if isinstance(each, (ast.Name, ast.Attribute)))
        if not at.is_hint and not at.checks_only:
            dotted = dotted_name(named) or ""
            call = NamedCall(last_name(named), dotted, node.lineno, at.scope, arguments, at.in_main)
            self._found.calls.append(call)

    def _condition(self, node: ast.If, at: _At) -> None:
        self._push((node.test,), at)
        named = dotted_name(node.test)
        is_main = at.scope.kind == "module" and any(
            isinstance(each, ast.Name) and each.id == "__name__" for each in ast.walk(node.test)
        )
        self._push(
            node.body, at._replace(checks_only=at.checks_only or named in _TYPE_CHECKING, in_main=at.in_main or is_main)
        )
        self._push(node.orelse, at)

    # What has a scope of its own

    def _function(self, node: Function, at: _At) -> None:
        self._bind(node.name, node, at)
        self._decorators(node, at)
        arguments = all_arguments(node.args)
        defaults = [*node.args.defaults, *node.args.kw_defaults]
        self._push(defaults, at._replace(role=Obstacle.DEFAULT))
        self._push(getattr(node, "type_params", ()), at._replace(role=Obstacle.TYPE_ALIAS))
        hints = [*(argument.annotation for argument in arguments), node.returns]
        self._push(hints, self._annotated(at, node))
        scope = self._open("function", node, at)
        scope.binds.update((argument.arg, argument.lineno) for argument in arguments)
        self._push(node.body, _At(scope, checks_only=at.checks_only))

    def _decorators(self, node: Function | ast.ClassDef, at: _At) -> None:
        for decorator in node.decorator_list:
            if not isinstance(decorator, ast.Call):
                self._called(decorator, decorator, at)
        self._push(node.decorator_list, at._replace(role=Obstacle.DECORATOR))

    def _annotated(self, at: _At, holder: Function | ast.ClassDef | None) -> _At:
        return at._replace(role=Obstacle.ANNOTATION, in_annotation=True, is_hint=self._postponed, hint_of=holder)

    def _variable(self, node: ast.AnnAssign, at: _At) -> None:
        self._push((node.target, node.value), at)
        if at.scope.kind == "function":
            self._push((node.annotation,), at._replace(in_annotation=True, is_hint=True, hint_of=None))
        else:
            holder = at.scope.node if isinstance(at.scope.node, ast.ClassDef) else None
            self._push((node.annotation,), self._annotated(at, holder))

    def _class(self, node: ast.ClassDef, at: _At) -> None:
        self._bind(node.name, node, at)
        self._decorators(node, at)
        self._push((*node.bases, *node.keywords), at._replace(role=Obstacle.BASE))
        self._push(getattr(node, "type_params", ()), at._replace(role=Obstacle.TYPE_ALIAS))
        scope = self._open("class", node, at)
        self._push(node.body, at._replace(scope=scope, role=Obstacle.CLASS_BODY))

    def _lambda(self, node: ast.Lambda, at: _At) -> None:
        self._push((*node.args.defaults, *node.args.kw_defaults), at._replace(role=Obstacle.DEFAULT))
        scope = self._open("lambda", node, at)
        scope.binds.update((argument.arg, argument.lineno) for argument in all_arguments(node.args))
        self._push((node.body,), at._replace(scope=scope, role=Obstacle.LAMBDA))

    def _comprehension(self, node: Comprehension, at: _At) -> None:
        first, *others = node.generators
        role = at.role if at.role is Obstacle.LAMBDA else Obstacle.COMPREHENSION
        self._push((first.iter,), at._replace(role=role))
        inside = at._replace(scope=self._open("comprehension", node, at), role=role)
        self._push((first.target, *first.ifs, *others), inside)
        self._push((node.key, node.value) if isinstance(node, ast.DictComp) else (node.elt,), inside)

    def _alias(self, node: ast.AST, at: _At) -> None:
        self._bind(last_name(getattr(node, "name", node)), node, at)
        self._push(
            (getattr(node, "value", None), *getattr(node, "type_params", ())), at._replace(role=Obstacle.TYPE_ALIAS)
        )


_READERS: dict[str, Callable[..., None]] = {  # by kind of node; newer kinds are no names of `ast` here
    "Name": _ScopeWalk._name,
    "Constant": _ScopeWalk._text,
    "Subscript": _ScopeWalk._subscript,
    "NamedExpr": _ScopeWalk._walrus,
    "Import": _ScopeWalk._import,
    "ImportFrom": _ScopeWalk._import,
    "Global": _ScopeWalk._global,
    "Nonlocal": _ScopeWalk._nonlocal,
    "ExceptHandler": _ScopeWalk._handler,
    "Match": _ScopeWalk._match,
    **dict.fromkeys(_MATCHES, _ScopeWalk._capture),
    "Call": _ScopeWalk._call,
    "If": _ScopeWalk._condition,
    "FunctionDef": _ScopeWalk._function,
    "AsyncFunctionDef": _ScopeWalk._function,
    "AnnAssign": _ScopeWalk._variable,
    "ClassDef": _ScopeWalk._class,
    "Lambda": _ScopeWalk._lambda,
    "ListComp": _ScopeWalk._comprehension,
    "SetComp": _ScopeWalk._comprehension,
    "DictComp": _ScopeWalk._comprehension,
    "GeneratorExp": _ScopeWalk._comprehension,
    "TypeAlias": _ScopeWalk._alias,
}
