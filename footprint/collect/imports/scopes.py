"""Names inside one file: scopes and the uses in them, relative modules, dotted expressions."""

from __future__ import annotations

import ast
from typing import Literal

from footprint.model.source_modules import ImportForm, ImportSite, Placement
from footprint.names import ModuleName
from footprint.values import dataclass, field, replace

FAR = 1 << 60  # below every line
ScopeKind = Literal["module", "class", "function", "lambda", "comprehension"]


@dataclass(slots=True, eq=False)
class Scope:
    """One scope of a file, filled while it is walked; uses are resolved when all scopes are complete.

    `function` is the dotted name of the named function whose call runs this code, None for code that runs at
    import; a lambda at module level has none and is `deferred`.
    """

    kind: ScopeKind
    parent: Scope | None
    prefix: str  # dotted name that definitions in here get in front: "Exporter."
    function: str | None
    deferred: bool = False
    local: set[str] = field(default_factory=set)
    declared_global: set[str] = field(default_factory=set)
    loads: dict[str, int] = field(default_factory=dict)  # name -> first line
    stores: dict[str, int] = field(default_factory=dict)  # bound other than by an import, or deleted
    marks: dict[str, int] = field(default_factory=dict)  # in __all__, or declared global by a function

    def child(self, kind: ScopeKind, name: str | None = None) -> Scope:
        """Return a scope inside this one; `name` for functions and classes."""
        prefix = f"{self.prefix}{name}." if name else self.prefix
        function = f"{self.prefix}{name}" if kind == "function" else self.function
        return Scope(kind, self, prefix, function, kind in {"function", "lambda"} or self.deferred)

    def load(self, name: str, line: int) -> None:
        """Record that `name` is read on `line`."""
        if line < self.loads.get(name, FAR):
            self.loads[name] = line

    def store(self, name: str, line: int) -> None:
        """Record that `name` is bound or deleted on `line`, in the scope that such a binding goes to."""
        scope: Scope = self
        while scope.kind == "comprehension" and scope.parent:  # an assignment expression leaves comprehensions
            scope = scope.parent
        scope.local.add(name)
        scope.stores.setdefault(name, line)

    def home_of(self, name: str) -> Scope:
        """Return the scope whose binding a read of `name` in here sees; the module for globals and built-ins."""
        scope: Scope = self
        while scope.parent is not None:
            if name in scope.declared_global:
                break
            # A class body is invisible to the functions and comprehensions inside it.
            if name in scope.local and (scope.kind != "class" or scope is self):
                return scope
            scope = scope.parent
        while scope.parent is not None:
            scope = scope.parent
        return scope


@dataclass(slots=True)
class Uses:
    """Where the names that one scope binds by imports are used."""

    functions: dict[str, dict[str, None]] = field(default_factory=dict)
    loaded_at_import: dict[str, int] = field(default_factory=dict)


def uses_by_scope(scopes: list[Scope], interesting: set[str]) -> dict[int, Uses]:
    """Resolve every read of the interesting names; keyed by the `id` of the scope that binds what is read."""
    result: dict[int, Uses] = {}
    for scope in scopes:
        for name in scope.loads.keys() & interesting:
            uses = result.setdefault(id(scope.home_of(name)), Uses())
            if scope.function is None:
                uses.loaded_at_import[name] = min(scope.loads[name], uses.loaded_at_import.get(name, 1 << 60))
            else:
                uses.functions.setdefault(name, {})[scope.function] = None
    return result


def absolute_module(target: str | None, level: int, module: ModuleName, *, is_package: bool) -> ModuleName:
    """Return the absolute name of `from <dots><target> import ...` in `module`.

    Too many dots raise ImportError at run time; here they stop at the top, so that the statement is still seen.
    Source: importlib._bootstrap._resolve_name.
    """
    if level == 0:
        return target or ""
    parts = module.split(".") if module else []
    base = parts[: max(len(parts) - level + (1 if is_package else 0), 0)]
    return ".".join([*base, target] if target else base)


@dataclass(frozen=True, slots=True)
class StatedImport:
    """What an import says, wherever it stands; fields as in ImportSite."""

    form: ImportForm
    module: ModuleName
    names: tuple[str, ...]
    bound: tuple[str, ...]
    level: int
    redundant_alias: bool = False  # `import x as x`: by convention a re-export


def stated_by(node: ast.Import | ast.ImportFrom, module: ModuleName, *, is_package: bool) -> list[StatedImport]:
    """Return what an import statement in `module` says: one for each module of `import a, b`."""
    if isinstance(node, ast.Import):
        return [
            StatedImport(
                "import", each.name, (), (each.asname or each.name.partition(".")[0],), 0, each.asname == each.name
            )
            for each in node.names
        ]
    target = absolute_module(node.module, node.level, module, is_package=is_package)
    names = tuple(each.name for each in node.names)
    bound = tuple(each.asname or each.name for each in node.names if each.name != "*")
    is_redundant = any(each.asname == each.name for each in node.names)
    return [StatedImport("from", target, names, bound, node.level, is_redundant)]


@dataclass(frozen=True, slots=True)
class Draft:
    """A site as it was met, with the scope that it binds in."""

    site: ImportSite
    column: int
    scope: Scope
    redundant_alias: bool


def finish_sites(drafts: list[Draft], scopes: list[Scope], *, is_package: bool) -> tuple[ImportSite, ...]:
    """Return the sites in line order, with the uses of their names."""
    running = [draft for draft in drafts if draft.site.placement.runs_at_import]
    interesting = {name for draft in running for name in draft.site.bound}
    uses = uses_by_scope(scopes, interesting) if interesting else {}
    rivals = _rebound_by_imports(running)
    finished = []
    for draft in sorted(drafts, key=lambda item: (item.site.line, item.column)):
        site = draft.site
        if site.placement.runs_at_import:
            found = uses.get(id(draft.scope), Uses())
            functions = dict.fromkeys(name for bound in site.bound for name in found.functions.get(bound, ()))
            line = _first_use(draft, found, rivals, is_package=is_package)
            site = replace(site, used_in_functions=tuple(functions), used_at_import_line=line)
            if is_package and site.bound and not functions and not _is_needed_here(draft, found, rivals):
                site = replace(site, hands_on=True)
        finished.append(site)
    return tuple(finished)


def _first_use(draft: Draft, uses: Uses, rivals: dict[tuple[int, str], int], *, is_package: bool) -> int | None:
    """Return the first line on which importing the file needs a name that the site binds.

    A lazy import is resolved by reading its name and by nothing else; for all others, whatever makes it unsafe to
    move the statement counts as a use.
    """
    site, scope = draft.site, draft.scope
    lines = [uses.loaded_at_import[name] for name in site.bound if name in uses.loaded_at_import]
    if site.form == "lazy":
        return min(lines, default=None)
    for name in site.bound:
        lines += [found[name] for found in (scope.stores, scope.marks) if name in found]
        if (id(scope), name) in rivals:
            lines.append(rivals[id(scope), name])
    if lines:
        return min(lines)
    is_unused = not any(name in uses.functions for name in site.bound)
    # A class attribute, a star, a bare import_module("x") and a re-export are used where this file cannot show.
    if site.placement is Placement.CLASS or not site.bound or draft.redundant_alias or (is_package and is_unused):
        return site.line
    return None


def _is_needed_here(draft: Draft, uses: Uses, rivals: dict[tuple[int, str], int]) -> bool:
    """Whether the file itself does something with what a site binds, `__all__` aside."""
    scope = draft.scope
    names = draft.site.bound
    return any(name in uses.loaded_at_import or name in scope.stores or (id(scope), name) in rivals for name in names)


def _rebound_by_imports(drafts: list[Draft]) -> dict[tuple[int, str], int]:
    """Return the line of the last of several imports that bind one name to different things."""
    targets: dict[tuple[int, str], set[str]] = {}
    lines: dict[tuple[int, str], int] = {}
    for draft in drafts:
        site = draft.site
        for index, name in enumerate(site.bound):
            target = f"{site.module}:{site.names[index]}" if site.names else site.module
            if not site.names and name == site.module.partition(".")[0]:
                target = name  # import a.b and import a.c both bind a
            key = (id(draft.scope), name)
            targets.setdefault(key, set()).add(target)
            lines[key] = max(lines.get(key, 0), site.line)
    return {key: lines[key] for key, found in targets.items() if len(found) > 1}
