"""Names as called to functions of the project: `create_app()` to (path, "create_app"), through imports.

Laws: pure, and modest. Only functions that hold imports, calls or module strings are known, since the others lead
nowhere; a method is found through `self`, `cls` and the class name, never through the type of a variable.
"""

from __future__ import annotations

from collections.abc import Iterator

from footprint.analysis.names.first_party import Bindings, FirstParty
from footprint.model.source_modules import ImportSite, Placement, SourceModule
from footprint.names import ModuleName

_MAX_RE_EXPORTS = 5

Function = tuple[str, str]  # path of the file, dotted name


class CallNames:
    """Resolves calls within one view of the project."""

    def __init__(self, first_party: FirstParty) -> None:
        self._first_party = first_party
        self._known: dict[str, frozenset[str]] = {}
        self._bindings = Bindings()
        self._resolved: dict[tuple[str, str, str, int], Function | None] = {}  # files with stars reach each other

    def resolve(self, module: SourceModule, caller: str, name: str, depth: int = 0) -> Function | None:
        """Return the function that `name`, called in `caller` of `module`, leads to; "" calls at module level."""
        key = (module.path, caller, name, depth)
        if key not in self._resolved:
            self._resolved[key] = self._resolve(module, caller, name, depth)
        return self._resolved[key]

    def _resolve(self, module: SourceModule, caller: str, name: str, depth: int) -> Function | None:
        known = self._functions(module)
        # from rich.traceback import install; install(); and below, def install(): ... - at import, the first is meant.
        is_import = caller == "" and depth == 0 and self._is_imported(module, name)
        for candidate in () if is_import else _local_candidates(caller, name):
            for function in (candidate, f"{candidate}.__init__"):
                if function in known:
                    return module.path, function
        if depth >= _MAX_RE_EXPORTS:
            return None
        for target, rest in self._imported(module, caller, name):
            file = self._first_party.find(target)
            if file is not None and rest:
                found = self.resolve(file, "", rest, depth + 1)
                if found is not None:
                    return found
        return None

    def _is_imported(self, module: SourceModule, name: str) -> bool:
        bound = self._bindings.of(module, name.partition(".")[0])
        return any(site.placement is Placement.MODULE for site in bound)

    def _functions(self, module: SourceModule) -> frozenset[str]:
        known = self._known.get(module.path)
        if known is None:
            stated = [site.function for site in (*module.sites, *module.references) if site.function]
            stated += [loader.function for loader in module.loaders]
            known = frozenset([*stated, *(calls.function for calls in module.calls if calls.function)])
            self._known[module.path] = known
        return known

    def _imported(self, module: SourceModule, caller: str, name: str) -> Iterator[tuple[ModuleName, str]]:
        """Yield (module, rest of the name) for the imports that bind the first part of `name`."""
        first, _, rest = name.partition(".")
        for site in self._bindings.of(module, first, stars=True):
            visible = site.placement in (Placement.MODULE, Placement.MAIN) or site.function == caller
            if visible and site.names == ("*",):
                yield site.module, name
            if not visible or first not in site.bound:
                continue
            if site.names:
                yield from _through_from(site, first, rest)
            elif first == site.module.partition(".")[0]:
                # import a.b binds a: split a.b.f at every dot, the longest module first
                parts = name.split(".")
                for count in range(len(parts) - 1, 0, -1):
                    yield ".".join(parts[:count]), ".".join(parts[count:])
            else:
                yield site.module, rest


def _through_from(site: ImportSite, first: str, rest: str) -> Iterator[tuple[ModuleName, str]]:
    index = site.bound.index(first)
    if index < len(site.names):
        original = site.names[index]
        yield f"{site.module}.{original}" if site.module else original, rest
        yield site.module, f"{original}.{rest}" if rest else original


def _local_candidates(caller: str, name: str) -> Iterator[str]:
    """Yield the dotted names that a call could mean in its own file, innermost first."""
    first, _, rest = name.partition(".")
    if first in ("self", "cls") and rest and "." in caller:
        yield f"{caller.rpartition('.')[0]}.{rest}"
        return
    scope = "" if caller == "__main__" else caller
    while scope:
        yield f"{scope}.{name}"
        scope = scope.rpartition(".")[0]
    yield name
