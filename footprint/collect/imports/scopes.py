"""Names inside one file: scopes and the uses in them, relative modules, dotted expressions."""

from __future__ import annotations

from dataclasses import field
from typing import Literal

from footprint.names import ModuleName
from footprint.values import dataclass

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
        deferred = kind in {"function", "lambda"} or self.deferred
        return Scope(kind, self, prefix, function, deferred)

    def load(self, name: str, line: int) -> None:
        """Record that `name` is read on `line`."""
        if line < self.loads.get(name, 1 << 60):
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
                line = min(scope.loads[name], uses.loaded_at_import.get(name, 1 << 60))
                uses.loaded_at_import[name] = line
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
    keep = len(parts) - level + (1 if is_package else 0)
    base = parts[: max(keep, 0)]
    return ".".join([*base, target] if target else base)
