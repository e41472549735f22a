"""What speaks against moving an import: one small function per reason, the first that finds something is told.

Laws: whoever cannot tell refuses. A check reads the module, what the project does with its names, and what importing
the library does; none knows how an edit is made.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Iterator

from footprint.documents.python_trees import dotted_name, last_name, strings_in
from footprint.edit.imports.function_calls import FunctionCalls, name_of
from footprint.edit.imports.imported_name import ImportedName
from footprint.edit.imports.name_uses import Function, HintUse, NameScope
from footprint.edit.imports.project_checks import PROJECT_CHECKS
from footprint.edit.imports.project_names import ProjectNames, module_names
from footprint.edit.imports.refusals import Obstacle, Refusal
from footprint.names import word_set

_NAMESPACES = frozenset({"eval", "exec", "globals"})
_OWN_NAMES = frozenset({"locals", "vars", "dir"})
_FRAMES = frozenset({"f_globals", "f_locals", "__globals__", "currentframe", "_getframe", "getmodule"})
_COMPILERS = word_set(
    "jit njit vectorize guvectorize stencil cfunc generated_jit script script_method kernel prim_func udf pandas_udf"
)
_PLAIN_DECORATORS = frozenset({"staticmethod", "classmethod", "property", "abstractmethod", "override", "final"})
_PLAIN_BASES = frozenset({"object", "ABC", "Protocol", "Generic", "Exception"})
_OF_CLASSES = ("__init_subclass__", "__set_name__", "__class_getitem__", "__prepare__")


def check(imported: ImportedName, without: Iterable[Obstacle] = ()) -> Refusal | None:
    """Return what speaks against moving one name, None if nothing does. `without`: reasons that do not count."""
    left = frozenset(without)
    for look in CHECKS:
        found = next((each for each in look(imported) if each.reason not in left), None)
        if found is not None:
            return found
    return None


# What the statement itself is


def _statement(imported: ImportedName) -> Iterator[Refusal]:
    line, name = imported.node.lineno, imported.name
    if isinstance(imported.node, ast.ImportFrom) and imported.node.module == "__future__":
        yield imported.refused(Obstacle.FUTURE, line)
    if imported.alias.name == "*":
        yield imported.refused(Obstacle.STAR, line)
    if name.startswith("__") and not name.endswith("__"):
        yield imported.refused(Obstacle.PRIVATE, line)
    if imported.alias.asname == imported.alias.name:
        yield imported.refused(Obstacle.EXPORTED, line)


def _binding(imported: ImportedName) -> Iterator[Refusal]:
    name = imported.name
    if name in imported.uses.changed:
        yield imported.refused(Obstacle.REBOUND, imported.uses.changed[name])
    for node in imported.nodes:
        is_star = isinstance(node, ast.ImportFrom) and any(alias.name == "*" for alias in node.names)
        if is_star and node.lineno > imported.node.lineno:  # type: ignore[attr-defined]
            yield imported.refused(Obstacle.REBOUND, node.lineno)  # type: ignore[attr-defined]
    for scope in imported.uses.scopes:
        if name in scope.declared_global:
            yield imported.refused(Obstacle.REBOUND, scope.declared_global[name])
    if name in imported.uses.loose:
        yield imported.refused(Obstacle.LOCAL, imported.uses.loose[name])


def _exports(imported: ImportedName) -> Iterator[Refusal]:
    for node in imported.nodes:
        if isinstance(node, (ast.Assign, ast.AugAssign, ast.AnnAssign)):
            stored: list[ast.expr] = node.targets if isinstance(node, ast.Assign) else [node.target]
            given: list[ast.expr | None] = [node.value]
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            stored, given = [node.func.value], [*node.args]
        else:
            continue
        named = any(isinstance(each, ast.Name) and each.id == "__all__" for each in stored)
        if named and any(imported.name in strings_in(each) for each in given):
            yield imported.refused(Obstacle.EXPORTED, node.lineno)


# Who uses it


def _at_import(imported: ImportedName) -> Iterator[Refusal]:
    for use in sorted(imported.own_uses, key=lambda use: use.line):
        if use.scope.function() is None:
            yield imported.refused(use.role or Obstacle.AT_IMPORT, use.line)


def _unused(imported: ImportedName) -> Iterator[Refusal]:
    if not imported.own_uses:
        yield imported.refused(Obstacle.ONLY_HINTS if imported.hints else Obstacle.NEVER_USED, imported.node.lineno)


def _hints(imported: ImportedName) -> Iterator[Refusal]:
    project = imported.around.project
    for hint in sorted(imported.hints, key=lambda hint: hint.line):
        if hint.is_local:
            continue
        holder = hint.holder
        if isinstance(holder, ast.ClassDef) and (holder.decorator_list or holder.bases or holder.keywords):
            yield imported.refused(Obstacle.FIELD, hint.line)
        elif project.hint_readers or (holder is not None and _may_be_read(hint, holder, imported)):
            yield imported.refused(Obstacle.HINTS_READ, hint.line)


def _may_be_read(hint: HintUse, holder: Function | ast.ClassDef, imported: ImportedName) -> bool:
    """Whether something may ask for the annotations of a function or a class: whoever is handed it, or decorates it."""
    project = imported.around.project
    if any(last_name(each) not in _PLAIN_DECORATORS for each in holder.decorator_list):
        return True
    names = [holder.name]
    for node in (around.node for around in hint.scope.outwards()):
        if isinstance(node, ast.ClassDef):
            names.append(node.name)
            if node.decorator_list or node.keywords or any(last_name(base) not in _PLAIN_BASES for base in node.bases):
                return True
    is_named = (f"{module}.{name}" for module in module_names(imported.around.path) for name in names)
    return any(name in project.referred for name in names) or any(
        name in project.touched for name in is_named if _text_in(project, name)
    )


def _text_in(project: ProjectNames, dotted: str) -> bool:
    return any(kind.is_text and not kind.is_beginning for kind in project.touched.get(dotted, ()))


# When the functions run


def _at_startup(imported: ImportedName) -> Iterator[Refusal]:
    uses, calls = imported.uses, FunctionCalls(imported.uses)
    roots = [
        scope
        for call in uses.calls
        if call.scope.function() is None and not call.in_main
        for scope in calls.entered(call)
    ]
    roots += [scope for scope in uses.scopes if name_of(scope) in _OF_CLASSES]
    yield from _entered_from(roots, calls, imported, Obstacle.STARTUP_CALL)


def _entered_from(
    roots: list[NameScope], calls: FunctionCalls, imported: ImportedName, reason: Obstacle
) -> Iterator[Refusal]:
    reached = calls.reached(roots)
    for target in imported.targets():
        if id(target) in reached:
            yield imported.refused(reason, _line_of(target), target.dotted)


def _at_exit(imported: ImportedName) -> Iterator[Refusal]:
    uses = imported.uses
    given = {"__del__"} | {
        name
        for call in uses.calls
        if call.dotted == "atexit.register" or call.name in ("finalize", "_register_atexit")
        for name in call.arguments
    }
    roots = [
        scope
        for scope in uses.scopes
        if scope.kind == "function"
        and (name_of(scope) in given or any(dotted_name(each) == "atexit.register" for each in _decorators(scope)))
    ]
    yield from _entered_from(roots, FunctionCalls(uses), imported, Obstacle.AT_EXIT)


def _compiled(imported: ImportedName) -> Iterator[Refusal]:
    given = {name for call in imported.uses.calls if call.name in _COMPILERS for name in call.arguments}
    for target in imported.targets():
        for scope in target.functions():
            names = {last_name(each.func if isinstance(each, ast.Call) else each) for each in _decorators(scope)}
            if names & _COMPILERS or name_of(scope) in given:
                yield imported.refused(Obstacle.COMPILED, _line_of(scope), scope.dotted)


def _decorators(scope: NameScope) -> list[ast.expr]:
    return getattr(scope.node, "decorator_list", [])


def _line_of(scope: NameScope) -> int:
    return getattr(scope.node, "lineno", 1)


# Names as text


def _namespaces(imported: ImportedName) -> Iterator[Refusal]:
    targets = {id(scope) for scope in imported.targets()}
    for use in imported.uses.uses:
        if use.name in _NAMESPACES and imported.uses.resolved(use) is imported.uses.module:
            yield imported.refused(Obstacle.NAMESPACE, use.line, f"{use.name}()")
    for call in imported.uses.calls:
        function = call.scope.function()
        is_near = function is None or any(id(scope) in targets for scope in function.functions())
        if call.dotted in _OWN_NAMES and not call.arguments and is_near:
            yield imported.refused(Obstacle.NAMESPACE, call.line, f"{call.name}()")
        if call.name in ("import_module", "__import__") and "__name__" in call.arguments:
            yield imported.refused(Obstacle.NAMESPACE, call.line, f"{call.name}(__name__)")
    for node in imported.nodes:
        if isinstance(node, ast.Attribute) and (node.attr in _FRAMES or dotted_name(node) == "sys.modules"):
            yield imported.refused(Obstacle.NAMESPACE, node.lineno, dotted_name(node) or node.attr)


def _texts(imported: ImportedName) -> Iterator[Refusal]:
    name = re.escape(imported.name)
    doctest = re.compile(rf"^[ \t]*(?:>>>|\.\.\.)[^\n]*\b{name}\b", re.MULTILINE)
    by_frame = re.compile(rf"@{name}\b")
    for node in imported.nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            if ">>>" in node.value and doctest.search(node.value):
                yield imported.refused(Obstacle.DOCTEST, node.lineno)
            elif by_frame.search(node.value):
                yield imported.refused(Obstacle.NAMESPACE, node.lineno, "a query")


CHECKS: tuple[Callable[[ImportedName], Iterator[Refusal]], ...] = (
    _statement,
    _binding,
    _exports,
    _at_import,
    _unused,
    _hints,
    _at_startup,
    _at_exit,
    _compiled,
    _namespaces,
    _texts,
    *PROJECT_CHECKS,
)
