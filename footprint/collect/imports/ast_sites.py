"""From a syntax tree to import sites: one pass over statements, expressions in an explicit stack."""

from __future__ import annotations

import ast
from collections.abc import Callable, Container, Iterable
from typing import TYPE_CHECKING, Any, NamedTuple

from footprint.collect.imports.computed_names import Loop
from footprint.collect.imports.dynamic import DynamicNames, Kind, read_call
from footprint.collect.imports.frames import (
    Met,
    Part,
    Surroundings,
    classify_test,
    push,
    site_of,
    suppresses_import_error,
    under,
)
from footprint.collect.imports.placed_strings import LONGEST, WORTH_A_LOOK, Around, target_word
from footprint.collect.imports.references import WATCHED, References
from footprint.collect.imports.scopes import Draft, Scope, StatedImport, finish_sites, stated_by
from footprint.collect.imports.startup_calls import handlers_of, runs_at_startup, runs_elsewhere
from footprint.collect.imports.target_tests import Flags, find_flags
from footprint.documents.python_trees import (
    all_arguments,
    catches_import_error,
    dotted_name,
    gives_up,
    last_name,
    parts_of,
    strings_in,
)
from footprint.late import late_pattern
from footprint.model.note import Note
from footprint.model.source_modules import Calls, FileImports, Placement
from footprint.values import replace

if TYPE_CHECKING:
    from footprint.collect.imports.lazy_flow import ListedImports
    from footprint.documents.import_namesakes import Namesakes

_IDENTIFIER = late_pattern(r"[A-Za-z_]\w*")
_EXTENDS_EXPORTS = frozenset({"__all__.extend", "__all__.append"})
_RARE = frozenset({ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp, ast.Lambda, ast.Dict, ast.JoinedStr})


class _StringRules(NamedTuple):
    """How string constants of one expression are read."""

    annotation: bool = False  # names in it are uses: "pd.DataFrame"
    assigned: str | None = None  # the name that the whole is given


_PLAIN, _ANNOTATION = _StringRules(), _StringRules(annotation=True)


class SiteReader:
    """Reads one tree once."""

    def __init__(
        self, path: str, module: str, *, is_package: bool, lazy_lines: frozenset[int], listed: ListedImports | None
    ) -> None:
        self._path, self._module, self._is_package = path, module, is_package
        self._lazy_lines, self._listed = lazy_lines, listed
        self._scopes = [Scope("module", None, "", None)]  # the first is that of the file
        self._drafts: list[Draft] = []
        self._references = References(path, module, is_package=is_package)
        self.imported = self._references.imported
        self._calls: dict[str, dict[str, None]] = {}
        self._given: list[str] = []  # functions that another process runs
        self._notes: list[Note] = []
        self._exports: list[str] = []
        self._dynamic, self._flags = DynamicNames(), Flags()
        self._typing_names, self._suppress_names = set[str](), {"suppress"}
        self._assigned: dict[int, str] = {}  # id of a call -> the one name that its result is given
        self._tree: ast.Module | None = None
        self._namesakes: Namesakes | None = None  # of the importers; None: not asked for yet
        self.met: list[Met] = []  # every call

    def read(self, tree: ast.Module) -> FileImports:
        """Return what the tree says."""
        self._tree, self._flags = tree, find_flags(tree)
        self._block(tree.body, Surroundings(self._scopes[0]))
        for name in self._exports:
            self._scopes[0].marks.setdefault(name, self._scopes[0].stores.get("__all__", 1))
        return FileImports(
            sites=finish_sites(self._drafts, self._scopes, is_package=self._is_package),
            parsed=True,
            exports=tuple(dict.fromkeys(self._exports)),
            binds=tuple(self._scopes[0].stores),
            calls=tuple(Calls(function, tuple(names)) for function, names in self._calls.items()),
            references=self._references.finished(self._scopes[0]),
            given_away=tuple(self._given),
            notes=(*self._notes, *(self._listed.notes(self._path) if self._listed is not None else ())),
        )

    # Statements

    def _block(self, statements: Iterable[ast.stmt], context: Surroundings) -> None:
        for statement in statements:
            read = _STATEMENTS.get(type(statement))
            if read is None:
                self._children(statement, context)
            else:
                read(self, statement, context)

    def _value(self, node: ast.Expr | ast.Return, context: Surroundings) -> None:
        self._expression(node.value, context)

    def _for(self, node: ast.For | ast.AsyncFor, context: Surroundings) -> None:
        self._references.loops.append(Loop(node.target, node.iter))
        self._children(node, context)
        self._references.loops.pop()

    def _global(self, node: ast.Global, context: Surroundings) -> None:
        for name in node.names:
            context.scope.declared_global.add(name)
            self._scopes[0].marks.setdefault(name, node.lineno)

    def _children(self, node: ast.AST, context: Surroundings) -> None:
        """Walk a node that holds statements or expressions and needs no rule of its own."""
        for name in ("name", "rest"):  # except ... as name, case [*name], case {**rest}
            bound = getattr(node, name, None)
            if isinstance(bound, str):
                context.scope.store(bound, getattr(node, "lineno", 1))
        for child in parts_of(node):
            if isinstance(child, ast.stmt):
                self._block((child,), context)
            elif isinstance(child, ast.expr):
                self._expression(child, context)
            else:
                self._children(child, context)

    def _import(self, node: ast.Import | ast.ImportFrom, context: Surroundings) -> None:
        is_lazy = node.lineno in self._lazy_lines or bool(getattr(node, "is_lazy", 0))
        listed: Container[str] = ()
        if self._listed is not None and context.placement is Placement.MODULE:
            listed = self._listed.of(node)
        if isinstance(node, ast.Import):
            for alias in node.names:
                self._dynamic.learn(alias.name, None, alias.asname or alias.name)
        for stated in stated_by(node, self._module, is_package=self._is_package):
            if isinstance(node, ast.ImportFrom):
                self._learn(stated.module, node.names)
            lazy = is_lazy or stated.module in listed
            self._add(replace(stated, form="lazy") if lazy else stated, node, context)

    def _learn(self, module: str, aliases: list[ast.alias]) -> None:
        for alias in aliases:
            bound = alias.asname or alias.name
            self._dynamic.learn(module, alias.name, bound)
            if alias.name == "TYPE_CHECKING":
                self._typing_names.add(bound)
            if module == "contextlib" and alias.name == "suppress":
                self._suppress_names.add(bound)

    def _add(self, stated: StatedImport, node: ast.stmt | ast.expr, context: Surroundings) -> None:
        context.scope.local.update(stated.bound)
        self._references.learn_import(stated)
        site = site_of(stated, self._path, node.lineno, context)
        self._drafts.append(Draft(site, node.col_offset, context.scope, stated.redundant_alias))

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef, context: Surroundings) -> None:
        scope = context.scope
        scope.store(node.name, node.lineno)
        for decorator in node.decorator_list:
            self._expression(decorator, context)
            self._called(decorator, context)
            if runs_at_startup(decorator):
                self._called(ast.Name(node.name, ast.Load()), context)
        arguments = node.args
        annotated = all_arguments(arguments)
        for default in (*arguments.defaults, *arguments.kw_defaults):
            self._expression(default, context)
        for annotation in (*(argument.annotation for argument in annotated), node.returns):
            if annotation is not None:  # few
                self._expression(annotation, context, _ANNOTATION)
        for parameter in getattr(node, "type_params", ()):
            self._children(parameter, context)
        body = scope.child("function", node.name)
        if any(map(runs_elsewhere, node.decorator_list)):
            self._given.append(body.function or node.name)
        self._scopes.append(body)
        body.local.update(argument.arg for argument in annotated)
        self._block(node.body, Surroundings(body, typing=context.typing, condition=context.condition))

    def _class(self, node: ast.ClassDef, context: Surroundings) -> None:
        context.scope.store(node.name, node.lineno)
        for decorator in node.decorator_list:
            self._expression(decorator, context)
            self._called(decorator, context)
        for expression in (*node.bases, *(keyword.value for keyword in node.keywords)):
            self._expression(expression, context)
        for parameter in getattr(node, "type_params", ()):
            self._children(parameter, context)
        body = context.scope.child("class", node.name)
        self._scopes.append(body)
        self._block(node.body, context._replace(scope=body))

    def _if(self, node: ast.If, context: Surroundings) -> None:
        branch: ast.If | None = node
        while branch is not None:  # a chain of elif is a nest of ifs: thousands occur in generated code
            self._expression(branch.test, context)
            in_body, in_else = classify_test(branch.test, self._typing_names)
            for_body, for_else = self._flags.conditions_of(branch.test)
            self._block(branch.body, under(context, in_body, for_body))
            context = under(context, in_else, for_else)
            is_elif = len(branch.orelse) == 1 and isinstance(branch.orelse[0], ast.If)
            following = branch.orelse[0] if is_elif else None
            if following is None:
                self._block(branch.orelse, context)
            branch = following if isinstance(following, ast.If) else None

    def _try(self, node: ast.Try, context: Surroundings) -> None:
        catching = [handler for handler in node.handlers if catches_import_error(handler.type)]
        guarded = context._replace(guarded=True)
        # At the top of a module a guard that raises again guards nothing: the module cannot be imported without.
        is_guard = bool(catching) and (context.function is not None or not gives_up(catching[0].body))
        self._block(node.body, guarded if is_guard else context)
        for handler in node.handlers:
            self._children(handler, guarded if handler in catching else context)
        self._block([*node.orelse, *node.finalbody], context)

    def _with(self, node: ast.With | ast.AsyncWith, context: Surroundings) -> None:
        for item in node.items:
            self._children(item, context)
        suppressed = any(suppresses_import_error(item, self._suppress_names) for item in node.items)
        self._block(node.body, context._replace(guarded=True) if suppressed else context)

    def _assign(self, node: ast.Assign | ast.AnnAssign | ast.AugAssign, context: Surroundings) -> None:
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        name = targets[0].id if len(targets) == 1 and isinstance(targets[0], ast.Name) else None
        rules = _StringRules(assigned=target_word(targets[0]) if len(targets) == 1 else None)
        if name is not None:
            self._references.learn_value(context.scope, name, None if isinstance(node, ast.AugAssign) else node.value)
        is_plain = name is not None and not isinstance(node, ast.AugAssign)
        if is_plain and isinstance(node.value, ast.Call) and self._kind_of(dotted_name(node.value.func), context):
            self._assigned[id(node.value)] = name or ""
            targets = []
        if is_plain and node.value is not None and self._kind_of(dotted_name(node.value), context):
            self._dynamic.import_module.add(name or "")
        self._expression(node.value, context, rules)
        if isinstance(node, ast.AnnAssign):
            self._expression(node.annotation, context, _ANNOTATION)
        for target in targets:
            self._expression(target, context)
        if context.scope is self._scopes[0] and name == "__all__":
            self._exports += strings_in(node.value)
            if node.value is not None and not context.typing:
                self._references.exports(node.value, context.scope, context.where)

    # Expressions

    def _expression(self, root: ast.AST | None, context: Surroundings, rules: _StringRules = _PLAIN) -> None:
        """Walk one expression without recursion: long sums and chains nest as deep as they are long."""
        if root is None or context.typing:
            return  # under TYPE_CHECKING nothing runs, so nothing is used
        while isinstance(root, ast.Attribute):
            root = root.value
        if isinstance(root, ast.Name):  # more than half
            note = context.scope.load if isinstance(root.ctx, ast.Load) else context.scope.store
            note(root.id, root.lineno)
            return
        if isinstance(root, ast.Constant):
            if isinstance(root.value, str):
                self._string(root, root.value, context, None, rules)
            return
        stack: list[Part] = [(root, context, None)]
        while stack:
            node, inner, around = stack.pop()
            if isinstance(node, ast.Call):
                word = last_name(node.func)
                self._call(node, word, inner, around)
                children = parts_of(node)
                if word == "getLogger":  # a logger's name is no reference to a module
                    children = [child for child in children if not isinstance(child, ast.Constant)]
                push(children, inner, (node, around), stack)
            elif isinstance(node, ast.Constant):
                if isinstance(node.value, str):
                    self._string(node, node.value, inner, around, rules)
            elif isinstance(node, ast.Name):
                note = inner.scope.load if isinstance(node.ctx, ast.Load) else inner.scope.store
                note(node.id, node.lineno)
            elif type(node) in _RARE:
                stack += self._rare(node, inner, around, rules)
            else:
                push(parts_of(node), inner, around, stack)

    def _rare(self, node: ast.AST, context: Surroundings, around: Around, rules: _StringRules) -> list[Part]:
        """Return the parts of a node with scopes or places of its own, the first one last."""
        if isinstance(node, ast.Lambda):
            return [(child, scoped, around) for child, scoped in self._lambda(node, context)]
        if isinstance(node, ast.Dict):
            rows = list(zip(node.keys, node.values, strict=True))
            values: list[Part] = [(value, context, (key or node, around)) for key, value in reversed(rows)]
            return [*values, *((key, context, around) for key, _ in reversed(rows) if key is not None)]
        if isinstance(node, ast.JoinedStr):
            if not rules.annotation:
                self._references.joined(node, context.scope, context.where, around, rules.assigned)
            return [(child, context, around) for child in reversed(node.values)]
        return [(child, scoped, (node, around)) for child, scoped in self._comprehension(node, context)]

    def _lambda(self, node: ast.Lambda, context: Surroundings) -> list[tuple[ast.AST, Surroundings]]:
        scope = context.scope.child("lambda")
        self._scopes.append(scope)
        scope.local.update(argument.arg for argument in all_arguments(node.args))
        defaults = [item for item in (*node.args.defaults, *node.args.kw_defaults) if item is not None]
        inner = Surroundings(scope, typing=context.typing, condition=context.condition)
        return [(node.body, inner), *((item, context) for item in defaults)]

    def _comprehension(self, node: ast.AST, context: Surroundings) -> list[tuple[ast.AST, Surroundings]]:
        scope = context.scope.child("comprehension")
        self._scopes.append(scope)
        inner = context._replace(scope=scope)
        generators: list[ast.comprehension] = node.generators  # type: ignore[attr-defined]
        parts: list[tuple[ast.AST, Surroundings]] = []
        for index, generator in enumerate(generators):
            for target in ast.walk(generator.target):
                if isinstance(target, ast.Name) and not isinstance(target.ctx, ast.Load):
                    scope.local.add(target.id)
                elif isinstance(target, ast.Name):
                    scope.load(target.id, target.lineno)
            parts.append((generator.iter, inner if index else context))  # the first source is outside
            parts += [(test, inner) for test in generator.ifs]
        results = (getattr(node, field, None) for field in ("elt", "key", "value"))
        return parts + [(result, inner) for result in results if result is not None]

    def _call(self, node: ast.Call, word: str, context: Surroundings, around: Around) -> None:
        """Take a call; `word` is the last of what names its function."""
        name = dotted_name(node.func)
        self.met.append(Met(node, context, name))
        self._called_as(dotted_name(node.func.func) if isinstance(node.func, ast.Call) else name, context)
        for function in handlers_of(node, name):
            self._called(function, context)
        if name in _EXTENDS_EXPORTS and context.scope is self._scopes[0]:
            self._exports += [name for argument in node.args for name in strings_in(argument)]
        kind = self._kind_of(name, context)
        if kind is None:
            if word in WATCHED:
                self._references.call(node, context.scope, context.where, around)
            return
        found = read_call(node, kind, self._module, is_package=self._is_package)
        bound = self._assigned.pop(id(node), None)
        if found is None:
            self._notes.append(Note("dynamic-import", f"{kind} of a name that is computed", self._path, node.lineno))
            self._references.computed_import(node, context.scope, context.where, around)
            if bound:
                context.scope.store(bound, node.lineno)
            return
        self._add(replace(found, bound=(bound,) if bound else ()), node, context)

    def _kind_of(self, name: str | None, context: Surroundings) -> Kind | None:
        """Return what the dotted name of a function imports by; None where only its name looks so."""
        kind = self._dynamic.kind_of(name)
        if kind is None or name is None or "." in name or name in self._dynamic.stated or self._tree is None:
            return kind
        if self._namesakes is None:
            from footprint.documents.import_namesakes import find_namesakes

            self._namesakes = find_namesakes(self._tree)
        if name not in self._namesakes.anywhere:
            return kind
        home = context.scope.home_of(name)
        return None if name in (self._namesakes.at_top if home is self._scopes[0] else home.stores) else kind

    def _called(self, function: ast.expr, context: Surroundings) -> None:
        self._called_as(dotted_name(function.func if isinstance(function, ast.Call) else function), context)

    def _called_as(self, name: str | None, context: Surroundings) -> None:
        scope = context.scope
        if name is None or (scope.deferred and scope.function is None):
            return  # a lambda at module level: nobody knows when
        self._calls.setdefault(scope.function or ("__main__" if context.main else ""), {})[name] = None

    def _string(
        self, node: ast.Constant, text: str, context: Surroundings, around: Around, rules: _StringRules
    ) -> None:
        if rules.annotation:
            for name in _IDENTIFIER.findall(text):
                context.scope.load(name, node.lineno)
            return
        if len(text) <= LONGEST and WORTH_A_LOOK.fullmatch(text):  # few strings
            self._references.string(node, text, context, around, rules.assigned)


_STATEMENTS: dict[type[ast.stmt], Callable[[SiteReader, Any, Surroundings], None]] = {
    **dict.fromkeys((ast.Import, ast.ImportFrom), SiteReader._import),
    **dict.fromkeys((ast.FunctionDef, ast.AsyncFunctionDef), SiteReader._function),
    **dict.fromkeys((ast.With, ast.AsyncWith), SiteReader._with),
    **dict.fromkeys((ast.Assign, ast.AnnAssign, ast.AugAssign), SiteReader._assign),
    **dict.fromkeys((ast.For, ast.AsyncFor), SiteReader._for),
    **dict.fromkeys((ast.Expr, ast.Return), SiteReader._value),
    ast.ClassDef: SiteReader._class,
    ast.If: SiteReader._if,
    ast.Global: SiteReader._global,
    ast.Try: SiteReader._try,
    getattr(ast, "TryStar", ast.Try): SiteReader._try,  # except* differs in nothing that matters here
}
